"""How a voucher may be used: who pays what of a price, and the caps that a booking meets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from wishmi.core.reasons import Reason, ReasonCode


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
    `late_percent` of a price is lost by a cancellation that comes too late.
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

    def share_of(self, price: int) -> int:
        """What the voucher may pay of a price at most, rounded in favour of the family's stated share."""
        if self.co_payment is CoPayment.FAMILY_AT_LEAST:
            return price - -(-price * self.share_percent // 100)
        if self.co_payment is CoPayment.VOUCHER_AT_MOST:
            return price * self.share_percent // 100
        return price


@dataclass(frozen=True, slots=True)
class Used:
    """What one child has used so far: amounts in the month and year of the day, by category, at this provider."""

    this_month: int = 0
    this_year: int = 0
    by_category: Mapping[str, int] = field(default_factory=dict)
    at_provider: int = 0
    services: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be paid: a price in a category, what the voucher still has, what kind of goods it is."""

    price: int
    category: str
    left: int
    goods: str = ""


def most_payable(rule: UseRule, wish: Wish, used: Used) -> int | Reason:
    """What the voucher may pay of a wish: the least of its share, its rest and every cap; or why nothing."""
    refused = _why_not_at_all(rule, wish, used)
    if refused is not None or wish.price == 0:
        return refused or 0
    most = min(rule.share_of(wish.price), wish.left)
    if most <= 0:
        return Reason(ReasonCode.VOUCHER_INSUFFICIENT, {"left_cents": wish.left})
    for name, cap, before in _caps(rule, wish, used):
        most = min(most, cap - before)
        if most <= 0:
            return Reason(ReasonCode.CAP_REACHED, {"cap": name, "most_cents": cap})
    too_little = (rule.co_payment is CoPayment.NONE and most < wish.price) or (
        rule.indivisible and most < wish.left
    )
    if not too_little:
        return most
    code = ReasonCode.INDIVISIBLE if rule.indivisible else ReasonCode.VOUCHER_INSUFFICIENT
    return Reason(code, {"left_cents": wish.left})


def _why_not_at_all(rule: UseRule, wish: Wish, used: Used) -> Reason | None:
    """What no amount changes: forbidden goods, a price out of bounds, too many services."""
    if wish.goods and wish.goods in rule.forbidden:
        return Reason(ReasonCode.FORBIDDEN_GOODS, {"goods": wish.goods})
    too_dear = rule.maximum_price is not None and wish.price > rule.maximum_price
    if wish.price < rule.minimum_price or too_dear:
        return Reason(ReasonCode.VOUCHER_NOT_ACCEPTED_HERE, {"price_cents": wish.price})
    if rule.services is not None and used.services >= rule.services:
        return Reason(ReasonCode.CAP_REACHED, {"cap": "services", "most": rule.services})
    return None


def _caps(rule: UseRule, wish: Wish, used: Used) -> list[tuple[str, int, int]]:
    """Each cap that bites here, with what was used of it."""
    caps = [
        ("per_month", rule.per_month, used.this_month),
        ("per_year", rule.per_year, used.this_year),
        ("per_category", dict(rule.per_category).get(wish.category), used.by_category.get(wish.category, 0)),
        ("per_provider", rule.per_provider, used.at_provider),
    ]
    return [(name, cap, before) for name, cap, before in caps if cap is not None]
