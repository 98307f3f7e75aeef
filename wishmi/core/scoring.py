"""Points: what each criterion gives a child, part by part."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from wishmi.core.columns import Columns, Ints
from wishmi.core.facts import ChildFacts

COUNTS = ("minors", "disabled_members")
FLAGS = ("lone_parent",)


class Criterion(Protocol):
    """One criterion of the points: for one child and for a column."""

    @property
    def fact(self) -> str:
        """The fact it reads."""

    def points(self, child: ChildFacts) -> int:
        """Points of one child."""

    def points_of(self, columns: Columns) -> Ints:
        """Points of every child."""


@dataclass(frozen=True, slots=True)
class PointsEach:
    """`each` points for every unit of a counted fact, up to `at_most` units."""

    fact: str
    each: int
    at_most: int

    def points(self, child: ChildFacts) -> int:
        """Units, capped, times the points of each."""
        return int(min(getattr(child, self.fact), self.at_most)) * self.each

    def points_of(self, columns: Columns) -> Ints:
        """The same over a column."""
        return np.asarray(np.minimum(getattr(columns, self.fact), self.at_most) * self.each, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class PointsIf:
    """`points_if` points where a yes-or-no fact holds."""

    fact: str
    points_if: int

    def points(self, child: ChildFacts) -> int:
        """The points, or none."""
        return self.points_if if getattr(child, self.fact) else 0

    def points_of(self, columns: Columns) -> Ints:
        """The same over a column."""
        return np.asarray(getattr(columns, self.fact) * self.points_if, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Score:
    """The total and its parts, in the order of the call's criteria: pairs of fact and points."""

    total: int
    parts: tuple[tuple[str, int], ...]


def score(criteria: tuple[Criterion, ...], child: ChildFacts) -> Score:
    """Points of one child, one by one."""
    parts = tuple((criterion.fact, criterion.points(child)) for criterion in criteria)
    return Score(sum(points for _, points in parts), parts)


def score_columns(criteria: tuple[Criterion, ...], columns: Columns) -> Ints:
    """Points as a matrix: a row per child, a column per criterion."""
    if not criteria:
        return np.zeros((len(columns), 0), dtype=np.int64)
    return np.stack([criterion.points_of(columns) for criterion in criteria], axis=1)
