"""Each refusal by name, and that nothing at all changed with it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests import builders as make
from tests.builders import DAY, EUROPE, NOW, assert_books_balance, done
from wishmi.bookings import actions
from wishmi.bookings.models import Booking
from wishmi.catalogue.actions import suspend_activity
from wishmi.catalogue.models import Session
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra.models import IdempotencyKey
from wishmi.providers.actions import suspend_provider

pytestmark = pytest.mark.django_db
Code = ReasonCode


@pytest.fixture
def call():
    return make.funded_call()


@pytest.fixture
def home_and_voucher(call):
    return make.child_with_voucher(call)


def refused(code, act, *arguments, **named):
    """The act is refused for this one reason and the world is as it was."""
    before = make.world()
    answer = act(*arguments, **named)
    assert isinstance(answer, Refused)
    assert answer.codes == (code,)
    assert make.world() == before
    assert_books_balance()
    return answer


def attempt(home, voucher, place, moment=NOW, **more):
    key = more.pop("key", f"try-{IdempotencyKey.objects.count()}")
    actor = more.pop("actor", home.actor)
    minor = more.pop("minor", home.minors[0])
    return actions.book_session(moment, actor, place.pk, minor.pk, voucher.pk, key, **more)


def test_another_family_cannot_book_with_this_voucher(home_and_voucher):
    home, voucher = home_and_voucher
    place, other = make.session(), make.family()
    refused(Code.NOT_ALLOWED, attempt, home, voucher, place, actor=other.actor)
    refused(Code.NOT_ALLOWED, attempt, home, voucher, place, actor=make.OFFICER)
    refused(Code.NOT_ALLOWED, attempt, other, voucher, place)


def test_a_voucher_is_for_its_own_child_only(call):
    home = make.family(date(2014, 2, 1), date(2015, 2, 1))
    voucher = make.vouchers(call, (home.minors[0], {EUROPE: 30_000}))[0]
    refused(Code.NOT_ALLOWED, attempt, home, voucher, make.session(), minor=home.minors[1])


def test_an_offered_voucher_cannot_be_used(call):
    home = make.family()
    voucher = make.vouchers(call, (home.minors[0], {EUROPE: 30_000}), accepted=False)[0]
    refused(Code.VOUCHER_NOT_ACTIVE, attempt, home, voucher, make.session())


@pytest.mark.parametrize(
    ("starts_at", "is_good"), [(datetime(2023, 7, 31, 23, 0), True), (datetime(2023, 8, 1, 0, 0), False)]
)
def test_the_session_starts_on_the_last_day_of_use_at_the_latest(home_and_voucher, starts_at, is_good):
    home, voucher = home_and_voucher
    place = make.session(starts_at=starts_at.replace(tzinfo=ZoneInfo("Europe/Rome")))
    if is_good:
        done(attempt(home, voucher, place))
    else:
        refused(Code.VOUCHER_EXPIRED, attempt, home, voucher, place)


def test_nothing_is_booked_where_nothing_is_offered(home_and_voucher):
    home, voucher = home_and_voucher
    place = make.session()
    actor = make.staff(place.activity.provider)
    Session.objects.filter(pk=place.pk).update(cancelled_at=NOW)
    refused(Code.SESSION_NOT_OPEN, attempt, home, voucher, place)
    Session.objects.filter(pk=place.pk).update(cancelled_at=None)
    done(suspend_activity(NOW, actor, place.activity_id, "no room"))
    refused(Code.SESSION_NOT_OPEN, attempt, home, voucher, place)
    place = make.session()
    done(suspend_provider(NOW, make.OFFICER, place.activity.provider_id, "certificates"))
    refused(Code.SESSION_NOT_OPEN, attempt, home, voucher, place)


def test_a_session_that_has_started_is_past(home_and_voucher):
    home, voucher = home_and_voucher
    place = make.session()
    refused(Code.SESSION_PAST, attempt, home, voucher, place, moment=place.starts_at)
    done(attempt(home, voucher, place, moment=place.starts_at - timedelta(seconds=1)))


@pytest.mark.parametrize(
    ("born_on", "is_good"),
    [
        (date(2017, 3, 11), True),  # six on the day it starts
        (date(2017, 3, 12), False),  # six the day after
        (date(2010, 3, 12), True),  # thirteen the day after
        (date(2010, 3, 11), False),  # thirteen on the day
    ],
)
def test_the_age_counts_on_the_day_the_session_starts(call, born_on, is_good):
    home, voucher = make.child_with_voucher(call, born_on=born_on)
    place = make.session(starts_at=datetime(2023, 3, 11, 9, tzinfo=make.UTC))
    if is_good:
        done(attempt(home, voucher, place))
    else:
        refused(Code.CHILD_OUTSIDE_AGES, attempt, home, voucher, place)


def test_who_takes_no_vouchers_and_what_no_fund_pays(home_and_voucher):
    home, voucher = home_and_voucher
    refused(
        Code.VOUCHER_NOT_ACCEPTED_HERE,
        attempt,
        home,
        voucher,
        make.session(make.activity(voucher_accepted=False)),
    )
    refused(
        Code.VOUCHER_NOT_ACCEPTED_HERE, attempt, home, voucher, make.session(make.activity(category="cinema"))
    )


def test_a_full_session(call, home_and_voucher):
    home, voucher = home_and_voucher
    place = make.session(places=1)
    other, theirs = make.child_with_voucher(call)
    make.book(other, theirs, place)
    refused(Code.SESSION_FULL, attempt, home, voucher, place)


def test_a_child_has_one_place_in_a_session(home_and_voucher):
    home, voucher = home_and_voucher
    place = make.session()
    booking = make.book(home, voucher, place)
    refused(Code.ALREADY_BOOKED, attempt, home, voucher, place)
    done(actions.cancel_booking(NOW, home.actor, booking.pk))
    done(attempt(home, voucher, place))


def test_an_empty_voucher_books_nothing(home_and_voucher):
    home, voucher = home_and_voucher
    make.book(home, voucher, make.session(price_cents=30_000))
    refused(Code.VOUCHER_INSUFFICIENT, attempt, home, voucher, make.session())
    assert attempt(home, voucher, make.session(), most_cents=0).codes == (Code.INCOMPLETE,)


def test_the_same_key_gets_the_same_answer(home_and_voucher):
    home, voucher = home_and_voucher
    place = make.session()
    first = done(attempt(home, voucher, place, key="one"))
    before = make.world()
    assert attempt(home, voucher, place, key="one") == first
    assert attempt(home, voucher, place, moment=NOW + DAY, key="one") == first
    assert make.world() == before
    refused(Code.IDEMPOTENCY_MISMATCH, attempt, home, voucher, place, key="one", most_cents=500)
    refused(Code.IDEMPOTENCY_MISMATCH, attempt, home, voucher, make.session(), key="one")
    assert Booking.objects.count() == 1


def test_a_refusal_is_repeated_too(home_and_voucher):
    home, voucher = home_and_voucher
    place = make.session()
    Session.objects.filter(pk=place.pk).update(cancelled_at=NOW)
    refused(Code.SESSION_NOT_OPEN, attempt, home, voucher, place, key="no")
    Session.objects.filter(pk=place.pk).update(cancelled_at=None)
    refused(Code.SESSION_NOT_OPEN, attempt, home, voucher, place, key="no")


@pytest.mark.parametrize(
    ("booked_before_start", "late", "is_good"),
    [
        # booked ten days ahead: free until 48 hours before the start
        (10 * DAY, 8 * DAY - timedelta(seconds=1), True),
        (10 * DAY, 8 * DAY, False),
        # booked three days ahead: free until 48 hours after booking
        (3 * DAY, 2 * DAY - timedelta(seconds=1), True),
        (3 * DAY, 2 * DAY, False),
        # booked a day ahead: 48 hours after booking would be after the start
        (1 * DAY, 1 * DAY - timedelta(seconds=1), True),
        (1 * DAY, 1 * DAY, False),
    ],
)
def test_a_family_cancels_in_its_time(home_and_voucher, booked_before_start, late, is_good):
    home, voucher = home_and_voucher
    place = make.session(starts_at=NOW + booked_before_start)
    booking = make.book(home, voucher, place)
    if is_good:
        done(actions.cancel_booking(NOW + late, home.actor, booking.pk))
        assert make.figures(EUROPE)["unspent"] == 30_000
    else:
        refused(Code.TOO_LATE_TO_CANCEL, actions.cancel_booking, NOW + late, home.actor, booking.pk)


def test_a_provider_s_cancellation_always_re_credits(home_and_voucher):
    home, voucher = home_and_voucher
    place = make.session()
    booking = make.book(home, voucher, place)
    moment = place.starts_at + timedelta(minutes=5)
    ended = done(actions.cancel_booking(moment, make.staff(place.activity.provider), booking.pk, "ill"))
    assert (ended.ended_by, make.figures(EUROPE)["unspent"]) == ("provider", 30_000)


def test_others_do_not_touch_a_booking(home_and_voucher):
    home, voucher = home_and_voucher
    booking = make.book(home, voucher, make.session())
    stranger = make.staff(make.provider())
    for actor in (make.family().actor, stranger, make.OFFICER, make.ACCOUNTANT):
        refused(Code.NOT_ALLOWED, actions.cancel_booking, NOW, actor, booking.pk)
        refused(Code.NOT_ALLOWED, actions.confirm_booking, NOW, actor, booking.pk)
        refused(Code.NOT_ALLOWED, actions.refuse_booking, NOW, actor, booking.pk, "full")
        refused(Code.NOT_ALLOWED, actions.record_copayment, NOW, actor, booking.pk)
        refused(Code.NOT_ALLOWED, actions.record_attendance, NOW + 11 * DAY, actor, booking.pk, present=True)
    for actor in (home.actor, stranger, make.ACCOUNTANT, make.AUDITOR):
        refused(Code.NOT_ALLOWED, actions.reverse_redemption, NOW + 11 * DAY, actor, booking.pk, "why")
    refused(Code.NOT_ALLOWED, actions.expire_unconfirmed, NOW + 11 * DAY, make.RESPONSIBLE)


def test_a_provider_confirms_in_time_and_once(home_and_voucher):
    home, voucher = home_and_voucher
    place = make.session()
    actor = make.staff(place.activity.provider)
    booking = make.book(home, voucher, place)
    late = booking.confirm_by + timedelta(seconds=1)
    refused(Code.TERM_EXPIRED, actions.confirm_booking, late, actor, booking.pk)
    done(actions.confirm_booking(booking.confirm_by, actor, booking.pk))
    refused(Code.WRONG_STATE, actions.confirm_booking, NOW, actor, booking.pk)
    refused(Code.WRONG_STATE, actions.refuse_booking, NOW, actor, booking.pk, "full")


def test_one_wrong_booking_stops_the_whole_list(call, home_and_voucher):
    home, voucher = home_and_voucher
    place = make.session()
    actor = make.staff(place.activity.provider)
    first = make.book(home, voucher, place)
    other, theirs = make.child_with_voucher(call)
    second = make.book(other, theirs, place)
    done(actions.cancel_booking(NOW, other.actor, second.pk))
    ids = [first.pk, second.pk]
    refused(Code.WRONG_STATE, actions.confirm_bookings, NOW, actor, ids)
    marks = [(pk, True) for pk in ids]
    refused(Code.WRONG_STATE, actions.record_attendances, NOW + 11 * DAY, actor, marks)


def test_a_refusal_needs_a_reason_and_gives_back(home_and_voucher):
    home, voucher = home_and_voucher
    booking = make.book(home, voucher, make.session())
    actor = make.staff(booking.session.activity.provider)
    refused(Code.INCOMPLETE, actions.refuse_booking, NOW, actor, booking.pk, "  ")
    done(actions.refuse_booking(NOW, actor, booking.pk, "too few children"))
    assert make.figures(EUROPE)["unspent"] == 30_000
    refused(Code.WRONG_STATE, actions.cancel_booking, NOW, home.actor, booking.pk)
    assert_books_balance()


def test_attendance_is_marked_after_the_start_and_once(home_and_voucher):
    home, voucher = home_and_voucher
    place = make.session()
    actor = make.staff(place.activity.provider)
    booking = make.book(home, voucher, place)
    early = place.starts_at - timedelta(seconds=1)
    refused(Code.TOO_EARLY, actions.record_attendance, early, actor, booking.pk, present=True)
    # Nobody told the family it had a place: an absence is not its fault.
    refused(Code.WRONG_STATE, actions.record_attendance, place.starts_at, actor, booking.pk, present=False)
    done(actions.record_attendance(place.starts_at, actor, booking.pk, present=True))
    refused(Code.ALREADY_DONE, actions.record_attendance, place.starts_at, actor, booking.pk, present=True)
    refused(Code.WRONG_STATE, actions.cancel_booking, place.starts_at, actor, booking.pk)


def test_only_a_use_is_reversed_once_with_a_reason(home_and_voucher):
    home, voucher = home_and_voucher
    held = make.book(home, voucher, make.session())
    refused(Code.WRONG_STATE, actions.reverse_redemption, NOW, make.OFFICER, held.pk, "why")
    booking = make.used(home, voucher, make.session())
    refused(Code.INCOMPLETE, actions.reverse_redemption, NOW + 11 * DAY, make.OFFICER, booking.pk, "")
    done(actions.reverse_redemption(NOW + 11 * DAY, make.OFFICER, booking.pk, "mistake"))
    refused(Code.WRONG_STATE, actions.reverse_redemption, NOW + 11 * DAY, make.OFFICER, booking.pk, "again")


def test_holds_expire_when_nobody_confirms(call, home_and_voucher):
    home, voucher = home_and_voucher
    place = make.session()
    late = make.book(home, voucher, place)
    other, theirs = make.child_with_voucher(call)
    confirmed = make.book(other, theirs, place)
    done(actions.confirm_booking(NOW, make.staff(place.activity.provider), confirmed.pk))
    assert actions.expire_unconfirmed(late.confirm_by) == 0
    assert actions.expire_unconfirmed(late.confirm_by + timedelta(seconds=1)) == 1
    late.refresh_from_db()
    confirmed.refresh_from_db()
    assert (late.state, confirmed.state) == ("expired", "confirmed")
    assert make.figures(EUROPE)["held"] == 10_000
    assert actions.expire_unconfirmed(late.confirm_by + DAY) == 0
    assert_books_balance()


def test_a_session_is_called_off_for_all(call, home_and_voucher):
    home, voucher = home_and_voucher
    place = make.session(places=2)
    actor = make.staff(place.activity.provider)
    make.book(home, voucher, place)
    other, theirs = make.child_with_voucher(call)
    booking = make.book(other, theirs, place)
    third, waiting = make.child_with_voucher(call)
    entry = done(actions.join_waiting_list(NOW, third.actor, place.pk, third.minors[0].pk, waiting.pk))
    refused(Code.NOT_ALLOWED, actions.cancel_session, NOW, home.actor, place.pk, "rain")
    refused(Code.INCOMPLETE, actions.cancel_session, NOW, actor, place.pk, " ")
    done(actions.cancel_session(NOW, actor, place.pk, "rain"))
    booking.refresh_from_db()
    entry.refresh_from_db()
    assert (booking.state, booking.reason, entry.state) == ("cancelled", "rain", "passed")
    assert "held" not in make.figures(EUROPE)
    assert make.OutboxEvent.objects.filter(topic="session.place_freed").count() == 0
    refused(Code.ALREADY_DONE, actions.cancel_session, NOW, actor, place.pk, "rain")
    assert_books_balance()


def test_a_session_with_a_use_is_not_called_off(home_and_voucher):
    home, voucher = home_and_voucher
    booking = make.used(home, voucher, make.session())
    actor = make.staff(booking.session.activity.provider)
    refused(Code.WRONG_STATE, actions.cancel_session, NOW + 12 * DAY, actor, booking.session_id, "sorry")


def test_a_login_without_the_role_is_nobody(home_and_voucher):
    home, voucher = home_and_voucher
    actor = replace(home.actor, roles=frozenset())
    refused(Code.NOT_ALLOWED, attempt, home, voucher, make.session(), actor=actor)


def test_a_list_with_a_booking_that_is_not_there_changes_nothing(home_and_voucher):
    home, voucher = home_and_voucher
    place = make.session()
    booking = make.book(home, voucher, place)
    actor = make.staff(place.activity.provider)
    refused(Code.NOT_ALLOWED, actions.confirm_bookings, NOW, actor, [booking.pk, booking.pk + 9])
    marks = [(booking.pk, True), (booking.pk + 9, True)]
    refused(Code.NOT_ALLOWED, actions.record_attendances, place.starts_at, actor, marks)
