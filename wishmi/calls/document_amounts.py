"""The ways a call document says how much: by indicator, age, school level, case, price, month, season or share."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from wishmi.calls.document_base import Figure, Percent, Section, Word
from wishmi.calls.document_conditions import ConditionNode
from wishmi.calls.document_values import Cents, Day, Flag, choice, pattern, whole
from wishmi.core.rules.vocabulary import SCHOOL_LEVELS, FactKind, of_kind

Currency = Annotated[
    str, BeforeValidator(pattern(r"[A-Z]{3}", "the three letters of a currency, such as EUR"))
]
Level = Annotated[str, BeforeValidator(choice(*SCHOOL_LEVELS))]
Sharing = Annotated[str, BeforeValidator(choice("whole", "pro_rata"))]


class BandNode(Section):
    """An amount between two bounds; the lower one belongs here if the band before does not take it."""

    from_: Annotated[Cents, Field(alias="from")]
    to: Cents
    to_inclusive: Flag
    amount: Cents


class AgeBandNode(Section):
    """An amount between two ages, both included."""

    from_: Annotated[int, BeforeValidator(whole(0, 120)), Field(alias="from")]
    to: Annotated[int, BeforeValidator(whole(0, 120))]
    amount: Cents


class ForEachNode(Section):
    """The amount as many times as a count says, up to so many."""

    fact: Annotated[str, BeforeValidator(choice(*of_kind(FactKind.COUNT)))]
    up_to: Annotated[int, BeforeValidator(whole(1, 50))]


class CaseNode(Section):
    """An amount where a condition holds."""

    when: ConditionNode
    amount: Cents


class AmountSection(Section):
    """What every way has: the currency, and what changes the amount afterwards."""

    unit: Currency
    for_each: ForEachNode | None = None
    bonuses: Annotated[list[CaseNode], Field(max_length=20)] = Field(default_factory=list)
    at_most_in_all: Cents | None = None
    sharing: Sharing = "whole"


class ByIndicator(AmountSection):
    """By bands of the attested indicator."""

    by: Literal["indicator"]
    bands: Annotated[list[BandNode], Field(min_length=1, max_length=50)]


class FlatAmount(AmountSection):
    """The same for everyone."""

    by: Literal["flat"]
    amount: Figure


class ByAge(AmountSection):
    """By age on the day of the application."""

    by: Literal["age"]
    ages: Annotated[list[AgeBandNode], Field(min_length=1, max_length=50)]


class LevelRow(Section):
    """The ages or the bands of the indicator of some school levels."""

    levels: Annotated[list[Level], Field(min_length=1)]
    ages: Annotated[list[AgeBandNode], Field(max_length=50)] = Field(default_factory=list)
    bands: Annotated[list[BandNode], Field(max_length=50)] = Field(default_factory=list)


class BySchoolLevel(AmountSection):
    """By school level, and inside it by age or by the indicator."""

    by: Literal["school_level"]
    rows: Annotated[list[LevelRow], Field(min_length=1, max_length=20)]


class ByCase(AmountSection):
    """The amount of the first case that holds; of all that hold, if they add up."""

    by: Literal["case"]
    cases: Annotated[list[CaseNode], Field(min_length=1, max_length=50)]
    otherwise: Cents = 0
    add_up: Flag = False


class ByCost(AmountSection):
    """A per cent of what the service costs, up to a cap."""

    by: Literal["cost"]
    percent: Percent
    at_most: Cents


class ByMonth(AmountSection):
    """So much for each month of an approval, between two days."""

    by: Literal["month"]
    amount: Cents
    first: Day
    last: Day


class SeasonNode(Section):
    """Units that can be used in a stretch of time."""

    name: Word
    first: Day
    last: Day
    units: Annotated[int, BeforeValidator(whole(1, 366))]


class BySeason(AmountSection):
    """Sessions or events instead of money; each commits money at the tariff."""

    by: Literal["sessions"]
    seasons: Annotated[list[SeasonNode], Field(min_length=1, max_length=20)]
    tariff: Cents


class ByRequest(AmountSection):
    """What a project asks for, up to a cap."""

    by: Literal["request"]
    at_most: Cents


class EqualShare(AmountSection):
    """The money in equal shares, up to a cap."""

    by: Literal["equal_share"]
    at_most: Cents


Amount = Annotated[
    ByIndicator
    | FlatAmount
    | ByAge
    | BySchoolLevel
    | ByCase
    | ByCost
    | ByMonth
    | BySeason
    | ByRequest
    | EqualShare,
    Field(discriminator="by"),
]
