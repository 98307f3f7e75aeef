"""The sections of a call document, as typed models; explained to authors in docs/call-document.md."""

from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from wishmi.calls.document_values import (
    Cents,
    Day,
    Flag,
    Line,
    Moment,
    Slug,
    Text,
    choice,
    optional,
    pattern,
    read_zone,
    whole,
)
from wishmi.core.calls import Fit, OrderKey
from wishmi.core.facts import APPLICANT_ROLES, GROUPS, ISEE_KINDS
from wishmi.core.scoring import COUNTS, FLAGS

FACTS = tuple(name for names in GROUPS.values() for name in names)
CATEGORIES = ("art", "health", "school_plus", "sport", "stem")
ADDRESS = pattern(r"https://[A-Za-z0-9._~/?#&=%+:@,;-]{4,290}", "an address that begins with https://")
MARKS = ("certain", "press", "guess")

Role = Annotated[str, BeforeValidator(choice(*APPLICANT_ROLES))]
Kind = Annotated[str, BeforeValidator(choice(*(kind for kind in ISEE_KINDS if kind)))]
Fact = Annotated[str, BeforeValidator(choice(*FACTS))]
PointFact = Annotated[str, BeforeValidator(choice(*COUNTS, *FLAGS))]
Key = Annotated[str, BeforeValidator(choice(*OrderKey))]
FitWord = Annotated[str, BeforeValidator(choice(*Fit))]
Category = Annotated[str, BeforeValidator(choice(*CATEGORIES))]
Mark = Annotated[str, BeforeValidator(choice(*MARKS))]
FundCode = Annotated[
    str, BeforeValidator(pattern(r"[A-Z0-9][A-Z0-9-]{1,19}", "2 to 20 capital letters, digits and hyphens"))
]


class Section(BaseModel):
    """A part of the document: no unknown keys, no changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Words(Section):
    """A text in the languages families read: Italian and English always, others where a city has them."""

    it: Text
    en: Text
    ar: Text | None = None
    zh_hans: Annotated[Text | None, Field(alias="zh-hans")] = None
    es: Text | None = None
    fil: Text | None = None
    si: Text | None = None
    ro: Text | None = None
    uk: Text | None = None
    fr: Text | None = None

    def in_language(self, language: str) -> str:
        """The text in a language, in Italian where that is missing."""
        found = getattr(self, language.replace("-", "_"), None) if language in LANGUAGES else None
        return found or self.it


LANGUAGES = ("it", "en", "ar", "zh-hans", "es", "fil", "si", "ro", "uk", "fr")


class Identity(Section):
    """Which call this is, and whose."""

    code: Slug
    version: Annotated[int, BeforeValidator(whole(1, 999))]
    city: Line
    municipality: Annotated[
        str,
        BeforeValidator(
            pattern(r"[A-Z][0-9]{3}", "the land-registry code of the municipality, such as F205")
        ),
    ]
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


class Window(Section):
    """When applications are taken, from the first moment included to the last excluded; then observations."""

    time_zone: Annotated[ZoneInfo, BeforeValidator(read_zone)]
    opens_at: Moment
    closes_at: Moment
    observation_days: Annotated[int, BeforeValidator(whole(0, 90))]

    @property
    def opens(self) -> datetime:
        """The opening with its time zone."""
        return self.opens_at.replace(tzinfo=self.time_zone)

    @property
    def closes(self) -> datetime:
        """The closing with its time zone."""
        return self.closes_at.replace(tzinfo=self.time_zone)


class Applicants(Section):
    """Who applies, and for whom."""

    roles: Annotated[list[Role], Field(min_length=1)]
    application_of: Annotated[str, BeforeValidator(choice("household"))]
    award_of: Annotated[str, BeforeValidator(choice("child"))]


class AgeUnderNode(Section):
    """Younger than so many years on the day the application is sent."""

    condition: Literal["age_under"]
    years: Annotated[int, BeforeValidator(whole(1, 120))]
    on: Annotated[str, BeforeValidator(choice("submission"))]


class ResidentNode(Section):
    """Lives in the municipality of the call."""

    condition: Literal["resident"]
    who: Annotated[str, BeforeValidator(choice("child"))]


class IndicatorAttestedNode(Section):
    """Holds an indicator of one of these kinds, issued from a day on, valid when the application is sent."""

    condition: Literal["indicator_attested"]
    kinds: Annotated[list[Kind], Field(min_length=1)]
    issued_from: Day


class IndicatorAtMostNode(Section):
    """The indicator does not pass a threshold, itself included."""

    condition: Literal["indicator_at_most"]
    at_most: Cents


ConditionNode = Annotated[
    AgeUnderNode | ResidentNode | IndicatorAttestedNode | IndicatorAtMostNode,
    Field(discriminator="condition"),
]


class Eligibility(Section):
    """All conditions hold at once."""

    all: Annotated[list[ConditionNode], Field(min_length=1, max_length=40)]


class BandNode(Section):
    """An amount between two bounds; the lower one belongs here if the band before does not take it."""

    from_: Annotated[Cents, Field(alias="from")]
    to: Cents
    to_inclusive: Flag
    amount: Cents


class Amount(Section):
    """How much a child gets."""

    unit: Annotated[str, BeforeValidator(choice("EUR"))]
    by: Annotated[str, BeforeValidator(choice("indicator"))]
    bands: Annotated[list[BandNode], Field(min_length=1, max_length=50)]


class PointsNode(Section):
    """Points for a fact: `each` up to `at_most` units of a count, or `if_true` for a yes."""

    fact: PointFact
    each: Annotated[int | None, BeforeValidator(optional(whole(1, 1_000)))] = None
    at_most: Annotated[int | None, BeforeValidator(optional(whole(1, 50)))] = None
    if_true: Annotated[int | None, BeforeValidator(optional(whole(1, 1_000)))] = None


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
    """How children are ranked."""

    method: Annotated[str, BeforeValidator(choice("points"))]
    points: Annotated[list[PointsNode], Field(max_length=20)]
    order: Annotated[list[Key], Field(min_length=1)]
    draw: Draw | None = None


class FundNode(Section):
    """One fund behind the call; funds are spent in the order they are written."""

    code: FundCode
    name: Words
    amount: Cents
    cup: Annotated[
        str,
        BeforeValidator(
            pattern(r"[A-Z][0-9]{2}[A-Z][0-9]{11}", "a CUP: letter, two digits, letter, eleven digits")
        ),
    ]
    reference: Line
    eligible_from: Day
    eligible_to: Day
    categories: Annotated[list[Category], Field(min_length=1)]


class AllocationNode(Section):
    """How money meets the ranking."""

    fit: FitWord
    partial_last: Flag
    split_funds: Flag
    household_cap: Annotated[int | None, BeforeValidator(optional(whole(1, 50)))] = None


class AwardLife(Section):
    """The life of an award."""

    accept_within_days: Annotated[int, BeforeValidator(whole(1, 365))]
    use_until: Day
    extendable: Flag


class Use(Section):
    """How a voucher may be used."""

    co_payment: Annotated[str, BeforeValidator(choice("rest_by_family", "none"))]
    several_activities: Flag
    minimum_price: Cents = 0
    maximum_price: Cents | None = None
    tax_nature: Annotated[str, BeforeValidator(choice("multi_purpose", "single_purpose", "social_benefit"))]


class Bookings(Section):
    """Terms of a booking."""

    confirm_within_days: Annotated[int, BeforeValidator(whole(1, 60))]
    free_cancellation_hours: Annotated[int, BeforeValidator(whole(0, 720))]


class PaymentNode(Section):
    """How and when a provider is paid."""

    holding_days: Annotated[int, BeforeValidator(whole(0, 180))]
    method: Annotated[str, BeforeValidator(choice("sepa"))]
    needs: Annotated[str, BeforeValidator(choice("invoice", "debit_note", "invoice_or_debit_note"))]


class Publication(Section):
    """How long lists of codes stay public."""

    remove_after_days: Annotated[int, BeforeValidator(whole(1, 1_825))]


class Asked(Section):
    """Facts the application asks, and why."""

    facts: Annotated[list[Fact], Field(min_length=1)]
    why: Words


class CallBody(Section):
    """All sections of one version of a call. `format` is the version of the document's own shape."""

    format: Annotated[int, BeforeValidator(whole(1, 1))]
    identity: Identity
    texts: Texts
    sources: Annotated[list[Source], Field(min_length=1, max_length=50)]
    marks: dict[str, Mark]
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
    data: Annotated[list[Asked], Field(min_length=1, max_length=40)]
