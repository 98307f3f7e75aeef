"""Applications: how many, of whom, when, and with what defects."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from wishmi.core.dates import age_on
from wishmi.simulation.applications import plan_applications
from wishmi.simulation.city import generate_city

ROME = ZoneInfo("Europe/Rome")
OPENS_AT = datetime(2023, 1, 16, 12, tzinfo=ROME)
CLOSES_AT = datetime(2023, 2, 15, 12, tzinfo=ROME)
SMALL_WINDOW = (OPENS_AT, CLOSES_AT)


def test_more_than_twenty_two_thousand_families_apply(applications):
    assert len({application.household_number for application in applications}) == 22_400
    assert 36_000 < sum(len(application.minors) for application in applications) < 40_000


def test_the_small_city_applies_in_proportion(small):
    planned = list(plan_applications(small, *SMALL_WINDOW))
    assert len({application.household_number for application in planned}) == 346


def test_they_come_in_order_inside_the_window(applications):
    moments = [application.submitted_at for application in applications]
    assert moments == sorted(moments)
    assert moments[0] >= OPENS_AT
    assert moments[-1] < CLOSES_AT
    assert [application.number for application in applications] == list(range(1, len(applications) + 1))
    by_day = Counter(moment.date() for moment in moments)
    assert by_day.most_common(1)[0][0] == OPENS_AT.date()
    assert len(by_day) == 31


@pytest.mark.parametrize(
    ("opens_at", "closes_at"),
    [
        (OPENS_AT, OPENS_AT + timedelta(minutes=5)),
        (datetime(2023, 1, 31, 23, 59, tzinfo=ROME), datetime(2023, 2, 1, 0, 1, tzinfo=ROME)),
        (datetime(2023, 3, 25, 20, tzinfo=ROME), datetime(2023, 3, 27, 8, tzinfo=ROME)),
        (datetime(2023, 2, 1, 9, tzinfo=UTC), datetime(2023, 2, 2, tzinfo=UTC)),
        (datetime(2023, 2, 1, 9, tzinfo=UTC), datetime(2023, 2, 4, 0, 30, tzinfo=ROME)),
    ],
)
def test_any_window_is_kept(small, opens_at, closes_at):
    planned = list(plan_applications(small, opens_at, closes_at))
    assert all(opens_at <= application.submitted_at < closes_at for application in planned)


@pytest.mark.parametrize(
    ("opens_at", "closes_at"),
    [
        (OPENS_AT.replace(tzinfo=None), CLOSES_AT),
        (CLOSES_AT, OPENS_AT),
        (datetime(2022, 12, 1, tzinfo=ROME), CLOSES_AT),
    ],
)
def test_an_impossible_window_is_refused(small, opens_at, closes_at):
    with pytest.raises(ValueError, match="window"):
        list(plan_applications(small, opens_at, closes_at))


def test_every_defect_occurs_and_is_what_it_says(applications, city):
    found = Counter(application.defect for application in applications)
    assert found.keys() == {
        None,
        "not_resident",
        "isee_other_year",
        "isee_omissions",
        "isee_differs",
        "above_threshold",
        "child_of_age",
        "duplicate",
    }
    assert found[None] > 0.85 * len(applications)
    for application in applications:
        day = application.submitted_at.date()
        row = application.household_number - 1
        start = int(city.minor_starts[row])
        births = [date.fromordinal(int(city.minors.born[start + place])) for place in application.minors]
        defect = application.defect
        assert application.resident == (defect != "not_resident")
        assert application.isee_omissions == (defect == "isee_omissions")
        assert (application.isee_valid_until < day) == (defect == "isee_other_year")
        if application.isee_cents > 27_000_00:
            assert defect in {"above_threshold", "child_of_age"}
        else:
            assert defect != "above_threshold"
        # The second application of a household repeats whatever children the first one named.
        if defect != "duplicate":
            assert any(age_on(born, day) >= 18 for born in births) == (defect == "child_of_age")
        differs = application.isee_declared_cents != application.isee_cents
        assert differs <= (defect == "isee_differs")
        assert application.isee_issued_on <= min(day, application.isee_valid_until)
        assert city.other.isee_attested[row]
        assert application.minors


def test_a_duplicate_follows_another_of_its_household(applications):
    first = {}
    for application in applications:
        if application.defect == "duplicate":
            assert first[application.household_number].defect != "duplicate"
        else:
            assert application.household_number not in first
            first[application.household_number] = application


def test_applicants_are_guardians_of_the_household(applications, city):
    for application in applications[::50]:
        household = city.household(application.household_number)
        assert application.applicant < len(household.guardians)
        assert max(application.minors) < len(household.minors)


def test_poorer_families_apply_more_often(applications, city):
    attested = city.other.isee_cents[city.other.isee_attested]
    applied = {application.household_number - 1 for application in applications}
    cents = [int(city.other.isee_cents[row]) for row in applied]

    def share(low, high):
        return sum(low <= each < high for each in cents) / ((attested >= low) & (attested < high)).sum()

    assert share(0, 10_000_00) > share(10_000_00, 16_000_00) > share(16_000_00, 22_000_00)
    assert share(16_000_00, 22_000_00) > share(22_000_00, 27_000_00) > 0.05


def test_protocols_are_unique_to_households(applications):
    protocols = {application.dsu_protocol: application.household_number for application in applications}
    assert len(protocols) == len(set(protocols.values())) == 22_400


def test_the_same_seed_plans_the_same(profile, small):
    again = generate_city(profile, "small", 7, date(2023, 1, 9))
    assert list(plan_applications(again, *SMALL_WINDOW)) == list(plan_applications(small, *SMALL_WINDOW))
    other = generate_city(profile, "small", 8, date(2023, 1, 9))
    assert list(plan_applications(other, *SMALL_WINDOW)) != list(plan_applications(small, *SMALL_WINDOW))
