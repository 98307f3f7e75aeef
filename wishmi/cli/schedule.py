"""Everything that runs by itself: handlers of events and scheduled jobs of all rooms, named in one place."""

from collections.abc import Callable
from datetime import datetime
from traceback import format_tb

import structlog
from django.contrib.sessions.backends.db import SessionStore
from django.db import InterfaceError, OperationalError

from wishmi.bookings import handlers as booking_handlers
from wishmi.bookings import jobs as booking_jobs
from wishmi.infra import chain, outbox
from wishmi.vouchers import jobs as voucher_jobs

log = structlog.get_logger()
HANDLERS = (booking_handlers,)
"""Modules that register handlers when they are imported."""


def forget_sessions(_moment: datetime) -> None:
    """Nobody is signed in for ever: sessions that have ended go, with the answers kept in them."""
    SessionStore.clear_expired()


JOBS: tuple[Callable[[datetime], object], ...] = (
    booking_jobs.release_unconfirmed,
    booking_jobs.end_waiting,
    booking_jobs.remind_providers,
    booking_jobs.release_what_nobody_marked,
    booking_jobs.remind_families,
    booking_jobs.confirm_what_nobody_disputed,
    voucher_jobs.run,
    forget_sessions,
)


def run_jobs(moment: datetime) -> None:
    """Every scheduled job once: each is safe to run again. One that fails is told, and stops no other."""
    for job in JOBS:
        try:
            job(moment)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001 - the fault of one job must not stop the others
            # Where it failed, not with what: messages and local values may hold a family's facts.
            trace = "".join(format_tb(error.__traceback__))
            log.error("job.failed", job=job.__name__, kind=type(error).__name__, trace=trace)


def run_events(moment: datetime) -> int:
    """Deliver what waits in the outbox, and what that brings, until nothing waits."""
    total = 0
    while done := outbox.deliver(moment):
        total += done
    return total


def seal(moment: datetime, progress: Callable[[int], None] | None = None) -> int:
    """Seal the audit chain."""
    return chain.seal(moment, progress)
