"""Scheduled work of this room."""

from datetime import datetime

from wishmi.bookings.actions import close_waiting, expire_unconfirmed


def release_unconfirmed(moment: datetime) -> int:
    """Every quarter of an hour: release the holds that no provider confirmed in time."""
    released = expire_unconfirmed(moment)
    assert isinstance(released, int)
    return released


def end_waiting(moment: datetime) -> int:
    """Every quarter of an hour: nobody waits for a session that has begun."""
    closed = close_waiting(moment)
    assert isinstance(closed, int)
    return closed
