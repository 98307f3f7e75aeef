"""Whatever is booked, used, given back and taken back: both books say what a clerk who counts on paper says."""

import random
from datetime import date, timedelta

import pytest

from tests import builders as make
from tests.builders import DAY, OFFICER, RESPONSIBLE, done
from tests.builders_credits import at, run_on
from tests.builders_units import audited, issued, left, place, pounds, units, units_call
from wishmi.bookings import actions
from wishmi.bookings.models import Booking
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode as Code
from wishmi.vouchers.actions import let_vouchers_lapse

pytestmark = pytest.mark.django_db
SEASONS = (
    (date(2025, 4, 7), date(2025, 4, 21), 4),
    (date(2025, 7, 23), date(2025, 8, 31), 16),
    (date(2025, 12, 20), date(2026, 1, 4), 4),
)
TARIFF, PRICES = 3_500, (0, 700, 2_000, 3_500)
FEE = ("fixed_unit: 35.00", "moment: after_use")
NO_SHOW_FREE = ("  mark_within", "  no_show: free\n  mark_within")
CALLS = ((), (FEE,), (FEE, NO_SHOW_FREE), (NO_SHOW_FREE,))


class Toy:
    """One voucher on paper: of each season what is free, and what each live or used booking took of which."""

    def __init__(self, fixed: int | None) -> None:
        self.fixed = fixed
        self.free = [units for _first, _last, units in SEASONS]
        self.over = [False] * 3
        self.live: dict[int, int] = {}
        self.used: dict[int, tuple[int, int]] = {}
        self.returned = self.spent = 0
        self.given_back = 0

    def season_of(self, day: date) -> int | None:
        return next((n for n, (first, last, _) in enumerate(SEASONS) if first <= day <= last), None)

    def why_not(self, day: date, price: int) -> Code | None:
        if price == 0:
            return None
        season = self.season_of(day)
        return Code.NO_UNIT_LEFT if season is None or not self.free[season] else None

    def book(self, booking: int, day: date, price: int) -> None:
        season = self.season_of(day)
        if price and season is not None:
            self.free[season] -= 1
            self.live[booking] = season

    def back(self, season: int) -> None:
        """A unit that is free again, or its fund's where its season is over."""
        if self.over[season]:
            self.given_back, self.returned = self.given_back + 1, self.returned + TARIFF
        else:
            self.free[season] += 1

    def end(self, booking: int) -> None:
        season = self.live.pop(booking, None)
        if season is not None:
            self.back(season)

    def use(self, booking: int, price: int) -> None:
        season = self.live.pop(booking, None)
        if season is not None:
            owed = price if self.fixed is None else self.fixed
            self.used[booking] = season, owed
            self.spent, self.returned = self.spent + owed, self.returned + TARIFF - owed

    def take_back(self, booking: int) -> None:
        if booking in self.used:
            season, owed = self.used.pop(booking)
            self.spent, self.returned = self.spent - owed, self.returned - (TARIFF - owed)
            self.back(season)

    def until(self, today: date) -> None:
        for season, (_first, last, _units) in enumerate(SEASONS):
            if last < today and not self.over[season]:
                self.over[season] = True
                self.given_back += self.free[season]
                self.returned += self.free[season] * TARIFF
                self.free[season] = 0


class Walk:
    """A child that books through the year, and its paper."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        changes = CALLS[seed % len(CALLS)]
        self.call = units_call(*changes)
        self.home = make.family(date(2015, 5, 5))
        (self.voucher,) = issued(self.call, self.home.minors[0])
        self.toy = Toy(None if FEE in changes else TARIFF)
        self.is_absence_free = NO_SHOW_FREE in changes
        self.today = date(2025, 3, 20)
        self.hosts = [make.activity(age_min=0, age_max=18) for _ in range(2)]
        self.owned: list[Booking] = []
        self.counts = {"book": 0, "no": 0, "use": 0, "absent": 0, "cancel": 0, "reverse": 0}

    def go_on(self) -> None:
        self.today += timedelta(days=self.random.choice([0, 0, 1, 2, 3, 6, 11]))
        run_on(self.today, 1)
        done(actions.release_unmarked(at(self.today)))
        for booking in self.of("held", "confirmed"):
            booking.refresh_from_db()
            if booking.state not in Booking.LIVE:
                self.toy.end(booking.pk)
        self.toy.until(self.today)

    def of(self, *states: str) -> list[Booking]:
        return [one for one in self.owned if one.state in states]

    def book(self) -> None:
        first = self.random.choice([self.today, *(one for one, _, _ in SEASONS if one > self.today)])
        day, price = first + timedelta(days=self.random.randrange(1, 16)), self.random.choice(PRICES)
        if day > date(2026, 1, 4):
            return
        where = place(day, price, self.random.randrange(8, 20), of=self.random.choice(self.hosts))
        why, key = self.toy.why_not(day, price), f"w{where.pk}"
        minor, moment = self.home.minors[0].pk, at(self.today)
        answer = actions.book_session(moment, self.home.actor, where.pk, minor, self.voucher.pk, key)
        assert (answer.codes if isinstance(answer, Refused) else None) == ((why,) if why else None)
        self.counts["no" if why else "book"] += 1
        if isinstance(answer, Refused):
            return
        booking = Booking.objects.get(pk=answer.booking)
        self.toy.book(booking.pk, day, price)
        done(actions.confirm_booking(moment, make.staff(where.activity.provider), booking.pk))
        booking.refresh_from_db()
        self.owned.append(booking)

    def mark(self) -> None:
        for booking in self.of("confirmed"):
            where = booking.session
            if where.starts_at > at(self.today):
                continue
            present = self.random.random() < 0.7
            staff = make.staff(where.activity.provider)
            done(actions.record_attendance(at(self.today), staff, booking.pk, present=present))
            booking.refresh_from_db()
            self.counts["use" if present else "absent"] += 1
            if present or not self.is_absence_free:
                self.toy.use(booking.pk, booking.price_cents)
            else:
                self.toy.end(booking.pk)

    def cancel(self) -> None:
        ahead = [one for one in self.of("confirmed") if one.session.starts_at > at(self.today) + 3 * DAY]
        if ahead:
            booking = self.random.choice(ahead)
            done(actions.cancel_booking(at(self.today), self.home.actor, booking.pk))
            booking.refresh_from_db()
            self.toy.end(booking.pk)
            self.counts["cancel"] += 1

    def reverse(self) -> None:
        used = self.of("attended", "no_show")
        if used:
            booking = self.random.choice(used)
            done(actions.reverse_redemption(at(self.today), OFFICER, booking.pk, "was not there"))
            booking.refresh_from_db()
            self.toy.take_back(booking.pk)
            self.counts["reverse"] += 1

    def agrees(self) -> None:
        toy, has, money = self.toy, units(), pounds()
        free, held, spent, later = left(self.voucher)
        assert (free + later, held, spent) == (sum(toy.free), len(toy.live), len(toy.used))
        assert has.get("given_back", 0) == toy.given_back
        assert money.get("returned", 0) == toy.returned
        assert money.get("spent", 0) == money.get("due", 0) == toy.spent
        assert money.get("unreleased", 0) == TARIFF * (sum(toy.free) + len(toy.live))


@pytest.mark.parametrize("seed", range(4))
def test_both_books_follow_the_paper(seed, settings, tmp_path):
    settings.WISHMI_DATA, settings.WISHMI_CURRENCY = tmp_path, "GBP"
    walk = Walk(seed)
    acts = [walk.book, walk.book, walk.book, walk.mark, walk.cancel, walk.reverse]
    while walk.today < date(2026, 1, 3):
        walk.go_on()
        for _ in range(2):
            walk.random.choice(acts)()
        walk.agrees()
    audited()
    assert walk.counts["book"] > 5
    # The job may have ended it already: its last steps are wide.
    done(let_vouchers_lapse(at(date(2026, 1, 5)), RESPONSIBLE, walk.call.pk))
    walk.voucher.refresh_from_db()
    assert walk.voucher.state == "closed"
    assert units().get("unspent") is None
    audited()
