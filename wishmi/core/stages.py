"""Stages: how money meets a ranking that was published before. A later stage keeps what was awarded and runs
down.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from wishmi.core.allocation import (
    Allocation,
    Claim,
    Share,
    allocate,
    allocate_columns,
    can_allocate_columns,
)
from wishmi.core.columns import Ints
from wishmi.core.divided import StageMoney, allocate_divided, is_divided
from wishmi.core.ranking import Ranking


class Outcome(StrEnum):
    """What a published row says of a child; `UNTOLD` where the outcome would tell of its health."""

    AWARDED = "awarded"
    WAITING = "waiting"
    EXCLUDED = "excluded"
    RENOUNCED = "renounced"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a child brings from an earlier stage; a child without one has been given nothing so far.

    `AWARDED`: the award stays, with its `parts` per fund. `RENOUNCED`: the child no longer competes; `parts`
    is what it gave back since the last stage that told amounts. `WAITING`: it competes like everyone (a final
    list after a provisional one); `parts` is what that stage gave it.

    `told` is what the last list that told amounts gave it, None where that is `parts`. An award of which a part
    was given back since then changes the totals by the difference, which disclosure has to count.

    `reserve` is the code of the reserve the award came from, empty for none; `is_told` whether the last published
    list told the child's outcome.
    """

    outcome: Outcome
    parts: tuple[int, ...]
    told: tuple[int, ...] | None = None
    reserve: str = ""
    is_told: bool = True


def allocate_stage(
    ranking: Ranking,
    households: Sequence[str],
    available: Sequence[int],
    standing: Mapping[str, Standing],
    served: Sequence[str] = (),
) -> Allocation:
    """Allocate a stage: one share per ranked child in order of rank; `cut_off` is a position of the ranking.

    `households` follow the entries of the ranking as they were given. `available` is all the money of each
    fund for this list, what earlier awards of it hold included. `served` are households once for each award they
    hold from elsewhere in the call, which counts against their cap. Raises ValueError if awards hold more than there
    is, or for a child that holds an award without being ranked.
    """
    kept = {code: held for code, held in standing.items() if held.outcome is Outcome.AWARDED}
    if any(len(held.parts) != len(available) for held in kept.values()):
        message = "an award that stays has a part per fund"
        raise ValueError(message)
    free = [money - sum(held.parts[fund] for held in kept.values()) for fund, money in enumerate(available)]
    money = StageMoney(tuple(available), tuple(free), _held_by_reserve(kept.values()))
    if not standing:
        return _allocate_places(ranking, households, ranking.order, served, money)
    codes = [ranking.codes[place] for place in ranking.order.tolist()]
    if not kept.keys() <= set(codes):
        message = "an award that stays belongs to a ranked child"
        raise ValueError(message)
    competing = [at for at, code in enumerate(codes) if not _settled(standing.get(code))]
    holders = [households[ranking.order[at]] for at, code in enumerate(codes) if code in kept]
    made = _allocate_places(ranking, households, ranking.order[competing], [*served, *holders], money)
    nothing = Share((0,) * len(available))
    shares = [_kept_share(kept[code]) if code in kept else nothing for code in codes]
    for at, share in zip(competing, made.shares, strict=True):
        shares[at] = share
    cut_off = None if made.cut_off is None else competing[made.cut_off - 1] + 1
    return Allocation(tuple(shares), made.remaining, cut_off)


def _kept_share(held: Standing) -> Share:
    return Share(held.parts, reserve=held.reserve)


def _held_by_reserve(kept: Iterable[Standing]) -> dict[str, tuple[int, ...]]:
    """What awards that stay have taken out of each reserve, per fund."""
    sums: dict[str, tuple[int, ...]] = {}
    for held in kept:
        if held.reserve:
            before = sums.get(held.reserve, (0,) * len(held.parts))
            sums[held.reserve] = tuple(sum(pair) for pair in zip(before, held.parts, strict=True))
    return sums


def _settled(held: Standing | None) -> bool:
    return held is not None and held.outcome in {Outcome.AWARDED, Outcome.RENOUNCED}


def _allocate_places(
    ranking: Ranking, households: Sequence[str], places: Ints, holders: Sequence[str], money: StageMoney
) -> Allocation:
    """Allocate to the entries at `places`, in that order; `holders` are the households of awards that stay."""
    rule, amounts = ranking.rules.allocation, ranking.verdict.amount[places]
    if is_divided(ranking.rules):
        return allocate_divided(ranking, households, places, holders, money)
    if can_allocate_columns(rule):
        return allocate_columns(rule, amounts, money.free)
    claims = [
        Claim(households[place], amount)
        for place, amount in zip(places.tolist(), amounts.tolist(), strict=True)
    ]
    return allocate(rule, claims, money.free, served=Counter(holders))
