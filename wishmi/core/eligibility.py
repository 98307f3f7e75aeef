"""Eligibility and amount of one child, and of a whole column, with every reason kept."""

from dataclasses import dataclass

import numpy as np

from wishmi.core.calls import Band, CallRules
from wishmi.core.columns import Bools, Columns, Ints
from wishmi.core.conditions import Condition
from wishmi.core.facts import ChildFacts
from wishmi.core.reasons import Reason


@dataclass(frozen=True, slots=True)
class Check:
    """One condition, the facts it read, and the reason why it is not met (None: met)."""

    condition: Condition
    facts: tuple[tuple[str, object], ...]
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Eligible or not, with every condition; the amount in minor units when eligible, else zero."""

    eligible: bool
    amount: int
    band: int | None
    checks: tuple[Check, ...]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why not, one reason for each condition that is not met."""
        return tuple(check.reason for check in self.checks if check.reason is not None)


def band_of(bands: tuple[Band, ...], cents: int) -> int | None:
    """The place of the first band whose bound the value does not pass; None above the last."""
    for place, band in enumerate(bands):
        if cents < band.up_to_cents or (band.inclusive and cents == band.up_to_cents):
            return place
    return None


def assess(rules: CallRules, child: ChildFacts) -> Verdict:
    """Judge one child: every condition is evaluated, so that the family learns all reasons at once."""
    checks = tuple(
        Check(
            condition,
            tuple((name, getattr(child, name)) for name in condition.facts),
            condition.why_not(child),
        )
        for condition in rules.conditions
    )
    band = None if child.isee_cents is None else band_of(rules.bands, child.isee_cents)
    eligible = band is not None and all(check.reason is None for check in checks)
    amount = rules.bands[band].amount if eligible and band is not None else 0
    return Verdict(eligible=eligible, amount=amount, band=band, checks=checks)


@dataclass(frozen=True, slots=True)
class ColumnVerdict:
    """The same for a column: `failed` has a row per child and a column per condition."""

    eligible: Bools
    amount: Ints
    failed: Bools


def assess_columns(rules: CallRules, columns: Columns) -> ColumnVerdict:
    """Judge every child of a column."""
    failed = np.zeros((len(columns), len(rules.conditions)), dtype=np.bool_)
    for place, condition in enumerate(rules.conditions):
        failed[:, place] = ~condition.met(columns)
    bounds = np.array([2 * band.up_to_cents + band.inclusive for band in rules.bands], dtype=np.int64)
    amounts = np.array([*(band.amount for band in rules.bands), 0], dtype=np.int64)
    # Doubling the cents gives every bound a place of its own below or above its exact value: an exclusive bound is
    # 2b, an inclusive one 2b + 1, a value 2v; the value lies in the first band whose bound is greater.
    band = np.searchsorted(bounds, 2 * columns.isee_cents, side="right")
    eligible = (columns.isee_cents >= 0) & (band < len(rules.bands)) & ~failed.any(axis=1)
    return ColumnVerdict(eligible=eligible, amount=np.where(eligible, amounts[band], 0), failed=failed)
