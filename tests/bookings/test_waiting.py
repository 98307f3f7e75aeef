"""Waiting lists: in order of arrival, among those who can still be served."""

from datetime import timedelta

import pytest

from tests import builders as make
from tests.builders import DAY, EUROPE, NOW, assert_books_balance, done
from wishmi.bookings import actions, jobs
from wishmi.bookings.models import Booking, WaitingEntry
from wishmi.cli import schedule
from wishmi.core.reasons import ReasonCode
from wishmi.infra import outbox
from wishmi.infra.models import AuditRecord, OutboxEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return make.funded_call()


@pytest.fixture
def full(call):
    """A session with one place, taken."""
    place = make.session(places=1)
    home, voucher = make.child_with_voucher(call)
    return place, home, make.book(home, voucher, place)


def join(place, home, voucher, moment=NOW):
    return actions.join_waiting_list(moment, home.actor, place.pk, home.minors[0].pk, voucher.pk)


def waiting(call, place, *after):
    """Families that joined the list one after the other."""
    queue = []
    for minutes in after:
        home, voucher = make.child_with_voucher(call)
        queue.append((home, voucher, done(join(place, home, voucher, NOW + timedelta(minutes=minutes)))))
    return queue


def states(queue):
    return [WaitingEntry.objects.get(pk=entry.pk).state for _home, _voucher, entry in queue]


def test_a_freed_place_goes_to_the_first_that_came(call, full):
    place, home, booking = full
    queue = waiting(call, place, 20, 10, 30)
    done(actions.cancel_booking(NOW + DAY, home.actor, booking.pk))
    outbox.deliver(NOW + DAY)
    assert states(queue) == ["waiting", "served", "waiting"]
    made = Booking.objects.get(session=place, state=Booking.State.HELD)
    assert made.minor == queue[1][0].minors[0]
    assert (made.voucher_cents, made.booked_at) == (10_000, NOW + DAY)
    before = make.world()
    outbox.deliver(NOW + DAY)
    assert done(actions.serve_waiting(NOW + DAY, place.pk)) == []
    assert make.world() == before
    assert_books_balance()


def test_who_can_no_longer_be_served_is_passed_over(call, full):
    place, home, booking = full
    queue = waiting(call, place, 10, 20, 30)
    first, voucher, _entry = queue[0]
    make.book(first, voucher, make.session(price_cents=30_000))
    done(actions.cancel_booking(NOW + DAY, home.actor, booking.pk))
    outbox.deliver(NOW + DAY)
    assert states(queue) == ["passed", "served", "waiting"]
    assert_books_balance()


def test_a_freed_place_is_not_snatched_from_those_who_wait(call, full):
    place, home, booking = full
    (first, theirs, _entry), (second, other, _entry2) = waiting(call, place, 10, 20)
    done(actions.cancel_booking(NOW + DAY, home.actor, booking.pk))
    newcomer, voucher = make.child_with_voucher(call)
    minor = newcomer.minors[0]
    late = actions.book_session(NOW + DAY, newcomer.actor, place.pk, minor.pk, voucher.pk, "late")
    assert late.codes == (ReasonCode.SESSION_FULL,)
    passing = actions.book_session(
        NOW + DAY, second.actor, place.pk, second.minors[0].pk, other.pk, "not your turn"
    )
    assert passing.codes == (ReasonCode.SESSION_FULL,)
    # Whose turn it is may be faster than the list itself.
    make.book(first, theirs, place, NOW + DAY)
    outbox.deliver(NOW + DAY)
    assert WaitingEntry.objects.filter(state="served").count() == 1
    assert Booking.objects.filter(session=place, state=Booking.State.HELD).count() == 1


def test_joining_is_for_full_sessions_and_for_who_could_book(call, full):
    place, home, _booking = full
    other, voucher = make.child_with_voucher(call, {EUROPE: 5_000})
    before = make.world()
    assert join(make.session(), other, voucher).codes == (ReasonCode.WRONG_STATE,)
    assert join(place, home, voucher).codes == (ReasonCode.NOT_ALLOWED,)
    assert actions.join_waiting_list(NOW, home.actor, place.pk, other.minors[0].pk, voucher.pk).codes == (
        ReasonCode.NOT_ALLOWED,
    )
    assert make.Session.objects.count() == 2
    make.Session.objects.exclude(pk=place.pk).delete()
    assert make.world()[1] == before[1]
    mine = make.Voucher.objects.get(minor=home.minors[0])
    assert join(place, home, mine).codes == (ReasonCode.ALREADY_BOOKED,)
    done(join(place, other, voucher))
    assert join(place, other, voucher).codes == (ReasonCode.ALREADY_DONE,)


def test_leaving(call, full):
    place, home, booking = full
    queue = waiting(call, place, 10, 20)
    first, _voucher, entry = queue[0]
    assert actions.leave_waiting_list(NOW, home.actor, entry.pk).codes == (ReasonCode.NOT_ALLOWED,)
    done(actions.leave_waiting_list(NOW, first.actor, entry.pk))
    assert actions.leave_waiting_list(NOW, first.actor, entry.pk).codes == (ReasonCode.WRONG_STATE,)
    done(actions.cancel_booking(NOW + DAY, home.actor, booking.pk))
    outbox.deliver(NOW + DAY)
    assert states(queue) == ["left", "served"]


def test_only_time_serves_the_list(full):
    place, home, _booking = full
    assert actions.serve_waiting(NOW, place.pk, home.actor).codes == (ReasonCode.NOT_ALLOWED,)


def test_nobody_waits_for_what_has_begun(call, full):
    """The job closes what no freed place will ever serve, and leaves alone what lies ahead."""
    place, _home, _booking = full
    queue = waiting(call, place, 1, 2)
    later = make.session(make.activity(), places=1, starts_at=place.starts_at + DAY)
    make.book(*make.child_with_voucher(call), later)
    ahead = waiting(call, later, 3)[0][2]
    before = make.world()
    assert actions.close_waiting(place.starts_at - timedelta(seconds=1)) == 0
    assert make.world() == before
    assert actions.close_waiting(NOW, make.OFFICER).codes == (ReasonCode.NOT_ALLOWED,)
    jobs.end_waiting(place.starts_at)
    for _home, _voucher, entry in queue:
        entry.refresh_from_db()
        assert (entry.state, entry.ended_at) == ("passed", place.starts_at)
    ahead.refresh_from_db()
    assert ahead.state == "waiting"
    assert OutboxEvent.objects.filter(topic="waiting.passed").count() == 2
    assert AuditRecord.objects.filter(verb="waiting.passed").count() == 2
    before = make.world()
    assert actions.close_waiting(place.starts_at) == 0
    assert make.world() == before
    assert jobs.end_waiting in schedule.JOBS
