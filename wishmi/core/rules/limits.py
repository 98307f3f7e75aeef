"""Limits of amounts: one number, a number by date, or another number where a household fact holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from wishmi.core.columns import Columns, Ints, ints, ymd
from wishmi.core.rules.judging import Answer, Condition, day
from wishmi.core.rules.vocabulary import Known


@dataclass(frozen=True, slots=True)
class Dated:
    """A number that changes on days: each step holds from its day on; nothing is said of days before the first."""

    name: str
    steps: tuple[tuple[date, int], ...]

    def on(self, when: date) -> int:
        """The number of a day; before the first step that of the first."""
        value = self.steps[0][1]
        for start, later in self.steps[1:]:
            if when >= start:
                value = later
        return value

    def on_days(self, days: Ints) -> Ints:
        """The same for a column of days."""
        starts = ints([ymd(start) for start, _ in self.steps[1:]])
        values = ints([value for _, value in self.steps])
        return ints(values[np.searchsorted(starts, days, side="right")])


Figure = int | Dated
"""A number of the rules: fixed, or by date."""


def figure_facts(*figures: Figure) -> tuple[str, ...]:
    """What must be known to read figures: the day of the application, if one of them changes by date."""
    return ("submitted_on",) if any(isinstance(figure, Dated) for figure in figures) else ()


def figure_of(figure: Figure, known: Known) -> int:
    """The number that holds on the day of the application."""
    if isinstance(figure, int):
        return figure
    when = day(known, "submitted_on")
    assert when is not None
    return figure.on(when)


def figures_of(figure: Figure, columns: Columns) -> Ints | int:
    """The same for a column."""
    return figure if isinstance(figure, int) else figure.on_days(columns.submitted_on)


def values_of(figure: Figure) -> tuple[int, ...]:
    """Every number a figure can be."""
    return (figure,) if isinstance(figure, int) else tuple(value for _, value in figure.steps)


@dataclass(frozen=True, slots=True)
class Limit:
    """A number, or another where a condition holds: the first of `cases` that is met decides."""

    otherwise: Figure
    cases: tuple[tuple[Condition, Figure], ...] = ()

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts it reads."""
        read = [name for condition, _ in self.cases for name in condition.facts]
        read += figure_facts(self.otherwise, *(figure for _, figure in self.cases))
        return tuple(dict.fromkeys(read))

    def possible(self, known: Known) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Each number it can still be, as far as things are known, with what is missing to tell; one if it is told."""
        for condition, figure in self.cases:
            judged = condition.judge(known)
            if judged.answer is Answer.NOT_MET:
                continue
            yield figure_of(figure, known), judged.missing
            if judged.answer is Answer.MET:
                return
        yield figure_of(self.otherwise, known), ()

    def of(self, columns: Columns) -> Ints | int:
        """The number of every row."""
        value = figures_of(self.otherwise, columns)
        for condition, figure in reversed(self.cases):
            value = np.where(condition.met(columns), figures_of(figure, columns), value)
        return value

    def values(self) -> tuple[int, ...]:
        """Every number it can be, the plain one first."""
        figures = (self.otherwise, *(figure for _, figure in self.cases))
        return tuple(value for figure in figures for value in values_of(figure))
