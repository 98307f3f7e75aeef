"""Ages, conditions, points and the ranking: one child and a whole column get one answer."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.facts_strategy import DAYS, any_rules, criteria, eligible, facts
from tests.core.small_city import PRIVATE_ORDER, rules
from wishmi.core.columns import Columns, ages, ymd
from wishmi.core.dates import age_on, birthday_in, last_day_within
from wishmi.core.eligibility import assess, assess_columns, band_of
from wishmi.core.facts import as_data, from_data
from wishmi.core.ranking import Entry, draw_key, rank
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.core.scoring import score, score_columns

SEED = b"seed" * 8


@given(DAYS, DAYS)
def test_one_age_and_a_column_of_ages_agree(born_on, day):
    column = ages(np.array([ymd(born_on)]), np.array([ymd(day)]))
    if day < born_on:
        assert column[0] < 0
        with pytest.raises(ValueError, match="before the birth"):
            age_on(born_on, day)
    else:
        assert column[0] == age_on(born_on, day)


@pytest.mark.parametrize(
    ("day", "age"),
    [
        (date(2022, 2, 27), 17),
        (date(2022, 2, 28), 18),
        (date(2022, 3, 1), 18),
        (date(2024, 2, 28), 19),
        (date(2024, 2, 29), 20),
        (date(2100, 2, 28), 96),
    ],
)
def test_born_on_29_february_the_birthday_of_a_common_year_is_the_28th(day, age):
    born_on = date(2004, 2, 29)
    assert age_on(born_on, day) == age
    assert ages(np.array([ymd(born_on)]), np.array([ymd(day)])).tolist() == [age]
    assert birthday_in(born_on, 2023) == date(2023, 2, 28)


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 400))
def test_the_starting_day_of_a_term_does_not_count(start, days):
    assert last_day_within(start, days) - start == timedelta(days=days)


@given(any_rules(), st.lists(facts, max_size=12))
def test_judging_one_child_and_a_column_gives_one_answer(rules, children):
    verdict = assess_columns(rules, Columns.of(children))
    for place, child in enumerate(children):
        one = assess(rules, child)
        assert bool(verdict.eligible[place]) is one.eligible
        assert int(verdict.amount[place]) == one.amount
        assert verdict.failed[place].tolist() == [check.reason is not None for check in one.checks]
        assert one.eligible is (one.band is not None and not one.reasons)


@given(criteria, st.lists(facts, max_size=12))
def test_points_of_one_child_and_of_a_column_are_the_same(criteria, children):
    matrix = score_columns(criteria, Columns.of(children))
    assert matrix.shape == (len(children), len(criteria))
    for place, child in enumerate(children):
        one = score(criteria, child)
        assert matrix[place].tolist() == [points for _fact, points in one.parts]
        assert int(matrix[place].sum()) == one.total


@pytest.mark.parametrize(
    ("cents", "amount"),
    [
        (0, 40_000),
        (999_999, 40_000),
        (1_000_000, 30_000),
        (1_600_000, 30_000),
        (1_600_001, 20_000),
        (2_200_000, 20_000),
        (2_200_001, 10_000),
        (2_700_000, 10_000),
        (2_700_001, 0),
    ],
)
def test_the_bounds_of_the_bands_are_exact_to_the_cent(cents, amount):
    verdict = assess(rules(), eligible(isee_cents=cents))
    assert verdict.amount == amount
    assert verdict.eligible is (amount > 0)
    assert (band_of(rules().bands, cents) is None) is (amount == 0)


def test_every_reason_is_told_at_once():
    child = eligible(resident=False, isee_cents=None, born_on=date(2005, 3, 10))
    assert [str(reason.code) for reason in assess(rules(), child).reasons] == [
        "too_old",
        "not_resident",
        "indicator_missing",
    ]


@given(facts)
def test_facts_go_to_data_and_back(child):
    assert from_data(as_data(child)) == child


@pytest.mark.parametrize(
    "change", [{"minors": True}, {"isee_cents": "5"}, {"resident": 1}, {"born_on": None}, {"minors": -1}]
)
def test_data_that_are_no_facts_are_refused(change):
    with pytest.raises((TypeError, ValueError)):
        from_data(as_data(eligible()) | change)


entries = st.lists(facts, max_size=14).map(
    lambda rows: [Entry(f"C{place:03d}", row) for place, row in enumerate(rows)]
)


@given(any_rules(), entries, st.randoms(use_true_random=False), st.booleans())
def test_a_ranking_is_a_total_order_and_ignores_the_order_of_its_input(rules, rows, random, is_private):
    rules = replace(rules, order=PRIVATE_ORDER) if is_private else rules
    rows = [
        replace(row, exclusion=(Reason(ReasonCode.DUPLICATE_CHILD),) if row.code.endswith("7") else ())
        for row in rows
    ]
    ranking = rank(rules, rows, SEED)
    shuffled = random.sample(rows, len(rows))
    again = rank(rules, shuffled, SEED)
    order = [ranking.codes[place] for place in ranking.order]
    assert order == [again.codes[place] for place in again.order]
    assert [ranking.codes[place] for place in ranking.excluded] == [
        again.codes[place] for place in again.excluded
    ]
    assert len(set(order)) == len(order)
    wanted = {row.code for row in rows if not row.exclusion and assess(rules, row.facts).eligible}
    assert set(order) == wanted

    def key(code):
        child = next(row.facts for row in rows if row.code == code)
        private = (child.isee_cents, -child.born_on.toordinal()) if is_private else ()
        return (-score(rules.criteria, child).total, *private, draw_key(SEED, code))

    assert order == sorted(order, key=key)


def test_level_children_without_a_draw_are_not_put_in_some_order():
    rows = [Entry("A", eligible()), Entry("B", eligible())]
    with pytest.raises(ValueError, match="no draw"):
        rank(rules(), rows, None)


def test_a_code_stands_once():
    with pytest.raises(ValueError, match="unique"):
        rank(rules(), [Entry("A", eligible()), Entry("A", eligible())], SEED)


def test_an_empty_field_is_a_ranking_too():
    ranking = rank(rules(), [], None)
    assert (len(ranking.order), len(ranking.excluded)) == (0, 0)
