"""Outbox: what may follow an act goes up as an event, written with the act and handled after it, once in effect.

A handler is registered by the room above for a topic. `deliver` runs each handler in a transaction of its own together
with the mark that it has run: a crash in between repeats neither.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from traceback import format_tb

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F

from wishmi.infra.models import HandledEvent, OutboxEvent
from wishmi.infra.pieces import pieces

Handler = Callable[[datetime, Mapping[str, object]], None]

_HANDLERS: dict[str, list[Handler]] = defaultdict(list)
MOST_FAILURES = 20
log = structlog.get_logger()


def on(topic: str) -> Callable[[Handler], Handler]:
    """Register a handler of a topic; used in the rooms' `handlers.py`."""

    def register(handler: Handler) -> Handler:
        if handler not in _HANDLERS[topic]:
            _HANDLERS[topic].append(handler)
        return handler

    return register


def emit(moment: datetime, topic: str, **data: object) -> None:
    """Write one event."""
    OutboxEvent.objects.create(at=moment, topic=topic, data=data)


def emit_many(moment: datetime, topic: str, items: Iterable[Mapping[str, object]]) -> None:
    """Write many events of one topic."""
    OutboxEvent.objects.bulk_create(
        [OutboxEvent(at=moment, topic=topic, data=dict(item)) for item in items], batch_size=2000
    )


def emit_dated(topic: str, items: Iterable[tuple[datetime, Mapping[str, object]]]) -> None:
    """Write many events of one topic, each at its own moment."""
    OutboxEvent.objects.bulk_create(
        [OutboxEvent(at=at, topic=topic, data=dict(item)) for at, item in items], batch_size=2000
    )


def deliver(moment: datetime, most: int = 10_000) -> int:
    """Handle waiting events in order; returns how many were dealt with.

    Events that nobody listens to are closed together. A handler that fails leaves its event waiting and is tried
    again, up to a limit; the others go on.
    """
    waiting = OutboxEvent.objects.filter(handled_at__isnull=True, failures__lt=MOST_FAILURES).order_by("id")
    topics = [topic for topic, handlers in _HANDLERS.items() if handlers]
    silent = list(waiting.exclude(topic__in=topics).values_list("id", flat=True)[:most])
    for some in pieces(silent, 500):
        OutboxEvent.objects.filter(id__in=some).update(handled_at=moment)
    done = len(silent)
    for event in list(waiting.filter(topic__in=topics)[:most]):
        done += _handle(moment, event)
    return done


def _handle(moment: datetime, event: OutboxEvent) -> int:
    for handler in _HANDLERS[event.topic]:
        name = f"{handler.__module__}.{handler.__qualname__}"
        if HandledEvent.objects.filter(event=event, handler=name).exists():
            continue
        try:
            with transaction.atomic():
                HandledEvent.objects.create(event=event, handler=name)
                handler(moment, event.data)
        except Exception as error:  # noqa: BLE001 - the fault of one event must not stop the others
            # Only the mark itself says that another process was faster; a handler can break a constraint too.
            marked = HandledEvent.objects.filter(event=event, handler=name)
            if isinstance(error, IntegrityError) and marked.exists():
                log.info("outbox.handled_elsewhere", number=event.pk, handler=name)
                continue
            # Where it failed, not with what: messages and local values may hold a family's facts.
            trace = "".join(format_tb(error.__traceback__))
            log.error("outbox.failed", number=event.pk, handler=name, kind=type(error).__name__, trace=trace)
            OutboxEvent.objects.filter(pk=event.pk).update(failures=F("failures") + 1)
            return 0
    OutboxEvent.objects.filter(pk=event.pk).update(handled_at=moment)
    return 1
