"""What is owed once it has started, where a call pays before use: nobody waits for who came."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from wishmi.bookings.actions.locks import lock_with_vouchers
from wishmi.bookings.actions.owing import redeem, sessions_of
from wishmi.bookings.models import Booking
from wishmi.bookings.policies import may_state
from wishmi.bookings.snapshots import rules_of_vouchers
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.core.rules.payment import is_before_use
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.infra.clock import day_begins, local_day
from wishmi.ledger.actions import OverdrawnError


def owe_started(moment: datetime, actor: Actor) -> int | Refused:
    """Make owed what confirmed bookings hold whose session starts today or has started; returns how many.

    Only under calls that pay before use. The booking lives on: who came is marked later, and a cancellation takes the
    money back. All or none; refused where a fund cannot add what a rule grants beyond the voucher.
    """
    if not may_state(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        found = _started(local_day(moment))
        locked, _vouchers = lock_with_vouchers(found)
        bookings = [row for row in locked.values() if row.state == Booking.State.CONFIRMED]
        try:
            redeem(moment, [row.pk for row in bookings], sessions_of(bookings))
        except OverdrawnError as error:
            transaction.set_rollback(True)
            return Refused.because(ReasonCode.FUND_INSUFFICIENT, available_cents=error.fault.free)
        acts = [audit.Act("booking.owed", f"booking:{row.ref}") for row in bookings]
        audit.record_many(moment, actor, acts)
        items = [{"booking": row.ref, "session": row.session_id} for row in bookings]
        outbox.emit_many(moment, "booking.owed", items)
    return len(bookings)


def _started(today: date) -> Sequence[int]:
    """Confirmed bookings of sessions up to a day that hold money still, under calls that pay before use."""
    end = day_begins(today + timedelta(days=1))
    rows = Booking.objects.filter(
        state=Booking.State.CONFIRMED, session__starts_at__lt=end, parts__redeemed_at__isnull=True
    ).exclude(voucher_cents=0)
    found = dict(rows.order_by("id").values_list("id", "voucher_id"))
    rules = rules_of_vouchers(found.values())
    return [pk for pk, voucher in found.items() if voucher and is_before_use(rules[voucher].payment)]
