"""Taking a use back, and putting uses into statements: the two acts that meet on a part of a booking."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from wishmi.bookings.actions.attending import provider_purse
from wishmi.bookings.actions.ending import give_back_closed
from wishmi.bookings.actions.locks import lock_parts, lock_with_places
from wishmi.bookings.models import Booking, BookingPart
from wishmi.bookings.policies import may_reverse, may_state
from wishmi.catalogue.models import Session
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.infra.pieces import pieces
from wishmi.ledger.actions import Draft, open_accounts, post
from wishmi.ledger.chart import Kind, TransferReason
from wishmi.providers.models import Provider


def reverse_redemption(moment: datetime, actor: Actor, booking_id: int, reason: str) -> Booking | Refused:
    """Take a use back: the money is the voucher's again, or its fund's where the voucher has ended.

    What stands in no statement is no longer due. What stands in one was promised or paid with it and a statement is
    never edited, so the provider owes it back: the next payments are less by as much.
    """
    if not may_reverse(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if not reason.strip():
        return Refused.because(ReasonCode.INCOMPLETE, field="reason")
    with transaction.atomic():
        bookings, vouchers, _sessions = lock_with_places([booking_id])
        booking = bookings[booking_id]
        if booking.state not in Booking.USED:
            return Refused.because(ReasonCode.WRONG_STATE, state=booking.state)
        locked = lock_parts(BookingPart.objects.filter(booking=booking).values_list("id", flat=True))
        _move_back(moment, booking, locked.values())
        BookingPart.objects.filter(pk__in=list(locked)).update(reversed_at=moment)
        Session.objects.filter(pk=booking.session_id).update(taken=F("taken") - 1)
        booking.state = Booking.State.REVERSED
        booking.ended_at, booking.ended_by, booking.reason = moment, "officer", reason[:200]
        booking.save(update_fields=["state", "ended_at", "ended_by", "reason"])
        give_back_closed(moment, [booking], vouchers)
        audit.record(
            moment,
            actor,
            "booking.reversed",
            f"booking:{booking.ref}",
            amount=sum(part.amount for part in locked.values()),
        )
        outbox.emit(moment, "booking.reversed", booking=booking.ref, session=booking.session_id)
    return booking


def _move_back(moment: datetime, booking: Booking, locked: Iterable[BookingPart]) -> None:
    provider = Provider.objects.values_list("ref", flat=True).get(activities__sessions=booking.session_id)
    ids = [part.pk for part in locked]
    rows = BookingPart.objects.filter(pk__in=ids).select_related("voucher_part__fund")
    parts = list(rows.order_by("id"))
    kinds = (Kind.COST, Kind.DUE, Kind.RECOVERABLE)
    accounts = open_accounts(provider_purse(part, provider, kind) for part in parts for kind in kinds)
    drafts = []
    for part in parts:
        source = Kind.DUE if part.stated_at is None else Kind.RECOVERABLE
        drafts += [
            Draft(
                part.voucher_part.spent_id,
                part.voucher_part.unspent_id,
                part.amount,
                TransferReason.REVERSAL,
                f"reverse:{part.pk}",
            ),
            Draft(
                accounts[provider_purse(part, provider, source)],
                accounts[provider_purse(part, provider, Kind.COST)],
                part.amount,
                TransferReason.REVERSAL,
                f"reverse-{source}:{part.pk}",
            ),
        ]
    post(drafts, moment)


def state_uses(moment: datetime, actor: Actor, part_ids: Sequence[int]) -> list[int] | Refused:
    """Mark used parts as standing in a statement; returns those that could be marked.

    For the payouts room, inside the transaction that writes the statement: a part that was reversed or stated in the
    meantime is left out.
    """
    if not may_state(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        locked = lock_parts(part_ids)
        able = [
            pk
            for pk, part in locked.items()
            if part.redeemed_at is not None and part.reversed_at is None and part.stated_at is None
        ]
        for some in pieces(able):
            BookingPart.objects.filter(pk__in=some).update(stated_at=moment)
    return able
