"""Allocation: money of ordered funds meets the ranking, with an exact cut-off.

The reference rule stops at the first child the money no longer covers. Passing over and going on is another rule that
a call must name; with it, added money may take an award from one child and give it to another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from wishmi.core.calls import AllocationRule, Fit
from wishmi.core.columns import Ints, ints
from wishmi.core.money import take_in_order
from wishmi.core.reasons import ReasonCode


@dataclass(frozen=True, slots=True)
class Claim:
    """One ranked child that asks for `amount`; `household` is opaque and counts against the cap."""

    household: str
    amount: int


@dataclass(frozen=True, slots=True)
class Share:
    """What one child gets: a part per fund, in the order of the funds, or why nothing.

    `reserve` is the code of the reserve it comes from, empty where it comes from the money for everyone.
    """

    parts: tuple[int, ...]
    reason: ReasonCode | None = None
    reserve: str = ""

    @property
    def amount(self) -> int:
        """The whole award."""
        return sum(self.parts)


@dataclass(frozen=True, slots=True)
class Allocation:
    """A share per claim; `cut_off` is the position (from 1) of the first child the money did not cover, or None."""

    shares: tuple[Share, ...]
    remaining: tuple[int, ...]
    cut_off: int | None


class _Purse:
    """The funds while they are spent; local to one run of `allocate`."""

    def __init__(self, rule: AllocationRule, available: Sequence[int]) -> None:
        self.rule = rule
        self.left = list(available)
        self.first = 0

    def take(self, amount: int) -> tuple[int, ...] | None:
        if self.rule.split_funds:
            parts = take_in_order(amount, self.left)
            return None if parts is None else self._pay(parts)
        for place in range(self.first, len(self.left)):
            if self.left[place] >= amount:
                return self._pay_from(place, amount)
            if self.rule.fit is Fit.STOP:
                self.first = place + 1
        return None

    def take_rest(self, most: int) -> tuple[int, ...] | None:
        """What is left for a claim of `most` that could not be paid whole, never more than it asks for."""
        if self.rule.split_funds:
            rest = sum(self.left)
            return self.take(min(most, rest)) if rest else None
        # A fund that was left for good may still hold more than a later, smaller claim.
        for place, left in enumerate(self.left):
            if left:
                return self._pay_from(place, min(most, left))
        return None

    def _pay_from(self, fund: int, amount: int) -> tuple[int, ...]:
        return self._pay(tuple(amount if place == fund else 0 for place in range(len(self.left))))

    def _pay(self, parts: tuple[int, ...]) -> tuple[int, ...]:
        self.left = [left - part for left, part in zip(self.left, parts, strict=True)]
        return parts


def _refuse_nonsense(available: Sequence[int], *, claims_are_positive: bool) -> None:
    if not claims_are_positive or any(money < 0 for money in available):
        message = "funds cannot be negative and claims must be positive"
        raise ValueError(message)


def allocate(
    rule: AllocationRule,
    claims: Sequence[Claim],
    available: Sequence[int],
    caps: Sequence[int | None] | None = None,
    served: dict[str, int] | None = None,
) -> Allocation:
    """Give each claim its amount in order of rank, from the funds in their order.

    `caps` are awards per household where each claim has its own, else the rule's; `served` counts what households
    have already, and is counted on.

    Laws: no fund is overspent; under `Fit.STOP` the awarded are the first of the ranking (less those the household cap
    holds back) and added money never removes an award.
    """
    _refuse_nonsense(available, claims_are_positive=all(claim.amount > 0 for claim in claims))
    purse = _Purse(rule, available)
    shares: list[Share] = []
    served = {} if served is None else served
    cut_off: int | None = None
    nothing = (0,) * len(available)
    capped = Share(nothing, ReasonCode.HOUSEHOLD_CAP_REACHED)
    exhausted = Share(nothing, ReasonCode.FUNDS_EXHAUSTED)
    for position, claim in enumerate(claims, start=1):
        cap = rule.household_cap if caps is None else caps[position - 1]
        if cap is not None and served.get(claim.household, 0) >= cap:
            shares.append(capped)
            continue
        parts = None
        if cut_off is None or rule.fit is Fit.PASS_OVER:
            parts = purse.take(claim.amount)
            if parts is None and cut_off is None:
                cut_off = position
                parts = purse.take_rest(claim.amount) if rule.partial_last else None
        if parts is None:
            shares.append(exhausted)
            continue
        served[claim.household] = served.get(claim.household, 0) + 1
        shares.append(Share(parts))
    return Allocation(tuple(shares), tuple(purse.left), cut_off)


_MOST = 2**52
"""Sums up to here are exact in a column of 64 bits, times the number of funds too; beyond it the walk does the work."""


def can_allocate_columns(rule: AllocationRule) -> bool:
    """Whether a rule needs no walk: whoever is awarded is a prefix of the ranking, whatever the households."""
    return rule.fit is Fit.STOP and rule.household_cap is None


def allocate_columns(rule: AllocationRule, amounts: Ints, available: Sequence[int]) -> Allocation:
    """The same as `allocate`, for a column of amounts in order of rank; raises ValueError for a rule it cannot do.

    Under `Fit.STOP` the running sum of the amounts says where each fund ends, so nobody has to be asked in turn. Equal
    shares are one object. A property test holds it to `allocate`.
    """
    if not can_allocate_columns(rule):
        message = "only a rule that stops at the first and caps no household is a matter of sums"
        raise ValueError(message)
    _refuse_nonsense(available, claims_are_positive=bool((amounts > 0).all()))
    if max(sum(amounts.tolist()), sum(available)) > _MOST:
        return allocate(rule, [Claim("", amount) for amount in amounts.tolist()], available)
    ends = np.cumsum(amounts)
    parts = _parts_across(amounts, ends, available) if rule.split_funds else _parts_whole(ends, available)
    given = len(parts)
    shares = _shares(parts)
    left = [money - int(taken) for money, taken in zip(available, parts.sum(axis=0), strict=True)]
    if given == len(amounts):
        return Allocation(tuple(shares), tuple(left), None)
    rest = _Purse(rule, left).take_rest(int(amounts[given])) if rule.partial_last else None
    exhausted = Share((0,) * len(available), ReasonCode.FUNDS_EXHAUSTED)
    shares.append(exhausted if rest is None else Share(rest))
    shares += [exhausted] * (len(amounts) - given - 1)
    if rest is not None:
        left = [money - part for money, part in zip(left, rest, strict=True)]
    return Allocation(tuple(shares), tuple(left), given + 1)


def _parts_across(amounts: Ints, ends: Ints, available: Sequence[int]) -> Ints:
    """Laid end to end, the amounts fill the funds, laid end to end: a part is where the two overlap."""
    edges = [0, *accumulate(available)]
    given = int(np.searchsorted(ends, edges[-1], side="right"))
    until = ends[:given]
    since = until - amounts[:given]
    overlaps = [np.minimum(until, high) - np.maximum(since, low) for low, high in pairwise(edges)]
    return np.maximum(ints(overlaps).reshape(len(available), given).T, 0)


def _parts_whole(ends: Ints, available: Sequence[int]) -> Ints:
    """Each fund pays whole awards until one does not fit, and is left for good; the next goes on from there."""
    stops = [0]
    for money in available:
        paid = int(ends[stops[-1] - 1]) if stops[-1] else 0
        stops.append(int(np.searchsorted(ends, paid + money, side="right")))
    parts = np.zeros((stops[-1], len(available)), dtype=np.int64)
    amounts = np.diff(ends[: stops[-1]], prepend=0)
    for fund, (start, stop) in enumerate(pairwise(stops)):
        parts[start:stop, fund] = amounts[start:stop]
    return parts


def _shares(parts: Ints) -> list[Share]:
    """A share per row; rows that one fund pays alone are told apart by that fund and their amount."""
    if not parts.size:
        return []
    funds = parts.shape[1]
    several = np.count_nonzero(parts, axis=1) > 1
    kinds = np.where(several, -1, parts.sum(axis=1) * funds + parts.argmax(axis=1))
    _, firsts = np.unique(kinds, return_index=True)
    made = {int(kinds[at]): Share(tuple(parts[at].tolist())) for at in firsts}
    shares = [made[kind] for kind in kinds.tolist()]
    for at in np.flatnonzero(several).tolist():
        shares[at] = Share(tuple(parts[at].tolist()))
    return shares
