"""Checks of the windows: their order, the phase for providers before them, and a draw of its own for each."""

from collections.abc import Iterator

from wishmi.calls.document_faults import Fault, doubled, why_not_moment
from wishmi.calls.document_findings import Place
from wishmi.calls.document_rules import sharing_of
from wishmi.calls.document_sections import CallBody, LaterWindow
from wishmi.core.calls import OrderKey
from wishmi.core.rules.distribution import Sharing


def window_faults(call: CallBody) -> Iterator[Fault]:
    """Everything about when applications are taken that does not agree."""
    yield from _first(call)
    yield from _later(call)
    yield from _between(call)
    for place, span in enumerate(call.window.again):
        yield from _draw_of(call, place, span)
    yield from _draws(call)
    phase = call.window.providers
    if phase is not None and not phase.opens_at < phase.closes_at <= call.window.opens_at:
        sentence = "Providers come before families: their phase opens, closes, and then the window opens."
        yield ("window", "providers", "closes_at"), sentence
    if phase is not None and (call.payment.to == "family" or call.award.refund_within_days is not None):
        sentence = "What a family paid anywhere is refunded, so no provider has to take part: leave it out."
        yield ("window", "providers"), sentence


def _first(call: CallBody) -> Iterator[Fault]:
    window = call.window
    for name in ("opens_at", "closes_at"):
        wrong = why_not_moment(getattr(window, name), window.time_zone)
        if wrong:
            yield ("window", name), wrong
    if window.closes_at <= window.opens_at:
        yield ("window", "closes_at"), "The window closes before it opens: write a moment after opens_at."
    for place, sentence in doubled(call.applicants.roles):
        yield ("applicants", "roles", place), sentence


def _later(call: CallBody) -> Iterator[Fault]:
    before = call.window.closes_at
    for place, span in enumerate(call.window.again):
        here: Place = ("window", "again", place)
        for name in ("opens_at", "closes_at"):
            wrong = why_not_moment(getattr(span, name), call.window.time_zone)
            if wrong:
                yield (*here, name), wrong
        if span.closes_at <= span.opens_at:
            yield (*here, "closes_at"), "The window closes before it opens: write a moment after opens_at."
        if span.opens_at < before:
            yield (
                (*here, "opens_at"),
                "The window opens before the one above has closed: write a later moment.",
            )
        before = span.closes_at


def _between(call: CallBody) -> Iterator[Fault]:
    """What is said of windows again, and of one only."""
    if bool(call.window.again) != (call.window.unserved is not None):
        sentence = (
            "again and unserved belong together: say whether who was not served stays or applies again."
        )
        yield ("window", "unserved"), sentence
    if call.window.again and sharing_of(call) is not Sharing.WHOLE:
        sentence = "The first window would share out all the money and leave nothing: leave again out."
        yield ("window", "again"), sentence


def _draw_of(call: CallBody, place: int, span: LaterWindow) -> Iterator[Fault]:
    """A window draws by a round that nobody knows while it is open."""
    here: Place = ("window", "again", place, "draw")
    draws = OrderKey.DRAW in call.selection.order
    if span.draw is None:
        if draws:
            sentence = "The round of the window before is known by now: add draw with a round of this window."
            yield here[:3], sentence
        return
    if not draws:
        yield here, "A draw is described, but the order does not use it: add draw to the order."
    wrong = why_not_moment(span.draw.expected_at, call.window.time_zone)
    if wrong:
        yield (*here, "expected_at"), wrong
    if span.draw.expected_at <= span.closes_at:
        sentence = "The round is due before the window closes and could be known: name one after closes_at."
        yield (*here, "expected_at"), sentence


def _draws(call: CallBody) -> Iterator[Fault]:
    """Rounds rise, and the list of a window is drawn before the next one closes."""
    again = call.window.again
    first = call.selection.draw
    earlier = [None if first is None else (first.round, first.expected_at)]
    earlier += [None if one.draw is None else (one.draw.round, one.draw.expected_at) for one in again]
    for place, (before, span) in enumerate(zip(earlier, again, strict=False)):
        here: Place = ("window", "again", place)
        if before is None:
            continue
        if span.draw is not None and span.draw.round <= before[0]:
            sentence = "Rounds follow one another: write a later round than the window before."
            yield (*here, "draw", "round"), sentence
        if before[1] >= span.closes_at:
            sentence = "The draw of the window before is due after this one closes: its list comes first."
            yield (*here, "closes_at"), sentence
