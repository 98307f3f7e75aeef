"""The sections of a call document, as typed models; explained to authors in docs/call-document.md."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from wishmi.calls.document_amounts import Amount
from wishmi.calls.document_base import (
    NAMED,
    FactName,
    FitWord,
    Key,
    Mark,
    Percent,
    PointFact,
    Role,
    Section,
    Word,
    Words,
)
from wishmi.calls.document_conditions import ConditionNode
from wishmi.calls.document_terms import AwardLife, Bookings, PaymentNode, Use
from wishmi.calls.document_values import (
    Cents,
    Day,
    Flag,
    Line,
    Moment,
    Slug,
    choice,
    optional,
    pattern,
    read_zone,
    whole,
)
from wishmi.core.calls import Method, Unserved
from wishmi.core.languages import LANGUAGES
from wishmi.core.rules.vocabulary import FactKind, of_kind

CATEGORIES = ("art", "health", "school_plus", "sport", "stem")
ADDRESS = pattern(r"https://[A-Za-z0-9._~/?#&=%+:@,;-]{4,290}", "an address that begins with https://")
CUP = pattern(r"[A-Z][0-9]{2}[A-Z][0-9]{11}", "a CUP: letter, two digits, letter, eleven digits")
AREA = pattern(
    r"[A-Z][0-9]{3}|[A-Z]{2}(-[A-Z0-9]{1,8})?",
    "the land-registry code of the municipality, such as F205, or the ISO 3166 code of a wider area, such as IT-25",
)
FundCode = Annotated[
    str, BeforeValidator(pattern(r"[A-Z0-9][A-Z0-9-]{1,19}", "2 to 20 capital letters, digits and hyphens"))
]


class Identity(Section):
    """Which call this is, and whose."""

    code: Slug
    version: Annotated[int, BeforeValidator(whole(1, 999))]
    city: Line
    municipality: Annotated[str, BeforeValidator(AREA)]
    language: Annotated[str, BeforeValidator(choice(*LANGUAGES))]
    demonstration: Flag = False


class LegalText(Section):
    """The act that founds the call."""

    reference: Line
    address: Annotated[str | None, BeforeValidator(optional(ADDRESS))] = None


class Texts(Section):
    """What families read."""

    title: Words
    summary: Words
    legal_text: LegalText


class Source(Section):
    """Where something in the document comes from."""

    what: Line
    mark: Mark


class Span(Section):
    """A stretch of time, its first moment included, its last excluded."""

    opens_at: Moment
    closes_at: Moment


class DrawAgain(Section):
    """The round of the same beacon that draws in a later window, and when it is due."""

    round: Annotated[int, BeforeValidator(whole(1, 10**12))]
    expected_at: Moment


class LaterWindow(Span):
    """Applications taken again, with a round of their own where the call draws: the first one is known by then."""

    draw: DrawAgain | None = None


class Window(Section):
    """When applications are taken, from the first moment included to the last excluded; then observations."""

    time_zone: Annotated[ZoneInfo, BeforeValidator(read_zone)]
    opens_at: Moment
    closes_at: Moment
    observation_days: Annotated[int, BeforeValidator(whole(0, 90))]
    again: Annotated[list[LaterWindow], Field(max_length=50)] = Field(default_factory=list)
    unserved: Annotated[str | None, BeforeValidator(optional(choice(*Unserved)))] = None
    providers: Span | None = None

    @property
    def opens(self) -> datetime:
        """The opening with its time zone."""
        return self.opens_at.replace(tzinfo=self.time_zone)

    @property
    def closes(self) -> datetime:
        """The closing with its time zone."""
        return self.closes_at.replace(tzinfo=self.time_zone)

    def moments(self, span: Span) -> tuple[datetime, datetime]:
        """A stretch with the window's time zone."""
        return span.opens_at.replace(tzinfo=self.time_zone), span.closes_at.replace(tzinfo=self.time_zone)


class Applicants(Section):
    """Who applies, and for whom."""

    roles: Annotated[list[Role], Field(min_length=1)]
    application_of: Annotated[str, BeforeValidator(choice("household", "person", "provider"))]
    award_of: Annotated[str, BeforeValidator(choice("child", "person", "project"))]


class ParameterStep(Section):
    """The value of a parameter from a day on."""

    from_: Annotated[Day, Field(alias="from")]
    value: Cents


class Eligibility(Section):
    """All conditions hold at once."""

    all: Annotated[list[ConditionNode], Field(min_length=1, max_length=40)]


class PointsNode(Section):
    """Points for a fact: `each` up to `at_most` units of a count, or `if_true` for a yes or for one of some words."""

    fact: PointFact
    each: Annotated[int | None, BeforeValidator(optional(whole(1, 1_000)))] = None
    at_most: Annotated[int | None, BeforeValidator(optional(whole(1, 200)))] = None
    if_true: Annotated[int | None, BeforeValidator(optional(whole(1, 1_000)))] = None
    words: Annotated[list[Word], Field(max_length=50)] = Field(default_factory=list)


class Draw(Section):
    """The public source of the draw's seed; `expected_at`: when the round is due, in the window's zone."""

    beacon: Slug
    scheme: Annotated[str, BeforeValidator(choice("ed25519"))]
    public_key: Annotated[
        str, BeforeValidator(pattern(r"[0-9a-f]{64}", "64 hexadecimal digits in small letters"))
    ]
    round: Annotated[int, BeforeValidator(whole(1, 10**12))]
    expected_at: Moment


class Selection(Section):
    """How children are ranked; classes come before the order, the first that is met is a child's."""

    method: Annotated[str, BeforeValidator(choice(*Method))]
    points: Annotated[list[PointsNode], Field(max_length=20)] = Field(default_factory=list)
    classes: Annotated[list[ConditionNode], Field(max_length=20)] = Field(default_factory=list)
    order: Annotated[list[Key], Field(min_length=1, json_schema_extra={"x-ordered": True})]
    draw: Draw | None = None


class FundNode(Section):
    """One fund behind the call; funds are spent in the order they are written."""

    code: FundCode
    name: Words
    amount: Cents
    cup: Annotated[str | None, BeforeValidator(optional(CUP))] = None
    reference: Line
    eligible_from: Day
    eligible_to: Day
    categories: Annotated[list[Word], Field(min_length=1)]


class ReserveNode(Section):
    """A part of every fund kept for those who meet a condition: a quota, or the envelope of a territory."""

    code: FundCode
    percent: Percent
    when: ConditionNode
    rest: Annotated[str, BeforeValidator(choice("to_all", "kept"))]


class GrantStep(Section):
    """From so many minors on, so many awards for one household."""

    minors: Annotated[int, BeforeValidator(whole(0, 50))]
    at_most: Annotated[int, BeforeValidator(whole(1, 50))]


class GrantsNode(Section):
    """Awards per household by the number of minors, and one more for each of another count."""

    steps: Annotated[list[GrantStep], Field(min_length=1, max_length=20)]
    one_more_for: Annotated[str | None, BeforeValidator(optional(choice(*of_kind(FactKind.COUNT))))] = None


class DiscretionNode(Section):
    """A part of the money for cases that fail the test, with a reason and a second person's approval."""

    percent: Percent


class AllocationNode(Section):
    """How money meets the ranking."""

    fit: FitWord
    partial_last: Flag
    split_funds: Flag
    household_cap: Annotated[int | None, BeforeValidator(optional(whole(1, 50)))] = None
    reserves: Annotated[list[ReserveNode], Field(max_length=40)] = Field(default_factory=list)
    grants_per_household: GrantsNode | None = None
    discretionary: DiscretionNode | None = None


class Publication(Section):
    """How long lists of codes stay public."""

    remove_after_days: Annotated[int, BeforeValidator(whole(1, 1_825))]


class Asked(Section):
    """Facts the application asks, and why."""

    facts: Annotated[list[FactName], Field(min_length=1)]
    why: Words


NamedKind = Annotated[str, BeforeValidator(choice(*NAMED))]
ParameterName = Annotated[
    str, BeforeValidator(pattern(r"[a-z][a-z0-9_]{1,39}", "a short name in small letters"))
]


class CallBody(Section):
    """All sections of one version of a call. `format` is the version of the document's own shape."""

    format: Annotated[int, BeforeValidator(whole(1, 1))]
    identity: Identity
    texts: Texts
    sources: Annotated[list[Source], Field(min_length=1, max_length=50)]
    marks: dict[str, Mark]
    names: dict[NamedKind, dict[Word, Words]] = Field(default_factory=dict)
    parameters: dict[ParameterName, Annotated[list[ParameterStep], Field(min_length=1, max_length=50)]] = (
        Field(default_factory=dict)
    )
    window: Window
    applicants: Applicants
    eligibility: Eligibility
    amount: Amount
    selection: Selection
    funds: Annotated[list[FundNode], Field(min_length=1, max_length=20)]
    allocation: AllocationNode
    award: AwardLife
    use: Use
    bookings: Bookings
    payment: PaymentNode
    publication: Publication
    data: Annotated[list[Asked], Field(min_length=1, max_length=60)]
