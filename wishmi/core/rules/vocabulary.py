"""The closed vocabulary of facts: what a call may ask, of which kind, in which group, and who answers for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

Value = bool | int | str | date | tuple[str, ...] | None
Known = Mapping[str, Value]
"""What is known of one person: a fact that is not a key is not known yet; None is known to be nothing."""


class FactKind(StrEnum):
    """What values a fact takes."""

    FLAG = "flag"
    COUNT = "count"
    CENTS = "cents"
    DAY = "day"
    CHOICE = "choice"
    WORD = "word"
    WORDS = "words"


class Source(StrEnum):
    """Who says it: the applicant declares, a register attests, the office, a commission or a provider records."""

    APPLICANT = "applicant"
    POPULATION = "population_register"
    WELFARE = "welfare_register"
    SCHOOL = "school_register"
    OFFICE = "office"
    COMMISSION = "commission"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. `may_be_nothing`: None is an answer (no indicator, no such day)."""

    name: str
    kind: FactKind
    group: str
    source: Source
    may_be_nothing: bool = False
    choices: tuple[str, ...] = ()


ROLES = ("parent", "guardian", "foster_parent", "beneficiary", "school", "intermediary", "provider")
KINDS_OF_INDICATOR = ("", "ordinary", "minors", "current", "socio_health")
HOUSEHOLD_TYPES = ("one_adult", "one_adult_with_children", "two_adults", "two_adults_with_children", "other")
SCHOOL_LEVELS = ("none", "early", "primary", "lower_secondary", "upper_secondary", "vocational", "tertiary")

_FLAG, _COUNT, _CENTS, _DAY = FactKind.FLAG, FactKind.COUNT, FactKind.CENTS, FactKind.DAY
_CHOICE, _WORD, _WORDS = FactKind.CHOICE, FactKind.WORD, FactKind.WORDS

_ALL = (
    # Where people live.
    Fact("resident", _FLAG, "residence", Source.POPULATION),
    Fact("child_resident_since", _DAY, "residence", Source.POPULATION, may_be_nothing=True),
    Fact("applicant_resident_since", _DAY, "residence", Source.POPULATION, may_be_nothing=True),
    Fact("parent_resident_since", _DAY, "residence", Source.POPULATION, may_be_nothing=True),
    Fact("domiciled", _FLAG, "residence", Source.POPULATION),
    Fact("school_here", _FLAG, "residence", Source.SCHOOL),
    Fact("district", _WORD, "residence", Source.POPULATION, may_be_nothing=True),
    # What the household lives on.
    Fact("isee_cents", _CENTS, "income", Source.WELFARE, may_be_nothing=True),
    Fact("isee_kind", _CHOICE, "income", Source.WELFARE, choices=KINDS_OF_INDICATOR),
    Fact("isee_issued_on", _DAY, "income", Source.WELFARE, may_be_nothing=True),
    Fact("isee_valid_until", _DAY, "income", Source.WELFARE, may_be_nothing=True),
    Fact("income_cents", _CENTS, "income", Source.WELFARE, may_be_nothing=True),
    Fact("assets_cents", _CENTS, "income", Source.APPLICANT, may_be_nothing=True),
    Fact("benefits", _WORDS, "income", Source.WELFARE),
    Fact("approved_from", _DAY, "income", Source.WELFARE, may_be_nothing=True),
    Fact("approved_until", _DAY, "income", Source.WELFARE, may_be_nothing=True),
    Fact("other_schemes", _WORDS, "income", Source.OFFICE),
    # Who lives together, who applies.
    Fact("minors", _COUNT, "household", Source.POPULATION),
    Fact("lone_parent", _FLAG, "household", Source.POPULATION),
    Fact("applicant_role", _CHOICE, "household", Source.APPLICANT, choices=ROLES),
    Fact("applicant", _WORD, "household", Source.OFFICE),
    Fact("household_size", _COUNT, "household", Source.POPULATION),
    Fact("household_type", _CHOICE, "household", Source.POPULATION, choices=HOUSEHOLD_TYPES),
    Fact("unemployed_parent", _FLAG, "household", Source.WELFARE),
    Fact("target_groups", _WORDS, "household", Source.OFFICE),
    # Health, kept apart.
    Fact("disabled_members", _COUNT, "health", Source.APPLICANT),
    Fact("disabled_minors", _COUNT, "health", Source.APPLICANT),
    Fact("disabled", _FLAG, "health", Source.APPLICANT),
    # Everything else.
    Fact("born_on", _DAY, "other", Source.POPULATION),
    Fact("submitted_on", _DAY, "other", Source.OFFICE),
    Fact("arrival", _COUNT, "other", Source.OFFICE),
    Fact("on_lists", _WORDS, "other", Source.OFFICE),
    Fact("school_level", _CHOICE, "other", Source.SCHOOL, choices=SCHOOL_LEVELS),
    Fact("school_grade", _COUNT, "other", Source.SCHOOL, may_be_nothing=True),
    Fact("school", _WORD, "other", Source.SCHOOL, may_be_nothing=True),
    Fact("cost_cents", _CENTS, "other", Source.PROVIDER, may_be_nothing=True),
    Fact("paid_on", _DAY, "other", Source.PROVIDER, may_be_nothing=True),
    Fact("course_starts_on", _DAY, "other", Source.PROVIDER, may_be_nothing=True),
    Fact("course_months", _COUNT, "other", Source.PROVIDER, may_be_nothing=True),
    # A project that a provider proposes.
    Fact("requested_cents", _CENTS, "other", Source.PROVIDER),
    Fact("field", _WORD, "other", Source.PROVIDER),
    Fact("group_size", _COUNT, "other", Source.PROVIDER),
    Fact("youngest", _COUNT, "other", Source.PROVIDER),
    Fact("oldest", _COUNT, "other", Source.PROVIDER),
    Fact("group_here", _FLAG, "other", Source.PROVIDER),
    Fact("provider_listed", _FLAG, "other", Source.OFFICE),
    Fact("report_on", _DAY, "other", Source.PROVIDER, may_be_nothing=True),
    Fact("commission_score", _COUNT, "other", Source.COMMISSION, may_be_nothing=True),
)

VOCABULARY: dict[str, Fact] = {fact.name: fact for fact in _ALL}
"""Every fact a call may ask, by name."""

FACTS_OF_ONE = frozenset(
    {
        "child_resident_since", "domiciled", "school_here", "other_schemes", "target_groups", "disabled", "born_on",
        "on_lists", "school_level", "school_grade", "school", "cost_cents", "paid_on", "course_starts_on",
        "course_months", "arrival", "commission_score",
    }
)  # fmt: skip
"""Facts that each child, or each person an award is for, has for itself; all others are the household's, said once."""


def of_kind(*kinds: FactKind) -> tuple[str, ...]:
    """The names of the facts of some kinds."""
    return tuple(fact.name for fact in _ALL if fact.kind in kinds)


def why_not_value(name: str, value: Value) -> str | None:
    """Why a value cannot be that of a fact, None if it can."""
    fact = VOCABULARY.get(name)
    if fact is None:
        return f"{name} is not a fact"
    if value is None:
        return None if fact.may_be_nothing else f"{name} cannot be nothing"
    if fact.kind in {FactKind.COUNT, FactKind.CENTS}:
        fits = type(value) is int and value >= 0
    elif fact.kind is FactKind.WORDS:
        fits = type(value) is tuple and value == tuple(sorted(set(value)))
    elif fact.kind is FactKind.CHOICE:
        fits = isinstance(value, str) and value in fact.choices
    else:
        fits = type(value) is {FactKind.FLAG: bool, FactKind.DAY: date}.get(fact.kind, str)
    return None if fits else f"{name} cannot be {value!r}"
