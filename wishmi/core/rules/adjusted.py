"""What changes an amount afterwards: times a count, plus bonuses, at most so much."""

from dataclasses import dataclass

import numpy as np

from wishmi.core.columns import NOTHING, Columns, Ints, ints
from wishmi.core.rules.amounts import MANY
from wishmi.core.rules.judging import Answer, Condition, missing_of, number
from wishmi.core.rules.vocabulary import Known
from wishmi.core.rules.workings import NOTHING_DUE, AmountRule, Step, Working


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A base multiplied by a count (up to so many), with a bonus for each condition that is met, between two bounds."""

    base: AmountRule
    for_each: str | None = None
    up_to: int = 0
    bonuses: tuple[tuple[Condition, int], ...] = ()
    at_most: int | None = None

    @property
    def facts(self) -> tuple[str, ...]:
        """Those of the base and of what changes it."""
        more = [name for condition, _ in self.bonuses for name in condition.facts]
        return tuple(dict.fromkeys((*self.base.facts, *((self.for_each,) if self.for_each else ()), *more)))

    def work_out(self, known: Known) -> Working:
        """Base, times, plus, at most."""
        made = self.base.work_out(known)
        if made.amount == 0:
            return made
        missing = tuple(dict.fromkeys((*made.missing, *missing_of(self.facts, known))))
        if missing or made.amount is None:
            return Working(None, missing=missing)
        amount, steps = made.amount, list(made.steps)
        if self.for_each is not None:
            count = min(number(known, self.for_each) or 0, self.up_to)
            amount *= count
            steps.append(Step("for_each", amount, (("fact", self.for_each), ("count", count))))
        for place, (condition, bonus) in enumerate(self.bonuses, start=1):
            if condition.judge(known).answer is Answer.MET:
                amount += bonus
                steps.append(Step("bonus", bonus, (("bonus", place),)))
        if self.at_most is not None and amount > self.at_most:
            amount = self.at_most
            steps.append(Step("at_most", amount))
        return Working(amount, tuple(steps)) if amount else NOTHING_DUE

    def of(self, columns: Columns) -> Ints:
        """The same for a column."""
        base = amount = self.base.of(columns)
        if self.for_each is not None:
            counts = columns.column(self.for_each)
            amount = amount * np.minimum(np.where(counts == NOTHING, 0, counts), self.up_to)
        for condition, bonus in self.bonuses:
            amount = amount + condition.met(columns) * bonus
        if self.at_most is not None:
            amount = np.minimum(amount, self.at_most)
        return ints(np.where(base == 0, 0, amount))

    def values(self) -> tuple[int, ...] | None:
        """Every combination of what may be added, if the base names its own."""
        base = self.base.values()
        if base is None or len(self.bonuses) > MANY:
            return None
        counts = range(self.up_to + 1) if self.for_each else (1,)
        found = {amount * count for amount in base if amount for count in counts}
        for _, bonus in self.bonuses:
            found |= {amount + bonus for amount in found}
        if self.at_most is not None:
            found = {min(amount, self.at_most) for amount in found}
        return tuple(sorted(found - {0}))
