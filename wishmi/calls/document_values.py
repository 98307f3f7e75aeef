"""What a text of a call document means: amounts, counts, dates, choices; each refusal says what to write."""

import re
from collections.abc import Callable
from datetime import date, datetime
from difflib import get_close_matches
from typing import Annotated, NoReturn, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, ValidationInfo
from pydantic_core import PydanticCustomError

from wishmi.core.money import minor_digits

T = TypeVar("T")

REFUSED = "refused"
"""The error type of every sentence made here; other types are pydantic's and put into words elsewhere."""

MAX_EURO_DIGITS = 10
YEARS = range(1900, 2200)

WRITTEN = "written_as"
"""The attribute of a reader that says, as JSON Schema, how the value it reads is written."""


def written(**schema: object) -> Callable[[Callable[[object], T]], Callable[[object], T]]:
    """Say how what a reader reads is written; `wishmi.calls.document_schema` publishes it.

    `x-value` names the kind of value for programs that make a form: what the types of JSON cannot tell apart.
    """

    def keep(read: Callable[[object], T]) -> Callable[[object], T]:
        setattr(read, WRITTEN, schema)
        return read

    return keep


def how_written(read: object) -> dict[str, object] | None:
    """What `written` said of a reader."""
    return getattr(read, WRITTEN, None)


def refuse(sentence: str) -> NoReturn:
    """Refuse a value with a sentence for the person who wrote it."""
    raise PydanticCustomError(REFUSED, "{sentence}", {"sentence": sentence})


def shown(value: object, longest: int = 40) -> str:
    """A value as it may be quoted back: short, on one line."""
    if isinstance(value, dict | list):
        return "a group of values"
    if value is None:
        return "nothing"
    text = " ".join(str(value).split())
    return text if len(text) <= longest else f"{text[:longest]}…"


def text_of(value: object, wanted: str) -> str:
    """The plain text of a value; groups and nothing are refused."""
    if not isinstance(value, str):
        refuse(f"{shown(value).capitalize()} stands here: write {wanted}.")
    return value


AMOUNT = r"^[0-9]{1,10}\.[0-9]{2}$"
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
MINUTE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$"


# YAML tools may read an amount as a number before they look at the schema, so both types are named.
@written(**{"type": ["number", "string"], "minimum": 0, "pattern": AMOUNT, "x-value": "amount"})
def read_cents(value: object) -> int:
    """Cents of an amount written with exactly two decimals, never through a floating-point number."""
    text = text_of(value, "an amount such as 1234.50")
    match = re.fullmatch(r"(-?)([0-9]+)\.([0-9]{2})", text)
    if not match:
        refuse(f"{shown(text)} is not an amount: write digits, a point and two decimals, such as 1234.50.")
    if match[1]:
        refuse(f"{shown(text)} is negative: write an amount of zero or more.")
    if len(match[2]) > MAX_EURO_DIGITS:
        refuse(
            f"The amount has {len(match[2])} digits before the point: at most {MAX_EURO_DIGITS} are accepted."
        )
    return int(match[2]) * 100 + int(match[3])


def whole(least: int, most: int) -> Callable[[object], int]:
    """A reader of whole numbers between two bounds."""

    @written(**{"type": "integer", "minimum": least, "maximum": most, "x-value": "whole"})
    def read(value: object) -> int:
        text = text_of(value, f"a whole number from {least} to {most}")
        if not re.fullmatch(r"-?[0-9]+", text):
            refuse(f"{shown(text)} is not a whole number: write one from {least} to {most}, digits only.")
        # Length is looked at first: a number of a million digits would take long to convert.
        if len(text) > len(str(most)) + 1 or not least <= int(text) <= most:
            refuse(f"{shown(text)} is out of range: write a whole number from {least} to {most}.")
        return int(text)

    return read


@written(**{"type": "boolean", "x-value": "flag"})
def read_flag(value: object) -> bool:
    """A truth value, written true or false and nothing else."""
    text = text_of(value, "true or false")
    if text not in {"true", "false"}:
        refuse(f"{shown(text)} is neither true nor false: write one of the two, in small letters.")
    return text == "true"


@written(**{"type": "string", "format": "date", "pattern": DAY, "x-value": "day"})
def read_day(value: object) -> date:
    """A day, written year-month-day."""
    text = text_of(value, "a date such as 2023-07-31")
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        refuse(f"{shown(text)} is not a date: write year-month-day, such as 2023-07-31.")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        refuse(f"{text} does not exist in the calendar: write a real day.")
    if day.year not in YEARS:
        refuse(f"{text} is too far away: write a year from {YEARS[0]} to {YEARS[-1]}.")
    return day


@written(**{"type": "string", "pattern": MINUTE, "x-value": "moment"})
def read_moment(value: object) -> datetime:
    """A local moment to the minute, without an offset: the section names the time zone."""
    text = text_of(value, "a moment such as 2022-09-15T09:00")
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}", text):
        refuse(f"{shown(text)} is not a moment: write local time as 2022-09-15T09:00, without an offset.")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        refuse(f"{text} does not exist in the calendar or on the clock: write a real moment.")
    if moment.year not in YEARS:
        refuse(f"{text} is too far away: write a year from {YEARS[0]} to {YEARS[-1]}.")
    return moment


@written(**{"type": "string", "examples": ["Europe/Rome"], "x-value": "zone"})
def read_zone(value: object) -> ZoneInfo:
    """A time zone by its name."""
    text = text_of(value, "a time zone such as Europe/Rome")
    if not re.fullmatch(r"[A-Za-z_]{1,30}(/[A-Za-z_-]{1,30}){0,2}", text):
        refuse(f"{shown(text)} is not a time zone: write a name such as Europe/Rome.")
    try:
        return ZoneInfo(text)
    except (LookupError, ValueError, OSError):
        refuse(f"{text} is not a known time zone: write a name such as Europe/Rome.")


def did_you_mean(word: str, known: list[str]) -> str:
    """A closing sentence: the nearest known word, or all of them."""
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]}?"
    return f"use one of: {', '.join(known)}."


def choice(*known: str) -> Callable[[object], str]:
    """A reader of one word of a closed list."""

    @written(**{"type": "string", "enum": [str(word) for word in known], "x-value": "choice"})
    def read(value: object) -> str:
        text = text_of(value, f"one of: {', '.join(known)}")
        if text not in known:
            refuse(f"{shown(text)} is not known here: {did_you_mean(text, list(known))}")
        return text

    return read


def pattern(expression: str, wanted: str) -> Callable[[object], str]:
    """A reader of texts of one shape."""

    @written(
        **{"type": "string", "pattern": f"^({expression})$", "description": wanted, "x-value": "pattern"}
    )
    def read(value: object) -> str:
        text = text_of(value, wanted)
        if not re.fullmatch(expression, text, re.ASCII):
            refuse(f"{shown(text)} does not fit: write {wanted}.")
        return text

    return read


def words(most: int) -> Callable[[object], str]:
    """A reader of a text for people, not empty and not over-long."""

    @written(**{"type": "string", "minLength": 1, "maxLength": most, "x-value": "text"})
    def read(value: object) -> str:
        text = text_of(value, f"a text of at most {most} characters").strip()
        if not text:
            refuse("The text is empty: write it.")
        if len(text) > most:
            refuse(f"The text has {len(text)} characters: shorten it to {most}.")
        return text

    return read


def optional(read: Callable[[object], T]) -> Callable[[object], T | None]:
    """The same reader, with nothing allowed."""

    def read_or_none(value: object) -> T | None:
        return None if value is None else read(value)

    inner = how_written(read)
    return written(anyOf=[inner, {"type": "null"}])(read_or_none) if inner else read_or_none


def in_smallest_part(value: int | str, info: ValidationInfo) -> int | str:
    """An amount in the smallest part of the call's currency: two decimals are written, whichever it is.

    The name of a parameter stays as it is. The context of the validation holds the currency.
    """
    unit = (info.context or {}).get("unit", "")
    if isinstance(value, str) or minor_digits(unit) == 2:
        return value
    if value % 100:
        refuse(f"{unit} has no smaller part: write an amount that ends in .00.")
    return value // 100


Cents = Annotated[int, BeforeValidator(read_cents), AfterValidator(in_smallest_part)]
Flag = Annotated[bool, BeforeValidator(read_flag)]
Day = Annotated[date, BeforeValidator(read_day)]
Moment = Annotated[datetime, BeforeValidator(read_moment)]
Line = Annotated[str, BeforeValidator(words(300))]
Text = Annotated[str, BeforeValidator(words(5_000))]
Slug = Annotated[
    str,
    BeforeValidator(
        pattern(
            r"[a-z0-9][a-z0-9-]{1,59}",
            "2 to 60 small letters, digits and hyphens, such as our-call-2025",
        )
    ),
]
