"""Two bookings at once at the last session of a voucher, shown with the lock off too."""

import pytest
from django.db import IntegrityError

from tests import builders as make
from tests import builders_units as units
from tests.builders_credits import at, run_on
from wishmi.bookings import actions
from wishmi.bookings.actions import holding
from wishmi.bookings.models import Booking
from wishmi.core.reasons import ReasonCode as Code

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
ON = units.EASTER


@pytest.fixture(autouse=True)
def pound(settings):
    settings.WISHMI_CURRENCY = "GBP"


@pytest.fixture
def pair(pound):
    """Three of the four sessions of Easter are booked: two bookings ask for the fourth."""
    home, voucher = units.child(units.units_call())
    moment = at(ON.replace(day=7), 1)
    run_on(moment.date(), 1)
    for hour in (8, 10, 12):
        make.book(home, voucher, units.place(ON, hour=hour), moment)
    minor = home.minors[0].pk

    def act(place):
        return lambda: actions.book_session(moment, home.actor, place.pk, minor, voucher.pk, f"k{place.pk}")

    return [act(units.place(ON, hour=hour)) for hour in (15, 17)]


class TestTheLastSession:
    def test_one_gets_it_and_the_other_is_told_that_there_is_none(self, race, pair):
        first, second = race(*pair, holding, "judge")
        assert isinstance(first, actions.Booked)
        assert second.codes == (Code.NO_UNIT_LEFT,)
        assert units.units() == {"committed": 24, "held": 4, "unspent": 20}
        units.audited()

    def test_without_the_lock_only_the_constraint_stands(self, race, pair, without_locks):
        without_locks()
        first, second = race(*pair, holding, "judge")
        assert isinstance(first, IntegrityError)
        assert isinstance(second, actions.Booked)
        assert Booking.objects.count() == 4
