"""Every way to say how much: the amount with its working, and the same over a column, on both sides of each border."""

from datetime import date

import pytest

from wishmi.core.columns import Columns
from wishmi.core.facts import ChildFacts
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
from wishmi.core.rules.limits import Dated
from wishmi.core.rules.who import CountBetween, Holds
from wishmi.core.rules.workings import NOTHING_DUE, AmountRule, Step, Working

BANDS = (
    Stretch(1_000, inclusive=False, amount=400),
    Stretch(2_000, inclusive=True, amount=300),
    Stretch(3_000, inclusive=True, amount=0),
)


def workings(rule: AmountRule, people: list[dict]) -> list[Working]:
    """The working of each; a column gives the same amounts, and what is not known is asked for."""
    made = [rule.work_out(person) for person in people]
    found = rule.of(Columns.of([ChildFacts.of(person) for person in people]))
    assert found.dtype == int
    assert found.tolist() == [one.amount for one in made]
    for person in people:
        for hidden in rule.facts:
            known = {name: value for name, value in person.items() if name != hidden}
            early = rule.work_out(known)
            assert early in (Working(None, missing=(hidden,)), rule.work_out(person))
    return made


def worked(amount: int, *steps: Step) -> Working:
    return Working(amount, steps)


def asks(rule: AmountRule, known: dict) -> tuple[str, ...]:
    """What is missing; the amount is not told."""
    made = rule.work_out(known)
    assert made == Working(None, missing=made.missing)
    return made.missing


def with_fact(name: str, *values: object) -> list[dict]:
    return [{name: value} for value in values]


def test_the_same_for_everyone():
    assert workings(Flat(100), [{"minors": 1}, {"minors": 2}]) == [worked(100, Step("flat", 100))] * 2
    assert Flat(100).work_out({}) == worked(100, Step("flat", 100))
    assert Flat(0).work_out({}) == NOTHING_DUE
    assert (Flat(100).facts, Flat(100).values()) == ((), (100,))


def test_the_same_for_everyone_by_date():
    flat = Flat(Dated("flat", ((date(2022, 1, 1), 50), (date(2023, 1, 1), 0))))
    people = with_fact("submitted_on", date(2022, 12, 31), date(2023, 1, 1))
    assert workings(flat, people) == [worked(50, Step("flat", 50)), NOTHING_DUE]
    assert asks(flat, {}) == ("submitted_on",)
    assert (flat.facts, flat.values()) == (("submitted_on",), (50, 0))


def test_by_band():
    def step(amount: int, value: int, band: int) -> Working:
        said = (("fact", "income_cents"), ("value", value), ("band", band))
        return worked(amount, Step("band", amount, said))

    rule = ByBand("income_cents", BANDS, least=5)
    people = with_fact("income_cents", 4, 5, 999, 1_000, 2_000, 2_001, 3_001, None)
    assert workings(rule, people) == [
        NOTHING_DUE,
        step(400, 5, 1),
        step(400, 999, 1),
        step(300, 1_000, 2),
        step(300, 2_000, 2),
        NOTHING_DUE,
        NOTHING_DUE,
        NOTHING_DUE,
    ]
    assert asks(rule, {}) == ("income_cents",)
    assert (rule.facts, rule.values()) == (("income_cents",), (400, 300, 0))
    assert ByBand("income_cents", BANDS).work_out({"income_cents": 0}) == step(400, 0, 1)


def test_by_band_of_age():
    rule = ByBand(AGE, (Stretch(6, inclusive=False, amount=10), Stretch(17, inclusive=True, amount=20)))
    days = (date(2017, 3, 11), date(2017, 3, 10), date(2005, 3, 11), date(2005, 3, 10), date(2023, 3, 11))
    people = [{"born_on": day, "submitted_on": date(2023, 3, 10)} for day in (*days, date(2023, 3, 10))]
    ages = [(10, 5, 1), (20, 6, 2), (20, 17, 2), None, None, (10, 0, 1)]
    assert workings(rule, people) == [
        NOTHING_DUE
        if age is None
        else worked(age[0], Step("band", age[0], (("fact", AGE), ("value", age[1]), ("band", age[2]))))
        for age in ages
    ]
    assert asks(rule, {}) == ("born_on", "submitted_on")


def test_bands_that_differ_by_a_choice():
    high = ByBand("income_cents", (Stretch(1_000, inclusive=True, amount=7),))
    rule = Matrix(
        "school_level",
        ((("early", "primary"), ByBand("income_cents", BANDS)), (("primary", "none"), high)),
    )
    levels = ("early", "primary", "none", "tertiary")
    people = [{"school_level": level, "income_cents": 1_000} for level in levels]
    said = (("fact", "income_cents"), ("value", 1_000))
    first = worked(300, Step("band", 300, (*said, ("band", 2))))
    assert workings(rule, people) == [
        first,
        first,
        worked(7, Step("band", 7, (*said, ("band", 1)))),
        NOTHING_DUE,
    ]
    assert asks(rule, {}) == ("school_level", "income_cents")
    assert rule.values() == (400, 300, 0, 7)


CASES = ((Holds("disabled"), 50), (CountBetween("minors", 3), 40))
HOUSEHOLDS = [{"disabled": disabled, "minors": minors} for disabled in (True, False) for minors in (3, 2)]


def case(place: int, amount: int) -> Step:
    return Step("case", amount, (("case", place),))


def test_the_first_case_that_is_met():
    rule = ByCase(CASES, otherwise=10)
    assert workings(rule, HOUSEHOLDS) == [
        worked(50, case(1, 50)),
        worked(50, case(1, 50)),
        worked(40, case(2, 40)),
        worked(10, Step("otherwise", 10)),
    ]
    assert asks(rule, {}) == ("disabled",)
    assert asks(rule, {"disabled": False}) == ("minors",)
    assert rule.facts == ("disabled", "minors")
    assert rule.values() == (50, 40, 10)
    assert ByCase(CASES).values() == (50, 40)
    assert ByCase(CASES).work_out(HOUSEHOLDS[3]) == NOTHING_DUE


def test_cases_that_add_up():
    rule = ByCase(CASES, otherwise=10, add_up=True)
    assert workings(rule, HOUSEHOLDS) == [
        worked(90, case(1, 50), case(2, 40)),
        worked(50, case(1, 50)),
        worked(40, case(2, 40)),
        worked(10, Step("otherwise", 10)),
    ]
    assert rule.values() == (10, 40, 50, 90)
    assert ByCase(CASES, add_up=True).values() == (40, 50, 90)


def test_what_is_due_otherwise_can_be_named_where_cases_add_up():
    rule = ByCase(CASES, otherwise=10, add_up=True)
    for person in HOUSEHOLDS:
        assert rule.work_out(person).amount in rule.values()


def test_as_many_sums_are_named_as_ten_cases_make():
    ten = tuple((CountBetween("minors", least), 2**least) for least in range(10))
    assert ByCase(ten, add_up=True).values() == tuple(range(1, 1_024))
    assert ByCase((*ten, CASES[0]), add_up=True).values() is None
    assert len(ByCase((*ten, CASES[0])).values()) == 11
    assert len(Adjusted(Flat(1), bonuses=ten).values()) == 1_024
    assert Adjusted(Flat(1), bonuses=(*ten, CASES[0])).values() is None


def test_a_share_of_the_cost():
    rule = PercentOfCost(50, 1_000)

    def share(amount: int, cost: int) -> Step:
        return Step("percent_of_cost", amount, (("percent", 50), ("cost_cents", cost)))

    assert workings(rule, with_fact("cost_cents", None, 1, 3, 2_001, 2_002)) == [
        NOTHING_DUE,
        NOTHING_DUE,
        worked(1, share(1, 3)),
        worked(1_000, share(1_000, 2_001)),
        worked(1_000, share(1_001, 2_002), Step("at_most", 1_000)),
    ]
    assert asks(rule, {}) == ("cost_cents",)
    assert rule.values() is None
    assert workings(PercentOfCost(100, 9), with_fact("cost_cents", None, 0)) == [NOTHING_DUE, NOTHING_DUE]


@pytest.mark.parametrize(
    ("since", "until", "months"),
    [
        (date(2024, 3, 31), date(2024, 3, 31), 1),
        (date(2024, 3, 31), date(2024, 4, 1), 2),
        (date(2024, 1, 1), date(2024, 2, 29), 1),
        (date(2024, 1, 1), date(2024, 1, 31), 0),
        (date(2023, 1, 1), date(2026, 1, 1), 12),
        (date(2025, 1, 31), date(2025, 3, 1), 1),
        (date(2025, 2, 1), date(2025, 3, 1), 0),
        (date(2025, 5, 1), date(2025, 6, 1), 0),
        (date(2024, 12, 31), date(2025, 1, 1), 2),
        (None, date(2025, 1, 1), 0),
        (date(2024, 12, 31), None, 0),
        (date(2024, 6, 1), date(2024, 5, 31), 0),
        (date(2024, 6, 1), date(2024, 4, 30), 0),
    ],
)
def test_so_much_for_each_month(since, until, months):
    rule = PerMonth(15, date(2024, 2, 1), date(2025, 1, 31))
    step = Step("per_month", 15 * months, (("months", months), ("each_cents", 15)))
    expected = worked(15 * months, step) if months else NOTHING_DUE
    assert workings(rule, [{"approved_from": since, "approved_until": until}]) == [expected]


def test_one_end_outside_settles_that_nothing_is_due():
    rule = PerMonth(15, date(2024, 2, 1), date(2025, 1, 31))
    for settled in ({"approved_from": date(2025, 2, 1)}, {"approved_until": date(2024, 1, 31)}):
        assert rule.work_out(settled) == NOTHING_DUE
    assert asks(rule, {"approved_from": date(2025, 1, 31)}) == ("approved_until",)
    assert asks(rule, {"approved_until": date(2024, 2, 1)}) == ("approved_from",)


def test_every_number_of_months_is_named():
    rule = PerMonth(15, date(2024, 12, 1), date(2025, 1, 31))
    assert rule.values() == (15, 30)
    assert asks(rule, {}) == ("approved_from", "approved_until")


def test_sessions_instead_of_money():
    seasons = (
        Season("spring", date(2025, 4, 1), date(2025, 4, 15), 4),
        Season("summer", date(2025, 7, 1), date(2025, 8, 31), 16),
    )
    rule = InUnits("sessions", seasons, 35)
    steps = (
        Step("season", 140, (("season", "spring"), ("units", 4))),
        Step("season", 560, (("season", "summer"), ("units", 16))),
    )
    assert workings(rule, with_fact("minors", 1, 2)) == [Working(700, steps)] * 2
    assert (rule.units, rule.values(), rule.facts) == (20, (700,), ())


def test_what_is_asked_for():
    rule = Requested(1_000)

    def step(given: int, asked: int) -> Working:
        return worked(given, Step("requested", given, (("requested_cents", asked),)))

    assert workings(rule, with_fact("requested_cents", 0, 1, 1_000, 1_001)) == [
        NOTHING_DUE,
        step(1, 1),
        step(1_000, 1_000),
        step(1_000, 1_001),
    ]
    assert asks(rule, {}) == ("requested_cents",)
    assert rule.values() is None


def each(amount: int, count: int) -> Step:
    return Step("for_each", amount, (("fact", "minors"), ("count", count)))


def bonus(place: int, amount: int) -> Step:
    return Step("bonus", amount, (("bonus", place),))


def test_times_plus_and_at_most():
    rule = Adjusted(Flat(100), "minors", 3, ((Holds("lone_parent"), 50), (Holds("disabled"), 25)), 300)
    flat = Step("flat", 100)
    people = [
        {"minors": minors, "lone_parent": lone, "disabled": disabled}
        for minors, lone, disabled in [
            (2, False, False),
            (2, True, True),
            (3, False, True),
            (9, False, False),
        ]
    ]
    assert workings(rule, people) == [
        worked(200, flat, each(200, 2)),
        worked(275, flat, each(200, 2), bonus(1, 50), bonus(2, 25)),
        worked(300, flat, each(300, 3), bonus(2, 25), Step("at_most", 300)),
        worked(300, flat, each(300, 3)),
    ]
    assert asks(rule, {}) == ("minors", "lone_parent", "disabled")
    assert rule.facts == ("minors", "lone_parent", "disabled")
    assert rule.values() == (25, 50, 75, 100, 125, 150, 175, 200, 225, 250, 275, 300)


def test_times_a_count_that_is_not_there():
    rule = Adjusted(Flat(100), "school_grade", 3, ((Holds("disabled"), 25),))
    people = [
        {"school_grade": grade, "disabled": yes} for grade, yes in [(None, False), (None, True), (1, True)]
    ]
    none = Step("for_each", 0, (("fact", "school_grade"), ("count", 0)))
    assert workings(rule, people) == [
        NOTHING_DUE,
        worked(25, Step("flat", 100), none, bonus(1, 25)),
        worked(
            125,
            Step("flat", 100),
            Step("for_each", 100, (("fact", "school_grade"), ("count", 1))),
            bonus(1, 25),
        ),
    ]


def test_a_bonus_needs_a_base():
    rule = Adjusted(ByBand("isee_cents", BANDS), bonuses=((Holds("lone_parent"), 5),))
    people = [{"isee_cents": cents, "lone_parent": True} for cents in (2_000, 3_001)]
    assert workings(rule, people)[1] == NOTHING_DUE
    assert rule.values() == (300, 305, 400, 405)
    assert rule.facts == ("isee_cents", "lone_parent")
    assert Adjusted(PercentOfCost(50, 10)).values() is None


def test_a_base_and_a_bonus_that_ask_the_same_ask_once():
    rule = Adjusted(ByBand("minors", BANDS), "minors", 2, ((CountBetween("minors", 3), 5),), 1_000)
    assert asks(rule, {}) == ("minors",)
    assert rule.values() == (5, 300, 305, 400, 405, 600, 605, 800, 805)
