"""What an applicant declares and in which role: plain data, so that a call can be ranked with a file alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from wishmi.core import facts as core_facts
from wishmi.core.rules.vocabulary import (
    FACTS_OF_ONE,
    ROLES,
    VOCABULARY,
    FactKind,
    Known,
    Value,
    why_not_value,
)

MOST_COUNTED = 30
"""Minors, or members with a disability, of one household at most; the same bound for every count."""
MOST_MONTHS = 600
MOST_CENTS = 10**12
LONGEST_WORD = 40
GUARDING_ROLES = ROLES[:3]
HELPING_ROLES = ("school", "intermediary")
"""Roles of who applies for a family without being of it."""
BENEFICIARY = "beneficiary"
"""The role of who applies for itself."""
FAMILY_ROLES = (*GUARDING_ROLES, BENEFICIARY, *HELPING_ROLES)
"""Every role of an application for a child or a person; providers propose projects instead."""
LEAST_AGE_ALONE = 14
"""From this age on a minor may act for itself (Italian privacy code, art. 2-quinquies); a call may ask for more."""
ISEE = ("isee_cents", "isee_kind", "isee_issued_on", "isee_valid_until")
GIVEN_LATER = frozenset({"arrival", "commission_score"})
"""Facts that no application can hold yet when it is sent."""
_RECORDED = frozenset({"born_on", "submitted_on", "applicant"}) | GIVEN_LATER
_SAID_APART = frozenset({"applicant_role", *ISEE})
_WORD = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")


class Origin(StrEnum):
    """Where a fact of a child comes from; case work shows it beside the fact."""

    DECLARED = "declared"
    IMPORTED = "imported"
    ATTESTED = "attested"
    RECORDED = "recorded"
    CORRECTED = "corrected"


def declared_names(asked: Sequence[str]) -> tuple[str, ...]:
    """The facts of a call that its applicant declares; the others stand in the rows, or are attested."""
    return tuple(name for name in asked if name not in _RECORDED | _SAID_APART)


@dataclass(frozen=True, slots=True)
class Declaration:
    """What the applicant declares (DPR 445/2000), beside the attested indicator: the facts of the household once, and
    those of each child by the id of the person.
    """

    household: Known = field(default_factory=dict)
    children: Mapping[int, Known] = field(default_factory=dict)

    @property
    def is_plausible(self) -> bool:
        """Whether everything declared can be: a slip of the pen must not decide a ranking."""
        household = all(_is_plausible(name, value) for name, value in self.household.items())
        return household and all(
            name in FACTS_OF_ONE and _is_plausible(name, value)
            for child in self.children.values()
            for name, value in child.items()
        )

    def of(self, person_id: int) -> dict[str, Value]:
        """What is declared of one child, the household's facts among it."""
        return {**self.household, **self.children.get(person_id, {})}

    def as_data(self) -> dict[str, object]:
        """Plain data to be stored."""
        data = _data_of(self.household)
        if self.children:
            data["children"] = {str(pk): _data_of(child) for pk, child in self.children.items()}
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> "Declaration":
        """The inverse of `as_data`."""
        children = data.get("children")
        of_each = children if isinstance(children, dict) else {}
        return cls(
            _known_of({name: value for name, value in data.items() if name != "children"}),
            {int(pk): _known_of(child) for pk, child in of_each.items()},
        )


def _is_plausible(name: str, value: Value) -> bool:
    if name not in declared_names((name,)) or why_not_value(name, value) is not None:
        return False
    match VOCABULARY[name].kind:
        case FactKind.COUNT:
            most = MOST_MONTHS if name == "course_months" else MOST_COUNTED
            return value is None or (isinstance(value, int) and value <= most)
        case FactKind.CENTS:
            return value is None or (isinstance(value, int) and value <= MOST_CENTS)
        case FactKind.WORD | FactKind.WORDS:
            words = value if isinstance(value, tuple) else (value or "-",)
            return value is None or all(is_word(str(word)) for word in words)
    return True


def is_word(word: str) -> bool:
    """Whether a text has the form of the words that calls name."""
    return 0 < len(word) <= LONGEST_WORD and set(word) <= _WORD


def _data_of(known: Known) -> dict[str, object]:
    return {name: core_facts.plain(value) for name, value in known.items()}


def _known_of(data: Mapping[str, object]) -> dict[str, Value]:
    return {name: core_facts.value_of(name, value) for name, value in data.items()}
