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
    """What a use of `price` is paid at, after a `turnover` of the year; rounded down once, on the whole."""
    if rule.fixed_unit is not None:
        return rule.fixed_unit
    by_category = dict(rule.category_rates).get(category)
    if by_category is not None:
        return price * by_category // 100
    if not rule.rates:
        return price
    hundredths = 0
    ends = [step.above for step in rule.rates[1:]] + [turnover + price]
    for step, end in zip(rule.rates, ends, strict=True):
        inside = min(turnover + price, max(end, step.above)) - max(turnover, step.above)
        hundredths += max(0, inside) * step.percent
    return hundredths // 100


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
