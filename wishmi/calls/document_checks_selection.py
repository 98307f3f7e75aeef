"""Checks of selection, funds and allocation: nothing decides silently, no rule undoes another."""

from collections.abc import Iterator

from wishmi.calls.document_amounts import ByIndicator
from wishmi.calls.document_build import condition_of
from wishmi.calls.document_faults import Fault, doubled, euro, why_not_moment
from wishmi.calls.document_findings import Place
from wishmi.calls.document_rules import amount_of
from wishmi.calls.document_sections import CATEGORIES, CallBody, PointsNode
from wishmi.calls.document_values import did_you_mean
from wishmi.core.calls import Method, OrderKey
from wishmi.core.rules.vocabulary import VOCABULARY
from wishmi.core.scoring import COUNTS, SETS


def selection_faults(call: CallBody) -> Iterator[Fault]:
    """Everything about who comes first and where the money is taken that does not agree."""
    yield from _points(call)
    yield from _method(call)
    yield from _classes(call)
    yield from _order(call)
    yield from _draw(call)
    yield from _funds(call)
    yield from _reserves(call)
    yield from _grants(call)


def least_of(call: CallBody) -> tuple[int, ...]:
    """Every amount one award can have, as far as they are known beforehand."""
    if isinstance(call.amount, ByIndicator):
        return tuple(band.amount for band in call.amount.bands)
    rule = amount_of(call)
    return (rule.values() if rule is not None else None) or ()


def _reserves(call: CallBody) -> Iterator[Fault]:
    allocation = call.allocation
    here: Place = ("allocation", "reserves")
    for place, sentence in doubled(one.code for one in allocation.reserves):
        yield (*here, place, "code"), sentence
    total = sum(one.percent for one in allocation.reserves)
    if total > 100:
        yield here, f"The reserves take {total} per cent of each fund: keep them at 100 together or below."
    if allocation.reserves and allocation.partial_last:
        sentence = "With reserves there is no single last child: write partial_last: false."
        yield ("allocation", "partial_last"), sentence


def _grants(call: CallBody) -> Iterator[Fault]:
    allocation, grants = call.allocation, call.allocation.grants_per_household
    if grants is None:
        return
    here: Place = ("allocation", "grants_per_household")
    if allocation.household_cap is not None:
        yield here, "Two caps per household contradict each other: leave household_cap out."
    steps = grants.steps
    if steps[0].minors != 0:
        yield (
            (*here, "steps", 0, "minors"),
            "The first step begins at 0 minors, or some households have no cap.",
        )
    for place in range(1, len(steps)):
        if steps[place].minors <= steps[place - 1].minors or steps[place].at_most <= steps[place - 1].at_most:
            yield (
                (*here, "steps", place),
                "Steps rise: write more minors and a higher cap than in the step before.",
            )


def _points(call: CallBody) -> Iterator[Fault]:
    here: Place = ("selection", "points")
    for place, sentence in doubled(node.fact for node in call.selection.points):
        yield (*here, place, "fact"), sentence
    for place, node in enumerate(call.selection.points):
        yield from (((*here, place, *where), sentence) for where, sentence in _points_shape(node))


def _set_shape(node: PointsNode) -> Iterator[Fault]:
    if node.if_true is None or not node.words:
        yield (
            ("words",),
            f"{node.fact} is a set of words: write words and if_true, the points for one of them.",
        )
    for name in ("each", "at_most"):
        if getattr(node, name) is not None:
            yield (name,), f"{node.fact} is a set of words and is not counted: write if_true instead."


def _points_shape(node: PointsNode) -> Iterator[Fault]:
    if node.fact in SETS:
        yield from _set_shape(node)
        return
    if node.words:
        yield ("words",), f"{node.fact} has no words: leave them out."
    if node.fact in COUNTS:
        for name in ("each", "at_most"):
            if getattr(node, name) is None:
                yield (
                    (name,),
                    f"{node.fact} is counted: write {name}, the points of one or the most that are counted.",
                )
        if node.if_true is not None:
            yield ("if_true",), f"{node.fact} is counted, not yes or no: write each and at_most instead."
        return
    if node.if_true is None:
        yield ("if_true",), f"{node.fact} is yes or no: write if_true with its points."
    for name in ("each", "at_most"):
        if getattr(node, name) is not None:
            yield (name,), f"{node.fact} is yes or no and cannot be counted: write if_true instead."


def _order(call: CallBody) -> Iterator[Fault]:
    order = call.selection.order
    for place, sentence in doubled(order):
        yield ("selection", "order", place), sentence
    is_for_all = call.selection.method == Method.UNIVERSAL
    if is_for_all and order != [OrderKey.CODE]:
        sentence = "Everyone is served, so nothing decides who comes first: write order: [code]."
        yield ("selection", "order", 0), sentence
    if not is_for_all and OrderKey.CODE in order:
        sentence = "The code of a row decides for nobody: it orders only where everyone is served."
        yield ("selection", "order", order.index(OrderKey.CODE)), sentence
    elif not is_for_all and order[-1] != OrderKey.DRAW:
        sentence = "Children may still be level at the end: write draw as the last key of the order."
        yield ("selection", "order", len(order) - 1), sentence


def _classes(call: CallBody) -> Iterator[Fault]:
    """A class is a stretch of places anyone can see: what it rests on is told of everyone in it."""
    for place, node in enumerate(call.selection.classes):
        facts = condition_of(node, call.parameters).facts
        if any(VOCABULARY[fact].group == "health" for fact in facts if fact in VOCABULARY):
            sentence = (
                "Places are public, so this class would tell of health: write points or a reserve instead."
            )
            yield ("selection", "classes", place), sentence


FIRST_KEY = {
    Method.FIRST_COME: OrderKey.ARRIVAL,
    Method.LOTTERY: OrderKey.DRAW,
    Method.COMMISSION: OrderKey.HIGHER_SCORE,
}


def _method(call: CallBody) -> Iterator[Fault]:
    selection = call.selection
    method = Method(selection.method)
    if selection.points and method is not Method.POINTS:
        sentence = (
            f"{method} and points contradict each other: write method: points, or leave the points out."
        )
        yield ("selection", "points"), sentence
    if selection.classes and method is not Method.CLASSES:
        sentence = f"{method} and classes contradict each other: write method: classes, or leave them out."
        yield ("selection", "classes"), sentence
    if method is Method.CLASSES and not selection.classes:
        yield ("selection", "method"), "No class is named: add classes, the first to be served first."
    wanted = FIRST_KEY.get(method)
    if wanted is not None and selection.order[0] != wanted:
        yield (
            ("selection", "order", 0),
            f"{method} begins with {wanted}: write it as the first key of the order.",
        )
    elif OrderKey.ARRIVAL in selection.order and method is not Method.FIRST_COME:
        sentence = "Who was first decides only where the call says so: write method: first_come."
        yield ("selection", "order", selection.order.index(OrderKey.ARRIVAL)), sentence


def _draw(call: CallBody) -> Iterator[Fault]:
    draw = call.selection.draw
    if OrderKey.DRAW not in call.selection.order:
        if draw is not None:
            yield (
                ("selection", "draw"),
                "A draw is described, but the order does not use it: add draw to the order.",
            )
        return
    if draw is None:
        sentence = (
            "The order ends with a draw: name its beacon, scheme, public_key and round before anyone applies."
        )
        yield ("selection", "draw"), sentence
        return
    here: Place = ("selection", "draw", "expected_at")
    wrong = why_not_moment(draw.expected_at, call.window.time_zone)
    if wrong:
        yield here, wrong
    if draw.expected_at <= call.window.closes_at:
        sentence = "The round is due before the window closes and could be known: name one after closes_at."
        yield here, sentence


def _funds(call: CallBody) -> Iterator[Fault]:
    amounts = least_of(call)
    least = min(amounts, default=0)
    for place, sentence in doubled(fund.code for fund in call.funds):
        yield ("funds", place, "code"), sentence
    for place, fund in enumerate(call.funds):
        here: Place = ("funds", place)
        if fund.amount < least or fund.amount == 0:
            needed = euro(least, call.amount.unit)
            sentence = f"The fund cannot pay one award, of {needed} at least: raise its amount or drop it."
            yield (*here, "amount"), sentence
        if fund.eligible_to < fund.eligible_from:
            yield (*here, "eligible_to"), "Spending ends before it begins: write a day after eligible_from."
        elif fund.eligible_to < call.award.use_until:
            sentence = (
                f"Vouchers are used until {call.award.use_until}, after the fund's last day: write that day"
                " or a later one, or end the use of vouchers earlier."
            )
            yield (*here, "eligible_to"), sentence
        for position, category in enumerate(fund.categories):
            known = [*CATEGORIES, *call.names.get("category", {})]
            if category not in known:
                sentence = f"{category} is not known here: {did_you_mean(category, known)}"
                yield (*here, "categories", position), sentence
        for position, sentence in doubled(fund.categories):
            yield (*here, "categories", position), sentence
