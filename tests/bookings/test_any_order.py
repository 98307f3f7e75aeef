"""Whatever order acts come in, and wherever they break off, the books balance."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from tests import builders as make
from tests.builders import DAY, EUROPE, NATION, NOW, assert_books_balance, done
from wishmi.bookings import actions
from wishmi.bookings.models import Booking, WaitingEntry
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
        self.call = make.funded_call()
        self.host = make.provider()
        self.staff = make.staff(self.host)
        one = make.activity(self.host)
        self.homes = [
            make.child_with_voucher(self.call, {EUROPE: 3_000, NATION: 27_000} if odd else {EUROPE: 30_000})
            for odd in (0, 1, 0, 1)
        ]
        self.places = [
            make.session(one, starts_at=NOW + days * DAY, places=places, price_cents=price)
            for days, places, price in ((2, 1, 9_000), (5, 2, 12_345), (9, 1, 0), (60, 2, 7_001))
        ]
        self.steps = 0

    def booking(self):
        rows = list(Booking.objects.order_by("id"))
        return self.random.choice(rows) if rows else None

    def step(self):
        self.steps += 1
        names = ["book"] * 4 + ["wait", "leave", "cancel", "provider_cancels", "refuse", "confirm", "confirm"]
        names += ["mark", "mark", "mark", "reverse", "expire", "deliver", "deliver", "time", "time"]
        names += ["draw", "agree", "pay", "pay", "bank", "call_off"]
        getattr(self, self.random.choice(names))()
        assert_books_balance()

    def book(self):
        (home, voucher), place = self.random.choice(self.homes), self.random.choice(self.places)
        most = self.random.choice([None, None, 2_500])
        key = f"walk-{self.steps}"
        minor = home.minors[0].pk
        actions.book_session(self.moment, home.actor, place.pk, minor, voucher.pk, key, most)

    def wait(self):
        (home, voucher), place = self.random.choice(self.homes), self.random.choice(self.places)
        actions.join_waiting_list(self.moment, home.actor, place.pk, home.minors[0].pk, voucher.pk)

    def leave(self):
        entry = WaitingEntry.objects.order_by("id").last()
        for home, _voucher in self.homes:
            if entry and entry.minor == home.minors[0]:
                actions.leave_waiting_list(self.moment, home.actor, entry.pk)

    def on_booking(self, act, *arguments):
        booking = self.booking()
        if booking:
            act(self.moment, self.staff, booking.pk, *arguments)

    def cancel(self):
        booking = self.booking()
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
        self.on_booking(actions.record_attendance, self.random.random() < 0.7)

    def reverse(self):
        booking = self.booking()
        if booking:
            actions.reverse_redemption(self.moment, make.OFFICER, booking.pk, "mistake")

    def expire(self):
        done(actions.expire_unconfirmed(self.moment))

    def deliver(self):
        outbox.deliver(self.moment)
        assert not make.OutboxEvent.objects.filter(failures__gt=0).exists()

    def time(self):
        self.moment += timedelta(hours=self.random.choice([1, 12, 30, 24 * 8]))

    def draw(self):
        done(payouts.draw_statements(self.moment, make.ACCOUNTANT, date(2023, 12, 31)))

    def agree(self):
        for row in Statement.objects.filter(state="drawn").order_by("id"):
            done(payouts.agree_statement(self.moment, self.staff, row.pk))

    def pay(self):
        batch = Batch.objects.filter(state="prepared").order_by("id").first()
        if batch:
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
            actions.cancel_session(self.moment, self.staff, self.random.choice(self.places).pk, "rain")

    def end(self):
        """Let everything end: what is not spent is back in its fund, what is spent was paid or is owed."""
        self.moment = max(self.moment, datetime(2023, 8, 1, 9, tzinfo=UTC))
        done(let_vouchers_lapse(self.moment, make.SYSTEM, self.call.pk))
        assert_books_balance()
        for booking in Booking.objects.filter(state__in=Booking.LIVE).order_by("id"):
            done(actions.cancel_booking(self.moment, self.staff, booking.pk, "the season is over"))
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
    for _ in range(90):
        walk.step()
    walk.end()


@pytest.mark.full
@pytest.mark.parametrize("seed", range(100, 120))
def test_any_order_at_length(seed, settings, tmp_path):
    settings.WISHMI_DATA = tmp_path
    walk = Walk(seed)
    for _ in range(300):
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
