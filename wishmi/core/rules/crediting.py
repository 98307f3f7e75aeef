"""What the days do to the credits of one voucher: which come, which end, what of a period is not carried over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from wishmi.core.rules.life import Credit, excess_of

_DAY = timedelta(days=1)


class State(StrEnum):
    """Where a credit stands. `DROPPED`: the voucher closed, or its days passed, before it could be used."""

    PLANNED = "planned"
    CAME = "came"
    WITHHELD = "withheld"
    ENDED = "ended"
    DROPPED = "dropped"


WAITING = (State.PLANNED, State.WITHHELD)
"""States in which the money of a credit is still kept back."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A credit as it stands: `free` is what can leave it now, nothing while it is kept back."""

    credit: Credit
    state: State
    free: int


class Step(StrEnum):
    """What a day does to a credit."""

    COME = "come"
    WITHHOLD = "withhold"
    END = "end"
    CUT = "cut"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Change:
    """One step for the credit at `place`, on its day, with the amount that moves."""

    place: int
    step: Step
    on: date
    amount: int


def due_changes(
    standings: Sequence[Standing],
    since: date,
    today: date,
    most_carried: int,
    may_come: Callable[[date], bool],
) -> tuple[Change, ...]:
    """Every change after `since` up to `today`, in the order of the days: exact after any pause.

    On one day what ended the evening before goes first, then what is not carried over, then what comes. `may_come` is
    asked with the day of a credit, which is withheld when the answer is no.
    """
    now = list(standings)
    changes: list[Change] = []
    for when, order, place in _events([one.credit for one in standings], today):
        if order == _CUTS:
            if when > since:
                changes += _cut(now, when, most_carried)
            continue
        change = _end(now, place, when) if order == _ENDS else _come(now, place, when, may_come)
        changes += [change] if change else []
    return tuple(changes)


_ENDS, _CUTS, _COMES = range(3)


def _events(schedule: Sequence[Credit], today: date) -> list[tuple[date, int, int]]:
    events = {(one.on, _COMES, place) for place, one in enumerate(schedule)}
    events |= {(one.until + _DAY, _ENDS, place) for place, one in enumerate(schedule)}
    events |= {(one.capped_after + _DAY, _CUTS, 0) for one in schedule if one.capped_after is not None}
    return sorted(event for event in events if event[0] <= today)


def _come(now: list[Standing], place: int, when: date, may_come: Callable[[date], bool]) -> Change | None:
    one = now[place]
    if one.state is not State.PLANNED:
        return None
    if not may_come(when):
        now[place] = replace(one, state=State.WITHHELD)
        return Change(place, Step.WITHHOLD, when, 0)
    now[place] = replace(one, state=State.CAME, free=one.credit.amount)
    return Change(place, Step.COME, when, one.credit.amount)


def _end(now: list[Standing], place: int, when: date) -> Change | None:
    one = now[place]
    if one.state in WAITING:
        now[place] = replace(one, state=State.DROPPED)
        return Change(place, Step.DROP, when, one.credit.amount)
    if one.state is not State.CAME:
        return None
    now[place] = replace(one, state=State.ENDED, free=0)
    return Change(place, Step.END, when, one.free)


def _cut(now: list[Standing], when: date, most: int) -> list[Change]:
    """What the periods that ended yesterday or before leave beyond a cap."""
    places = [
        place
        for place, one in enumerate(now)
        if one.state is State.CAME and one.credit.capped_after is not None and one.credit.on < when
    ]
    changes = []
    for place, excess in zip(places, excess_of([now[place].free for place in places], most), strict=True):
        if excess:
            now[place] = replace(now[place], free=now[place].free - excess)
            changes.append(Change(place, Step.CUT, when, excess))
    return changes


def next_day(standings: Sequence[Standing], today: date) -> date | None:
    """The next day after `today` on which anything can change; None when nothing is to come."""
    days = []
    for one in standings:
        if one.state is State.PLANNED:
            days.append(one.credit.on)
        if one.state in {*WAITING, State.CAME}:
            days.append(one.credit.until + _DAY)
            days += [one.credit.capped_after + _DAY] if one.credit.capped_after else []
    return min((day for day in days if day > today), default=None)


def scaled(schedule: Sequence[Credit], whole: int, given: int) -> tuple[Credit, ...]:
    """Credits that make up `whole`, in proportion to what was `given` of it; together they round down once."""
    if whole in {0, given}:
        return tuple(schedule)
    made, before = [], 0
    for one in schedule:
        after = before + one.amount
        made.append(replace(one, amount=after * given // whole - before * given // whole))
        before = after
    return tuple(made)
