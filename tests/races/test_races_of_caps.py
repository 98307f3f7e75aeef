"""Two bookings at once against one cap of a voucher, each race shown with the lock off too."""

import pytest

from tests import builders as make
from tests import builders_use as use
from tests.builders import NOW, assert_books_balance
from wishmi.bookings import actions
from wishmi.bookings.actions import holding
from wishmi.bookings.models import Booking
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode as Code

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


def acts(said, *places):
    """One family, one voucher of 300 euro, the same moment twice."""
    home, voucher = make.child_with_voucher(use.call(said))
    minor = home.minors[0].pk

    def act(place):
        key = f"k{place.pk}"
        return lambda: actions.book_session(NOW, home.actor, place.pk, minor, voucher.pk, key)

    return [act(place) for place in places]


def paid():
    return sorted(Booking.objects.values_list("voucher_cents", flat=True))


class TestOneCapTwice:
    @pytest.fixture
    def pair(self):
        return acts("per_month: 40.00", *(make.session(price_cents=3_000) for _ in range(2)))

    def test_the_second_gets_what_the_cap_leaves(self, race, pair):
        first, second = race(*pair, holding, "judge")
        assert (first.voucher_cents, second.voucher_cents) == (3_000, 1_000)
        assert_books_balance()

    def test_without_the_lock_the_cap_is_passed(self, race, pair, without_locks):
        """No constraint stands behind a cap: the money was there, only the rule says no. The lock alone keeps it."""
        without_locks()
        race(*pair, holding, "judge")
        assert sum(paid()) == 6_000


class TestOneTrialTwice:
    @pytest.fixture
    def pair(self):
        return acts("free_trials: 1", *(make.session(price_cents=3_000, is_trial=True) for _ in range(2)))

    def test_one_is_free_and_the_other_is_paid(self, race, pair):
        race(*pair, holding, "judge")
        assert paid() == [0, 3_000]
        assert_books_balance()

    def test_without_the_lock_both_are_free(self, race, pair, without_locks):
        without_locks()
        race(*pair, holding, "judge")
        assert paid() == [0, 0]


def test_the_last_service_is_booked_once(race):
    pair = acts("services: 1", *(make.session(price_cents=3_000) for _ in range(2)))
    first, second = race(*pair, holding, "judge")
    assert first.voucher_cents == 3_000
    assert isinstance(second, Refused)
    assert second.codes == (Code.SERVICES_USED_UP,)
    assert_books_balance()
