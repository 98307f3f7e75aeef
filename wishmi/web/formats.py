"""Money, days and moments as a person reads them, in the language of the page."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal
from django.conf import settings
from django.utils.translation import get_language, get_language_info, ngettext

from wishmi.core.money import is_currency, minor_digits

LOCALES = {"it": "it_IT", "en": "en_GB", "zh-hans": "zh_Hans_CN"}
PATTERNS = {"it": "¤ #,##0.00"}
DAYS = {"uk": "d MMMM y 'року'"}
"""Where Babel's long day ends with the dot of an abbreviation: a sentence that ends with a day would have two."""
WEEKDAYS = {"it": "EEEE d MMMM y", "en": "EEEE d MMMM y", "uk": "EEEE, d MMMM y 'року'"}
MOMENTS = {"it": "{day}, ore {hour}", "ar": "{day}، {hour}", "zh-hans": "{day} {hour}"}
ISOLATED = "\u2068{}\u2069"
"""Keeps what is inside in its own order, whichever way the text around it runs."""


def current_language() -> str:
    """The language of the page that is being written."""
    return get_language() or settings.LANGUAGE_CODE


def _locale(language: str | None) -> tuple[str, Locale]:
    code = language or current_language()
    return code, Locale.parse(LOCALES.get(code, code), sep="_" if "_" in LOCALES.get(code, code) else "-")


def isolated(text: str, language: str | None = None) -> str:
    """A code, an amount or a name inside a sentence: in a language written from the right it keeps its own order."""
    return ISOLATED.format(text) if get_language_info(language or current_language())["bidi"] else text


def money(cents: int, language: str | None = None, unit: str = "") -> str:
    """An amount in the smallest part of its currency: `€ 400,00` in Italian, `€400.00` in English, `75.000 ISK`.

    The currency is the city's unless another is named.
    """
    code, locale = _locale(language)
    unit = unit or settings.WISHMI_CURRENCY
    pattern = PATTERNS.get(code) if unit == "EUR" else None
    # A float shows any amount below ninety thousand milliards to the cent; it is shown here, never added up.
    whole = int(cents) / 10 ** minor_digits(unit)
    # A code is a word and stands apart from the number.
    text = re.sub(r"(?<=[A-Z])(?=\d)", " ", format_currency(whole, unit, pattern, locale=locale))
    # Romanian and Ukrainian would write the code of the one currency everybody here knows by its sign.
    return isolated(text.replace("\u00a0", " ").replace("EUR", "€"), code)


def amount(value: int, unit: str, language: str | None = None) -> str:
    """An amount in its unit: money, or `3 sessions`."""
    if is_currency(unit):
        return money(value, language, unit)
    text = ngettext("{count} session", "{count} sessions", int(value))
    return text.format(count=number(value, language))


def number(value: int, language: str | None = None) -> str:
    """A whole number with the language's thousands."""
    return format_decimal(int(value), locale=_locale(language)[1])


def _here(value: date | datetime) -> date:
    return value.astimezone(ZoneInfo(settings.TIME_ZONE)).date() if isinstance(value, datetime) else value


def day(value: date | datetime, language: str | None = None) -> str:
    """A day: `5 marzo 2024`."""
    code, locale = _locale(language)
    return format_date(_here(value), DAYS.get(code, "long"), locale=locale)


def weekday(value: date | datetime, language: str | None = None) -> str:
    """A day with its name: `martedì 5 marzo 2024`."""
    code, locale = _locale(language)
    return format_date(_here(value), WEEKDAYS.get(code, "full"), locale=locale)


def moment(value: datetime, language: str | None = None) -> str:
    """A day and an hour in the city's time: `5 marzo 2024, ore 12:00`."""
    code = language or current_language()
    return MOMENTS.get(code, "{day}, {hour}").format(day=day(value, code), hour=hour(value, code))


def hour(value: datetime, language: str | None = None) -> str:
    """The hour alone, in the city's time: `12:00`."""
    return format_time(value, "HH:mm", tzinfo=ZoneInfo(settings.TIME_ZONE), locale=_locale(language)[1])
