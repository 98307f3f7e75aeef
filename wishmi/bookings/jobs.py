"""Scheduled work of this room."""

from datetime import datetime

from wishmi.bookings.actions import expire_unconfirmed


def release_unconfirmed(moment: datetime) -> int:
    """Every quarter of an hour: release the holds that no provider confirmed in time."""
    released = expire_unconfirmed(moment)
    assert isinstance(released, int)
    return released
