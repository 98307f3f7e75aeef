"""Money, days and moments as a person reads them, in the language of the page."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_currency, format_decimal
from django.conf import settings
from django.utils.translation import get_language

LOCALES = {"it": "it_IT", "en": "en_GB"}
PATTERNS = {"it": "¤ #,##0.00"}
MOMENTS = {"it": "d MMMM y, 'ore' HH:mm"}


def current_language() -> str:
    """The language of the page that is being written."""
    return get_language() or settings.LANGUAGE_CODE


def _locale(language: str | None) -> tuple[str, Locale]:
    code = language or current_language()
    return code, Locale.parse(LOCALES.get(code, code), sep="_" if "_" in LOCALES.get(code, code) else "-")


def money(cents: int, language: str | None = None, unit: str = "EUR") -> str:
    """An amount of cents: `€ 400,00` in Italian, `€400.00` in English."""
    code, locale = _locale(language)
    text = format_currency(_units(cents), unit, PATTERNS.get(code), locale=locale)
    return text.replace("\u00a0", " ")


def _units(cents: int) -> float:
    # A float shows any amount below ninety thousand milliards to the cent; it is shown here, never added up.
    return int(cents) / 100


def number(value: int, language: str | None = None) -> str:
    """A whole number with the language's thousands."""
    return format_decimal(int(value), locale=_locale(language)[1])


def day(value: date | datetime, language: str | None = None) -> str:
    """A day: `5 marzo 2024`."""
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    return format_date(value, "d MMMM y", locale=_locale(language)[1])


def weekday(value: date | datetime, language: str | None = None) -> str:
    """A day with its name: `martedì 5 marzo 2024`."""
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    return format_date(value, "EEEE d MMMM y", locale=_locale(language)[1])


def moment(value: datetime, language: str | None = None) -> str:
    """A day and an hour in the city's time: `5 marzo 2024, ore 12:00`."""
    zone = ZoneInfo(settings.TIME_ZONE)
    code, locale = _locale(language)
    return format_datetime(value, MOMENTS.get(code, "d MMMM y, HH:mm"), tzinfo=zone, locale=locale)


def hour(value: datetime, language: str | None = None) -> str:
    """The hour alone, in the city's time: `12:00`."""
    return format_time(value, "HH:mm", tzinfo=ZoneInfo(settings.TIME_ZONE), locale=_locale(language)[1])
