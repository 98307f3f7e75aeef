"""What days do to credits: exact after any pause, in one step or in many; parts of a schedule sum to the whole."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from wishmi.core.rules.amounts import PerMonth
from wishmi.core.rules.crediting import Change, Standing, State, Step, due_changes, next_day, scaled
from wishmi.core.rules.life import CarryOver, Credit, Holder, LifeRule, available_on, credits_of

START = date(2023, 1, 31)
DAY = timedelta(days=1)


@st.composite
def schedules(draw) -> list[Credit]:
    made = []
    for _ in range(draw(st.integers(1, 5))):
        on = START + DAY * draw(st.integers(0, 800))
        until = on + DAY * draw(st.integers(0, 700))
        capped = draw(st.sampled_from([None, date(on.year, 12, 31)]))
        is_capped = capped is not None and capped < until
        made.append(Credit(on, until, draw(st.integers(1, 999)), "year", capped if is_capped else None))
    return made


def play(standings: list[Standing], changes: tuple[Change, ...]) -> list[Standing]:
    """Standings after changes, worked out from what the changes say alone."""
    after = {
        Step.COME: State.CAME,
        Step.WITHHOLD: State.WITHHELD,
        Step.END: State.ENDED,
        Step.DROP: State.DROPPED,
    }
    now = list(standings)
    for one in changes:
        free = now[one.place].free
        change = (
            one.amount if one.step is Step.COME else -one.amount if one.step in {Step.END, Step.CUT} else 0
        )
        now[one.place] = replace(
            now[one.place], state=after.get(one.step, now[one.place].state), free=free + change
        )
    return now


@given(schedules(), st.lists(st.integers(0, 1600), max_size=6), st.integers(0, 1_500))
def test_law_many_looks_find_what_one_finds_and_what_the_core_says(schedule, looks, most):
    end = START + 1600 * DAY
    planned = [Standing(one, State.PLANNED, 0) for one in schedule]
    at_once = play(planned, due_changes(planned, START, end, most, lambda _: True))
    now, since = planned, START - DAY
    for after in [*sorted(looks), 1600]:
        today = START + after * DAY
        now = play(now, due_changes(now, since, today, most, lambda _: True))
        assert sum(one.free for one in now) == available_on(schedule, [], today, most)
        assert due_changes(now, today, today, most, lambda _: True) == ()
        since = today
    assert now == at_once


@given(schedules(), st.integers(0, 1600))
def test_law_nothing_changes_before_the_next_day_that_is_named(schedule, after):
    today = START + after * DAY
    planned = [Standing(one, State.PLANNED, 0) for one in schedule]
    now = play(planned, due_changes(planned, START - DAY, today, 100, lambda _: True))
    when = next_day(now, today)
    if when is None:
        assert due_changes(now, today, today + 5000 * DAY, 100, lambda _: True) == ()
        return
    assert when > today
    assert due_changes(now, today, when - DAY, 100, lambda _: True) == ()


def test_what_is_withheld_never_comes_by_itself_and_is_dropped_at_its_end():
    one = Standing(Credit(START, START + 9 * DAY, 500, "year"), State.PLANNED, 0)
    changes = due_changes([one], START - DAY, START, 0, lambda _: False)
    assert changes == (Change(0, Step.WITHHOLD, START, 0),)
    held = play([one], changes)
    assert due_changes(held, START, START + 9 * DAY, 0, lambda _: True) == ()
    assert due_changes(held, START, START + 10 * DAY, 0, lambda _: True) == (
        Change(0, Step.DROP, START + 10 * DAY, 500),
    )


def test_at_the_end_of_a_year_the_oldest_rest_beyond_the_cap_goes():
    rule = LifeRule(0, date(2025, 12, 31), yearly=True, carry_over=CarryOver.CAPPED, carry_at_most=50)
    made = credits_of(rule, 100, None, Holder(date(2023, 6, 1)))
    spent = [(date(2023, 7, 1), 30)]
    days = (date(2023, 12, 31), date(2024, 1, 1), date(2025, 1, 1), date(2026, 1, 1))
    assert [available_on(made, spent, day, 50) for day in days] == [70, 150, 150, 0]
    assert available_on(made, [*spent, (date(2024, 2, 1), 60)], date(2024, 12, 31), 50) == 90


def test_a_month_begins_with_the_approval_and_then_on_each_first():
    how = PerMonth(1_500, date(2025, 1, 1), date(2025, 12, 31))
    holder = Holder(date(2025, 1, 20), None, date(2025, 1, 31), date(2025, 4, 30))
    made = credits_of(LifeRule(0, date(2025, 12, 31)), 6_000, how, holder)
    assert [(f"{one.on}", f"{one.until}") for one in made] == [
        ("2025-01-31", "2025-04-30"),
        ("2025-02-01", "2025-04-30"),
        ("2025-03-01", "2025-04-30"),
        ("2025-04-01", "2025-04-30"),
    ]
    assert [one.amount for one in scaled(made, 6_000, 1_001)] == [250, 250, 250, 251]


@given(schedules(), st.integers(0, 10_000))
def test_law_a_part_of_a_schedule_sums_to_what_was_given(schedule, given_amount):
    whole = sum(one.amount for one in schedule)
    assert sum(one.amount for one in scaled(schedule, whole, given_amount)) == given_amount


CAME, PLANNED = State.CAME, State.PLANNED
FIRST = Credit(date(2024, 1, 1), date(2024, 12, 31), 100, "year")
NEXT = Credit(date(2025, 1, 1), date(2025, 12, 31), 100, "year")


def changes(
    standings: list[Standing], since: date, today: date, most: int = 0, *, may_come: bool = True
) -> tuple[Change, ...]:
    return due_changes(standings, since, today, most, lambda _day: may_come)


def test_a_new_year_ends_the_old_credit_first():
    now = [Standing(FIRST, CAME, 30), Standing(NEXT, PLANNED, 0)]
    new_year = date(2025, 1, 1)
    assert changes(now, date(2024, 12, 30), date(2024, 12, 31)) == ()
    assert changes(now, date(2024, 12, 31), new_year) == (
        Change(0, Step.END, new_year, 30),
        Change(1, Step.COME, new_year, 100),
    )
    assert changes(now, date(2024, 12, 31), new_year, may_come=False)[1] == Change(
        1, Step.WITHHOLD, new_year, 0
    )


def test_a_credit_is_asked_for_with_its_own_day():
    asked = []
    due_changes(
        [Standing(NEXT, PLANNED, 0)], date(2024, 1, 1), date(2025, 6, 1), 0, lambda day: not asked.append(day)
    )
    assert asked == [date(2025, 1, 1)]


def test_what_was_planned_and_never_came_is_dropped_whole():
    now = [Standing(FIRST, State.WITHHELD, 0)]
    assert changes(now, date(2024, 6, 1), date(2025, 1, 1)) == (Change(0, Step.DROP, date(2025, 1, 1), 100),)
    for state in (State.ENDED, State.DROPPED):
        assert changes([Standing(FIRST, state, 0)], date(2024, 6, 1), date(2025, 1, 1)) == ()


def test_the_rest_beyond_the_cap_is_cut_between_two_years():
    last = date(2026, 12, 31)
    years = [Credit(date(year, 1, 1), last, 100, "year", date(year, 12, 31)) for year in (2024, 2025)]
    now = [Standing(years[0], CAME, 40), Standing(years[1], PLANNED, 0)]
    new_year = date(2025, 1, 1)
    come = Change(1, Step.COME, new_year, 100)
    assert changes(now, date(2024, 12, 31), new_year, 40) == (come,)
    assert changes(now, date(2024, 12, 31), new_year, 39) == (Change(0, Step.CUT, new_year, 1), come)
    # What came on the day of the cut is of the new period and stays.
    came = [Standing(years[0], CAME, 40), Standing(years[1], CAME, 100)]
    assert changes(came, date(2024, 12, 31), new_year, 0) == (Change(0, Step.CUT, new_year, 40),)
    # A cut that was made is not made again.
    assert changes(came, new_year, date(2025, 12, 31), 0) == ()
    later = date(2026, 1, 1)
    assert changes(came, new_year, later, 120) == (Change(0, Step.CUT, later, 20),)
    assert changes(came, new_year, later, 90) == (
        Change(0, Step.CUT, later, 40),
        Change(1, Step.CUT, later, 10),
    )
    plain = [Standing(replace(FIRST, until=last), CAME, 40), *came[1:]]
    assert changes(plain, date(2025, 6, 1), later, 0) == (Change(1, Step.CUT, later, 100),)


def test_the_next_day_on_which_something_changes():
    capped = Credit(date(2024, 1, 1), date(2026, 12, 31), 100, "year", date(2024, 12, 31))
    june = date(2024, 6, 1)
    assert next_day([Standing(NEXT, PLANNED, 0)], june) == date(2025, 1, 1)
    assert next_day([Standing(NEXT, State.WITHHELD, 0)], june) == date(2026, 1, 1)
    assert next_day([Standing(FIRST, CAME, 1), Standing(NEXT, CAME, 1)], june) == date(2025, 1, 1)
    assert next_day([Standing(capped, CAME, 1)], june) == date(2025, 1, 1)
    assert next_day([Standing(capped, CAME, 1)], date(2025, 1, 1)) == date(2027, 1, 1)
    assert next_day([Standing(FIRST, State.ENDED, 0), Standing(NEXT, State.DROPPED, 0)], june) is None
    assert next_day([Standing(FIRST, CAME, 1)], date(2025, 1, 1)) is None
    assert next_day([], june) is None


def test_a_part_of_a_schedule_is_rounded_down_once():
    three = tuple(replace(FIRST, amount=10) for _ in range(3))
    assert [one.amount for one in scaled(three, 30, 20)] == [6, 7, 7]
    assert [one.amount for one in scaled(three, 30, 0)] == [0, 0, 0]
    assert scaled(three, 30, 30) == three
    assert scaled(three, 0, 7) == three
    assert [replace(one, amount=10) for one in scaled(three, 30, 20)] == list(three)


def test_what_is_withheld_and_ends_in_one_pause_is_dropped_once():
    now = [Standing(FIRST, PLANNED, 0)]
    assert changes(now, date(2023, 6, 1), date(2025, 6, 1), may_come=False) == (
        Change(0, Step.WITHHOLD, FIRST.on, 0),
        Change(0, Step.DROP, date(2025, 1, 1), 100),
    )


def test_a_cap_leaves_what_ended_or_was_dropped_alone():
    """The first ends and the second is dropped on the day on which the third's period is cut."""
    capped = Credit(date(2024, 1, 1), date(2026, 12, 31), 100, "year", date(2024, 12, 31))
    ending = replace(FIRST, capped_after=date(2024, 12, 31))
    new_year = date(2025, 1, 1)
    now = [Standing(ending, CAME, 30), Standing(ending, State.WITHHELD, 0), Standing(capped, CAME, 50)]
    assert changes(now, date(2024, 12, 31), new_year, 20) == (
        Change(0, Step.END, new_year, 30),
        Change(1, Step.DROP, new_year, 100),
        Change(2, Step.CUT, new_year, 30),
    )
