"""Canonical JSON: one way to write each value, and a reader that accepts nothing else.

A file that can be written in one way only leaves no room for a second meaning: no doubled keys, no fractions,
no number beyond 2**53, no stray spaces.
"""

import json
import re
from collections.abc import Collection, Mapping

_LINES = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_LARGEST = 2**53
_LONGEST_NUMBER = 17
_HASH = re.compile(r"[0-9a-f]{64}")
_TEXT = re.compile(r"[^\x00-\x1f\x7f]*")


class MalformedError(ValueError):
    """Data that are not what their format says; `field` names the place, as far as it is known."""

    def __init__(self, field: str, why: str) -> None:
        """Keep the place and the cause apart, for a finding."""
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why


def dump(data: object) -> bytes:
    """UTF-8, keys sorted, two spaces of indentation, a line feed at the end."""
    return (json.dumps(data, sort_keys=True, indent=2, ensure_ascii=False) + "\n").encode()


def dump_line(data: object) -> bytes:
    """The same on one line without spaces: one record of a file of JSON lines."""
    return (_LINES.encode(data) + "\n").encode()


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise MalformedError("", "a key stands twice")
    return data


def _whole(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER or abs(int(digits)) > _LARGEST:
        raise MalformedError("", "a number is too large")
    return int(digits)


def _refused(text: str) -> object:
    raise MalformedError("", f"not a whole number: {printable(text)}")


def load(raw: bytes) -> object:
    """The value of a JSON text; raises MalformedError for anything that is not strict JSON with whole
    numbers.
    """
    try:
        text = raw.decode()
        data = json.loads(
            text, object_pairs_hook=_pairs, parse_int=_whole, parse_float=_refused, parse_constant=_refused
        )
        if "\\u" in text:  # half of a surrogate pair, which JSON can spell and UTF-8 cannot
            dump_line(data)
        return data
    except MalformedError:
        raise
    except UnicodeDecodeError:
        raise MalformedError("", "not UTF-8") from None
    except (ValueError, RecursionError):
        raise MalformedError("", "not JSON") from None


def is_canonical(raw: bytes, data: object) -> bool:
    """Whether `raw` is exactly how `dump` writes `data`."""
    return dump(data) == raw


def printable(text: str) -> str:
    """A short form of a text found in a file, safe to print whatever it holds."""
    return ascii(text[:40])[1:-1]


class Fields:
    """An object read field by field; every reader raises MalformedError, naming the field, when the value is
    another.
    """

    def __init__(self, data: object, names: Collection[str], place: str = "") -> None:
        """Take an object that has exactly the fields `names`."""
        if not isinstance(data, dict):
            raise MalformedError(place, "not an object")
        self.data: Mapping[str, object] = data
        self.place = place
        for name in [*names, *data]:
            if name not in data or name not in names:
                raise MalformedError(self.at(printable(name)), "missing" if name in names else "unknown")

    def at(self, name: str) -> str:
        """The full name of a field."""
        return f"{self.place}.{name}" if self.place else name

    def text(self, name: str, pattern: re.Pattern[str] = _TEXT, longest: int = 200) -> str:
        """A text without control characters."""
        value = self.data[name]
        if not isinstance(value, str) or len(value) > longest or not pattern.fullmatch(value):
            raise MalformedError(self.at(name), "not a text of the right form")
        return value

    def number(self, name: str) -> int:
        """A natural number."""
        value = self.data[name]
        if type(value) is not int or value < 0:
            raise MalformedError(self.at(name), "not a natural number")
        return value

    def flag(self, name: str) -> bool:
        """True or false."""
        value = self.data[name]
        if not isinstance(value, bool):
            raise MalformedError(self.at(name), "neither true nor false")
        return value

    def digest(self, name: str) -> bytes:
        """32 bytes as 64 hexadecimal digits in lower case."""
        return digest(self.data[name], self.at(name))

    def items(self, name: str) -> list[object]:
        """A list."""
        value = self.data[name]
        if not isinstance(value, list):
            raise MalformedError(self.at(name), "not a list")
        return value

    def mapping(self, name: str) -> dict[str, object]:
        """An object with keys of its own."""
        value = self.data[name]
        if not isinstance(value, dict):
            raise MalformedError(self.at(name), "not an object")
        return value

    def is_null(self, name: str) -> bool:
        """Whether the value is null."""
        return self.data[name] is None


def digest(value: object, field: str) -> bytes:
    """32 bytes from 64 hexadecimal digits; raises MalformedError."""
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise MalformedError(field, "not 64 hexadecimal digits in lower case")
    return bytes.fromhex(value)
