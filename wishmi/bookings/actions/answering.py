"""Where both confirm a use: the family answers what its provider marked, an officer decides what it disputes.

Nothing is spent before that. Silence confirms after the call's term (decision 0015); families are told when it begins
and half-way.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from wishmi.bookings.actions.ending import Ending, end_bookings
from wishmi.bookings.actions.locks import lock_with_places, lock_with_vouchers
from wishmi.bookings.actions.owing import sessions_of
from wishmi.bookings.actions.using import use_up
from wishmi.bookings.models import Booking, Dispute
from wishmi.bookings.policies import may_book, may_decide, may_keep_time
from wishmi.core.booking import answer_by, is_reminder_due
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra import audit, outbox
from wishmi.infra.actor import SYSTEM, Actor
from wishmi.infra.clock import local_day
from wishmi.infra.pieces import pieces
from wishmi.ledger.chart import TransferReason
from wishmi.people.models import Person

_CHUNK = 200


def ask_families(
    moment: datetime, actor: Actor, marked: Sequence[tuple[Booking, bool]], days: Mapping[int, int]
) -> None:
    """Bookings that a provider has marked wait for their families, so many days each; locked by the caller."""
    for booking, was_there in marked:
        booking.state, booking.was_there = Booking.State.MARKED, was_there
        booking.marked_at, booking.answer_by = moment, answer_by(moment, days[booking.pk])
        booking.reminded_at = None
    rows = [booking for booking, _was_there in marked]
    fields = ["state", "was_there", "marked_at", "answer_by", "reminded_at"]
    Booking.objects.bulk_update(rows, fields, batch_size=_CHUNK)
    _tell(moment, actor, "booking.marked", rows)


def _tell(moment: datetime, actor: Actor, topic: str, rows: Sequence[Booking]) -> None:
    """Record and emit that families are asked, and until when they can answer."""
    audit.record_many(moment, actor, [audit.Act(topic, f"booking:{row.ref}") for row in rows])
    items = [
        {"booking": row.ref, "session": row.session_id, "answer_by": row.answer_by.isoformat()}
        for row in rows
        if row.answer_by is not None
    ]
    outbox.emit_many(moment, topic, items)


def confirm_use(moment: datetime, actor: Actor, booking_id: int) -> Booking | Refused:
    """A family says that what its provider marked is right: what was held is spent and owed."""
    with transaction.atomic():
        booking = lock_with_vouchers([booking_id])[0][booking_id]
        if not _is_own(actor, booking):
            return Refused.because(ReasonCode.NOT_ALLOWED)
        if booking.state != Booking.State.MARKED:
            return Refused.because(ReasonCode.WRONG_STATE, state=booking.state)
        return _use(moment, actor, booking, "family") or booking


def dispute_use(moment: datetime, actor: Actor, booking_id: int, words: str) -> Booking | Refused:
    """A family says in its own words that the mark is wrong; nothing is paid until an officer decides."""
    with transaction.atomic():
        booking = lock_with_vouchers([booking_id])[0][booking_id]
        if not _is_own(actor, booking):
            return Refused.because(ReasonCode.NOT_ALLOWED)
        if not words.strip():
            return Refused.because(ReasonCode.INCOMPLETE, field="words")
        if booking.state != Booking.State.MARKED:
            return Refused.because(ReasonCode.WRONG_STATE, state=booking.state)
        assert booking.answer_by is not None
        if booking.answer_by < moment:
            return Refused.because(ReasonCode.TERM_EXPIRED, due_on=local_day(booking.answer_by).isoformat())
        booking.state = Booking.State.DISPUTED
        booking.save(update_fields=["state"])
        Dispute.objects.create(booking=booking, words=words.strip(), disputed_at=moment)
        audit.record(moment, actor, "booking.disputed", f"booking:{booking.ref}")
        outbox.emit(moment, "booking.disputed", booking=booking.ref, session=booking.session_id)
    return booking


def decide_dispute(
    moment: datetime, actor: Actor, booking_id: int, was_used: bool, reason: str
) -> Booking | Refused:
    """An officer decides, with a reason that the family reads: it was used as marked, or it costs nothing."""
    if not may_decide(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if not reason.strip():
        return Refused.because(ReasonCode.INCOMPLETE, field="reason")
    with transaction.atomic():
        bookings, vouchers, sessions = lock_with_places([booking_id])
        booking = bookings[booking_id]
        if booking.state != Booking.State.DISPUTED:
            return Refused.because(ReasonCode.WRONG_STATE, state=booking.state)
        Dispute.objects.filter(booking=booking).update(
            decided_at=moment, decided_by=actor.ref, was_used=was_used, reason=reason.strip()[:500]
        )
        decision = "used" if was_used else "unused"
        audit.record(moment, actor, "booking.decided", f"booking:{booking.ref}", decision=decision)
        if was_used:
            return _use(moment, actor, booking, "officer") or booking
        ending = Ending(Booking.State.UNUSED, "officer", TransferReason.CANCELLATION)
        end_bookings(moment, actor, ending, [booking], vouchers, sessions)
    return booking


def _is_own(actor: Actor, booking: Booking) -> bool:
    return may_book(actor, Person.objects.values_list("household_id", flat=True).get(pk=booking.minor_id))


def _use(moment: datetime, actor: Actor, booking: Booking, by: str) -> Refused | None:
    assert booking.was_there is not None
    return use_up(moment, actor, by, [(booking, booking.was_there)], sessions_of([booking]))


def confirm_silent(moment: datetime, actor: Actor = SYSTEM) -> int | Refused:
    """Confirm every use that its family left unanswered in the call's term; returns how many.

    One by one: where a fund cannot add what a rule grants beyond the voucher, that use waits for the next time, and
    keeps no other from its provider.
    """
    if not may_keep_time(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    overdue = Booking.objects.filter(state=Booking.State.MARKED, answer_by__lt=moment)
    ids = list(overdue.order_by("answer_by", "id").values_list("id", flat=True))
    return sum(_confirm_silent(moment, actor, pk) for pk in ids)


def _confirm_silent(moment: datetime, actor: Actor, booking_id: int) -> bool:
    with transaction.atomic():
        booking = lock_with_vouchers([booking_id])[0][booking_id]
        if booking.state != Booking.State.MARKED:
            return False
        return _use(moment, actor, booking, "system") is None


def remind_of_answers(moment: datetime, actor: Actor = SYSTEM) -> int | Refused:
    """Tell families once, half-way through their time, that silence confirms; returns of how many bookings."""
    if not may_keep_time(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    rows = Booking.objects.filter(state=Booking.State.MARKED, answer_by__gte=moment, reminded_at__isnull=True)
    found = rows.order_by("id").values_list("id", "marked_at", "answer_by")
    due = [pk for pk, since, until in found if since and until and is_reminder_due(moment, since, until)]
    return sum(_remind(moment, actor, some) for some in pieces(due, _CHUNK))


def _remind(moment: datetime, actor: Actor, ids: Sequence[int]) -> int:
    with transaction.atomic():
        locked, _vouchers = lock_with_vouchers(ids)
        rows = [
            row for row in locked.values() if row.state == Booking.State.MARKED and row.reminded_at is None
        ]
        Booking.objects.filter(pk__in=[row.pk for row in rows]).update(reminded_at=moment)
        _tell(moment, actor, "booking.answer_reminded", rows)
    return len(rows)
