"""From uses to the bank and back, to the cent."""

import hashlib
import xml.etree.ElementTree as ET
from datetime import date, timedelta

import pytest
from sepaxml.validation import try_valid_xml

from tests import builders as make
from tests.builders import DAY, EUROPE, NATION, NOW, assert_books_balance, done, figures
from wishmi.bookings.actions import reverse_redemption
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.payouts import actions, selectors
from wishmi.payouts.models import Batch, Payment, Statement, StatementLine
from wishmi.payouts.treasury import read_treasury
from wishmi.providers.models import Provider

pytestmark = pytest.mark.django_db
Code = ReasonCode
START = NOW + 10 * DAY
LATER = START + 8 * DAY
UNTIL = date(2023, 3, 31)
PAY_ON = date(2023, 4, 3)


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.WISHMI_DATA = tmp_path
    return tmp_path


@pytest.fixture
def call():
    return make.funded_call()


@pytest.fixture
def host():
    return make.provider()


@pytest.fixture
def seam_use(call, host):
    """A use of 100 euro: 40 of the first fund, 60 of the second."""
    home, voucher = make.child_with_voucher(call, {EUROPE: 4_000, NATION: 16_000})
    return make.used(home, voucher, make.session(make.activity(host)))


def world():
    tables = (Statement, StatementLine, Batch, Payment)
    return make.world(), [list(table.objects.order_by("id").values()) for table in tables]


def refused(code, act, *arguments):
    before = world()
    answer = act(*arguments)
    assert isinstance(answer, Refused)
    assert answer.codes == (code,)
    assert world() == before
    return answer


def drawn(moment=LATER):
    return done(actions.draw_statements(moment, make.ACCOUNTANT, UNTIL))


def agreed(moment=LATER):
    for row in drawn(moment):
        done(actions.agree_statement(moment, make.staff(row.provider), row.pk))


def approved(moment=LATER):
    batch = done(actions.prepare_batch(moment, make.ACCOUNTANT, PAY_ON))
    return done(actions.approve_batch(moment, make.SECOND_ACCOUNTANT, batch.pk))


def answer(batch, *, executed, reason=""):
    rows = Payment.objects.filter(batch=batch, state=Payment.State.IN_PAYMENT).order_by("id")
    return done(
        actions.record_bank_answers(
            LATER, make.ACCOUNTANT, batch.pk, [(row.end_to_end, executed, reason) for row in rows]
        )
    )


def test_one_statement_per_provider_and_fund(seam_use, host):
    statements = drawn()
    assert [(row.number, row.provider, row.fund.code, row.amount, row.state) for row in statements] == [
        ("2023-0001", host, EUROPE, 4_000, "drawn"),
        ("2023-0002", host, NATION, 6_000, "drawn"),
    ]
    assert [line.amount for line in selectors.lines_of(statements[1])] == [6_000]
    assert drawn(LATER + DAY) == []


def test_uses_are_held_for_the_days_of_the_call(seam_use):
    used_on = START + timedelta(hours=1)
    assert drawn(used_on + 6 * DAY) == []
    assert actions.draw_statements(used_on + 7 * DAY, make.ACCOUNTANT, date(2023, 3, 10)) == []
    assert len(drawn(used_on + 7 * DAY)) == 2


def test_numbers_go_on_within_a_year(call, host, seam_use):
    drawn()
    home, voucher = make.child_with_voucher(call)
    make.used(home, voucher, make.session(make.activity(host)))
    assert [row.number for row in drawn()] == ["2023-0003"]


def test_a_reversed_use_is_in_no_statement(seam_use):
    done(reverse_redemption(LATER, make.OFFICER, seam_use.pk, "mistake"))
    assert drawn() == []
    assert_books_balance()


def test_the_provider_answers_its_own_statements(seam_use, host):
    first, second = drawn()
    actor, stranger = make.staff(host), make.staff(make.provider())
    refused(Code.NOT_ALLOWED, actions.agree_statement, LATER, stranger, first.pk)
    refused(Code.NOT_ALLOWED, actions.agree_statement, LATER, make.ACCOUNTANT, first.pk)
    refused(Code.NOT_ALLOWED, actions.dispute_statement, LATER, stranger, first.pk, "no")
    refused(Code.INCOMPLETE, actions.dispute_statement, LATER, actor, first.pk, " ")
    done(actions.agree_statement(LATER, actor, first.pk))
    refused(Code.WRONG_STATE, actions.agree_statement, LATER, actor, first.pk)
    refused(Code.WRONG_STATE, actions.dispute_statement, LATER, actor, first.pk, "too little")
    done(actions.dispute_statement(LATER, actor, second.pk, "too little"))
    batch = done(actions.prepare_batch(LATER, make.ACCOUNTANT, PAY_ON))
    assert [row.statement for row in selectors.payments_of(batch)] == [first]
    assert done(actions.agree_statement(LATER, actor, second.pk)).dispute == "too little"


def test_the_money_goes_through_the_bank(seam_use):
    agreed()
    assert figures(EUROPE)["due"] == 4_000
    batch = approved()
    assert (figures(EUROPE)["in_payment"], figures(NATION)["in_payment"]) == (4_000, 6_000)
    assert_books_balance()
    closed = answer(batch, executed=True)
    assert closed.state == Batch.State.CLOSED
    assert figures(EUROPE) == {
        "appropriated": 1_000_000,
        "available": 996_000,
        "awarded": 4_000,
        "spent": 4_000,
        "paid": 4_000,
    }
    assert set(Statement.objects.values_list("state", flat=True)) == {"paid"}
    assert_books_balance()


def test_the_bank_file_is_valid_and_adds_up(seam_use, host, settings, data_folder):
    Provider.objects.filter(pk=host.pk).update(name="Caffè & Città dei Bambini — Ǝ")
    agreed()
    batch = approved()
    path = data_folder / "payouts" / "P2023-0001.xml"
    data = path.read_bytes()
    assert [file.name for file in path.parent.iterdir()] == ["P2023-0001.xml"]
    assert hashlib.sha256(data).hexdigest() == batch.file_digest
    try_valid_xml(data, "pain.001.001.09")
    root = ET.fromstring(data)

    def texts(name):
        return [node.text for node in root.iter(f"{{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}}{name}")]

    assert texts("MsgId") == ["WISHMI-P2023-0001"]
    assert texts("PmtInfId") == ["WISHMI-P2023-0001"]
    assert texts("CreDtTm") == ["2023-03-19T10:00:00"]
    assert texts("CtrlSum") == ["100.00", "100.00"]
    assert texts("NbOfTxs") == ["2", "2"]
    assert texts("InstdAmt") == ["40.00", "60.00"]
    assert texts("EndToEndId") == ["P2023-0001-2023-0001", "P2023-0001-2023-0002"]
    assert texts("Dt") == ["2023-04-03"]
    assert texts("Nm") == ["Comune di Milano (dimostrazione)"] * 2 + ["Caffe Citta dei Bambini"] * 2
    assert texts("IBAN")[1:] == [host.iban, host.iban]
    assert texts("Ustrd") == ["Rendiconto 2023-0001", "Rendiconto 2023-0002"]
    sums = [line for line in selectors.batches() if line.batch == batch]
    assert [(line.payments, line.amount_cents) for line in sums] == [(2, 10_000)]


def test_in_demo_mode_the_payee_reads_so(seam_use, settings, data_folder):
    settings.WISHMI_MODE = "demo"
    agreed()
    approved()
    text = (data_folder / "payouts" / "P2023-0001.xml").read_text()
    assert "<Ustrd>DEMO, NESSUN PAGAMENTO REALE - Rendiconto 2023-0001</Ustrd>" in text


def test_a_file_left_as_a_draft_by_a_crash_is_put_in_place(seam_use, data_folder):
    agreed()
    batch = approved()
    path = data_folder / "payouts" / batch.file
    path.rename(path.parent / f".{batch.file}.draft")
    assert actions.place_file(batch) == path
    assert hashlib.sha256(path.read_bytes()).hexdigest() == batch.file_digest
    assert actions.place_file(batch) == path


def test_four_eyes(seam_use):
    agreed()
    batch = done(actions.prepare_batch(LATER, make.ACCOUNTANT, PAY_ON))
    refused(Code.SAME_PERSON, actions.approve_batch, LATER, make.ACCOUNTANT, batch.pk)
    refused(Code.NOT_ALLOWED, actions.approve_batch, LATER, make.RESPONSIBLE, batch.pk)
    done(actions.approve_batch(LATER, make.SECOND_ACCOUNTANT, batch.pk))
    refused(Code.WRONG_STATE, actions.approve_batch, LATER, make.SECOND_ACCOUNTANT, batch.pk)


def test_what_cannot_be_prepared(seam_use, host):
    refused(Code.INCOMPLETE, actions.prepare_batch, LATER, make.ACCOUNTANT, PAY_ON)
    agreed()
    refused(Code.NOT_ALLOWED, actions.prepare_batch, LATER, make.OFFICER, PAY_ON)
    refused(Code.TERM_EXPIRED, actions.prepare_batch, LATER, make.ACCOUNTANT, date(2023, 3, 18))
    host.iban = "IT00X0000000000000000000000"
    host.save()
    wrong = refused(Code.INCOMPLETE, actions.prepare_batch, LATER, make.ACCOUNTANT, PAY_ON)
    assert wrong.reasons[0].params == {"field": "iban", "payee": host.ref}


def test_a_rejected_payment_is_tried_again(seam_use):
    agreed()
    batch = approved()
    first, second = selectors.payments_of(batch)
    said = [(first.end_to_end, True, ""), (second.end_to_end, False, "AC04")]
    done(actions.record_bank_answers(LATER, make.ACCOUNTANT, batch.pk, said))
    second.refresh_from_db()
    assert (second.state, second.bank_reason, second.statement.state) == ("rejected", "AC04", "agreed")
    assert (figures(EUROPE)["paid"], figures(NATION)["due"]) == (4_000, 6_000)
    assert_books_balance()
    again = approved()
    assert again.number == "P2023-0002"
    assert [(row.end_to_end, row.amount) for row in selectors.payments_of(again)] == [
        ("P2023-0002-2023-0002", 6_000)
    ]
    answer(again, executed=True)
    assert figures(NATION)["paid"] == 6_000
    assert_books_balance()


def test_answers_are_taken_once(seam_use):
    agreed()
    batch = approved()
    first, second = selectors.payments_of(batch)
    done(actions.record_bank_answers(LATER, make.ACCOUNTANT, batch.pk, [(first.end_to_end, True, "")]))
    assert Batch.objects.get().state == Batch.State.APPROVED
    before = world()[0][0:3]
    done(actions.record_bank_answers(LATER, make.ACCOUNTANT, batch.pk, [(first.end_to_end, True, "")]))
    assert world()[0][0:3] == before
    contradiction = [(first.end_to_end, False, "AC04"), (second.end_to_end, True, "")]
    refused(Code.ALREADY_DONE, actions.record_bank_answers, LATER, make.ACCOUNTANT, batch.pk, contradiction)
    unknown = [("P2023-0009-2023-0001", True, "")]
    refused(Code.INCOMPLETE, actions.record_bank_answers, LATER, make.ACCOUNTANT, batch.pk, unknown)
    refused(Code.NOT_ALLOWED, actions.record_bank_answers, LATER, make.OFFICER, batch.pk, [])
    done(actions.record_bank_answers(LATER, make.ACCOUNTANT, batch.pk, [("", False, "whole file")]))
    assert (figures(EUROPE)["paid"], figures(NATION)["due"]) == (4_000, 6_000)


def test_a_stated_use_taken_back_is_compensated(call, host, seam_use):
    """The statement stands; the provider owes the use back, and the next payments are less by as much."""
    agreed()
    answer(approved(), executed=True)
    done(reverse_redemption(LATER, make.OFFICER, seam_use.pk, "not held"))
    assert (figures(EUROPE)["recoverable"], figures(NATION)["recoverable"]) == (4_000, 6_000)
    assert_books_balance()
    home, voucher = make.child_with_voucher(call, {EUROPE: 30_000})
    make.used(home, voucher, make.session(make.activity(host, price_cents=10_500)))
    agreed()
    batch = approved()
    payment = selectors.payments_of(batch)[0]
    assert (payment.amount, payment.compensated) == (6_500, 4_000)
    assert "recoverable" not in figures(EUROPE)
    assert figures(EUROPE)["in_payment"] == 6_500
    assert_books_balance()
    # A rejection does not take the compensation off a second time.
    answer(batch, executed=False, reason="AC04")
    again = selectors.payments_of(approved())[0]
    assert (again.amount, again.compensated) == (6_500, 0)
    assert figures(EUROPE) == {
        "appropriated": 1_000_000,
        "available": 966_000,
        "awarded": 34_000,
        "unspent": 23_500,
        "spent": 10_500,
        "in_payment": 6_500,
        "paid": 4_000,
    }
    assert_books_balance()


def test_a_statement_wholly_compensated_pays_nothing(seam_use, data_folder):
    agreed()
    done(reverse_redemption(LATER, make.OFFICER, seam_use.pk, "not held"))
    batch = approved()
    assert (batch.state, batch.file) == (Batch.State.CLOSED, "")
    assert not (data_folder / "payouts").exists()
    assert set(Statement.objects.values_list("state", flat=True)) == {"paid"}
    assert figures(EUROPE) == {
        "appropriated": 1_000_000,
        "available": 996_000,
        "awarded": 4_000,
        "unspent": 4_000,
    }
    assert_books_balance()


@pytest.mark.parametrize("actor", [make.OFFICER, make.RESPONSIBLE, make.AUDITOR, make.family])
def test_only_accounting_draws(seam_use, actor):
    who = actor().actor if callable(actor) else actor
    refused(Code.NOT_ALLOWED, actions.draw_statements, LATER, who, UNTIL)


def test_the_city_s_treasury_can_be_read(settings):
    treasury = read_treasury(settings.WISHMI_CITY)
    assert treasury.iban.startswith("IT")
    assert "dimostrazione" in treasury.name


@pytest.mark.parametrize("text", ["", "treasury: 5", "treasury: {name: X, iban: IT00}", "other: {}"])
def test_an_unusable_treasury_is_named(tmp_path, text):
    (tmp_path / "city.yaml").write_text(text)
    with pytest.raises(Exception, match="treasury"):
        read_treasury(tmp_path)
