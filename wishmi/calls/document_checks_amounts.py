"""Checks of the amount: bands that meet, thresholds that fit them, seasons and shares that can be explained."""

from collections.abc import Iterator

from wishmi.calls.document_amounts import (
    AgeBandNode,
    AmountSection,
    BandNode,
    ByAge,
    ByCase,
    ByCost,
    ByIndicator,
    ByMonth,
    BySchoolLevel,
    BySeason,
    EqualShare,
)
from wishmi.calls.document_conditions import IndicatorAtMostNode, IndicatorAttestedNode
from wishmi.calls.document_faults import Fault, doubled, euro
from wishmi.calls.document_findings import Place
from wishmi.calls.document_sections import CallBody

ZERO = "The amount is zero: write more, or leave the case out."


def amount_faults(call: CallBody) -> Iterator[Fault]:
    """Everything about the amount that does not agree."""
    node = call.amount
    match node:
        case ByIndicator():
            yield from _bands(node.bands, ("amount", "bands"))
            yield from _attested(call)
            yield from _threshold(call, node.bands)
        case ByAge():
            yield from _ages(node.ages, ("amount", "ages"))
        case BySchoolLevel():
            yield from _rows(node)
        case BySeason():
            yield from _seasons(call, node)
        case _:
            yield from _plain(node)
    yield from _changes(call, node)
    yield from _shares(call, node)


def _plain(node: AmountSection) -> Iterator[Fault]:
    """Ways that say one or a few amounts: none may be zero."""
    if isinstance(node, ByCase):
        for place, case in enumerate(node.cases):
            if case.amount == 0:
                yield ("amount", "cases", place, "amount"), ZERO
    if isinstance(node, ByMonth) and node.last < node.first:
        yield ("amount", "last"), "The last month comes before the first: write a later day."
    for name in ("amount", "at_most"):
        if getattr(node, name, None) == 0:
            yield ("amount", name), ZERO


def _changes(call: CallBody, node: AmountSection) -> Iterator[Fault]:
    for place, bonus in enumerate(node.bonuses):
        if bonus.amount == 0:
            yield ("amount", "bonuses", place, "amount"), ZERO
    if node.at_most_in_all == 0:
        yield ("amount", "at_most_in_all"), ZERO
    if isinstance(node, ByCost) and call.use.co_payment == "none":
        sentence = (
            "The voucher pays a per cent of the cost, so the family pays something: write rest_by_family."
        )
        yield ("use", "co_payment"), sentence


def _shares(call: CallBody, node: AmountSection) -> Iterator[Fault]:
    allocation = call.allocation
    is_shared = isinstance(node, EqualShare) or node.sharing != "whole"
    if isinstance(node, EqualShare) and node.sharing != "whole":
        yield (
            ("amount", "sharing"),
            "Equal shares cannot be reduced in proportion as well: leave sharing out.",
        )
    if is_shared and not allocation.split_funds and len(call.funds) > 1:
        sentence = "The money is shared out over all funds together: write split_funds: true."
        yield ("allocation", "split_funds"), sentence
    if is_shared and allocation.partial_last:
        sentence = "When all the money is shared out nobody is the last: write partial_last: false."
        yield ("allocation", "partial_last"), sentence
    if is_shared and allocation.reserves:
        sentence = "Shared money and reserves contradict each other: name reserves or shares, not both."
        yield ("allocation", "reserves"), sentence


def _attested(call: CallBody) -> Iterator[Fault]:
    if not any(isinstance(node, IndicatorAttestedNode) for node in call.eligibility.all):
        sentence = "The amount goes by the indicator, but no condition asks for one: add indicator_attested."
        yield ("eligibility", "all"), sentence


def _ages(ages: list[AgeBandNode], top: Place) -> Iterator[Fault]:
    for place, band in enumerate(ages):
        if band.to < band.from_:
            yield (
                (*top, place, "to"),
                f"The band ends at {band.to}, before it begins: write {band.from_} or more.",
            )
        if place and band.from_ <= ages[place - 1].to:
            sentence = (
                f"The age {band.from_} is in the band before as well: write {ages[place - 1].to + 1} or more."
            )
            yield (*top, place, "from"), sentence
        if band.amount == 0:
            yield (*top, place, "amount"), ZERO


def _rows(node: BySchoolLevel) -> Iterator[Fault]:
    for place, sentence in doubled(level for row in node.rows for level in row.levels):
        yield ("amount", "rows"), f"Of the levels, entry {place + 1}: {sentence}"
    for place, row in enumerate(node.rows):
        here: Place = ("amount", "rows", place)
        if bool(row.ages) == bool(row.bands):
            yield here, "The row goes by ages or by bands of the indicator: write one of the two."
        if row.ages:
            yield from _ages(row.ages, (*here, "ages"))
        if row.bands:
            yield from _bands(row.bands, (*here, "bands"))


def _seasons(call: CallBody, node: BySeason) -> Iterator[Fault]:
    for place, sentence in doubled(season.name for season in node.seasons):
        yield ("amount", "seasons", place, "name"), sentence
    for place, season in enumerate(node.seasons):
        here: Place = ("amount", "seasons", place)
        if season.last < season.first:
            yield (*here, "last"), "The season ends before it begins: write a later day."
        if place and season.first <= node.seasons[place - 1].last:
            yield (*here, "first"), "The season begins before the one above has ended: write a later day."
        if season.last > call.award.use_until:
            yield (
                (*here, "last"),
                f"The season ends after {call.award.use_until}, the last day of use: end it there.",
            )
    if node.tariff == 0:
        yield ("amount", "tariff"), "Each session commits money: write what one costs at most."


def _bands(bands: list[BandNode], top: Place) -> Iterator[Fault]:
    if bands[0].from_ != 0:
        sentence = (
            f"The first band begins at {euro(bands[0].from_)}: write 0.00, or who is below gets nothing."
        )
        yield (*top, 0, "from"), sentence
    for place, band in enumerate(bands):
        here: Place = (*top, place)
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


def _threshold(call: CallBody, bands: list[BandNode]) -> Iterator[Fault]:
    last = bands[-1]
    here: Place = ("amount", "bands", len(bands) - 1)
    found = next(
        (one for one in enumerate(call.eligibility.all) if isinstance(one[1], IndicatorAtMostNode)), None
    )
    if found is None:
        sentence = f"No condition says where the bands end: add indicator_at_most, at_most: {euro(last.to)}."
        yield ("eligibility", "all"), sentence
        return
    place, node = found
    assert isinstance(node, IndicatorAtMostNode)
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
