"""How much a call gives, in lines: for whom, and the amount where it is one number."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from wishmi.core.calls import CallRules
from wishmi.core.rules.adjusted import Adjusted
from wishmi.core.rules.amounts import (
    ByBand,
    ByCase,
    Flat,
    InUnits,
    Matrix,
    PercentOfCost,
    PerMonth,
    Requested,
)
from wishmi.core.rules.distribution import Sharing
from wishmi.core.rules.limits import Dated
from wishmi.core.rules.workings import AmountRule
from wishmi.web import formats
from wishmi.web.fact_words import Speech, label, together
from wishmi.web.rule_words import condition_in_words


@dataclass(frozen=True, slots=True)
class Band:
    """One line of the table of amounts; `amount` is None where the words say all."""

    words: str
    amount: int | None
    text: str = ""


def amounts_in_words(rules: CallRules, speech: Speech) -> Iterator[Band]:
    """Every line of how much a call gives."""
    if rules.amount is None:
        bounds = [(band.up_to_cents, band.inclusive, band.amount) for band in rules.bands]
        yield from _ranges("isee_cents", bounds, speech)
    else:
        yield from _lines(rules.amount, speech)
    if rules.sharing is Sharing.EQUAL:
        yield Band(_("The money is divided in equal parts. This is the most one can get."), None)
    elif rules.sharing is Sharing.PRO_RATA:
        yield Band(_("If the money is not enough, every amount becomes smaller by the same part."), None)


def _ranges(
    fact: str, bounds: list[tuple[int, bool, int]], speech: Speech, prefix: str = ""
) -> Iterator[Band]:
    low, low_inclusive = None, True
    for up_to, inclusive, amount in bounds:
        high = speech.number(fact, up_to)
        top = _("up to {high}") if inclusive else _("less than {high}")
        words = top.format(high=high)
        if low is not None:
            bottom = _("from {low}") if low_inclusive else _("more than {low}")
            words = together([bottom.format(low=low), words])
        yield _band(f"{prefix}{words}", amount, speech)
        low, low_inclusive = high, not inclusive


def _band(words: str, amount: int, speech: Speech) -> Band:
    return Band(words, amount, speech.money(amount))


def _lines(rule: AmountRule, speech: Speech) -> Iterator[Band]:  # noqa: C901, PLR0912 (one case per kind of amount)
    match rule:
        case Flat(amount=figure):
            steps = figure.steps if isinstance(figure, Dated) else ((None, figure),)
            for start, amount in steps:
                words = _("the same for everyone")
                if start is not None and len(steps) > 1:
                    words = _("from {low}").format(low=formats.day(start))
                yield _band(words, amount, speech)
        case ByBand(fact=fact, bands=bands):
            bounds = [(band.up_to, band.inclusive, band.amount) for band in bands]
            yield from _ranges(fact, bounds, speech, f"{label(fact)}: ")
        case Matrix(by=by, rows=rows):
            for choices, bands in rows:
                bounds = [(band.up_to, band.inclusive, band.amount) for band in bands.bands]
                prefix = f"{speech.listed(by, choices)}. {label(bands.fact)}: "
                yield from _ranges(bands.fact, bounds, speech, prefix)
        case ByCase(cases=cases, otherwise=otherwise, add_up=add_up):
            for condition, amount in cases:
                yield _band(condition_in_words(condition, speech), amount, speech)
            if otherwise:
                yield _band(_("in all other cases"), otherwise, speech)
            if add_up and len(cases) > 1:
                yield Band(_("Who meets more than one gets the amounts together."), None)
        case PercentOfCost(percent=percent, most=most):
            text = _("{percent} % of the cost, at most {most}.")
            yield Band(text.format(percent=percent, most=speech.money(most)), None)
        case PerMonth(amount=amount, first=first, last=last):
            text = _("for each month of the approved benefit, from {first} to {last}")
            yield _band(text.format(first=formats.day(first), last=formats.day(last)), amount, speech)
        case InUnits(seasons=seasons):
            for season in seasons:
                text = _("{season}, from {first} to {last}: number of sessions {units}.")
                yield Band(
                    text.format(
                        season=speech.named("season", season.name),
                        first=formats.day(season.first),
                        last=formats.day(season.last),
                        units=season.units,
                    ),
                    None,
                )
        case Requested(most=most):
            yield Band(_("What the project asks for, at most {most}.").format(most=speech.money(most)), None)
        case Adjusted():
            yield from _lines(rule.base, speech)
            yield from _adjustments(rule, speech)


def _adjustments(rule: Adjusted, speech: Speech) -> Iterator[Band]:
    if rule.for_each is not None:
        text = _("It is multiplied by this number, up to {most}: {fact}.")
        yield Band(text.format(most=rule.up_to, fact=label(rule.for_each)), None)
    for condition, bonus in rule.bonuses:
        yield Band(bonus_in_words(bonus, condition_in_words(condition, speech), speech), None)
    if rule.at_most is not None:
        yield Band(at_most_in_words(rule.at_most, speech), None)


def bonus_in_words(amount: int, condition: str, speech: Speech) -> str:
    """Something more where a condition holds."""
    return _("{amount} more if this holds: {condition}").format(
        amount=speech.money(amount), condition=condition
    )


def at_most_in_words(amount: int, speech: Speech) -> str:
    """A cap over everything."""
    return _("In all at most {amount}.").format(amount=speech.money(amount))


def worth_in_words(rules: CallRules, speech: Speech) -> str:
    """How much one gets, in one short sentence."""
    if isinstance(rules.amount, InUnits):
        return _("Number of sessions for each: {units}.").format(units=rules.amount.units)
    amounts = rules.amounts()
    if not amounts:
        return _("The amount depends on each case.")
    least, most = speech.money(min(amounts)), speech.money(max(amounts))
    if least == most:
        return _("{amount} for each.").format(amount=most)
    return _("From {least} to {most} for each.").format(least=least, most=most)
