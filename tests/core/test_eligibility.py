"""The verdict of one child: each condition kept, the amount with its working, what is still to be asked."""

from datetime import date

import pytest

from tests.core.facts_strategy import eligible
from tests.core.small_city import rules
from wishmi.core.calls import Band
from wishmi.core.columns import Columns
from wishmi.core.conditions import AgeUnder, Resident
from wishmi.core.eligibility import Check, Verdict, assess, assess_columns, assess_known, band_of
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.core.rules.amounts import ByCase
from wishmi.core.rules.judging import MET, Answer, Judgement
from wishmi.core.rules.who import Holds
from wishmi.core.rules.workings import NOTHING_DUE, Step, Working

BANDS = (Band(1_000, inclusive=False, amount=40), Band(2_000, inclusive=True, amount=30))
CALL = rules(conditions=(AgeUnder(18), Resident()), bands=BANDS)
DAYS = {"born_on": date(2014, 5, 1), "submitted_on": date(2023, 3, 10)}
YOUNG = Check(AgeUnder(18), tuple(DAYS.items()), None, MET)
HERE = Check(Resident(), (("resident", True),), None, MET)
NOT_RESIDENT = Reason(ReasonCode.NOT_RESIDENT)
ELSEWHERE = Check(Resident(), (("resident", False),), NOT_RESIDENT, Judgement(Answer.NOT_MET, NOT_RESIDENT))
ASKS_RESIDENCE = Check(Resident(), (), None, Judgement(Answer.NOT_KNOWN, missing=("resident",)))


def band(place: int, amount: int, cents: int) -> Working:
    said = (("fact", "isee_cents"), ("value", cents), ("band", place))
    return Working(amount, (Step("band", amount, said),))


@pytest.mark.parametrize(
    ("cents", "place"), [(0, 0), (999, 0), (1_000, 1), (1_001, 1), (2_000, 1), (2_001, None)]
)
def test_the_first_band_that_is_not_passed(cents, place):
    assert band_of(BANDS, cents) == place


def test_a_child_that_meets_everything():
    made = assess(CALL, eligible(isee_cents=1_000))
    assert made == Verdict(True, 30, 1, (YOUNG, HERE), Answer.MET, band(2, 30, 1_000))
    assert (made.reasons, made.missing) == ((), ())


def test_every_reason_is_told_and_the_amount_is_zero():
    child = eligible(isee_cents=999, resident=False, born_on=date(2000, 1, 1))
    made = assess(CALL, child)
    too_old = Reason(ReasonCode.TOO_OLD, {"age": 23, "years": 18})
    assert (made.eligible, made.amount, made.band, made.answer) == (False, 0, 0, Answer.NOT_MET)
    assert made.reasons == (too_old, NOT_RESIDENT)
    assert made.working == band(1, 40, 999)
    assert made.checks[1] == ELSEWHERE


@pytest.mark.parametrize("cents", [2_001, None])
def test_nothing_due_is_a_reason_when_nothing_else_is(cents):
    made = assess(CALL, eligible(isee_cents=cents))
    assert made == Verdict(False, 0, None, (YOUNG, HERE), Answer.NOT_MET, NOTHING_DUE)
    assert made.reasons == (Reason(ReasonCode.NO_AMOUNT),)
    both = assess(CALL, eligible(isee_cents=cents, resident=False))
    assert both.reasons == (NOT_RESIDENT,)


@pytest.mark.parametrize(
    ("known", "answer", "missing"),
    [
        ({}, Answer.NOT_KNOWN, ("born_on", "submitted_on", "resident", "isee_cents")),
        ({**DAYS, "resident": True}, Answer.NOT_KNOWN, ("isee_cents",)),
        ({**DAYS, "isee_cents": 5}, Answer.NOT_KNOWN, ("resident",)),
        ({"resident": False}, Answer.NOT_MET, ()),
        ({**DAYS, "born_on": date(2000, 1, 1)}, Answer.NOT_MET, ()),
        ({**DAYS, "resident": True, "isee_cents": 5}, Answer.MET, ()),
        ({**DAYS, "resident": True, "isee_cents": 2_001}, Answer.NOT_MET, ()),
        ({**DAYS, "isee_cents": 2_001}, Answer.NOT_MET, ()),
    ],
)
def test_what_is_still_to_be_asked(known, answer, missing):
    made = assess_known(CALL, known)
    assert (made.answer, made.missing) == (answer, missing)
    assert made.eligible is (answer is Answer.MET)
    assert made.amount == (40 if made.eligible else 0)
    if answer is Answer.NOT_KNOWN:
        assert made.reasons == ()


def test_a_verdict_that_is_not_known_yet_keeps_what_it_has():
    known = {**DAYS, "isee_cents": 5}
    assert assess_known(CALL, known) == Verdict(
        False, 0, 0, (YOUNG, ASKS_RESIDENCE), Answer.NOT_KNOWN, band(1, 40, 5)
    )
    early = assess_known(CALL, {**DAYS, "resident": True})
    assert early == Verdict(
        False, 0, None, (YOUNG, HERE), Answer.NOT_KNOWN, Working(None, missing=("isee_cents",))
    )


def test_an_amount_that_turns_on_other_facts():
    call = rules(conditions=(Resident(),), amount=ByCase(((Holds("lone_parent"), 50),), otherwise=10))
    made = assess(call, eligible(lone_parent=True))
    assert (made.amount, made.band, made.working) == (
        50,
        None,
        Working(50, (Step("case", 50, (("case", 1),)),)),
    )
    asked = assess_known(call, {"resident": True})
    assert (asked.answer, asked.missing, asked.amount) == (Answer.NOT_KNOWN, ("lone_parent",), 0)


def test_a_column_says_which_condition_fails():
    children = [
        eligible(isee_cents=999),
        eligible(isee_cents=2_000, resident=False),
        eligible(isee_cents=2_000, born_on=date(2000, 1, 1)),
        eligible(isee_cents=2_001),
        eligible(isee_cents=None),
        eligible(isee_cents=0),
    ]
    made = assess_columns(CALL, Columns.of(children))
    assert made.eligible.tolist() == [True, False, False, False, False, True]
    assert made.amount.tolist() == [40, 0, 0, 0, 0, 40]
    assert made.failed.tolist() == [
        [False, False],
        [False, True],
        [True, False],
        [False, False],
        [False, False],
        [False, False],
    ]
    assert made.failed.dtype == bool
    assert made.failed.flags.f_contiguous


def test_a_column_of_another_amount():
    call = rules(conditions=(Resident(),), amount=ByCase(((Holds("lone_parent"), 50),)))
    children = [eligible(lone_parent=True), eligible(), eligible(lone_parent=True, resident=False)]
    made = assess_columns(call, Columns.of(children))
    assert (made.eligible.tolist(), made.amount.tolist()) == ([True, False, False], [50, 0, 0])
    assert made.failed.tolist() == [[False], [False], [True]]
    assert [assess(call, child).amount for child in children] == [50, 0, 0]


@pytest.mark.parametrize(
    "due",
    [{"amount": ByCase((), otherwise=1)}, {"bands": (Band(1_000_000, inclusive=True, amount=1),)}],
)
def test_the_least_amount_is_due(due):
    call = rules(conditions=(Resident(),), **due)
    made = assess_columns(call, Columns.of([eligible()]))
    assert (made.eligible.tolist(), made.amount.tolist()) == ([True], [1])
    assert (assess(call, eligible()).eligible, assess(call, eligible()).amount) == (True, 1)
