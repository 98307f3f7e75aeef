"""Logs: one line of JSON for each event, on standard error, without anything of a person.

An exception is told by its kind and by where it happened: its message may repeat a name, a fiscal code, a fact.
"""

import logging
import traceback
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

_DEEPEST = 12


def where(trace: TracebackType | None) -> list[str]:
    """The innermost frames of a traceback as `file:line function`, without any value."""
    frames = traceback.extract_tb(trace)[-_DEEPEST:]
    return [f"{frame.filename.rpartition('/wishmi/')[2]}:{frame.lineno} {frame.name}" for frame in frames]


def without_messages(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """Put the kind and the place of an exception where its text would stand."""
    info = event.pop("exc_info", None)
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if isinstance(info, tuple) and info[0] is not None:
        event["kind"], event["where"] = info[0].__name__, where(info[2])
    return event


def without_addresses(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """Django's own lines end in the path that was asked for: a route is told by our own lines, without references."""
    record = event.get("_record")
    if isinstance(record, logging.LogRecord) and record.name.startswith("django."):
        event["event"] = str(event["event"]).partition(":")[0]
        event["logger"] = record.name
    return event


_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    without_messages,
)


def settings_for(level: str, *, is_for_programs: bool) -> dict[str, Any]:
    """Django's LOGGING: JSON where programs read it, plain lines for a person at a terminal."""
    shown: Processor = (
        structlog.processors.JSONRenderer()
        if is_for_programs
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [*_SHARED, without_addresses],
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, shown],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"wishmi": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "wishmi"}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
    }


def configure() -> None:
    """Let structlog write through the standard library, so that there is one stream and one form."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
