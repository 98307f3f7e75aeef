"""Annulling a call: what is not spent returns, what lies ahead is cancelled, what was used stays paid."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q

from wishmi.awards.models import Award
from wishmi.bookings.actions.ending import Ending, end_bookings
from wishmi.bookings.actions.locks import lock_bookings, lock_sessions, lock_vouchers
from wishmi.bookings.models import Booking, WaitingEntry
from wishmi.calls import acts
from wishmi.calls.actions import Signed
from wishmi.calls.models import CallAct, Fund
from wishmi.core.outcome import Refused
from wishmi.infra import audit
from wishmi.infra.actor import Actor
from wishmi.ledger.chart import TransferReason
from wishmi.vouchers.actions import close_vouchers
from wishmi.vouchers.models import Voucher


def annul_call(moment: datetime, actor: Actor, call_id: int, signed: Signed) -> CallAct | Refused:
    """Annul a call by a signed act.

    Every living voucher ends and what is free on it returns to its funds; live bookings of sessions that have not
    begun are cancelled, their places are free again, and nobody waits with such a voucher any longer. A session that
    has begun is marked as ever: what was used is paid to the provider, what is not returns when it is known.
    """

    def apply(act: CallAct) -> None:
        _lock_funds(act.call_id)
        vouchers = lock_vouchers(_concerned(act.call_id))
        ended = _cancel_ahead(moment, actor, act, vouchers)
        living = [voucher for voucher in vouchers.values() if voucher.state != Voucher.State.CLOSED]
        returned = close_vouchers(moment, actor, living, Award.State.REVOKED, TransferReason.REVOCATION)
        waiting = WaitingEntry.objects.filter(voucher__call_id=act.call_id, state=WaitingEntry.State.WAITING)
        waiting.update(state=WaitingEntry.State.PASSED, ended_at=moment)
        counted = {"vouchers": len(living), "bookings": ended, "returned": returned}
        audit.record(moment, actor, "call.unwound", f"call:{act.call.code}", **counted)

    return acts.annul_call(moment, actor, call_id, signed, apply)


def _lock_funds(call_id: int) -> None:
    """Those behind the call and those its vouchers are paid from: a correction may have put others behind it."""
    paying = set(Voucher.objects.filter(call_id=call_id).values_list("parts__fund", flat=True))
    rows = Fund.objects.filter(Q(call_funds__call=call_id) | Q(pk__in=paying - {None}))
    ids = set(rows.values_list("id", flat=True))
    list(Fund.objects.select_for_update().filter(pk__in=ids).order_by("id"))


def _concerned(call_id: int) -> set[int]:
    """Vouchers that live, and those that ended while something is still booked with them."""
    rows = Voucher.objects.filter(call_id=call_id)
    living = rows.exclude(state=Voucher.State.CLOSED).values_list("id", flat=True)
    return {*living, *rows.filter(bookings__state__in=Booking.LIVE).values_list("id", flat=True)}


def _cancel_ahead(moment: datetime, actor: Actor, act: CallAct, vouchers: Mapping[int, Voucher]) -> int:
    """Cancel the live bookings of sessions that have not begun; returns how many. The vouchers are locked."""
    ahead = Booking.objects.filter(
        voucher__call_id=act.call_id, state__in=Booking.LIVE, session__starts_at__gt=moment
    )
    sessions = lock_sessions(set(ahead.values_list("session_id", flat=True)))
    locked = lock_bookings(ahead.values_list("id", flat=True))
    bookings = [one for one in locked.values() if sessions[one.session_id].starts_at > moment]
    if bookings:
        ending = Ending(Booking.State.CANCELLED, "office", TransferReason.CANCELLATION, act.reason[:200])
        end_bookings(moment, actor, ending, bookings, vouchers, sessions)
    return len(bookings)
