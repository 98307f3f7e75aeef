"""A call's rules as frozen data: what `wishmi.calls.document` makes of a published document."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from wishmi.core.facts import BASE
from wishmi.core.rules.amounts import InUnits
from wishmi.core.rules.distribution import Discretion, GrantCap, Reserve, Sharing
from wishmi.core.rules.judging import Condition
from wishmi.core.rules.life import LifeRule
from wishmi.core.rules.payment import PaymentRule
from wishmi.core.rules.use import UseRule
from wishmi.core.rules.vocabulary import Known
from wishmi.core.rules.workings import AmountRule
from wishmi.core.scoring import Criterion

__all__ = [
    "PUBLIC_KEYS", "AllocationRule", "AwardMode", "Band", "CallRules", "DrawRule", "Fit", "FundRule", "LifeRule",
    "Method", "OrderKey", "PaymentRule",
    "Unserved", "UseRule", "WindowRule",
]  # fmt: skip


class Method(StrEnum):
    """How a call selects."""

    POINTS = "points"
    UNIVERSAL = "universal"
    FIRST_COME = "first_come"
    CLASSES = "classes"
    LOTTERY = "lottery"
    COMMISSION = "commission"


class AwardMode(StrEnum):
    """Whether a family applies, claims what a list entitles it to, or gets it without doing anything."""

    APPLICATION = "application"
    CLAIM = "claim"
    AUTOMATIC = "automatic"


class OrderKey(StrEnum):
    """What separates children of equal points, in the order the call names."""

    LOWER_INDICATOR = "lower_indicator"
    LOWER_INCOME = "lower_income"
    YOUNGER = "younger"
    ARRIVAL = "arrival"
    HIGHER_SCORE = "higher_score"
    DRAW = "draw"
    CODE = "code"


PUBLIC_KEYS = frozenset({OrderKey.DRAW, OrderKey.CODE})
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
class WindowRule:
    """When applications are taken, the last moment excluded, and the round that draws among them."""

    opens_at: datetime
    closes_at: datetime
    draw: DrawRule | None


class Unserved(StrEnum):
    """What becomes of a child that waits on the last list of a window when the next one closes."""

    APPLY_AGAIN = "apply_again"
    STAY = "stay"


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
class CallRules:
    """All rules of one call version. Amounts in minor units of `unit`.

    `amount` is None where the amount goes by `bands` of the indicator. `facts` are those the call asks: the groups of
    the commitment hold them and no others. `classes` come before everything: the first that is met is a child's.
    `opens_at`, `closes_at` and `draw` are the first window's; `core.windows.in_window` gives the rules inside another.
    """

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
    facts: tuple[str, ...] = BASE
    amount: AmountRule | None = None
    method: Method = Method.POINTS
    mode: AwardMode = AwardMode.APPLICATION
    classes: tuple[Condition, ...] = ()
    reserves: tuple[Reserve, ...] = ()
    grant_cap: GrantCap | None = None
    sharing: Sharing = Sharing.WHOLE
    discretion: Discretion | None = None
    automatic_for: Condition | None = None
    more_windows: tuple[WindowRule, ...] = ()
    unserved: Unserved = Unserved.APPLY_AGAIN
    provider_phase: tuple[datetime, datetime] | None = None

    @property
    def counted(self) -> InUnits | None:
        """What the call awards where it counts units instead of money."""
        return self.amount if isinstance(self.amount, InUnits) else None

    @property
    def caps_households(self) -> bool:
        """Whether there is a cap of awards per household."""
        return self.allocation.household_cap is not None or self.grant_cap is not None

    def cap_of(self, known: Known) -> int | None:
        """The cap of one household, None where the call has none."""
        if self.grant_cap is not None:
            return self.grant_cap.of_one(known)
        return self.allocation.household_cap

    def for_ranking(self, appropriated: int) -> int:
        """What of a fund is for the ranking: all but the discretionary share."""
        return appropriated - (0 if self.discretion is None else self.discretion.limit(appropriated))

    def amounts(self) -> tuple[int, ...] | None:
        """Every whole amount the call can award, None where they follow from prices or shares."""
        if self.amount is None:
            return tuple(band.amount for band in self.bands)
        return self.amount.values() if self.sharing is Sharing.WHOLE else None
