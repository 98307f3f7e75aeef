"""Points: what each criterion gives a child, part by part."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from wishmi.core.columns import Columns, Ints, ints
from wishmi.core.facts import ChildFacts
from wishmi.core.rules.judging import number, words
from wishmi.core.rules.vocabulary import Known

COUNTS = ("minors", "disabled_members", "disabled_minors", "household_size", "commission_score")
FLAGS = ("lone_parent", "unemployed_parent", "disabled")
SETS = ("target_groups", "benefits")


class Criterion(Protocol):
    """One criterion of the points: for one child and for a column."""

    @property
    def fact(self) -> str:
        """The fact it reads."""

    def points(self, known: Known) -> int:
        """Points of one child."""

    def points_of(self, columns: Columns) -> Ints:
        """Points of every child."""


@dataclass(frozen=True, slots=True)
class PointsEach:
    """`each` points for every unit of a counted fact, up to `at_most` units."""

    fact: str
    each: int
    at_most: int

    def points(self, known: Known) -> int:
        """Units, capped, times the points of each."""
        return min(number(known, self.fact) or 0, self.at_most) * self.each

    def points_of(self, columns: Columns) -> Ints:
        """The same over a column."""
        counts = np.minimum(columns.column(self.fact), self.at_most)
        return ints(np.maximum(counts, 0) * self.each)


@dataclass(frozen=True, slots=True)
class PointsIf:
    """`points_if` points where a yes-or-no fact holds."""

    fact: str
    points_if: int

    def points(self, known: Known) -> int:
        """The points, or none."""
        return self.points_if if known[self.fact] else 0

    def points_of(self, columns: Columns) -> Ints:
        """The same over a column."""
        return ints(columns.column(self.fact) * self.points_if)


@dataclass(frozen=True, slots=True)
class PointsOneOf:
    """`points_if` points where a set of words holds at least one of those named: target groups, benefits."""

    fact: str
    words: tuple[str, ...]
    points_if: int

    def points(self, known: Known) -> int:
        """The points, once, or none."""
        held = words(known, self.fact)
        return self.points_if if any(word in held for word in self.words) else 0

    def points_of(self, columns: Columns) -> Ints:
        """The same over a column."""
        holds = (columns.column(self.fact) & columns.bits(self.fact, self.words)) != 0
        return ints(holds * self.points_if)


@dataclass(frozen=True, slots=True)
class Score:
    """The total and its parts, in the order of the call's criteria: pairs of fact and points."""

    total: int
    parts: tuple[tuple[str, int], ...]


def score(criteria: tuple[Criterion, ...], child: ChildFacts) -> Score:
    """Points of one child, one by one."""
    known = child.known()
    parts = tuple((criterion.fact, criterion.points(known)) for criterion in criteria)
    return Score(sum(points for _, points in parts), parts)


def score_columns(criteria: tuple[Criterion, ...], columns: Columns) -> Ints:
    """Points as a matrix: a row per child, a column per criterion."""
    if not criteria:
        return np.zeros((len(columns), 0), dtype=np.int64)
    return np.stack([criterion.points_of(columns) for criterion in criteria], axis=1)
