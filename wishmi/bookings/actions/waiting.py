"""Waiting for a place, who gets one that is freed, and that nobody waits for what has begun."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from wishmi.bookings.actions.holding import hold, judge
from wishmi.bookings.actions.locks import lock_sessions, lock_vouchers
from wishmi.bookings.models import WaitingEntry
from wishmi.bookings.policies import may_book, may_keep_time
from wishmi.bookings.snapshots import scene_of
from wishmi.core.capacity import Waiting, next_in_turn, open_places
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra import audit, outbox
from wishmi.infra.actor import SYSTEM, Actor
from wishmi.infra.pieces import pieces
from wishmi.people.models import Person
from wishmi.vouchers.crediting import bring_up_to_date

_CHUNK = 100


def join_waiting_list(
    moment: datetime, actor: Actor, session_id: int, minor_id: int, voucher_id: int
) -> WaitingEntry | Refused:
    """Wait for a place in a full session; it will be booked with the voucher for as much as this can pay.

    Refused while a place can be booked, and for whom no place could be booked as things stand.
    """
    minor = Person.objects.only("household", "born_on").get(pk=minor_id)
    if not may_book(actor, minor.household_id):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        voucher = lock_vouchers([voucher_id])[voucher_id]
        if voucher.minor_id != minor.pk:
            return Refused.because(ReasonCode.NOT_ALLOWED)
        scene = scene_of(lock_sessions([session_id])[session_id])
        session = scene.session
        bring_up_to_date(moment, SYSTEM, [voucher])
        if any(entry.minor_id == minor.pk for entry in scene.waiting):
            return Refused.because(ReasonCode.ALREADY_DONE)
        if open_places(session.places, session.taken, len(scene.waiting)) > 0:
            return Refused.because(ReasonCode.WRONG_STATE, left=session.left)
        judged = judge(moment, scene, minor, voucher, 1, None)
        if isinstance(judged, Refused):
            return judged
        entry = WaitingEntry.objects.create(session=session, minor=minor, voucher=voucher, since=moment)
        audit.record(moment, actor, "waiting.joined", f"waiting:{entry.pk}", session=session.pk)
        outbox.emit(moment, "waiting.joined", waiting=entry.pk, session=session.pk)
    return entry


def leave_waiting_list(moment: datetime, actor: Actor, entry_id: int) -> WaitingEntry | Refused:
    """Wait no longer."""
    found = WaitingEntry.objects.select_related("minor").get(pk=entry_id)
    if not may_book(actor, found.minor.household_id):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        lock_sessions([found.session_id])
        entry = WaitingEntry.objects.select_for_update().get(pk=entry_id)
        if entry.state != WaitingEntry.State.WAITING:
            return Refused.because(ReasonCode.WRONG_STATE, state=entry.state)
        entry.state, entry.ended_at = WaitingEntry.State.LEFT, moment
        entry.save(update_fields=["state", "ended_at"])
        audit.record(moment, actor, "waiting.left", f"waiting:{entry.pk}", session=entry.session_id)
        outbox.emit(moment, "waiting.left", waiting=entry.pk, session=entry.session_id)
    return entry


def serve_waiting(moment: datetime, session_id: int, actor: Actor = SYSTEM) -> list[int] | Refused:
    """Book the free places of a session for those who wait, in order of arrival among those who can still be served.

    Returns the entries served. Who cannot be served when the turn comes is passed over. Doing it again finds nothing
    more to do. A child that joins while this runs waits for the next place.
    """
    if not may_keep_time(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    waiting = WaitingEntry.objects.filter(session_id=session_id, state=WaitingEntry.State.WAITING)
    with transaction.atomic():
        vouchers = lock_vouchers(waiting.values_list("voucher_id", flat=True))
        scene = scene_of(lock_sessions([session_id])[session_id])
        entries = [entry for entry in scene.waiting if entry.voucher_id in vouchers]
        left = scene.session.left
        if not entries or left == 0:
            return []
        bring_up_to_date(moment, SYSTEM, list(vouchers.values()))
        minors = Person.objects.only("household", "born_on").in_bulk([entry.minor_id for entry in entries])
        judged = {}
        for entry in entries:
            assert entry.voucher_id is not None
            judged[entry.pk] = judge(
                moment, scene, minors[entry.minor_id], vouchers[entry.voucher_id], left, None
            )
        turn = next_in_turn(
            left,
            [Waiting(one.pk, one.since, not isinstance(judged[one.pk], Refused)) for one in entries],
        )
        for pk in turn.served:
            able = judged[pk]
            assert not isinstance(able, Refused)
            hold(moment, actor, scene, able)
        WaitingEntry.objects.filter(pk__in=turn.passed).update(
            state=WaitingEntry.State.PASSED, ended_at=moment
        )
        outcomes = [(pk, "served") for pk in turn.served] + [(pk, "passed") for pk in turn.passed]
        acts = [audit.Act(f"waiting.{outcome}", f"waiting:{pk}") for pk, outcome in outcomes]
        audit.record_many(moment, actor, acts)
        for pk, outcome in outcomes:
            outbox.emit(moment, f"waiting.{outcome}", waiting=pk, session=session_id)
    return list(turn.served)


def close_waiting(moment: datetime, actor: Actor = SYSTEM) -> int | Refused:
    """Nobody waits any longer for a session that has begun; returns how many waited.

    Goes in small transactions, so that a job stopped half-way has done what it has done and goes on next time.
    """
    if not may_keep_time(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    late = WaitingEntry.objects.filter(state=WaitingEntry.State.WAITING, session__starts_at__lte=moment)
    ids = sorted(set(late.values_list("session_id", flat=True)))
    return sum(_close(moment, actor, some) for some in pieces(ids, _CHUNK))


def _close(moment: datetime, actor: Actor, session_ids: Sequence[int]) -> int:
    with transaction.atomic():
        lock_sessions(session_ids)
        waiting = WaitingEntry.objects.filter(
            session__in=session_ids, state=WaitingEntry.State.WAITING
        ).order_by("id")
        found = dict(waiting.values_list("id", "session_id"))
        WaitingEntry.objects.filter(pk__in=list(found)).update(
            state=WaitingEntry.State.PASSED, ended_at=moment
        )
        audit.record_many(moment, actor, [audit.Act("waiting.passed", f"waiting:{pk}") for pk in found])
        items = [{"waiting": pk, "session": session} for pk, session in found.items()]
        outbox.emit_many(moment, "waiting.passed", items)
    return len(found)
