"""The life of an award: until when it is valid, on which days it is credited, what is carried over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from wishmi.core.dates import birthday_in
from wishmi.core.rules.amounts import InUnits, PerMonth, Season


class Acceptance(StrEnum):
    """Whether a family must accept an award, or need not do anything."""

    EXPLICIT = "explicit"
    NOT_NEEDED = "not_needed"


class CarryOver(StrEnum):
    """What happens to the unused rest at the end of a period."""

    NONE = "none"
    ALL = "all"
    CAPPED = "capped"


class Transfer(StrEnum):
    """Whether an award may pass to another child."""

    FORBIDDEN = "forbidden"
    SIBLINGS = "siblings"


class Recheck(StrEnum):
    """Whether eligibility is judged again, and when."""

    NEVER = "never"
    EACH_PERIOD = "each_period"


@dataclass(frozen=True, slots=True)
class LifeRule:
    """The life of an award: days to accept, the last day of use, and how it grows and ends before.

    `use_until` is the last day for everyone; `valid_days` after the award and the eve of the birthday of `until_age`
    can come earlier. `yearly` credits the amount anew on each 1 January. `recredits` are pairs of age and amount.
    """

    accept_within_days: int
    use_until: date
    acceptance: Acceptance = Acceptance.EXPLICIT
    valid_days: int | None = None
    until_age: int | None = None
    yearly: bool = False
    carry_over: CarryOver = CarryOver.NONE
    carry_at_most: int = 0
    recredits: tuple[tuple[int, int], ...] = ()
    transfer: Transfer = Transfer.FORBIDDEN
    recheck: Recheck = Recheck.NEVER
    refund_within_days: int | None = None

    def last_day(self, awarded_on: date, born_on: date | None = None) -> date:
        """The last day on which one child can use its award."""
        ends = [self.use_until]
        if self.valid_days is not None:
            ends.append(awarded_on + timedelta(days=self.valid_days))
        if self.until_age is not None and born_on is not None:
            ends.append(birthday_in(born_on, born_on.year + self.until_age) - timedelta(days=1))
        return min(ends)

    def carried(self, left: int) -> int:
        """What of an unused rest stays at the end of a period."""
        if self.carry_over is CarryOver.NONE:
            return 0
        return left if self.carry_over is CarryOver.ALL else min(left, self.carry_at_most)


@dataclass(frozen=True, slots=True)
class Credit:
    """An amount that can be used from one day to another, both included, and why it is credited.

    `capped_after`: the last day of its period, after which no more than the cap is carried over; None for no cap.
    """

    on: date
    until: date
    amount: int
    why: str
    capped_after: date | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose award it is: when it was awarded, when the child was born, and from when to when it was approved."""

    awarded_on: date
    born_on: date | None = None
    approved_from: date | None = None
    approved_until: date | None = None


def credits_of(rule: LifeRule, amount: int, how: object, holder: Holder) -> tuple[Credit, ...]:
    """Every credit of one award, by day: at once, by month, by season, by year, and on birthdays.

    `how` is the call's amount rule: months and seasons are its own, in its own unit; everything else is `amount`.
    """
    last = rule.last_day(holder.awarded_on, holder.born_on)
    if isinstance(how, PerMonth):
        found = list(_monthly(how, holder, last))
    elif isinstance(how, InUnits):
        found = list(_seasonal(how.seasons, holder.awarded_on, last))
    elif rule.yearly:
        found = list(_yearly(rule, amount, holder.awarded_on, last))
    else:
        found = [Credit(holder.awarded_on, last, amount, "award")]
    found += _birthdays(rule, holder, last)
    return tuple(sorted((one for one in found if one.on <= one.until), key=lambda one: (one.on, one.until)))


def _monthly(how: PerMonth, holder: Holder, last: date) -> Iterator[Credit]:
    """The first day of each month the approval touches; the first month on the day it begins."""
    if holder.approved_from is None or holder.approved_until is None:
        return
    start = max(holder.approved_from, how.first)
    end = min(holder.approved_until, how.last, last)
    when = start
    while when <= end:
        yield Credit(when, end, how.amount, "month")
        when = date(when.year + when.month // 12, when.month % 12 + 1, 1)


def _seasonal(seasons: Sequence[Season], awarded_on: date, last: date) -> Iterator[Credit]:
    """Each season's units inside that season only."""
    for season in seasons:
        yield Credit(
            max(season.first, awarded_on), min(season.last, last), season.units, f"season {season.name}"
        )


def _yearly(rule: LifeRule, amount: int, awarded_on: date, last: date) -> Iterator[Credit]:
    """The whole amount each calendar year; it ends with the year, unless something is carried over."""
    for year in range(awarded_on.year, last.year + 1):
        new_year, eve = date(year, 1, 1), date(year, 12, 31)
        ends = eve if rule.carry_over is CarryOver.NONE else last
        capped = eve if rule.carry_over is CarryOver.CAPPED and eve < last else None
        yield Credit(max(awarded_on, new_year), min(ends, last), amount, "year", capped)


def _birthdays(rule: LifeRule, holder: Holder, last: date) -> Iterator[Credit]:
    """A credit on each birthday named that comes after the award."""
    if holder.born_on is None:
        return
    for age, amount in rule.recredits:
        when = birthday_in(holder.born_on, holder.born_on.year + age)
        if holder.awarded_on < when <= last:
            yield Credit(when, last, amount, "birthday")


def available_on(
    credited: Sequence[Credit], spent: Sequence[tuple[date, int]], when: date, most_carried: int = 0
) -> int:
    """What can be used on a day, after what was spent before; what ends first is spent first.

    At the end of a period with a cap no more than `most_carried` of what it and those before it left is carried over.
    Raises ValueError if more was spent on a day than there was.
    """
    left = [credit.amount for credit in credited]
    by_end = sorted(range(len(credited)), key=lambda place: (credited[place].until, credited[place].on))
    cuts = sorted({credit.capped_after for credit in credited if credit.capped_after is not None})
    for on, amount in sorted(spent):
        while cuts and cuts[0] < on:
            _carry(credited, left, cuts.pop(0), most_carried)
        owed = amount
        for place in by_end:
            if credited[place].on <= on <= credited[place].until:
                taken = min(owed, left[place])
                left[place] -= taken
                owed -= taken
        if owed:
            message = f"{amount} was spent on {on}, {owed} more than there was"
            raise ValueError(message)
    for cut in cuts:
        if cut < when:
            _carry(credited, left, cut, most_carried)
    return sum(left[place] for place, credit in enumerate(credited) if credit.on <= when <= credit.until)


def _carry(credited: Sequence[Credit], left: list[int], eve: date, most: int) -> None:
    """Take off what is left beyond the cap when a period ends, from the oldest credit on."""
    places = [
        place
        for place, one in enumerate(credited)
        if one.capped_after is not None and one.on <= eve <= one.until
    ]
    for place, excess in zip(places, excess_of([left[place] for place in places], most), strict=True):
        left[place] -= excess


def excess_of(left: Sequence[int], most: int) -> tuple[int, ...]:
    """What of each rest, the oldest first, is not carried over when at most so much is."""
    over = max(0, sum(left) - most)
    taken = []
    for rest in left:
        taken.append(min(rest, over))
        over -= taken[-1]
    return tuple(taken)
