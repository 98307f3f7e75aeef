"""Late cancellations that lose a part, absences that cost nothing, bookings that nobody marks: exact cents and days."""

from datetime import timedelta

import pytest

from tests import builders as make
from tests import builders_use as use
from tests.builders import DAY, EUROPE, NATION, NOW, assert_books_balance, done, figures
from tests.builders_awards import refused
from wishmi.bookings import actions, jobs
from wishmi.bookings.models import Booking
from wishmi.cli import schedule
from wishmi.core.reasons import ReasonCode as Code
from wishmi.infra.models import AuditRecord, OutboxEvent
from wishmi.outcomes.audit import check_everything
from wishmi.payouts.actions import draw_statements
from wishmi.payouts.models import Statement
from wishmi.vouchers.actions import let_vouchers_lapse

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def world(*said, shares=None):
    return make.child_with_voucher(use.call(bookings=said), shares)


def sound():
    assert_books_balance()
    assert check_everything().differences == ()


def confirmed(home, voucher, place, **more):
    booking = make.book(home, voucher, place, **more)
    return done(actions.confirm_booking(NOW, make.staff(place.activity.provider), booking.pk))


def parts(booking):
    return [part.amount for part in booking.parts.order_by("voucher_part__order", "id")]


class TestLate:
    @pytest.fixture
    def scene(self):
        """70.05 by a voucher of two funds and 30.01 by the family, of which a late cancellation loses 33 per cent."""
        home, voucher = world("late_percent: 33", shares={EUROPE: 2_000, NATION: 5_005})
        place = make.session(price_cents=10_006)
        return home, voucher, place, confirmed(home, voucher, place)

    def test_before_the_term_nothing_is_lost(self, scene):
        home, _voucher, place, booking = scene
        ended = done(actions.cancel_booking(place.starts_at - 2 * DAY - SECOND, home.actor, booking.pk))
        assert (ended.state, ended.voucher_cents) == ("cancelled", 7_005)
        assert "spent" not in figures(EUROPE)
        sound()

    def test_from_the_term_on_the_part_is_spent_and_due_and_the_rest_is_free(self, scene):
        home, voucher, place, booking = scene
        moment = place.starts_at - 2 * DAY
        ended = done(actions.cancel_booking(moment, home.actor, booking.pk))
        # 33 per cent of 70.05 is 23.1165, of 30.01 it is 9.9033: both are rounded down.
        assert (ended.state, ended.ended_by, ended.ended_at) == ("late", "family", moment)
        assert (ended.price_cents, ended.voucher_cents, ended.family_cents) == (3_301, 2_311, 990)
        assert parts(ended) == [2_000, 311]
        assert {name: figures(EUROPE).get(name, 0) for name in ("spent", "due", "unspent", "held")} == {
            "spent": 2_000, "due": 2_000, "unspent": 0, "held": 0,
        }  # fmt: skip
        assert {name: figures(NATION).get(name, 0) for name in ("spent", "due", "unspent", "held")} == {
            "spent": 311, "due": 311, "unspent": 4_694, "held": 0,
        }  # fmt: skip
        place.refresh_from_db()
        assert place.taken == 0
        assert OutboxEvent.objects.filter(topic="booking.late").count() == 1
        assert AuditRecord.objects.filter(verb="booking.late").count() == 1
        assert OutboxEvent.objects.filter(topic="session.place_freed").count() == 1
        sound()
        refused(Code.WRONG_STATE, actions.cancel_booking, moment, home.actor, booking.pk)
        # The place is free, and the child may come after all.
        again = make.book(home, voucher, place, moment)
        assert again.voucher_cents == 4_694
        sound()

    def test_what_the_first_fund_pays_whole_leaves_the_second_alone(self):
        home, voucher = world("late_percent: 10", shares={EUROPE: 2_000, NATION: 5_000})
        booking = confirmed(home, voucher, make.session(price_cents=7_000))
        ended = done(actions.cancel_booking(NOW + 9 * DAY, home.actor, booking.pk))
        assert parts(ended) == [700]
        assert figures(NATION)["unspent"] == 5_000
        sound()

    def test_it_is_paid_like_a_use(self, scene):
        home, _voucher, place, booking = scene
        done(actions.cancel_booking(place.starts_at - DAY, home.actor, booking.pk))
        done(draw_statements(NOW + 40 * DAY, make.ACCOUNTANT, (NOW + 30 * DAY).date()))
        assert sorted(Statement.objects.values_list("amount", flat=True)) == [311, 2_000]
        sound()

    def test_it_can_be_taken_back_to_the_cent(self, scene):
        home, _voucher, place, booking = scene
        done(actions.cancel_booking(place.starts_at - DAY, home.actor, booking.pk))
        done(actions.reverse_redemption(place.starts_at, make.OFFICER, booking.pk, "the child was ill"))
        assert (figures(EUROPE)["unspent"], figures(NATION)["unspent"]) == (2_000, 5_005)
        place.refresh_from_db()
        assert place.taken == 0
        sound()

    def test_the_start_is_too_late(self, scene):
        home, _voucher, place, booking = scene
        refused(Code.TOO_LATE_TO_CANCEL, actions.cancel_booking, place.starts_at, home.actor, booking.pk)
        done(actions.cancel_booking(place.starts_at - SECOND, home.actor, booking.pk))

    def test_the_provider_s_cancellation_gives_everything_back_however_late(self, scene):
        _home, _voucher, place, booking = scene
        actor = make.staff(place.activity.provider)
        ended = done(actions.cancel_booking(place.starts_at - SECOND, actor, booking.pk, "ill"))
        assert (ended.state, ended.voucher_cents) == ("cancelled", 7_005)
        sound()

    def test_what_was_not_confirmed_loses_nothing(self):
        home, voucher = world("late_percent: 33")
        booking = make.book(home, voucher, make.session(), NOW + 7.5 * DAY)
        assert done(actions.cancel_booking(NOW + 9.6 * DAY, home.actor, booking.pk)).state == "cancelled"
        assert "spent" not in figures(EUROPE)
        sound()

    @pytest.mark.parametrize("percent", [0, 1])
    def test_a_part_of_nothing_is_nothing(self, percent):
        home, voucher = world(f"late_percent: {percent}")
        booking = confirmed(home, voucher, make.session(price_cents=99))
        assert done(actions.cancel_booking(NOW + 9 * DAY, home.actor, booking.pk)).state == "cancelled"
        assert "spent" not in figures(EUROPE)

    def test_a_part_lost_counts_for_the_caps(self):
        call = use.call("per_month: 100.00", bookings=("late_percent: 25",))
        home, voucher = make.child_with_voucher(call)
        booking = confirmed(home, voucher, make.session())
        done(actions.cancel_booking(NOW + 9 * DAY, home.actor, booking.pk))
        after = make.book(home, voucher, make.session(starts_at=NOW + 20 * DAY), NOW + 9 * DAY)
        assert after.voucher_cents == 7_500
        sound()

    def test_on_a_voucher_that_has_ended_the_rest_returns_to_the_fund(self):
        call = use.call(bookings=("late_percent: 50",))
        home, voucher = make.child_with_voucher(call)
        last = make.datetime(2023, 7, 31, 18, tzinfo=make.UTC)
        booking = confirmed(home, voucher, make.session(starts_at=last))
        make.Voucher.objects.update(use_until=(last - 5 * DAY).date())
        done(let_vouchers_lapse(last - 3 * DAY, make.SYSTEM, call.pk))
        done(actions.cancel_booking(last - DAY, home.actor, booking.pk))
        has = figures(EUROPE)
        assert (has["spent"], has["returned"], has.get("unspent", 0), has.get("held", 0)) == (
            5_000, 25_000, 0, 0,
        )  # fmt: skip
        sound()


class TestAbsences:
    def test_an_absence_costs_nothing_where_the_call_says_so(self):
        home, voucher = world("no_show: free", shares={EUROPE: 4_000, NATION: 16_000})
        place = make.session()
        booking = confirmed(home, voucher, place)
        actor = make.staff(place.activity.provider)
        ended = done(actions.record_attendance(place.starts_at, actor, booking.pk, present=False))
        assert (ended.state, ended.ended_by) == ("absent", "provider")
        assert (figures(EUROPE)["unspent"], figures(NATION)["unspent"]) == (4_000, 16_000)
        place.refresh_from_db()
        assert place.taken == 0
        assert OutboxEvent.objects.filter(topic="session.place_freed").count() == 0
        refused(Code.WRONG_STATE, actions.record_attendance, place.starts_at, actor, booking.pk, present=True)
        sound()

    def test_a_list_with_both_kinds_of_children_is_marked_in_one_act(self):
        call = use.call(bookings=("no_show: free",))
        place, actor = make.session(), None
        rows = []
        for _ in range(3):
            home, voucher = make.child_with_voucher(call)
            rows.append(confirmed(home, voucher, place))
        actor = make.staff(place.activity.provider)
        marks = list(zip([row.pk for row in rows], [True, False, True], strict=True))
        marked = done(actions.record_attendances(place.starts_at, actor, marks))
        assert [row.state for row in marked] == ["attended", "absent", "attended"]
        has = figures(EUROPE)
        assert (has["spent"], has["unspent"]) == (20_000, 70_000)
        sound()


class TestUnmarked:
    @pytest.fixture
    def scene(self):
        home, voucher = world(shares={EUROPE: 4_000, NATION: 16_000})
        place = make.session()
        return home, voucher, place, confirmed(home, voucher, place)

    def test_the_term_runs_from_the_end_of_the_session(self, scene):
        _home, _voucher, place, booking = scene
        assert booking.mark_by == place.ends_at + 14 * DAY
        before = make.world()
        assert actions.release_unmarked(booking.mark_by) == 0
        assert make.world() == before
        assert actions.release_unmarked(booking.mark_by, make.OFFICER).codes == (Code.NOT_ALLOWED,)
        assert jobs.release_what_nobody_marked(booking.mark_by + SECOND) == 1
        booking.refresh_from_db()
        assert (booking.state, booking.ended_by) == ("unmarked", "system")
        assert (figures(EUROPE)["unspent"], figures(NATION)["unspent"]) == (4_000, 16_000)
        assert OutboxEvent.objects.filter(topic="booking.unmarked").count() == 1
        assert AuditRecord.objects.filter(verb="booking.unmarked").count() == 1
        before = make.world()
        assert actions.release_unmarked(booking.mark_by + DAY) == 0
        assert make.world() == before
        sound()

    def test_until_then_it_can_be_marked_and_after_it_not_even_before_the_job(self, scene):
        _home, _voucher, place, booking = scene
        actor = make.staff(place.activity.provider)
        late = booking.mark_by + SECOND
        answer = refused(Code.TERM_EXPIRED, actions.record_attendance, late, actor, booking.pk, present=True)
        assert answer.reasons[0].params["due_on"] == booking.mark_by.date().isoformat()
        done(actions.record_attendance(booking.mark_by, actor, booking.pk, present=True))
        assert actions.release_unmarked(late) == 0
        sound()

    def test_the_provider_is_told_once_half_way(self, scene):
        _home, _voucher, place, booking = scene
        half = place.ends_at + 7 * DAY
        assert actions.remind_of_marks(half - SECOND) == 0
        assert actions.remind_of_marks(half, make.OFFICER).codes == (Code.NOT_ALLOWED,)
        assert jobs.remind_providers(half) == 1
        assert jobs.remind_providers(half + DAY) == 0
        event = OutboxEvent.objects.get(topic="booking.mark_reminded")
        assert event.data == {
            "booking": booking.ref, "session": place.pk, "mark_by": booking.mark_by.isoformat(),
        }  # fmt: skip
        assert AuditRecord.objects.filter(verb="booking.mark_reminded").count() == 1

    def test_who_was_marked_is_not_reminded_of(self, scene):
        _home, _voucher, place, booking = scene
        done(
            actions.record_attendance(
                place.starts_at, make.staff(place.activity.provider), booking.pk, present=True
            )
        )
        assert actions.remind_of_marks(place.ends_at + 8 * DAY) == 0

    def test_on_a_voucher_that_has_ended_the_money_is_the_fund_s_again(self):
        call = use.call()
        home, voucher = make.child_with_voucher(call)
        last = make.datetime(2023, 7, 31, 8, tzinfo=make.UTC)
        booking = confirmed(home, voucher, make.session(starts_at=last))
        done(let_vouchers_lapse(last + 2 * DAY, make.SYSTEM, call.pk))
        assert actions.release_unmarked(booking.mark_by + SECOND) == 1
        has = figures(EUROPE)
        assert (has["returned"], has.get("held", 0), has.get("unspent", 0)) == (30_000, 0, 0)
        sound()

    def test_a_call_without_a_term_keeps_it_held(self):
        home, voucher = make.child_with_voucher(
            make.funded_call(document=use.document().replace(b"  mark_within_days: 14\n", b""))
        )
        booking = confirmed(home, voucher, make.session())
        assert booking.mark_by is None
        assert actions.release_unmarked(NOW + 900 * DAY) == 0
        assert actions.remind_of_marks(NOW + 900 * DAY) == 0
        assert Booking.objects.get().state == "confirmed"

    def test_time_does_it_by_itself(self):
        assert {jobs.remind_providers, jobs.release_what_nobody_marked} <= set(schedule.JOBS)
