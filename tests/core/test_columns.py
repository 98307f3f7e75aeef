"""Columns hold the same facts as one child does: how each kind is written as numbers, and what is asked of them."""

from datetime import date

import numpy as np
import pytest

from tests.core.facts_strategy import eligible
from wishmi.core.columns import Columns, ages, among, apart, banded, bools, encoded, ints, ymd
from wishmi.core.facts import ChildFacts
from wishmi.core.rules.vocabulary import FactKind, of_kind, why_not_value


def column(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def test_a_column_keeps_its_kind_when_it_is_empty():
    assert (ints([]).dtype, bools([]).dtype) == (np.int64, np.bool_)
    assert (ints([1, 2]).tolist(), bools([1, 0]).tolist()) == ([1, 2], [True, False])
    assert ints([True, False]).tolist() == [1, 0]
    numbers = column(1, 2)
    assert ints(numbers) is numbers
    nobody = Columns.of([])
    assert len(nobody) == 0
    assert nobody.each(3).dtype == np.int64
    assert (nobody.born_on.dtype, nobody.resident.dtype) == (np.int64, np.bool_)


@pytest.mark.parametrize("fractions", [[1.0], [0.5, 1], np.array([2.0])])
def test_a_fraction_is_no_whole_number(fractions):
    with pytest.raises(TypeError, match="Cannot cast"):
        ints(fractions)


def test_a_day_is_written_in_the_order_of_days():
    assert [ymd(date(2023, 4, 9)), ymd(None)] == [20_230_409, 0]


def test_the_facts_of_two_children():
    first = eligible(minors=3, disabled_members=2)
    second = eligible(
        born_on=date(2012, 12, 31),
        submitted_on=date(2023, 4, 1),
        resident=False,
        isee_cents=None,
        isee_kind="socio_health",
        isee_issued_on=None,
        isee_valid_until=None,
        lone_parent=True,
        applicant_role="guardian",
    )
    made = Columns.of([first, second])
    assert len(made) == 2
    assert made.each(7).tolist() == [7, 7]
    written = {name: getattr(made, name).tolist() for name in Columns.__slots__[:11]}
    assert written == {
        "born_on": [20_140_501, 20_121_231],
        "submitted_on": [20_230_310, 20_230_401],
        "resident": [True, False],
        "isee_cents": [500_000, -1],
        "isee_kind": [1, 4],
        "isee_issued_on": [20_230_115, 0],
        "isee_valid_until": [20_231_231, 0],
        "minors": [3, 1],
        "lone_parent": [False, True],
        "disabled_members": [2, 0],
        "applicant_role": [0, 1],
    }
    assert (made.more, made.words) == ({}, {})
    assert made.column("minors") is made.minors


def test_facts_that_have_no_field():
    people = [
        {"benefits": ("beta",), "district": "north", "school_level": "early", "arrival": 5, "disabled": True},
        {
            "benefits": ("alpha", "gamma"),
            "district": None,
            "school_level": "none",
            "arrival": 0,
            "disabled": False,
        },
        {"benefits": (), "district": "east", "school_level": "tertiary", "arrival": 7, "disabled": False},
    ]
    made = Columns.of([ChildFacts.of(person) for person in people])
    assert {name: values.tolist() for name, values in made.more.items()} == {
        "arrival": [5, 0, 7],
        "benefits": [2, 5, 0],
        "disabled": [True, False, False],
        "district": [1, -1, 0],
        "school_level": [1, 0, 6],
    }
    assert made.words == {
        "arrival": (),
        "benefits": ("alpha", "beta", "gamma"),
        "disabled": (),
        "district": ("east", "north"),
        "school_level": (),
    }
    assert made.column("arrival") is made.more["arrival"]
    assert made.bits("benefits", ("gamma", "unheard", "beta")) == 6
    assert made.bits("on_lists", ("gamma",)) == 0


@pytest.mark.parametrize(
    ("name", "values", "numbers", "words"),
    [
        ("resident", [True, False], [True, False], ()),
        ("paid_on", [date(2023, 1, 2), None], [20_230_102, 0], ()),
        ("school_level", ["tertiary", "none"], [6, 0], ()),
        ("school", ["b", None, "a"], [1, -1, 0], ("a", "b")),
        ("on_lists", [("b", "c"), ("a",), ()], [6, 1, 0], ("a", "b", "c")),
        ("income_cents", [0, None, 9], [0, -1, 9], ()),
        ("minors", [4], [4], ()),
    ],
)
def test_each_kind_of_fact_as_numbers(name, values, numbers, words):
    made, known = encoded(name, values)
    assert (made.tolist(), known) == (numbers, words)
    assert made.dtype == (np.bool_ if name == "resident" else np.int64)
    assert encoded(name, [])[0].dtype == made.dtype


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        (20_080_229, 20_230_227, 14),
        (20_080_229, 20_230_228, 15),
        (20_080_229, 20_240_228, 15),
        (20_080_229, 20_240_229, 16),
        (20_080_228, 20_230_227, 14),
        (20_080_228, 20_230_228, 15),
        (20_080_301, 20_230_228, 14),
        (20_000_229, 21_000_227, 99),
        (20_000_229, 21_000_228, 100),
        (20_000_229, 24_000_228, 399),
        (20_230_310, 20_230_310, 0),
        (20_230_311, 20_230_310, -1),
    ],
)
def test_completed_years(born, day, years):
    assert ages(column(born), column(day)).tolist() == [years]
    # Beside others, whose days lie in other years, the answer is the same.
    assert ages(column(20_010_101, born, 20_010_101), column(20_200_101, day, 20_260_101))[1] == years
    assert ages(column(born, 20_080_229), column(day, 20_230_228)).tolist() == [years, 15]


def test_the_distance_between_days_of_nobody():
    assert apart(column(), column()).dtype == np.int64
    assert apart(column(20_100_510), column(20_200_512)).tolist() == [100_002]
    assert apart(column(20_080_229), column(20_230_228)).tolist() == [150_000]


@pytest.mark.parametrize(
    "wanted",
    [
        (),
        (3,),
        (2, 3, 4),
        (4, 2, 3, 3),
        (0, 5),
        (1, 3, 5, 7, 9, 11),
        (1, 3, 5, 7, 9, 11, 13),
        range(9),
        (0, 1),
        (0, 3),
        (-1, 2),
    ],
)
def test_one_of_some_numbers(wanted):
    numbers = column(*range(-1, 15))
    made = among(numbers, wanted)
    assert made.dtype == np.bool_
    assert made.tolist() == [number in wanted for number in range(-1, 15)]


def test_a_value_falls_into_the_first_bound_it_does_not_pass():
    values = column(-1, 0, 9, 10, 11, 20, 21)
    made = banded(values, [(10, False), (20, True)], [7, 5])
    assert made.tolist() == [7, 7, 7, 5, 5, 5, 0]
    assert made.dtype == np.int64
    assert banded(values, [], []).tolist() == [0] * 7


def test_facts_of_a_kind():
    assert of_kind(FactKind.WORDS) == ("benefits", "other_schemes", "target_groups", "on_lists")
    assert of_kind(FactKind.CHOICE, FactKind.WORD) == (
        "district",
        "isee_kind",
        "applicant_role",
        "applicant",
        "household_type",
        "school_level",
        "school",
        "field",
    )


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("height", 3, "height is not a fact"),
        ("minors", None, "minors cannot be nothing"),
        ("school_grade", None, None),
        ("minors", 0, None),
        ("minors", -1, "minors cannot be -1"),
        ("minors", True, "minors cannot be True"),
        ("cost_cents", 0, None),
        ("cost_cents", 1.5, "cost_cents cannot be 1.5"),
        ("benefits", ("a", "b"), None),
        ("benefits", (), None),
        ("benefits", ("b", "a"), "benefits cannot be ('b', 'a')"),
        ("benefits", ("a", "a"), "benefits cannot be ('a', 'a')"),
        ("benefits", ["a"], "benefits cannot be ['a']"),
        ("school_level", "early", None),
        ("school_level", "university", "school_level cannot be 'university'"),
        ("school_level", 1, "school_level cannot be 1"),
        ("resident", False, None),
        ("resident", 1, "resident cannot be 1"),
        ("born_on", date(2015, 1, 1), None),
        ("born_on", "2015-01-01", "born_on cannot be '2015-01-01'"),
        ("district", "north", None),
        ("district", 3, "district cannot be 3"),
    ],
)
def test_what_a_fact_can_be(name, value, why):
    assert why_not_value(name, value) == why
