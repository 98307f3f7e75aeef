"""Places and waiting lists: who may take a place, and who gets one that is freed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


def open_places(places: int, taken: int, ahead: int) -> int:
    """Places a newcomer may take: those left, less one for each child that waits ahead of it."""
    if not 0 <= taken <= places or ahead < 0:
        message = f"not a session: {taken} of {places} places taken, {ahead} waiting"
        raise ValueError(message)
    return max(0, places - taken - ahead)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A child that waits: its entry, since when, and whether it can still be served."""

    entry: int
    since: datetime
    is_able: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """Entries that get a place, and entries passed over, both in order of arrival; the others go on waiting."""

    served: tuple[int, ...]
    passed: tuple[int, ...]


def next_in_turn(places: int, waiting: Iterable[Waiting]) -> Turn:
    """Give free places in order of arrival among those still able.

    Nobody is passed over by a place that somebody before them took: who cannot be served loses the turn only when it
    comes.
    """
    served: list[int] = []
    passed: list[int] = []
    for one in sorted(waiting, key=lambda one: (one.since, one.entry)):
        if len(served) >= places:
            break
        (served if one.is_able else passed).append(one.entry)
    return Turn(tuple(served), tuple(passed))
