"""Long lists in pieces: every engine limits how many values one question may name."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

LONGEST = 400
"""Values named in one question; well below the limit of both engines."""


def pieces(items: Sequence[T], size: int | None = None) -> Iterator[Sequence[T]]:
    """The items in order, at most `size` (`LONGEST`) at a time; nothing for nothing."""
    step = LONGEST if size is None else size
    for start in range(0, len(items), step):
        yield items[start : start + step]
