"""The terms of a call document: the life of an award, how it is used, how providers are paid."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from wishmi.calls.document_base import Percent, Section, Word
from wishmi.calls.document_conditions import ConditionNode
from wishmi.calls.document_values import Cents, Day, Flag, choice, optional, whole
from wishmi.core.calls import AwardMode
from wishmi.core.rules.life import CarryOver, Recheck, Transfer
from wishmi.core.rules.payment import Moment, Payee
from wishmi.core.rules.use import Confirmation, CoPayment, NoShow

MaybeDays = Annotated[int | None, BeforeValidator(optional(whole(1, 3_650)))]


class Recredit(Section):
    """An amount added on the birthday of an age."""

    age: Annotated[int, BeforeValidator(whole(1, 120))]
    amount: Cents


class AwardLife(Section):
    """The life of an award."""

    accept_within_days: Annotated[int | None, BeforeValidator(optional(whole(1, 365)))]
    use_until: Day
    extendable: Flag
    mode: Annotated[str, BeforeValidator(choice(*AwardMode))] = "application"
    automatic_for: ConditionNode | None = None
    valid_days: MaybeDays = None
    until_age: Annotated[int | None, BeforeValidator(optional(whole(1, 120)))] = None
    yearly: Flag = False
    carry_over: Annotated[str, BeforeValidator(choice(*CarryOver))] = "none"
    carry_at_most: Cents | None = None
    recredits: Annotated[list[Recredit], Field(max_length=20)] = Field(default_factory=list)
    transfer: Annotated[str, BeforeValidator(choice(*Transfer))] = "forbidden"
    recheck: Annotated[str, BeforeValidator(choice(*Recheck))] = "never"
    refund_within_days: MaybeDays = None


class CategoryCap(Section):
    """At most so much for one category."""

    category: Word
    at_most: Cents


class Use(Section):
    """How a voucher may be used."""

    co_payment: Annotated[str, BeforeValidator(choice(*CoPayment))]
    share_percent: Percent | None = None
    several_activities: Flag
    minimum_price: Cents = 0
    maximum_price: Cents | None = None
    per_month: Cents | None = None
    per_year: Cents | None = None
    per_category: Annotated[list[CategoryCap], Field(max_length=20)] = Field(default_factory=list)
    per_provider: Cents | None = None
    services: Annotated[int | None, BeforeValidator(optional(whole(1, 999)))] = None
    forbidden: Annotated[list[Word], Field(max_length=50)] = Field(default_factory=list)
    indivisible: Flag = False
    confirmation: Annotated[str, BeforeValidator(choice(*Confirmation))] = "provider"
    free_trials: Annotated[int, BeforeValidator(whole(0, 50))] = 0
    tax_nature: Annotated[str, BeforeValidator(choice("multi_purpose", "single_purpose", "social_benefit"))]


class Bookings(Section):
    """Terms of a booking."""

    confirm_within_days: Annotated[int, BeforeValidator(whole(1, 60))]
    free_cancellation_hours: Annotated[int, BeforeValidator(whole(0, 720))]
    late_percent: Annotated[int, BeforeValidator(whole(0, 100))] = 100
    no_show: Annotated[str, BeforeValidator(choice(*NoShow))] = "used"
    mark_within_days: Annotated[int | None, BeforeValidator(optional(whole(1, 180)))] = None
    confirm_use_within_days: Annotated[int | None, BeforeValidator(optional(whole(1, 180)))] = None


class RateNode(Section):
    """A per cent of the price from a yearly turnover on."""

    above: Cents
    percent: Percent


class CategoryRate(Section):
    """A per cent of the price for one category."""

    category: Word
    percent: Percent


class InstalmentNode(Section):
    """A part of the amount, so many days after the start."""

    percent: Percent
    after_days: Annotated[int, BeforeValidator(whole(0, 730))]


class PaymentNode(Section):
    """How and when a provider is paid."""

    holding_days: Annotated[int, BeforeValidator(whole(0, 180))]
    method: Annotated[str, BeforeValidator(choice("sepa"))]
    needs: Annotated[str, BeforeValidator(choice("invoice", "debit_note", "invoice_or_debit_note"))]
    moment: Annotated[str, BeforeValidator(choice(*Moment))] = "after_use"
    to: Annotated[str, BeforeValidator(choice(*Payee))] = "provider"
    rates: Annotated[list[RateNode], Field(max_length=20)] = Field(default_factory=list)
    category_rates: Annotated[list[CategoryRate], Field(max_length=20)] = Field(default_factory=list)
    fixed_unit: Cents | None = None
    per_head: Cents | None = None
    instalments: Annotated[list[InstalmentNode], Field(max_length=20)] = Field(default_factory=list)
    claim_within_days: MaybeDays = None
