"""Whatever is booked and given back in whatever order: no cap is exceeded, and what is taken is what the core says."""

import random
from collections import defaultdict

import pytest

from tests import builders as make
from tests import builders_use as use
from tests.builders import DAY, EUROPE, NATION, NOW, assert_books_balance, done
from wishmi.bookings import actions
from wishmi.bookings.models import Booking
from wishmi.calls.selectors import rules_of
from wishmi.core.outcome import Refused
from wishmi.core.reasons import Reason
from wishmi.core.rules.use import Used, Wish, most_payable
from wishmi.infra.clock import local_day
from wishmi.outcomes.audit import check_everything

pytestmark = pytest.mark.django_db
SAID = (
    ("co_payment: family_at_least", "share_percent: 35", "per_month: 40.00", "per_provider: 61.00"),
    ("per_year: 111.11", "per_category: [{category: art, at_most: 70.01}]", "services: 5"),
    ("free_trials: 2", "per_month: 50.00", "per_year: 90.00", "services: 4"),
    ("co_payment: none", "per_provider: 90.00", "per_month: 99.99"),
)
GONE = {"refused", "expired", "cancelled", "reversed"}


class Walk:
    """Two children, two providers, and what a careful clerk would note of every booking on paper."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.call = use.call(*SAID[seed % len(SAID)])
        self.rule = rules_of(self.call.versions.get()).use
        shares = [{EUROPE: 20_000}, {EUROPE: 3_000, NATION: 17_000}]
        self.homes = [make.child_with_voucher(self.call, share) for share in shares]
        hosts = [make.provider() for _ in range(2)]
        offers = [make.activity(host, category=kind) for host in hosts for kind in ("art", "sport")]
        self.places = [
            make.session(
                self.random.choice(offers),
                starts_at=NOW + self.random.choice([5, 8, 35, 66]) * DAY,
                price_cents=self.random.choice([0, 900, 2_345, 4_001, 7_777]),
                is_trial=self.random.random() < 0.3,
            )
            for _ in range(14)
        ]

    def used(self, voucher, place) -> Used:
        """Counted one by one, from nothing but the rows."""
        day, sums = local_day(place.starts_at), defaultdict(int)
        for row in Booking.objects.filter(voucher=voucher).order_by("id"):
            if row.state in GONE:
                continue
            on, offer = local_day(row.session.starts_at), row.session.activity
            sums["month"] += row.voucher_cents if (on.year, on.month) == (day.year, day.month) else 0
            sums["year"] += row.voucher_cents if on.year == day.year else 0
            sums[offer.category] += row.voucher_cents
            sums[offer.provider_id] += row.voucher_cents
            sums["services"] += bool(row.voucher_cents)
            sums["trials"] += row.is_trial
        host = place.activity.provider_id
        by_category = {kind: sums[kind] for kind in ("art", "sport")}
        return Used(sums["month"], sums["year"], by_category, sums[host], sums["services"], sums["trials"])

    def book(self, step: int) -> None:
        (home, voucher), place = self.random.choice(self.homes), self.random.choice(self.places)
        if Booking.objects.filter(session=place, voucher=voucher).exclude(state__in=GONE).exists():
            return
        most = self.random.choice([None, None, None, 1_500])
        live = Booking.objects.filter(voucher=voucher).exclude(state__in=GONE)
        left = 20_000 - sum(live.values_list("voucher_cents", flat=True))
        wish = Wish(place.price_cents, place.activity.category, left, wanted=most, is_trial=place.is_trial)
        expected = most_payable(self.rule, wish, self.used(voucher, place))
        answer = actions.book_session(
            NOW, home.actor, place.pk, home.minors[0].pk, voucher.pk, f"walk-{step}", most
        )
        if isinstance(expected, Reason):
            assert isinstance(answer, Refused)
            assert answer.reasons == (expected,)
        else:
            assert not isinstance(answer, Refused), answer
            assert answer.voucher_cents == expected.amount
            assert answer.family_cents == (0 if expected.is_trial else place.price_cents - expected.amount)

    def end(self) -> None:
        rows = list(Booking.objects.exclude(state__in=GONE).order_by("id"))
        if not rows:
            return
        row = self.random.choice(rows)
        staff = make.staff(row.session.activity.provider)
        if row.state == "held" and self.random.random() < 0.5:
            done(actions.refuse_booking(NOW, staff, row.pk, "full"))
        else:
            done(actions.cancel_booking(NOW, staff, row.pk, "ill"))

    def check(self) -> None:
        for _home, voucher in self.homes:
            for place in self.places:
                used = self.used(voucher, place)
                caps = [
                    (self.rule.per_month, used.this_month),
                    (self.rule.per_year, used.this_year),
                    (self.rule.per_provider, used.at_provider),
                    (self.rule.services, used.services),
                    (self.rule.free_trials, used.trials),
                    *((cap, used.by_category[kind]) for kind, cap in self.rule.per_category),
                ]
                assert all(cap is None or amount <= cap for cap, amount in caps), caps


@pytest.mark.parametrize("seed", range(8))
def test_no_order_of_acts_passes_a_cap(seed):
    walk = Walk(seed)
    for step in range(40):
        walk.book(step) if walk.random.random() < 0.75 else walk.end()
        walk.check()
    assert_books_balance()
    assert check_everything().differences == ()
    assert Booking.objects.count() > 8
