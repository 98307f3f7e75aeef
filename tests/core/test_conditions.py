"""What each condition answers on both sides of each border: its reason to the letter, and the same over a column."""

from datetime import date

import pytest

from wishmi.core.columns import Columns
from wishmi.core.conditions import AgeUnder, ApplicantIs, IndicatorAtMost, IndicatorAttested, Resident
from wishmi.core.facts import ChildFacts
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.core.rules.judging import MET, Answer, Condition, Judgement
from wishmi.core.rules.who import (
    FLAG_REASONS,
    SET_REASONS,
    WORD_REASONS,
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

SENT = {"submitted_on": date(2023, 3, 10)}


def reasons(condition: Condition, people: list[dict]) -> list[Reason | None]:
    """Why each is refused; a column answers alike, and a fact that is not known is asked for, or is not needed."""
    judged = [condition.judge(person) for person in people]
    met = condition.met(Columns.of([ChildFacts.of(person) for person in people]))
    assert met.dtype == bool
    assert met.tolist() == [one.answer is Answer.MET for one in judged]
    for person, one in zip(people, judged, strict=True):
        assert one == (MET if one.reason is None else Judgement(Answer.NOT_MET, one.reason))
        for hidden in condition.facts:
            known = {name: value for name, value in person.items() if name != hidden}
            early = condition.judge(known)
            assert early == Judgement(Answer.NOT_KNOWN, missing=(hidden,)) or (
                early.answer is Answer.NOT_MET is one.answer
            )
    return [one.reason for one in judged]


def born(*days: date) -> list[dict]:
    return [{**SENT, "born_on": day} for day in days]


def with_fact(name: str, *values: object) -> list[dict]:
    return [{name: value} for value in values]


def test_younger_than():
    people = born(date(2005, 3, 11), date(2005, 3, 10), date(2023, 3, 10), date(2023, 3, 11))
    assert reasons(AgeUnder(18), people) == [
        None,
        Reason(ReasonCode.TOO_OLD, {"age": 18, "years": 18}),
        None,
        Reason(ReasonCode.NOT_YET_BORN, {"born_on": "2023-03-11"}),
    ]


def test_resident():
    assert reasons(Resident(), with_fact("resident", True, False)) == [
        None,
        Reason(ReasonCode.NOT_RESIDENT),
    ]


def test_the_applicant_has_a_role_that_is_admitted():
    people = with_fact("applicant_role", "parent", "guardian", "school", "provider")
    assert reasons(ApplicantIs(("parent", "school")), people) == [
        None,
        Reason(ReasonCode.APPLICANT_NOT_ENTITLED, {"role": "guardian"}),
        None,
        Reason(ReasonCode.APPLICANT_NOT_ENTITLED, {"role": "provider"}),
    ]


INDICATOR = {
    **SENT,
    "isee_cents": 0,
    "isee_kind": "ordinary",
    "isee_issued_on": date(2023, 1, 15),
    "isee_valid_until": date(2023, 12, 31),
}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"isee_kind": "minors"}, None),
        ({"isee_issued_on": date(2023, 1, 1)}, None),
        ({"isee_issued_on": date(2023, 3, 10)}, None),
        ({"isee_valid_until": date(2023, 3, 10)}, None),
        ({"isee_cents": None}, Reason(ReasonCode.INDICATOR_MISSING)),
        ({"isee_issued_on": None}, Reason(ReasonCode.INDICATOR_MISSING)),
        ({"isee_valid_until": None}, Reason(ReasonCode.INDICATOR_MISSING)),
        ({"isee_kind": "current"}, Reason(ReasonCode.INDICATOR_WRONG_KIND, {"kind": "current"})),
        (
            {"isee_issued_on": date(2022, 12, 31)},
            Reason(ReasonCode.INDICATOR_NOT_VALID, {"issued_on": "2022-12-31", "valid_until": "2023-12-31"}),
        ),
        (
            {"isee_issued_on": date(2023, 3, 11)},
            Reason(ReasonCode.INDICATOR_NOT_VALID, {"issued_on": "2023-03-11", "valid_until": "2023-12-31"}),
        ),
        (
            {"isee_valid_until": date(2023, 3, 9)},
            Reason(ReasonCode.INDICATOR_NOT_VALID, {"issued_on": "2023-01-15", "valid_until": "2023-03-09"}),
        ),
    ],
)
def test_an_indicator_is_attested(change, reason):
    attested = IndicatorAttested(("ordinary", "minors"), date(2023, 1, 1))
    assert reasons(attested, [{**INDICATOR, **change}]) == [reason]


def test_an_indicator_is_low_enough():
    assert reasons(IndicatorAtMost(1_000), with_fact("isee_cents", 1_000, 1_001, None)) == [
        None,
        Reason(ReasonCode.INDICATOR_TOO_HIGH, {"isee_cents": 1_001, "at_most_cents": 1_000}),
        None,
    ]


def test_an_age_from_one_year_to_another():
    days = (date(2017, 3, 10), date(2017, 3, 11), date(2010, 3, 11), date(2010, 3, 10), date(2023, 3, 11))
    assert reasons(AgeBetween(6, 12), born(*days)) == [
        None,
        Reason(ReasonCode.TOO_YOUNG, {"age": 5, "least": 6, "on": "2023-03-10"}),
        None,
        Reason(ReasonCode.ABOVE_AGE, {"age": 13, "most": 12, "on": "2023-03-10"}),
        Reason(ReasonCode.NOT_YET_BORN, {"born_on": "2023-03-11"}),
    ]


def test_an_age_on_a_day_that_is_a_fact():
    starts = (date(2023, 5, 5), date(2023, 5, 4), None)
    people = [{"born_on": date(2023, 5, 5), "course_starts_on": day} for day in starts]
    assert reasons(AgeBetween(0, None, "course_starts_on"), people) == [
        None,
        Reason(ReasonCode.NOT_YET_BORN, {"born_on": "2023-05-05"}),
        Reason(ReasonCode.DAY_MISSING, {"fact": "course_starts_on"}),
    ]


def test_an_age_on_a_day_the_call_names():
    people = with_fact("born_on", date(2017, 9, 1), date(2017, 9, 2))
    assert reasons(AgeBetween(6, None, date(2023, 9, 1)), people) == [
        None,
        Reason(ReasonCode.TOO_YOUNG, {"age": 5, "least": 6, "on": "2023-09-01"}),
    ]


def test_a_birth_from_one_day_to_another():
    days = (date(2011, 12, 31), date(2012, 1, 1), date(2013, 6, 30), date(2013, 7, 1))
    outside = {"first_on": "2012-01-01", "last_on": "2013-06-30"}
    between = BornBetween(date(2012, 1, 1), date(2013, 6, 30))
    assert reasons(between, with_fact("born_on", *days)) == [
        Reason(ReasonCode.BORN_OUTSIDE, {"born_on": "2011-12-31", **outside}),
        None,
        None,
        Reason(ReasonCode.BORN_OUTSIDE, {"born_on": "2013-07-01", **outside}),
    ]


def test_an_age_reached_in_the_calendar_year():
    days = (date(2018, 1, 1), date(2017, 12, 31), date(2011, 1, 1), date(2010, 12, 31))
    said = {"first": 2011, "last": 2017}
    assert reasons(TurnsInYear(6, 12), born(*days)) == [
        Reason(ReasonCode.BIRTH_YEAR_OUTSIDE, {"year": 2018, **said}),
        None,
        None,
        Reason(ReasonCode.BIRTH_YEAR_OUTSIDE, {"year": 2010, **said}),
    ]


def test_years_of_residence():
    days = (date(2018, 3, 10), date(2018, 3, 11), date(2023, 3, 11), None)
    people = [{**SENT, "parent_resident_since": day} for day in days]
    said = {"fact": "parent_resident_since", "years": 5}
    assert reasons(LivesHereFor("parent_resident_since", 5), people) == [
        None,
        Reason(ReasonCode.RESIDENCE_TOO_SHORT, {**said, "since_on": "2018-03-11"}),
        Reason(ReasonCode.RESIDENCE_TOO_SHORT, {**said, "since_on": "2023-03-11"}),
        Reason(ReasonCode.RESIDENCE_TOO_SHORT, said),
    ]


def test_residence_on_the_day_itself():
    days = (date(2023, 3, 10), date(2023, 3, 11))
    people = [{**SENT, "child_resident_since": day} for day in days]
    assert [reason is None for reason in reasons(LivesHereFor("child_resident_since", 0), people)] == [
        True,
        False,
    ]


@pytest.mark.parametrize("fact", FLAG_REASONS)
def test_a_fact_holds(fact):
    assert reasons(Holds(fact), with_fact(fact, True, False)) == [None, Reason(FLAG_REASONS[fact])]


def test_a_count_from_one_number_to_another():
    few = {"fact": "school_grade", "least": 1}
    assert reasons(CountBetween("school_grade", 1, 5), with_fact("school_grade", None, 0, 1, 5, 6)) == [
        Reason(ReasonCode.TOO_FEW, {**few, "count": 0}),
        Reason(ReasonCode.TOO_FEW, {**few, "count": 0}),
        None,
        None,
        Reason(ReasonCode.TOO_MANY, {"fact": "school_grade", "count": 6, "most": 5}),
    ]


def test_a_count_without_an_upper_bound():
    assert reasons(CountBetween("minors", 3), with_fact("minors", 2, 3, 99)) == [
        Reason(ReasonCode.TOO_FEW, {"fact": "minors", "count": 2, "least": 3}),
        None,
        None,
    ]


def test_a_count_that_is_not_known_to_be_any_number_is_too_few_even_for_none():
    assert reasons(CountBetween("school_grade", 0), with_fact("school_grade", None, 0)) == [
        Reason(ReasonCode.TOO_FEW, {"fact": "school_grade", "count": 0, "least": 0}),
        None,
    ]


@pytest.mark.parametrize("fact", ["district", "school"])
def test_a_word_is_one_of_those_named(fact):
    assert reasons(IsOneOf(fact, ("alpha", "delta")), with_fact(fact, "alpha", "beta", None, "delta")) == [
        None,
        Reason(WORD_REASONS[fact], {fact: "beta"}),
        Reason(WORD_REASONS[fact], {fact: ""}),
        None,
    ]


def test_a_choice_is_one_of_those_named():
    people = with_fact("school_level", "none", "early", "primary", "tertiary")
    assert reasons(IsOneOf("school_level", ("primary", "none")), people) == [
        None,
        Reason(ReasonCode.SCHOOL_LEVEL_NOT_ADMITTED, {"school_level": "early"}),
        None,
        Reason(ReasonCode.SCHOOL_LEVEL_NOT_ADMITTED, {"school_level": "tertiary"}),
    ]


@pytest.mark.parametrize("fact", SET_REASONS)
def test_a_set_holds_one_of_those_named(fact):
    people = with_fact(fact, (), ("alpha",), ("alpha", "beta"), ("gamma",), ("alpha", "delta", "gamma"))
    refused = Reason(SET_REASONS[fact])
    assert reasons(HoldsOneOf(fact, ("beta", "gamma", "unheard")), people) == [
        refused,
        refused,
        None,
        None,
        None,
    ]


def test_the_same_cost_is_not_funded_elsewhere():
    people = with_fact("other_schemes", (), ("beta",), ("alpha", "gamma"), ("alpha",))
    assert reasons(NotFundedBy(("gamma", "alpha")), people) == [
        None,
        None,
        Reason(ReasonCode.ALREADY_FUNDED, {"scheme": "gamma"}),
        Reason(ReasonCode.ALREADY_FUNDED, {"scheme": "alpha"}),
    ]


def test_a_day_within_days_of_another():
    days = (date(2023, 3, 10), date(2023, 3, 11), date(2023, 2, 7), date(2023, 2, 6), None)
    people = [{**SENT, "paid_on": day} for day in days]
    late = Reason(ReasonCode.CLAIMED_TOO_LATE, {"days": 31})
    assert reasons(DayUntil("submitted_on", "paid_on", 31), people) == [
        None,
        late,
        None,
        late,
        Reason(ReasonCode.DAY_MISSING, {"fact": "submitted_on"}),
    ]


@pytest.mark.parametrize(
    ("year", "is_near"), [(1900, True), (2000, False), (2023, True), (2024, False), (2100, True)]
)
def test_a_leap_day_is_a_day_between_two_others(year, is_near):
    people = [{"submitted_on": date(year, 3, 1), "paid_on": date(year, 2, 28)}]
    assert [one is None for one in reasons(DayUntil("submitted_on", "paid_on", 1), people)] == [is_near]
    assert reasons(DayUntil("submitted_on", "paid_on", 2), people) == [None]


def test_two_days_of_which_the_later_is_nothing():
    people = [{"report_on": None, "paid_on": date(2023, 3, 1)}]
    assert reasons(DayUntil("report_on", "paid_on", 31), people) == [
        Reason(ReasonCode.DAY_MISSING, {"fact": "report_on"})
    ]


@pytest.mark.parametrize("there", ["report_on", "paid_on"])
def test_a_day_that_is_not_there_is_not_one_of_long_ago(there):
    person = {"report_on": None, "paid_on": None, there: date(2023, 3, 1)}
    assert reasons(DayUntil("report_on", "paid_on", 999_999), [person]) == [
        Reason(ReasonCode.DAY_MISSING, {"fact": "report_on"})
    ]


def test_a_day_until_a_fixed_day():
    people = with_fact("report_on", date(2023, 6, 30), date(2023, 7, 1), None)
    assert reasons(DayUntil("report_on", until=date(2023, 6, 30)), people) == [
        None,
        Reason(ReasonCode.DAY_TOO_LATE, {"fact": "report_on", "until": "2023-06-30"}),
        Reason(ReasonCode.DAY_MISSING, {"fact": "report_on"}),
    ]


KIND = Reason(ReasonCode.INDICATOR_WRONG_KIND, {"kind": "current"})
MISSING = Reason(ReasonCode.INDICATOR_MISSING)


def not_valid(**said: str) -> Reason:
    return Reason(ReasonCode.INDICATOR_NOT_VALID, said)


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({"isee_cents": 0}, None),
        ({"isee_cents": None}, MISSING),
        ({"isee_kind": ""}, MISSING),
        ({"isee_issued_on": None}, MISSING),
        ({"isee_valid_until": None}, MISSING),
        ({"isee_kind": "minors"}, None),
        ({"isee_kind": "current"}, KIND),
        ({"isee_kind": "current", "isee_cents": None}, MISSING),
        ({"isee_issued_on": date(2023, 1, 1)}, None),
        ({"isee_issued_on": date(2022, 12, 31)}, not_valid(issued_on="2022-12-31")),
        ({"isee_valid_until": date(2022, 12, 31)}, not_valid(valid_until="2022-12-31")),
        ({"isee_valid_until": date(2023, 1, 1)}, None),
        ({"submitted_on": date(2022, 12, 31)}, not_valid()),
        (
            {"isee_issued_on": date(2023, 2, 2), "submitted_on": date(2023, 2, 1)},
            not_valid(issued_on="2023-02-02"),
        ),
        ({"isee_issued_on": date(2023, 2, 1), "submitted_on": date(2023, 2, 1)}, None),
        (
            {"isee_issued_on": date(2023, 2, 2), "isee_valid_until": date(2023, 2, 1)},
            not_valid(issued_on="2023-02-02", valid_until="2023-02-01"),
        ),
        (
            {"submitted_on": date(2023, 2, 2), "isee_valid_until": date(2023, 2, 1)},
            not_valid(valid_until="2023-02-01"),
        ),
    ],
)
def test_an_indicator_of_which_only_a_part_is_known(known, reason):
    attested = IndicatorAttested(("ordinary", "minors"), date(2023, 1, 1))
    missing = tuple(name for name in attested.facts if name not in known)
    settled = Judgement(Answer.NOT_MET, reason)
    assert attested.judge(known) == (
        settled if reason is not None else Judgement(Answer.NOT_KNOWN, missing=missing)
    )


@pytest.mark.parametrize(
    ("condition", "fact", "reason"),
    [
        (
            AgeBetween(6, 12, "course_starts_on"),
            "course_starts_on",
            Reason(ReasonCode.DAY_MISSING, {"fact": "course_starts_on"}),
        ),
        (
            LivesHereFor("parent_resident_since", 5),
            "parent_resident_since",
            Reason(ReasonCode.RESIDENCE_TOO_SHORT, {"fact": "parent_resident_since", "years": 5}),
        ),
        (
            DayUntil("course_starts_on", "paid_on", 31),
            "paid_on",
            Reason(ReasonCode.DAY_MISSING, {"fact": "course_starts_on"}),
        ),
        (
            DayUntil("course_starts_on", "paid_on", 31),
            "course_starts_on",
            Reason(ReasonCode.DAY_MISSING, {"fact": "course_starts_on"}),
        ),
    ],
)
def test_a_day_that_is_not_there_settles_it_alone(condition, fact, reason):
    assert condition.judge({fact: None}) == Judgement(Answer.NOT_MET, reason)
    other = tuple(name for name in condition.facts if name != fact)
    assert condition.judge({fact: date(2023, 3, 1)}) == Judgement(Answer.NOT_KNOWN, missing=other)
