"""A late cancellation under other rules of payment: what is owed already, and a unit that is fixed for each use."""

import pytest

from tests import builders as make
from tests import builders_use as use
from tests.builders import DAY, EUROPE, NOW, assert_books_balance, done, figures
from tests.builders_awards import refused
from wishmi.bookings import actions
from wishmi.bookings.models import Due
from wishmi.core.reasons import ReasonCode as Code
from wishmi.outcomes.audit import check_everything

pytestmark = pytest.mark.django_db


def confirmed(payment: bytes):
    """A confirmed booking of 100 euro in a call that loses a quarter and pays so."""
    document = use.document(bookings=("late_percent: 25",))
    document = document.replace(b"  holding_days: 7\n", b"  holding_days: 7\n" + payment)
    home, voucher = make.child_with_voucher(make.funded_call(document=document))
    place = make.session()
    booking = make.book(home, voucher, place)
    return home, place, done(actions.confirm_booking(NOW, make.staff(place.activity.provider), booking.pk))


def test_what_is_owed_already_is_too_late():
    home, place, booking = confirmed(b"  moment: after_start\n")
    assert done(actions.owe_started(place.starts_at - DAY / 24, make.ACCOUNTANT)) == 1
    refused(
        Code.TOO_LATE_TO_CANCEL, actions.cancel_booking, place.starts_at - DAY / 48, home.actor, booking.pk
    )
    assert_books_balance()


def test_a_fixed_unit_is_owed_for_a_use_and_not_for_a_late_cancellation():
    home, place, booking = confirmed(b"  fixed_unit: 130.00\n")
    done(actions.cancel_booking(place.starts_at - DAY, home.actor, booking.pk))
    assert list(Due.objects.values_list("amount", flat=True)) == [2_500]
    assert (figures(EUROPE)["spent"], figures(EUROPE)["due"]) == (2_500, 2_500)
    assert_books_balance()
    assert check_everything().differences == ()
