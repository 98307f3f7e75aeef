"""The city of the repository, at both scales: made once, read by all."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from wishmi.simulation.applications import plan_applications
from wishmi.simulation.city import generate_city
from wishmi.simulation.profile import load_profile
from wishmi.simulation.providers import generate_offer

DAY = date(2023, 1, 9)
ROME = ZoneInfo("Europe/Rome")
OPENS_AT = datetime(2023, 1, 16, 12, tzinfo=ROME)
CLOSES_AT = datetime(2023, 2, 15, 12, tzinfo=ROME)
SEASON = (date(2023, 3, 1), date(2023, 7, 31))


@pytest.fixture(scope="session")
def profile(request):
    return load_profile(request.config.rootpath / "cities" / "milano")


@pytest.fixture(scope="session")
def small(profile):
    return generate_city(profile, "small", 7, DAY)


@pytest.fixture(scope="session")
def city(profile):
    return generate_city(profile, "city", 7, DAY)


@pytest.fixture(scope="session", params=["small", "city"])
def either(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def applications(city):
    return tuple(plan_applications(city, OPENS_AT, CLOSES_AT))


@pytest.fixture(scope="session")
def offer(profile):
    return generate_offer(profile, "city", 7, *SEASON)
