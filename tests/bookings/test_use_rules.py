"""What a call says about use bites at booking: each border from both sides, and nothing changes on a refusal."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import builders as make
from tests import builders_use as use
from tests.builders import DAY, EUROPE, NATION, NOW, assert_books_balance, done
from tests.builders_awards import unchanged
from wishmi.bookings import actions
from wishmi.bookings.models import Booking
from wishmi.bookings.snapshots import rules_of_voucher, scene_of, used_of
from wishmi.catalogue.actions import offer_trial, say_goods
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode as Code
from wishmi.core.rules.use import Used
from wishmi.outcomes.audit import check_everything

pytestmark = pytest.mark.django_db
_keys = count(1)
GOODS = (
    "names:\n  goods:\n    cash: {it: Denaro contante, en: Cash}\n    tickets: {it: Biglietti, en: Tickets}\n"
)


def world(*said, shares=None, **more):
    """A call that says so, and a child with a voucher of it."""
    call = use.call(*said, **more)
    return make.child_with_voucher(call, shares)


def attempt(home, voucher, place, moment=NOW, most=None):
    key = f"attempt-{next(_keys)}"
    return actions.book_session(moment, home.actor, place.pk, home.minors[0].pk, voucher.pk, key, most)


def refused(code, act, *arguments, **named):
    """Refused for this one reason; nothing changed but the key, which keeps the answer."""
    with unchanged("infra.IdempotencyKey"):
        answer = act(*arguments, **named)
    assert isinstance(answer, Refused), answer
    assert answer.codes == (code,)
    return answer


def paid(home, voucher, place, **more):
    made = make.book(home, voucher, place, **more)
    return made.voucher_cents, made.family_cents


def sound():
    assert_books_balance()
    report = check_everything()
    assert report.differences == ()


class TestShares:
    def test_the_family_pays_at_least_its_share(self):
        home, voucher = world("co_payment: family_at_least", "share_percent: 50")
        assert paid(home, voucher, make.session(price_cents=6_001)) == (3_000, 3_001)
        sound()

    def test_the_voucher_pays_at_most_its_share_over_two_funds(self):
        said = ("co_payment: voucher_at_most", "share_percent: 90")
        home, voucher = world(*said, shares={EUROPE: 4_000, NATION: 16_000})
        booking = make.book(home, voucher, make.session(price_cents=10_000))
        assert (booking.voucher_cents, booking.family_cents) == (9_000, 1_000)
        assert [part.amount for part in booking.parts.order_by("voucher_part__order")] == [4_000, 5_000]
        sound()

    def test_without_a_part_by_the_family_it_is_the_whole_price_or_nothing(self):
        home, voucher = world("co_payment: none")
        dear = make.session(price_cents=30_001)
        answer = refused(Code.WHOLE_PRICE_ONLY, attempt, home, voucher, dear)
        assert answer.reasons[0].params == {"price_cents": 30_001, "most_cents": 30_000}
        refused(Code.WHOLE_PRICE_ONLY, attempt, home, voucher, make.session(price_cents=9_000), most=8_999)
        assert paid(home, voucher, make.session(price_cents=30_000)) == (30_000, 0)


class TestPrices:
    def test_a_price_outside_the_bounds_is_refused(self):
        home, voucher = world("minimum_price: 10.00", "maximum_price: 50.00")
        refused(Code.COST_TOO_LOW, attempt, home, voucher, make.session(price_cents=999))
        refused(Code.COST_TOO_HIGH, attempt, home, voucher, make.session(price_cents=5_001))
        assert paid(home, voucher, make.session(price_cents=1_000)) == (1_000, 0)
        assert paid(home, voucher, make.session(price_cents=5_000)) == (5_000, 0)


class TestCaps:
    def test_the_month_is_the_session_s_in_the_city_s_time(self):
        home, voucher = world("per_month: 40.00")
        # 31 March 23:30 in Milan is still March, in universal time too; half past midnight is April, and is not.
        last = datetime(2023, 3, 31, 21, 30, tzinfo=UTC)
        march, late, april = (
            make.session(price_cents=2_500, starts_at=at)
            for at in (NOW + 10 * DAY, last, last + timedelta(hours=1))
        )
        assert paid(home, voucher, march) == (2_500, 0)
        assert paid(home, voucher, late) == (1_500, 1_000)
        assert paid(home, voucher, april) == (2_500, 0)
        full = refused(Code.CAP_REACHED, attempt, home, voucher, make.session(price_cents=1))
        assert full.reasons[0].params == {"cap": "per_month", "most_cents": 4_000}
        sound()

    def test_the_year(self):
        home, voucher = world("per_year: 100.00")
        assert paid(home, voucher, make.session(price_cents=9_999)) == (9_999, 0)
        assert paid(home, voucher, make.session(price_cents=5_000, starts_at=NOW + 60 * DAY)) == (1, 4_999)
        full = refused(Code.CAP_REACHED, attempt, home, voucher, make.session())
        assert full.reasons[0].params["cap"] == "per_year"

    def test_the_year_ends_with_december_in_the_city_s_time(self):
        """Half past eleven at night in universal time on 31 December is the next year in Milan."""
        home, voucher = world("per_year: 100.00")
        make.book(home, voucher, make.session(starts_at=NOW + 10 * DAY, price_cents=4_000))
        rules = rules_of_voucher(voucher)
        for starts_at, before in (
            (datetime(2023, 12, 31, 22, 30, tzinfo=UTC), 4_000),
            (datetime(2023, 12, 31, 23, 30, tzinfo=UTC), 0),
        ):
            place = make.session(starts_at=starts_at)
            assert used_of(voucher, scene_of(place), rules).this_year == before

    def test_the_category(self):
        home, voucher = world("per_category: [{category: art, at_most: 60.00}]")
        art, sport = make.activity(category="art"), make.activity(category="sport")
        assert paid(home, voucher, make.session(art, price_cents=5_900)) == (5_900, 0)
        assert paid(home, voucher, make.session(sport, price_cents=9_000)) == (9_000, 0)
        assert paid(home, voucher, make.session(art, price_cents=5_900)) == (100, 5_800)
        full = refused(Code.CAP_REACHED, attempt, home, voucher, make.session(art))
        assert full.reasons[0].params == {"cap": "per_category", "most_cents": 6_000}

    def test_the_provider(self):
        home, voucher = world("per_provider: 200.00")
        host, other = make.activity(), make.activity()
        assert paid(home, voucher, make.session(host, price_cents=15_000)) == (15_000, 0)
        assert paid(home, voucher, make.session(host, price_cents=10_000)) == (5_000, 5_000)
        refused(Code.CAP_REACHED, attempt, home, voucher, make.session(host))
        assert paid(home, voucher, make.session(other, price_cents=10_000)) == (10_000, 0)

    def test_the_number_of_services_counts_what_the_voucher_pays(self):
        home, voucher = world("services: 2")
        make.book(home, voucher, make.session(price_cents=0))
        make.book(home, voucher, make.session(price_cents=100))
        make.book(home, voucher, make.session(price_cents=100))
        full = refused(Code.SERVICES_USED_UP, attempt, home, voucher, make.session())
        assert full.reasons[0].params == {"most": 2}
        make.book(home, voucher, make.session(price_cents=0))

    def test_one_activity_only(self):
        home, voucher = world("several_activities: false")
        make.book(home, voucher, make.session(price_cents=100))
        refused(Code.SERVICES_USED_UP, attempt, home, voucher, make.session())

    def test_one_voucher_s_use_is_not_another_s(self):
        call = use.call("per_month: 40.00")
        (home, mine), (neighbour, theirs) = (make.child_with_voucher(call) for _ in range(2))
        place = make.session(price_cents=4_000)
        assert paid(home, mine, place) == (4_000, 0)
        assert paid(neighbour, theirs, place) == (4_000, 0)

    def test_the_family_s_wish_is_kept_below_the_cap(self):
        home, voucher = world("per_month: 40.00")
        assert paid(home, voucher, make.session(), most_cents=3_999) == (3_999, 6_001)
        assert paid(home, voucher, make.session(), most_cents=2) == (1, 9_999)


class TestWhatCounts:
    """Held and spent counts; cancelled in time, refused, expired and taken back does not."""

    @pytest.fixture
    def scene(self):
        home, voucher = world("per_month: 40.00")
        place = make.session(price_cents=4_000)
        return home, voucher, make.book(home, voucher, place), make.staff(place.activity.provider)

    def test_held_and_confirmed(self, scene):
        home, voucher, booking, actor = scene
        refused(Code.CAP_REACHED, attempt, home, voucher, make.session())
        done(actions.confirm_booking(NOW, actor, booking.pk))
        refused(Code.CAP_REACHED, attempt, home, voucher, make.session())

    @pytest.mark.parametrize("present", [True, False])
    def test_attended_or_absent(self, scene, present):
        home, voucher, booking, actor = scene
        done(actions.confirm_booking(NOW, actor, booking.pk))
        done(actions.record_attendance(NOW + 10 * DAY, actor, booking.pk, present=present))
        place = make.session(starts_at=NOW + 20 * DAY)
        refused(Code.CAP_REACHED, attempt, home, voucher, place, NOW + 11 * DAY)

    def test_what_is_given_back(self, scene):
        home, voucher, booking, actor = scene
        done(actions.cancel_booking(NOW, home.actor, booking.pk))
        again = make.book(home, voucher, booking.session)
        assert again.voucher_cents == 4_000
        done(actions.refuse_booking(NOW, actor, again.pk, "full"))
        third = make.book(home, voucher, booking.session)
        assert actions.expire_unconfirmed(NOW + 4 * DAY) == 1
        fourth = make.book(home, voucher, booking.session, NOW + 4 * DAY)
        assert (third.voucher_cents, fourth.voucher_cents) == (4_000, 4_000)
        done(actions.record_attendance(NOW + 10 * DAY, actor, fourth.pk, present=True))
        done(actions.reverse_redemption(NOW + 11 * DAY, make.OFFICER, fourth.pk, "mistake"))
        place = make.session(starts_at=NOW + 20 * DAY)
        assert make.book(home, voucher, place, NOW + 12 * DAY).voucher_cents == 4_000
        sound()


class TestIndivisible:
    SAID = ("several_activities: false", "indivisible: true")

    def test_the_whole_is_used_at_once_or_nothing(self):
        home, voucher = world(*self.SAID)
        low = refused(Code.INDIVISIBLE, attempt, home, voucher, make.session(price_cents=29_999))
        assert low.reasons[0].params == {"left_cents": 30_000}
        refused(Code.INDIVISIBLE, attempt, home, voucher, make.session(price_cents=30_000), most=29_999)
        assert paid(home, voucher, make.session(price_cents=31_000)) == (30_000, 1_000)
        assert make.figures(EUROPE).get("unspent", 0) == 0

    def test_two_funds_are_used_together_or_not_at_all(self):
        home, voucher = world(*self.SAID, shares={EUROPE: 10_000, NATION: 5_000})
        low = refused(Code.INDIVISIBLE, attempt, home, voucher, make.session(price_cents=14_999))
        assert low.reasons[0].params == {"left_cents": 15_000}
        assert paid(home, voucher, make.session(price_cents=20_000)) == (15_000, 5_000)
        sound()

    def test_money_that_no_booking_of_the_day_could_use_is_no_part_of_the_whole(self):
        home, voucher = world(*self.SAID, shares={EUROPE: 10_000, NATION: 5_000})
        fund = make.Fund.objects.get(code=NATION)
        fund.eligible_until = date(2023, 3, 1)
        fund.save()
        low = refused(Code.INDIVISIBLE, attempt, home, voucher, make.session(price_cents=9_999))
        assert low.reasons[0].params == {"left_cents": 10_000}
        assert paid(home, voucher, make.session(price_cents=20_000)) == (10_000, 10_000)
        sound()


class TestNothingOfIt:
    def test_where_the_share_rounds_to_nothing_the_family_pays_alone(self):
        home, voucher = world("co_payment: family_at_least", "share_percent: 50")
        place = make.session(price_cents=1)
        booking = make.book(home, voucher, place)
        assert (booking.voucher_cents, booking.family_cents, booking.parts.count()) == (0, 1, 0)
        assert make.figures(EUROPE).get("held", 0) == 0
        actor = make.staff(place.activity.provider)
        done(actions.confirm_booking(NOW, actor, booking.pk))
        done(actions.record_attendance(place.starts_at, actor, booking.pk, present=True))
        sound()


class TestGoods:
    def test_forbidden_goods_are_refused_and_others_are_not(self):
        home, voucher = world("forbidden: [cash, tickets]", names=GOODS)
        offer = make.activity(goods="cash")
        assert refused(Code.FORBIDDEN_GOODS, attempt, home, voucher, make.session(offer)).reasons[
            0
        ].params == {"goods": "cash"}
        assert paid(home, voucher, make.session(make.activity(goods="books"))) == (10_000, 0)
        assert paid(home, voucher, make.session()) == (10_000, 0)

    def test_the_provider_says_what_it_sells(self):
        home, voucher = world(
            "forbidden: [cash]", names=GOODS.replace("    tickets: {it: Biglietti, en: Tickets}\n", "")
        )
        offer = make.activity()
        actor = make.staff(offer.provider)
        refused(Code.NOT_ALLOWED, say_goods, NOW, make.staff(make.provider()), offer.pk, "cash")
        refused(Code.INCOMPLETE, say_goods, NOW, actor, offer.pk, "Not a word")
        place = make.session(offer)
        done(say_goods(NOW, actor, offer.pk, "cash"))
        refused(Code.ALREADY_DONE, say_goods, NOW, actor, offer.pk, "cash")
        refused(Code.FORBIDDEN_GOODS, attempt, home, voucher, place)
        done(say_goods(NOW, actor, offer.pk, ""))
        assert paid(home, voucher, place) == (10_000, 0)


class TestTrials:
    def test_the_first_ones_cost_nothing_then_the_price_is_paid(self):
        home, voucher = world("free_trials: 2", "per_month: 50.00", "minimum_price: 10.00")
        places = [make.session(is_trial=True, price_cents=3_000) for _ in range(3)]
        for place in places[:2]:
            booking = make.book(home, voucher, place)
            assert (booking.price_cents, booking.voucher_cents, booking.family_cents) == (0, 0, 0)
            assert booking.is_trial
            assert booking.parts.count() == 0
        assert paid(home, voucher, places[2]) == (3_000, 0)
        assert make.figures(EUROPE)["held"] == 3_000
        sound()

    def test_a_trial_cancelled_in_time_can_be_made_again_and_a_missed_one_not(self):
        home, voucher = world("free_trials: 1")
        place = make.session(is_trial=True)
        actor = make.staff(place.activity.provider)
        booking = make.book(home, voucher, place)
        done(actions.cancel_booking(NOW, home.actor, booking.pk))
        again = make.book(home, voucher, place)
        assert again.is_trial
        done(actions.confirm_booking(NOW, actor, again.pk))
        done(actions.record_attendance(place.starts_at, actor, again.pk, present=False))
        later = make.session(is_trial=True, starts_at=NOW + 20 * DAY)
        assert not make.book(home, voucher, later, NOW + 11 * DAY).is_trial
        sound()

    def test_a_trial_of_a_call_without_trials_is_paid(self):
        home, voucher = world("per_year: 100.00")
        assert paid(home, voucher, make.session(is_trial=True)) == (10_000, 0)

    def test_a_trial_needs_nothing_on_the_voucher(self):
        home, voucher = world("free_trials: 1")
        make.book(home, voucher, make.session(price_cents=30_000))
        assert paid(home, voucher, make.session(is_trial=True)) == (0, 0)
        refused(Code.VOUCHER_INSUFFICIENT, attempt, home, voucher, make.session(is_trial=True))

    def test_the_provider_offers_it_before_the_start(self):
        home, voucher = world("free_trials: 1")
        place = make.session()
        actor = make.staff(place.activity.provider)
        refused(Code.NOT_ALLOWED, offer_trial, NOW, home.actor, place.pk, is_trial=True)
        refused(Code.ALREADY_DONE, offer_trial, NOW, actor, place.pk, is_trial=False)
        refused(Code.SESSION_PAST, offer_trial, place.starts_at, actor, place.pk, is_trial=True)
        done(offer_trial(NOW, actor, place.pk, is_trial=True))
        assert paid(home, voucher, place) == (0, 0)


def test_what_was_used_is_one_question_and_none_without_caps():
    voucher = world("per_month: 40.00")[1]
    scene, rules = scene_of(make.session()), rules_of_voucher(voucher)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        used_of(voucher, scene, rules)
    assert len(asked) == 1


def test_a_call_without_caps_asks_nothing_more():
    voucher = world()[1]
    scene, rules = scene_of(make.session(is_trial=True)), rules_of_voucher(voucher)
    with CaptureQueriesContext(connection) as asked:
        assert used_of(voucher, scene, rules) == Used()
    assert len(asked) == 0


def test_who_waits_is_served_within_the_caps():
    call = use.call("per_month: 40.00")
    home, voucher = make.child_with_voucher(call)
    other, theirs = make.child_with_voucher(call)
    place = make.session(places=1, price_cents=3_000)
    booking = make.book(other, theirs, place)
    done(actions.join_waiting_list(NOW, home.actor, place.pk, home.minors[0].pk, voucher.pk))
    make.book(home, voucher, make.session(price_cents=2_500))
    done(actions.cancel_booking(NOW, other.actor, booking.pk))
    done(actions.serve_waiting(NOW, place.pk))
    served = Booking.objects.get(session=place, state="held")
    assert (served.minor, served.voucher_cents, served.family_cents) == (home.minors[0], 1_500, 1_500)
    sound()
