"""What may be told: labels of points and cells of money, by law and by example."""

from collections import Counter
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.small_city import rules
from wishmi.core.columns import Columns
from wishmi.core.disclosure import LEAST, UNTOLD, cells, point_labels, sensitive_masks
from wishmi.core.scoring import PointsEach

fields = st.lists(st.tuples(st.integers(0, 6), st.booleans(), st.booleans()), max_size=150)


def labels_of(rows):
    totals = np.array([10 * total for total, _, _ in rows], dtype=np.int64)
    masks = [np.array([row[place] for row in rows], dtype=np.bool_) for place in (1, 2)]
    return totals, masks, point_labels(totals, masks)


@given(fields)
def test_every_label_is_borne_by_enough_with_and_without_or_tells_nothing(rows):
    _, masks, labels = labels_of(rows)
    for label in set(labels):
        borne = np.array([other == label for other in labels])
        counts = [(mask & borne).sum() for mask in masks] + [(~mask & borne).sum() for mask in masks]
        assert min(counts) >= LEAST or set(labels) == {UNTOLD}


@given(fields)
def test_labels_keep_the_order_of_totals_and_say_the_truth(rows):
    totals, _, labels = labels_of(rows)
    bounds = {label: int(label.removesuffix("+")) for label in labels}
    assert len(set(bounds.values())) == len(bounds)
    for total, label in zip(totals.tolist(), labels, strict=True):
        assert bounds[label] <= total if label.endswith("+") else bounds[label] == total
        higher = [bound for bound in bounds.values() if bound > bounds[label]]
        assert all(total < bound for bound in higher)


@given(fields, st.randoms(use_true_random=False))
def test_labels_do_not_depend_on_the_order_of_rows(rows, chance):
    _, _, labels = labels_of(rows)
    places = list(range(len(rows)))
    chance.shuffle(places)
    _, _, shuffled = labels_of([rows[place] for place in places])
    assert shuffled == [labels[place] for place in places]


@given(fields)
def test_what_is_safe_alone_is_not_merged(rows):
    totals, masks, labels = labels_of(rows)
    safe = all(
        min(int((mask & (totals == total)).sum()), int((~mask & (totals == total)).sum())) >= LEAST
        for mask in masks
        for total in set(totals.tolist())
    )
    if safe:
        assert labels == [str(total) for total in totals.tolist()]


def test_the_scarce_totals_at_the_top_share_a_label():
    totals = np.array([50] + [40] * 3 + [30] * 12 + [20] * 20, dtype=np.int64)
    disabled = np.array([True] + [True, False, False] + [True, False] * 6 + [True, False] * 10)
    assert Counter(point_labels(totals, [disabled])) == {"30+": 16, "20": 20}


def test_a_lowest_total_without_the_fact_joins_the_one_above():
    totals = np.array([30] * 12 + [20] * 12 + [10] * 50, dtype=np.int64)
    disabled = np.array([True, False] * 12 + [False] * 50)
    assert Counter(point_labels(totals, [disabled])) == {"30": 12, "10+": 62}


def test_without_sensitive_facts_nothing_is_merged():
    assert point_labels(np.array([30, 20], dtype=np.int64), []) == ["30", "20"]


def test_totals_are_natural_numbers():
    with pytest.raises(ValueError, match="natural"):
        point_labels(np.array([-1], dtype=np.int64), [np.array([True])])


def test_only_facts_that_give_points_can_show():
    call = rules(criteria=(PointsEach("minors", 10, 5),))
    nobody = Columns.of([])
    assert sensitive_masks(call, nobody, np.array([], dtype=np.int64)) == ()
    assert len(sensitive_masks(rules(), nobody, np.array([], dtype=np.int64))) == 1


amounts = st.lists(st.sampled_from([0, 5_000, 10_000, 20_000, 30_000, 40_000]), max_size=60)


def ways(count, total, values):
    """Every way to make up the number and the sum of a cell with `values`."""
    *most, last = values
    for counts in product(range(count + 1), repeat=len(most)):
        rest = count - sum(counts)
        if rest >= 0 and total == sum(n * v for n, v in zip(counts, most, strict=True)) + rest * last:
            yield (*counts, rest)


@given(st.lists(st.sampled_from([10_000, 20_000, 30_000, 40_000]), max_size=30))
def test_no_small_number_follows_from_the_cells(parts):
    """Whoever knows the call's amounts and solves for the counts of a cell finds more than one answer."""
    told = cells(parts)
    counted = Counter(parts)
    for cell in told or ():
        values = sorted(value for value in counted if cell.low <= value <= cell.high)
        solutions = list(ways(cell.count, cell.total, values))
        for place, value in enumerate(values):
            if counted[value] < LEAST:
                assert len({solution[place] for solution in solutions}) > 1


@given(amounts)
def test_cells_add_up_to_the_fund(parts):
    told = cells(parts)
    if told is not None:
        assert sum(cell.count for cell in told) == sum(part > 0 for part in parts)
        assert sum(cell.total for cell in told) == sum(parts)
        assert all(cell.count >= LEAST and cell.low <= cell.high for cell in told)
        assert all(above.low > below.high for above, below in pairwise(told))


@given(amounts, amounts)
def test_the_difference_from_earlier_totals_tells_no_small_number(parts, more):
    """What a later stage adds is itself told in safe cells, within the cells of the whole."""
    told = cells([*parts, *more], [more])
    added = Counter(part for part in more if part)
    for cell in told or ():
        inside = [value for value in added if cell.low <= value <= cell.high]
        assert not inside or sum(added[value] for value in inside) >= LEAST


def test_few_awards_of_two_amounts_cannot_be_told():
    assert cells([40_000] * 3 + [30_000] * 9) is None


def test_the_child_between_two_funds_is_merged_with_its_neighbours():
    told = cells([40_000] * 9 + [30_000] * 9 + [20_000] * 9 + [10_000] * 9 + [5_000])
    assert [(cell.count, cell.low, cell.high) for cell in told] == [
        (9, 40_000, 40_000),
        (9, 30_000, 30_000),
        (19, 5_000, 20_000),
    ]


def test_a_fund_without_awards_has_no_cells():
    assert cells([0, 0]) == ()
