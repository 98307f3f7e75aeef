"""The conditions and amounts of a document as nodes of the core, each kind by its own short function."""

from collections.abc import Callable, Mapping
from typing import Any

from wishmi.calls import document_amounts as amounts
from wishmi.calls import document_conditions as nodes
from wishmi.calls.document_sections import ParameterStep
from wishmi.core import conditions as plain
from wishmi.core.rules import amounts as rules
from wishmi.core.rules import means, who
from wishmi.core.rules.amounts import AGE, ByBand, Stretch
from wishmi.core.rules.judging import Condition
from wishmi.core.rules.limits import Dated, Figure, Limit
from wishmi.core.rules.trees import AllOf, AnyOf
from wishmi.core.rules.workings import AmountRule

Parameters = Mapping[str, list[ParameterStep]]


def figure_of(figure: int | str, parameters: Parameters) -> Figure:
    """An amount, or a parameter by date; a name nobody defined is refused by the checks, and is zero until then."""
    if isinstance(figure, int):
        return figure
    steps = parameters.get(figure)
    return Dated(figure, tuple((step.from_, step.value) for step in steps)) if steps else 0


def condition_of(node: nodes.Node, parameters: Parameters) -> Condition:
    """One condition."""
    return _CONDITIONS[node.condition](node, parameters)


def _all_of(node: nodes.AllOfNode, parameters: Parameters) -> Condition:
    return AllOf(tuple(condition_of(inner, parameters) for inner in node.of))


def _any_of(node: nodes.AnyOfNode, parameters: Parameters) -> Condition:
    return AnyOf(tuple(condition_of(inner, parameters) for inner in node.of))


def _amount_within(node: nodes.AmountWithinNode, parameters: Parameters) -> Condition:
    most = None
    if node.at_most is not None:
        cases = tuple(
            (condition_of(case.when, parameters), figure_of(case.at_most, parameters)) for case in node.cases
        )
        most = Limit(figure_of(node.at_most, parameters), cases)
    least = None if node.at_least is None else Limit(figure_of(node.at_least, parameters))
    steps = tuple(_step(step, parameters) for step in node.adjusted_by)
    return means.AmountWithin(node.fact, most, least, node.percent, steps, node.or_not_known)


def _step(node: nodes.StepNode, parameters: Parameters) -> means.Step:
    if node.take_percent is not None and node.when is not None:
        return means.Reduce(node.take_percent, condition_of(node.when, parameters))
    if node.divide_by is not None:
        return means.PerHead(node.divide_by)
    return means.Deduct(node.subtract or 0, node.for_each or "minors")


_CONDITIONS: dict[str, Callable[[Any, Parameters], Condition]] = {
    "age_under": lambda node, _: plain.AgeUnder(node.years),
    "resident": lambda node, _: plain.Resident(),  # noqa: ARG005 (one shape for all)
    "indicator_attested": lambda node, _: plain.IndicatorAttested(tuple(node.kinds), node.issued_from),
    "indicator_at_most": lambda node, _: plain.IndicatorAtMost(node.at_most),
    "amount_within": _amount_within,
    "all_of": _all_of,
    "any_of": _any_of,
    "years_old": lambda node, _: who.AgeBetween(node.at_least, node.at_most, node.on),
    "born_between": lambda node, _: who.BornBetween(node.first, node.last),
    "turns_in_year": lambda node, _: who.TurnsInYear(node.at_least, node.at_most),
    "resident_for": lambda node, _: who.LivesHereFor(nodes.SINCE[node.who], node.years),
    "holds": lambda node, _: who.Holds(node.fact),
    "number_of": lambda node, _: who.CountBetween(node.fact, node.at_least, node.at_most),
    "is_one_of": lambda node, _: who.IsOneOf(node.fact, tuple(node.words)),
    "has_any": lambda node, _: who.HoldsOneOf(node.fact, tuple(node.words)),
    "not_funded_by": lambda node, _: who.NotFundedBy(tuple(node.schemes)),
    "in_time": lambda node, _: who.DayUntil(node.day, node.after, node.within_days or 0, node.until),
}


def _stretches(bands: list[amounts.BandNode]) -> tuple[Stretch, ...]:
    return tuple(Stretch(band.to, band.to_inclusive, band.amount) for band in bands)


def _by_age(ages: list[amounts.AgeBandNode]) -> ByBand:
    """Bands of whole years; a gap between two is a band of nothing."""
    stretches: list[Stretch] = []
    for place, band in enumerate(ages):
        if place and band.from_ > ages[place - 1].to + 1:
            stretches.append(Stretch(band.from_ - 1, inclusive=True, amount=0))
        stretches.append(Stretch(band.to, inclusive=True, amount=band.amount))
    return ByBand(AGE, tuple(stretches), ages[0].from_)


def base_of(node: amounts.AmountSection, parameters: Parameters) -> AmountRule:
    """The amount before anything multiplies it, adds to it or cuts it."""
    return _AMOUNTS[type(node)](node, parameters)


def _cases(node: amounts.ByCase, parameters: Parameters) -> AmountRule:
    cases = tuple((condition_of(case.when, parameters), case.amount) for case in node.cases)
    return rules.ByCase(cases, node.otherwise, node.add_up)


def _seasons(node: amounts.BySeason, _: Parameters) -> AmountRule:
    seasons = tuple(rules.Season(one.name, one.first, one.last, one.units) for one in node.seasons)
    return rules.InUnits("sessions", seasons, node.tariff)


def _matrix(node: amounts.BySchoolLevel, _: Parameters) -> AmountRule:
    return rules.Matrix("school_level", tuple((tuple(row.levels), _row(row)) for row in node.rows))


def _row(row: amounts.LevelRow) -> ByBand:
    return _by_age(row.ages) if row.ages else ByBand("isee_cents", _stretches(row.bands))


_AMOUNTS: dict[type, Callable[[Any, Parameters], AmountRule]] = {
    amounts.ByIndicator: lambda node, _: ByBand("isee_cents", _stretches(node.bands)),
    amounts.FlatAmount: lambda node, parameters: rules.Flat(figure_of(node.amount, parameters)),
    amounts.ByAge: lambda node, _: _by_age(node.ages),
    amounts.BySchoolLevel: _matrix,
    amounts.ByCase: _cases,
    amounts.ByCost: lambda node, _: rules.PercentOfCost(node.percent, node.at_most),
    amounts.ByMonth: lambda node, _: rules.PerMonth(node.amount, node.first, node.last),
    amounts.BySeason: _seasons,
    amounts.ByRequest: lambda node, _: rules.Requested(node.at_most),
    amounts.EqualShare: lambda node, _: rules.Flat(node.at_most),
}
