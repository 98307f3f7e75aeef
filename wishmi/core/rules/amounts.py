"""Amount rules: what one child is awarded, with the working, and the same over a column.

Amounts are minor units of the call's currency. A rule that counts sessions instead of money commits money at its
tariff, so that every fund knows what it owes at most.
"""

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from wishmi.core.columns import NO_DATE, Columns, Ints, ages, among, banded, ints
from wishmi.core.dates import age_on
from wishmi.core.rules.judging import Answer, Condition, day, missing_of, number, text
from wishmi.core.rules.limits import Figure, figure_facts, figure_of, figures_of, values_of
from wishmi.core.rules.vocabulary import VOCABULARY, Known
from wishmi.core.rules.workings import NOTHING_DUE, Step, Working

MANY = 10
"""Of so many things that can be added up or not, every sum can still be named: about a thousand."""
AGE = "age"
"""Stands for the completed years on the day of the application where a band goes by age."""


@dataclass(frozen=True, slots=True)
class Flat:
    """The same for everyone."""

    amount: Figure

    @property
    def facts(self) -> tuple[str, ...]:
        """None, unless the amount changes by date."""
        return figure_facts(self.amount)

    def work_out(self, known: Known) -> Working:
        """The amount."""
        missing = missing_of(self.facts, known)
        if missing:
            return Working(None, missing=missing)
        amount = figure_of(self.amount, known)
        return Working(amount, (Step("flat", amount),)) if amount else NOTHING_DUE

    def of(self, columns: Columns) -> Ints:
        """The same for a column."""
        return ints(np.broadcast_to(figures_of(self.amount, columns), len(columns)))

    def values(self) -> tuple[int, ...]:
        """One, or one by date."""
        return values_of(self.amount)


@dataclass(frozen=True, slots=True)
class Stretch:
    """One band: values up to a bound, the bound itself only if `inclusive`."""

    up_to: int
    inclusive: bool
    amount: int


@dataclass(frozen=True, slots=True)
class ByBand:
    """By the band an amount, a count or the age falls into; above the last band, or below `least`, nothing is due."""

    fact: str
    bands: tuple[Stretch, ...]
    least: int = 0

    @property
    def facts(self) -> tuple[str, ...]:
        """What it goes by."""
        return ("born_on", "submitted_on") if self.fact == AGE else (self.fact,)

    def work_out(self, known: Known) -> Working:
        """The amount of the first band whose bound is not passed."""
        missing = missing_of(self.facts, known)
        if missing:
            return Working(None, missing=missing)
        value = _age(known) if self.fact == AGE else number(known, self.fact)
        if value is None or value < self.least:
            return NOTHING_DUE
        for place, band in enumerate(self.bands):
            if value < band.up_to or (band.inclusive and value == band.up_to):
                said = (("fact", self.fact), ("value", value), ("band", place + 1))
                return (
                    Working(band.amount, (Step("band", band.amount, said),)) if band.amount else NOTHING_DUE
                )
        return NOTHING_DUE

    def of(self, columns: Columns) -> Ints:
        """The same for a column."""
        age = self.fact == AGE
        values = ages(columns.born_on, columns.submitted_on) if age else columns.column(self.fact)
        bounds = [(band.up_to, band.inclusive) for band in self.bands]
        found = banded(values, bounds, [band.amount for band in self.bands])
        return ints(np.where(values >= self.least, found, 0))

    def values(self) -> tuple[int, ...]:
        """One for each band."""
        return tuple(band.amount for band in self.bands)


def _age(known: Known) -> int | None:
    born_on, when = day(known, "born_on"), day(known, "submitted_on")
    assert born_on is not None
    assert when is not None
    return None if born_on > when else age_on(born_on, when)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Bands that differ by a choice, such as the school level; the first row that names the choice decides."""

    by: str
    rows: tuple[tuple[tuple[str, ...], ByBand], ...]

    @property
    def facts(self) -> tuple[str, ...]:
        """The choice and what the bands go by."""
        return tuple(dict.fromkeys((self.by, *(name for _, bands in self.rows for name in bands.facts))))

    def work_out(self, known: Known) -> Working:
        """The amount of the row's band; nothing for a choice no row names. Only that row's facts matter then."""
        if self.by not in known:
            return Working(None, missing=missing_of(self.facts, known))
        chosen = text(known, self.by)
        for choices, bands in self.rows:
            if chosen in choices:
                return bands.work_out(known)
        return NOTHING_DUE

    def of(self, columns: Columns) -> Ints:
        """The same for a column."""
        choices = VOCABULARY[self.by].choices
        column = columns.column(self.by)
        found = columns.each(0)
        for named, bands in reversed(self.rows):
            places = [place for place, choice in enumerate(choices) if choice in named]
            found = np.where(among(column, places), bands.of(columns), found)
        return found

    def values(self) -> tuple[int, ...]:
        """Those of all rows."""
        return tuple(amount for _, bands in self.rows for amount in bands.values())


@dataclass(frozen=True, slots=True)
class ByCase:
    """The amount of the first case that is met; of all that are met together, if they `add_up`."""

    cases: tuple[tuple[Condition, int], ...]
    otherwise: int = 0
    add_up: bool = False

    @property
    def facts(self) -> tuple[str, ...]:
        """What the cases read."""
        return tuple(dict.fromkeys(name for condition, _ in self.cases for name in condition.facts))

    def work_out(self, known: Known) -> Working:
        """Case by case."""
        steps: list[Step] = []
        for place, (condition, amount) in enumerate(self.cases, start=1):
            judged = condition.judge(known)
            if judged.answer is Answer.NOT_KNOWN:
                return Working(None, missing=judged.missing)
            if judged.answer is Answer.MET:
                steps.append(Step("case", amount, (("case", place),)))
                if not self.add_up:
                    break
        if not steps and self.otherwise:
            steps.append(Step("otherwise", self.otherwise))
        total = sum(step.amount for step in steps)
        return Working(total, tuple(steps)) if total else NOTHING_DUE

    def of(self, columns: Columns) -> Ints:
        """The same for a column."""
        if self.add_up:
            total = columns.each(0)
            for condition, amount in self.cases:
                total = total + condition.met(columns) * amount
            return np.where(total == 0, self.otherwise, total)
        found = columns.each(self.otherwise)
        for condition, amount in reversed(self.cases):
            found = np.where(condition.met(columns), amount, found)
        return found

    def values(self) -> tuple[int, ...] | None:
        """Those of the cases and what is due otherwise; sums where cases add up, unless they are too many to name."""
        amounts = [amount for _, amount in self.cases]
        if self.add_up and len(amounts) > MANY:
            return None
        if not self.add_up:
            return (*amounts, self.otherwise) if self.otherwise else tuple(amounts)
        sums = {0}
        for amount in amounts:
            sums |= {amount + before for before in sums}
        return tuple(sorted({*sums, self.otherwise} - {0}))


@dataclass(frozen=True, slots=True)
class PercentOfCost:
    """A share of what the service costs, rounded down, at most `most`."""

    percent: int
    most: int
    facts: tuple[str, ...] = field(default=("cost_cents",), init=False)

    def work_out(self, known: Known) -> Working:
        """The share, or the cap."""
        if "cost_cents" not in known:
            return Working(None, missing=self.facts)
        cost = number(known, "cost_cents") or 0
        share = cost * self.percent // 100
        if share == 0:
            return NOTHING_DUE
        step = Step("percent_of_cost", share, (("percent", self.percent), ("cost_cents", cost)))
        if share <= self.most:
            return Working(share, (step,))
        return Working(self.most, (step, Step("at_most", self.most)))

    def of(self, columns: Columns) -> Ints:
        """The same for a column."""
        cost = np.maximum(columns.column("cost_cents"), 0)
        return ints(np.minimum(cost * self.percent // 100, self.most))

    def values(self) -> None:
        """They follow from the price."""
        return


@dataclass(frozen=True, slots=True)
class PerMonth:
    """So much for each calendar month that an approval touches, inside `first` and `last`: the sum that can accrue."""

    amount: int
    first: date
    last: date
    facts: tuple[str, ...] = field(default=("approved_from", "approved_until"), init=False)

    def work_out(self, known: Known) -> Working:
        """Months times the amount; one end that is not there, or lies outside, settles that nothing is due."""
        if any(name in known and known[name] is None for name in self.facts):
            return NOTHING_DUE
        missing = missing_of(self.facts, known)
        since = day(known, "approved_from") if "approved_from" in known else None
        until = day(known, "approved_until") if "approved_until" in known else None
        if (since and _month(since) > _month(self.last)) or (until and _month(until) < _month(self.first)):
            return NOTHING_DUE
        if since is None or until is None:
            return Working(None, missing=missing)
        months = max(0, _month(min(until, self.last)) - _month(max(since, self.first)) + 1)
        total = months * self.amount
        said = (("months", months), ("each_cents", self.amount))
        return Working(total, (Step("per_month", total, said),)) if total else NOTHING_DUE

    def of(self, columns: Columns) -> Ints:
        """The same for a column."""
        since, until = columns.column("approved_from"), columns.column("approved_until")
        first = np.maximum(_months(since), _month(self.first))
        last = np.minimum(_months(until), _month(self.last))
        months = np.where((since != NO_DATE) & (until != NO_DATE), np.maximum(0, last - first + 1), 0)
        return ints(months * self.amount)

    def values(self) -> tuple[int, ...]:
        """Every number of months."""
        return tuple(self.amount * n for n in range(1, _month(self.last) - _month(self.first) + 2))


def _month(when: date) -> int:
    return when.year * 12 + when.month


def _months(days: Ints) -> Ints:
    return ints(days // 10_000 * 12 + days // 100 % 100)


@dataclass(frozen=True, slots=True)
class Season:
    """Units that can be used from one day to another, both included."""

    name: str
    first: date
    last: date
    units: int


@dataclass(frozen=True, slots=True)
class InUnits:
    """Sessions instead of money, season by season; money is committed at `tariff` for each, and the excess returns."""

    unit: str
    seasons: tuple[Season, ...]
    tariff: int
    facts: tuple[str, ...] = field(default=(), init=False)

    @property
    def units(self) -> int:
        """All units of all seasons."""
        return sum(season.units for season in self.seasons)

    def work_out(self, known: Known) -> Working:  # noqa: ARG002 (the same for everyone)
        """Units at the tariff."""
        steps = tuple(
            Step("season", season.units * self.tariff, (("season", season.name), ("units", season.units)))
            for season in self.seasons
        )
        return Working(self.units * self.tariff, steps)

    def of(self, columns: Columns) -> Ints:
        """The same for a column."""
        return columns.each(self.units * self.tariff)

    def values(self) -> tuple[int, ...]:
        """One."""
        return (self.units * self.tariff,)


@dataclass(frozen=True, slots=True)
class Requested:
    """What is asked for, at most a cap: the grant of a project."""

    most: int
    facts: tuple[str, ...] = field(default=("requested_cents",), init=False)

    def work_out(self, known: Known) -> Working:
        """The request, or the cap."""
        if "requested_cents" not in known:
            return Working(None, missing=self.facts)
        asked = number(known, "requested_cents") or 0
        given = min(asked, self.most)
        return (
            Working(given, (Step("requested", given, (("requested_cents", asked),)),))
            if given
            else NOTHING_DUE
        )

    def of(self, columns: Columns) -> Ints:
        """The same for a column."""
        return ints(np.minimum(columns.column("requested_cents"), self.most))

    def values(self) -> None:
        """They follow from the requests."""
        return
