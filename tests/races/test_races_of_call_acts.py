"""Two officers act on one call at once, or one acts while a list is published or a place is booked; with controls."""

from datetime import timedelta

import pytest

from tests import builders as make
from tests.builders import DAY, NOW, RESPONSIBLE, assert_books_balance, done
from tests.builders_awards import OPEN, PROVISIONAL, ranked_call, the_draw
from wishmi.awards import actions as awards
from wishmi.awards.models import Stage
from wishmi.bookings.actions import annul_call, annulling, book_session, holding
from wishmi.bookings.models import Booking
from wishmi.calls import acts
from wishmi.calls.actions import Signed
from wishmi.calls.models import CallAct
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode as Code
from wishmi.vouchers.models import Voucher
from wishmi.vouchers.suspending import suspend_call

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.WISHMI_DATA = tmp_path


def signed(number: str) -> Signed:
    return Signed(number, "A mistake", "The head of office", "Testo.", "Text.")


def is_refused(answer, code):
    return isinstance(answer, Refused) and answer.codes == (code,)


# --- Two officers suspend at once


def two_suspend(race):
    call = make.funded_call()

    def suspend(number):
        return lambda: suspend_call(OPEN, RESPONSIBLE, call.pk, signed(number))

    return race(suspend("DD 5"), suspend("DD 6"), acts, "suspension")


def test_of_two_officers_who_suspend_a_call_one_does(race):
    first, second = two_suspend(race)
    assert isinstance(first, CallAct)
    assert is_refused(second, Code.CALL_SUSPENDED)


def test_control_without_locks_a_call_is_suspended_twice(race, without_locks):
    without_locks()
    two_suspend(race)
    assert CallAct.objects.filter(kind="suspension").count() == 2


# --- A list is published while the call is annulled


def publish_and_annul(race):
    call, _, _ = ranked_call(500_000)
    frozen = done(
        awards.freeze_ranking(PROVISIONAL, RESPONSIBLE, call.pk, Stage.Kind.PROVISIONAL, the_draw(call))
    )
    return race(
        lambda: annul_call(PROVISIONAL, RESPONSIBLE, call.pk, signed("DD 9")),
        lambda: awards.publish_stage(PROVISIONAL, RESPONSIBLE, frozen.pk, "DD 3"),
        annulling,
        "_concerned",
    )


def test_no_list_of_an_annulled_call_is_published(race):
    first, second = publish_and_annul(race)
    assert isinstance(first, CallAct)
    assert is_refused(second, Code.CALL_ANNULLED)
    assert Stage.objects.get().published_at is None


def test_control_without_locks_a_list_is_published_beside_the_annulment(race, without_locks):
    without_locks()
    publish_and_annul(race)
    assert Stage.objects.get().published_at is not None
    assert CallAct.objects.filter(kind="annulment").exists()


# --- A place is booked while the call is annulled


def book_and_annul(race):
    call = make.funded_call()
    home, voucher = make.child_with_voucher(call)
    place = make.session()
    return race(
        lambda: book_session(NOW, home.actor, place.pk, home.minors[0].pk, voucher.pk, "k"),
        lambda: annul_call(NOW + timedelta(minutes=1), RESPONSIBLE, call.pk, signed("DD 9")),
        holding,
        "judge",
    )


def test_what_is_booked_while_a_call_is_annulled_is_cancelled_with_it(race):
    first, second = book_and_annul(race)
    assert not isinstance(first, Refused | Exception)
    assert isinstance(second, CallAct)
    assert list(Booking.objects.values_list("state", "ended_by")) == [("cancelled", "office")]
    assert Voucher.objects.get().state == "closed"
    assert_books_balance()


def test_control_without_locks_a_booking_survives_its_voucher(race, without_locks):
    without_locks()
    book_and_annul(race)
    states = list(Booking.objects.values_list("state", flat=True))
    assert states != ["cancelled"]


# --- A place is booked while the act that stops use is signed


def test_use_is_stopped_before_a_booking_or_sees_it_done(race):
    call = make.funded_call()
    home, voucher = make.child_with_voucher(call)
    place, other = make.session(), make.session(starts_at=NOW + 11 * DAY)
    first, second = race(
        lambda: suspend_call(NOW, RESPONSIBLE, call.pk, signed("DD 9"), stops_use=True),
        lambda: book_session(NOW, home.actor, place.pk, home.minors[0].pk, voucher.pk, "k"),
        acts,
        "_sign",
    )
    assert isinstance(first, CallAct)
    assert is_refused(second, Code.CALL_SUSPENDED)
    answer = book_session(NOW, home.actor, other.pk, home.minors[0].pk, voucher.pk, "k2")
    assert is_refused(answer, Code.CALL_SUSPENDED)
