"""The explanation, by hand and by chance: what decided, how near, and that the pieces never contradict the verdict."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests.policy.test_cases import PRESETS, known
from wishmi.core.eligibility import assess_known
from wishmi.core.explanation import Place, amount_of, explain, failed_leaves
from wishmi.core.nearest import Deciding
from wishmi.core.rules.judging import Answer
from wishmi.core.rules.vocabulary import Source

RULES, TREE = PRESETS["milano-2022-individuale"]
CHILD = known(TREE["child"], {})


def told(place=None, **changes):
    return explain(RULES, {**CHILD, **changes}, place)


def test_a_cent_above_the_limit_decides_before_what_lies_further_off():
    found = told(isee_cents=2_700_001, born_on=date(1990, 1, 1))
    assert [str(one.reason.code) for one in failed_leaves(found.conditions)] == [
        "too_old",
        "indicator_too_high",
    ]
    assert found.deciding == Deciding("condition", "isee_cents", 2_700_001, 2_700_000)


def test_a_condition_without_a_number_decides_where_none_can_be_measured():
    assert told(resident=False).deciding == Deciding("condition", "resident")


def test_the_nearest_bound_sets_the_amount():
    assert told(isee_cents=1_600_001).deciding == Deciding("amount", "isee_cents", 1_600_001, 1_600_000)
    assert told(isee_cents=0).deciding == Deciding("amount", "isee_cents", 0, 1_000_000)


def test_points_order_or_place_decide_beyond_the_money():
    total = told().total
    assert told(Place(9, 5, total + 1)).deciding == Deciding("points", value=total, limit=total + 1)
    assert told(Place(9, 5, total)).deciding == Deciding("order", value=9)
    assert told(Place(9, 5)).deciding == Deciding("place", value=9)


def test_the_cut_off_is_the_first_place_without_money():
    assert [Place(place, 5).is_covered for place in (4, 5, 6)] == [True, False, False]
    assert Place(5, 5, awarded=100).is_covered
    assert Place(9_999).is_covered


def test_who_says_a_fact_can_differ_from_the_vocabulary():
    found = explain(RULES, CHILD, None, {"minors": Source.APPLICANT})
    said = {one.value.name: one.value.source for one in found.points}
    assert said["minors"] is Source.APPLICANT
    assert said["lone_parent"] is Source.POPULATION


@given(st.sampled_from(sorted(PRESETS)), st.data())
def test_whatever_is_known_the_pieces_agree(name, data):
    rules, tree = PRESETS[name]
    whole = known(tree["child"], {})
    kept = data.draw(st.sets(st.sampled_from(sorted(whole))))
    some = {fact: value for fact, value in whole.items() if fact in kept}
    found, verdict = explain(rules, some), assess_known(rules, some)
    answers = [one.answer for one in found.conditions]
    assert found.answer is verdict.answer
    assert found.eligible is (found.answer is Answer.MET)
    if found.eligible:
        assert set(answers) <= {Answer.MET}
        assert found.amount == amount_of(found.working.steps) == verdict.amount
    if found.answer is Answer.NOT_KNOWN:
        assert Answer.NOT_MET not in answers
        assert found.missing
        assert found.deciding is None
    assert found.as_data()["eligible"] is found.eligible
