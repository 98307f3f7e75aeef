"""A family's yes, its no, an officer and time meeting on one marked use: each race shown with the lock off too."""

import pytest

from tests import builders as make
from tests import builders_use as use
from tests.builders import DAY, EUROPE, NOW, assert_books_balance, done, figures
from wishmi.bookings import actions
from wishmi.bookings.actions import answering
from wishmi.bookings.models import Booking, Dispute
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode as Code
from wishmi.infra.actor import SYSTEM

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
LOCK = (answering, "lock_with_vouchers")
PLACES = (answering, "lock_with_places")


class Scene:
    """A marked use of a hundred euro, and those who may speak of it."""

    def __init__(self):
        call = use.call("confirmation: both", bookings=("confirm_use_within_days: 10",))
        self.home, voucher = make.child_with_voucher(call, {EUROPE: 10_000})
        place = make.session()
        staff = make.staff(place.activity.provider)
        self.booking = make.book(self.home, voucher, place)
        done(actions.confirm_booking(NOW, staff, self.booking.pk))
        self.start = place.starts_at
        done(actions.record_attendance(self.start, staff, self.booking.pk, present=True))

    def yes(self):
        return actions.confirm_use(self.start + DAY, self.home.actor, self.booking.pk)

    def no(self):
        """In the last second of the term."""
        return actions.dispute_use(self.start + 10 * DAY, self.home.actor, self.booking.pk, "non c'era")

    def silence(self):
        return actions.confirm_silent(self.start + 11 * DAY, SYSTEM)

    def decide(self, was_used):
        at = self.start + 12 * DAY
        return actions.decide_dispute(at, make.OFFICER, self.booking.pk, was_used, "sentite le parti")

    def state(self):
        return Booking.objects.get().state, Dispute.objects.count(), figures(EUROPE).get("spent", 0)


@pytest.fixture
def scene():
    return Scene()


def is_late(answer):
    return isinstance(answer, Refused) and answer.codes == (Code.WRONG_STATE,)


class TestYesAndNo:
    def test_the_first_is_heard(self, race, scene):
        _yes, no = race(scene.yes, scene.no, *LOCK)
        assert is_late(no)
        assert scene.state() == ("attended", 0, 10_000)
        assert_books_balance()

    def test_the_other_way_round(self, race, scene):
        _no, yes = race(scene.no, scene.yes, *LOCK)
        assert is_late(yes)
        assert scene.state() == ("disputed", 1, 0)
        assert_books_balance()

    def test_without_the_lock_what_is_disputed_is_paid(self, race, scene, without_locks):
        without_locks()
        race(scene.yes, scene.no, *LOCK)
        state, disputes, spent = scene.state()
        assert (state, disputes, spent) == ("attended", 1, 10_000)


class TestNoAndSilence:
    def test_a_no_in_time_keeps_silence_from_speaking(self, race, scene):
        _no, confirmed = race(scene.no, scene.silence, *LOCK)
        assert confirmed == 0
        assert scene.state() == ("disputed", 1, 0)
        assert_books_balance()

    def test_the_other_way_round(self, race, scene):
        confirmed, no = race(scene.silence, scene.no, *LOCK)
        assert confirmed == 1
        assert is_late(no)
        assert scene.state() == ("attended", 0, 10_000)
        assert_books_balance()

    def test_without_the_lock_a_disputed_use_is_paid(self, race, scene, without_locks):
        without_locks()
        race(scene.silence, scene.no, *LOCK)
        assert scene.state() == ("attended", 1, 10_000)


class TestTwoOfficers:
    @pytest.fixture
    def acts(self, scene):
        done(scene.no())
        return lambda: scene.decide(was_used=True), lambda: scene.decide(was_used=False)

    def test_one_decides(self, race, scene, acts):
        _used, unused = race(*acts, *PLACES)
        assert is_late(unused)
        assert scene.state() == ("attended", 1, 10_000)
        assert Dispute.objects.get().was_used
        assert_books_balance()

    def test_without_the_lock_only_the_ledger_stands(self, race, scene, acts, without_locks):
        """The hold is resolved once: whoever comes second breaks off, and the money is where the first left it."""
        without_locks()
        answers = race(*acts, *PLACES)
        assert [isinstance(one, Exception) for one in answers].count(True) == 1
        assert_books_balance()
