"""Fiscal codes by the column: the rule of `wishmi.core.fiscal_code`, applied to half a million persons at once."""

from collections.abc import Sequence
from string import ascii_uppercase, digits

import numpy as np
from numpy.typing import NDArray

from wishmi.core.check_letters import even_weight, odd_weight
from wishmi.core.fiscal_code import MONTH_LETTERS
from wishmi.simulation.families import Ints

Letters = NDArray[np.uint8]
Codes = NDArray[np.bytes_]


def _ascii(text: str) -> Letters:
    return np.frombuffer(text.encode("ascii"), dtype=np.uint8)


def letter_table(codes: Sequence[str]) -> Letters:
    """Three-letter codes as rows of ASCII numbers."""
    return _ascii("".join(codes)).reshape(-1, 3)


def _weights() -> Ints:
    table = np.zeros((2, 128), dtype=np.int64)
    for character in digits + ascii_uppercase:
        table[0, ord(character)] = odd_weight(character)
        table[1, ord(character)] = even_weight(character)
    return table


_WEIGHTS = _weights()


def _two_digits(numbers: Ints) -> Letters:
    return (np.stack((numbers // 10, numbers % 10), axis=1) + ord("0")).astype(np.uint8)


def fiscal_codes(
    family: Letters, given: Letters, born: Ints, female: NDArray[np.bool_], place_code: str
) -> Codes:
    """The codes of persons with these name letters (rows of three), days of birth (ordinals) and sexes."""
    moments = (born - 719_163).astype("datetime64[D]")  # the ordinal of 1 January 1970
    months = moments.astype("datetime64[M]").astype(np.int64)
    day = (moments - moments.astype("datetime64[M]")).astype(np.int64) + 1 + 40 * female
    text = np.empty((born.size, 16), dtype=np.uint8)
    text[:, 0:3] = family
    text[:, 3:6] = given
    text[:, 6:8] = _two_digits((1970 + months // 12) % 100)
    text[:, 8] = _ascii(MONTH_LETTERS)[months % 12]
    text[:, 9:11] = _two_digits(day)
    text[:, 11:15] = _ascii(place_code)
    total = _WEIGHTS[0, text[:, 0:15:2]].sum(axis=1) + _WEIGHTS[1, text[:, 1:15:2]].sum(axis=1)
    text[:, 15] = _ascii(ascii_uppercase)[total % 26]
    codes: Codes = text.view("S16").ravel()
    return codes


def repeated(values: NDArray[np.generic]) -> Ints:
    """The places of all values that stood before already; the first of equals is not among them."""
    order = np.argsort(values, kind="stable")
    same = values[order][1:] == values[order][:-1]
    places: Ints = order[1:][same]
    return places
