"""Acts on a published call: correcting it, extending its window, suspending, reopening and annulling it.

Each is numbered, signed, has its own text in two languages and never takes another back: what was decided under a
version keeps it. All lock the call's row first, and so meet the acts that close the window, rank, publish and issue.
What an act changes in rooms above (vouchers, bookings) they pass in as `apply`; it runs in the same transaction.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from wishmi.calls.actions import Signed, record_act, tie_funds
from wishmi.calls.correcting import Phase, why_not_correct
from wishmi.calls.models import Call, CallAct, CallVersion
from wishmi.calls.policies import may_keep_calls
from wishmi.calls.readiness import gaps
from wishmi.calls.selectors import (
    Window,
    closes_at,
    day_of,
    document_of,
    is_annulled,
    is_closed,
    published_version,
    rules_of,
    suspension,
    use_until,
    window_after,
    window_now,
)
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor

Kind = CallAct.Kind
Apply = Callable[[CallAct], None]


def _begin(actor: Actor, call_id: int, signed: Signed) -> Call | Refused:
    """The call, locked, if any act may be signed on it: a step inside the transaction of each."""
    if not may_keep_calls(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if not signed.is_complete:
        return Refused.because(ReasonCode.INCOMPLETE)
    call = Call.objects.select_for_update().get(pk=call_id)
    if call.acts.filter(number=signed.number).exists():
        return Refused.because(ReasonCode.ALREADY_DONE)
    if published_version(call) is None:
        return Refused.because(ReasonCode.WRONG_STATE)
    return Refused.because(ReasonCode.CALL_ANNULLED) if is_annulled(call) else call


def _sign(
    moment: datetime,
    actor: Actor,
    call: Call,
    kind: CallAct.Kind,
    signed: Signed,
    in_force: CallVersion | None = None,
    apply: Apply | None = None,
    **data: str | int | bool,
) -> CallAct:
    """Write the act with its record and its event, and do what follows from it."""
    act = record_act(moment, actor, call, kind, signed.number, in_force, "", signed, **data)
    if apply is not None:
        apply(act)
    audit.record(moment, actor, f"call.{kind}", f"call:{call.code}", number=signed.number, **data)
    outbox.emit(moment, f"call.{kind}", call=call.code, act=act.pk)
    return act


def correct_call(
    moment: datetime, actor: Actor, version_id: int, signed: Signed, phase_of: Callable[[Call], Phase]
) -> CallAct | Refused:
    """Put a later version in force by a correction; refused with the places that may not change any more.

    `phase_of` says how far the call has come, asked behind the lock. Applications already sent keep the version they
    were sent under as a record, and are judged by the one in force when the ranking is frozen; awards keep theirs.
    """
    with transaction.atomic():
        version = CallVersion.objects.get(pk=version_id)
        call = _begin(actor, version.call_id, signed)
        if isinstance(call, Refused):
            return call
        before = published_version(call)
        assert before is not None
        if version.number <= before.number:
            return Refused.because(ReasonCode.WRONG_STATE)
        phase = phase_of(call)
        if phase is Phase.APPLIED and closes_at(call, rules_of(before)) <= moment:
            # Whoever applied could no longer answer to other rules.
            phase = Phase.SEALED
        refused = _why_not_version(call, before, version, phase)
        if refused is None and phase < Phase.SEALED:
            call.call_funds.all().delete()
            refused = tie_funds(moment, actor, call, document_of(version))
        if refused is not None:
            transaction.set_rollback(True)
            return refused
        call.title = document_of(version).texts.title.it
        call.save(update_fields=["title"])
        return _sign(moment, actor, call, Kind.CORRECTION, signed, version, replaces=before.number)


def _why_not_version(call: Call, before: CallVersion, version: CallVersion, phase: Phase) -> Refused | None:
    missing = gaps(rules_of(version))
    if missing:
        return Refused.because(ReasonCode.NOT_YET_POSSIBLE, what=", ".join(missing))
    wrong = why_not_correct(document_of(before), document_of(version), phase)
    if wrong:
        return Refused.because(ReasonCode.CORRECTION_TOO_LATE, places=", ".join(wrong))
    if phase < Phase.SEALED:
        return _why_not_close_at(call, version, closes_at(call, rules_of(version)))
    return None


def extend_window(
    moment: datetime, actor: Actor, call_id: int, until: datetime, signed: Signed
) -> CallAct | Refused:
    """Take applications until a later moment in the window of now: until it is sealed, and before its draw is due."""
    with transaction.atomic():
        call = _begin(actor, call_id, signed)
        if isinstance(call, Refused):
            return call
        version = published_version(call)
        assert version is not None
        rules = rules_of(version)
        window = window_now(call, rules)
        if window.is_closed or until <= max(moment, window.closes_at):
            return Refused.because(ReasonCode.WRONG_STATE)
        refused = _why_not_draw_known(moment, version, window) or _why_not_close_at(call, version, until)
        if refused is not None:
            return refused
        which = {} if window.number == 1 else {"window": window.number}
        return _sign(moment, actor, call, Kind.EXTENSION, signed, closes_at=until.isoformat(), **which)


def _why_not_draw_known(moment: datetime, version: CallVersion, window: Window) -> Refused | None:
    """Nobody may apply once the seed can be known."""
    due = _draw_due(version, window)
    return (
        Refused.because(ReasonCode.DRAW_COMES_BEFORE, due_at=due.isoformat())
        if due and due <= moment
        else None
    )


def _why_not_close_at(call: Call, version: CallVersion, closing: datetime) -> Refused | None:
    """Why the window of now cannot close at a moment: its draw or the next window comes before, or vouchers end."""
    rules = rules_of(version)
    window = window_now(call, rules)
    due, following = _draw_due(version, window), window_after(call, rules, window.number)
    if due is not None and due <= closing:
        return Refused.because(ReasonCode.DRAW_COMES_BEFORE, due_at=due.isoformat())
    if following is not None and following.opens_at < closing:
        return Refused.because(ReasonCode.NEXT_WINDOW_COMES_BEFORE, opens_at=following.opens_at.isoformat())
    if day_of(version, closing).isoformat() >= use_until(call, rules):
        return Refused.because(ReasonCode.WRONG_STATE)
    return None


def _draw_due(version: CallVersion, window: Window) -> datetime | None:
    """When the seed of a window's draw can be known."""
    document = document_of(version)
    later = window.number - 2
    draw = document.selection.draw if later < 0 else document.window.again[later].draw
    return None if draw is None else draw.expected_at.replace(tzinfo=document.window.time_zone)


def suspend_call(
    moment: datetime,
    actor: Actor,
    call_id: int,
    signed: Signed,
    *,
    stops_use: bool = False,
    apply: Apply | None = None,
) -> CallAct | Refused:
    """Stop a call for a while: nobody applies, nothing is sealed, ranked, published or issued, and nothing lapses.

    What is awarded stays usable, unless the act stops use too: then awards are not accepted and nothing new is booked;
    bookings that stand go on either way.
    """
    with transaction.atomic():
        call = _begin(actor, call_id, signed)
        if isinstance(call, Refused):
            return call
        if suspension(call) is not None:
            return Refused.because(ReasonCode.CALL_SUSPENDED)
        return _sign(moment, actor, call, Kind.SUSPENSION, signed, apply=apply, stops_use=stops_use)


def reopen_call(
    moment: datetime,
    actor: Actor,
    call_id: int,
    signed: Signed,
    *,
    prolongs: bool = False,
    apply: Apply | None = None,
) -> CallAct | Refused:
    """Go on after a suspension; an act that prolongs gives every term that was running the time it lost."""
    with transaction.atomic():
        call = _begin(actor, call_id, signed)
        if isinstance(call, Refused):
            return call
        suspended = suspension(call)
        if suspended is None:
            return Refused.because(ReasonCode.WRONG_STATE)
        act = _sign(
            moment,
            actor,
            call,
            Kind.REOPENING,
            signed,
            apply=apply,
            prolongs=prolongs,
            suspended_at=suspended.at.isoformat(),
            stopped_use=bool(suspended.data["stops_use"]),
        )
        version = published_version(call)
        assert version is not None
        refused = None
        if prolongs and not is_closed(call, rules_of(version)):
            refused = _why_not_close_at(call, version, closes_at(call, rules_of(version)))
        if refused is not None:
            transaction.set_rollback(True)
            return refused
        return act


def annul_call(
    moment: datetime, actor: Actor, call_id: int, signed: Signed, apply: Apply
) -> CallAct | Refused:
    """End a call for good. `apply` returns what is not spent and ends what lies ahead; what was used stays."""
    with transaction.atomic():
        call = _begin(actor, call_id, signed)
        if isinstance(call, Refused):
            return call
        return _sign(moment, actor, call, Kind.ANNULMENT, signed, apply=apply)
