"""Locks of this room, always in the order voucher, session, booking, part; accounts come last, in the ledger.

Every act on a booking locks its voucher first, so two acts on one booking or one voucher always meet there. The
columns by which rows are found before the lock (a booking's voucher and session) never change; everything else is
read after it.
"""

from collections.abc import Iterable, Sequence

from wishmi.bookings.models import Booking, BookingPart, Due
from wishmi.catalogue.models import Session
from wishmi.infra.pieces import pieces
from wishmi.vouchers.models import Voucher


def _chunks(ids: Iterable[int | None]) -> Iterable[Sequence[int]]:
    wanted = sorted({pk for pk in ids if pk is not None})
    yield from pieces(wanted)


def lock_vouchers(ids: Iterable[int | None]) -> dict[int, Voucher]:
    """Lock vouchers and read them."""
    locked: dict[int, Voucher] = {}
    for chunk in _chunks(ids):
        rows = Voucher.objects.select_for_update().filter(pk__in=chunk).order_by("id")
        locked |= {row.pk: row for row in rows}
    return locked


def lock_sessions(ids: Iterable[int]) -> dict[int, Session]:
    """Lock sessions and read them."""
    locked: dict[int, Session] = {}
    for chunk in _chunks(ids):
        rows = Session.objects.select_for_update().filter(pk__in=chunk).order_by("id")
        locked |= {row.pk: row for row in rows}
    return locked


def lock_bookings(ids: Iterable[int]) -> dict[int, Booking]:
    """Lock bookings and read them; their vouchers are locked already."""
    locked: dict[int, Booking] = {}
    for chunk in _chunks(ids):
        rows = Booking.objects.select_for_update().filter(pk__in=chunk).order_by("id")
        locked |= {row.pk: row for row in rows}
    return locked


def lock_parts(ids: Iterable[int]) -> dict[int, BookingPart]:
    """Lock parts of bookings and read them."""
    locked: dict[int, BookingPart] = {}
    for chunk in _chunks(ids):
        rows = BookingPart.objects.select_for_update().filter(pk__in=chunk).order_by("id")
        locked |= {row.pk: row for row in rows}
    return locked


def lock_dues(ids: Iterable[int]) -> dict[int, Due]:
    """Lock what is owed, behind the parts it is owed for, and read it."""
    locked: dict[int, Due] = {}
    for chunk in _chunks(ids):
        lock_parts(Due.objects.filter(pk__in=chunk).values_list("part_id", flat=True))
        rows = Due.objects.select_for_update().filter(pk__in=chunk).order_by("id")
        locked |= {row.pk: row for row in rows}
    return locked


def lock_with_vouchers(ids: Iterable[int]) -> tuple[dict[int, Booking], dict[int, Voucher]]:
    """Lock bookings behind their vouchers, no session: for acts that free no place."""
    wanted = sorted(set(ids))
    vouchers = lock_vouchers(_vouchers_of(wanted))
    return lock_bookings(wanted), vouchers


def lock_with_places(ids: Iterable[int]) -> tuple[dict[int, Booking], dict[int, Voucher], dict[int, Session]]:
    """Lock bookings behind their vouchers and sessions: for acts that free places."""
    wanted = sorted(set(ids))
    vouchers = lock_vouchers(_vouchers_of(wanted))
    found: set[int] = set()
    for chunk in _chunks(wanted):
        found |= set(Booking.objects.filter(pk__in=chunk).values_list("session_id", flat=True))
    sessions = lock_sessions(found)
    return lock_bookings(wanted), vouchers, sessions


def _vouchers_of(bookings: Iterable[int]) -> set[int | None]:
    found: set[int | None] = set()
    for chunk in _chunks(bookings):
        found |= set(Booking.objects.filter(pk__in=chunk).values_list("voucher_id", flat=True))
    return found
