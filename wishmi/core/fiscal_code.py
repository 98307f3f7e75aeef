"""The Italian fiscal code of a natural person: its letters, its date, its control character.

Source: decree of the Minister of Finance of 23 December 1976 and its annexes. Only the form is judged here: whether a
code belongs to somebody is known to the tax office alone.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Literal

from wishmi.core.check_letters import check_letter

Sex = Literal["F", "M"]

MONTH_LETTERS: Final = "ABCDEHLMPRST"
"""January to December."""
_OMOCODIA_LETTERS: Final = "LMNPQRSTUV"
_DIGIT_PLACES: Final = (6, 7, 9, 10, 12, 13, 14)
_FORM: Final = re.compile(
    r"[A-Z]{6}[0-9L-NP-V]{2}[ABCDEHLMPRST][0-9L-NP-V]{2}[A-Z][0-9L-NP-V]{3}[A-Z]", re.ASCII
)
_LETTERS: Final = re.compile(r"[A-Z]{3}")
_VOWELS: Final = frozenset("AEIOU")
# Letters that Unicode does not decompose into a base letter and a mark.
_UNDECOMPOSED: Final = str.maketrans(
    {"Æ": "AE", "Œ": "OE", "Ø": "O", "Đ": "D", "Ð": "D", "Ł": "L", "Þ": "TH", "Ħ": "H"}
)
_WOMENS_DAYS: Final = 40
_YEARS_IN_CENTURY: Final = 100


class FiscalCodeFlaw(StrEnum):
    """What can be wrong with the form of a fiscal code."""

    WRONG_LENGTH = "wrong_length"
    WRONG_CHARACTERS = "wrong_characters"
    NAME_LETTERS = "name_letters"
    IMPOSSIBLE_DATE = "impossible_date"
    CHECK_CHARACTER = "check_character"


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a well-formed code says: the year has two digits, so the century is the reader's to choose."""

    year_of_century: int
    month: int
    day: int
    sex: Sex
    place_code: str


def plain_letters(name: str) -> str:
    """The letters A to Z of a name: accents dropped, ligatures opened, blanks, hyphens and apostrophes left out."""
    opened = name.upper().translate(_UNDECOMPOSED)
    decomposed = unicodedata.normalize("NFKD", opened)
    return "".join(character for character in decomposed if "A" <= character <= "Z")


def _three(consonants: str, vowels: str) -> str:
    return (consonants + vowels + "XXX")[:3]


def _parted(name: str) -> tuple[str, str]:
    letters = plain_letters(name)
    consonants = "".join(letter for letter in letters if letter not in _VOWELS)
    vowels = "".join(letter for letter in letters if letter in _VOWELS)
    return consonants, vowels


def family_name_code(family_name: str) -> str:
    """The three letters of a family name: consonants in order, then vowels, then X."""
    return _three(*_parted(family_name))


def given_name_code(given_name: str) -> str:
    """The three letters of a given name: as for the family name, but of four or more consonants the second is
    skipped.
    """
    consonants, vowels = _parted(given_name)
    if len(consonants) > 3:
        consonants = consonants[0] + consonants[2:4]
    return _three(consonants, vowels)


def birth_code(born_on: date, sex: Sex) -> str:
    """Year (two digits), month letter and day; forty is added to the day of a woman's birth."""
    day = born_on.day + (_WOMENS_DAYS if sex == "F" else 0)
    return f"{born_on.year % _YEARS_IN_CENTURY:02d}{MONTH_LETTERS[born_on.month - 1]}{day:02d}"


def check_character(first15: str) -> str:
    """The control character of the first fifteen characters; raises ValueError unless there are fifteen of them."""
    if len(first15) != 15:
        message = f"fifteen characters are needed: {len(first15)}"
        raise ValueError(message)
    return check_letter(first15)


def build(family_name: str, given_name: str, born_on: date, sex: Sex, place_code: str) -> str:
    """The code the rule gives, before any change for persons of the same code (omocodia).

    `place_code` is the four-character code of the municipality or, for those born abroad, of the state.
    """
    names = family_name_code(family_name) + given_name_code(given_name)
    first15 = names + birth_code(born_on, sex) + place_code
    return first15 + check_character(first15)


def without_omocodia(code: str) -> str:
    """The code with the letters that stand for digits turned back into digits, its control character made anew."""
    characters = list(code)
    for place in _DIGIT_PLACES:
        letter = characters[place]
        if letter in _OMOCODIA_LETTERS:
            characters[place] = str(_OMOCODIA_LETTERS.index(letter))
    first15 = "".join(characters[:15])
    return first15 + check_character(first15)


def why_not_fiscal_code(text: str) -> tuple[FiscalCodeFlaw, ...]:
    """What is wrong with the form of `text`; empty when nothing is. Upper case is expected, omocodia is accepted."""
    if len(text) != 16:
        return (FiscalCodeFlaw.WRONG_LENGTH,)
    if not _FORM.fullmatch(text):
        return (FiscalCodeFlaw.WRONG_CHARACTERS,)
    flaws = []
    if not (_fits_rule(text[:3]) and _fits_rule(text[3:6])):
        flaws.append(FiscalCodeFlaw.NAME_LETTERS)
    if _birth_parts(without_omocodia(text)) is None:
        flaws.append(FiscalCodeFlaw.IMPOSSIBLE_DATE)
    if check_character(text[:15]) != text[15]:
        flaws.append(FiscalCodeFlaw.CHECK_CHARACTER)
    return tuple(flaws)


def _fits_rule(letters: str) -> bool:
    """Consonants, then vowels, then filling X: no consonant but X may follow a vowel."""
    if not _LETTERS.fullmatch(letters):
        return False
    # A real X and a filling X look the same, so both readings are allowed.
    return re.fullmatch(r"[B-DF-HJ-NP-TV-Z]*[AEIOU]*X*", letters) is not None


def _birth_parts(code: str) -> tuple[int, int, int, Sex] | None:
    year, month, day = int(code[6:8]), MONTH_LETTERS.index(code[8]) + 1, int(code[9:11])
    sex: Sex = "F" if day > _WOMENS_DAYS else "M"
    day -= _WOMENS_DAYS if sex == "F" else 0
    try:
        # 2000 was a leap year and 1900 was not, so 29 February of year 00 is judged as 2000.
        date(2000 + year, month, day)
    except ValueError:
        return None
    return year, month, day, sex


def decode(code: str) -> Decoded:
    """Date, sex and place of a well-formed code; raises ValueError for any other text."""
    flaws = why_not_fiscal_code(code)
    if flaws:
        message = f"not a fiscal code: {', '.join(flaws)}"
        raise ValueError(message)
    plain = without_omocodia(code)
    parts = _birth_parts(plain)
    assert parts is not None
    year, month, day, sex = parts
    return Decoded(year, month, day, sex, plain[11:15])


def born_on_by(code: str, day: date) -> date:
    """The latest date of birth, not after `day`, that the code can mean: a hundred years are indistinguishable."""
    decoded = decode(code)
    century = day.year // _YEARS_IN_CENTURY * _YEARS_IN_CENTURY
    for start in (century, century - _YEARS_IN_CENTURY, century - 4 * _YEARS_IN_CENTURY):
        try:
            born_on = date(start + decoded.year_of_century, decoded.month, decoded.day)
        except ValueError:
            continue
        if born_on <= day:
            return born_on
    message = f"no date of birth before {day} fits the code"
    raise ValueError(message)
