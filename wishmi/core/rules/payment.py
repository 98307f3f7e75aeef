"""How providers are paid: when, at which rate, to whom."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from wishmi.core.money import split


class Moment(StrEnum):
    """When what was used is owed."""

    AFTER_USE = "after_use"
    AFTER_START = "after_start"
    INSTALMENTS = "instalments"
    IN_ADVANCE = "in_advance"


class Payee(StrEnum):
    """To whom: the provider, the family against proof, or a school for many children at once."""

    PROVIDER = "provider"
    FAMILY = "family"
    SCHOOL = "school"


@dataclass(frozen=True, slots=True)
class RateStep:
    """From a yearly turnover on, `percent` of the price is paid; the first step begins at 0."""

    above: int
    percent: int


@dataclass(frozen=True, slots=True)
class PaymentRule:
    """When and at which rate a provider is paid.

    `rates` fall with what was used at the provider in the year, each on the part above its step; `category_rates`
    come before them. `fixed_unit` is paid for each use even if the fee is lower. `per_head` is a grant for each child
    enrolled in a year. `instalments` are pairs of per cent and days after the start; a family claims in `claim_days`.
    """

    holding_days: int
    moment: Moment = Moment.AFTER_USE
    payee: Payee = Payee.PROVIDER
    rates: tuple[RateStep, ...] = ()
    category_rates: tuple[tuple[str, int], ...] = ()
    fixed_unit: int | None = None
    per_head: int | None = None
    instalments: tuple[tuple[int, int], ...] = ()
    claim_days: int | None = None


def paid_for(rule: PaymentRule, price: int, turnover: int = 0, category: str = "") -> int:
    """What a use of `price` is paid at, after a `turnover` of the year.

    With rates, it is what the turnover after the use makes less what the turnover before it made, each rounded down
    once: however a year's turnover is cut into uses, what is paid for them adds up to the same cent.
    """
    if rule.fixed_unit is not None:
        return rule.fixed_unit
    by_category = dict(rule.category_rates).get(category)
    if by_category is not None:
        return price * by_category // 100
    if not rule.rates:
        return price
    return _at_rates(rule.rates, turnover + price) - _at_rates(rule.rates, turnover)


def _at_rates(rates: tuple[RateStep, ...], turnover: int) -> int:
    """What a whole turnover is paid at: each part of it at the rate of its stretch, rounded down once."""
    ends = [step.above for step in rates[1:]] + [turnover]
    stretches = zip(rates, ends, strict=True)
    return sum(max(0, min(turnover, end) - step.above) * step.percent for step, end in stretches) // 100


def owed_for(
    rule: PaymentRule, amounts: tuple[int, ...], turnover: int = 0, category: str = ""
) -> tuple[int, ...]:
    """What is owed for one use, on the parts of the funds that spent `amounts` on it; the shares sum to `paid_for`."""
    spent = sum(amounts)
    return split(paid_for(rule, spent, turnover, category), amounts) if spent else amounts


def dues(rule: PaymentRule, amount: int, started_on: date, used_on: date) -> tuple[tuple[date, int], ...]:
    """The days on which an amount is owed; instalments sum to it, to the cent."""
    match rule.moment:
        case Moment.IN_ADVANCE:
            return ((started_on, amount),)
        case Moment.AFTER_START:
            return ((started_on + timedelta(days=rule.holding_days), amount),)
        case Moment.INSTALMENTS:
            parts = split(amount, [percent for percent, _ in rule.instalments])
            days = [started_on + timedelta(days=after) for _, after in rule.instalments]
            return tuple(zip(days, parts, strict=True))
    return ((used_on + timedelta(days=rule.holding_days), amount),)


def head_grant(rule: PaymentRule, enrolled: int) -> int:
    """The yearly grant of a provider for the children enrolled."""
    return (rule.per_head or 0) * enrolled


def is_before_use(rule: PaymentRule) -> bool:
    """Whether a confirmed use is owed once it has started, without waiting for who came."""
    return rule.moment is not Moment.AFTER_USE


def claim_until(
    rule: PaymentRule, retroactive_days: int | None, paid_on: date, awarded_on: date
) -> date | None:
    """Until which day a cost can be claimed back: some days after it was paid, or the call's after the award.

    `retroactive_days` open a window after the award for what was paid before it. None where no refund is foreseen.
    """
    ends = []
    if rule.claim_days is not None:
        ends.append(paid_on + timedelta(days=rule.claim_days))
    if retroactive_days is not None and paid_on < awarded_on:
        ends.append(awarded_on + timedelta(days=retroactive_days))
    if rule.payee is Payee.SCHOOL and not ends:
        return date.max
    return max(ends, default=None)
