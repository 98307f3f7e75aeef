"""Conditions on what a household lives on: indicators, incomes, assets, prices, against limits that are data."""

from dataclasses import dataclass
from typing import cast

import numpy as np

from wishmi.core.columns import NOTHING, Bools, Columns, Ints, bools, ints
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.core.rules.judging import MET, Answer, Condition, Judgement, missing_of, number
from wishmi.core.rules.limits import Limit
from wishmi.core.rules.vocabulary import Known

TOO_HIGH = {
    "isee_cents": ReasonCode.INDICATOR_TOO_HIGH,
    "income_cents": ReasonCode.INCOME_TOO_HIGH,
    "assets_cents": ReasonCode.ASSETS_TOO_HIGH,
    "cost_cents": ReasonCode.COST_TOO_HIGH,
    "requested_cents": ReasonCode.REQUEST_TOO_HIGH,
}
TOO_LOW = {"cost_cents": ReasonCode.COST_TOO_LOW, "requested_cents": ReasonCode.REQUEST_TOO_LOW}
MISSING = {
    "isee_cents": ReasonCode.INDICATOR_MISSING,
    "income_cents": ReasonCode.INCOME_MISSING,
    "assets_cents": ReasonCode.ASSETS_MISSING,
    "cost_cents": ReasonCode.COST_MISSING,
}


@dataclass(frozen=True, slots=True)
class Deduct:
    """One step of a formula: `cents` less for each unit of a count, or once where a yes-or-no fact holds."""

    cents: int
    fact: str

    def apply(self, value: int, known: Known) -> int:
        """Never below zero."""
        return max(0, value - self.cents * int(cast("int", known[self.fact])))

    def apply_all(self, values: Ints, columns: Columns) -> Ints:
        """The same over a column."""
        return ints(np.maximum(0, values - self.cents * columns.column(self.fact)))


@dataclass(frozen=True, slots=True)
class PerHead:
    """One step of a formula: divided by a count, rounded down to the cent; a count of zero divides by one."""

    fact: str

    def apply(self, value: int, known: Known) -> int:
        """A share of it."""
        return value // max(1, int(cast("int", known[self.fact])))

    def apply_all(self, values: Ints, columns: Columns) -> Ints:
        """The same over a column."""
        return ints(values // np.maximum(1, columns.column(self.fact)))


@dataclass(frozen=True, slots=True)
class Reduce:
    """One step of a formula: taken at `percent` of it, rounded down, where a condition holds."""

    percent: int
    when: Condition
    fact: str = ""

    def apply(self, value: int, known: Known) -> int:
        """The part of it, or all."""
        return value * self.percent // 100 if self.when.judge(known).answer is Answer.MET else value

    def apply_all(self, values: Ints, columns: Columns) -> Ints:
        """The same over a column."""
        return ints(np.where(self.when.met(columns), values * self.percent // 100, values))


Step = Deduct | PerHead | Reduce


def step_facts(steps: tuple[Step, ...]) -> tuple[str, ...]:
    """The facts a formula reads beside the amount itself."""
    read = [
        name for step in steps for name in (step.when.facts if isinstance(step, Reduce) else (step.fact,))
    ]
    return tuple(dict.fromkeys(read))


@dataclass(frozen=True, slots=True)
class AmountWithin:
    """An amount, after a formula, is at most a limit and at least another; the limit may turn on household facts.

    `percent` takes the limits at so many hundredths of themselves: an income up to 120 % of a norm.
    """

    fact: str
    at_most: Limit | None
    at_least: Limit | None = None
    percent: int = 100
    steps: tuple[Step, ...] = ()
    may_be_missing: bool = False

    @property
    def facts(self) -> tuple[str, ...]:
        """The amount, what adjusts it, and what its limits turn on."""
        limits = [name for limit in (self.at_most, self.at_least) if limit for name in limit.facts]
        return tuple(dict.fromkeys((self.fact, *step_facts(self.steps), *limits)))

    def judge(self, known: Known) -> Judgement:
        """A limit whose answer no unknown fact can change is settled at once."""
        if self.fact in known and known[self.fact] is None:
            return MET if self.may_be_missing else Judgement(Answer.NOT_MET, Reason(MISSING[self.fact]))
        missing = missing_of((self.fact, *step_facts(self.steps)), known)
        if missing:
            return Judgement(Answer.NOT_KNOWN, missing=missing)
        value = number(known, self.fact)
        assert value is not None
        for step in self.steps:
            value = step.apply(value, known)
        above = self._judge_limit(value, self.at_most, known, is_most=True)
        if above.answer is Answer.NOT_MET:
            return above
        below = self._judge_limit(value, self.at_least, known, is_most=False)
        return above if below.answer is Answer.MET else below

    def _judge_limit(self, value: int, limit: Limit | None, known: Known, *, is_most: bool) -> Judgement:
        if limit is None:
            return MET
        undated = "submitted_on" in limit.facts and "submitted_on" not in known
        if undated:
            return Judgement(Answer.NOT_KNOWN, missing=("submitted_on",))
        possible = list(limit.possible(known))
        fits = [self._fits(value, bound, is_most=is_most) for bound, _ in possible]
        if all(fits):
            return MET
        if any(fits):
            return Judgement(
                Answer.NOT_KNOWN,
                missing=tuple(dict.fromkeys(name for _, names in possible for name in names)),
            )
        bound = possible[0][0] * self.percent // 100
        if is_most:
            return Judgement(
                Answer.NOT_MET, Reason(TOO_HIGH[self.fact], {self.fact: value, "at_most_cents": bound})
            )
        return Judgement(
            Answer.NOT_MET, Reason(TOO_LOW[self.fact], {self.fact: value, "at_least_cents": bound})
        )

    def _fits(self, value: int, bound: int, *, is_most: bool) -> bool:
        bound = bound * self.percent // 100
        return value <= bound if is_most else value >= bound

    def met(self, columns: Columns) -> Bools:
        """Whose amount lies within."""
        given = values = columns.column(self.fact)
        for step in self.steps:
            values = step.apply_all(values, columns)
        fits = given != NOTHING
        for limit, is_most in ((self.at_most, True), (self.at_least, False)):
            if limit is not None:
                bound = limit.of(columns) * self.percent // 100
                fits = fits & (values <= bound if is_most else values >= bound)
        return bools(fits | (given == NOTHING) if self.may_be_missing else fits)
