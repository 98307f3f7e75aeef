"""What the checks across sections share: a fault is a place and a sentence."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from wishmi.calls.document_findings import Place
from wishmi.core.money import minor_digits

Fault = tuple[Place, str]


def euro(cents: int, unit: str = "EUR") -> str:
    """An amount as the document writes it: with two decimals, whatever smallest part its currency has."""
    if minor_digits(unit) == 0:
        return f"{cents}.00"
    return f"{cents // 100}.{cents % 100:02d}"


def doubled(values: Iterable[object]) -> Iterator[tuple[int, str]]:
    """The second of each two that are the same."""
    seen: set[object] = set()
    for place, value in enumerate(values):
        if value in seen:
            yield place, f"{value} is written twice: keep one of the two."
        seen.add(value)


def why_not_moment(local: datetime, zone: ZoneInfo) -> str | None:
    """Why a local moment does not name one instant: the clock skips it or strikes it twice."""
    early, late = local.replace(tzinfo=zone), local.replace(tzinfo=zone, fold=1)
    if early.utcoffset() == late.utcoffset():
        return None
    shown = local.isoformat(timespec="minutes")
    return f"{shown} falls in the hour in which the clock of {zone.key} changes: choose another hour."
