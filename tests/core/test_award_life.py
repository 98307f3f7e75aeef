"""The life of an award: its last day, on which days it is credited, what is carried over, what can be used."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wishmi.core.rules.amounts import InUnits, PerMonth, Season
from wishmi.core.rules.life import CarryOver, Credit, Holder, LifeRule, available_on, credits_of, excess_of

LIFE = LifeRule(0, date(2026, 12, 31))


def test_what_is_carried_over_lives_as_long_as_the_award():
    yearly = LifeRule(0, date(2026, 12, 31), yearly=True, carry_over=CarryOver.ALL)
    made = credits_of(yearly, 100, None, Holder(date(2025, 6, 1)))
    assert [(one.on, one.until) for one in made] == [
        (date(2025, 6, 1), date(2026, 12, 31)),
        (date(2026, 1, 1), date(2026, 12, 31)),
    ]
    assert yearly.carried(70) == 70
    assert LifeRule(0, date(2026, 1, 1), carry_over=CarryOver.CAPPED, carry_at_most=50).carried(70) == 50
    assert LIFE.carried(70) == 0


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 60)), max_size=8), st.integers(0, 800))
def test_law_what_can_be_used_is_what_was_credited_less_what_was_spent_or_lost(spent, later):
    start = date(2025, 1, 1)
    made = credits_of(LIFE, 1_000, None, Holder(start))
    outgo = [(start + timedelta(days=after), amount) for after, amount in spent]
    when = start + timedelta(days=later)
    left = available_on(made, outgo, when)
    assert left == (1_000 - sum(amount for _, amount in outgo) if when <= LIFE.use_until else 0)


YEARLY = LifeRule(0, date(2025, 3, 15), yearly=True)


def credited(rule: LifeRule, holder: Holder, how: object = None, amount: int = 100) -> list[Credit]:
    return list(credits_of(rule, amount, how, holder))


def test_an_award_is_credited_at_once():
    assert credited(LIFE, Holder(date(2026, 3, 1))) == [
        Credit(date(2026, 3, 1), date(2026, 12, 31), 100, "award")
    ]
    last_day = Holder(date(2026, 12, 31))
    assert credited(LIFE, last_day) == [Credit(date(2026, 12, 31), date(2026, 12, 31), 100, "award")]
    assert credited(LIFE, Holder(date(2027, 1, 1))) == []


def test_what_is_credited_ends_before_the_age_is_reached():
    rule = LifeRule(0, date(2026, 12, 31), until_age=18)
    ends = date(2026, 5, 1)
    assert credited(rule, Holder(date(2026, 3, 1), date(2008, 5, 2))) == [
        Credit(date(2026, 3, 1), ends, 100, "award")
    ]
    assert credited(rule, Holder(ends, date(2008, 5, 2))) == [Credit(ends, ends, 100, "award")]
    assert credited(rule, Holder(date(2026, 5, 2), date(2008, 5, 2))) == []


@pytest.mark.parametrize(
    ("rule", "born_on", "ends"),
    [
        (LIFE, None, date(2026, 12, 31)),
        (LifeRule(0, date(2026, 12, 31), valid_days=0), None, date(2026, 3, 1)),
        (LifeRule(0, date(2026, 12, 31), valid_days=31), None, date(2026, 4, 1)),
        (LifeRule(0, date(2026, 3, 31), valid_days=31), None, date(2026, 3, 31)),
        (LifeRule(0, date(2026, 12, 31), until_age=18), None, date(2026, 12, 31)),
        (LIFE, date(2008, 5, 2), date(2026, 12, 31)),
        (LifeRule(0, date(2026, 12, 31), until_age=18), date(2008, 5, 2), date(2026, 5, 1)),
        (LifeRule(0, date(2026, 12, 31), until_age=18), date(2008, 2, 29), date(2026, 2, 27)),
        (LifeRule(0, date(2026, 12, 31), valid_days=7, until_age=18), date(2008, 5, 2), date(2026, 3, 8)),
    ],
)
def test_the_last_day_of_an_award(rule, born_on, ends):
    assert rule.last_day(date(2026, 3, 1), born_on) == ends


def test_the_rest_that_is_carried_over_is_capped():
    rule = LifeRule(0, date(2026, 1, 1), carry_over=CarryOver.CAPPED, carry_at_most=50)
    assert [rule.carried(left) for left in (49, 50, 51)] == [49, 50, 50]


def test_each_year_is_credited_anew():
    holder = Holder(date(2023, 6, 1))
    assert credited(YEARLY, holder) == [
        Credit(date(2023, 6, 1), date(2023, 12, 31), 100, "year"),
        Credit(date(2024, 1, 1), date(2024, 12, 31), 100, "year"),
        Credit(date(2025, 1, 1), date(2025, 3, 15), 100, "year"),
    ]
    capped = LifeRule(0, date(2024, 12, 31), yearly=True, carry_over=CarryOver.CAPPED, carry_at_most=5)
    last = date(2024, 12, 31)
    assert credited(capped, holder) == [
        Credit(date(2023, 6, 1), last, 100, "year", date(2023, 12, 31)),
        Credit(date(2024, 1, 1), last, 100, "year", None),
    ]
    everything = LifeRule(0, last, yearly=True, carry_over=CarryOver.ALL)
    assert [one.capped_after for one in credited(everything, holder)] == [None, None]


def test_each_month_of_an_approval_is_credited():
    how = PerMonth(15, date(2024, 11, 15), date(2025, 2, 20))
    rule = LifeRule(0, date(2025, 3, 31))

    def months(since: date | None, until: date | None, rule: LifeRule = rule) -> list[tuple[date, date]]:
        made = credited(rule, Holder(date(2024, 10, 1), None, since, until), how)
        assert all((one.amount, one.why) == (15, "month") for one in made)
        return [(one.on, one.until) for one in made]

    assert months(date(2024, 10, 1), date(2025, 6, 1)) == [
        (day, date(2025, 2, 20))
        for day in (date(2024, 11, 15), date(2024, 12, 1), date(2025, 1, 1), date(2025, 2, 1))
    ]
    assert months(date(2024, 12, 5), date(2025, 1, 1)) == [
        (date(2024, 12, 5), date(2025, 1, 1)),
        (date(2025, 1, 1), date(2025, 1, 1)),
    ]
    early = LifeRule(0, date(2024, 12, 1))
    assert months(date(2024, 12, 1), date(2025, 1, 1), early) == [(date(2024, 12, 1), date(2024, 12, 1))]
    assert months(None, date(2025, 1, 1)) == months(date(2024, 12, 5), None) == []


def test_units_are_credited_inside_their_season():
    seasons = (
        Season("spring", date(2025, 4, 1), date(2025, 4, 15), 4),
        Season("summer", date(2025, 7, 1), date(2025, 8, 31), 16),
        Season("past", date(2025, 1, 1), date(2025, 1, 31), 2),
    )
    how = InUnits("sessions", seasons, 35)
    made = credited(LifeRule(0, date(2025, 7, 31)), Holder(date(2025, 4, 5)), how)
    assert made == [
        Credit(date(2025, 4, 5), date(2025, 4, 15), 4, "season spring"),
        Credit(date(2025, 7, 1), date(2025, 7, 31), 16, "season summer"),
    ]


def test_a_birthday_after_the_award_is_credited():
    rule = LifeRule(0, date(2027, 5, 2), recredits=((17, 30), (18, 40), (19, 50), (20, 60)))
    award = Credit(date(2025, 5, 2), date(2027, 5, 2), 100, "award")
    assert credited(rule, Holder(date(2025, 5, 2), date(2008, 5, 2))) == [
        award,
        Credit(date(2026, 5, 2), date(2027, 5, 2), 40, "birthday"),
        Credit(date(2027, 5, 2), date(2027, 5, 2), 50, "birthday"),
    ]
    assert credited(rule, Holder(date(2025, 5, 2))) == [award]


def test_credits_end_some_days_after_the_award_where_the_call_says_so():
    rule = LifeRule(0, date(2026, 12, 31), valid_days=10)
    assert credited(rule, Holder(date(2026, 3, 1))) == [
        Credit(date(2026, 3, 1), date(2026, 3, 11), 100, "award")
    ]


def test_credits_stand_in_the_order_of_their_days():
    rule = LifeRule(0, date(2025, 12, 31), yearly=True, recredits=((17, 30),))
    made = credited(rule, Holder(date(2024, 6, 1), date(2007, 9, 9)))
    assert [(one.on, one.why) for one in made] == [
        (date(2024, 6, 1), "year"),
        (date(2024, 9, 9), "birthday"),
        (date(2025, 1, 1), "year"),
    ]


def test_what_ends_first_is_spent_first():
    first = Credit(date(2025, 1, 1), date(2025, 12, 31), 100, "long")
    second = Credit(date(2025, 2, 1), date(2025, 3, 1), 50, "short")
    third = Credit(date(2025, 1, 15), date(2025, 3, 1), 20, "short")
    schedule = (first, second, third)

    def left(spent: list[tuple[date, int]], when: date) -> int:
        return available_on(schedule, spent, when)

    assert [left([], day) for day in (date(2025, 1, 14), date(2025, 1, 15), date(2025, 2, 1))] == [
        100,
        120,
        170,
    ]
    assert [left([], day) for day in (date(2025, 3, 1), date(2025, 3, 2))] == [170, 100]
    # Seventy end on 1 March: what is spent until that day is theirs, the rest is taken from the long one.
    for on in (date(2025, 2, 1), date(2025, 3, 1)):
        assert left([(on, 70)], date(2025, 3, 2)) == 100
        assert left([(on, 71)], date(2025, 3, 2)) == 99
    # Of two that end together the one that came first is spent first.
    assert left([(date(2025, 2, 1), 20)], date(2025, 3, 1)) == 150
    with pytest.raises(ValueError, match="1 more than there was"):
        left([(date(2025, 3, 2), 101)], date(2025, 3, 2))
    assert left([(date(2025, 12, 31), 100)], date(2025, 12, 31)) == 0


def test_a_cap_takes_the_oldest_rest_when_a_period_ends():
    rule = LifeRule(0, date(2026, 12, 31), yearly=True, carry_over=CarryOver.CAPPED, carry_at_most=50)
    made = credits_of(rule, 100, None, Holder(date(2023, 6, 1)))

    def left(spent: list[tuple[date, int]], when: date, most: int = 50) -> int:
        return available_on(made, spent, when, most)

    assert [left([], date(2024, 1, 1), most) for most in (0, 1, 99, 100, 101)] == [100, 101, 199, 200, 200]
    assert left([(date(2023, 12, 31), 50)], date(2024, 1, 1)) == 150
    assert left([(date(2023, 12, 31), 51)], date(2024, 1, 1)) == 149
    assert left([(date(2024, 1, 1), 150)], date(2024, 1, 1)) == 0
    with pytest.raises(ValueError, match="1 more than there was"):
        left([(date(2024, 1, 1), 151)], date(2024, 1, 1))
    assert available_on(made, [], date(2024, 1, 1)) == 100
    assert [left([(date(2025, 1, 1), 10)], day) for day in (date(2025, 12, 31), date(2026, 1, 1))] == [
        140,
        150,
    ]


def test_an_award_of_new_year_s_eve_is_capped_the_next_day():
    rule = LifeRule(0, date(2024, 12, 31), yearly=True, carry_over=CarryOver.CAPPED, carry_at_most=50)
    made = credits_of(rule, 100, None, Holder(date(2023, 12, 31)))
    assert [available_on(made, [], day, 50) for day in (date(2023, 12, 31), date(2024, 1, 1))] == [100, 150]


@pytest.mark.parametrize(
    ("left", "most", "excess"),
    [
        ((), 5, ()),
        ((3, 4), 7, (0, 0)),
        ((3, 4), 8, (0, 0)),
        ((3, 4), 6, (1, 0)),
        ((3, 4), 3, (3, 1)),
        ((3, 4), 0, (3, 4)),
    ],
)
def test_what_is_not_carried_over(left, most, excess):
    assert excess_of(left, most) == excess
