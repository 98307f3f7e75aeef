"""How the price of a session is split between the funds behind a voucher and the family."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from wishmi.core.calls import UseRule
from wishmi.core.money import take_in_order
from wishmi.core.outcome import Refused
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.core.rules.use import Ceiling, Used, Wish, is_free_trial, most_payable


@dataclass(frozen=True, slots=True)
class Purse:
    """What one fund still pays of a voucher.

    `categories` empty means every category is eligible; the eligible period holds both its days, None for no bound.
    """

    free: int
    categories: tuple[str, ...] = ()
    eligible_from: date | None = None
    eligible_until: date | None = None

    def is_for(self, category: str) -> bool:
        """Whether the fund may pay for a category."""
        return not self.categories or category in self.categories

    def can_pay(self, category: str, day: date) -> bool:
        """Whether the fund may pay for a category on a day."""
        return self.is_for(category) and self.is_usable_on(day)

    def is_usable_on(self, day: date) -> bool:
        """Whether the fund may pay for anything on a day."""
        if self.eligible_from is not None and day < self.eligible_from:
            return False
        return self.eligible_until is None or day <= self.eligible_until


@dataclass(frozen=True, slots=True)
class Purchase:
    """What is bought: its price in minor units, category, the day it starts, kind of goods, whether it is a trial."""

    price: int
    category: str
    day: date
    goods: str = ""
    is_trial: bool = False


@dataclass(frozen=True, slots=True)
class PriceSplit:
    """Who pays what: a share for each purse in its order, and the family's rest.

    `ceiling` is what kept the voucher from paying the whole. A free trial costs nothing, whatever its session's price.
    Where shares are units, `worth` is what the voucher pays in money with them.
    """

    shares: tuple[int, ...]
    family: int
    ceiling: Ceiling | None = None
    is_trial: bool = False
    worth: int | None = None

    @property
    def voucher(self) -> int:
        """What the voucher pays in all, in money."""
        return sum(self.shares) if self.worth is None else self.worth

    @property
    def units(self) -> int:
        """How many units it takes; none where shares are money."""
        return 0 if self.worth is None else sum(self.shares)

    @property
    def price(self) -> int:
        """What is to be paid."""
        return self.voucher + self.family


_NOTHING = Used()


def split_price(
    use: UseRule,
    purchase: Purchase,
    purses: Sequence[Purse],
    most: int | None = None,
    used: Used = _NOTHING,
) -> PriceSplit | Refused:
    """Take what the voucher may pay of the price from its purses, in their order; the family pays the rest.

    `most` is what the family wants it to pay at most, `used` what it has paid before. Refused when no fund may pay for
    such a session, when `most` is not a positive amount, and wherever the rules of use leave nothing to pay. What costs
    nothing takes nothing.
    """
    able = [purse.can_pay(purchase.category, purchase.day) for purse in purses]
    free = [purse.free if is_able else 0 for purse, is_able in zip(purses, able, strict=True)]
    # What no booking of this day could use keeps none from using the voucher whole.
    whole = sum(purse.free for purse in purses if purse.is_usable_on(purchase.day))
    wish = Wish(purchase.price, purchase.category, sum(free), purchase.goods, whole, most, purchase.is_trial)
    if not any(able) and not is_free_trial(use, wish, used):
        return Refused.because(ReasonCode.VOUCHER_NOT_ACCEPTED_HERE, category=purchase.category)
    if most is not None and most <= 0:
        return Refused.because(ReasonCode.INCOMPLETE, field="most_cents")
    payable = most_payable(use, wish, used)
    if isinstance(payable, Reason):
        return Refused((payable,))
    shares = take_in_order(payable.amount, free)
    assert shares is not None
    if payable.is_trial:
        return PriceSplit(shares, 0, is_trial=True)
    return PriceSplit(shares, purchase.price - payable.amount, payable.ceiling)


def split_unit(
    use: UseRule, purchase: Purchase, purses: Sequence[Purse], tariff: int, used: Used = _NOTHING
) -> PriceSplit | Refused:
    """Take one unit for a use, from the first purse that has one for its day; it pays the price up to the tariff.

    Refused where no purse has a unit for that day, and wherever the rules of use leave nothing to pay. What costs
    nothing takes nothing.
    """
    wish = Wish(purchase.price, purchase.category, tariff, purchase.goods, is_trial=purchase.is_trial)
    payable = most_payable(use, wish, used)
    if isinstance(payable, Reason):
        return Refused((payable,))
    if payable.amount == 0:
        return PriceSplit((0,) * len(purses), 0, is_trial=payable.is_trial, worth=0)
    if purses and not any(purse.is_for(purchase.category) for purse in purses):
        return Refused.because(ReasonCode.VOUCHER_NOT_ACCEPTED_HERE, category=purchase.category)
    shares = [0] * len(purses)
    for place, purse in enumerate(purses):
        if purse.free > 0 and purse.can_pay(purchase.category, purchase.day):
            shares[place] = 1
            break
    else:
        return Refused.because(ReasonCode.NO_UNIT_LEFT, day=purchase.day.isoformat())
    ceiling = payable.ceiling
    if ceiling is not None and ceiling.name == "left":
        ceiling = replace(ceiling, name="tariff")
    return PriceSplit(
        tuple(shares), purchase.price - payable.amount, ceiling, payable.is_trial, payable.amount
    )
