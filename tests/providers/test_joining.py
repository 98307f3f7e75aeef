"""A call that asks providers first: who joins in its phase is paid with its vouchers, nobody else."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests import builders as make
from tests.builders import CALL_PATH, EUROPE, NOW, RESPONSIBLE, assert_books_balance, done, staff
from tests.builders_awards import refused
from wishmi.bookings.actions import book_session
from wishmi.calls.actions import Signed
from wishmi.calls.document import DocumentRefused, parse_call
from wishmi.core.reasons import ReasonCode as Code
from wishmi.providers.actions import suspend_provider
from wishmi.providers.joining import join_call, leave_call
from wishmi.providers.models import Joining
from wishmi.providers.selectors import joinings_of
from wishmi.vouchers.suspending import suspend_call

pytestmark = pytest.mark.django_db
FROM, UNTIL = datetime(2022, 9, 1, 7, tzinfo=UTC), datetime(2022, 9, 14, 16, tzinfo=UTC)
"""09:00 and 18:00 in Rome, before the window opens on 15 September."""
SECOND = timedelta(seconds=1)
PHASE = "  observation_days: 10\n  providers: {opens_at: 2022-09-01T09:00, closes_at: 2022-09-14T18:00}\n"
DOCUMENT = CALL_PATH.read_text("utf-8").replace("  observation_days: 10\n", PHASE, 1).encode()


@pytest.fixture
def call():
    return make.funded_call(document=DOCUMENT)


def test_a_listed_provider_joins_in_the_phase_and_may_take_it_back(call):
    one, other = make.provider(name="Bottega"), make.provider(name="Arcobaleno")
    refused(Code.WINDOW_NOT_OPEN, join_call, FROM - SECOND, staff(one), call.pk)
    done(join_call(FROM, staff(one), call.pk))
    refused(Code.ALREADY_DONE, join_call, FROM, staff(one), call.pk)
    done(join_call(UNTIL - SECOND, staff(other), call.pk))
    assert [row.provider for row in joinings_of(call.pk)] == [other, one]
    done(leave_call(UNTIL - SECOND, staff(one), call.pk))
    refused(Code.ALREADY_DONE, leave_call, UNTIL - SECOND, staff(one), call.pk)
    assert [row.provider for row in joinings_of(call.pk)] == [other]
    refused(Code.WINDOW_NOT_OPEN, join_call, UNTIL, staff(one), call.pk)
    refused(Code.WINDOW_NOT_OPEN, leave_call, UNTIL, staff(other), call.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Joining.objects.create(provider=other, call=call, joined_at=FROM, joined_by="x")


def test_who_may_not_join(call):
    one = make.provider()
    refused(Code.NOT_ALLOWED, join_call, FROM, RESPONSIBLE, call.pk)
    done(suspend_provider(FROM, RESPONSIBLE, one.pk, "Controllo in corso"))
    refused(Code.PROVIDER_NOT_LISTED, join_call, FROM, staff(one), call.pk)
    other = make.provider()
    signed = Signed("DD 9", "Il dirigente", "Verifica", "Sospeso", "Suspended")
    done(suspend_call(FROM, RESPONSIBLE, call.pk, signed))
    refused(Code.CALL_SUSPENDED, join_call, FROM, staff(other), call.pk)


def test_a_call_without_a_phase_is_joined_by_nobody_and_pays_at_everybody():
    call, one = make.funded_call(), make.provider()
    refused(Code.WINDOW_NOT_OPEN, join_call, FROM, staff(one), call.pk)
    home, voucher = make.child_with_voucher(call)
    assert make.book(home, voucher, make.session(make.activity(one))).voucher_cents == 10_000


def test_a_voucher_of_the_call_pays_only_where_the_provider_joined(call):
    inside, outside = make.provider(), make.provider()
    done(join_call(FROM, staff(inside), call.pk))
    home, voucher = make.child_with_voucher(call, {EUROPE: 30_000})
    place = make.session(make.activity(outside))
    minor = home.minors[0].pk
    answer = (NOW, home.actor, place.pk, minor, voucher.pk, "key-outside")
    before = make.world()
    assert book_session(*answer).codes == (Code.PROVIDER_NOT_IN_CALL,)
    assert make.world() == before
    booked = make.used(home, voucher, make.session(make.activity(inside)))
    assert booked.voucher_cents == 10_000
    assert_books_balance()


def test_a_phase_for_providers_does_not_go_with_refunds_of_what_was_paid_anywhere():
    text = DOCUMENT.decode().replace("  extendable: true", "  extendable: true\n  refund_within_days: 30", 1)
    with pytest.raises(DocumentRefused, match="no provider has to take part"):
        parse_call(text.encode())
