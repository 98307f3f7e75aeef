"""The facts a call may ask about one child, in the groups a family can disclose one by one."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from wishmi.core.rules.vocabulary import (
    KINDS_OF_INDICATOR,
    ROLES,
    VOCABULARY,
    FactKind,
    Known,
    Value,
    why_not_value,
)

GROUPS: dict[str, tuple[str, ...]] = {
    "residence": ("resident",),
    "income": ("isee_cents", "isee_kind", "isee_issued_on", "isee_valid_until"),
    "household": ("minors", "lone_parent", "applicant_role", "applicant"),
    "health": ("disabled_members",),
    "other": ("born_on", "submitted_on"),
}
"""The groups of the commitment in the order they are committed to, with the facts most calls ask.

A call may ask others of the vocabulary, or fewer: then each group holds what the call asks.
"""

BASE = tuple(name for names in GROUPS.values() for name in names)
APPLICANT_ROLES = ROLES[:3]
ISEE_KINDS = KINDS_OF_INDICATOR
# One encoder for all: a city's commitments are a million of these, and `json.dumps` would make one for each.
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_UNASKED: dict[str, Value] = {
    "born_on": date(1900, 1, 1), "submitted_on": date(1900, 1, 1), "resident": False, "isee_cents": None,
    "isee_kind": "", "isee_issued_on": None, "isee_valid_until": None, "minors": 0, "lone_parent": False,
    "disabled_members": 0, "applicant_role": "parent", "applicant": "",
}  # fmt: skip
"""What stands in the fields of facts a call does not ask: no rule reads it and no commitment holds it."""


@dataclass(frozen=True, slots=True)
class ChildFacts:
    """What is known of one child on the day the application was sent.

    `isee_cents` is the attested indicator in cents, None where none was attested; `isee_kind` one of `ISEE_KINDS`;
    `applicant_role` one of `ROLES`; `applicant` an opaque reference to the household, equal for siblings.
    `more` holds the facts of the vocabulary that have no field here, by name; `unasked` the fields not asked.
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
    more: tuple[tuple[str, Value], ...] = ()
    unasked: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse values outside the vocabulary: the shell checks first, so a failure here is a bug."""
        if self.applicant_role not in ROLES or self.isee_kind not in ISEE_KINDS:
            message = f"outside the vocabulary: {self.applicant_role!r}, {self.isee_kind!r}"
            raise ValueError(message)
        if (
            (self.isee_cents is not None and self.isee_cents < 0)
            or self.minors < 0
            or self.disabled_members < 0
        ):
            message = "indicators and counts cannot be negative"
            raise ValueError(message)
        for name, value in self.more:
            wrong = f"{name} has a field of its own" if name in _UNASKED else why_not_value(name, value)
            if wrong:
                raise ValueError(wrong)

    def known(self) -> dict[str, Value]:
        """What is known, by name: the form the rules judge."""
        values: dict[str, Value] = {
            "born_on": self.born_on, "submitted_on": self.submitted_on, "resident": self.resident,
            "isee_cents": self.isee_cents, "isee_kind": self.isee_kind, "isee_issued_on": self.isee_issued_on,
            "isee_valid_until": self.isee_valid_until, "minors": self.minors, "lone_parent": self.lone_parent,
            "disabled_members": self.disabled_members, "applicant_role": self.applicant_role,
            "applicant": self.applicant,
        }  # fmt: skip
        for name in self.unasked:
            del values[name]
        values.update(self.more)
        return values

    @classmethod
    def of(cls, known: Known) -> "ChildFacts":
        """Facts from what is known by name; raises ValueError for a value outside the vocabulary."""
        for name, value in known.items():
            wrong = why_not_value(name, value)
            if wrong:
                raise ValueError(wrong)
        fields = {name: known.get(name, nothing) for name, nothing in _UNASKED.items()}
        more = tuple((name, value) for name, value in sorted(known.items()) if name not in _UNASKED)
        unasked = frozenset(name for name in _UNASKED if name not in known)
        return cls(**fields, more=more, unasked=unasked)  # type: ignore[arg-type]


def plain(value: object) -> object:
    """A value as plain data, to be stored."""
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value


def names_in(facts: ChildFacts, group: str) -> tuple[str, ...]:
    """The facts of one group that the call asked: those every call may ask first, then others by name."""
    if not facts.more and not facts.unasked:
        return GROUPS[group]
    others = (name for name, _ in facts.more if VOCABULARY[name].group == group)
    return (*(name for name in GROUPS[group] if name not in facts.unasked), *others)


def group_data(facts: ChildFacts, group: str) -> dict[str, object]:
    """The facts of one group as plain data."""
    more = dict(facts.more)
    return {
        name: plain(more[name] if name in more else getattr(facts, name)) for name in names_in(facts, group)
    }


def group_bytes(facts: ChildFacts, group: str) -> bytes:
    """The canonical JSON of one group: keys sorted, no spaces, UTF-8; dates in ISO form."""
    return _ENCODER.encode(group_data(facts, group)).encode()


def as_data(facts: ChildFacts) -> dict[str, object]:
    """All facts as plain data, in the order of the groups."""
    return {name: value for group in GROUPS for name, value in group_data(facts, group).items()}


def from_data(data: Mapping[str, object], names: Sequence[str] = BASE) -> ChildFacts:
    """The inverse of `as_data` for a call that asks `names`; ValueError, KeyError or TypeError for anything else."""
    values: dict[str, Value] = {}
    for name in names:
        value = value_of(name, data[name])
        if why_not_value(name, value):
            message = f"{name} must be a {VOCABULARY[name].kind}"
            raise TypeError(message)
        values[name] = value
    return ChildFacts.of(values)


def value_of(name: str, value: object) -> Value:
    """The inverse of `plain` for one fact; whether it can be its value, `why_not_value` says."""
    kind = VOCABULARY[name].kind
    if kind is FactKind.DAY and value is not None:
        return date.fromisoformat(str(value))
    if kind is FactKind.WORDS and isinstance(value, list) and all(isinstance(word, str) for word in value):
        return tuple(value)
    return value  # type: ignore[return-value]
