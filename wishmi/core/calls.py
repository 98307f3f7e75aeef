"""A call's rules as frozen data: what `wishmi.calls.document` makes of a published document."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from wishmi.core.conditions import Condition
from wishmi.core.scoring import Criterion


class OrderKey(StrEnum):
    """What separates children of equal points, in the order the call names."""

    LOWER_INDICATOR = "lower_indicator"
    YOUNGER = "younger"
    DRAW = "draw"


PUBLIC_KEYS = frozenset({OrderKey.DRAW})
"""Keys anyone can check; the others rest on private facts that only an auditor sees."""


class Fit(StrEnum):
    """What happens when the money no longer covers the next child."""

    STOP = "stop"
    PASS_OVER = "pass_over"


@dataclass(frozen=True, slots=True)
class Band:
    """One amount for indicators up to a bound: the bound itself belongs to the band only if `inclusive`."""

    up_to_cents: int
    inclusive: bool
    amount: int


@dataclass(frozen=True, slots=True)
class FundRule:
    """A fund behind the call, in spending order; `categories` empty means every category is eligible."""

    code: str
    appropriated: int
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DrawRule:
    """The public source of the draw's seed, named before the applications are known."""

    beacon: str
    scheme: str
    public_key: str
    round: int


@dataclass(frozen=True, slots=True)
class AllocationRule:
    """How money meets the ranking.

    `partial_last`: the child at the cut-off may get what is left. `split_funds`: one award may be paid by two funds
    in turn. `household_cap`: awards per household at most, None for no cap.
    """

    fit: Fit
    partial_last: bool
    split_funds: bool
    household_cap: int | None


@dataclass(frozen=True, slots=True)
class LifeRule:
    """The life of an award: days to accept, the last day of use."""

    accept_within_days: int
    use_until: date


@dataclass(frozen=True, slots=True)
class UseRule:
    """How a voucher may be used: hours of free cancellation, days a provider has to confirm."""

    confirm_within_days: int
    free_cancellation_hours: int
    minimum_price: int
    maximum_price: int | None


@dataclass(frozen=True, slots=True)
class PaymentRule:
    """When a provider is paid: days between use and statement."""

    holding_days: int


@dataclass(frozen=True, slots=True)
class CallRules:
    """All rules of one call version. Amounts in minor units of `unit`."""

    code: str
    version: int
    unit: str
    opens_at: datetime
    closes_at: datetime
    observation_days: int
    conditions: tuple[Condition, ...]
    bands: tuple[Band, ...]
    criteria: tuple[Criterion, ...]
    order: tuple[OrderKey, ...]
    draw: DrawRule | None
    funds: tuple[FundRule, ...]
    allocation: AllocationRule
    life: LifeRule
    use: UseRule
    payment: PaymentRule
