"""The facts a call may ask about one child, in the groups a family can disclose one by one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

GROUPS: dict[str, tuple[str, ...]] = {
    "residence": ("resident",),
    "income": ("isee_cents", "isee_kind", "isee_issued_on", "isee_valid_until"),
    "household": ("minors", "lone_parent", "applicant_role", "applicant"),
    "health": ("disabled_members",),
    "other": ("born_on", "submitted_on"),
}
"""The groups of the commitment and their facts, in the order they are committed to."""

APPLICANT_ROLES = ("parent", "guardian", "foster_parent")
ISEE_KINDS = ("", "ordinary", "minors", "current", "socio_health")
# One encoder for all: a city's commitments are a million of these, and `json.dumps` would make one for each.
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_DATES = frozenset({"isee_issued_on", "isee_valid_until", "born_on", "submitted_on"})


@dataclass(frozen=True, slots=True)
class ChildFacts:
    """What is known of one child on the day the application was sent.

    `isee_cents` is the attested indicator in cents, None where none was attested; `isee_kind` one of `ISEE_KINDS`;
    `applicant_role` one of `APPLICANT_ROLES`; `applicant` an opaque reference to the household, equal for siblings.
    """

    born_on: date
    submitted_on: date
    resident: bool
    isee_cents: int | None
    isee_kind: str
    isee_issued_on: date | None
    isee_valid_until: date | None
    minors: int
    lone_parent: bool
    disabled_members: int
    applicant_role: str
    applicant: str

    def __post_init__(self) -> None:
        """Refuse values outside the vocabulary: the shell checks first, so a failure here is a bug."""
        if self.applicant_role not in APPLICANT_ROLES or self.isee_kind not in ISEE_KINDS:
            message = f"outside the vocabulary: {self.applicant_role!r}, {self.isee_kind!r}"
            raise ValueError(message)
        if (
            (self.isee_cents is not None and self.isee_cents < 0)
            or self.minors < 0
            or self.disabled_members < 0
        ):
            message = "indicators and counts cannot be negative"
            raise ValueError(message)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def group_bytes(facts: ChildFacts, group: str) -> bytes:
    """The canonical JSON of one group: keys sorted, no spaces, UTF-8; dates in ISO form."""
    values = {name: _plain(getattr(facts, name)) for name in GROUPS[group]}
    return _ENCODER.encode(values).encode()


def as_data(facts: ChildFacts) -> dict[str, object]:
    """All facts as plain data, in the order of the groups."""
    return {name: _plain(getattr(facts, name)) for names in GROUPS.values() for name in names}


def from_data(data: Mapping[str, object]) -> ChildFacts:
    """The inverse of `as_data`; raises ValueError, KeyError or TypeError for data that are not facts."""
    values: dict[str, object] = {}
    for names in GROUPS.values():
        for name in names:
            value = data[name]
            values[name] = date.fromisoformat(str(value)) if name in _DATES and value is not None else value
    for name, wanted in (
        ("resident", bool),
        ("lone_parent", bool),
        ("minors", int),
        ("disabled_members", int),
        ("isee_kind", str),
        ("applicant_role", str),
        ("applicant", str),
        ("born_on", date),
        ("submitted_on", date),
    ):
        if type(values[name]) is not wanted:
            message = f"{name} must be {wanted.__name__}"
            raise TypeError(message)
    if values["isee_cents"] is not None and type(values["isee_cents"]) is not int:
        message = "isee_cents must be an integer"
        raise TypeError(message)
    return ChildFacts(**values)  # type: ignore[arg-type]
