"""Points: what each criterion gives, alone and over a column."""

import numpy as np

from wishmi.core.columns import Columns
from wishmi.core.facts import ChildFacts
from wishmi.core.scoring import Criterion, PointsEach, PointsIf, PointsOneOf, Score, score, score_columns


def points(criterion: Criterion, *people: dict) -> list[int]:
    alone = [criterion.points(person) for person in people]
    made = criterion.points_of(Columns.of([ChildFacts.of(person) for person in people]))
    assert made.dtype == np.int64
    assert made.tolist() == alone
    return alone


def test_points_for_each_unit_up_to_so_many():
    people = [{"commission_score": units} for units in (None, 0, 1, 3, 4, 9)]
    assert points(PointsEach("commission_score", 10, 3), *people) == [0, 0, 10, 30, 30, 30]


def test_points_where_something_holds():
    assert points(PointsIf("disabled", 7), {"disabled": True}, {"disabled": False}) == [7, 0]


def test_points_once_for_one_of_several_words():
    people = [{"target_groups": words} for words in ((), ("a",), ("b",), ("b", "c"), ("a", "c"), ("a", "d"))]
    assert points(PointsOneOf("target_groups", ("b", "c"), 4), *people) == [0, 0, 4, 4, 4, 0]
    assert points(PointsOneOf("target_groups", ("a",), 4), *people) == [0, 4, 0, 0, 4, 4]


CRITERIA = (PointsEach("minors", 10, 5), PointsIf("disabled", 7))


def test_a_score_tells_its_parts_in_the_order_of_the_call():
    child = ChildFacts.of({"minors": 3, "disabled": True})
    assert score(CRITERIA, child) == Score(37, (("minors", 30), ("disabled", 7)))
    assert score((), child) == Score(0, ())


def test_a_matrix_of_points_has_a_row_for_each_child():
    columns = Columns.of([ChildFacts.of({"minors": n, "disabled": n == 2}) for n in (1, 2, 3)])
    assert score_columns(CRITERIA, columns).tolist() == [[10, 0], [20, 7], [30, 0]]
    none = score_columns((), columns)
    assert (none.shape, none.dtype) == ((3, 0), np.int64)
