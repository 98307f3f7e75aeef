"""The laws of allocation: nobody overspends, the cut-off is exact, more money never takes an award away."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.core.facts_strategy import eligible
from tests.core.small_city import rules
from wishmi.core.allocation import Allocation, Claim, Share, allocate
from wishmi.core.calls import AllocationRule, Fit
from wishmi.core.ranking import Entry, rank
from wishmi.core.reasons import ReasonCode
from wishmi.core.stages import Outcome, Standing, allocate_stage

CLAIMS = st.lists(
    st.builds(Claim, st.sampled_from(["a", "b", "c", "d", "e"]), st.integers(1, 12)), max_size=15
)
FUNDS = st.lists(st.integers(0, 40), min_size=1, max_size=3)
RULES = st.builds(
    AllocationRule,
    st.sampled_from(Fit),
    partial_last=st.booleans(),
    split_funds=st.booleans(),
    household_cap=st.none() | st.integers(1, 3),
)


def given_to(made):
    return [place for place, share in enumerate(made.shares) if share.amount]


@given(RULES, CLAIMS, FUNDS)
def test_no_fund_is_overspent_and_nobody_gets_more_than_was_asked_for(rule, claims, funds):
    made = allocate(rule, claims, funds)
    assert len(made.shares) == len(claims)
    partial = []
    for place, (claim, share) in enumerate(zip(claims, made.shares, strict=True)):
        assert all(part >= 0 for part in share.parts)
        assert share.amount <= claim.amount
        assert (share.amount == 0) is (share.reason is not None)
        if 0 < share.amount < claim.amount:
            partial.append(place + 1)
        if not rule.split_funds:
            assert sum(part > 0 for part in share.parts) <= 1
    assert partial in ([], [made.cut_off])
    assert rule.partial_last or not partial
    for place, money in enumerate(funds):
        assert sum(share.parts[place] for share in made.shares) + made.remaining[place] == money


@given(RULES, CLAIMS, FUNDS)
def test_the_household_cap_holds_and_is_told(rule, claims, funds):
    made = allocate(rule, claims, funds)
    served = {}
    for claim, share in zip(claims, made.shares, strict=True):
        is_full = rule.household_cap is not None and served.get(claim.household, 0) >= rule.household_cap
        assert (share.reason is ReasonCode.HOUSEHOLD_CAP_REACHED) is is_full
        served[claim.household] = served.get(claim.household, 0) + bool(share.amount)


@given(RULES, CLAIMS, FUNDS)
def test_stopping_at_the_first_awards_a_prefix_less_those_the_cap_holds_back(rule, claims, funds):
    made = allocate(replace(rule, fit=Fit.STOP), claims, funds)
    competing = [share for share in made.shares if share.reason is not ReasonCode.HOUSEHOLD_CAP_REACHED]
    awarded = [bool(share.amount) for share in competing]
    assert awarded == sorted(awarded, reverse=True)
    if made.cut_off is None:
        assert all(awarded)
    else:
        assert all(share.amount == 0 for share in made.shares[made.cut_off :])


@given(RULES, CLAIMS, FUNDS, st.integers(0, 2), st.integers(0, 60))
def test_more_money_never_removes_an_award_where_the_first_that_does_not_fit_ends_it(
    rule, claims, funds, place, more
):
    rule = replace(rule, fit=Fit.STOP)
    richer = list(funds)
    richer[place % len(funds)] += more
    before, after = allocate(rule, claims, funds), allocate(rule, claims, richer)
    assert set(given_to(before)) <= set(given_to(after))


def test_passing_over_goes_on_to_whom_the_rest_is_enough():
    rule = AllocationRule(Fit.PASS_OVER, partial_last=False, split_funds=True, household_cap=None)
    made = allocate(rule, [Claim("a", 4), Claim("b", 4), Claim("c", 2), Claim("d", 2)], [7])
    assert [share.amount for share in made.shares] == [4, 0, 2, 0]
    assert (made.remaining, made.cut_off) == ((1,), 2)


def test_passing_over_may_take_an_award_away_when_money_is_added():
    rule = AllocationRule(Fit.PASS_OVER, partial_last=False, split_funds=True, household_cap=None)
    claims = [Claim("a", 4), Claim("b", 3)]
    assert given_to(allocate(rule, claims, [3])) == [1]
    assert given_to(allocate(rule, claims, [4])) == [0]


@given(CLAIMS, st.lists(st.integers(0, 40), min_size=2, max_size=2))
def test_the_seam_is_split_over_two_funds_to_the_cent(claims, funds):
    rule = AllocationRule(Fit.STOP, partial_last=False, split_funds=True, household_cap=None)
    made = allocate(rule, claims, funds)
    seams = [share for share in made.shares if share.parts[0] and share.parts[1]]
    assert len(seams) <= 1
    total = sum(share.amount for share in made.shares)
    assert sum(share.parts[0] for share in made.shares) == min(total, funds[0])


def test_the_seam_by_hand():
    rule = AllocationRule(Fit.STOP, partial_last=False, split_funds=True, household_cap=None)
    claims = [Claim("a", 40_000), Claim("b", 40_000), Claim("c", 30_000), Claim("d", 30_000)]
    assert allocate(rule, claims, [65_000, 50_000]) == Allocation(
        (
            Share((40_000, 0)),
            Share((25_000, 15_000)),
            Share((0, 30_000)),
            Share((0, 0), ReasonCode.FUNDS_EXHAUSTED),
        ),
        (0, 5_000),
        4,
    )


def test_the_last_child_may_get_what_is_left():
    rule = AllocationRule(Fit.STOP, partial_last=True, split_funds=True, household_cap=None)
    made = allocate(rule, [Claim("a", 6), Claim("b", 6), Claim("c", 1)], [5, 4])
    assert [share.parts for share in made.shares] == [(5, 1), (0, 3), (0, 0)]
    assert (made.remaining, made.cut_off) == ((0, 0), 2)


@pytest.mark.parametrize("split_funds", [True, False])
def test_nobody_is_the_last_to_get_what_is_left_of_nothing(split_funds):
    rule = AllocationRule(Fit.STOP, partial_last=True, split_funds=split_funds, household_cap=1)
    made = allocate(rule, [Claim("a", 5), Claim("b", 5), Claim("b", 5)], [0, 5])
    exhausted = Share((0, 0), ReasonCode.FUNDS_EXHAUSTED)
    assert made == Allocation((Share((0, 5)), exhausted, exhausted), (0, 0), 2)


def test_each_claim_meets_its_own_cap():
    rule = AllocationRule(Fit.STOP, partial_last=False, split_funds=True, household_cap=None)
    claims = [Claim("a", 1), Claim("a", 1), Claim("b", 1), Claim("b", 1)]
    made = allocate(rule, claims, [9], [1, 2, 1, 1])
    assert [share.reason for share in made.shares] == [None, None, None, ReasonCode.HOUSEHOLD_CAP_REACHED]


def test_what_is_left_in_a_fund_that_was_passed_never_exceeds_the_claim():
    """The first fund keeps 2 that were too little for the second child; the third asks for 1 only."""
    rule = AllocationRule(Fit.STOP, partial_last=True, split_funds=False, household_cap=None)
    made = allocate(rule, [Claim("a", 5), Claim("b", 3), Claim("c", 1)], [7, 3])
    assert [share.parts for share in made.shares] == [(5, 0), (0, 3), (1, 0)]
    assert made.remaining == (1, 0)


@pytest.mark.parametrize(("claims", "funds"), [([Claim("a", 0)], [1]), ([Claim("a", 1)], [-1])])
def test_what_is_no_money_is_refused(claims, funds):
    rule = AllocationRule(Fit.STOP, partial_last=False, split_funds=True, household_cap=None)
    with pytest.raises(ValueError, match="funds cannot be negative"):
        allocate(rule, claims, funds)


@st.composite
def fields(draw):
    """A ranked field, its households, the money of two funds."""
    cents = draw(st.lists(st.sampled_from([0, 1_000_000, 1_600_001, 2_200_001]), min_size=1, max_size=12))
    homes = [draw(st.sampled_from("abcd")) for _ in cents]
    rows = [
        Entry(f"C{place:02d}", eligible(isee_cents=value, applicant=home))
        for place, (value, home) in enumerate(zip(cents, homes, strict=True))
    ]
    rule = replace(draw(RULES), household_cap=draw(st.none() | st.integers(1, 2)))
    ranking = rank(rules(allocation=rule), rows, b"seed")
    return ranking, homes, tuple(draw(st.lists(st.integers(0, 200_000), min_size=2, max_size=2)))


@given(fields(), st.data())
def test_a_later_stage_only_runs_down(field, data):
    ranking, homes, money = field
    first = allocate_stage(ranking, homes, money, {})
    codes = [ranking.codes[place] for place in ranking.order]
    awarded = {code: share.parts for code, share in zip(codes, first.shares, strict=True) if share.amount}
    gone = data.draw(st.sets(st.sampled_from(sorted(awarded)))) if awarded else set()
    standing = {
        code: Standing(Outcome.RENOUNCED if code in gone else Outcome.AWARDED, parts)
        for code, parts in awarded.items()
    }
    more = data.draw(st.integers(0, 100_000))
    again = allocate_stage(ranking, homes, (money[0] + more, money[1]), standing)
    for code, share in zip(codes, again.shares, strict=True):
        if code in gone:
            assert share.amount == 0
        elif code in awarded:
            assert share.parts == awarded[code]
    for fund in range(2):
        spent = sum(share.parts[fund] for share in again.shares)
        assert spent + again.remaining[fund] == money[fund] + more * (fund == 0)
        assert again.remaining[fund] >= 0


@given(fields())
def test_a_stage_in_which_nothing_changed_awards_nobody_else(field):
    ranking, homes, money = field
    assume(not (ranking.rules.allocation.partial_last or ranking.rules.allocation.household_cap))
    first = allocate_stage(ranking, homes, money, {})
    codes = [ranking.codes[place] for place in ranking.order]
    standing = {
        code: Standing(Outcome.AWARDED, share.parts)
        for code, share in zip(codes, first.shares, strict=True)
        if share.amount
    }
    if ranking.rules.allocation.split_funds:
        assert allocate_stage(ranking, homes, money, standing).shares == first.shares


def test_an_award_without_a_ranked_child_is_a_bug_and_said_so():
    ranking = rank(rules(), [Entry("A", eligible())], b"")
    with pytest.raises(ValueError, match="belongs to a ranked child"):
        allocate_stage(ranking, ["a"], (10, 10), {"B": Standing(Outcome.AWARDED, (1, 0))})
    with pytest.raises(ValueError, match="funds cannot be negative"):
        allocate_stage(ranking, ["a"], (10, 10), {"A": Standing(Outcome.AWARDED, (11, 0))})
