"""How a voucher may be used: who pays what of a price, and the caps that a booking meets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from wishmi.core.reasons import Reason, ReasonCode

ALL = 100
"""Per cent: a cancellation that would lose everything comes too late."""


class CoPayment(StrEnum):
    """What the family pays: nothing, the rest, or a share that is stated."""

    NONE = "none"
    REST_BY_FAMILY = "rest_by_family"
    FAMILY_AT_LEAST = "family_at_least"
    VOUCHER_AT_MOST = "voucher_at_most"


class Confirmation(StrEnum):
    """Who confirms that a service was used: the provider, provider and family, or the code that is shown."""

    PROVIDER = "provider"
    BOTH = "both"
    CODE = "code"


class NoShow(StrEnum):
    """What a child that does not come has cost: the whole price, or nothing."""

    USED = "used"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class UseRule:
    """How a voucher may be used: hours of free cancellation, days a provider has to confirm, prices, shares and caps.

    `share_percent` is the family's least or the voucher's largest share, by `co_payment`. Caps are amounts in all;
    `late_percent` of a price is lost by a cancellation that comes too late. A provider marks who came within
    `mark_within_days` of the end, or the hold is released; None for no term. Where both confirm, the family answers
    within `confirm_use_within_days` of the mark; its silence confirms.
    """

    confirm_within_days: int
    free_cancellation_hours: int
    minimum_price: int
    maximum_price: int | None
    co_payment: CoPayment = CoPayment.REST_BY_FAMILY
    share_percent: int = 0
    per_month: int | None = None
    per_year: int | None = None
    per_category: tuple[tuple[str, int], ...] = ()
    per_provider: int | None = None
    services: int | None = None
    forbidden: tuple[str, ...] = ()
    indivisible: bool = False
    confirmation: Confirmation = Confirmation.PROVIDER
    late_percent: int = 100
    no_show: NoShow = NoShow.USED
    free_trials: int = 0
    mark_within_days: int | None = None
    confirm_use_within_days: int | None = None

    @property
    def asks_family(self) -> bool:
        """Whether what the provider marks waits for the family's answer."""
        return self.confirmation is Confirmation.BOTH

    @property
    def is_capped(self) -> bool:
        """Whether what may be used depends on what was used before."""
        caps = (self.per_month, self.per_year, self.per_provider, self.services)
        return bool(self.per_category) or any(cap is not None for cap in caps)

    def lost_of(self, amount: int) -> int:
        """What a late cancellation costs of an amount, rounded in favour of the family."""
        return amount * self.late_percent // 100

    def share_of(self, price: int) -> int:
        """What the voucher may pay of a price at most, rounded in favour of the family's stated share."""
        if self.co_payment is CoPayment.FAMILY_AT_LEAST:
            return price - -(-price * self.share_percent // 100)
        if self.co_payment is CoPayment.VOUCHER_AT_MOST:
            return price * self.share_percent // 100
        return price


@dataclass(frozen=True, slots=True)
class Used:
    """What a voucher has held and spent so far: in the month and year of the day, by category, at this provider.

    `services` are those it pays for, `trials` the free ones; both without what was cancelled in time or taken back.
    """

    this_month: int = 0
    this_year: int = 0
    by_category: Mapping[str, int] = field(default_factory=dict)
    at_provider: int = 0
    services: int = 0
    trials: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be paid: a price in a category, what the voucher still has for it, what kind of goods it is.

    `whole` is all that is left on its day, where some of it may not pay for this; `wanted` is what the family wants the
    voucher to pay at most; `is_trial` where the provider offers a free try.
    """

    price: int
    category: str
    left: int
    goods: str = ""
    whole: int | None = None
    wanted: int | None = None
    is_trial: bool = False


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What keeps a voucher from paying a whole price: `share`, `left`, `wanted` or a cap by its name, and how much.

    `before` was used of the cap already.
    """

    name: str
    most: int
    before: int = 0

    @property
    def rest(self) -> int:
        """What it leaves."""
        return self.most - self.before


@dataclass(frozen=True, slots=True)
class Payable:
    """What a voucher may pay of a wish; `ceiling` where that is less than the price. A free trial costs nothing."""

    amount: int
    ceiling: Ceiling | None = None
    is_trial: bool = False


def is_free_trial(rule: UseRule, wish: Wish, used: Used) -> bool:
    """Whether a wish is one of the tries that cost nothing."""
    return wish.is_trial and used.trials < rule.free_trials


def most_payable(rule: UseRule, wish: Wish, used: Used) -> Payable | Reason:
    """What the voucher may pay of a wish: the least of its share, its rest and every cap; or why nothing."""
    if wish.goods and wish.goods in rule.forbidden:
        return Reason(ReasonCode.FORBIDDEN_GOODS, {"goods": wish.goods})
    if is_free_trial(rule, wish, used):
        return Payable(0, is_trial=True)
    refused = _why_not_this_price(rule, wish.price)
    if refused is not None or wish.price == 0:
        return refused or Payable(0)
    if rule.share_of(wish.price) == 0:
        return _beside_the_voucher(rule, wish)
    if rule.services is not None and used.services >= rule.services:
        return Reason(ReasonCode.SERVICES_USED_UP, {"most": rule.services})
    ceiling = min(_ceilings(rule, wish, used), key=lambda one: one.rest)
    if ceiling.rest <= 0:
        return _why_nothing(ceiling)
    return _why_not_so_little(rule, wish, ceiling) or Payable(
        min(ceiling.rest, wish.price), ceiling if ceiling.rest < wish.price else None
    )


def _why_not_this_price(rule: UseRule, price: int) -> Reason | None:
    if price < rule.minimum_price:
        return Reason(ReasonCode.COST_TOO_LOW, {"cost_cents": price, "at_least_cents": rule.minimum_price})
    if rule.maximum_price is not None and price > rule.maximum_price:
        return Reason(ReasonCode.COST_TOO_HIGH, {"cost_cents": price, "at_most_cents": rule.maximum_price})
    return None


def _beside_the_voucher(rule: UseRule, wish: Wish) -> Payable | Reason:
    """So small a price that the share rounds to nothing: the family pays alone, unless it is all or nothing."""
    if rule.indivisible:
        return Reason(ReasonCode.INDIVISIBLE, {"left_cents": _whole(wish)})
    return Payable(0, Ceiling("share", 0))


def _whole(wish: Wish) -> int:
    return wish.left if wish.whole is None else wish.whole


def _ceilings(rule: UseRule, wish: Wish, used: Used) -> list[Ceiling]:
    """All that limits what may be paid here; of equal ones the first is named."""
    of_category = dict(rule.per_category).get(wish.category)
    ceilings = [
        ("share", rule.share_of(wish.price), 0),
        ("left", wish.left, 0),
        ("per_month", rule.per_month, used.this_month),
        ("per_year", rule.per_year, used.this_year),
        ("per_category", of_category, used.by_category.get(wish.category, 0)),
        ("per_provider", rule.per_provider, used.at_provider),
        ("wanted", wish.wanted, 0),
    ]
    return [Ceiling(name, most, before) for name, most, before in ceilings if most is not None]


def _why_nothing(ceiling: Ceiling) -> Reason:
    if ceiling.name in {"left", "wanted"}:
        return Reason(ReasonCode.VOUCHER_INSUFFICIENT, {"left_cents": max(ceiling.most, 0)})
    return Reason(ReasonCode.CAP_REACHED, {"cap": ceiling.name, "most_cents": ceiling.most})


def _why_not_so_little(rule: UseRule, wish: Wish, ceiling: Ceiling) -> Reason | None:
    """What asks for more than may be paid: no part by the family, or all of the voucher at once."""
    most = min(ceiling.rest, wish.price)
    whole = _whole(wish)
    if rule.indivisible and most < whole:
        return Reason(ReasonCode.INDIVISIBLE, {"left_cents": whole})
    if rule.co_payment is CoPayment.NONE and most < wish.price:
        return Reason(ReasonCode.WHOLE_PRICE_ONLY, {"price_cents": wish.price, "most_cents": most})
    return None
