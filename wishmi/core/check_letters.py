"""The Italian control letter: one rule shared by fiscal codes and bank coordinates.

Source: decree of the Minister of Finance of 23 December 1976 (fiscal code) and the Italian bank- coordinate standard
(CIN), which use the same two tables. Positions count from one.
"""

from string import ascii_uppercase

_ODD_WEIGHTS = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)


def _ordinal(character: str) -> int:
    if "0" <= character <= "9":
        return ord(character) - ord("0")
    if "A" <= character <= "Z":
        return ord(character) - ord("A")
    message = f"neither a digit nor an upper-case letter: {character!r}"
    raise ValueError(message)


def odd_weight(character: str) -> int:
    """The weight of a character in an odd position."""
    return _ODD_WEIGHTS[_ordinal(character)]


def even_weight(character: str) -> int:
    """The weight of a character in an even position: its own number."""
    return _ordinal(character)


def check_letter(text: str) -> str:
    """The control letter of `text` (digits and upper-case letters); raises ValueError for other characters."""
    odd = sum(odd_weight(character) for character in text[0::2])
    even = sum(even_weight(character) for character in text[1::2])
    return ascii_uppercase[(odd + even) % 26]
