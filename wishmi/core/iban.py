"""Italian bank coordinates as an IBAN: building one, and saying what is wrong with the form of one.

Sources: ISO 13616 and ISO 7064 (MOD 97-10); the Italian structure is IT, two control digits, the control letter
(CIN), five digits of the bank (ABI), five of the branch (CAB), twelve characters of the account.
"""

import re
from enum import StrEnum
from typing import Final

from wishmi.core.check_letters import check_letter

_LENGTH: Final = 27
_FORM: Final = re.compile(r"IT[0-9]{2}[A-Z][0-9]{10}[0-9A-Z]{12}", re.ASCII)
_MODULUS: Final = 97


class IbanFlaw(StrEnum):
    """What can be wrong with the form of an Italian IBAN."""

    NOT_ITALIAN = "not_italian"
    WRONG_LENGTH = "wrong_length"
    WRONG_CHARACTERS = "wrong_characters"
    CHECK_DIGITS = "check_digits"
    CHECK_LETTER = "check_letter"


def compact(text: str) -> str:
    """The IBAN as machines write it: upper case, without the blanks people put in."""
    return "".join(text.split()).upper()


def _remainder(country_first: str) -> int:
    rearranged = country_first[4:] + country_first[:4]
    return int("".join(str(int(character, 36)) for character in rearranged)) % _MODULUS


def build(bank: str, branch: str, account: str) -> str:
    """The IBAN of an account: `bank` (ABI) and `branch` (CAB) have five digits, `account` up to twelve characters."""
    padded = account.upper().rjust(12, "0")
    coordinates = bank + branch + padded
    if not re.fullmatch(r"[0-9]{10}[0-9A-Z]{12}", coordinates, re.ASCII):
        message = f"not Italian bank coordinates: {bank!r} {branch!r} {account!r}"
        raise ValueError(message)
    basic = check_letter(coordinates) + coordinates
    digits = _MODULUS + 1 - _remainder("IT00" + basic)
    return f"IT{digits:02d}{basic}"


def why_not_iban(text: str) -> tuple[IbanFlaw, ...]:
    """What is wrong with the form of `text` as an Italian IBAN in compact writing; empty when nothing is."""
    if not text.startswith("IT"):
        return (IbanFlaw.NOT_ITALIAN,)
    if len(text) != _LENGTH:
        return (IbanFlaw.WRONG_LENGTH,)
    if not _FORM.fullmatch(text):
        return (IbanFlaw.WRONG_CHARACTERS,)
    flaws = []
    # 00, 01 and 99 can leave the remainder one although the standard never issues them.
    if not 2 <= int(text[2:4]) <= 98 or _remainder(text) != 1:
        flaws.append(IbanFlaw.CHECK_DIGITS)
    if check_letter(text[5:]) != text[4]:
        flaws.append(IbanFlaw.CHECK_LETTER)
    return tuple(flaws)
