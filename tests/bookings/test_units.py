"""Sessions instead of money: from the award to what is owed, in both books, to the unit and to the penny."""

from datetime import date, timedelta

import pytest

from tests import builders as make
from tests.builders import DAY, OFFICER, RESPONSIBLE, done
from tests.builders_awards import refused, unchanged
from tests.builders_credits import at, credits_of, run_on
from tests.builders_units import (
    CHRISTMAS,
    EASTER,
    SUMMER,
    attended,
    audited,
    child,
    confirmed,
    issued,
    left,
    place,
    pounds,
    units,
    units_call,
)
from wishmi.bookings import actions as bookings
from wishmi.bookings.models import Booking, BookingPart, Due
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode as Code
from wishmi.vouchers.actions import let_vouchers_lapse, renounce_award
from wishmi.vouchers.passing import pass_to_sibling

pytestmark = pytest.mark.django_db
BEFORE = at(date(2025, 4, 7))
FREE = ("fixed_unit: 35.00", "moment: after_use")
NO_SHOW_FREE = ("  mark_within", "  no_show: free\n  mark_within")
LATE_FREE = ("  mark_within", "  late_percent: 0\n  mark_within")
NO_MAXIMUM = ("  maximum_price: 35.00\n", "")
SIBLINGS = ("extendable: false", "extendable: false\n  transfer: siblings")


@pytest.fixture(autouse=True)
def pound(settings, tmp_path):
    settings.WISHMI_DATA, settings.WISHMI_CURRENCY = tmp_path, "GBP"


def not_booked(code, home, voucher, where, moment, most=None):
    """The booking is refused for this one reason, and nothing but its key was written."""
    run_on(moment.date(), moment.hour)
    with unchanged("infra.IdempotencyKey"):
        answer = bookings.book_session(
            moment, home.actor, where.pk, home.minors[0].pk, voucher.pk, f"no-{where.pk}", most
        )
    assert isinstance(answer, Refused)
    assert answer.codes == (code,)
    return answer.reasons[0].params


def test_an_award_commits_the_tariff_for_every_session():
    _home, voucher = child(units_call())
    assert credits_of(voucher) == [
        ("2025-04-07", "2025-04-21", 4, "planned"),
        ("2025-07-23", "2025-08-31", 16, "planned"),
        ("2025-12-20", "2026-01-04", 4, "planned"),
    ]
    assert pounds() == {
        "appropriated": 1_000_000,
        "available": 916_000,
        "awarded": 84_000,
        "unreleased": 84_000,
    }
    assert units() == {"committed": 24, "unspent": 24}
    assert left(voucher) == (0, 0, 0, 24)
    audited()


def test_who_comes_in_summer_commits_what_is_left_of_the_year():
    _home, voucher = child(units_call(), on=date(2025, 8, 10))
    assert credits_of(voucher) == [
        ("2025-08-10", "2025-08-31", 16, "came"),
        ("2025-12-20", "2026-01-04", 4, "planned"),
    ]
    assert (pounds()["awarded"], units()) == (70_000, {"committed": 20, "unspent": 20})
    assert left(voucher) == (16, 0, 0, 4)
    audited()


def test_a_part_of_the_award_is_whole_sessions_and_never_more():
    call = units_call()
    _home, half = child(call, pence=42_100)
    assert [row[2] for row in credits_of(half)] == [2, 8, 2]
    _home, more = child(call, pence=100_000)
    assert [row[2] for row in credits_of(more)] == [4, 16, 4]
    assert pounds()["awarded"] == 42_000 + 84_000
    audited()


def test_a_session_costs_one_unit_and_is_paid_at_the_fixed_price():
    home, voucher = child(units_call())
    run_on(date(2025, 4, 7), 1)
    where = place(EASTER)
    booking = make.book(home, voucher, where, BEFORE)
    assert (booking.units, booking.price_cents, booking.voucher_cents, booking.family_cents) == (
        1,
        2_000,
        2_000,
        0,
    )
    assert (units(), left(voucher)) == ({"committed": 24, "unspent": 23, "held": 1}, (3, 1, 0, 20))
    assert pounds()["unreleased"] == 84_000
    audited()
    staff = make.staff(where.activity.provider)
    done(bookings.confirm_booking(BEFORE, staff, booking.pk))
    done(bookings.record_attendance(where.starts_at, staff, booking.pk, present=True))
    assert units() == {"committed": 24, "unspent": 23, "spent": 1}
    assert pounds() == {
        "appropriated": 1_000_000, "available": 916_000, "awarded": 84_000, "unreleased": 80_500, "spent": 3_500,
        "due": 3_500,
    }  # fmt: skip
    assert (left(voucher), Due.objects.get().amount) == ((3, 0, 1, 20), 3_500)
    audited()


def test_where_the_fee_is_owed_what_it_is_less_than_the_tariff_goes_back_to_the_fund():
    home, voucher = child(units_call(FREE))
    attended(home, voucher, place(EASTER), BEFORE)
    assert pounds() == {
        "appropriated": 1_000_000, "available": 917_500, "awarded": 84_000, "returned": 1_500, "unreleased": 80_500,
        "spent": 2_000, "due": 2_000,
    }  # fmt: skip
    assert BookingPart.objects.get().spent_cents == 2_000
    audited()


def test_a_use_taken_back_is_a_whole_session_again():
    home, voucher = child(units_call(FREE, pence=84_000))
    booking = attended(home, voucher, place(EASTER), BEFORE)
    done(bookings.reverse_redemption(at(EASTER + DAY), OFFICER, booking.pk, "was not there"))
    assert (units(), left(voucher)) == ({"committed": 24, "unspent": 24}, (4, 0, 0, 20))
    assert pounds() == {"appropriated": 84_000, "awarded": 84_000, "unreleased": 84_000}
    audited()


def test_no_use_is_taken_back_where_the_fund_gave_away_what_it_had_back_of_it():
    call = units_call(FREE, pence=84_000)
    home, voucher = child(call)
    one, _other = (attended(home, voucher, place(EASTER, 100, hour), BEFORE) for hour in (9, 12))
    # Of 68 pounds that returned, 35 are another child's by now; a session more would need 34 of the 33 left.
    issued(call, make.family(date(2015, 5, 5)).minors[0], on=EASTER, pence=3_500)
    assert pounds()["available"] == 3_300
    refused(
        Code.FUND_INSUFFICIENT,
        bookings.reverse_redemption,
        at(EASTER + DAY),
        OFFICER,
        one.pk,
        "was not there",
    )
    audited()


def test_a_use_in_a_statement_is_taken_back_from_the_provider():
    from wishmi.payouts.actions import draw_statements  # noqa: PLC0415

    home, voucher = child(units_call(FREE))
    booking = attended(home, voucher, place(EASTER), BEFORE)
    later = at(EASTER + 30 * DAY)
    assert [row.amount for row in done(draw_statements(later, make.ACCOUNTANT, later.date()))] == [2_000]
    run_on(later.date())
    done(bookings.reverse_redemption(later, OFFICER, booking.pk, "was not there"))
    # Easter is over: the session can not be used again, so all its money is the fund's.
    assert units() == {"committed": 24, "unspent": 20, "given_back": 4}
    assert (pounds()["returned"], pounds()["recoverable"]) == (14_000, 2_000)
    audited()


def test_summer_is_booked_in_may_and_lasts_through_its_first_day():
    home, voucher = child(units_call())
    may = at(date(2025, 5, 2))
    run_on(may.date())
    booking = confirmed(home, voucher, place(SUMMER), may)
    assert left(voucher) == (0, 1, 0, 19)
    audited()
    # Every session of summer, and not one of another holiday.
    for hour in range(8, 23):
        confirmed(home, voucher, place(SUMMER + DAY, hour=hour), may)
    not_booked(Code.NO_UNIT_LEFT, home, voucher, place(SUMMER), may)
    assert left(voucher) == (0, 16, 0, 4)
    run_on(date(2025, 7, 23))
    assert [row[3] for row in credits_of(voucher)] == ["ended", "came", "planned"]
    done(bookings.cancel_booking(at(date(2025, 7, 23)) - 5 * DAY, home.actor, booking.pk))
    assert left(voucher) == (1, 15, 0, 4)
    audited()


@pytest.mark.parametrize("day", [date(2025, 4, 22), date(2025, 7, 22), date(2025, 9, 1)])
def test_between_two_holidays_there_is_nothing(day):
    home, voucher = child(units_call())
    where = place(day, hour=12)
    assert not_booked(Code.NO_UNIT_LEFT, home, voucher, where, BEFORE) == {"day": day.isoformat()}
    audited()


def test_what_of_a_season_is_not_used_returns_with_its_money_and_a_hold_with_it_when_it_ends():
    home, voucher = child(units_call())
    attended(home, voucher, place(EASTER), BEFORE)
    last = place(date(2025, 4, 21))
    booking = confirmed(home, voucher, last, BEFORE)
    run_on(date(2025, 4, 22))
    assert units() == {"committed": 24, "unspent": 20, "held": 1, "spent": 1, "given_back": 2}
    assert (pounds()["returned"], pounds()["unreleased"]) == (7_000, 84_000 - 3_500 - 7_000)
    audited()
    # Nobody marked it: what was held is over with its season.
    done(bookings.release_unmarked(at(date(2025, 5, 20)), make.SYSTEM))
    booking.refresh_from_db()
    assert booking.state == Booking.State.UNMARKED
    assert units() == {"committed": 24, "unspent": 20, "spent": 1, "given_back": 3}
    audited()
    with unchanged():
        run_on(date(2025, 4, 22), 10)


@pytest.mark.parametrize(("change", "spent", "due"), [((), 1, 3_500), ((NO_SHOW_FREE,), 0, 0)])
def test_an_absence_is_a_use_or_costs_nothing_as_the_call_says(change, spent, due):
    home, voucher = child(units_call(*change))
    where = place(EASTER)
    booking = confirmed(home, voucher, where, BEFORE)
    staff = make.staff(where.activity.provider)
    done(bookings.record_attendance(where.starts_at, staff, booking.pk, present=False))
    assert (left(voucher)[2], sum(Due.objects.values_list("amount", flat=True))) == (spent, due)
    audited()


@pytest.mark.parametrize("change", [(), (LATE_FREE,)])
def test_a_late_cancellation_loses_the_session_or_nothing(change):
    home, voucher = child(units_call(*change))
    where = place(EASTER)
    booking = confirmed(home, voucher, where, BEFORE)
    late = where.starts_at - timedelta(hours=2)
    if change:
        assert done(bookings.cancel_booking(late, home.actor, booking.pk)).state == Booking.State.CANCELLED
        assert left(voucher)[1:3] == (0, 0)
    else:
        refused(Code.TOO_LATE_TO_CANCEL, bookings.cancel_booking, late, home.actor, booking.pk)
    audited()


def test_what_costs_more_than_the_tariff_is_refused_and_what_costs_nothing_takes_nothing():
    home, voucher = child(units_call(NO_MAXIMUM))
    not_booked(Code.WHOLE_PRICE_ONLY, home, voucher, place(EASTER, 3_501), BEFORE)
    assert make.book(home, voucher, place(EASTER, 0, 9), BEFORE).units == 0
    audited()


def test_where_the_family_pays_the_rest_it_pays_what_is_beyond_the_tariff():
    home, voucher = child(units_call(NO_MAXIMUM, ("co_payment: none", "co_payment: rest_by_family")))
    booking = attended(home, voucher, place(EASTER, 3_501), BEFORE)
    assert (booking.units, booking.voucher_cents, booking.family_cents) == (1, 3_500, 1)
    audited()


def test_nobody_uses_less_than_a_session():
    home, voucher = child(units_call())
    not_booked(Code.INCOMPLETE, home, voucher, place(EASTER), BEFORE, 1_000)


def test_renouncing_gives_back_every_session_with_its_money():
    home, voucher = child(units_call())
    attended(home, voucher, place(EASTER), BEFORE)
    done(renounce_award(at(date(2025, 4, 12)), home.actor, voucher.award_id))
    assert units() == {"committed": 24, "given_back": 23, "spent": 1}
    assert pounds() == {
        "appropriated": 1_000_000, "available": 996_500, "awarded": 84_000, "returned": 80_500, "spent": 3_500,
        "due": 3_500,
    }  # fmt: skip
    audited()


def test_what_is_left_passes_to_a_sibling_with_its_days_and_its_money():
    call = units_call(SIBLINGS)
    home = make.family(date(2015, 5, 5), date(2017, 5, 5))
    voucher = issued(call, home.minors[0])[0]
    make._candidacy(call, call.versions.get(), home.minors[1])
    attended(home, voucher, place(EASTER), BEFORE)
    receiver = done(pass_to_sibling(at(date(2025, 4, 12)), home.actor, voucher.pk, home.minors[1].pk))
    assert receiver.award.amount == 23 * 3_500
    assert [row[2:] for row in credits_of(receiver)] == [(3, "came"), (16, "planned"), (4, "planned")]
    assert (left(receiver), left(voucher)) == ((3, 0, 0, 20), (0, 0, 1, 0))
    audited()
    summer = place(SUMMER)
    done(
        bookings.book_session(
            at(date(2025, 5, 1)), home.actor, summer.pk, home.minors[1].pk, receiver.pk, "s"
        )
    )
    audited()


def test_the_last_day_ends_everything():
    home, voucher = child(units_call())
    attended(home, voucher, place(CHRISTMAS), at(date(2025, 12, 18)))
    assert done(let_vouchers_lapse(at(date(2026, 1, 5)), RESPONSIBLE, voucher.call_id)) == 1
    assert units() == {"committed": 24, "given_back": 23, "spent": 1}
    assert pounds()["available"] == 996_500
    audited()
