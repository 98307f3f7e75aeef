"""Checks across the sections of a call document: what each part says must agree with the others.

Every check yields places and sentences; none raises. A document that passes can be explained to a family.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from wishmi.calls.document_findings import Place
from wishmi.calls.document_rules import conditions_of
from wishmi.calls.document_sections import (
    CallBody,
    IndicatorAtMostNode,
    IndicatorAttestedNode,
    PointsNode,
    Window,
)
from wishmi.core.calls import Fit, OrderKey
from wishmi.core.scoring import COUNTS

Fault = tuple[Place, str]
Node = TypeVar("Node")

MARKED_SECTIONS = (
    "window",
    "applicants",
    "eligibility",
    "amount",
    "selection",
    "funds",
    "allocation",
    "award",
    "use",
    "bookings",
    "payment",
    "publication",
    "data",
)


def faults(call: CallBody, paths: Iterable[str]) -> Iterator[Fault]:
    """Everything that does not agree; `paths` are the places the document holds, for its marks."""
    yield from _window(call)
    yield from _conditions(call)
    yield from _bands(call)
    yield from _threshold(call)
    yield from _points(call)
    yield from _order(call)
    yield from _draw(call)
    yield from _funds(call)
    yield from _terms(call)
    yield from _data(call)
    yield from _marks(call, set(paths))


def euro(cents: int) -> str:
    """An amount as the document writes it."""
    return f"{cents // 100}.{cents % 100:02d}"


def _doubled(values: Iterable[object]) -> Iterator[tuple[int, str]]:
    seen: set[object] = set()
    for place, value in enumerate(values):
        if value in seen:
            yield place, f"{value} is written twice: keep one of the two."
        seen.add(value)


def why_not_moment(local: datetime, zone: ZoneInfo) -> str | None:
    """Why a local moment does not name one instant: the clock skips it or strikes it twice."""
    early, late = local.replace(tzinfo=zone), local.replace(tzinfo=zone, fold=1)
    if early.utcoffset() == late.utcoffset():
        return None
    shown = local.isoformat(timespec="minutes")
    return f"{shown} falls in the hour in which the clock of {zone.key} changes: choose another hour."


def _window(call: CallBody) -> Iterator[Fault]:
    window: Window = call.window
    for name in ("opens_at", "closes_at"):
        wrong = why_not_moment(getattr(window, name), window.time_zone)
        if wrong:
            yield ("window", name), wrong
    if window.closes_at <= window.opens_at:
        yield ("window", "closes_at"), "The window closes before it opens: write a moment after opens_at."
    for place, sentence in _doubled(call.applicants.roles):
        yield ("applicants", "roles", place), sentence


def _only(call: CallBody, kind: type[Node]) -> tuple[int, Node] | None:
    for place, node in enumerate(call.eligibility.all):
        if isinstance(node, kind):
            return place, node
    return None


def _conditions(call: CallBody) -> Iterator[Fault]:
    here: Place = ("eligibility", "all")
    for place, sentence in _doubled(node.condition for node in call.eligibility.all):
        yield (*here, place, "condition"), sentence
    attested = _only(call, IndicatorAttestedNode)
    if attested is None:
        sentence = "The amount goes by the indicator, but no condition asks for one: add indicator_attested."
        yield here, sentence
        return
    place, node = attested
    for kind, sentence in _doubled(node.kinds):
        yield (*here, place, "kinds", kind), sentence
    if node.issued_from > call.window.closes_at.date():
        sentence = "Indicators would have to be issued after the window closes: nobody could apply."
        yield (*here, place, "issued_from"), sentence


def _bands(call: CallBody) -> Iterator[Fault]:
    bands = call.amount.bands
    if bands[0].from_ != 0:
        sentence = (
            f"The first band begins at {euro(bands[0].from_)}: write 0.00, or who is below gets nothing."
        )
        yield ("amount", "bands", 0, "from"), sentence
    for place, band in enumerate(bands):
        here: Place = ("amount", "bands", place)
        if band.amount == 0:
            yield (
                (*here, "amount"),
                "The amount is zero: write more, or end the bands and the threshold below it.",
            )
        if band.to <= band.from_:
            yield (
                (*here, "to"),
                f"The band ends at {euro(band.to)}, not above where it begins: write a larger bound.",
            )
        if place == 0 or band.from_ == bands[place - 1].to:
            continue
        before = bands[place - 1].to
        what = (
            "overlaps the band before it" if band.from_ < before else "leaves a gap after the band before it"
        )
        sentence = (
            f"The band begins at {euro(band.from_)} and {what}, which ends at {euro(before)}:"
            f" write {euro(before)}; to_inclusive of the band before says which of the two takes the border."
        )
        yield (*here, "from"), sentence


def _threshold(call: CallBody) -> Iterator[Fault]:
    last = call.amount.bands[-1]
    here: Place = ("amount", "bands", len(call.amount.bands) - 1)
    found = _only(call, IndicatorAtMostNode)
    if found is None:
        sentence = f"No condition says where the bands end: add indicator_at_most, at_most: {euro(last.to)}."
        yield ("eligibility", "all"), sentence
        return
    place, node = found
    if last.to < node.at_most:
        sentence = (
            f"The threshold is {euro(node.at_most)}, but the bands end at {euro(last.to)}: add a band up to"
            " the threshold or lower it, or families between the two have no amount."
        )
        yield ("eligibility", "all", place, "at_most"), sentence
    elif last.to > node.at_most:
        sentence = f"The bands end above the threshold of {euro(node.at_most)}: end them at the threshold."
        yield (*here, "to"), sentence
    elif not last.to_inclusive:
        sentence = (
            f"The threshold takes in {euro(last.to)}, the last band does not: write to_inclusive: true."
        )
        yield (*here, "to_inclusive"), sentence


def _points(call: CallBody) -> Iterator[Fault]:
    here: Place = ("selection", "points")
    for place, sentence in _doubled(node.fact for node in call.selection.points):
        yield (*here, place, "fact"), sentence
    for place, node in enumerate(call.selection.points):
        yield from (((*here, place, *where), sentence) for where, sentence in _points_shape(node))


def _points_shape(node: PointsNode) -> Iterator[Fault]:
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
    for place, sentence in _doubled(order):
        yield ("selection", "order", place), sentence
    if order[-1] != OrderKey.DRAW:
        sentence = "Children may still be level at the end: write draw as the last key of the order."
        yield ("selection", "order", len(order) - 1), sentence


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
    least = min((band.amount for band in call.amount.bands), default=0)
    for place, sentence in _doubled(fund.code for fund in call.funds):
        yield ("funds", place, "code"), sentence
    for place, fund in enumerate(call.funds):
        here: Place = ("funds", place)
        if fund.amount < least or fund.amount == 0:
            sentence = (
                f"The fund cannot pay one award, of {euro(least)} at least: raise its amount or drop it."
            )
            yield (*here, "amount"), sentence
        if fund.eligible_to < fund.eligible_from:
            yield (*here, "eligible_to"), "Spending ends before it begins: write a day after eligible_from."
        elif fund.eligible_to < call.award.use_until:
            sentence = (
                f"Vouchers are used until {call.award.use_until}, after the fund's last day: write that day"
                " or a later one, or end the use of vouchers earlier."
            )
            yield (*here, "eligible_to"), sentence
        for category, sentence in _doubled(fund.categories):
            yield (*here, "categories", category), sentence


def _terms(call: CallBody) -> Iterator[Fault]:
    if call.award.use_until <= call.window.closes_at.date():
        yield ("award", "use_until"), "Vouchers would end before the window closes: write a later day."
    if call.allocation.fit == Fit.PASS_OVER and call.allocation.partial_last:
        sentence = (
            "pass_over and partial_last contradict each other: with pass_over nobody is the last."
            " Write partial_last: false, or fit: stop."
        )
        yield ("allocation", "partial_last"), sentence
    use = call.use
    if use.maximum_price is not None and use.maximum_price < max(use.minimum_price, 1):
        yield (
            ("use", "maximum_price"),
            "The highest price is below the lowest, or zero: write a larger amount.",
        )


def facts_read(call: CallBody) -> set[str]:
    """The facts the call's rules read; `applicant` always, since an application is a household's."""
    read = {"applicant", "applicant_role"}
    for rule in conditions_of(call.applicants, call.eligibility):
        read.update(rule.facts)
    read.update(node.fact for node in call.selection.points)
    by_key = {OrderKey.YOUNGER: "born_on", OrderKey.LOWER_INDICATOR: "isee_cents"}
    read.update(by_key[OrderKey(key)] for key in call.selection.order if key in by_key)
    return read


def _data(call: CallBody) -> Iterator[Fault]:
    read = facts_read(call)
    asked: set[str] = set()
    for place, entry in enumerate(call.data):
        for position, fact in enumerate(entry.facts):
            here: Place = ("data", place, "facts", position)
            if fact in asked:
                yield here, f"{fact} is written twice: keep one of the two."
            elif fact not in read:
                yield here, f"No rule of this call reads {fact}: do not ask families for it."
            asked.add(fact)
    for fact in sorted(read - asked):
        yield (
            ("data",),
            f"The rules read {fact}, but the document does not say why it is asked: add it with a reason.",
        )


def _marks(call: CallBody, paths: set[str]) -> Iterator[Fault]:
    for marked in call.marks:
        if marked not in paths:
            yield (
                ("marks", marked),
                f"{marked} is not a place of this document: write a section or a place inside one.",
            )
    roots = {marked.split(".")[0].split("[")[0] for marked in call.marks}
    for section in MARKED_SECTIONS:
        if section not in roots:
            yield ("marks",), f"Nothing says how sure {section} is: add {section}: certain, press or guess."
