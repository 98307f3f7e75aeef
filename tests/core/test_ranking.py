"""Ranking: each key alone, the draw among those left level, classes first, who is not ranked."""

import hashlib
from datetime import date

import numpy as np
import pytest

from tests.core.facts_strategy import eligible
from tests.core.small_city import rules
from wishmi.core.calls import OrderKey
from wishmi.core.facts import BASE, ChildFacts
from wishmi.core.ranking import Entry, draw_key, rank
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.core.rules.amounts import Flat
from wishmi.core.rules.who import CountBetween, Holds
from wishmi.core.scoring import PointsEach

SEED = b"seed"
BY_CODE = {"conditions": (), "criteria": (), "amount": Flat(100), "draw": None}


def ranked(call, entries, seed=None) -> list[str]:
    """The codes in order of rank, whichever order the entries come in."""
    made = rank(call, entries, seed)
    backwards = rank(call, entries[::-1], seed)
    order = [made.codes[place] for place in made.order]
    assert [backwards.codes[place] for place in backwards.order] == order
    return order


def with_more(code: str, **facts) -> Entry:
    known = {name: value for name, value in eligible().known().items() if name in BASE}
    return Entry(code, ChildFacts.of({**known, **facts}))


@pytest.mark.parametrize(
    ("key", "fact", "values"),
    [
        (OrderKey.LOWER_INDICATOR, "isee_cents", [0, 500, 501]),
        (OrderKey.LOWER_INCOME, "income_cents", [0, 7, None]),
        (OrderKey.YOUNGER, "born_on", [date(2015, 1, 2), date(2015, 1, 1), date(2014, 12, 31)]),
        (OrderKey.ARRIVAL, "arrival", [1, 2, 10]),
        (OrderKey.HIGHER_SCORE, "commission_score", [90, 89, 9]),
    ],
)
def test_each_key_of_the_order(key, fact, values):
    call = rules(**BY_CODE, order=(key, OrderKey.CODE), facts=(*BASE, fact))
    # The codes run against the key, so that the key alone explains the order.
    entries = [with_more(code, **{fact: value}) for code, value in zip("CBA", values, strict=True)]
    assert ranked(call, entries) == ["C", "B", "A"]


def test_the_first_key_that_differs_decides():
    call = rules(**BY_CODE, order=(OrderKey.YOUNGER, OrderKey.LOWER_INDICATOR, OrderKey.CODE))
    entries = [
        Entry("A", eligible(isee_cents=5, born_on=date(2013, 1, 1))),
        Entry("B", eligible(isee_cents=9, born_on=date(2014, 1, 1))),
        Entry("C", eligible(isee_cents=5, born_on=date(2014, 1, 1))),
    ]
    assert ranked(call, entries) == ["C", "B", "A"]


def test_more_points_come_first_and_a_class_before_all_points():
    points = {"criteria": (PointsEach("minors", 10, 5),), "order": (OrderKey.CODE,)}
    entries = [
        Entry("A", eligible(minors=2)),
        Entry("B", eligible(minors=4)),
        Entry("C", eligible(minors=3, lone_parent=True)),
        Entry("D", eligible(minors=1, lone_parent=True)),
        Entry("E", eligible(minors=1, disabled_members=1)),
    ]
    plain = rules(**BY_CODE | points)
    assert ranked(plain, entries) == ["B", "C", "A", "D", "E"]
    classes = (CountBetween("disabled_members", 1), Holds("lone_parent"))
    assert ranked(rules(**BY_CODE | points, classes=classes), entries) == ["E", "C", "D", "B", "A"]


def test_the_draw_separates_whom_every_key_leaves_level():
    call = rules(**BY_CODE | {"criteria": (PointsEach("minors", 10, 5),)}, order=(OrderKey.DRAW,))
    codes = [f"C{place}" for place in range(12)]
    entries = [Entry(code, eligible(minors=1 + place // 4)) for place, code in enumerate(codes)]
    assert draw_key(SEED, "C1") == hashlib.sha256(b"seedC1").digest()
    drawn = [sorted(codes[start : start + 4], key=lambda code: draw_key(SEED, code)) for start in (8, 4, 0)]
    assert ranked(call, entries, SEED) == [code for group in drawn for code in group]


def test_nobody_is_drawn_past_whom_an_earlier_key_puts_first():
    """All were born on one day: only the points tell them apart, and they leave nothing to the draw."""
    call = rules(
        **BY_CODE | {"criteria": (PointsEach("minors", 1, 9),)}, order=(OrderKey.YOUNGER, OrderKey.DRAW)
    )
    entries = [Entry(f"C{place}", eligible(minors=place)) for place in range(1, 9)]
    assert ranked(call, entries) == [f"C{place}" for place in range(8, 0, -1)]


def test_a_draw_is_needed_only_where_somebody_is_level():
    call = rules(**BY_CODE | {"criteria": (PointsEach("minors", 10, 5),)}, order=(OrderKey.DRAW,))
    entries = [Entry("A", eligible(minors=1)), Entry("B", eligible(minors=2))]
    assert ranked(call, entries) == ["B", "A"]
    assert ranked(call, []) == []
    level = [*entries, Entry("C", eligible(minors=2))]
    with pytest.raises(ValueError, match="no draw to separate them"):
        rank(call, level, None)
    undrawn = rules(**BY_CODE | {"criteria": call.criteria}, order=(OrderKey.YOUNGER,))
    with pytest.raises(ValueError, match="no draw to separate them"):
        rank(undrawn, level, SEED)


def test_a_code_stands_once():
    with pytest.raises(ValueError, match="must be unique"):
        rank(rules(), [Entry("A", eligible()), Entry("A", eligible())], SEED)


def test_who_is_not_ranked_is_listed_by_code():
    case_work = (Reason(ReasonCode.DUPLICATE_CHILD),)
    entries = [
        Entry("D", eligible(), case_work),
        Entry("A", eligible()),
        Entry("C", eligible(resident=False)),
        Entry("B", eligible(), case_work),
        Entry("E", eligible(minors=3)),
    ]
    made = rank(rules(), entries, SEED)
    assert [made.codes[place] for place in made.order] == ["E", "A"]
    assert [made.codes[place] for place in made.excluded] == ["B", "C", "D"]
    assert made.excluded.dtype == np.int64
    assert made.points.tolist() == [[10, 0, 0]] * 4 + [[30, 0, 0]]
    assert made.totals.tolist() == [10, 10, 10, 10, 30]
    assert (made.codes, len(made.columns)) == (("D", "A", "C", "B", "E"), 5)
    assert made.verdict.eligible.tolist() == [True, True, False, True, True]
    assert made.rules == rules()
