"""Eligibility and amount of one child, and of a whole column, with every reason kept."""

from dataclasses import dataclass

import numpy as np

from wishmi.core.calls import Band, CallRules
from wishmi.core.columns import Bools, Columns, Ints, banded
from wishmi.core.facts import ChildFacts
from wishmi.core.reasons import Reason
from wishmi.core.rules.judging import Answer, Condition, Judgement
from wishmi.core.rules.vocabulary import Known
from wishmi.core.rules.workings import NOTHING_DUE, Step, Working


@dataclass(frozen=True, slots=True)
class Check:
    """One condition, the facts it read as far as known, and the reason why it is not met (None: it is not failed)."""

    condition: Condition
    facts: tuple[tuple[str, object], ...]
    reason: Reason | None
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Verdict:
    """Eligible or not, with every condition; the amount in minor units when eligible, else zero, and its working.

    `answer` has three values: while a fact is not known that could still matter it is `NOT_KNOWN`, and `missing` names
    such facts; `eligible` is true only of what is met for certain.
    """

    eligible: bool
    amount: int
    band: int | None
    checks: tuple[Check, ...]
    answer: Answer
    working: Working

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why not, one reason for each condition that is not met; nothing due is a reason when nothing else is."""
        failed = tuple(check.reason for check in self.checks if check.reason is not None)
        if failed or self.working.reason is None or self.answer is not Answer.NOT_MET:
            return failed
        return (self.working.reason,)

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts that are not known and could still change the answer or the amount."""
        if self.answer is Answer.NOT_MET:
            return ()
        names = [name for check in self.checks for name in check.judgement.missing]
        return tuple(dict.fromkeys((*names, *self.working.missing)))


def band_of(bands: tuple[Band, ...], cents: int) -> int | None:
    """The place of the first band whose bound the value does not pass; None above the last."""
    for place, band in enumerate(bands):
        if cents < band.up_to_cents or (band.inclusive and cents == band.up_to_cents):
            return place
    return None


def assess(rules: CallRules, child: ChildFacts) -> Verdict:
    """Judge one child: every condition is evaluated, so that the family learns all reasons at once."""
    return assess_known(rules, child.known())


def assess_known(rules: CallRules, known: Known) -> Verdict:
    """The same for what is known so far: the anonymous pre-check asks on while the answer is not known."""
    checks = []
    answer = Answer.MET
    for condition in rules.conditions:
        judged = condition.judge(known)
        if judged.answer is Answer.NOT_MET or (judged.answer is Answer.NOT_KNOWN and answer is Answer.MET):
            answer = judged.answer
        facts = tuple([(name, known[name]) for name in condition.facts if name in known])
        checks.append(Check(condition, facts, judged.reason, judged))
    band, working = _amount(rules, known)
    if working.amount == 0:
        # Where nothing can be due, the conditions not known yet decide nothing.
        answer = Answer.NOT_MET
    elif answer is Answer.MET and working.amount is None:
        answer = Answer.NOT_KNOWN
    eligible = answer is Answer.MET
    amount = (working.amount or 0) if eligible else 0
    return Verdict(eligible, amount, band, tuple(checks), answer, working)


def _amount(rules: CallRules, known: Known) -> tuple[int | None, Working]:
    """The amount with its working; the band where the call goes by bands of the indicator."""
    if rules.amount is not None:
        return None, rules.amount.work_out(known)
    if "isee_cents" not in known:
        return None, Working(None, missing=("isee_cents",))
    cents = known["isee_cents"]
    band = band_of(rules.bands, cents) if isinstance(cents, int) else None
    if band is None or not isinstance(cents, int):
        return None, NOTHING_DUE
    amount = rules.bands[band].amount
    said = (("fact", "isee_cents"), ("value", cents), ("band", band + 1))
    return band, Working(amount, (Step("band", amount, said),))


@dataclass(frozen=True, slots=True)
class ColumnVerdict:
    """The same for a column: `failed` has a row per child and a column per condition."""

    eligible: Bools
    amount: Ints
    failed: Bools


def assess_columns(rules: CallRules, columns: Columns) -> ColumnVerdict:
    """Judge every child of a column."""
    # Column by column in memory, as it is filled and read.
    failed = np.zeros((len(columns), len(rules.conditions)), dtype=np.bool_, order="F")
    met = np.ones(len(columns), dtype=np.bool_)
    for place, condition in enumerate(rules.conditions):
        holds = condition.met(columns)
        np.logical_not(holds, out=failed[:, place])
        met &= holds
    if rules.amount is not None:
        amount = rules.amount.of(columns)
        eligible = met & (amount > 0)
        return ColumnVerdict(eligible=eligible, amount=np.where(eligible, amount, 0), failed=failed)
    bounds = [(band.up_to_cents, band.inclusive) for band in rules.bands]
    amount = banded(columns.isee_cents, bounds, [band.amount for band in rules.bands])
    eligible = met & (columns.isee_cents >= 0) & (amount > 0)
    return ColumnVerdict(eligible=eligible, amount=np.where(eligible, amount, 0), failed=failed)
