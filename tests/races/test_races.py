"""Acts that really meet, on real connections; each race is shown to happen when the lock is off.

One act stops right after it has read, until the other is done or a moment has passed. With the lock the other cannot
get that far: it waits, reads after, and is refused or does the right thing. Without it the stopped act goes on with
what it read before: then only the constraints of the database are left, or nothing.
"""

from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from django.db import IntegrityError, connection

from tests import builders as make
from tests.builders import DAY, EUROPE, NOW, assert_books_balance, done
from wishmi.bookings import actions
from wishmi.bookings.actions import holding, locks, owing, reversing
from wishmi.bookings.models import Booking, BookingPart, Due, Turnover
from wishmi.catalogue.models import Session
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.ledger.actions import OverdrawnError
from wishmi.outcomes.audit_payees import turnovers
from wishmi.payouts import actions as payouts
from wishmi.payouts.actions import batches
from wishmi.payouts.models import Statement
from wishmi.vouchers.actions import let_vouchers_lapse

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
Code = ReasonCode


@pytest.fixture
def call():
    return make.funded_call()


def booking_act(home, voucher, place, key="k", moment=NOW):
    minor = home.minors[0].pk
    return lambda: actions.book_session(moment, home.actor, place.pk, minor, voucher.pk, key)


def codes(answer):
    return answer.codes if isinstance(answer, Refused) else ()


class TestLastPlace:
    @pytest.fixture
    def acts(self, call):
        place = make.session(places=1)
        return [booking_act(*make.child_with_voucher(call), place) for _ in range(2)]

    def test_one_gets_it_and_one_is_told(self, race, acts):
        first, second = race(*acts, holding, "judge")
        assert isinstance(first, actions.Booked)
        assert codes(second) == (Code.SESSION_FULL,)
        assert Session.objects.get().taken == 1
        assert_books_balance()

    def test_without_the_lock_only_the_constraint_stands(self, race, acts, without_locks):
        without_locks()
        first, second = race(*acts, holding, "judge")
        assert isinstance(first, IntegrityError)
        assert "never_oversold" in str(first)
        assert isinstance(second, actions.Booked)
        assert_books_balance()


class TestOneVoucherTwice:
    @pytest.fixture
    def acts(self, call):
        home, voucher = make.child_with_voucher(call)
        places = [make.session(price_cents=20_000) for _ in range(2)]
        return [booking_act(home, voucher, place, f"k{place.pk}") for place in places]

    def test_the_second_gets_what_is_left(self, race, acts):
        first, second = race(*acts, holding, "judge")
        assert (first.voucher_cents, first.family_cents) == (20_000, 0)
        assert (second.voucher_cents, second.family_cents) == (10_000, 10_000)
        assert make.figures(EUROPE)["held"] == 30_000
        assert_books_balance()

    def test_without_the_lock_only_the_ledger_stands(self, race, acts, without_locks):
        without_locks()
        first, second = race(*acts, holding, "judge")
        assert isinstance(first, OverdrawnError | IntegrityError)
        assert second.voucher_cents == 20_000
        assert_books_balance()


def test_a_double_click_books_once(race, call):
    home, voucher = make.child_with_voucher(call)
    act = booking_act(home, voucher, make.session(), "click")
    first, second = race(act, act, holding, "judge")
    assert isinstance(first, actions.Booked)
    assert second == first
    assert Booking.objects.count() == 1
    assert_books_balance()


class TestMarkAndCancel:
    """A use and a cancellation of one booking."""

    @pytest.fixture
    def acts(self, call):
        home, voucher = make.child_with_voucher(call)
        place = make.session()
        actor = make.staff(place.activity.provider)
        booking = make.book(home, voucher, place)
        done(actions.confirm_booking(NOW, actor, booking.pk))
        moment = place.starts_at + timedelta(minutes=5)
        return (
            lambda: actions.record_attendance(moment, actor, booking.pk, present=True),
            lambda: actions.cancel_booking(moment, actor, booking.pk, "not held"),
        )

    def test_whoever_comes_first_decides(self, race, acts):
        mark, cancel = acts
        first, second = race(mark, cancel, locks, "lock_bookings")
        assert first.state == Booking.State.ATTENDED
        assert codes(second) == (Code.WRONG_STATE,)
        assert make.figures(EUROPE)["due"] == 10_000
        assert_books_balance()

    def test_the_other_way_round(self, race, acts):
        mark, cancel = acts
        first, second = race(cancel, mark, locks, "lock_bookings")
        assert first.state == Booking.State.CANCELLED
        assert codes(second) == (Code.WRONG_STATE,)
        assert "due" not in make.figures(EUROPE)
        assert_books_balance()

    def test_without_the_lock_only_the_constraint_stands(self, race, acts, without_locks):
        mark, cancel = acts
        without_locks()
        first, second = race(mark, cancel, locks, "lock_bookings")
        assert isinstance(first, IntegrityError | ValueError)
        assert second.state == Booking.State.CANCELLED
        assert_books_balance()


class TestConfirmAndExpire:
    @pytest.fixture
    def acts(self, call):
        home, voucher = make.child_with_voucher(call)
        booking = make.book(home, voucher, make.session())
        actor = make.staff(booking.session.activity.provider)
        late = booking.confirm_by + timedelta(seconds=1)
        return (
            lambda: actions.expire_unconfirmed(late),
            lambda: actions.confirm_booking(booking.confirm_by, actor, booking.pk),
        )

    def test_what_has_expired_is_not_confirmed(self, race, acts):
        first, second = race(*acts, locks, "lock_bookings")
        assert first == 1
        assert codes(second) == (Code.WRONG_STATE,)
        assert Booking.objects.get().state == Booking.State.EXPIRED
        assert_books_balance()

    def test_without_the_lock_a_provider_is_told_yes_and_nothing_is_held(self, race, acts, without_locks):
        without_locks()
        first, second = race(*acts, locks, "lock_bookings")
        assert first == 1
        assert second.state == Booking.State.CONFIRMED
        assert Booking.objects.get().state == Booking.State.EXPIRED


class TestCancelAndLapse:
    @pytest.fixture
    def acts(self, call):
        home, voucher = make.child_with_voucher(call)
        place = make.session(starts_at=datetime(2023, 7, 31, 8, tzinfo=UTC))
        actor = make.staff(place.activity.provider)
        booking = make.book(home, voucher, place)
        moment = datetime(2023, 8, 1, 9, tzinfo=UTC)
        return (
            lambda: actions.cancel_booking(moment, actor, booking.pk, "not held"),
            lambda: let_vouchers_lapse(moment, make.SYSTEM, call.pk),
        )

    def test_no_cent_stays_on_a_lapsed_voucher(self, race, acts):
        cancelled, lapsed = race(*acts, locks, "lock_bookings")
        assert (cancelled.state, lapsed) == (Booking.State.CANCELLED, 1)
        assert make.figures(EUROPE) == {
            "appropriated": 1_000_000,
            "available": 1_000_000,
            "awarded": 30_000,
            "returned": 30_000,
        }
        assert_books_balance()

    def test_without_the_lock_money_is_stranded(self, race, acts, without_locks):
        without_locks()
        race(*acts, locks, "lock_bookings")
        assert make.figures(EUROPE)["unspent"] == 10_000
        assert make.Voucher.objects.get().state == "closed"


class TestBookAndCallOff:
    @pytest.fixture
    def acts(self, call):
        home, voucher = make.child_with_voucher(call)
        place = make.session()
        actor = make.staff(place.activity.provider)
        return (
            booking_act(home, voucher, place),
            lambda: actions.cancel_session(NOW, actor, place.pk, "rain"),
        )

    def test_a_booking_that_came_in_between_is_called_off_too(self, race, acts):
        first, second = race(*acts, holding, "judge")
        assert isinstance(first, actions.Booked)
        assert second.cancelled_at == NOW
        assert Booking.objects.get().state == Booking.State.CANCELLED
        assert_books_balance()

    def test_without_the_lock_a_child_has_a_place_in_nothing(self, race, acts, without_locks):
        without_locks()
        race(*acts, holding, "judge")
        assert Session.objects.get().cancelled_at == NOW
        assert Booking.objects.get().state == Booking.State.HELD


class TestStateAndReverse:
    @pytest.fixture
    def acts(self, call):
        home, voucher = make.child_with_voucher(call)
        booking = make.used(home, voucher, make.session())
        moment = NOW + 20 * DAY
        return (
            lambda: payouts.draw_statements(moment, make.ACCOUNTANT, date(2023, 3, 31)),
            lambda: actions.reverse_redemption(moment, make.OFFICER, booking.pk, "mistake"),
        )

    def test_what_stands_in_a_statement_is_owed_back(self, race, acts):
        statements, booking = race(*acts, reversing, "lock_dues")
        assert [row.amount for row in statements] == [10_000]
        assert booking.state == Booking.State.REVERSED
        has = make.figures(EUROPE)
        assert (has["due"], has["recoverable"]) == (10_000, 10_000)
        assert_books_balance()

    def test_the_other_way_round_there_is_no_statement(self, race, acts):
        draw, reverse = acts
        _booking, statements = race(reverse, draw, reversing, "lock_parts")
        assert statements == []
        assert "due" not in make.figures(EUROPE)
        assert_books_balance()

    def test_without_the_lock_a_statement_asks_for_what_is_not_due(self, race, acts, without_locks):
        without_locks()
        race(*acts, reversing, "lock_dues")
        assert Statement.objects.get().amount == 10_000
        assert "due" not in make.figures(EUROPE)
        assert BookingPart.objects.get().reversed_at is not None


class TestApprovedTwice:
    @pytest.fixture
    def acts(self, call, settings, tmp_path):
        settings.WISHMI_DATA = tmp_path
        home, voucher = make.child_with_voucher(call)
        make.used(home, voucher, make.session())
        moment = NOW + 20 * DAY
        for row in done(payouts.draw_statements(moment, make.ACCOUNTANT, date(2023, 3, 31))):
            done(payouts.agree_statement(moment, make.staff(row.provider), row.pk))
        batch = done(payouts.prepare_batch(moment, make.ACCOUNTANT, date(2023, 4, 3)))
        return [
            lambda: payouts.approve_batch(moment, make.SECOND_ACCOUNTANT, batch.pk),
            lambda: payouts.approve_batch(moment, make.Actor("third", make.ACCOUNTANT.roles), batch.pk),
        ]

    def test_a_batch_is_paid_once(self, race, acts):
        first, second = race(*acts, batches, "_unpayable")
        assert first.state == "approved"
        assert codes(second) == (Code.WRONG_STATE,)
        assert make.figures(EUROPE)["in_payment"] == 10_000
        assert_books_balance()

    def test_without_the_lock_only_the_ledger_stands(self, race, acts, without_locks):
        without_locks()
        first, second = race(*acts, batches, "_unpayable")
        assert isinstance(first, OverdrawnError | IntegrityError)
        assert second.state == "approved"
        assert_books_balance()


def test_a_crowd_at_three_places(call):
    """Twelve families, three places, all at once."""
    place = make.session(places=3)
    acts = [booking_act(*make.child_with_voucher(call), place) for _ in range(12)]
    answers = []

    def perform(act):
        try:
            answers.append(act())
        finally:
            connection.close()

    threads = [Thread(target=perform, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(isinstance(answer, actions.Booked) for answer in answers) == 3
    assert sum(codes(answer) == (Code.SESSION_FULL,) for answer in answers) == 9
    assert Session.objects.get().taken == 3
    assert_books_balance()


class TestTwoUsesNearAStep:
    """Two redemptions at one provider: what the second is owed depends on the turnover after the first."""

    STEPS = (
        "payment:\n  holding_days: 7\n  method: sepa\n  needs: debit_note\n"
        "  rates:\n    - {above: 0.00, percent: 100}\n    - {above: 100.00, percent: 90}\n"
    )

    @pytest.fixture
    def acts(self):
        call = make.funded_call(document=make.paying(self.STEPS))
        host = make.activity()
        actor = make.staff(host.provider)
        bookings = []
        for _child in range(2):
            home, voucher = make.child_with_voucher(call, {EUROPE: 10_000})
            booking = make.book(home, voucher, make.session(host))
            done(actions.confirm_booking(NOW, actor, booking.pk))
            bookings.append(booking)
        moment = NOW + 11 * DAY
        Turnover.objects.create(provider=host.provider, call=call, year=2023)
        return [
            lambda pk=booking.pk: actions.record_attendance(moment, actor, pk, present=True)
            for booking in bookings
        ]

    def test_the_second_counts_from_where_the_first_ended(self, race, acts):
        answers = race(*acts, owing, "_lock_turnovers")
        assert [answer.state for answer in answers] == ["attended", "attended"]
        assert sorted(Due.objects.values_list("amount", flat=True)) == [9_000, 10_000]
        assert Turnover.objects.get().used == 20_000
        assert list(turnovers()) == []
        assert_books_balance()

    def test_without_the_lock_both_count_from_nothing(self, race, acts, without_locks):
        without_locks()
        race(*acts, owing, "_lock_turnovers")
        assert list(Due.objects.values_list("amount", flat=True)) == [10_000, 10_000]
        assert [one.what for one in turnovers()] == ["says 10000, its uses 20000"]
