"""The rule language: one person and a column get the same answer, and what is unknown never changes a settled one."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wishmi.calls.document import parse_call
from wishmi.core.columns import Columns
from wishmi.core.conditions import AgeUnder, ApplicantIs, IndicatorAtMost, IndicatorAttested, Resident
from wishmi.core.eligibility import assess, assess_columns, assess_known
from wishmi.core.facts import GROUPS, ChildFacts, as_data, from_data, group_bytes
from wishmi.core.rules.adjusted import Adjusted
from wishmi.core.rules.amounts import (
    AGE,
    ByBand,
    ByCase,
    Flat,
    InUnits,
    Matrix,
    PercentOfCost,
    PerMonth,
    Requested,
    Season,
    Stretch,
)
from wishmi.core.rules.judging import Answer
from wishmi.core.rules.limits import Dated, Limit
from wishmi.core.rules.means import AmountWithin, Deduct, PerHead, Reduce
from wishmi.core.rules.trees import AllOf, AnyOf
from wishmi.core.rules.vocabulary import SCHOOL_LEVELS, VOCABULARY, FactKind
from wishmi.core.rules.who import (
    FLAG_REASONS,
    AgeBetween,
    BornBetween,
    CountBetween,
    DayUntil,
    Holds,
    HoldsOneOf,
    IsOneOf,
    LivesHereFor,
    NotFundedBy,
    TurnsInYear,
)

POLICY = Path(__file__).resolve().parents[2] / "policy"
WORDS = ("alpha", "beta", "gamma")
# Few days around few borders, leap days among them, so that equal and neighbouring values are met often.
DAYS = st.one_of(
    st.sampled_from(
        [date(2008, 2, 29), date(2010, 2, 28), date(2024, 2, 29), date(2025, 12, 31), date(2026, 1, 1)]
    ),
    st.dates(date(2004, 1, 1), date(2027, 1, 1)),
)


def value_of(name: str) -> st.SearchStrategy:
    """Values of one fact, borders more often than not."""
    fact = VOCABULARY[name]
    values = {
        FactKind.FLAG: st.booleans(),
        FactKind.COUNT: st.integers(0, 7),
        FactKind.CENTS: st.one_of(st.sampled_from([0, 999, 1_000, 1_001]), st.integers(0, 4_000)),
        FactKind.DAY: DAYS,
        FactKind.CHOICE: st.sampled_from(fact.choices or ("",)),
        FactKind.WORD: st.sampled_from(WORDS),
        FactKind.WORDS: st.sets(st.sampled_from(WORDS)).map(lambda words: tuple(sorted(words))),
    }[fact.kind]
    return st.one_of(st.none(), values) if fact.may_be_nothing else values


PEOPLE = st.fixed_dictionaries({name: value_of(name) for name in VOCABULARY})
LIMIT = Limit(
    Dated("norm", ((date(2000, 1, 1), 1_000), (date(2015, 1, 1), 1_200))),
    ((CountBetween("minors", 3), 2_000),),
)
CONDITIONS = (
    AgeUnder(18),
    Resident(),
    ApplicantIs(("parent", "school")),
    IndicatorAttested(("ordinary", "minors"), date(2010, 1, 1)),
    IndicatorAtMost(1_000),
    AgeBetween(6, 12),
    AgeBetween(6, None, "course_starts_on"),
    AgeBetween(3, 12, date(2020, 2, 28)),
    BornBetween(date(2008, 2, 29), date(2020, 1, 1)),
    TurnsInYear(6, 12),
    LivesHereFor("parent_resident_since", 5),
    *(Holds(fact) for fact in FLAG_REASONS),
    CountBetween("school_grade", 1, 5),
    CountBetween("minors", 3),
    IsOneOf("district", ("alpha", "delta")),
    IsOneOf("school_level", ("primary", "early")),
    HoldsOneOf("benefits", ("beta", "delta")),
    NotFundedBy(("gamma",)),
    DayUntil("submitted_on", "paid_on", 31),
    DayUntil("report_on", until=date(2020, 1, 1)),
    AmountWithin("income_cents", LIMIT),
    AmountWithin("isee_cents", LIMIT, percent=120, may_be_missing=True),
    AmountWithin("cost_cents", Limit(2_000, ((Holds("disabled"), 3_000),)), Limit(1_000)),
    AmountWithin(
        "assets_cents",
        Limit(1_000),
        steps=(
            Deduct(100, "minors"),
            Deduct(200, "lone_parent"),
            PerHead("household_size"),
            Reduce(80, Holds("disabled")),
        ),
    ),
    AnyOf(
        (
            Holds("lone_parent"),
            AllOf((CountBetween("minors", 3), Holds("disabled"))),
            IsOneOf("school", WORDS[:1]),
        )
    ),
    AllOf((AgeBetween(0, 17), AnyOf((Resident(), Holds("domiciled"), Holds("school_here"))))),
)
BANDS = (Stretch(999, inclusive=True, amount=30), Stretch(2_000, inclusive=False, amount=20))
AMOUNTS = (
    Flat(100),
    Flat(Dated("ended", ((date(2000, 1, 1), 10), (date(2020, 1, 1), 0)))),
    Flat(Dated("flat", ((date(2000, 1, 1), 10), (date(2015, 1, 1), 20)))),
    ByBand("isee_cents", BANDS),
    ByBand(AGE, (Stretch(5, inclusive=True, amount=0), Stretch(12, inclusive=True, amount=7)), least=3),
    Matrix(
        "school_level", ((("primary",), ByBand("isee_cents", BANDS)), (SCHOOL_LEVELS[:2], ByBand(AGE, BANDS)))
    ),
    ByCase(((Holds("disabled"), 50), (CountBetween("minors", 3), 40)), otherwise=10),
    ByCase(((Holds("disabled"), 50), (CountBetween("minors", 3), 40)), add_up=True),
    PercentOfCost(50, 1_000),
    PerMonth(15, date(2024, 2, 1), date(2025, 1, 31)),
    InUnits("sessions", (Season("one", date(2025, 1, 1), date(2025, 2, 1), 4),), 35),
    Requested(1_000),
    Adjusted(Flat(100), "minors", 3, ((Holds("lone_parent"), 50), (Holds("disabled"), 25)), 300),
    Adjusted(ByBand("isee_cents", BANDS), None, 0, ((Holds("lone_parent"), 5),)),
)


def columns_of(people: list[dict]) -> Columns:
    return Columns.of([ChildFacts.of(one) for one in people])


@given(st.lists(PEOPLE, min_size=1, max_size=6))
def test_law_a_condition_gives_one_person_and_a_column_the_same_answer(people):
    columns = columns_of(people)
    for condition in CONDITIONS:
        alone = [condition.judge(one).answer is Answer.MET for one in people]
        assert condition.met(columns).tolist() == alone, condition


@given(st.lists(PEOPLE, min_size=1, max_size=6))
def test_law_an_amount_is_the_same_for_one_person_and_a_column(people):
    columns = columns_of(people)
    for rule in AMOUNTS:
        works = [rule.work_out(one) for one in people]
        assert rule.of(columns).tolist() == [work.amount for work in works], rule
        possible = rule.values()
        for work in works:
            assert work.amount is not None
            assert work.amount >= 0
            assert (work.amount == 0) is (work.reason is not None)
            assert possible is None or work.amount in {0, *possible}


@given(PEOPLE, st.sets(st.sampled_from(sorted(VOCABULARY))))
def test_law_what_is_settled_stays_settled_whatever_else_becomes_known(person, hidden):
    part = {name: value for name, value in person.items() if name not in hidden}
    for condition in CONDITIONS:
        early, late = condition.judge(part), condition.judge(person)
        assert late.answer is not Answer.NOT_KNOWN
        if early.answer is Answer.NOT_KNOWN:
            assert early.missing
            assert set(early.missing) <= hidden & set(condition.facts)
        else:
            assert early.answer is late.answer, condition
        assert (late.reason is not None) is (late.answer is Answer.NOT_MET)
    for rule in AMOUNTS:
        early_work, late_work = rule.work_out(part), rule.work_out(person)
        if early_work.amount is None:
            assert set(early_work.missing) <= hidden & set(rule.facts)
            assert early_work.missing
        else:
            assert early_work.amount == late_work.amount


@given(PEOPLE)
def test_law_facts_survive_their_data_and_every_group_holds_its_own(person):
    facts = ChildFacts.of(person)
    assert facts.known() == person
    assert ChildFacts.of(facts.known()) == facts
    assert from_data(as_data(facts), tuple(person)) == facts
    assert b"".join(group_bytes(facts, group) for group in GROUPS).count(b'"born_on"') == 1


def test_a_call_that_asks_less_commits_to_less():
    asked = {"born_on": date(2015, 1, 1), "applicant": "h1", "domiciled": True}
    facts = ChildFacts.of(asked)
    assert [group_bytes(facts, group) for group in GROUPS] == [
        b'{"domiciled":true}',
        b"{}",
        b'{"applicant":"h1"}',
        b"{}",
        b'{"born_on":"2015-01-01"}',
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"height": 3},
        {"minors": -1},
        {"minors": True},
        {"minors": None},
        {"lone_parent": 1},
        {"born_on": "2015-01-01"},
        {"school_level": "university"},
        {"benefits": ("b", "a")},
        {"benefits": ["a"]},
        {"cost_cents": 1.5},
    ],
)
def test_values_outside_the_vocabulary_are_refused(wrong):
    with pytest.raises(ValueError, match=r"fact|cannot"):
        ChildFacts.of(wrong)


def test_a_limit_is_settled_before_the_household_is_known():
    within = AmountWithin("isee_cents", Limit(2_000, ((CountBetween("disabled_minors", 1), 3_000),)))
    assert within.judge({"isee_cents": 2_000}).answer is Answer.MET
    assert within.judge({"isee_cents": 3_001}).answer is Answer.NOT_MET
    assert within.judge({"isee_cents": 2_001}).missing == ("disabled_minors",)


def test_a_pre_check_asks_only_what_still_matters():
    rules = parse_call((POLICY / "dote-sport-2025" / "call.yaml").read_bytes()).rules()
    verdict = assess_known(rules, {})
    assert verdict.answer is Answer.NOT_KNOWN
    assert {"born_on", "cost_cents", "isee_cents"} <= set(verdict.missing)
    old = {"born_on": date(1990, 1, 1), "submitted_on": date(2025, 10, 20)}
    assert assess_known(rules, old).answer is Answer.NOT_MET
    assert assess_known(rules, old).missing == ()


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in POLICY.glob("*/call.yaml")))
@settings(max_examples=min(25, settings().max_examples))
@given(data=st.data())
def test_law_a_preset_judges_one_and_many_alike(folder, data):
    rules = parse_call((POLICY / folder / "call.yaml").read_bytes()).rules()
    strategy = st.fixed_dictionaries({name: value_of(name) for name in rules.facts})
    people = [ChildFacts.of(one) for one in data.draw(st.lists(strategy, min_size=1, max_size=4))]
    verdict = assess_columns(rules, Columns.of(people))
    alone = [assess(rules, one) for one in people]
    assert verdict.eligible.tolist() == [one.eligible for one in alone]
    assert verdict.amount.tolist() == [one.amount for one in alone]
    for one in alone:
        assert one.eligible is not bool(one.reasons)
        assert one.missing == ()


def test_dates_are_counted_over_leap_days_as_the_calendar_does():
    people = []
    day = date(2023, 12, 1)
    for apart in range(800):
        facts = {"paid_on": day, "submitted_on": day + timedelta(days=apart)}
        people.append(ChildFacts.of(facts))
    met = DayUntil("submitted_on", "paid_on", 400).met(Columns.of(people))
    assert np.flatnonzero(met).tolist() == list(range(401))


def test_a_call_that_asks_the_usual_facts_commits_to_the_same_bytes_as_ever():
    facts = ChildFacts(
        born_on=date(2012, 5, 17),
        submitted_on=date(2022, 9, 20),
        resident=True,
        isee_cents=999_999,
        isee_kind="ordinary",
        isee_issued_on=date(2022, 2, 1),
        isee_valid_until=None,
        minors=2,
        lone_parent=False,
        disabled_members=1,
        applicant_role="parent",
        applicant="h1",
    )
    expected = [
        b'{"resident":true}',
        b'{"isee_cents":999999,"isee_issued_on":"2022-02-01","isee_kind":"ordinary","isee_valid_until":null}',
        b'{"applicant":"h1","applicant_role":"parent","lone_parent":false,"minors":2}',
        b'{"disabled_members":1}',
        b'{"born_on":"2012-05-17","submitted_on":"2022-09-20"}',
    ]
    assert [group_bytes(facts, group) for group in GROUPS] == expected
    assert ChildFacts.of(facts.known()) == facts


def test_sums_that_nobody_could_name_are_not_named():
    many = tuple((CountBetween("minors", least), 2**least) for least in range(40))
    assert ByCase(many, add_up=True).values() is None
    assert Adjusted(Flat(1), bonuses=many).values() is None
    assert ByCase(many[:2], otherwise=5, add_up=True).values() == (1, 2, 3, 5)
