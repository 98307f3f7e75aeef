"""Against the wrong answer, the wrong person, the wrong day and the wrong letter; and the way back from a batch."""

import xml.etree.ElementTree as ET
from datetime import date

import pytest

from tests import builders as make
from tests.builders import EUROPE, NATION, assert_books_balance, done, figures
from tests.payouts.test_payouts import (
    LATER,
    PAY_ON,
    UNTIL,
    agreed,
    answer,
    approved,
    call,
    data_folder,
    drawn,
    host,
    refused,
    seam_use,
)
from wishmi.bookings.actions import reverse_redemption
from wishmi.core.reasons import ReasonCode as Code
from wishmi.infra.actor import Role
from wishmi.infra.models import AuditRecord
from wishmi.outcomes.audit import check_everything
from wishmi.payouts import actions, selectors
from wishmi.payouts.bank_file import sepa_text
from wishmi.payouts.models import Batch, Statement
from wishmi.payouts.status_file import BankAnswer, read_status_file
from wishmi.people.actions import give_login
from wishmi.people.selectors import actor_of
from wishmi.providers.models import Provider

__all__ = ["call", "data_folder", "host", "seam_use"]
pytestmark = pytest.mark.django_db


def prepared():
    agreed()
    return done(actions.prepare_batch(LATER, make.ACCOUNTANT, PAY_ON))


def report(whole, number, *parts):
    head = f"<OrgnlGrpInfAndSts><OrgnlMsgId>WISHMI-{number}</OrgnlMsgId><GrpSts>{whole}</GrpSts></OrgnlGrpInfAndSts>"
    ones = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{name}</OrgnlEndToEndId><TxSts>{status}</TxSts></TxInfAndSts>"
        for name, status in parts
    )
    space = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"
    text = f'<Document xmlns="{space}"><CstmrPmtStsRpt>{head}{ones}</CstmrPmtStsRpt></Document>'
    return done(read_status_file(text.encode()))


def record(batch, answers):
    return (actions.record_bank_answers, LATER, make.ACCOUNTANT, batch.pk, answers)


@pytest.mark.parametrize("status", ["RJCT", "ACSC"])
def test_the_bank_s_word_on_one_batch_is_not_taken_for_another(seam_use, status):
    agreed()
    batch = approved()
    refused(Code.INCOMPLETE, *record(batch, report(status, "P2023-0009")))
    refused(Code.INCOMPLETE, *record(batch, report("PART", batch.number, ("P2023-0009-2023-0001", status))))
    done(actions.record_bank_answers(*record(batch, report(status, batch.number))[1:]))
    assert Batch.objects.get().state == Batch.State.CLOSED
    assert_books_balance()


def test_answers_that_speak_against_each_other_are_refused(seam_use):
    agreed()
    batch = approved()
    first, second = (row.end_to_end for row in selectors.payments_of(batch))
    torn = report("PART", batch.number, (first, "ACSC"), (second, "ACSC"), (first, "RJCT"))
    refused(Code.INCOMPLETE, *record(batch, torn))
    refused(Code.INCOMPLETE, *record(batch, [BankAnswer("", True), BankAnswer("", False)]))
    twice = report("PART", batch.number, (first, "ACSC"), (first, "ACSC"))
    done(actions.record_bank_answers(*record(batch, twice)[1:]))
    assert figures(EUROPE)["paid"] == 4_000


def test_two_logins_of_one_person_are_one_pair_of_eyes(seam_use, settings):
    person = make.family().guardian
    one, other = (
        actor_of(give_login(name, None, [Role.ACCOUNTING], person)) for name in ("ada.rossi", "a.rossi")
    )
    agreed()
    batch = done(actions.prepare_batch(LATER, one, PAY_ON))
    refused(Code.SAME_PERSON, actions.approve_batch, LATER, other, batch.pk)
    colleague = actor_of(give_login("bea", None, [Role.ACCOUNTING], make.family().guardian))
    done(actions.approve_batch(LATER, colleague, batch.pk))


def test_a_batch_whose_day_has_passed_is_not_sent(seam_use):
    batch = prepared()
    late = make.datetime(2023, 4, 4, 9, tzinfo=make.UTC)
    refused(Code.TERM_EXPIRED, actions.approve_batch, late, make.SECOND_ACCOUNTANT, batch.pk)
    done(actions.discard_batch(late, make.ACCOUNTANT, batch.pk, "too late"))
    again = done(actions.prepare_batch(late, make.ACCOUNTANT, date(2023, 4, 5)))
    assert again.number == "P2023-0002"
    done(actions.approve_batch(late, make.SECOND_ACCOUNTANT, again.pk))
    assert_books_balance()


def test_a_discarded_batch_leaves_nothing_behind(call, host, seam_use):
    """Also what it compensated is owed back again, and is taken off by the next batch as if nothing had been."""
    agreed()
    answer(approved(), executed=True)
    done(reverse_redemption(LATER, make.OFFICER, seam_use.pk, "not held"))
    home, voucher = make.child_with_voucher(call, {EUROPE: 30_000})
    make.used(home, voucher, make.session(make.activity(host, price_cents=10_500)))
    agreed()
    before = figures(EUROPE), figures(NATION)
    for number in (2, 3):
        batch = done(actions.prepare_batch(LATER, make.ACCOUNTANT, PAY_ON))
        assert batch.number == f"P2023-{number:04d}"
        payment = selectors.payments_of(batch)[0]
        assert (payment.amount, payment.compensated) == (6_500, 4_000)
        refused(Code.INCOMPLETE, actions.discard_batch, LATER, make.ACCOUNTANT, batch.pk, " ")
        for actor in (make.RESPONSIBLE, make.OFFICER, make.staff(host), home.actor, make.SYSTEM):
            refused(Code.NOT_ALLOWED, actions.discard_batch, LATER, actor, batch.pk, "why")
        done(actions.discard_batch(LATER, make.SECOND_ACCOUNTANT, batch.pk, "wrong day"))
        assert (figures(EUROPE), figures(NATION)) == before
        refused(Code.WRONG_STATE, actions.discard_batch, LATER, make.ACCOUNTANT, batch.pk, "again")
        refused(Code.WRONG_STATE, actions.approve_batch, LATER, make.SECOND_ACCOUNTANT, batch.pk)
        refused(Code.WRONG_STATE, *record(batch, [(payment.end_to_end, True, "")]))
    assert AuditRecord.objects.filter(verb="batch.discarded").count() == 2
    assert selectors.payments_of_provider(host.pk)[0].batch.number == "P2023-0001"
    answer(approved(), executed=False, reason="AC04")
    last = approved()
    assert [(row.amount, row.compensated) for row in selectors.payments_of(last)] == [(6_500, 0)]
    answer(last, executed=True)
    assert set(Statement.objects.values_list("state", flat=True)) == {"paid"}
    assert_books_balance()
    assert check_everything(lambda _step: None).is_sound


def test_an_approved_batch_cannot_be_discarded(seam_use):
    agreed()
    batch = approved()
    refused(Code.WRONG_STATE, actions.discard_batch, LATER, make.ACCOUNTANT, batch.pk, "late")
    answer(batch, executed=True)
    refused(Code.WRONG_STATE, actions.discard_batch, LATER, make.ACCOUNTANT, batch.pk, "late")


def test_a_batch_wholly_compensated_can_be_discarded_and_paid_again(seam_use):
    agreed()
    done(reverse_redemption(LATER, make.OFFICER, seam_use.pk, "not held"))
    batch = done(actions.prepare_batch(LATER, make.ACCOUNTANT, PAY_ON))
    done(actions.discard_batch(LATER, make.ACCOUNTANT, batch.pk, "why"))
    assert figures(EUROPE)["recoverable"] == figures(EUROPE)["due"] == 4_000
    assert approved().state == Batch.State.CLOSED
    assert_books_balance()


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Società Sportiva Dell’Arte", "Societa Sportiva Dell'Arte"),
        ("Straße Łódź Ørsted Æsop", "Strasse Lodz Orsted AEsop"),
        ("A&B_C*D{E}", "A B C D E"),
        ("//odd/", "odd"),
        ('Nuoto & <Danza> "Oggi"\n\t\0', "Nuoto Danza Oggi"),
        ("儿童", "-"),
        ("", "-"),
        ("a" * 69 + " b", "a" * 69),
    ],
)
def test_names_in_the_letters_of_the_bank(text, written):
    assert sepa_text(text, 70) == written


def test_the_bank_file_of_odd_names_is_valid(seam_use, host, data_folder):
    Provider.objects.filter(pk=host.pk).update(name="Dell’Àrte & “Città” <" + "è" * 130)
    agreed()
    approved()
    root = ET.fromstring((data_folder / "payouts" / "P2023-0001.xml").read_bytes())
    names = [node.text for node in root.iter() if node.tag.endswith("}Nm")]
    assert names[2].startswith("Dell'Arte Citta ee")
    assert len(names[2]) == 70
    wanted = {"IT": 3}
    ibans = [node.text for node in root.iter() if node.tag.endswith("}IBAN")]
    assert {one[:2] for one in ibans} == set(wanted)


def test_statements_up_to_the_last_day_there_is(seam_use):
    assert len(done(actions.draw_statements(LATER, make.ACCOUNTANT, date.max))) == 2


def test_statement_numbers_begin_anew_each_year(call, host, seam_use):
    drawn()
    home, voucher = make.child_with_voucher(call)
    used = make.used(home, voucher, make.session(make.activity(host)))
    assert used.state == "attended"
    next_year = make.datetime(2024, 1, 10, 9, tzinfo=make.UTC)
    made = done(actions.draw_statements(next_year, make.ACCOUNTANT, UNTIL))
    assert [row.number for row in made] == ["2024-0001"]
