"""The sums over a column and the walk from child to child give the same allocation, to the object."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wishmi.core.allocation import Claim, allocate, allocate_columns
from wishmi.core.calls import AllocationRule, Fit


def rule(*, partial_last=False, split_funds=True, fit=Fit.STOP, household_cap=None):
    return AllocationRule(fit, partial_last, split_funds, household_cap)


def walk(rule, amounts, available):
    return allocate(
        rule, [Claim(f"household {place}", amount) for place, amount in enumerate(amounts)], available
    )


def sums(rule, amounts, available):
    return allocate_columns(rule, np.array(amounts, dtype=np.int64), available)


few = st.sampled_from([1, 2, 3, 100, 200])
amounts_and_funds = st.tuples(
    st.lists(few | st.integers(1, 2**62), max_size=30) | st.lists(few, max_size=30),
    st.lists(st.integers(0, 1000) | st.integers(0, 2**61), max_size=5),
)


@given(st.booleans(), st.booleans(), amounts_and_funds)
@example(partial_last=False, split_funds=True, data=([3, 3, 3], [4, 5]))
@example(partial_last=True, split_funds=True, data=([3, 3, 3], [0, 4, 0, 3]))
@example(partial_last=True, split_funds=False, data=([3, 3, 3], [4, 5]))
@example(partial_last=False, split_funds=True, data=([2, 2, 1, 1, 2], [3, 100]))
@example(partial_last=False, split_funds=True, data=([3, 3, 3], [4, 4, 1]))
@example(partial_last=False, split_funds=False, data=([3, 3, 3, 3], [3, 3, 3]))
@example(partial_last=True, split_funds=True, data=([], [3]))
@example(partial_last=True, split_funds=False, data=([3], []))
@example(partial_last=True, split_funds=True, data=([2**51, 2**51, 1], [2**52]))
@example(partial_last=True, split_funds=True, data=([2**62, 2**62, 1], [2**63]))
def test_the_sums_say_what_the_walk_says(partial_last, split_funds, data):
    amounts, available = data
    chosen = rule(partial_last=partial_last, split_funds=split_funds)
    assert sums(chosen, amounts, available) == walk(chosen, amounts, available)


@given(st.booleans(), st.lists(few, min_size=1, max_size=40), st.data())
def test_they_agree_where_the_money_just_suffices_or_just_does_not(split_funds, amounts, data):
    cut = data.draw(st.integers(0, len(amounts)))
    off = data.draw(st.integers(-1, 1))
    first = sum(amounts[:cut])
    available = [max(0, first + off), max(0, sum(amounts) - first - off)]
    for partial_last in (False, True):
        chosen = rule(partial_last=partial_last, split_funds=split_funds)
        assert sums(chosen, amounts, available) == walk(chosen, amounts, available)


@given(st.lists(few, max_size=20), st.lists(st.integers(0, 500), max_size=3), st.booleans())
@example(amounts=[100, 100], available=[100, 100], split_funds=False)
@example(amounts=[100, 200], available=[150, 150], split_funds=True)
def test_the_parts_are_plain_integers(amounts, available, split_funds):
    made = sums(rule(partial_last=True, split_funds=split_funds), amounts, available)
    figures = [*made.remaining, *(part for share in made.shares for part in share.parts)]
    assert {type(figure) for figure in figures} <= {int}


def test_equal_shares_are_one_object():
    made = sums(rule(), [100, 100, 100, 200], [200])
    assert made.shares[0] is made.shares[1]


@pytest.mark.parametrize("wrong", [{"fit": Fit.PASS_OVER}, {"household_cap": 1}])
def test_a_rule_that_needs_the_walk_is_refused(wrong):
    with pytest.raises(ValueError, match="a matter of sums"):
        sums(rule(**wrong), [1], [1])


@pytest.mark.parametrize(("amounts", "available"), [([0], [1]), ([-1], [1]), ([1], [-1]), ([], [-1])])
def test_what_is_no_money_is_refused_as_by_the_walk(amounts, available):
    for way in (walk, sums):
        with pytest.raises(ValueError, match="cannot be negative"):
            way(rule(), amounts, available)
