"""One cell of a file of applications: its text read strictly into a value, or refused in a sentence."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from wishmi.applications.declarations import FAMILY_ROLES
from wishmi.core.facts import ISEE_KINDS
from wishmi.core.fiscal_code import FiscalCodeFlaw, decode, why_not_fiscal_code

DEMO_PLACE_CODE = "Z950"
"""Never assigned to a municipality or a state: the fiscal codes of demonstrations can belong to nobody."""

MAX_CELL = 1_000
YEARS = range(1900, 2200)
_YES = frozenset({"yes", "true", "1", "si", "sì"})
_NO = frozenset({"no", "false", "0"})
MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.(\d{3}|\d{6}))?)?(Z|[+-]\d{2}:\d{2})?", re.ASCII
)
_FORMULA = ("=", "+", "-", "@")

FLAWS = {
    FiscalCodeFlaw.WRONG_LENGTH: "A fiscal code has 16 characters: copy it from the health card.",
    FiscalCodeFlaw.WRONG_CHARACTERS: "Letters and digits stand where they cannot: copy the code again.",
    FiscalCodeFlaw.NAME_LETTERS: "The first six letters cannot come from a name: copy the fiscal code again.",
    FiscalCodeFlaw.IMPOSSIBLE_DATE: "The birth date inside the code does not exist: copy it again.",
    FiscalCodeFlaw.CHECK_CHARACTER: "The last letter does not fit the others: copy the code again.",
}


class CellRefused(ValueError):  # noqa: N818 (a refusal of what was typed, not a failure of the program)
    """A cell that cannot be read: `code` for programs, `sentence` for people."""

    def __init__(self, code: str, sentence: str) -> None:
        """Keep both."""
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


def clean(text: str) -> str:
    """The text without blanks around it, in composed form; refuses controls and over-long texts."""
    if len(text) > MAX_CELL:
        raise CellRefused(
            "too_long", f"The cell has {len(text)} characters: at most {MAX_CELL} are accepted."
        )
    if text.isascii() and text.isprintable():
        return text.strip()
    for character in text:
        if character == "\0":
            raise CellRefused(
                "nul", "The cell holds a NUL character: export the file again from its program."
            )
        if unicodedata.category(character) == "Cc":
            raise CellRefused(
                "control", "The cell holds a line break or control character: keep it on one line."
            )
    return unicodedata.normalize("NFC", text).strip()


def _needed(text: str, wanted: str) -> str:
    if not text:
        raise CellRefused("missing", f"The cell is empty: write {wanted}.")
    return text


def words(most: int, wanted: str) -> Callable[[str], str]:
    """A reader of names and addresses."""

    def read(text: str) -> str:
        _needed(text, wanted)
        if len(text) > most:
            raise CellRefused(
                "too_long", f"The text has {len(text)} characters: shorten it to at most {most}."
            )
        if text.startswith(_FORMULA):
            # A spreadsheet would run such a cell as a formula, and no name begins so.
            raise CellRefused(
                "formula", f"The text begins with {text[0]}, as a formula does: write {wanted}."
            )
        return text

    return read


def reference(wanted: str, *, needed: bool) -> Callable[[str], str]:
    """A reader of protocol numbers."""

    def read(text: str) -> str:
        if not text and not needed:
            return ""
        _needed(text, wanted)
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9/._-]{0,39}", text, re.ASCII):
            sentence = f"Write {wanted}: at most 40 letters, digits, slashes, points and hyphens."
            raise CellRefused("wrong_form", sentence)
        return text

    return read


def count(most: int) -> Callable[[str], int]:
    """A reader of counts."""

    def read(text: str) -> int:
        _needed(text, f"a whole number from 0 to {most}")
        if re.fullmatch(r"-[0-9]+", text):
            raise CellRefused("negative", f"The number is negative: write a whole number from 0 to {most}.")
        if not re.fullmatch(r"[0-9]{1,3}", text) or int(text) > most:
            raise CellRefused("wrong_number", f"Write a whole number from 0 to {most}, digits only.")
        return int(text)

    return read


def read_district(text: str) -> int | None:
    """The number of a district, or none."""
    return count(99)(text) if text else None


def read_flag(text: str) -> bool:
    """Yes or no, in Italian or English."""
    word = text.casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise CellRefused("wrong_word", "Write yes or no.")


def read_role(text: str) -> str:
    """The applicant's role."""
    if text not in FAMILY_ROLES:
        raise CellRefused("wrong_word", f"Write one of: {', '.join(FAMILY_ROLES)}.")
    return text


def read_kind(text: str) -> str:
    """The kind of the ISEE, empty where none was attested."""
    if text not in ISEE_KINDS:
        raise CellRefused("wrong_word", f"Write one of: {', '.join(kind for kind in ISEE_KINDS if kind)}.")
    return text


def read_sex(text: str) -> str:
    """F or M, or nothing: only checked against the fiscal code, never kept."""
    if text not in {"", "F", "M"}:
        raise CellRefused("wrong_word", "Write F or M, or leave the cell empty.")
    return text


def read_municipality(text: str) -> str:
    """The land-registry code of a municipality."""
    if not re.fullmatch(r"[A-Z][0-9]{3}", text, re.ASCII):
        raise CellRefused("wrong_form", "Write the land-registry code of the municipality, such as F205.")
    return text


def read_cents(text: str) -> int | None:
    """Cents of an amount, Italian (9.999,99) or plain (9999.99); what could be read in two ways is refused."""
    if not text:
        return None
    if text.startswith("-"):
        raise CellRefused("negative", "The amount is negative: copy the value as it stands, at least 0,00.")
    if re.fullmatch(r"[0-9]{1,3}\.[0-9]{3}", text, re.ASCII):
        sentence = "The point could mean thousands or decimals: write 9.999,00 or 9999.00."
        raise CellRefused("ambiguous", sentence)
    # The Italian form has a comma before the cents and may have points between thousands.
    italian = re.fullmatch(r"([0-9]{1,9}|[0-9]{1,3}(?:\.[0-9]{3}){1,2}),([0-9]{2})", text, re.ASCII)
    plain = re.fullmatch(r"([0-9]{1,9})(?:\.([0-9]{2}))?", text, re.ASCII)
    match = italian or plain
    if not match:
        if len(re.sub(r"\D", "", text)) > 11:
            raise CellRefused(
                "too_long", "The amount has too many digits: at most 999.999.999,99 is accepted."
            )
        raise CellRefused("wrong_form", "Write the amount as 9.999,99 or 9999.99, without signs or blanks.")
    return int(match[1].replace(".", "")) * 100 + int(match[2] or 0)


def read_day(text: str) -> date | None:
    """A day, 2022-09-15 or 15/09/2022, or none."""
    if not text:
        return None
    iso = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text, re.ASCII)
    italian = re.fullmatch(r"([0-9]{2})/([0-9]{2})/([0-9]{4})", text, re.ASCII)
    if iso:
        year, month, day = int(iso[1]), int(iso[2]), int(iso[3])
    elif italian:
        year, month, day = int(italian[3]), int(italian[2]), int(italian[1])
    else:
        raise CellRefused("wrong_form", "Write the date as 2022-09-15 or 15/09/2022.")
    try:
        found = date(year, month, day)
    except ValueError:
        raise CellRefused("impossible_date", "This day is not in the calendar: write a real date.") from None
    if found.year not in YEARS:
        raise CellRefused("impossible_date", f"Write a year from {YEARS[0]} to {YEARS[-1]}.")
    return found


def read_needed_day(text: str) -> date:
    """A day that must be there."""
    found = read_day(_needed(text, "a date such as 2015-05-12"))
    assert found is not None
    return found


def moment(zone: ZoneInfo) -> Callable[[str], datetime]:
    """A reader of moments: with an offset, or local time of `zone` where that is unambiguous."""

    def read(text: str) -> datetime:
        _needed(text, "a moment such as 2022-09-20T10:15:00")
        if not MOMENT.fullmatch(text):
            raise CellRefused("wrong_form", "Write the moment as 2022-09-20T10:15:00.")
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            raise CellRefused("impossible_date", "This moment does not exist: write a real one.") from None
        # Before 1970 some zones have offsets with seconds, which a moment in a file cannot carry.
        if found.year not in YEARS or found.year < 1970:
            raise CellRefused("impossible_date", f"Write a year from 1970 to {YEARS[-1]}.")
        if found.tzinfo is not None:
            return found
        local = found.replace(tzinfo=zone)
        if local.utcoffset() != found.replace(tzinfo=zone, fold=1).utcoffset():
            sentence = "The clock changes in this hour: add the offset, such as +02:00 or +01:00."
            raise CellRefused("ambiguous", sentence)
        return local

    return read


def fiscal_code(*, demo: bool) -> Callable[[str], str]:
    """A reader of fiscal codes; those of demonstrations only where the caller takes them."""

    def read(text: str) -> str:
        code = _needed(text, "the fiscal code").upper()
        flaws = why_not_fiscal_code(code)
        if flaws:
            raise CellRefused(f"fiscal_code_{flaws[0]}", FLAWS[flaws[0]])
        if not demo and decode(code).place_code == DEMO_PLACE_CODE:
            sentence = (
                "This fiscal code belongs to a demonstration: such persons do not exist and cannot apply."
            )
            raise CellRefused("fiscal_code_demo", sentence)
        return code

    return read


def shape_of(text: str, longest: int = 24) -> str:
    """The form of a personal value without its content: letters as A, digits as 9."""
    return shortened(re.sub(r"[^\W\d_]", "A", re.sub(r"\d", "9", text)), longest)


def shortened(text: str, longest: int = 24) -> str:
    """A value as it may be quoted back: printable, on one line, cut."""
    line = "".join(character if character.isprintable() else "?" for character in text[: longest + 1])
    return line if len(line) <= longest else f"{line[:longest]}…"
