"""What a provider does with its bookings: confirm, note the family's payment, mark who came."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from wishmi.bookings.actions.ending import Ending, end_bookings
from wishmi.bookings.actions.locks import lock_with_places, lock_with_vouchers
from wishmi.bookings.actions.owing import redeem, sessions_of
from wishmi.bookings.models import Booking
from wishmi.bookings.policies import may_answer
from wishmi.bookings.snapshots import rules_of_vouchers
from wishmi.catalogue.models import Session
from wishmi.core.outcome import Refused
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.core.rules.use import NoShow
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.infra.clock import local_day
from wishmi.ledger.actions import OverdrawnError
from wishmi.ledger.chart import TransferReason


def _may_answer_all(actor: Actor, sessions: Mapping[int, Session]) -> bool:
    return all(may_answer(actor, session.activity.provider_id) for session in sessions.values())


def confirm_booking(moment: datetime, actor: Actor, booking_id: int) -> Booking | Refused:
    """A provider confirms a held booking in its time and before the session starts."""
    confirmed = confirm_bookings(moment, actor, [booking_id])
    return confirmed if isinstance(confirmed, Refused) else confirmed[0]


def confirm_bookings(moment: datetime, actor: Actor, booking_ids: Sequence[int]) -> list[Booking] | Refused:
    """Confirm held bookings, all or none; returns them in the order given."""
    with transaction.atomic():
        locked, _vouchers = lock_with_vouchers(booking_ids)
        sessions = sessions_of(locked.values())
        if set(booking_ids) != locked.keys() or not _may_answer_all(actor, sessions):
            return Refused.because(ReasonCode.NOT_ALLOWED)
        reasons = [
            reason
            for booking in locked.values()
            if (reason := _why_not_confirm(moment, booking, sessions[booking.session_id]))
        ]
        if reasons:
            return Refused(tuple(reasons))
        Booking.objects.filter(pk__in=list(locked)).update(state=Booking.State.CONFIRMED)
        for booking in locked.values():
            booking.state = Booking.State.CONFIRMED
        _tell(moment, actor, locked.values())
    return [locked[pk] for pk in booking_ids]


def _why_not_confirm(moment: datetime, booking: Booking, session: Session) -> Reason | None:
    if booking.state != Booking.State.HELD:
        return Reason(ReasonCode.WRONG_STATE, {"booking": booking.ref, "state": booking.state})
    if booking.confirm_by < moment:
        due_on = local_day(booking.confirm_by).isoformat()
        return Reason(ReasonCode.TERM_EXPIRED, {"booking": booking.ref, "due_on": due_on})
    if session.starts_at <= moment:
        return Reason(ReasonCode.SESSION_PAST, {"booking": booking.ref})
    return None


def _tell(moment: datetime, actor: Actor, bookings: Iterable[Booking]) -> None:
    """Record and emit what bookings have become."""
    rows = list(bookings)
    acts = [audit.Act(f"booking.{row.state}", f"booking:{row.ref}") for row in rows]
    audit.record_many(moment, actor, acts)
    for state in sorted({row.state for row in rows}):
        items = [{"booking": row.ref, "session": row.session_id} for row in rows if row.state == state]
        outbox.emit_many(moment, f"booking.{state}", items)


def record_copayment(moment: datetime, actor: Actor, booking_id: int) -> Booking | Refused:
    """A provider notes that the family has paid its part."""
    with transaction.atomic():
        locked, _vouchers = lock_with_vouchers([booking_id])
        booking = locked[booking_id]
        session = sessions_of([booking])[booking.session_id]
        if not may_answer(actor, session.activity.provider_id):
            return Refused.because(ReasonCode.NOT_ALLOWED)
        if booking.state not in (*Booking.LIVE, *Booking.USED) or booking.family_cents == 0:
            return Refused.because(ReasonCode.WRONG_STATE, state=booking.state)
        if booking.family_paid_at is not None:
            return Refused.because(ReasonCode.ALREADY_DONE)
        booking.family_paid_at = moment
        booking.save(update_fields=["family_paid_at"])
        audit.record(
            moment,
            actor,
            "booking.copayment_recorded",
            f"booking:{booking.ref}",
            family_cents=booking.family_cents,
        )
        outbox.emit(moment, "booking.copayment_recorded", booking=booking.ref)
    return booking


def record_attendance(
    moment: datetime,
    actor: Actor,
    booking_id: int,
    present: bool,
) -> Booking | Refused:
    """Mark one child as present or absent; see `record_attendances`."""
    marked = record_attendances(moment, actor, [(booking_id, present)])
    return marked if isinstance(marked, Refused) else marked[0]


def record_attendances(
    moment: datetime, actor: Actor, marks: Sequence[tuple[int, bool]]
) -> list[Booking] | Refused:
    """Mark children as present or absent once their session has started, all or none; returns them in order.

    Who was there has used the booking: what was held is spent, and owed to the provider by the call's rule of payment.
    Who came without having been confirmed is present all the same. An absence of a confirmed booking is a use too,
    unless the call says that it costs nothing: then everything goes back.
    """
    wanted = dict(marks)
    with transaction.atomic():
        locked, vouchers, places = lock_with_places(wanted)
        sessions = sessions_of(locked.values())
        if wanted.keys() != locked.keys() or not _may_answer_all(actor, sessions):
            return Refused.because(ReasonCode.NOT_ALLOWED)
        reasons = [
            reason
            for pk, booking in locked.items()
            if (reason := _why_not_mark(moment, booking, sessions[booking.session_id], wanted[pk]))
        ]
        if reasons:
            return Refused(tuple(reasons))
        free = _free_absences(locked, wanted)
        used = [booking for pk, booking in locked.items() if pk not in free]
        try:
            redeem(moment, [booking.pk for booking in used], sessions)
        except OverdrawnError as error:
            transaction.set_rollback(True)
            return Refused.because(ReasonCode.FUND_INSUFFICIENT, available_cents=error.fault.free)
        for state, is_present in ((Booking.State.ATTENDED, True), (Booking.State.NO_SHOW, False)):
            ids = [booking.pk for booking in used if wanted[booking.pk] is is_present]
            Booking.objects.filter(pk__in=ids).update(state=state, ended_at=moment, ended_by="provider")
            for pk in ids:
                locked[pk].state, locked[pk].ended_at, locked[pk].ended_by = state, moment, "provider"
        _tell(moment, actor, used)
        if free:
            ending = Ending(Booking.State.ABSENT, "provider", TransferReason.CANCELLATION)
            end_bookings(moment, actor, ending, list(free.values()), vouchers, places)
    return [locked[pk] for pk in wanted]


def _free_absences(locked: Mapping[int, Booking], wanted: Mapping[int, bool]) -> dict[int, Booking]:
    """Those marked absent whose call says that an absence costs nothing."""
    absent = {pk: booking for pk, booking in locked.items() if not wanted[pk]}
    named = [booking.voucher_id for booking in absent.values() if booking.voucher_id is not None]
    rules = rules_of_vouchers(named) if named else {}
    is_free = {voucher for voucher, rule in rules.items() if rule.use.no_show is NoShow.FREE}
    return {pk: booking for pk, booking in absent.items() if booking.voucher_id in is_free}


def _why_not_mark(moment: datetime, booking: Booking, session: Session, is_present: bool) -> Reason | None:
    if booking.state in Booking.USED:
        return Reason(ReasonCode.ALREADY_DONE, {"booking": booking.ref})
    if booking.state not in Booking.LIVE or (booking.state == Booking.State.HELD and not is_present):
        return Reason(ReasonCode.WRONG_STATE, {"booking": booking.ref, "state": booking.state})
    if session.starts_at > moment:
        return Reason(ReasonCode.TOO_EARLY, {"booking": booking.ref, "from": session.starts_at.isoformat()})
    if booking.mark_by is not None and booking.mark_by < moment:
        due_on = local_day(booking.mark_by).isoformat()
        return Reason(ReasonCode.TERM_EXPIRED, {"booking": booking.ref, "due_on": due_on})
    return None
