"""What a late cancellation loses: a part is spent and owed, the rest is free again."""

from datetime import datetime

from wishmi.bookings.actions.owing import redeem, sessions_of
from wishmi.bookings.models import Booking, BookingPart
from wishmi.core.money import take_in_order
from wishmi.core.rules.use import UseRule
from wishmi.core.transfers import Phase
from wishmi.ledger.actions import Draft, post, resolve
from wishmi.ledger.chart import TransferReason


def is_owed(booking: Booking) -> bool:
    """Whether something of a booking is owed already: a call may pay before use."""
    return BookingPart.objects.filter(booking=booking, redeemed_at__isnull=False).exists()


def lose_part(moment: datetime, booking: Booking, use: UseRule) -> bool:
    """Spend what a late cancellation loses, each to the cent in favour of its payer; False where that is nothing.

    A step of the cancellation, in its transaction; booking and voucher are locked, and all of it is still held. The
    booking says from then on what it has cost; what had been booked stands in the record of the booking.
    """
    lost, by_family = use.lost_of(booking.voucher_cents), use.lost_of(booking.family_cents)
    if lost + by_family == 0:
        return False
    if lost:
        _hold_no_more_than(moment, booking, lost)
        redeem(moment, [booking.pk], sessions_of([booking]), is_use=False)
    booking.price_cents, booking.voucher_cents, booking.family_cents = lost + by_family, lost, by_family
    booking.save(update_fields=["price_cents", "voucher_cents", "family_cents"])
    return True


def _hold_no_more_than(moment: datetime, booking: Booking, amount: int) -> None:
    """Keep an amount of what a booking holds, from its parts in their order.

    A pending transfer is posted or voided whole, so each hold is voided and what is kept of it is held anew. A part of
    which nothing is kept goes.
    """
    rows = BookingPart.objects.filter(booking=booking, redeemed_at__isnull=True)
    parts = list(rows.select_related("voucher_part").order_by("id"))
    kept = take_in_order(amount, [part.amount for part in parts])
    assert kept is not None
    resolve((part.hold_id for part in parts), Phase.VOID, TransferReason.LATE_CANCELLATION, moment)
    keeping = [(part, share) for part, share in zip(parts, kept, strict=True) if share]
    holds = post(
        [
            Draft(
                part.voucher_part.unspent_id,
                part.voucher_part.spent_id,
                share,
                TransferReason.LATE_CANCELLATION,
                f"late:{part.pk}",
                Phase.PENDING,
            )
            for part, share in keeping
        ],
        moment,
    )
    for (part, share), hold in zip(keeping, holds, strict=True):
        part.amount, part.hold_id = share, hold
        part.save(update_fields=["amount", "hold"])
    let_go = [part.pk for part, share in zip(parts, kept, strict=True) if not share]
    BookingPart.objects.filter(pk__in=let_go).delete()
