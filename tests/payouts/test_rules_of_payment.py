"""What a call's rule of payment makes owed: at which rate, on which days, and what a reversal takes back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import builders as make
from tests.builders import DAY, EUROPE, NATION, NOW, assert_books_balance, done, figures
from wishmi.bookings import actions as bookings
from wishmi.bookings.models import Booking, BookingPart, Due, Turnover
from wishmi.calls.models import Fund
from wishmi.calls.selectors import published_version, rules_of
from wishmi.core.reasons import ReasonCode
from wishmi.core.rules.payment import PaymentRule, RateStep, paid_for
from wishmi.outcomes.audit import check_everything
from wishmi.payouts import actions, selectors
from wishmi.payouts.models import Payment, Statement
from wishmi.vouchers.models import VoucherPart

pytestmark = pytest.mark.django_db
Code = ReasonCode
START = NOW + 10 * DAY
HEAD = "payment:\n  holding_days: 7\n  method: sepa\n  needs: debit_note\n"
STEPS = HEAD + (
    "  rates:\n    - {above: 0.00, percent: 100}\n    - {above: 200.00, percent: 95}\n"
    "    - {above: 400.00, percent: 90}\n"
)
RULE = PaymentRule(7, rates=(RateStep(0, 100), RateStep(20_000, 95), RateStep(40_000, 90)))


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.WISHMI_DATA = tmp_path


def call_paying(payment, cents=1_000_000):
    return make.funded_call(cents, make.paying(payment) if payment else None)


def assert_sound():
    assert check_everything().differences == ()
    assert_books_balance()


def uses(payment, *prices, funds=1_000_000, shares=None):
    """A use of each price at one provider, each by a child of its own, in this order."""
    call = call_paying(payment, funds)
    host = make.activity()
    return [use(call, host, price, shares) for price in prices]


def use(call, host, price, shares=None, starts_at=START):
    home, voucher = make.child_with_voucher(call, shares or {EUROPE: price})
    place = make.session(host, price_cents=price, starts_at=starts_at)
    return make.used(home, voucher, place)


def owed(booking):
    rows = Due.objects.filter(part__booking=booking, reversed_at__isnull=True)
    return sum(rows.values_list("amount", flat=True))


def days(booking):
    return list(Due.objects.filter(part__booking=booking).order_by("id").values_list("due_on", "amount"))


def paid_through(moment, until):
    """Draw, agree, pay: what the bank was told in all."""
    drawn = done(actions.draw_statements(moment, make.ACCOUNTANT, until))
    for row in drawn:
        done(actions.agree_statement(moment, make.staff(row.provider), row.pk))
    batch = done(actions.prepare_batch(moment, make.ACCOUNTANT, until))
    batch = done(actions.approve_batch(moment, make.SECOND_ACCOUNTANT, batch.pk))
    waiting = Payment.objects.filter(batch=batch, state=Payment.State.IN_PAYMENT)
    answers = [(row.end_to_end, True, "") for row in waiting]
    done(actions.record_bank_answers(moment, make.ACCOUNTANT, batch.pk, answers))
    return [(row.amount, row.compensated) for row in Payment.objects.filter(batch=batch).order_by("id")]


class TestRates:
    def test_what_is_above_a_step_is_owed_at_its_rate_and_the_fund_keeps_the_rest(self):
        first, second = uses(STEPS, 15_000, 15_000)
        assert (owed(first), owed(second)) == (15_000, 5_000 + 9_500)
        assert figures(EUROPE) == {
            "appropriated": 1_000_000, "available": 970_000, "awarded": 30_000, "spent": 30_000,
            "due": 29_500, "kept": 500,
        }  # fmt: skip
        assert Turnover.objects.get().used == 30_000
        assert_sound()

    def test_a_turnover_that_is_missing_is_found(self):
        """The next use would be paid as if it were the first of its year."""
        uses(STEPS, 15_000)
        turnover = Turnover.objects.get()
        place = f"turnover of {turnover.provider.ref} under {turnover.call.code} in 2023"
        turnover.delete()
        assert [one.place for one in check_everything().differences] == [place]

    @pytest.mark.parametrize(
        ("before", "price", "expected"),
        [(19_999, 1, 1), (20_000, 100, 95), (19_900, 100, 100), (19_999, 2, 1), (39_999, 100, 90)],
    )
    def test_at_a_step_exactly(self, before, price, expected):
        _first, second = uses(STEPS, before, price)
        assert owed(second) == expected
        assert_sound()

    def test_a_year_begins_anew_on_the_day_of_use(self):
        """The session's day counts, in the city's time, not the day on which it was marked."""
        call = call_paying(STEPS)
        host = make.activity(age_max=17)
        first = use(call, host, 20_000)
        assert owed(first) == 20_000
        home, voucher = make.child_with_voucher(call, {EUROPE: 20_000})
        type(voucher).objects.filter(pk=voucher.pk).update(use_until=date(2024, 1, 31))
        Fund.objects.update(eligible_until=None)
        VoucherPart.objects.update(until=date(2024, 1, 31))
        eve = datetime(2023, 12, 31, 22, 59, tzinfo=UTC)  # still the old year in the city
        last = make.session(host, price_cents=10_000, starts_at=eve)
        new = make.session(host, price_cents=10_000, starts_at=eve + timedelta(minutes=1))
        booked = [make.book(home, voucher, place) for place in (last, new)]
        actor = make.staff(host.provider)
        done(bookings.confirm_bookings(NOW, actor, [one.pk for one in booked]))
        marked = done(bookings.record_attendances(eve + DAY, actor, [(one.pk, True) for one in booked]))
        assert [owed(one) for one in marked] == [9_500, 10_000]
        rows = Turnover.objects.order_by("year").values_list("year", "used")
        assert list(rows) == [(2023, 30_000), (2024, 10_000)]
        assert_sound()

    def test_another_provider_has_its_own_turnover(self):
        call = call_paying(STEPS)
        assert [owed(use(call, make.activity(), 20_000)) for _ in range(2)] == [20_000, 20_000]
        assert_sound()

    def test_two_funds_share_what_is_owed_to_the_cent(self):
        first, second = uses(STEPS, 20_000, 333, shares={EUROPE: 20_000, NATION: 20_000})
        parts = BookingPart.objects.filter(booking=second).values_list("amount", "dues__amount")
        assert list(parts) == [(333, 316)]
        assert owed(first) == 20_000
        assert_sound()

    def test_a_reversal_undoes_what_was_posted_and_later_uses_keep_their_rate(self):
        first, second = uses(STEPS, 20_000, 10_000)
        done(bookings.reverse_redemption(START + DAY, make.OFFICER, first.pk, "mistake"))
        assert (owed(first), owed(second)) == (0, 9_500)
        assert Turnover.objects.get().used == 10_000
        assert figures(EUROPE)["kept"] == 500
        assert_sound()
        third = use(second.voucher.call, second.session.activity, 10_000)
        assert owed(third) == 10_000
        done(bookings.reverse_redemption(START + DAY, make.OFFICER, second.pk, "mistake"))
        assert figures(EUROPE)["due"] == 10_000
        assert "kept" not in figures(EUROPE)
        assert_sound()

    def test_a_stated_use_at_a_rate_is_recovered_as_it_was_owed(self):
        first, second = uses(STEPS, 20_000, 10_000)
        moment, until = START + 8 * DAY, date(2023, 3, 31)
        assert paid_through(moment, until) == [(29_500, 0)]
        done(bookings.reverse_redemption(moment, make.OFFICER, second.pk, "mistake"))
        assert (figures(EUROPE)["paid"], figures(EUROPE)["recoverable"]) == (29_500, 9_500)
        assert_sound()
        use(second.voucher.call, second.session.activity, 10_000)
        assert paid_through(moment, until) == [(0, 9_500)]
        assert figures(EUROPE) == {
            "appropriated": 1_000_000, "available": 960_000, "awarded": 40_000, "unspent": 10_000,
            "spent": 30_000, "paid": 29_500, "kept": 500,
        }  # fmt: skip
        assert_sound()
        assert owed(first) == 20_000


class TestCategoriesAndFixedUnits:
    def test_a_category_has_its_own_rate(self):
        rule = HEAD + "  category_rates:\n    - {category: art, percent: 80}\n"
        (booking,) = uses(rule, 10_000)
        assert owed(booking) == 8_000
        assert figures(EUROPE)["kept"] == 2_000
        assert_sound()

    def test_a_fixed_unit_is_owed_even_if_the_fee_is_lower(self):
        (booking,) = uses(HEAD + "  fixed_unit: 35.00\n", 2_000)
        assert owed(booking) == 3_500
        assert figures(EUROPE) == {
            "appropriated": 1_000_000, "available": 996_500, "awarded": 2_000, "granted": 1_500,
            "spent": 2_000, "due": 3_500,
        }  # fmt: skip
        assert_sound()
        done(bookings.reverse_redemption(START + DAY, make.OFFICER, booking.pk, "mistake"))
        assert figures(EUROPE) == {
            "appropriated": 1_000_000, "available": 998_000, "awarded": 2_000, "unspent": 2_000,
        }  # fmt: skip
        assert_sound()

    def test_a_stated_fixed_unit_is_owed_back_whole(self):
        (booking,) = uses(HEAD + "  fixed_unit: 35.00\n", 2_000)
        assert paid_through(START + 8 * DAY, date(2023, 3, 31)) == [(3_500, 0)]
        done(bookings.reverse_redemption(START + 9 * DAY, make.OFFICER, booking.pk, "mistake"))
        assert (figures(EUROPE)["recoverable"], figures(EUROPE)["available"]) == (3_500, 998_000)
        assert_sound()

    def test_a_fixed_unit_below_the_fee_leaves_the_rest_with_the_fund(self):
        (booking,) = uses(HEAD + "  fixed_unit: 35.00\n", 5_000)
        assert (owed(booking), figures(EUROPE)["kept"]) == (3_500, 1_500)
        assert_sound()

    def test_a_fund_that_cannot_add_refuses_the_mark_and_nothing_changes(self):
        call = call_paying(HEAD + "  fixed_unit: 35.00\n", 2_000)
        home, voucher = make.child_with_voucher(call, {EUROPE: 2_000})
        place = make.session(price_cents=2_000)
        booking = make.book(home, voucher, place)
        actor = make.staff(place.activity.provider)
        done(bookings.confirm_booking(NOW, actor, booking.pk))
        before = make.world()
        answer = bookings.record_attendance(START + DAY, actor, booking.pk, present=True)
        assert answer.codes == (Code.FUND_INSUFFICIENT,)
        assert make.world() == before


class TestMoments:
    def confirmed(self, payment, price=8_001):
        call = call_paying(payment)
        home, voucher = make.child_with_voucher(call, {EUROPE: price})
        place = make.session(price_cents=price)
        booking = make.book(home, voucher, place)
        done(bookings.confirm_booking(NOW, make.staff(place.activity.provider), booking.pk))
        return booking

    def drawn(self, moment, until=date(2023, 12, 31)):
        return [row.amount for row in done(actions.draw_statements(moment, make.ACCOUNTANT, until))]

    def test_in_advance_is_due_on_the_day_it_starts_whoever_came(self):
        booking = self.confirmed(HEAD + "  moment: in_advance\n")
        assert self.drawn(START - DAY) == []
        morning = START - timedelta(hours=4)
        assert self.drawn(morning) == [8_001]
        booking.refresh_from_db()
        assert (booking.state, days(booking)) == ("confirmed", [(START.date(), 8_001)])
        assert_sound()
        actor = make.staff(booking.session.activity.provider)
        done(bookings.record_attendance(START + DAY, actor, booking.pk, present=True))
        assert self.drawn(START + DAY) == []
        assert figures(EUROPE)["due"] == 8_001
        assert_sound()

    def test_an_advance_of_a_cancelled_booking_is_recovered_by_compensation(self):
        booking = self.confirmed(HEAD + "  moment: in_advance\n")
        assert paid_through(START, START.date()) == [(8_001, 0)]
        actor = make.staff(booking.session.activity.provider)
        done(bookings.cancel_booking(START + DAY, actor, booking.pk, "the teacher is ill"))
        assert figures(EUROPE) == {
            "appropriated": 1_000_000, "available": 991_999, "awarded": 8_001, "unspent": 8_001,
            "paid": 8_001, "recoverable": 8_001,
        }  # fmt: skip
        assert_sound()
        again = use(booking.voucher.call, booking.session.activity, 10_000)
        assert paid_through(START + DAY, date(2023, 3, 31)) == [(1_999, 8_001)]
        assert owed(again) == 10_000
        assert "recoverable" not in figures(EUROPE)
        assert_sound()

    def test_a_session_called_off_before_its_statement_owes_nothing(self):
        booking = self.confirmed(HEAD + "  moment: in_advance\n")
        assert done(bookings.owe_started(START, make.ACCOUNTANT)) == 1
        assert done(bookings.owe_started(START, make.ACCOUNTANT)) == 0
        actor = make.staff(booking.session.activity.provider)
        done(bookings.cancel_session(START + DAY, actor, booking.session_id, "rain"))
        assert figures(EUROPE)["unspent"] == 8_001
        assert self.drawn(START + DAY) == []
        assert_sound()

    def test_after_start_waits_for_the_holding_days_only(self):
        booking = self.confirmed(HEAD + "  moment: after_start\n")
        assert self.drawn(START + 6 * DAY) == []
        assert self.drawn(START + 7 * DAY) == [8_001]
        assert days(booking) == [((START + 7 * DAY).date(), 8_001)]
        assert_sound()

    def test_instalments_are_drawn_each_on_its_day(self):
        booking = self.confirmed(make.payment_of("milano-2022-collettivo"))
        assert self.drawn(START) == [4_001]
        assert days(booking) == [(START.date(), 4_001), ((START + 240 * DAY).date(), 4_000)]
        assert self.drawn(START + 239 * DAY) == []
        assert self.drawn(START + 240 * DAY) == [4_000]
        assert Statement.objects.count() == 2
        assert_sound()

    def test_an_instalment_not_yet_stated_is_not_recovered(self):
        booking = self.confirmed(make.payment_of("milano-2022-collettivo"))
        assert self.drawn(START) == [4_001]
        actor = make.staff(booking.session.activity.provider)
        done(bookings.record_attendance(START + DAY, actor, booking.pk, present=True))
        done(bookings.reverse_redemption(START + DAY, make.OFFICER, booking.pk, "mistake"))
        assert (figures(EUROPE)["due"], figures(EUROPE)["recoverable"]) == (4_001, 4_001)
        assert self.drawn(START + 240 * DAY) == []
        assert_sound()

    def test_nothing_starts_under_a_call_that_pays_after_use(self):
        self.confirmed("")
        assert done(bookings.owe_started(START + DAY, make.ACCOUNTANT)) == 0
        assert bookings.owe_started(START, make.OFFICER).codes == (Code.NOT_ALLOWED,)
        assert BookingPart.objects.get().redeemed_at is None


@pytest.fixture
def rated():
    """A call at falling rates, a provider with room, and six children with 100 euro each."""
    call = call_paying(STEPS)
    host = make.activity()
    homes = [make.child_with_voucher(call, {EUROPE: 10_000}) for _ in range(6)]
    return host, homes


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 10_000)), min_size=1, max_size=10))
def test_law_any_order_of_uses_and_reversals_posts_what_the_core_says(rated, steps):
    """A child that has used takes its use back, another uses: each use is owed at the turnover that stands then."""
    host, homes = rated
    standing: dict[int, tuple[Booking, int, int]] = {}
    for child, price in steps:
        if child in standing:
            booking, _price, _owed = standing.pop(child)
            done(bookings.reverse_redemption(START + DAY, make.OFFICER, booking.pk, "back"))
        else:
            turnover = sum(used for _booking, used, _owed in standing.values())
            home, voucher = homes[child]
            booking = make.used(home, voucher, make.session(host, price_cents=price))
            standing[child] = (booking, price, paid_for(RULE, price, turnover))
        assert {one.pk: owed(one) for one, _price, _owed in standing.values()} == {
            one.pk: expected for one, _price, expected in standing.values()
        }
        assert Turnover.objects.get().used == sum(used for _one, used, _owed in standing.values())
    spent = sum(used for _one, used, _owed in standing.values())
    due = sum(expected for _one, _used, expected in standing.values())
    assert (figures(EUROPE).get("due", 0), figures(EUROPE).get("kept", 0)) == (due, spent - due)
    assert_sound()
    for booking, _price, _owed in standing.values():
        done(bookings.reverse_redemption(START + DAY, make.OFFICER, booking.pk, "end"))


def test_uses_alone_add_up_to_the_rate_of_the_whole_however_they_are_cut():
    made = uses(STEPS, 1, 19_998, 3, 7_777, 12_345, 9_999)
    whole = 1 + 19_998 + 3 + 7_777 + 12_345 + 9_999
    assert sum(owed(one) for one in made) == paid_for(RULE, whole)
    assert_sound()


def test_what_is_held_back_is_what_is_owed():
    first, _second = uses(STEPS, 20_000, 10_000)
    earned, since = selectors.held_back(first.session.activity.provider_id)
    assert (earned, since) == (29_500, START + timedelta(hours=1))
    assert selectors.unstated_sum() == 29_500


def test_the_world_of_a_preset_has_its_rule():
    call = call_paying(make.payment_of("pass-culture"))
    rule = rules_of(published_version(call)).payment
    assert [(step.above, step.percent) for step in rule.rates] == [
        (0, 100), (2_000_000, 95), (4_000_000, 92), (15_000_000, 90),
    ]  # fmt: skip
