"""Everything that runs by itself: handlers of events and scheduled jobs of all rooms, named in one place."""

from collections.abc import Callable
from datetime import datetime

from wishmi.bookings import handlers as booking_handlers
from wishmi.bookings import jobs as booking_jobs
from wishmi.infra import chain, outbox
from wishmi.vouchers import jobs as voucher_jobs

HANDLERS = (booking_handlers,)
"""Modules that register handlers when they are imported."""

JOBS: tuple[Callable[[datetime], object], ...] = (
    booking_jobs.release_unconfirmed,
    booking_jobs.end_waiting,
    voucher_jobs.run,
)


def run_jobs(moment: datetime) -> None:
    """Every scheduled job once: each is safe to run again."""
    for job in JOBS:
        job(moment)


def run_events(moment: datetime) -> int:
    """Deliver what waits in the outbox, and what that brings, until nothing waits."""
    total = 0
    while done := outbox.deliver(moment):
        total += done
    return total


def seal(moment: datetime, progress: Callable[[int], None] | None = None) -> int:
    """Seal the audit chain."""
    return chain.seal(moment, progress)
