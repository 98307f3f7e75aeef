"""How the money of a call is divided before it meets the ranking: reserves, envelopes, equal shares, caps by family."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from wishmi.core.columns import Columns, Ints, ints
from wishmi.core.money import split
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.core.rules.judging import Condition, number
from wishmi.core.rules.vocabulary import Known


class Sharing(StrEnum):
    """Whole amounts in order of rank; the pot in equal shares; or everyone's amount reduced in proportion."""

    WHOLE = "whole"
    EQUAL = "equal"
    PRO_RATA = "pro_rata"


@dataclass(frozen=True, slots=True)
class Reserve:
    """A part of every fund kept for those who meet a condition: a quota, or the envelope of a territory.

    Reserves are used in the order they are written. What one does not use goes to everyone who has nothing yet, in
    order of rank, if it `spills`; otherwise it stays in its fund.
    """

    code: str
    percent: int
    when: Condition
    spills: bool


@dataclass(frozen=True, slots=True)
class GrantCap:
    """Awards per household: by the number of minors, and one more for each of another count.

    `steps` are pairs of the least number of minors and the cap from there on, rising.
    """

    steps: tuple[tuple[int, int], ...]
    one_more_for: str | None = None

    @property
    def facts(self) -> tuple[str, ...]:
        """What it turns on."""
        return ("minors", self.one_more_for) if self.one_more_for else ("minors",)

    def of_one(self, known: Known) -> int:
        """The cap of one household."""
        minors = number(known, "minors") or 0
        cap = max((most for least, most in self.steps if minors >= least), default=0)
        return cap + ((number(known, self.one_more_for) or 0) if self.one_more_for else 0)

    def of(self, columns: Columns) -> Ints:
        """The cap of the household of every row."""
        caps = columns.each(0)
        for least, most in self.steps:
            caps = np.where(columns.minors >= least, most, caps)
        more = columns.column(self.one_more_for) if self.one_more_for else 0
        return ints(caps + more)


@dataclass(frozen=True, slots=True)
class Discretion:
    """Up to `percent` of a fund for cases that fail the test: with a reason, approved by a second person."""

    percent: int

    def limit(self, appropriated: int) -> int:
        """What may be given in this way, rounded down."""
        return appropriated * self.percent // 100


@dataclass(frozen=True, slots=True)
class DiscretionaryCase:
    """A case put forward: its amount, why, who proposes it and who approves it."""

    amount: int
    reason: str
    proposed_by: str
    approved_by: str


def why_not_discretion(
    rule: Discretion | None, appropriated: int, used: int, case: DiscretionaryCase
) -> Reason | None:
    """Why a case may not be let in by discretion, None if it may."""
    if rule is None:
        return Reason(ReasonCode.DISCRETION_NOT_FORESEEN)
    if not case.reason.strip() or not case.approved_by:
        return Reason(ReasonCode.INCOMPLETE)
    if case.approved_by == case.proposed_by:
        return Reason(ReasonCode.SAME_PERSON)
    left = rule.limit(appropriated) - used
    if case.amount > left:
        return Reason(ReasonCode.DISCRETION_USED_UP, {"left_cents": max(0, left), "percent": rule.percent})
    return None


def pots(
    reserves: Sequence[Reserve], available: Sequence[int]
) -> tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]:
    """The part of each fund for each reserve, rounded down, and what is left for everyone."""
    kept = tuple(tuple(money * reserve.percent // 100 for money in available) for reserve in reserves)
    rest = tuple(money - sum(pot[fund] for pot in kept) for fund, money in enumerate(available))
    return kept, rest


def own_rests(
    reserves: Sequence[Reserve],
    available: Sequence[int],
    held: Mapping[str, Sequence[int]],
    free: Sequence[int],
) -> tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]:
    """What each reserve still has of its part, and what is free for everyone.

    A part is worked out from all the money of a fund, so that it is the same in every round; `held` is what awards
    that stay have taken out of each reserve, by its code. What once went to everyone may be gone: then the reserves
    that keep their rest have theirs before those whose rest spills.
    """
    entitled, _ = pots(reserves, available)
    left = list(free)
    own: dict[int, tuple[int, ...]] = {}
    nothing = (0,) * len(left)
    for place in sorted(range(len(reserves)), key=lambda place: reserves[place].spills):
        taken = held.get(reserves[place].code, nothing)
        sums = zip(left, entitled[place], taken, strict=True)
        own[place] = tuple(max(0, min(money, whole - gone)) for money, whole, gone in sums)
        left = [money - part for money, part in zip(left, own[place], strict=True)]
    return tuple(own[place] for place in range(len(reserves))), tuple(left)


def equal_shares(pot: int, people: int, most: int | None) -> tuple[int, ...]:
    """The pot in equal parts, at most `most` each; units that cannot be divided go to the first in the ranking."""
    if people == 0:
        return ()
    each, over = divmod(pot, people)
    if most is not None and each >= most:
        return (most,) * people
    return tuple(each + (place < over) for place in range(people))


def pro_rata(amounts: Sequence[int], pot: int) -> tuple[int, ...]:
    """Every amount in proportion if the pot does not cover them all.

    The parts sum to the pot: units lost by rounding go to those who lost most, the first in the ranking among equals.
    """
    return tuple(amounts) if sum(amounts) <= pot else split(pot, amounts)


def shared(sharing: Sharing, amounts: Sequence[int], pot: int) -> tuple[int, ...]:
    """What each of the ranked gets of the pot before it is taken from the funds."""
    if sharing is Sharing.EQUAL:
        return equal_shares(pot, len(amounts), max(amounts, default=None))
    return pro_rata(amounts, pot) if sharing is Sharing.PRO_RATA else tuple(amounts)
