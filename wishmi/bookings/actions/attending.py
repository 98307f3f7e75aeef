"""What a provider does with its bookings: confirm, note the family's payment, mark who came."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from wishmi.bookings.actions.answering import ask_families
from wishmi.bookings.actions.ending import Ending, end_bookings
from wishmi.bookings.actions.locks import lock_with_places, lock_with_vouchers
from wishmi.bookings.actions.owing import sessions_of
from wishmi.bookings.actions.using import tell, use_up
from wishmi.bookings.models import Booking
from wishmi.bookings.policies import may_answer
from wishmi.bookings.snapshots import rules_of_vouchers
from wishmi.catalogue.models import Session
from wishmi.core.calls import CallRules
from wishmi.core.outcome import Refused
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.core.rules.use import Confirmation, NoShow, UseRule
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.infra.clock import day_begins, local_day
from wishmi.ledger.chart import TransferReason
from wishmi.vouchers.models import Voucher


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
        tell(moment, actor, locked.values())
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


def record_copayment(moment: datetime, actor: Actor, booking_id: int) -> Booking | Refused:
    """A provider notes that the family has paid its part."""
    with transaction.atomic():
        locked, _vouchers = lock_with_vouchers([booking_id])
        booking = locked[booking_id]
        session = sessions_of([booking])[booking.session_id]
        if not may_answer(actor, session.activity.provider_id):
            return Refused.because(ReasonCode.NOT_ALLOWED)
        if booking.state not in Booking.TAKEN or booking.family_cents == 0:
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
    unless the call says that it costs nothing: then everything goes back. Where the family confirms too, what would
    spend its voucher waits for its answer.
    """
    wanted = dict(marks)
    with transaction.atomic():
        register = _locked(wanted)
        if wanted.keys() != register.bookings.keys() or not _may_answer_all(actor, register.sessions):
            return Refused.because(ReasonCode.NOT_ALLOWED)
        reasons = [
            reason
            for pk, booking in register.bookings.items()
            if (reason := _why_not_list(moment, booking, register, wanted[pk]))
        ]
        if reasons:
            return Refused(tuple(reasons))
        marked = _mark(moment, actor, register, wanted)
    return marked if isinstance(marked, Refused) else [register.bookings[pk] for pk in wanted]


def redeem_by_code(moment: datetime, actor: Actor, session_id: int, code: str) -> Booking | Refused:
    """Mark as present, by the code of its voucher, the child that shows it at the door; from the session's day on.

    The only way to a use where the call wants the code. Where the family confirms too, the code marks and does not
    confirm: who typed it once knows it. The same refusal for a code that is nobody's and for one of another session:
    who types codes learns nothing.
    """
    typed = "".join(code.split()).upper()
    found = Booking.objects.filter(session_id=session_id, voucher__code=typed)
    ids = list(found.filter(state__in=Booking.TAKEN).values_list("id", flat=True))
    with transaction.atomic():
        register = _locked(ids)
        provider = Session.objects.values_list("activity__provider_id", flat=True).get(pk=session_id)
        if not may_answer(actor, provider):
            return Refused.because(ReasonCode.NOT_ALLOWED)
        if len(register.bookings) != 1 or not _is_code(register, typed):
            return Refused.because(ReasonCode.CODE_WRONG)
        (booking,) = register.bookings.values()
        session = register.sessions[booking.session_id]
        reason = _why_not_mark(moment, booking, day_begins(local_day(session.starts_at)), is_present=True)
        if reason is not None:
            return Refused((reason,))
        marked = _mark(moment, actor, register, {booking.pk: True})
    return marked if isinstance(marked, Refused) else booking


@dataclass(frozen=True, slots=True)
class _List:
    """Bookings to be marked, locked behind their vouchers and places; sessions with activity and provider; rules."""

    bookings: dict[int, Booking]
    vouchers: dict[int, Voucher]
    places: dict[int, Session]
    sessions: dict[int, Session]
    rules: dict[int, CallRules]

    def use_of(self, booking: Booking) -> UseRule:
        """How the call of a booking's voucher wants it used."""
        assert booking.voucher_id is not None
        return self.rules[booking.voucher_id].use

    @property
    def days_to_answer(self) -> dict[int, int]:
        """How many days a family has to answer, by booking; the call has a term wherever families are asked."""
        uses = {pk: self.use_of(booking) for pk, booking in self.bookings.items()}
        return {pk: use.confirm_use_within_days for pk, use in uses.items() if use.confirm_use_within_days}


def _locked(ids: Iterable[int]) -> _List:
    bookings, vouchers, places = lock_with_places(ids)
    rules = rules_of_vouchers(booking.voucher_id for booking in bookings.values())
    return _List(bookings, vouchers, places, sessions_of(bookings.values()), rules)


def _is_code(register: _List, typed: str) -> bool:
    """Whether the code is still the voucher's: it may have been issued anew before the lock."""
    return [voucher.code for voucher in register.vouchers.values()] == [typed]


def _mark(moment: datetime, actor: Actor, register: _List, wanted: Mapping[int, bool]) -> Refused | None:
    """Spend what was used, or ask its family; give back what costs nothing. Refused as `use_up` is."""
    free, asked, used = [], [], []
    for pk, booking in register.bookings.items():
        use = register.use_of(booking)
        if not wanted[pk] and use.no_show is NoShow.FREE:
            free.append(booking)
        elif use.asks_family and booking.voucher_cents:
            asked.append((booking, wanted[pk]))
        else:
            used.append((booking, wanted[pk]))
    refused = use_up(moment, actor, "provider", used, register.sessions)
    if refused is not None:
        return refused
    if asked:
        ask_families(moment, actor, asked, register.days_to_answer)
    if free:
        ending = Ending(Booking.State.ABSENT, "provider", TransferReason.CANCELLATION)
        end_bookings(moment, actor, ending, free, register.vouchers, register.places)
    return None


def _why_not_list(moment: datetime, booking: Booking, register: _List, is_present: bool) -> Reason | None:
    reason = _why_not_mark(moment, booking, register.sessions[booking.session_id].starts_at, is_present)
    by_code = register.use_of(booking).confirmation is Confirmation.CODE
    if reason is None and is_present and by_code:
        return Reason(ReasonCode.CODE_NEEDED, {"booking": booking.ref})
    return reason


def _why_not_mark(moment: datetime, booking: Booking, since: datetime, is_present: bool) -> Reason | None:
    if booking.state in (*Booking.ASKED, *Booking.USED):
        return Reason(ReasonCode.ALREADY_DONE, {"booking": booking.ref})
    if booking.state not in Booking.LIVE or (booking.state == Booking.State.HELD and not is_present):
        return Reason(ReasonCode.WRONG_STATE, {"booking": booking.ref, "state": booking.state})
    if since > moment:
        return Reason(ReasonCode.TOO_EARLY, {"booking": booking.ref, "from": since.isoformat()})
    if booking.mark_by is not None and booking.mark_by < moment:
        due_on = local_day(booking.mark_by).isoformat()
        return Reason(ReasonCode.TERM_EXPIRED, {"booking": booking.ref, "due_on": due_on})
    return None
