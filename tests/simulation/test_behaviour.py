"""What families do: seeded, independent of order, in the shares assumed."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wishmi.simulation.behaviour import BehaviourPlan, Child
from wishmi.simulation.draws import Aspect, chosen, generator, stream, uniform
from wishmi.simulation.providers import activity_columns


@pytest.fixture(scope="session")
def plan(profile):
    return BehaviourPlan(7, profile.behaviour)


@pytest.fixture(scope="session")
def columns(offer):
    return activity_columns(offer)


def child(subject, age=8, left_cents=300_00, lat=45.4644, lon=9.1873):
    return Child(subject, age, lat, lon, left_cents)


@given(st.integers(0, 2**32), st.text(max_size=8), st.integers(0, 10**9))
def test_a_draw_depends_on_its_arguments_alone(seed, label, subject):
    first = uniform(seed, label, subject)
    assert 0 <= first < 1
    assert uniform(seed, label, subject) == first


def test_draws_are_spread_evenly():
    draws = [uniform(1, "even", number) for number in range(20_000)]
    counts = np.histogram(draws, bins=20, range=(0, 1))[0]
    # Twenty cells of a thousand: 50 is beyond every plausible chi-square of 19 degrees of freedom.
    assert ((counts - 1000) ** 2 / 1000).sum() < 50


def test_the_first_draws_never_change():
    # Whoever changes these numbers changes every rehearsal made before.
    assert uniform(7, "answer", 1) == pytest.approx(0.9820127595466599, abs=1e-15)
    assert generator(7, "choose", 1).random() == pytest.approx(0.6858113609585483, abs=1e-15)
    assert stream(7, Aspect.FAMILIES).random() == pytest.approx(0.7978591868433563, abs=1e-15)


def test_a_stream_is_the_spawned_child_of_its_seed():
    child_of_seed = np.random.SeedSequence(7).spawn(len(Aspect))[Aspect.ISEE]
    assert stream(7, Aspect.ISEE).random() == np.random.Generator(np.random.PCG64(child_of_seed)).random()


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=6), st.floats(0, 1, exclude_max=True))
def test_a_point_always_falls_into_a_share(weights, point):
    shares = tuple(weight / sum(weights) for weight in weights)
    place = chosen(shares, point)
    assert sum(shares[:place]) <= point + 1e-9
    assert place == len(shares) - 1 or point < sum(shares[: place + 1])


def test_answers_outcomes_and_bookings_have_the_assumed_shares(plan, profile):
    known, size = profile.behaviour, 20_000
    answers = Counter(plan.answer(number) for number in range(size))
    assert answers["accepts"] / size == pytest.approx(known.accepts, abs=0.01)
    assert answers["renounces"] / size == pytest.approx(known.renounces, abs=0.01)
    assert answers["lapses"] / size == pytest.approx(1 - known.accepts - known.renounces, abs=0.01)
    outcomes = Counter(plan.outcome(number) for number in range(size))
    assert outcomes["cancels"] / size == pytest.approx(known.cancels, abs=0.01)
    assert outcomes["does_not_show"] / (size - outcomes["cancels"]) == pytest.approx(known.no_show, abs=0.01)
    wanted = Counter(plan.bookings_wanted(number) for number in range(size))
    for bookings, share in enumerate(known.bookings):
        assert wanted[bookings] / size == pytest.approx(share, abs=0.012)


def test_answers_come_within_the_term(plan):
    days = [plan.answer_day(number, 30) for number in range(5_000)]
    assert (min(days), max(days)) == (1, 30)
    assert 6 < np.mean(days) < 10


def test_a_child_chooses_what_fits_its_age(plan, columns, offer):
    activities = {activity.number: activity for activity in offer.activities}
    for subject in range(300):
        age = subject % 18
        chosen_ones = plan.choose(child(subject, age), columns, 3)
        assert len(set(chosen_ones)) == len(chosen_ones)
        for number in chosen_ones:
            assert activities[number].age_min <= age <= activities[number].age_max
            assert activities[number].voucher_accepted


def test_a_choice_does_not_depend_on_what_was_asked_before(plan, columns):
    alone = plan.choose(child("42/1"), columns, 2)
    for subject in range(20):
        plan.choose(child(subject), columns, 4)
    assert plan.choose(child("42/1"), columns, 2) == alone
    assert plan.choose(child("42/1"), columns, 1) == alone[:1]


def test_near_and_affordable_activities_are_preferred(plan, columns):
    place = {int(number): row for row, number in enumerate(columns.number)}
    taken = [number for subject in range(400) for number in plan.choose(child(subject), columns, 1)]
    rows = [place[number] for number in taken]
    fits = (columns.age_min <= 8) & (columns.age_max >= 8)
    far = np.hypot(columns.lat - 45.4644, (columns.lon - 9.1873) * 0.7)
    assert np.mean(far[rows]) < 0.7 * np.mean(far[fits])
    poor = [
        number
        for subject in range(400)
        for number in plan.choose(child(subject, left_cents=60_00), columns, 1)
    ]
    cheap = np.mean(columns.price_cents[[place[number] for number in poor]])
    assert cheap < 0.9 * np.mean(columns.price_cents[rows])


def test_no_money_or_no_wish_means_no_choice(plan, columns):
    assert plan.choose(child(1, left_cents=0), columns, 2) == ()
    assert plan.choose(child(1), columns, 0) == ()
    assert plan.choose(child(1, age=40), columns, 2) == ()


def test_another_seed_behaves_otherwise(plan, profile, columns):
    other = BehaviourPlan(8, profile.behaviour)
    subjects = range(50)
    assert [plan.choose(child(each), columns, 2) for each in subjects] != [
        other.choose(child(each), columns, 2) for each in subjects
    ]
