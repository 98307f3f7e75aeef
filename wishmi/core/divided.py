"""Money that is divided before it meets the ranking: reserves and envelopes, equal shares, caps by family.

Reserves are used first, in the order of the call, each by its own members in order of rank; what is left meets everyone
who has nothing yet. In a later round each reserve has what is left of its own part.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from wishmi.core.allocation import Allocation, Claim, Share, allocate
from wishmi.core.calls import CallRules
from wishmi.core.columns import Ints
from wishmi.core.ranking import Ranking
from wishmi.core.reasons import ReasonCode
from wishmi.core.rules.distribution import Sharing, own_rests, shared


def is_divided(rules: CallRules) -> bool:
    """Whether the money is divided in any way before the ranking is run down."""
    return bool(rules.reserves) or rules.grant_cap is not None or rules.sharing is not Sharing.WHOLE


@dataclass(frozen=True, slots=True)
class StageMoney:
    """The money of a stage per fund: all of it, what is free, and what awards that stay have of each reserve."""

    available: tuple[int, ...]
    free: tuple[int, ...]
    held: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def allocate_divided(
    ranking: Ranking, households: Sequence[str], places: Ints, holders: Sequence[str], money: StageMoney
) -> Allocation:
    """Allocate to the entries at `places`, in that order; `holders` are the households of awards that stay."""
    rules = ranking.rules
    amounts = shared(rules.sharing, ranking.verdict.amount[places].tolist(), sum(money.free))
    claims = [
        Claim(households[place], amount) for place, amount in zip(places.tolist(), amounts, strict=True)
    ]
    caps = None
    if rules.grant_cap is not None:
        caps = rules.grant_cap.of(ranking.columns)[places].tolist()
    members = [reserve.when.met(ranking.columns)[places] for reserve in rules.reserves]
    return _allocate(
        rules, claims, money, caps, Counter(holders), [np.flatnonzero(mask).tolist() for mask in members]
    )


def _allocate(
    rules: CallRules,
    claims: Sequence[Claim],
    money: StageMoney,
    caps: Sequence[int | None] | None,
    served: dict[str, int],
    members: Sequence[Sequence[int]],
) -> Allocation:
    """Reserve by reserve, then everyone; a claim of nothing (too many for the pot) takes nothing."""
    kept, rest = own_rests(rules.reserves, money.available, money.held, money.free)
    nothing = (0,) * len(money.free)
    shares = [Share(nothing, ReasonCode.FUNDS_EXHAUSTED)] * len(claims)
    stays = [0] * len(money.free)
    pool = list(rest)
    for reserve, pot, own in zip(rules.reserves, kept, members, strict=True):
        made = _run(rules, claims, shares, own, pot, caps, served)
        for at in own:
            if shares[at].amount and not shares[at].reserve:
                shares[at] = replace(shares[at], reserve=reserve.code)
        for fund, left in enumerate(made.remaining):
            if reserve.spills:
                pool[fund] += left
            else:
                stays[fund] += left
    made = _run(rules, claims, shares, range(len(claims)), pool, caps, served)
    remaining = tuple(left + kept_back for left, kept_back in zip(made.remaining, stays, strict=True))
    late = (at for at, share in enumerate(shares, start=1) if share.reason is ReasonCode.FUNDS_EXHAUSTED)
    return Allocation(tuple(shares), remaining, next(late, None))


def _run(
    rules: CallRules,
    claims: Sequence[Claim],
    shares: list[Share],
    places: Sequence[int],
    pot: Sequence[int],
    caps: Sequence[int | None] | None,
    served: dict[str, int],
) -> Allocation:
    """One run over those of `places` that have nothing yet; their shares are written."""
    open_places = [at for at in places if not shares[at].amount and claims[at].amount > 0]
    own = None if caps is None else [caps[at] for at in open_places]
    made = allocate(rules.allocation, [claims[at] for at in open_places], pot, own, served)
    for at, share in zip(open_places, made.shares, strict=True):
        shares[at] = share
    return made
