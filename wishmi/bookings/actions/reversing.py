"""Taking a use back, and putting what is owed into statements: the two acts that meet on a part of a booking."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from wishmi.bookings.actions.ending import give_back_closed
from wishmi.bookings.actions.locks import lock_dues, lock_parts, lock_with_places
from wishmi.bookings.actions.owing import sessions_of, take_back
from wishmi.bookings.models import Booking, BookingPart, Due
from wishmi.bookings.policies import may_reverse, may_state
from wishmi.catalogue.models import Session
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.infra.pieces import pieces
from wishmi.ledger.actions import OverdrawnError


def reverse_redemption(moment: datetime, actor: Actor, booking_id: int, reason: str) -> Booking | Refused:
    """Take a use back: the money is the voucher's again, or its fund's where the voucher has ended.

    What stands in no statement is no longer due. What stands in one was promised or paid with it and a statement is
    never edited, so the provider owes it back: the next payments are less by as much. Refused where the fund has given
    away meanwhile what a unit cost less than its tariff: the child gets a whole unit again.
    """
    if not may_reverse(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if not reason.strip():
        return Refused.because(ReasonCode.INCOMPLETE, field="reason")
    with transaction.atomic():
        bookings, vouchers, _sessions = lock_with_places([booking_id])
        booking = bookings[booking_id]
        if booking.state not in (*Booking.USED, Booking.State.LATE):
            return Refused.because(ReasonCode.WRONG_STATE, state=booking.state)
        lock_parts(BookingPart.objects.filter(booking=booking).values_list("id", flat=True))
        try:
            amount = take_back(moment, booking, sessions_of([booking])[booking.session_id])
        except OverdrawnError as error:
            transaction.set_rollback(True)
            return Refused.because(ReasonCode.FUND_INSUFFICIENT, available_cents=error.fault.free)
        if booking.state in Booking.USED:
            Session.objects.filter(pk=booking.session_id).update(taken=F("taken") - 1)
        booking.state = Booking.State.REVERSED
        booking.ended_at, booking.ended_by, booking.reason = moment, "officer", reason[:200]
        booking.save(update_fields=["state", "ended_at", "ended_by", "reason"])
        give_back_closed(moment, [booking], vouchers)
        audit.record(moment, actor, "booking.reversed", f"booking:{booking.ref}", amount=amount)
        outbox.emit(moment, "booking.reversed", booking=booking.ref, session=booking.session_id)
    return booking


def state_dues(moment: datetime, actor: Actor, due_ids: Sequence[int]) -> list[int] | Refused:
    """Mark what is owed as standing in a statement; returns what could be marked.

    For the payouts room, inside the transaction that writes the statement: what was reversed or stated in the meantime
    is left out.
    """
    if not may_state(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        locked = lock_dues(due_ids)
        able = [pk for pk, due in locked.items() if due.stated_at is None and due.reversed_at is None]
        for some in pieces(able):
            Due.objects.filter(pk__in=some).update(stated_at=moment)
    return able
