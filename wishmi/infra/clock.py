"""The only place that reads the machine's clock. Actions take the moment as an argument."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from wishmi.infra.models import DemoDay


def now() -> datetime:
    """The present moment, aware, in UTC; in demo mode shifted to the demo city's day."""
    real = datetime.now(UTC)
    return real + demo_shift() if settings.WISHMI_MODE == "demo" else real


def today() -> date:
    """The present day in the city's time zone."""
    return local_day(now())


def local_day(moment: datetime, zone: tzinfo | None = None) -> date:
    """The day of a moment in a time zone: the city's, unless another is given, such as that of a call."""
    return timezone.localtime(moment, zone or ZoneInfo(settings.TIME_ZONE)).date()


def day_begins(day: date) -> datetime:
    """The first moment of a day in the city's time zone."""
    return datetime.combine(day, time.min, ZoneInfo(settings.TIME_ZONE))


def end_of(day: date) -> datetime:
    """The last moment of a day in the city's time zone."""
    return datetime.combine(day, time.max, ZoneInfo(settings.TIME_ZONE))


def demo_shift() -> timedelta:
    """How far the demo city's time is from the machine's."""
    day = DemoDay.objects.order_by("-id").first()
    return timedelta(seconds=day.shift_seconds) if day else timedelta()


def set_demo_now(moment: datetime) -> None:
    """Put the demo city at a moment; its time goes on from there."""
    shift = moment - datetime.now(UTC)
    DemoDay.objects.create(shift_seconds=int(shift.total_seconds()))
