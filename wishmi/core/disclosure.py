"""What a publication may tell: totals of points and sums of money that point at no single child.

Weights and totals are public, so a total that only children with a disability can reach would tell their
health; and a small number of awards of one amount would tell an income. Such values are merged with their
neighbours in the publication only: the ranking and the money are not touched.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from wishmi.core.calls import CallRules
from wishmi.core.columns import Bools, Columns, Ints

LEAST = 5
"""How many children must share a value before it is told."""

SENSITIVE = ("disabled_members", "disabled_minors", "disabled")
"""The facts that a published total must not reveal: by default those of health."""

UNTOLD = "0+"
"""The label of points when not even all totals together are safe to tell."""


def hides_outcomes(rules: CallRules, facts: Sequence[str] = SENSITIVE) -> bool:
    """Whether a reserve of the call rests on a sensitive fact: then an award below children who wait would tell it."""
    return any(fact in facts for reserve in rules.reserves for fact in reserve.when.facts)


def reserve_masks(rules: CallRules, columns: Columns, places: Ints) -> tuple[Bools, ...]:
    """Who of `places` meets the condition of each reserve that rests on a sensitive fact."""
    hidden = [one for one in rules.reserves if any(fact in SENSITIVE for fact in one.when.facts)]
    return tuple(np.asarray(one.when.met(columns)[places]) for one in hidden)


def told_until(can_be_told: Sequence[bool], members: Sequence[Bools], least: int = LEAST) -> int:
    """How many rows from the first on can have their outcome told.

    The first row that cannot be told ends them: from there on an award would point at a reserve. How far the money
    for everyone reached tells how many of them a reserve has served; so at least `least` rows with and `least`
    without each reserve's condition must be among them, or none is told.
    """
    end = next((place for place, can in enumerate(can_be_told) if not can), len(can_be_told))
    if end == len(can_be_told):
        return end
    is_safe = all(least <= int(mask[:end].sum()) <= end - least for mask in members)
    return end if is_safe else 0


def sensitive_masks(
    rules: CallRules, columns: Columns, places: Ints, facts: Sequence[str] = SENSITIVE
) -> tuple[Bools, ...]:
    """Who of `places` has each sensitive fact, for the facts that give points in this call: others cannot
    show.
    """
    scored = {criterion.fact for criterion in rules.criteria}
    return tuple(np.asarray(columns.column(fact)[places] > 0) for fact in facts if fact in scored)


def point_labels(totals: Ints, sensitive: Sequence[Bools], least: int = LEAST) -> list[str]:
    """How each total is written in the publication: `"30"`, or `"30+"` for 30 and the totals merged above it.

    Every label is borne by at least `least` rows with and `least` without each sensitive fact; if even one
    label for all is not, it says nothing. Merging goes from the highest total down and joins neighbours only,
    so labels keep the order of totals. Without sensitive facts nothing is merged. Raises ValueError for
    negative totals.
    """
    if not sensitive or not len(totals):
        return [str(total) for total in totals.tolist()]
    if int(totals.min()) < 0:
        message = "totals must be natural numbers"
        raise ValueError(message)
    values, where = np.unique(totals, return_inverse=True)
    holders = np.array([np.bincount(where[mask], minlength=len(values)) for mask in sensitive])
    others = np.array([np.bincount(where[~mask], minlength=len(values)) for mask in sensitive])
    smallest = np.concatenate((holders, others))

    def is_safe(group: list[int]) -> bool:
        return bool((smallest[:, group].sum(axis=1) >= least).all())

    groups = _merge(list(range(len(values)))[::-1], is_safe)
    labels = [""] * len(values)
    for group in groups:
        lowest = str(values[group[-1]])
        label = UNTOLD if not is_safe(group) else lowest if len(group) == 1 else f"{lowest}+"
        for value in group:
            labels[value] = label
    return [labels[value] for value in where.tolist()]


@dataclass(frozen=True, slots=True)
class Cell:
    """Awards of a fund between two amounts, both included: how many and their sum, in minor units."""

    count: int
    low: int
    high: int
    total: int


def cells(
    parts: Sequence[int], changes: Sequence[Sequence[int]] = (), least: int = LEAST
) -> tuple[Cell, ...] | None:
    """The awards of one fund by amount, small numbers merged with their neighbours; None if nothing is safe
    to tell.

    `changes` are what the last published totals and these differ by (amounts added, amounts taken back):
    whoever subtracts the two must not find a small number either.
    """
    tellings = [Counter(part for part in told if part > 0) for told in (parts, *changes)]
    amounts = sorted(set().union(*tellings), reverse=True)

    def is_safe(group: list[int]) -> bool:
        return all(_hides({value: told[value] for value in group if told[value]}, least) for told in tellings)

    whole = tellings[0]
    groups = _merge(amounts, is_safe)
    if any(not is_safe(group) for group in groups):
        return None
    told_groups = [[value for value in group if whole[value]] for group in groups]
    return tuple(
        Cell(
            count=sum(whole[value] for value in group),
            low=group[-1],
            high=group[0],
            total=sum(value * whole[value] for value in group),
        )
        for group in told_groups
        if group
    )


def _hides(counts: Mapping[int, int], least: int) -> bool:
    """Whether the number and the sum of these awards leave every small count open."""
    if not counts:
        return True
    if sum(counts.values()) < least:
        return False
    return all(count >= least or _is_open(value, counts) for value, count in counts.items())


def _is_open(value: int, counts: Mapping[int, int]) -> bool:
    """Whether another count of `value` fits the same number and sum of awards.

    Two unknown counts follow from their number and sum. With three amounts, so many awards of one can be
    exchanged for awards of the two others that neither number nor sum moves, if there are enough of them.
    """
    others = [other for other in counts if other != value]
    for at, first in enumerate(others):
        for second in others[at + 1 :]:
            moves = {value: first - second, first: second - value, second: value - first}
            unit = int(np.gcd.reduce(list(moves.values())))
            for sign in (unit, -unit):
                if all(counts[amount] + move // sign >= 0 for amount, move in moves.items()):
                    return True
    return False


def _merge(values: list[int], is_safe: Callable[[list[int]], bool]) -> list[list[int]]:
    """Neighbours of `values` joined into groups that are safe; only a single last group may be unsafe."""
    groups: list[list[int]] = []
    group: list[int] = []
    for value in values:
        group = [*group, value]
        if is_safe(group):
            groups.append(group)
            group = []
    if group:
        groups.append(group)
    while len(groups) > 1 and not is_safe(groups[-1]):
        last = groups.pop()
        groups[-1] = [*groups[-1], *last]
    return groups
