"""One booking in money, to the cent, over two funds: held, given back, spent, taken back."""

from datetime import timedelta

import pytest

from tests import builders as make
from tests.builders import DAY, EUROPE, NATION, NOW, assert_books_balance, done, figures
from wishmi.bookings import actions
from wishmi.bookings.models import Booking, BookingPart
from wishmi.infra.models import AuditRecord, OutboxEvent
from wishmi.vouchers.actions import let_vouchers_lapse

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return make.funded_call()


@pytest.fixture
def seam(call):
    """A child whose voucher is paid by both funds: 40 euro of the first, 160 of the second."""
    return make.child_with_voucher(call, {EUROPE: 4_000, NATION: 16_000})


def test_a_booking_holds_the_first_fund_before_the_second(seam):
    home, voucher = seam
    booking = make.book(home, voucher, make.session())
    assert (booking.price_cents, booking.voucher_cents, booking.family_cents) == (10_000, 10_000, 0)
    parts = BookingPart.objects.filter(booking=booking).order_by("voucher_part__order")
    assert [part.amount for part in parts] == [4_000, 6_000]
    assert booking.state == Booking.State.HELD
    assert booking.confirm_by == NOW + 3 * DAY
    assert booking.session.taken == 1
    assert figures(EUROPE) == {
        "appropriated": 1_000_000,
        "available": 996_000,
        "awarded": 4_000,
        "held": 4_000,
    }
    assert figures(NATION) == {
        "appropriated": 1_000_000,
        "available": 984_000,
        "awarded": 16_000,
        "held": 6_000,
        "unspent": 10_000,
    }
    assert_books_balance()


def test_the_family_pays_what_the_voucher_does_not(seam):
    home, voucher = seam
    booking = make.book(home, voucher, make.session(price_cents=25_000))
    assert (booking.voucher_cents, booking.family_cents) == (20_000, 5_000)
    assert figures(EUROPE)["held"] == 4_000
    assert figures(NATION)["held"] == 16_000


def test_the_family_may_keep_some_of_the_voucher(seam):
    home, voucher = seam
    booking = make.book(home, voucher, make.session(), most_cents=4_500)
    assert (booking.voucher_cents, booking.family_cents) == (4_500, 5_500)
    assert [part.amount for part in booking.parts.order_by("voucher_part__order")] == [4_000, 500]


def test_attendance_spends_and_makes_due(seam):
    home, voucher = seam
    booking = make.used(home, voucher, make.session())
    assert booking.state == Booking.State.ATTENDED
    assert figures(EUROPE) == {
        "appropriated": 1_000_000,
        "available": 996_000,
        "awarded": 4_000,
        "spent": 4_000,
        "due": 4_000,
    }
    assert figures(NATION) == {
        "appropriated": 1_000_000,
        "available": 984_000,
        "awarded": 16_000,
        "unspent": 10_000,
        "spent": 6_000,
        "due": 6_000,
    }
    assert AuditRecord.objects.filter(subject=f"booking:{booking.ref}", verb="booking.attended").count() == 1
    assert OutboxEvent.objects.filter(topic="booking.attended", data__booking=booking.ref).count() == 1
    assert_books_balance()


def test_a_no_show_counts_as_used(seam):
    home, voucher = seam
    place = make.session()
    booking = make.book(home, voucher, place)
    actor = make.staff(place.activity.provider)
    done(actions.confirm_booking(NOW, actor, booking.pk))
    marked = done(actions.record_attendance(place.starts_at, actor, booking.pk, present=False))
    assert marked.state == Booking.State.NO_SHOW
    assert figures(NATION)["due"] == 6_000
    assert_books_balance()


def test_cancelling_gives_everything_back(seam):
    home, voucher = seam
    before = figures(EUROPE), figures(NATION)
    booking = make.book(home, voucher, make.session())
    ended = done(actions.cancel_booking(NOW, home.actor, booking.pk))
    assert (ended.state, ended.ended_by) == (Booking.State.CANCELLED, "family")
    assert (figures(EUROPE), figures(NATION)) == before
    booking.session.refresh_from_db()
    assert booking.session.taken == 0
    assert_books_balance()


def test_a_use_taken_back_is_the_voucher_s_again(seam):
    home, voucher = seam
    before = figures(EUROPE), figures(NATION)
    booking = make.used(home, voucher, make.session())
    reversed_ = done(
        actions.reverse_redemption(NOW + 12 * DAY, make.OFFICER, booking.pk, "marked by mistake")
    )
    assert reversed_.state == Booking.State.REVERSED
    assert (figures(EUROPE), figures(NATION)) == before
    assert_books_balance()


def lapse(call, voucher):
    moment = make.datetime(2023, 8, 1, 9, tzinfo=make.UTC)
    assert done(let_vouchers_lapse(moment, make.SYSTEM, call.pk)) == 1
    voucher.refresh_from_db()
    assert voucher.state == "closed"
    return moment


def test_what_is_held_when_a_voucher_lapses_returns_to_its_funds_when_the_hold_ends(call, seam):
    home, voucher = seam
    place = make.session(starts_at=make.datetime(2023, 7, 31, 8, tzinfo=make.UTC))
    booking = make.book(home, voucher, place)
    moment = lapse(call, voucher)
    assert figures(EUROPE) == {
        "appropriated": 1_000_000,
        "available": 996_000,
        "awarded": 4_000,
        "held": 4_000,
    }
    assert figures(NATION) == {
        "appropriated": 1_000_000,
        "available": 994_000,
        "awarded": 16_000,
        "returned": 10_000,
        "held": 6_000,
    }
    assert_books_balance()
    assert done(actions.expire_unconfirmed(moment)) == 1
    booking.refresh_from_db()
    assert booking.state == Booking.State.EXPIRED
    for fund, awarded in ((EUROPE, 4_000), (NATION, 16_000)):
        assert figures(fund) == {
            "appropriated": 1_000_000,
            "available": 1_000_000,
            "awarded": awarded,
            "returned": awarded,
        }
    assert_books_balance()


def test_a_use_of_a_lapsed_voucher_taken_back_returns_to_its_funds(call, seam):
    home, voucher = seam
    booking = make.used(home, voucher, make.session())
    moment = lapse(call, voucher)
    done(actions.reverse_redemption(moment, make.RESPONSIBLE, booking.pk, "the session was not held"))
    for fund, awarded in ((EUROPE, 4_000), (NATION, 16_000)):
        assert figures(fund) == {
            "appropriated": 1_000_000,
            "available": 1_000_000,
            "awarded": awarded,
            "returned": awarded,
        }
    assert_books_balance()


def test_a_session_that_costs_nothing_takes_a_place_and_no_money(seam):
    home, voucher = seam
    place = make.session(price_cents=0)
    booking = make.used(home, voucher, place)
    assert (booking.voucher_cents, booking.family_cents, booking.parts.count()) == (0, 0, 0)
    assert_books_balance()


def test_a_whole_list_is_marked_in_one_act(call, django_assert_max_num_queries):
    place = make.session(places=20)
    actor = make.staff(place.activity.provider)
    homes = [make.child_with_voucher(call, {EUROPE: 12_000}) for _ in range(6)]
    rows = [make.book(home, voucher, place) for home, voucher in homes]
    with django_assert_max_num_queries(14):
        confirmed = done(actions.confirm_bookings(NOW, actor, [row.pk for row in rows]))
    assert {row.state for row in confirmed} == {Booking.State.CONFIRMED}
    marks = [(row.pk, place_ != 2) for place_, row in enumerate(rows)]
    with django_assert_max_num_queries(40):
        marked = done(actions.record_attendances(place.starts_at + timedelta(hours=1), actor, marks))
    assert [row.state for row in marked] == [
        "attended",
        "attended",
        "no_show",
        "attended",
        "attended",
        "attended",
    ]
    assert figures(EUROPE)["due"] == 60_000
    assert_books_balance()


def test_copayment_is_noted_once(seam):
    home, voucher = seam
    booking = make.book(home, voucher, make.session(price_cents=25_000))
    actor = make.staff(booking.session.activity.provider)
    assert done(actions.record_copayment(NOW + DAY, actor, booking.pk)).family_paid_at == NOW + DAY
    before = make.world()
    again = actions.record_copayment(NOW + 2 * DAY, actor, booking.pk)
    assert again.codes == (make.Refused.because("already_done").codes[0],)
    assert make.world() == before
