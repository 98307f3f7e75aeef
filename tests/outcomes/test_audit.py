"""The audit: nothing to say of sound books, and each altered figure found in its place."""

import pytest
from django.db import connection

from tests import builders as make
from tests.builders import (
    ACCOUNTANT,
    DAY,
    EUROPE,
    NATION,
    NOW,
    SECOND_ACCOUNTANT,
    book,
    child_with_voucher,
    done,
    used,
)
from wishmi.awards.models import Award, AwardPart
from wishmi.bookings.models import Booking, BookingPart, Due
from wishmi.calls.models import Fund
from wishmi.catalogue.models import Session
from wishmi.infra import chain
from wishmi.infra.triggers import lift, protect
from wishmi.ledger.actions import Draft, Purse, open_accounts, post
from wishmi.ledger.chart import Kind, TransferReason
from wishmi.ledger.models import Account, Transfer
from wishmi.outcomes.audit import CHECKS, check_everything
from wishmi.payouts.actions import (
    agree_statement,
    approve_batch,
    draw_statements,
    prepare_batch,
    record_bank_answers,
)
from wishmi.payouts.models import Payment, Statement, StatementLine
from wishmi.vouchers.models import Voucher

pytestmark = pytest.mark.django_db
LATER = NOW + 40 * DAY


@pytest.fixture(autouse=True)
def books(settings, tmp_path, django_capture_on_commit_callbacks):
    """A voucher of two funds, one use that was paid, one that is due, one booking that is held; all sealed."""
    settings.WISHMI_DATA = tmp_path
    call = make.funded_call()
    home, voucher = child_with_voucher(call, {EUROPE: 12_000, NATION: 18_000})
    place = make.session(price_cents=15_000)
    provider = place.activity.provider
    used(home, voucher, place)
    done(draw_statements(LATER, ACCOUNTANT, LATER.date()))
    for statement in Statement.objects.order_by("id"):
        done(agree_statement(LATER, make.staff(provider), statement.pk))
    batch = done(prepare_batch(LATER, ACCOUNTANT, LATER.date()))
    done(approve_batch(LATER, SECOND_ACCOUNTANT, batch.pk))
    names = list(Payment.objects.order_by("id").values_list("end_to_end", flat=True))
    answers = [(name, True, "") for name in names[:1]]
    done(record_bank_answers(LATER, ACCOUNTANT, batch.pk, answers))
    starts_at = LATER + 5 * DAY
    used(home, voucher, make.session(place.activity, price_cents=5_000, starts_at=starts_at), LATER)
    book(home, voucher, make.session(place.activity, price_cents=4_000, starts_at=LATER + 20 * DAY), LATER)
    with django_capture_on_commit_callbacks(execute=True):
        chain.seal(LATER)


def attack(statement, *parameters, table=None):
    """Run SQL as a superuser would, with the table's triggers out of the way."""
    if table:
        lift(table)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
    if table:
        protect(table)


def found():
    """The places where the audit finds something; at least one."""
    report = check_everything()
    assert not report.is_sound
    return {one.place for one in report.differences}, report.chain


def test_sound_books_have_no_difference_and_every_check_is_told():
    told = []
    report = check_everything(told.append)
    assert report.differences == ()
    assert (report.chain, report.is_sound) == ("ok", True)
    assert report.transfers == Transfer.objects.count() == 19
    assert told == [*(name for name, _ in CHECKS), "audit chain"]
    assert report.as_data() == {"transfers": report.transfers, "differences": 0, "places": [], "chain": "ok"}


def test_an_altered_amount_is_found_at_both_accounts_and_named_by_the_chain():
    row = Transfer.objects.filter(phase="posted", reason="redemption").latest("id")
    attack("UPDATE ledger_transfer SET amount = amount + 1 WHERE id = %s", row.pk, table="ledger_transfer")
    places, chained = found()
    assert places == {f"account {row.debit_id}", f"account {row.credit_id}"}
    assert chained == f"transfer {row.pk} changed"


def test_an_altered_resolution_is_named_too():
    row = Transfer.objects.filter(phase="post").earliest("id")
    attack("UPDATE ledger_transfer SET amount = amount - 1 WHERE id = %s", row.pk, table="ledger_transfer")
    places, chained = found()
    assert {f"transfer {row.pk}", f"account {row.debit_id}", f"account {row.credit_id}"} <= places
    assert chained == f"transfer {row.pk} changed"


@pytest.mark.parametrize("kind", [Kind.APPROPRIATED, Kind.COMMITTED, Kind.UNSPENT, Kind.COST, Kind.PAID])
def test_an_altered_balance_is_found_at_its_account(kind):
    account = Account.objects.filter(kind=kind, debits_posted__gt=0).union(
        Account.objects.filter(kind=kind, credits_posted__gt=0)
    )[0]
    column = "debits_posted" if account.side == "debit" else "credits_posted"
    attack(f"UPDATE ledger_account SET {column} = {column} + 1 WHERE id = %s", account.pk)
    places, chained = found()
    assert f"account {account.pk}" in places
    assert f"fund {account.fund} (EUR)" in places
    assert chained == "ok"


def test_an_altered_hold_is_found_at_its_account():
    account = Account.objects.filter(debits_pending__gt=0).latest("id")
    Account.objects.filter(pk=account.pk).update(debits_pending=account.debits_pending - 1)
    assert found() == ({f"account {account.pk}"}, "ok")


def test_a_removed_booking_hold_is_found_with_its_booking():
    booking = Booking.objects.get(state="held")
    hold = booking.parts.get().hold_id
    BookingPart.objects.filter(booking=booking).delete()
    assert found() == ({f"transfer {hold}", f"booking {booking.ref}"}, "ok")


def test_a_booking_that_ended_without_its_hold_is_found():
    booking = Booking.objects.get(state="held")
    Booking.objects.filter(pk=booking.pk).update(state="cancelled")
    places, _ = found()
    assert places == {f"transfer {booking.parts.get().hold_id}", f"session {booking.session_id}"}


def test_the_parts_of_a_used_booking_removed_are_found():
    booking = Booking.objects.filter(state="attended").latest("id")
    Due.objects.filter(part__booking=booking).delete()
    BookingPart.objects.filter(booking=booking).delete()
    places, _ = found()
    assert f"booking {booking.ref}" in places
    assert any(place.startswith("payee ") for place in places)


@pytest.mark.parametrize("step", [1, -1])
def test_places_off_by_one_are_found_at_their_session(step):
    session = Session.objects.filter(taken__gt=0).latest("id")
    Session.objects.filter(pk=session.pk).update(taken=session.taken + step)
    assert found() == ({f"session {session.pk}"}, "ok")


def test_an_altered_award_is_found_at_its_voucher():
    part = AwardPart.objects.earliest("id")
    AwardPart.objects.filter(pk=part.pk).update(amount=part.amount + 1)
    ref = Award.objects.get().ref
    assert found() == ({f"voucher {ref}", f"award {ref}"}, "ok")


def test_an_altered_statement_is_found_and_so_is_one_that_lost_its_lines():
    first, second = Statement.objects.order_by("id")
    Statement.objects.filter(pk=first.pk).update(amount=first.amount + 1)
    StatementLine.objects.filter(statement=second).delete()
    places, _ = found()
    assert {f"statement {first.number}", f"statement {second.number}"} <= places


def test_an_altered_payment_is_found_at_its_provider_and_its_statement():
    payment = Payment.objects.filter(state="paid").get()
    Payment.objects.filter(pk=payment.pk).update(amount=payment.amount + 1)
    statement = payment.statement
    assert found() == ({f"payee {statement.provider.ref}", f"statement {statement.number}"}, "ok")


def test_a_use_whose_reversal_moved_no_money_is_found_at_its_provider():
    part = BookingPart.objects.filter(redeemed_at__isnull=False).latest("id")
    BookingPart.objects.filter(pk=part.pk).update(reversed_at=NOW)
    places, _ = found()
    assert places == {f"payee {part.booking.session.activity.provider.ref}"}


def test_money_that_crosses_layers_is_found_at_its_transfer():
    fund = Fund.objects.get(code=EUROPE)
    ids = open_accounts(Purse(fund.ref, kind, fund.ref, "EUR") for kind in (Kind.AVAILABLE, Kind.GIVEN_BACK))
    debit, credit = ids.values()
    (made,) = post([Draft(debit, credit, 1, TransferReason.MOVE_OUT, "across")], NOW)
    places, _ = found()
    assert places == {f"transfer {made}", f"fund {fund.ref} (EUR)"}


def test_money_left_on_a_closed_voucher_is_found():
    """What is free returns to its fund with the voucher; what stays behind would be nobody's."""
    voucher = Voucher.objects.get()
    Voucher.objects.filter(pk=voucher.pk).update(state=Voucher.State.CLOSED)
    assert found() == ({f"voucher {voucher.ref}"}, "ok")


def test_an_altered_sum_of_an_award_is_found_at_the_award():
    award = Award.objects.get()
    Award.objects.filter(pk=award.pk).update(amount=award.amount + 1)
    assert found() == ({f"award {award.ref}"}, "ok")


@pytest.mark.parametrize("place", [0, 1])
def test_an_altered_compensation_is_found_at_its_statement(place):
    payment = Payment.objects.order_by("id")[place]
    Payment.objects.filter(pk=payment.pk).update(compensated=payment.compensated + 1)
    assert found() == ({f"statement {payment.statement.number}"}, "ok")


def test_what_counts_as_stated_and_stands_in_no_statement_is_found():
    """It would never be paid."""
    due = Due.objects.filter(stated_at__isnull=True).latest("id")
    Due.objects.filter(pk=due.pk).update(stated_at=LATER)
    assert found() == ({f"due {due.pk}"}, "ok")


def test_a_line_that_is_not_what_it_states_is_found():
    first = StatementLine.objects.earliest("id")
    StatementLine.objects.filter(pk=first.pk).update(amount=first.amount + 1)
    Statement.objects.filter(pk=first.statement_id).update(amount=first.amount + 1)
    assert f"statement {first.statement.number}" in found()[0]
