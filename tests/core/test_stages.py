"""Stages by hand: a later one keeps what was awarded, counts it against the cap, and says where the money ended."""

from dataclasses import replace

import pytest

from tests.core.facts_strategy import eligible
from tests.core.small_city import rules
from wishmi.core.allocation import Allocation, Share
from wishmi.core.calls import AllocationRule, Fit, OrderKey
from wishmi.core.ranking import Entry, Ranking, rank
from wishmi.core.reasons import ReasonCode
from wishmi.core.rules.amounts import Flat
from wishmi.core.rules.distribution import GrantCap, Reserve, Sharing
from wishmi.core.rules.who import Holds
from wishmi.core.stages import Outcome, Standing, allocate_stage

STOP = AllocationRule(Fit.STOP, partial_last=False, split_funds=True, household_cap=None)
ONE_EACH = replace(STOP, household_cap=1)
EXHAUSTED = Share((0, 0), ReasonCode.FUNDS_EXHAUSTED)
CAPPED = Share((0, 0), ReasonCode.HOUSEHOLD_CAP_REACHED)
NOTHING = Share((0, 0))
HOMES = ["h", "i", "h", "j", "k"]


def ranking(allocation: AllocationRule = STOP, **changes: object) -> Ranking:
    """A, B, C, D, E, in this order, each for 100."""
    call = rules(
        order=(OrderKey.CODE,), criteria=(), amount=Flat(100), draw=None, allocation=allocation, **changes
    )
    return rank(call, [Entry(code, eligible()) for code in "ABCDE"], None)


def awarded(*parts: int) -> Standing:
    return Standing(Outcome.AWARDED, parts)


def test_the_first_stage():
    made = allocate_stage(ranking(), HOMES, (150, 200), {})
    assert made == Allocation(
        (Share((100, 0)), Share((50, 50)), Share((0, 100)), EXHAUSTED, EXHAUSTED), (0, 50), 4
    )


def test_a_later_stage_runs_down_past_whom_it_keeps():
    standing = {
        "A": awarded(100, 0),
        "B": Standing(Outcome.RENOUNCED, (50, 50)),
        "C": awarded(0, 100),
        "D": Standing(Outcome.WAITING, (0, 0)),
    }
    made = allocate_stage(ranking(), HOMES, (150, 200), standing)
    assert made == Allocation(
        (Share((100, 0)), NOTHING, Share((0, 100)), Share((50, 50)), EXHAUSTED), (0, 50), 5
    )
    richer = allocate_stage(ranking(), HOMES, (150, 250), standing)
    assert richer == Allocation(
        (Share((100, 0)), NOTHING, Share((0, 100)), Share((50, 50)), Share((0, 100))), (0, 0), None
    )


def test_the_cut_off_is_a_position_of_the_whole_ranking():
    standing = {"A": awarded(100, 0), "B": awarded(100, 0)}
    assert allocate_stage(ranking(), HOMES, (200, 99), standing).cut_off == 3


@pytest.mark.parametrize("allocation", [ONE_EACH, replace(ONE_EACH, fit=Fit.PASS_OVER)])
def test_the_cap_counts_the_awards_a_household_keeps(allocation):
    made = allocate_stage(ranking(allocation), HOMES, (300, 100), {"A": awarded(100, 0)})
    assert made == Allocation(
        (Share((100, 0)), Share((100, 0)), CAPPED, Share((100, 0)), Share((0, 100))), (0, 0), None
    )
    short = allocate_stage(ranking(allocation), HOMES, (300, 99), {"A": awarded(100, 0)})
    assert short.shares[2:] == (CAPPED, Share((100, 0)), EXHAUSTED)
    assert (short.remaining, short.cut_off) == ((0, 99), 5)


def test_a_household_may_keep_more_than_the_cap_of_today():
    """Both children of one household were awarded before; the third is held back, and everyone else is paid."""
    standing = {"A": awarded(100, 0), "C": awarded(100, 0)}
    made = allocate_stage(ranking(ONE_EACH), ["h", "i", "h", "h", "k"], (400, 0), standing)
    assert made == Allocation(
        (Share((100, 0)), Share((100, 0)), Share((100, 0)), CAPPED, Share((100, 0))), (0, 0), None
    )


def test_a_cap_of_two_leaves_room_for_one_more():
    made = allocate_stage(
        ranking(replace(STOP, household_cap=2)), ["h"] * 5, (500, 0), {"B": awarded(100, 0)}
    )
    assert [share.reason for share in made.shares] == [None, None, *[ReasonCode.HOUSEHOLD_CAP_REACHED] * 3]


def test_households_follow_the_entries_and_not_the_ranks():
    call = rules(order=(OrderKey.CODE,), criteria=(), amount=Flat(100), draw=None, allocation=ONE_EACH)
    backwards = rank(call, [Entry(code, eligible()) for code in "EDCBA"], None)
    made = allocate_stage(backwards, HOMES[::-1], (500, 0), {"A": awarded(100, 0)})
    assert [share.reason for share in made.shares] == [
        None,
        None,
        ReasonCode.HOUSEHOLD_CAP_REACHED,
        None,
        None,
    ]


def test_money_that_is_divided_is_shared_among_those_who_still_compete():
    shares = ranking(sharing=Sharing.EQUAL)
    made = allocate_stage(
        shares, HOMES, (100, 90), {"A": awarded(50, 50), "B": Standing(Outcome.RENOUNCED, ())}
    )
    assert made == Allocation(
        (Share((50, 50)), NOTHING, Share((30, 0)), Share((20, 10)), Share((0, 30))), (0, 0), None
    )


def test_an_award_that_stays_keeps_the_reserve_it_came_from():
    standing = {"A": Standing(Outcome.AWARDED, (100, 0), reserve="R"), "B": awarded(0, 100)}
    made = allocate_stage(ranking(), HOMES, (100, 100), standing)
    assert made.shares[:3] == (Share((100, 0), reserve="R"), Share((0, 100)), EXHAUSTED)


def test_what_awards_that_stay_took_of_a_reserve_is_gone_from_it():
    """Half of each fund is kept back, 150 and 90; A and C hold 90 and 50 of it, so that D finds just 100 there."""
    kept_back = Reserve("R", 50, Holds("resident"), spills=True)
    standing = {
        "A": Standing(Outcome.AWARDED, (30, 40), reserve="R"),
        "B": awarded(100, 0),
        "C": Standing(Outcome.AWARDED, (60, 10), reserve="R"),
    }
    made = allocate_stage(ranking(reserves=(kept_back,)), HOMES, (300, 180), standing)
    assert made.shares[3:] == (Share((60, 40), reserve="R"), Share((50, 50)))
    assert (made.remaining, made.cut_off) == ((0, 40), None)


def test_awards_that_stay_count_against_a_cap_by_family():
    one_each = ranking(grant_cap=GrantCap(((0, 1),)))
    made = allocate_stage(one_each, HOMES, (500, 0), {"A": awarded(100, 0)}, ["j"])
    assert [share.reason is None for share in made.shares] == [True, True, False, False, True]


def test_awards_from_elsewhere_count_against_the_cap():
    made = allocate_stage(ranking(ONE_EACH), HOMES, (500, 0), {}, ["h", "j"])
    assert [share.reason is None for share in made.shares] == [False, True, False, False, True]
    later = allocate_stage(ranking(ONE_EACH), HOMES, (500, 0), {"B": awarded(100, 0)}, ["h"])
    assert [share.reason is None for share in later.shares] == [False, True, False, True, True]


def test_what_was_given_without_standing_is_nothing():
    standing = {"C": Standing(Outcome.EXCLUDED, ()), "D": Standing(Outcome.WAITING, (1, 1))}
    made = allocate_stage(ranking(), HOMES, (500, 0), standing)
    assert [share.amount for share in made.shares] == [100] * 5


def test_an_award_that_stays_fits_the_funds():
    for parts in ((1,), (1, 0, 0)):
        with pytest.raises(ValueError, match="a part per fund"):
            allocate_stage(ranking(), HOMES, (10, 10), {"A": awarded(*parts)})
    allocate_stage(ranking(), HOMES, (10, 10), {"A": Standing(Outcome.RENOUNCED, (1,))})
