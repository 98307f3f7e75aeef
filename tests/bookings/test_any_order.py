"""Whatever order acts come in, and wherever they break off, the books balance."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from tests import builders as make
from tests import builders_use as use
from tests.builders import DAY, EUROPE, NATION, NOW, assert_books_balance, done
from wishmi.bookings import actions
from wishmi.bookings.models import Booking, WaitingEntry
from wishmi.catalogue.models import Session
from wishmi.infra import audit, outbox
from wishmi.payouts import actions as payouts
from wishmi.payouts.models import Batch, Payment, Statement
from wishmi.vouchers.actions import let_vouchers_lapse
from wishmi.vouchers.models import Voucher

pytestmark = pytest.mark.django_db


class Walk:
    """A few families, one provider and the office, doing whatever comes to mind."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.moment = NOW
        # One walk in three where the provider's word is enough, one in a call that loses a part, forgives absences and
        # caps, one where families confirm.
        self.call = (
            use.call,
            lambda: use.call("per_month: 200.00", bookings=("late_percent: 37", "no_show: free")),
            lambda: use.call("confirmation: both", bookings=("confirm_use_within_days: 5",)),
        )[seed % 3]()
        self.host = make.provider()
        self.staff = make.staff(self.host)
        self.offer = make.activity(self.host)
        self.homes = [
            make.child_with_voucher(self.call, {EUROPE: 3_000, NATION: 57_000} if odd else {EUROPE: 60_000})
            for odd in (0, 1, 0, 1)
        ]
        self.steps = 0

    def place(self):
        """A session that lies ahead; a new one when there are few."""
        rows = list(Session.objects.filter(starts_at__gt=self.moment, cancelled_at=None).order_by("id"))
        if len(rows) < 3 or self.random.random() < 0.4:
            rows.append(
                make.session(
                    self.offer,
                    starts_at=self.moment + self.random.choice([1, 2, 4]) * DAY,
                    places=self.random.choice([1, 2]),
                    price_cents=self.random.choice([0, 1_000, 2_345, 2_345, 7_001]),
                )
            )
        return self.random.choice(rows[-4:])

    def booking(self, *states):
        """One of the bookings, most often one on which something can be done."""
        rows = list(Booking.objects.order_by("id"))
        able = [row for row in rows if row.state in states]
        rows = able if able and self.random.random() < 0.8 else rows
        return self.random.choice(rows) if rows else None

    def step(self):
        self.steps += 1
        weights = {
            "book": 12,
            "wait": 2,
            "leave": 1,
            "cancel": 1,
            "provider_cancels": 1,
            "refuse": 1,
            "confirm": 3,
        }
        weights |= {"mark": 4, "reverse": 2, "expire": 1, "deliver": 2, "time": 5, "call_off": 1}
        weights |= {"settle": 5, "bank": 3, "release": 1, "remind": 1}
        weights |= {"answer": 3, "silence": 1, "decide": 1}
        names = [name for name, weight in weights.items() for _ in range(weight)]
        getattr(self, self.random.choice(names))()
        assert_books_balance()

    def book(self):
        (home, voucher), place = self.random.choice(self.homes), self.place()
        most = self.random.choice([None, None, 2_500])
        key = f"walk-{self.steps}"
        minor = home.minors[0].pk
        actions.book_session(self.moment, home.actor, place.pk, minor, voucher.pk, key, most)

    def wait(self):
        (home, voucher), place = self.random.choice(self.homes), self.place()
        actions.join_waiting_list(self.moment, home.actor, place.pk, home.minors[0].pk, voucher.pk)

    def leave(self):
        entry = WaitingEntry.objects.order_by("id").last()
        for home, _voucher in self.homes:
            if entry and entry.minor == home.minors[0]:
                actions.leave_waiting_list(self.moment, home.actor, entry.pk)

    def on_booking(self, act, *arguments):
        booking = self.booking("held", "confirmed")
        if booking:
            act(self.moment, self.staff, booking.pk, *arguments)

    def cancel(self):
        booking = self.booking("held", "confirmed")
        for home, voucher in self.homes:
            if booking and booking.voucher_id == voucher.pk:
                actions.cancel_booking(self.moment, home.actor, booking.pk)

    def provider_cancels(self):
        self.on_booking(actions.cancel_booking, "ill")

    def refuse(self):
        self.on_booking(actions.refuse_booking, "full")

    def confirm(self):
        self.on_booking(actions.confirm_booking)

    def mark(self):
        """Mark who came to what has begun."""
        begun = Booking.objects.filter(session__starts_at__lte=self.moment, state__in=Booking.LIVE)
        begun = begun.filter(mark_by__gte=self.moment)
        for booking in begun.order_by("id"):
            present = booking.state == "held" or self.random.random() < 0.7
            done(actions.record_attendance(self.moment, self.staff, booking.pk, present))

    def answer(self):
        """A family says yes or no to what its provider marked."""
        booking = self.booking("marked")
        for home, voucher in self.homes:
            if booking and booking.voucher_id == voucher.pk:
                if self.random.random() < 0.5:
                    actions.confirm_use(self.moment, home.actor, booking.pk)
                else:
                    actions.dispute_use(self.moment, home.actor, booking.pk, "no")

    def silence(self):
        done(actions.remind_of_answers(self.moment))
        done(actions.confirm_silent(self.moment))

    def decide(self):
        booking = self.booking("disputed")
        if booking:
            was_used = self.random.random() < 0.5
            actions.decide_dispute(self.moment, make.OFFICER, booking.pk, was_used, "heard")

    def release(self):
        done(actions.release_unmarked(self.moment))

    def remind(self):
        done(actions.remind_of_marks(self.moment))

    def reverse(self):
        booking = self.booking("attended", "no_show", "late")
        if booking:
            actions.reverse_redemption(self.moment, make.OFFICER, booking.pk, "mistake")

    def expire(self):
        done(actions.expire_unconfirmed(self.moment))

    def deliver(self):
        outbox.deliver(self.moment)
        assert not make.OutboxEvent.objects.filter(failures__gt=0).exists()

    def time(self):
        self.moment += timedelta(hours=self.random.choice([12, 48, 96]))

    def settle(self):
        """What accounting does in a week, or part of it."""
        for act in (self.draw, self.agree, self.pay, self.pay):
            act()
            assert_books_balance()
            if self.random.random() < 0.1:
                break

    def draw(self):
        done(payouts.draw_statements(self.moment, make.ACCOUNTANT, date(2023, 12, 31)))

    def agree(self):
        for row in Statement.objects.filter(state="drawn").order_by("id"):
            done(payouts.agree_statement(self.moment, self.staff, row.pk))

    def pay(self):
        batch = Batch.objects.filter(state="prepared").order_by("id").first()
        if batch and self.random.random() < 0.3:
            done(payouts.discard_batch(self.moment, make.ACCOUNTANT, batch.pk, "wrong day"))
        elif batch:
            done(payouts.approve_batch(self.moment, make.SECOND_ACCOUNTANT, batch.pk))
        else:
            payouts.prepare_batch(self.moment, make.ACCOUNTANT, date(2024, 1, 2))

    def bank(self):
        for batch in Batch.objects.filter(state="approved").order_by("id"):
            rows = Payment.objects.filter(batch=batch, state="in_payment").order_by("id")
            said = [(row.end_to_end, self.random.random() < 0.6, "AC04") for row in rows]
            done(payouts.record_bank_answers(self.moment, make.ACCOUNTANT, batch.pk, said))

    def call_off(self):
        if self.random.random() < 0.2:
            actions.cancel_session(self.moment, self.staff, self.place().pk, "rain")

    def end(self):
        """Let everything end: what is not spent is back in its fund, what is spent was paid or is owed."""
        self.moment = max(self.moment, datetime(2023, 8, 1, 9, tzinfo=UTC))
        done(let_vouchers_lapse(self.moment, make.SYSTEM, self.call.pk))
        assert_books_balance()
        for booking in Booking.objects.filter(state__in=Booking.LIVE).order_by("id"):
            done(actions.cancel_booking(self.moment, self.staff, booking.pk, "the season is over"))
        done(actions.confirm_silent(self.moment))
        for booking in Booking.objects.filter(state="disputed").order_by("id"):
            done(
                actions.decide_dispute(self.moment, make.OFFICER, booking.pk, was_used=False, reason="heard")
            )
        assert_books_balance()
        assert set(Voucher.objects.values_list("state", flat=True)) == {"closed"}
        for code in (EUROPE, NATION):
            has = make.figures(code)
            assert has.get("unspent", 0) == has.get("held", 0) == 0
            assert has["awarded"] == has.get("spent", 0) + has.get("returned", 0)


@pytest.mark.parametrize("seed", range(6))
def test_any_order(seed, settings, tmp_path):
    settings.WISHMI_DATA = tmp_path
    walk = Walk(seed)
    for _ in range(70):
        walk.step()
    walk.end()


@pytest.mark.full
@pytest.mark.parametrize("seed", range(100, 110))
def test_any_order_at_length(seed, settings, tmp_path):
    settings.WISHMI_DATA = tmp_path
    walk = Walk(seed)
    for _ in range(200):
        walk.step()
    walk.end()


class PowerCutError(Exception):
    """The lights went out."""


@pytest.fixture
def power_cut(monkeypatch):
    """The last thing an act does fails."""

    def cut():
        def fail(*_arguments, **_named):
            raise PowerCutError

        for name in ("record", "record_many"):
            monkeypatch.setattr(audit, name, fail)
        for name in ("emit", "emit_many"):
            monkeypatch.setattr(outbox, name, fail)

    return cut


def test_an_act_that_breaks_off_leaves_nothing(power_cut, settings, tmp_path):
    settings.WISHMI_DATA = tmp_path
    call = make.funded_call()
    home, voucher = make.child_with_voucher(call, {EUROPE: 4_000, NATION: 26_000})
    place = make.session()
    staff, later = make.staff(place.activity.provider), NOW + 20 * DAY
    used = make.used(home, voucher, make.session(make.activity(place.activity.provider), price_cents=5_000))
    statement = done(payouts.draw_statements(later, make.ACCOUNTANT, date(2023, 3, 31)))[0]
    done(payouts.agree_statement(later, staff, statement.pk))
    batch = done(payouts.prepare_batch(later, make.ACCOUNTANT, date(2023, 4, 3)))
    held = make.book(home, voucher, place)
    other = make.session()
    acts = [
        lambda: actions.book_session(NOW, home.actor, other.pk, home.minors[0].pk, voucher.pk, "cut"),
        lambda: actions.cancel_booking(NOW, home.actor, held.pk),
        lambda: actions.confirm_booking(NOW, staff, held.pk),
        lambda: actions.refuse_booking(NOW, staff, held.pk, "full"),
        lambda: actions.cancel_session(NOW, staff, place.pk, "rain"),
        lambda: actions.expire_unconfirmed(later),
        lambda: actions.record_attendance(later, staff, held.pk, present=True),
        lambda: actions.reverse_redemption(later, make.OFFICER, used.pk, "mistake"),
        lambda: payouts.approve_batch(later, make.SECOND_ACCOUNTANT, batch.pk),
    ]
    before = make.world()
    power_cut()
    for act in acts:
        with pytest.raises(PowerCutError):
            act()
        assert make.world() == before
    assert list(tmp_path.glob("payouts/*.xml")) == []
    assert_books_balance()
