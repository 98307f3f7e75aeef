"""What this room does when something happened: a freed place goes to the waiting list."""

from collections.abc import Mapping
from datetime import datetime

from wishmi.bookings.actions import serve_waiting
from wishmi.infra import outbox


@outbox.on("session.place_freed")
def serve_freed_place(moment: datetime, data: Mapping[str, object]) -> None:
    """Book a freed place for the first child that waits and can still be served."""
    serve_waiting(moment, int(str(data["session"])))
