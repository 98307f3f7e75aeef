"""Allocation: money of ordered funds meets the ranking, with an exact cut-off.

The reference rule stops at the first child the money no longer covers. Passing over and going on is another rule that
a call must name; with it, added money may take an award from one child and give it to another.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from wishmi.core.calls import AllocationRule, Fit
from wishmi.core.reasons import ReasonCode


@dataclass(frozen=True, slots=True)
class Claim:
    """One ranked child that asks for `amount`; `household` is opaque and counts against the cap."""

    household: str
    amount: int


@dataclass(frozen=True, slots=True)
class Share:
    """What one child gets: a part per fund, in the order of the funds, or why nothing."""

    parts: tuple[int, ...]
    reason: ReasonCode | None = None

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
        parts = [0] * len(self.left)
        if not self.rule.split_funds:
            for place in range(self.first, len(self.left)):
                if self.left[place] >= amount:
                    parts[place] = amount
                    self.left[place] -= amount
                    return tuple(parts)
                if self.rule.fit is Fit.STOP:
                    self.first = place + 1
            return None
        if sum(self.left[self.first :]) < amount:
            return None
        return self._take_across(amount, parts)

    def _take_across(self, amount: int, parts: list[int]) -> tuple[int, ...]:
        for place in range(self.first, len(self.left)):
            parts[place] = min(amount, self.left[place])
            self.left[place] -= parts[place]
            amount -= parts[place]
            if self.left[place] == 0 and place == self.first:
                self.first = place + 1
            if amount == 0:
                break
        return tuple(parts)

    def take_rest(self) -> tuple[int, ...] | None:
        if self.rule.split_funds:
            rest = sum(self.left)
            return self._take_across(rest, [0] * len(self.left)) if rest else None
        for place, left in enumerate(self.left):
            if left:
                parts = [0] * len(self.left)
                parts[place], self.left[place] = left, 0
                return tuple(parts)
        return None


def allocate(rule: AllocationRule, claims: Sequence[Claim], available: Sequence[int]) -> Allocation:
    """Give each claim its amount in order of rank, from the funds in their order.

    Laws: no fund is overspent; under `Fit.STOP` the awarded are the first of the ranking (less those the household cap
    holds back) and added money never removes an award.
    """
    if any(money < 0 for money in available) or any(claim.amount <= 0 for claim in claims):
        message = "funds cannot be negative and claims must be positive"
        raise ValueError(message)
    purse = _Purse(rule, available)
    shares: list[Share] = []
    served: dict[str, int] = {}
    cut_off: int | None = None
    nothing = (0,) * len(available)
    capped = Share(nothing, ReasonCode.HOUSEHOLD_CAP_REACHED)
    exhausted = Share(nothing, ReasonCode.FUNDS_EXHAUSTED)
    for position, claim in enumerate(claims, start=1):
        if rule.household_cap is not None and served.get(claim.household, 0) >= rule.household_cap:
            shares.append(capped)
            continue
        parts = None
        if cut_off is None or rule.fit is Fit.PASS_OVER:
            parts = purse.take(claim.amount)
            if parts is None and cut_off is None:
                cut_off = position
                parts = purse.take_rest() if rule.partial_last else None
        if parts is None:
            shares.append(exhausted)
            continue
        served[claim.household] = served.get(claim.household, 0) + 1
        shares.append(Share(parts))
    return Allocation(tuple(shares), tuple(purse.left), cut_off)
