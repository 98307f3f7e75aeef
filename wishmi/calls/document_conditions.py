"""The conditions of a call document, each one kind of sentence about a household; see docs/call-document.md."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from wishmi.calls.document_base import (
    Count,
    Figure,
    Kind,
    MaybeCount,
    MaybeYears,
    Percent,
    Section,
    Word,
    Years,
)
from wishmi.calls.document_values import Cents, Day, Flag, choice, optional, read_day, text_of, whole, written
from wishmi.core.rules.means import TOO_HIGH
from wishmi.core.rules.vocabulary import FactKind, of_kind
from wishmi.core.rules.who import FLAG_REASONS, SET_REASONS, WORD_REASONS

DAYS = {"submission": "submitted_on", "course_start": "course_starts_on"}
SINCE = {
    "child": "child_resident_since",
    "applicant": "applicant_resident_since",
    "parent": "parent_resident_since",
}


@written(
    **{
        "type": "string",
        "pattern": f"^({'|'.join(DAYS)}|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})$",
        "examples": list(DAYS),
        "x-value": "when",
    }
)
def read_when(value: object) -> str | date:
    """A day with a name, or a day of the calendar."""
    text = text_of(value, "submission, course_start or a day such as 2025-09-01")
    return DAYS[text] if text in DAYS else read_day(text)


class AgeUnderNode(Section):
    """Younger than so many years on the day the application is sent."""

    condition: Literal["age_under"]
    years: Annotated[int, BeforeValidator(whole(1, 120))]
    on: Annotated[str, BeforeValidator(choice("submission"))]


class AgeBetweenNode(Section):
    """Completed years between two bounds, both included, on a day."""

    condition: Literal["years_old"]
    at_least: Years
    at_most: MaybeYears = None
    on: Annotated[str | date, BeforeValidator(read_when)]


class BornBetweenNode(Section):
    """Born between two days, both included."""

    condition: Literal["born_between"]
    first: Day
    last: Day


class TurnsInYearNode(Section):
    """The age reached in the calendar year of the application."""

    condition: Literal["turns_in_year"]
    at_least: Years
    at_most: Years


class ResidentNode(Section):
    """Lives in the municipality of the call."""

    condition: Literal["resident"]
    who: Annotated[str, BeforeValidator(choice("child"))]


class ResidentForNode(Section):
    """Child, applicant or one parent has lived here for so many years."""

    condition: Literal["resident_for"]
    who: Annotated[str, BeforeValidator(choice(*SINCE))]
    years: Annotated[int, BeforeValidator(whole(1, 50))]


class HoldsNode(Section):
    """A yes-or-no fact holds."""

    condition: Literal["holds"]
    fact: Annotated[str, BeforeValidator(choice(*FLAG_REASONS))]


class CountNode(Section):
    """A counted fact lies between two bounds, both included."""

    condition: Literal["number_of"]
    fact: Annotated[str, BeforeValidator(choice(*of_kind(FactKind.COUNT)))]
    at_least: Count
    at_most: MaybeCount = None


class IsOneOfNode(Section):
    """A fact of one word is one of those named."""

    condition: Literal["is_one_of"]
    fact: Annotated[str, BeforeValidator(choice(*WORD_REASONS))]
    words: Annotated[list[Word], Field(min_length=1, max_length=200)]


class HasAnyNode(Section):
    """Benefits held, target groups or lists: at least one of those named."""

    condition: Literal["has_any"]
    fact: Annotated[str, BeforeValidator(choice(*SET_REASONS))]
    words: Annotated[list[Word], Field(min_length=1, max_length=50)]


class NotFundedNode(Section):
    """The same cost is not funded by one of these schemes; others may be added up with."""

    condition: Literal["not_funded_by"]
    schemes: Annotated[list[Word], Field(min_length=1, max_length=50)]


class InTimeNode(Section):
    """A day comes at most so many days after another, or not after a fixed day."""

    condition: Literal["in_time"]
    day: Annotated[str, BeforeValidator(choice(*of_kind(FactKind.DAY)))]
    after: Annotated[str | None, BeforeValidator(optional(choice(*of_kind(FactKind.DAY))))] = None
    within_days: Annotated[int | None, BeforeValidator(optional(whole(0, 3_650)))] = None
    until: Annotated[date | None, BeforeValidator(optional(read_day))] = None


class IndicatorAttestedNode(Section):
    """Holds an indicator of one of these kinds, issued from a day on, valid when the application is sent."""

    condition: Literal["indicator_attested"]
    kinds: Annotated[list[Kind], Field(min_length=1)]
    issued_from: Day


class IndicatorAtMostNode(Section):
    """The indicator does not pass a threshold, itself included."""

    condition: Literal["indicator_at_most"]
    at_most: Cents


class LimitCase(Section):
    """Another limit where a condition holds."""

    when: "ConditionNode"
    at_most: Figure


class StepNode(Section):
    """One step of a formula: less an amount for each of a count, per head of a count, or a per cent of it where."""

    subtract: Cents | None = None
    for_each: Annotated[
        str | None, BeforeValidator(optional(choice(*of_kind(FactKind.COUNT, FactKind.FLAG))))
    ] = None
    divide_by: Annotated[str | None, BeforeValidator(optional(choice(*of_kind(FactKind.COUNT))))] = None
    take_percent: Percent | None = None
    when: "ConditionNode | None" = None


class AmountWithinNode(Section):
    """An amount, adjusted where the call says so, does not pass a limit, which may turn on household facts."""

    condition: Literal["amount_within"]
    fact: Annotated[str, BeforeValidator(choice(*TOO_HIGH))]
    at_most: Figure | None = None
    cases: Annotated[list[LimitCase], Field(max_length=20)] = Field(default_factory=list)
    at_least: Figure | None = None
    percent: Annotated[int, BeforeValidator(whole(1, 500))] = 100
    adjusted_by: Annotated[list[StepNode], Field(max_length=10)] = Field(default_factory=list)
    or_not_known: Flag = False


class AllOfNode(Section):
    """Several conditions together, inside an any_of."""

    condition: Literal["all_of"]
    of: Annotated[list["ConditionNode"], Field(min_length=2, max_length=20)]


class AnyOfNode(Section):
    """At least one of several conditions."""

    condition: Literal["any_of"]
    of: Annotated[list["ConditionNode"], Field(min_length=2, max_length=20)]


Node = (
    AgeUnderNode
    | AgeBetweenNode
    | BornBetweenNode
    | TurnsInYearNode
    | ResidentNode
    | ResidentForNode
    | HoldsNode
    | CountNode
    | IsOneOfNode
    | HasAnyNode
    | NotFundedNode
    | InTimeNode
    | IndicatorAttestedNode
    | IndicatorAtMostNode
    | AmountWithinNode
    | AllOfNode
    | AnyOfNode
)
ConditionNode = Annotated[Node, Field(discriminator="condition")]

for _model in (LimitCase, StepNode, AmountWithinNode, AllOfNode, AnyOfNode):
    _model.model_rebuild()
