"""Scheduled work of this room."""

from datetime import datetime

from wishmi.bookings.actions import (
    close_waiting,
    confirm_silent,
    expire_unconfirmed,
    release_unmarked,
    remind_of_answers,
    remind_of_marks,
)


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


def remind_providers(moment: datetime) -> int:
    """Every quarter of an hour: tell providers what they have not marked, before it is released."""
    told = remind_of_marks(moment)
    assert isinstance(told, int)
    return told


def release_what_nobody_marked(moment: datetime) -> int:
    """Every quarter of an hour: free the money of bookings whose time to be marked is over."""
    released = release_unmarked(moment)
    assert isinstance(released, int)
    return released


def remind_families(moment: datetime) -> int:
    """Every quarter of an hour: tell families what they have not answered, before their silence confirms it."""
    told = remind_of_answers(moment)
    assert isinstance(told, int)
    return told


def confirm_what_nobody_disputed(moment: datetime) -> int:
    """Every quarter of an hour: confirm the uses whose families said nothing in their time."""
    confirmed = confirm_silent(moment)
    assert isinstance(confirmed, int)
    return confirmed
