"""Amounts against limits that are data: dated numbers, household facts, formulas; to the cent and to the letter."""

from datetime import date

import pytest

from wishmi.core.columns import Columns
from wishmi.core.facts import ChildFacts
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.core.rules.judging import MET, Answer, Judgement
from wishmi.core.rules.limits import Dated, Limit, figure_facts, figure_of, figures_of, values_of
from wishmi.core.rules.means import AmountWithin, Deduct, PerHead, Reduce, step_facts
from wishmi.core.rules.who import CountBetween, Holds

NORM = Dated("norm", ((date(2020, 1, 1), 1_000), (date(2023, 1, 1), 1_200), (date(2024, 1, 1), 1_500)))


def columns_of(*people: dict) -> Columns:
    return Columns.of([ChildFacts.of(person) for person in people])


def answers(within: AmountWithin, *people: dict) -> list[Judgement]:
    """The judgement of each; a column must answer alike."""
    judged = [within.judge(person) for person in people]
    met = within.met(columns_of(*people))
    assert met.dtype == bool
    assert met.tolist() == [one.answer is Answer.MET for one in judged]
    return judged


def refused(code: ReasonCode, **params: int) -> Judgement:
    return Judgement(Answer.NOT_MET, Reason(code, params))


def not_known(*missing: str) -> Judgement:
    return Judgement(Answer.NOT_KNOWN, missing=missing)


def test_a_number_changes_on_its_days():
    days = [
        date(2019, 12, 31), date(2020, 1, 1), date(2022, 12, 31), date(2023, 1, 1), date(2023, 12, 31),
        date(2024, 1, 1),
    ]  # fmt: skip
    numbers = [1_000, 1_000, 1_000, 1_200, 1_200, 1_500]
    assert [NORM.on(day) for day in days] == numbers
    columns = columns_of(*({"submitted_on": day} for day in days))
    assert NORM.on_days(columns.submitted_on).tolist() == numbers
    assert figures_of(NORM, columns).tolist() == numbers
    assert [figure_of(NORM, {"submitted_on": day}) for day in days] == numbers
    assert values_of(NORM) == (1_000, 1_200, 1_500)


def test_a_fixed_number_asks_nothing():
    assert (figure_of(7, {}), figures_of(7, columns_of()), values_of(7)) == (7, 7, (7,))
    assert figure_facts(7, 8) == ()
    assert figure_facts(7, NORM) == ("submitted_on",)


def test_the_first_case_of_a_limit_decides():
    limit = Limit(NORM, ((Holds("disabled"), 3_000), (CountBetween("minors", 3), 2_000)))
    people = [
        {"submitted_on": date(2023, 5, 1), "disabled": disabled, "minors": minors}
        for disabled in (True, False)
        for minors in (2, 3)
    ]
    assert limit.of(columns_of(*people)).tolist() == [3_000, 3_000, 1_200, 2_000]
    assert [list(limit.possible(person)) for person in people] == [
        [(3_000, ())],
        [(3_000, ())],
        [(1_200, ())],
        [(2_000, ())],
    ]
    assert list(limit.possible({"submitted_on": date(2023, 5, 1), "minors": 3})) == [
        (3_000, ("disabled",)),
        (2_000, ()),
    ]
    assert list(limit.possible({"submitted_on": date(2023, 5, 1)})) == [
        (3_000, ("disabled",)),
        (2_000, ("minors",)),
        (1_200, ()),
    ]
    assert limit.facts == ("disabled", "minors", "submitted_on")
    assert limit.values() == (1_000, 1_200, 1_500, 3_000, 2_000)
    assert Limit(5).of(columns_of(*people)) == 5


@pytest.mark.parametrize(
    ("fact", "missing", "too_high"),
    [
        ("isee_cents", ReasonCode.INDICATOR_MISSING, ReasonCode.INDICATOR_TOO_HIGH),
        ("income_cents", ReasonCode.INCOME_MISSING, ReasonCode.INCOME_TOO_HIGH),
        ("assets_cents", ReasonCode.ASSETS_MISSING, ReasonCode.ASSETS_TOO_HIGH),
        ("cost_cents", ReasonCode.COST_MISSING, ReasonCode.COST_TOO_HIGH),
    ],
)
def test_an_amount_is_at_most_a_limit(fact, missing, too_high):
    within = AmountWithin(fact, Limit(1_000))
    assert answers(within, {fact: 1_000}, {fact: 1_001}, {fact: None}, {fact: 0}) == [
        MET,
        refused(too_high, **{fact: 1_001, "at_most_cents": 1_000}),
        refused(missing),
        MET,
    ]
    assert within.judge({}) == not_known(fact)
    may_be_missing = AmountWithin(fact, Limit(1_000), may_be_missing=True)
    assert answers(may_be_missing, {fact: 1_000}, {fact: 1_001}, {fact: None}) == [
        MET,
        refused(too_high, **{fact: 1_001, "at_most_cents": 1_000}),
        MET,
    ]


@pytest.mark.parametrize(
    ("fact", "too_low"),
    [("cost_cents", ReasonCode.COST_TOO_LOW), ("requested_cents", ReasonCode.REQUEST_TOO_LOW)],
)
def test_an_amount_is_at_least_a_limit(fact, too_low):
    within = AmountWithin(fact, None, Limit(100))
    assert answers(within, {fact: 100}, {fact: 99}) == [
        MET,
        refused(too_low, **{fact: 99, "at_least_cents": 100}),
    ]


def test_an_amount_lies_between_two_limits():
    within = AmountWithin("cost_cents", Limit(2_000, ((Holds("disabled"), 3_000),)), Limit(1_000))
    people = [{"cost_cents": cost, "disabled": False} for cost in (999, 1_000, 2_000, 2_001)]
    assert answers(within, *people) == [
        refused(ReasonCode.COST_TOO_LOW, cost_cents=999, at_least_cents=1_000),
        MET,
        MET,
        refused(ReasonCode.COST_TOO_HIGH, cost_cents=2_001, at_most_cents=2_000),
    ]
    disabled = [{"cost_cents": cost, "disabled": True} for cost in (3_000, 3_001)]
    assert answers(within, *disabled) == [
        MET,
        refused(ReasonCode.COST_TOO_HIGH, cost_cents=3_001, at_most_cents=3_000),
    ]
    # Too little for either limit is settled; between the two limits it turns on a fact that is not known.
    assert within.judge({"cost_cents": 2_001}) == not_known("disabled")
    assert within.judge({"cost_cents": 3_001}).reason == Reason(
        ReasonCode.COST_TOO_HIGH, {"cost_cents": 3_001, "at_most_cents": 3_000}
    )
    assert within.judge({"cost_cents": 999}) == refused(
        ReasonCode.COST_TOO_LOW, cost_cents=999, at_least_cents=1_000
    )
    assert within.facts == ("cost_cents", "disabled")


def test_a_lower_limit_may_turn_on_a_fact_too():
    within = AmountWithin("cost_cents", Limit(2_000), Limit(1_000, ((Holds("disabled"), 500),)))
    assert within.judge({"cost_cents": 700}) == not_known("disabled")
    assert within.judge({"cost_cents": 1_000}) == MET
    assert within.judge({"cost_cents": 499}) == refused(
        ReasonCode.COST_TOO_LOW, cost_cents=499, at_least_cents=500
    )


def test_what_two_cases_turn_on_is_asked_once():
    cases = (
        (CountBetween("minors", 3), 3_000),
        (CountBetween("minors", 2), 2_500),
        (Holds("disabled"), 2_200),
    )
    within = AmountWithin("income_cents", Limit(2_000, cases))
    assert within.judge({"income_cents": 2_100}) == not_known("minors", "disabled")


def test_a_limit_by_date_asks_for_the_day_first():
    within = AmountWithin("income_cents", Limit(NORM))
    assert within.judge({"income_cents": 1}) == not_known("submitted_on")
    assert within.facts == ("income_cents", "submitted_on")
    people = [{"income_cents": 1_200, "submitted_on": day} for day in (date(2022, 12, 31), date(2023, 1, 1))]
    assert answers(within, *people) == [
        refused(ReasonCode.INCOME_TOO_HIGH, income_cents=1_200, at_most_cents=1_000),
        MET,
    ]


def test_limits_at_a_percentage_are_rounded_down():
    within = AmountWithin("income_cents", Limit(1_005), percent=110)
    people = [{"income_cents": income} for income in (1_105, 1_106)]
    assert answers(within, *people) == [
        MET,
        refused(ReasonCode.INCOME_TOO_HIGH, income_cents=1_106, at_most_cents=1_105),
    ]
    least = AmountWithin("cost_cents", None, Limit(1_005), percent=110)
    assert answers(least, {"cost_cents": 1_105}, {"cost_cents": 1_104}) == [
        MET,
        refused(ReasonCode.COST_TOO_LOW, cost_cents=1_104, at_least_cents=1_105),
    ]


def test_each_step_of_a_formula():
    people = [
        {"minors": 3, "lone_parent": True, "household_size": 0, "disabled": True},
        {"minors": 0, "lone_parent": False, "household_size": 3, "disabled": False},
        {"minors": 9, "lone_parent": True, "household_size": 7, "disabled": True},
    ]
    columns = columns_of(*people)
    expected = {
        Deduct(100, "minors"): [701, 1_001, 101],
        Deduct(200, "minors"): [401, 1_001, 0],
        Deduct(200, "lone_parent"): [801, 1_001, 801],
        PerHead("household_size"): [1_001, 333, 143],
        Reduce(80, Holds("disabled")): [800, 1_001, 800],
    }
    for step, values in expected.items():
        assert [step.apply(1_001, person) for person in people] == values, step
        assert step.apply_all(columns.each(1_001), columns).tolist() == values, step


def test_an_amount_after_a_formula():
    steps = (Deduct(100, "minors"), PerHead("household_size"), Reduce(80, Holds("disabled")))
    within = AmountWithin("assets_cents", Limit(240), steps=steps)
    assert step_facts(steps) == ("minors", "household_size", "disabled")
    assert within.facts == ("assets_cents", "minors", "household_size", "disabled")
    person = {"assets_cents": 1_100, "minors": 2, "household_size": 3, "disabled": True}
    people = [
        person,
        {**person, "assets_cents": 1_104},
        {**person, "disabled": False},
        {**person, "minors": 0},
    ]
    assert answers(within, *people) == [
        MET,
        MET,
        refused(ReasonCode.ASSETS_TOO_HIGH, assets_cents=300, at_most_cents=240),
        refused(ReasonCode.ASSETS_TOO_HIGH, assets_cents=292, at_most_cents=240),
    ]
    assert within.judge({"assets_cents": 1_100, "disabled": True}) == not_known("minors", "household_size")
