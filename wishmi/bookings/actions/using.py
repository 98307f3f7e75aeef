"""A booking becomes a use: what it holds is spent and owed, whoever had the last word on it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from wishmi.bookings.actions.owing import redeem
from wishmi.bookings.models import Booking
from wishmi.catalogue.models import Session
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.infra.pieces import pieces
from wishmi.ledger.actions import OverdrawnError


def use_up(
    moment: datetime,
    actor: Actor,
    by: str,
    bookings: Sequence[tuple[Booking, bool]],
    sessions: Mapping[int, Session],
) -> Refused | None:
    """Spend what bookings hold and make it owed; each comes with whether its child was there, `by` had the last word.

    Bookings are locked; sessions come with activity and provider. Refused, and the caller's transaction undone, where a
    fund cannot add what its call grants.
    """
    try:
        redeem(moment, [booking.pk for booking, _was_there in bookings], sessions)
    except OverdrawnError as error:
        transaction.set_rollback(True)
        return Refused.because(ReasonCode.FUND_INSUFFICIENT, available_cents=error.fault.free)
    for state, is_present in ((Booking.State.ATTENDED, True), (Booking.State.NO_SHOW, False)):
        rows = [booking for booking, was_there in bookings if was_there is is_present]
        for some in pieces([booking.pk for booking in rows]):
            Booking.objects.filter(pk__in=some).update(state=state, ended_at=moment, ended_by=by)
        for booking in rows:
            booking.state, booking.ended_at, booking.ended_by = state, moment, by
    tell(moment, actor, [booking for booking, _was_there in bookings])
    return None


def tell(moment: datetime, actor: Actor, bookings: Iterable[Booking]) -> None:
    """Record and emit what bookings have become."""
    rows = list(bookings)
    acts = [audit.Act(f"booking.{row.state}", f"booking:{row.ref}") for row in rows]
    audit.record_many(moment, actor, acts)
    for state in sorted({row.state for row in rows}):
        items = [{"booking": row.ref, "session": row.session_id} for row in rows if row.state == state]
        outbox.emit_many(moment, f"booking.{state}", items)
