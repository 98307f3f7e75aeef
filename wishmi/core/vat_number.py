"""The eleven digits of an Italian VAT number, which are also the fiscal code of most bodies.

Source: decree of the Minister of Finance of 23 December 1976: seven digits of the holder, three of the office, one
control digit by Luhn's rule.
"""

import re
from enum import StrEnum
from typing import Final

_FORM: Final = re.compile(r"[0-9]{11}", re.ASCII)


class VatNumberFlaw(StrEnum):
    """What can be wrong with the form of a VAT number."""

    WRONG_LENGTH = "wrong_length"
    WRONG_CHARACTERS = "wrong_characters"
    EMPTY_HOLDER = "empty_holder"
    CHECK_DIGIT = "check_digit"


def check_digit(first10: str) -> str:
    """The control digit of the first ten digits; raises ValueError unless there are ten of them."""
    if not re.fullmatch(r"[0-9]{10}", first10, re.ASCII):
        message = f"ten digits are needed: {first10!r}"
        raise ValueError(message)
    # A doubled digit above nine counts as the sum of its two digits.
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in first10[1::2])
    total = sum(int(digit) for digit in first10[0::2]) + sum(doubled)
    return str(-total % 10)


def build(holder: int, office: str) -> str:
    """The VAT number of holder `holder` (1 to 9,999,999) at the office with the three-digit code `office`."""
    if not 1 <= holder <= 9_999_999:
        message = f"a holder has one to seven digits: {holder}"
        raise ValueError(message)
    first10 = f"{holder:07d}{office}"
    return first10 + check_digit(first10)


def why_not_vat_number(text: str) -> tuple[VatNumberFlaw, ...]:
    """What is wrong with the form of `text`; empty when nothing is. No prefix IT and no blanks are expected."""
    if len(text) != 11:
        return (VatNumberFlaw.WRONG_LENGTH,)
    if not _FORM.fullmatch(text):
        return (VatNumberFlaw.WRONG_CHARACTERS,)
    flaws = []
    if text.startswith("0000000"):
        flaws.append(VatNumberFlaw.EMPTY_HOLDER)
    if check_digit(text[:10]) != text[10]:
        flaws.append(VatNumberFlaw.CHECK_DIGIT)
    return tuple(flaws)
