"""Bookings that end before they are used: the place is free again and the money is the voucher's again.

Where the voucher has ended meanwhile, what was held goes back to its fund at once, in the same transaction.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from wishmi.bookings.actions.locks import (
    lock_bookings,
    lock_parts,
    lock_sessions,
    lock_vouchers,
    lock_with_places,
    lock_with_vouchers,
)
from wishmi.bookings.actions.losing import is_owed, lose_part
from wishmi.bookings.actions.owing import sessions_of, take_back
from wishmi.bookings.models import Booking, BookingPart, WaitingEntry
from wishmi.bookings.policies import may_answer, may_book, may_keep_time
from wishmi.bookings.snapshots import rules_of_voucher
from wishmi.catalogue.models import Activity, Session
from wishmi.core.booking import free_until, is_reminder_due
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.core.rules.use import ALL, UseRule
from wishmi.core.transfers import Phase
from wishmi.infra import audit, outbox
from wishmi.infra.actor import SYSTEM, Actor
from wishmi.infra.pieces import pieces
from wishmi.ledger.actions import resolve
from wishmi.ledger.chart import TransferReason
from wishmi.people.models import Person
from wishmi.vouchers.actions import give_back_rest
from wishmi.vouchers.models import Voucher

_CHUNK = 200
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Ending:
    """How bookings end: the new state, who ended them, why, and the reason code of the ledger."""

    state: Booking.State
    by: str
    why: TransferReason
    reason: str = ""


def end_bookings(
    moment: datetime,
    actor: Actor,
    ending: Ending,
    bookings: Sequence[Booking],
    vouchers: Mapping[int, Voucher],
    sessions: Mapping[int, Session],
) -> None:
    """End live bookings; they, their vouchers and their sessions are locked by the caller."""
    ids = [booking.pk for booking in bookings]
    parts = BookingPart.objects.filter(booking__in=ids)
    resolve(
        parts.filter(redeemed_at__isnull=True).values_list("hold_id", flat=True),
        Phase.VOID,
        ending.why,
        moment,
    )
    if ending.state != Booking.State.LATE:
        _take_back_advances(moment, bookings, parts)
    Booking.objects.filter(pk__in=ids).update(
        state=ending.state, ended_at=moment, ended_by=ending.by, reason=ending.reason
    )
    for booking in bookings:
        booking.state, booking.ended_at = ending.state, moment
        booking.ended_by, booking.reason = ending.by, ending.reason
    freed = Counter(booking.session_id for booking in bookings)
    for session_id, count in sorted(freed.items()):
        Session.objects.filter(pk=session_id).update(taken=F("taken") - count)
        sessions[session_id].taken -= count
    give_back_closed(moment, bookings, vouchers)
    _tell(moment, actor, ending, bookings)
    lying_ahead = [
        {"session": session_id}
        for session_id in sorted(freed)
        if sessions[session_id].starts_at > moment and sessions[session_id].cancelled_at is None
    ]
    outbox.emit_many(moment, "session.place_freed", lying_ahead)


def _take_back_advances(moment: datetime, bookings: Sequence[Booking], parts: QuerySet[BookingPart]) -> None:
    """What was owed before its use is owed no longer, or owed back where it stands in a statement."""
    early = set(parts.filter(redeemed_at__isnull=False).values_list("booking_id", flat=True))
    paid = [booking for booking in bookings if booking.pk in early]
    sessions = sessions_of(paid)
    for booking in sorted(paid, key=lambda one: one.pk):
        lock_parts(BookingPart.objects.filter(booking=booking).values_list("id", flat=True))
        take_back(moment, booking, sessions[booking.session_id])


def give_back_closed(moment: datetime, bookings: Iterable[Booking], vouchers: Mapping[int, Voucher]) -> None:
    """Give back what became free again on vouchers and credits that have ended."""
    named = {booking.voucher_id for booking in bookings if booking.voucher_id is not None}
    give_back_rest(moment, [vouchers[pk] for pk in named], TransferReason.LAPSE)


def _tell(moment: datetime, actor: Actor, ending: Ending, bookings: Sequence[Booking]) -> None:
    topic = f"booking.{ending.state}"
    data = {"by": ending.by}  # the typed reason stays in the booking: it may name a person
    acts = [audit.Act(topic, f"booking:{booking.ref}", data) for booking in bookings]
    audit.record_many(moment, actor, acts)
    items = [{"booking": one.ref, "session": one.session_id, "by": ending.by} for one in bookings]
    outbox.emit_many(moment, topic, items)


def refuse_booking(moment: datetime, actor: Actor, booking_id: int, reason: str) -> Booking | Refused:
    """A provider does not confirm a booking, with its reason; the family gets everything back."""
    with transaction.atomic():
        bookings, vouchers, sessions = lock_with_places([booking_id])
        booking = bookings[booking_id]
        if not may_answer(actor, _provider_of(booking)):
            return Refused.because(ReasonCode.NOT_ALLOWED)
        if not reason.strip():
            return Refused.because(ReasonCode.INCOMPLETE, field="reason")
        if booking.state != Booking.State.HELD:
            return Refused.because(ReasonCode.WRONG_STATE, state=booking.state)
        ending = Ending(Booking.State.REFUSED, "provider", TransferReason.CANCELLATION, reason[:200])
        end_bookings(moment, actor, ending, [booking], vouchers, sessions)
    return booking


def cancel_booking(moment: datetime, actor: Actor, booking_id: int, reason: str = "") -> Booking | Refused:
    """Cancel a live booking.

    A family cancels freely until the call's hours before the start, or as many after booking if that is later. After
    that and before the start it loses the part the call says, unless that is all: then it is too late. Nobody loses
    anything by a booking that was not confirmed; what is owed already, where a call pays before use, is too late. A
    provider cancels at any time, and the family gets everything back.
    """
    with transaction.atomic():
        bookings, vouchers, sessions = lock_with_places([booking_id])
        booking = bookings[booking_id]
        by_family = may_book(
            actor, Person.objects.values_list("household_id", flat=True).get(pk=booking.minor_id)
        )
        if not by_family and not may_answer(actor, _provider_of(booking)):
            return Refused.because(ReasonCode.NOT_ALLOWED)
        if booking.state not in Booking.LIVE:
            return Refused.because(ReasonCode.WRONG_STATE, state=booking.state)
        by = "family" if by_family else "provider"
        ending = Ending(Booking.State.CANCELLED, by, TransferReason.CANCELLATION, reason[:200])
        if by_family:
            starts_at = sessions[booking.session_id].starts_at
            use = _use_of(booking, vouchers)
            until = free_until(starts_at, booking.booked_at, use.free_cancellation_hours)
            is_late = moment >= until
            if is_late and (moment >= starts_at or use.late_percent == ALL or is_owed(booking)):
                return Refused.because(ReasonCode.TOO_LATE_TO_CANCEL, free_until=until.isoformat())
            if is_late and booking.state == Booking.State.CONFIRMED and lose_part(moment, booking, use):
                ending = replace(ending, state=Booking.State.LATE)
        end_bookings(moment, actor, ending, [booking], vouchers, sessions)
    return booking


def _provider_of(booking: Booking) -> int:
    return Activity.objects.values_list("provider_id", flat=True).get(sessions=booking.session_id)


def _use_of(booking: Booking, vouchers: Mapping[int, Voucher]) -> UseRule:
    assert booking.voucher_id is not None
    return rules_of_voucher(vouchers[booking.voucher_id]).use


class _BookedMeanwhileError(Exception):
    """A booking came in between reading whom to lock and locking the session; the act begins anew."""


def cancel_session(moment: datetime, actor: Actor, session_id: int, reason: str) -> Session | Refused:
    """A provider calls a session off: every live booking ends and is re-credited, nobody waits any longer.

    Refused once a child has been marked as present or absent: from then on a use is taken back one by one.
    """
    if not reason.strip():
        return Refused.because(ReasonCode.INCOMPLETE, field="reason")
    for _attempt in range(_ATTEMPTS):
        try:
            with transaction.atomic():
                return _cancel_session(moment, actor, session_id, reason)
        except _BookedMeanwhileError:
            continue
    return Refused.because(ReasonCode.CHANGED_MEANWHILE)


def _cancel_session(moment: datetime, actor: Actor, session_id: int, reason: str) -> Session | Refused:
    live = Booking.objects.filter(session_id=session_id, state__in=Booking.LIVE)
    vouchers = lock_vouchers(live.values_list("voucher_id", flat=True))
    sessions = lock_sessions([session_id])
    session = sessions[session_id]
    bookings = list(lock_bookings(live.values_list("id", flat=True)).values())
    if not {booking.voucher_id for booking in bookings} <= set(vouchers):
        raise _BookedMeanwhileError
    provider = Activity.objects.values_list("provider_id", flat=True).get(pk=session.activity_id)
    if not may_answer(actor, provider):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if session.cancelled_at is not None:
        return Refused.because(ReasonCode.ALREADY_DONE)
    if Booking.objects.filter(session=session, state__in=(*Booking.ASKED, *Booking.USED)).exists():
        return Refused.because(ReasonCode.WRONG_STATE)
    session.cancelled_at = moment
    session.save(update_fields=["cancelled_at"])
    ending = Ending(Booking.State.CANCELLED, "provider", TransferReason.CANCELLATION, reason[:200])
    if bookings:
        end_bookings(moment, actor, ending, bookings, vouchers, sessions)
    waiting = WaitingEntry.objects.filter(session=session, state=WaitingEntry.State.WAITING)
    waiting.update(state=WaitingEntry.State.PASSED, ended_at=moment)
    audit.record(moment, actor, "session.cancelled", f"session:{session.pk}", bookings=len(bookings))
    outbox.emit(moment, "session.cancelled", session=session.pk)
    return session


def expire_unconfirmed(moment: datetime, actor: Actor = SYSTEM) -> int | Refused:
    """Release every hold that no provider confirmed in its time; returns how many.

    Goes in small transactions, so that a job stopped half-way has done what it has done and goes on next time.
    """
    if not may_keep_time(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    overdue = Booking.objects.filter(state=Booking.State.HELD, confirm_by__lt=moment)
    ids = list(overdue.order_by("confirm_by", "id").values_list("id", flat=True))
    return sum(_expire(moment, actor, some) for some in pieces(ids, _CHUNK))


def release_unmarked(moment: datetime, actor: Actor = SYSTEM) -> int | Refused:
    """Release every confirmed booking that its provider did not mark in the call's term; returns how many.

    Nobody has said that the child was there, so the family's money is free again: a provider that forgets loses what it
    can still claim from the office, a family would lose what it cannot see.
    """
    if not may_keep_time(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    overdue = Booking.objects.filter(state=Booking.State.CONFIRMED, mark_by__lt=moment)
    ids = list(overdue.order_by("mark_by", "id").values_list("id", flat=True))
    return sum(_release_unmarked(moment, actor, some) for some in pieces(ids, _CHUNK))


def _release_unmarked(moment: datetime, actor: Actor, ids: Sequence[int]) -> int:
    with transaction.atomic():
        locked, vouchers, sessions = lock_with_places(ids)
        bookings = [row for row in locked.values() if row.state == Booking.State.CONFIRMED]
        if bookings:
            ending = Ending(Booking.State.UNMARKED, "system", TransferReason.EXPIRY)
            end_bookings(moment, actor, ending, bookings, vouchers, sessions)
    return len(bookings)


def remind_of_marks(moment: datetime, actor: Actor = SYSTEM) -> int | Refused:
    """Tell providers once, half-way through their time to mark, what will be released; returns of how many bookings."""
    if not may_keep_time(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    rows = Booking.objects.filter(
        state=Booking.State.CONFIRMED,
        mark_by__gte=moment,
        reminded_at__isnull=True,
        session__ends_at__lt=moment,
    )
    found = rows.order_by("id").values_list("id", "session__ends_at", "mark_by")
    due = [pk for pk, ends_at, until in found if until and is_reminder_due(moment, ends_at, until)]
    return sum(_remind(moment, actor, some) for some in pieces(due, _CHUNK))


def _remind(moment: datetime, actor: Actor, ids: Sequence[int]) -> int:
    with transaction.atomic():
        locked, _vouchers = lock_with_vouchers(ids)
        rows = [
            row
            for row in locked.values()
            if row.state == Booking.State.CONFIRMED and row.reminded_at is None and row.mark_by is not None
        ]
        Booking.objects.filter(pk__in=[row.pk for row in rows]).update(reminded_at=moment)
        acts = [audit.Act("booking.mark_reminded", f"booking:{row.ref}") for row in rows]
        audit.record_many(moment, actor, acts)
        items = [
            {"booking": row.ref, "session": row.session_id, "mark_by": row.mark_by.isoformat()}
            for row in rows
            if row.mark_by is not None
        ]
        outbox.emit_many(moment, "booking.mark_reminded", items)
    return len(rows)


def _expire(moment: datetime, actor: Actor, ids: Sequence[int]) -> int:
    with transaction.atomic():
        locked, vouchers, sessions = lock_with_places(ids)
        bookings = [
            booking
            for booking in locked.values()
            if booking.state == Booking.State.HELD and booking.confirm_by < moment
        ]
        if bookings:
            ending = Ending(Booking.State.EXPIRED, "system", TransferReason.EXPIRY)
            end_bookings(moment, actor, ending, bookings, vouchers, sessions)
    return len(bookings)
