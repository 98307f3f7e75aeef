"""How the price of a session is split between the funds behind a voucher and the family."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from wishmi.core.calls import UseRule
from wishmi.core.money import take_in_order
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode


@dataclass(frozen=True, slots=True)
class Purse:
    """What one fund still pays of a voucher.

    `categories` empty means every category is eligible; the eligible period holds both its days, None for no bound.
    """

    free: int
    categories: tuple[str, ...] = ()
    eligible_from: date | None = None
    eligible_until: date | None = None

    def can_pay(self, category: str, day: date) -> bool:
        """Whether the fund may pay for a category on a day."""
        if self.categories and category not in self.categories:
            return False
        if self.eligible_from is not None and day < self.eligible_from:
            return False
        return self.eligible_until is None or day <= self.eligible_until


@dataclass(frozen=True, slots=True)
class Purchase:
    """What is bought: its price in minor units, its category, the day it starts."""

    price: int
    category: str
    day: date


@dataclass(frozen=True, slots=True)
class PriceSplit:
    """Who pays what: a share for each purse in its order, and the family's rest."""

    shares: tuple[int, ...]
    family: int

    @property
    def voucher(self) -> int:
        """What the voucher pays in all."""
        return sum(self.shares)


def split_price(
    use: UseRule, purchase: Purchase, purses: Sequence[Purse], most: int | None = None
) -> PriceSplit | Refused:
    """Take what the purses may and can pay of the price, in their order, at most `most`; the family pays the rest.

    Refused when the price is outside the call's bounds, when no fund may pay for such a session, when all that may
    pay are empty, or when `most` is not a positive amount. What costs nothing takes nothing.
    """
    too_dear = use.maximum_price is not None and purchase.price > use.maximum_price
    if purchase.price < use.minimum_price or too_dear:
        return Refused.because(ReasonCode.VOUCHER_NOT_ACCEPTED_HERE, price_cents=purchase.price)
    able = [purse.can_pay(purchase.category, purchase.day) for purse in purses]
    if not any(able):
        return Refused.because(ReasonCode.VOUCHER_NOT_ACCEPTED_HERE, category=purchase.category)
    if most is not None and most <= 0:
        return Refused.because(ReasonCode.INCOMPLETE, field="most_cents")
    free = [purse.free if is_able else 0 for purse, is_able in zip(purses, able, strict=True)]
    wanted = purchase.price if most is None else min(purchase.price, most)
    taken = min(wanted, sum(free))
    if taken == 0 and purchase.price > 0:
        return Refused.because(ReasonCode.VOUCHER_INSUFFICIENT, price_cents=purchase.price, free_cents=0)
    shares = take_in_order(taken, free)
    assert shares is not None
    return PriceSplit(shares, purchase.price - taken)
