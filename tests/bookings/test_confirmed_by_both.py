"""Uses that provider and family confirm: who answers what, until when, who decides, and that money waits for it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests import builders as make
from tests import builders_use as use
from tests.builders import DAY, EUROPE, NATION, NOW, assert_books_balance, done, figures
from tests.builders_awards import refused
from wishmi.bookings import actions, jobs
from wishmi.bookings.models import Booking, Dispute
from wishmi.bookings.selectors import awaiting_families, disputes
from wishmi.core.reasons import ReasonCode as Code
from wishmi.infra.models import AuditRecord, OutboxEvent
from wishmi.outcomes.audit import check_everything
from wishmi.payouts import actions as payouts
from wishmi.vouchers.actions import let_vouchers_lapse

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
TERM = ("confirm_use_within_days: 10",)
END_OF_MARCH = date(2023, 3, 31)


def sound():
    assert_books_balance()
    assert check_everything().differences == ()


def spent():
    has = [figures(code) for code in (EUROPE, NATION)]
    return tuple(one.get("spent", 0) for one in has), tuple(one.get("held", 0) for one in has)


class Scene:
    """A child with a confirmed booking of a session that has begun, and whoever has a part in it."""

    def __init__(self, *said, price=10_000, bookings=TERM):
        self.call = use.call("confirmation: both", *said, bookings=bookings)
        self.home, self.voucher = make.child_with_voucher(self.call, {EUROPE: 4_000, NATION: 16_000})
        self.place = make.session(price_cents=price)
        self.staff = make.staff(self.place.activity.provider)
        self.booking = make.book(self.home, self.voucher, self.place)
        done(actions.confirm_booking(NOW, self.staff, self.booking.pk))
        self.start = self.place.starts_at

    def mark(self, present=True):
        return done(actions.record_attendance(self.start, self.staff, self.booking.pk, present=present))

    def read(self):
        self.booking.refresh_from_db()
        return self.booking


@pytest.fixture
def scene():
    return Scene()


def statements(moment):
    return done(payouts.draw_statements(moment, make.ACCOUNTANT, END_OF_MARCH))


class TestTheFamilyAnswers:
    def test_what_is_marked_waits_and_nothing_is_spent(self, scene):
        marked = scene.mark()
        assert (marked.state, marked.was_there, marked.answer_by) == ("marked", True, scene.start + 10 * DAY)
        assert scene.read().ended_at is None
        assert spent() == ((0, 0), (4_000, 6_000))
        assert [row.ref for row in awaiting_families(scene.home.minors[0].household_id)] == [
            scene.booking.ref
        ]
        event = OutboxEvent.objects.get(topic="booking.marked")
        assert event.data["answer_by"] == (scene.start + 10 * DAY).isoformat()
        assert statements(scene.start + 9 * DAY) == []
        sound()

    @pytest.mark.parametrize(("present", "state"), [(True, "attended"), (False, "no_show")])
    def test_a_yes_spends_it_and_a_statement_asks_for_it(self, scene, present, state):
        scene.mark(present)
        used = done(actions.confirm_use(scene.start + DAY, scene.home.actor, scene.booking.pk))
        assert (used.state, used.ended_by) == (state, "family")
        assert spent() == ((4_000, 6_000), (0, 0))
        rows = statements(scene.start + 9 * DAY)
        assert [row.amount for row in rows] == [4_000, 6_000]
        assert AuditRecord.objects.filter(verb=f"booking.{state}").count() == 1
        sound()

    def test_only_its_own_family_answers_and_only_once(self, scene):
        refused(Code.WRONG_STATE, actions.confirm_use, NOW, scene.home.actor, scene.booking.pk)
        refused(Code.WRONG_STATE, actions.dispute_use, NOW, scene.home.actor, scene.booking.pk, "no")
        scene.mark()
        stranger = make.family().actor
        for actor in (stranger, scene.staff, make.OFFICER, make.SYSTEM):
            refused(Code.NOT_ALLOWED, actions.confirm_use, scene.start, actor, scene.booking.pk)
            refused(Code.NOT_ALLOWED, actions.dispute_use, scene.start, actor, scene.booking.pk, "no")
        refused(Code.INCOMPLETE, actions.dispute_use, scene.start, scene.home.actor, scene.booking.pk, "  ")
        done(actions.confirm_use(scene.start, scene.home.actor, scene.booking.pk))
        refused(Code.WRONG_STATE, actions.confirm_use, scene.start, scene.home.actor, scene.booking.pk)
        refused(Code.WRONG_STATE, actions.dispute_use, scene.start, scene.home.actor, scene.booking.pk, "no")

    def test_what_is_marked_is_marked_once_and_ends_by_no_other_way(self, scene):
        scene.mark()
        at = scene.start + DAY
        refused(
            Code.ALREADY_DONE, actions.record_attendance, at, scene.staff, scene.booking.pk, present=False
        )
        refused(
            Code.ALREADY_DONE, actions.redeem_by_code, at, scene.staff, scene.place.pk, scene.voucher.code
        )
        refused(Code.WRONG_STATE, actions.cancel_booking, at, scene.home.actor, scene.booking.pk)
        refused(Code.WRONG_STATE, actions.cancel_booking, at, scene.staff, scene.booking.pk, "ill")
        refused(Code.WRONG_STATE, actions.cancel_session, at, scene.staff, scene.place.pk, "rain")
        refused(Code.WRONG_STATE, actions.reverse_redemption, at, make.OFFICER, scene.booking.pk, "mistake")
        assert actions.release_unmarked(scene.booking.mark_by + 30 * DAY) == 0

    def test_the_code_marks_and_does_not_confirm(self, scene):
        typed = done(actions.redeem_by_code(scene.start, scene.staff, scene.place.pk, scene.voucher.code))
        assert (typed.state, typed.was_there) == ("marked", True)

    def test_who_was_never_confirmed_and_came_is_asked_too(self, scene):
        Booking.objects.update(state="held")
        assert scene.mark().state == "marked"

    def test_a_payment_of_the_family_is_noted_meanwhile(self):
        scene = Scene(price=30_000)
        scene.mark()
        assert done(actions.record_copayment(scene.start, scene.staff, scene.booking.pk)).family_paid_at

    def test_what_costs_the_voucher_nothing_asks_nobody(self):
        assert Scene(price=0).mark().state == "attended"
        sound()

    def test_an_absence_that_costs_nothing_asks_nobody(self):
        free = Scene(bookings=(*TERM, "no_show: free"))
        assert free.mark(present=False).state == "absent"
        sound()

    def test_it_counts_towards_the_caps_and_holds_its_place(self):
        scene = Scene("per_month: 100.00")
        scene.mark()
        other = make.session(starts_at=scene.start + 2 * DAY)
        answer = actions.book_session(
            scene.start + DAY, scene.home.actor, other.pk, scene.home.minors[0].pk, scene.voucher.pk, "again"
        )
        assert answer.codes == (Code.CAP_REACHED,)
        sound()


class TestSilence:
    def test_the_family_is_reminded_once_half_way(self, scene):
        scene.mark()
        half = scene.start + 5 * DAY
        assert actions.remind_of_answers(half - SECOND) == 0
        assert jobs.remind_families(half) == 1
        assert actions.remind_of_answers(half + DAY) == 0
        event = OutboxEvent.objects.get(topic="booking.answer_reminded")
        assert event.data["booking"] == scene.booking.ref
        assert AuditRecord.objects.filter(verb="booking.answer_reminded").count() == 1

    def test_who_was_reminded_as_a_provider_is_no_reason_not_to_remind_the_family(self, scene):
        assert actions.remind_of_marks(scene.place.ends_at + 8 * DAY) == 1
        at = scene.start + 9 * DAY
        done(actions.record_attendance(at, scene.staff, scene.booking.pk, present=True))
        assert actions.remind_of_answers(at + 5 * DAY) == 1

    def test_after_the_term_it_counts_as_confirmed(self, scene):
        scene.mark()
        until = scene.start + 10 * DAY
        assert jobs.confirm_what_nobody_disputed(until) == 0
        assert actions.confirm_silent(until + SECOND) == 1
        assert (scene.read().state, scene.booking.ended_by) == ("attended", "system")
        assert spent() == ((4_000, 6_000), (0, 0))
        assert actions.confirm_silent(until + DAY) == 0
        sound()

    def test_a_no_comes_in_time_to_the_second(self, scene):
        scene.mark()
        until, who = scene.start + 10 * DAY, scene.home.actor
        refused(Code.TERM_EXPIRED, actions.dispute_use, until + SECOND, who, scene.booking.pk, "no")
        done(actions.dispute_use(until, who, scene.booking.pk, "no"))
        assert actions.confirm_silent(until + DAY) == 0

    def test_a_late_yes_is_a_yes(self, scene):
        scene.mark()
        done(actions.confirm_use(scene.start + 11 * DAY, scene.home.actor, scene.booking.pk))
        scene.booking.refresh_from_db()
        assert scene.booking.state == "attended"

    def test_what_a_fund_cannot_add_waits_and_keeps_nobody_from_theirs(self):
        """Each use is paid 120 euro: the first fund has nothing to add to a use of 100, the second needs nothing."""
        payment = "payment:\n  holding_days: 7\n  method: sepa\n  needs: debit_note\n  fixed_unit: 120.00\n"
        document = use.document("confirmation: both", bookings=TERM)
        document = document.replace(
            use.section(document.decode(), "payment").encode(), f"{payment}\n".encode()
        )
        call = make.funded_call(12_000, document)
        made = []
        for code, price in ((EUROPE, 10_000), (NATION, 12_000)):
            home, voucher = make.child_with_voucher(call, {code: 12_000})
            place = make.session(price_cents=price)
            staff = make.staff(place.activity.provider)
            booking = make.book(home, voucher, place)
            done(actions.confirm_booking(NOW, staff, booking.pk))
            done(actions.record_attendance(place.starts_at, staff, booking.pk, present=True))
            made.append((home, booking))
        (home, short), (_other, full) = made
        at = NOW + 30 * DAY
        refused(Code.FUND_INSUFFICIENT, actions.confirm_use, at, home.actor, short.pk)
        assert actions.confirm_silent(at) == 1
        states = dict(Booking.objects.values_list("id", "state"))
        assert (states[short.pk], states[full.pk]) == ("marked", "attended")
        sound()

    def test_only_time_lets_silence_speak(self, scene):
        for act in (actions.confirm_silent, actions.remind_of_answers):
            refused(Code.NOT_ALLOWED, act, scene.start, make.OFFICER)


class TestDisputes:
    WORDS = "Mio figlio era malato: il corso lo sapeva."

    @pytest.fixture
    def disputed(self, scene):
        scene.mark()
        done(actions.dispute_use(scene.start + DAY, scene.home.actor, scene.booking.pk, f" {self.WORDS} "))
        return scene

    def decide(self, scene, was_used, reason="Il registro dice di sì", actor=make.OFFICER):
        at = scene.start + 12 * DAY
        return done(actions.decide_dispute(at, actor, scene.booking.pk, was_used, reason))

    def test_nothing_is_paid_while_it_is_open_and_its_words_are_kept_apart(self, disputed):
        assert disputed.read().state == "disputed"
        assert Dispute.objects.get().words == self.WORDS
        assert [row.booking_id for row in disputes(is_open=True)] == [disputed.booking.pk]
        assert statements(disputed.start + 20 * DAY) == []
        assert spent() == ((0, 0), (4_000, 6_000))
        written = [str(row.data) for row in (*OutboxEvent.objects.all(), *AuditRecord.objects.all())]
        assert not any("malato" in text for text in written)
        refused(
            Code.WRONG_STATE, actions.confirm_use, disputed.start, disputed.home.actor, disputed.booking.pk
        )
        sound()

    def test_an_officer_finds_that_it_was_used(self, disputed):
        used = self.decide(disputed, was_used=True)
        assert (used.state, used.ended_by) == ("attended", "officer")
        row = Dispute.objects.get()
        assert (row.was_used, row.reason, row.decided_by) == (
            True,
            "Il registro dice di sì",
            make.OFFICER.ref,
        )
        assert spent() == ((4_000, 6_000), (0, 0))
        assert list(disputes(is_open=True)) == []
        assert AuditRecord.objects.get(verb="booking.decided").data == '{"decision":"used"}'
        sound()

    def test_an_officer_finds_that_it_was_not(self, disputed):
        freed = self.decide(disputed, was_used=False)
        assert (freed.state, freed.ended_by) == ("unused", "officer")
        assert spent() == ((0, 0), (0, 0))
        disputed.place.refresh_from_db()
        assert disputed.place.taken == 0
        assert statements(disputed.start + 20 * DAY) == []
        assert OutboxEvent.objects.filter(topic="booking.unused").count() == 1
        sound()

    def test_what_is_freed_of_a_voucher_that_has_ended_is_its_fund_s(self, disputed):
        late = datetime(2023, 8, 1, 9, tzinfo=UTC)
        done(let_vouchers_lapse(late, make.SYSTEM, disputed.call.pk))
        done(
            actions.decide_dispute(
                late, make.OFFICER, disputed.booking.pk, was_used=False, reason="mai venuto"
            )
        )
        assert (figures(EUROPE)["returned"], figures(NATION)["returned"]) == (4_000, 16_000)
        sound()

    def test_it_is_decided_once_by_the_office_and_with_a_reason(self, disputed):
        act, at, pk = actions.decide_dispute, disputed.start + 2 * DAY, disputed.booking.pk
        for actor in (disputed.home.actor, disputed.staff, make.ACCOUNTANT, make.SYSTEM):
            refused(Code.NOT_ALLOWED, act, at, actor, pk, True, "because")
        refused(Code.INCOMPLETE, act, at, make.OFFICER, pk, True, " ")
        self.decide(disputed, was_used=False)
        refused(Code.WRONG_STATE, act, at, make.OFFICER, pk, True, "because")

    def test_only_what_is_disputed_is_decided(self, scene):
        scene.mark()
        refused(
            Code.WRONG_STATE, actions.decide_dispute, scene.start, make.OFFICER, scene.booking.pk, True, "so"
        )
