"""The only clock: the machine's, and in a demo the demo city's."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from wishmi.infra import clock

REAL = datetime(2026, 5, 1, 22, 30, tzinfo=UTC)
DEMO = datetime(2023, 11, 6, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def machine():
    with time_machine.travel(REAL, tick=False) as traveller:
        yield traveller


def test_outside_a_demo_the_shift_means_nothing(settings):
    settings.WISHMI_MODE = "production"
    clock.set_demo_now(DEMO)
    assert clock.now() == REAL


def test_in_a_demo_time_goes_on_from_the_demo_day(settings, machine):
    settings.WISHMI_MODE = "demo"
    assert clock.now() == REAL
    clock.set_demo_now(DEMO)
    assert clock.now() == DEMO
    machine.shift(timedelta(hours=5))
    assert clock.now() == DEMO + timedelta(hours=5)
    clock.set_demo_now(DEMO)
    assert clock.now() == DEMO


def test_the_day_is_the_citys(settings):
    settings.WISHMI_MODE = "production"
    assert clock.today() == date(2026, 5, 2)
    assert clock.local_day(datetime(2023, 1, 1, 22, 59, tzinfo=UTC)) == date(2023, 1, 1)
    assert clock.local_day(datetime(2023, 1, 1, 23, 0, tzinfo=UTC)) == date(2023, 1, 2)
