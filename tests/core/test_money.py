"""The laws of splitting and taking money."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wishmi.core.money import split, take_in_order

WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any)


@given(st.integers(0, 10**15), WEIGHTS)
def test_a_split_sums_to_the_whole_and_each_part_is_within_one_unit_of_exact(total, weights):
    parts = split(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1


@given(st.integers(0, 10**9), WEIGHTS)
def test_who_weighs_nothing_gets_nothing_and_equals_differ_by_one_unit_at_most(total, weights):
    parts = split(total, weights)
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)
    by_weight = {}
    for part, weight in zip(parts, weights, strict=True):
        by_weight.setdefault(weight, []).append(part)
    for equals in by_weight.values():
        assert max(equals) - min(equals) <= 1
        assert equals == sorted(equals, reverse=True)


def test_the_remainder_goes_to_whom_rounding_took_most_from():
    assert split(100, [1, 1, 1]) == (34, 33, 33)
    assert split(5, [3, 3, 1]) == (2, 2, 1)
    assert split(0, [2, 5]) == (0, 0)


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, []), (1, [0, 0]), (1, [2, -1])])
def test_what_cannot_be_split_is_refused(total, weights):
    with pytest.raises(ValueError, match=r"split|weights"):
        split(total, weights)


PURSES = st.lists(st.integers(0, 10**9), max_size=6)


@given(st.integers(0, 10**10), PURSES)
def test_purses_are_emptied_one_after_another(amount, purses):
    taken = take_in_order(amount, purses)
    if amount > sum(purses):
        assert taken is None
        return
    assert sum(taken) == amount
    for place, part in enumerate(taken):
        assert 0 <= part <= purses[place]
        if any(taken[place + 1 :]):
            assert part == purses[place]


@pytest.mark.parametrize(("amount", "purses"), [(-1, [3]), (1, [3, -1])])
def test_negative_money_is_refused(amount, purses):
    with pytest.raises(ValueError, match="natural numbers"):
        take_in_order(amount, purses)
