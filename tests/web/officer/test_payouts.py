"""Payouts at the desk: statements, a batch by two persons, the bank's file and answers, rejections."""

import pytest
from django.urls import reverse

from tests.builders import assert_books_balance, figures
from tests.web.officer import city
from wishmi.infra.actor import Role
from wishmi.infra.models import AuditRecord
from wishmi.payouts.models import Batch, Payment, Statement

KEY = "11111111-1111-4111-8111-111111111111"
OTHER, THIRD = KEY.replace("1", "2"), KEY.replace("1", "3")


def body(answer):
    return answer.content.decode()


def batch_address(name="batch"):
    return reverse(f"officer:{name}", args=["P2024-0001"])


@pytest.mark.parametrize(
    ("language", "sentences"),
    [("it", ("Che cosa si deve e a chi?", "€ 120,00")), ("en", ("What is owed to whom?", "€120.00"))],
)
def test_statements_are_drawn_for_what_was_used(desk, language, sentences):
    city.traded()
    desk.at(city.USE)
    client = desk.client(Role.ACCOUNTING, language)
    text = body(client.get(reverse("officer:statements")))
    assert [one for one in sentences if one not in text] == []
    address = reverse("officer:statements_draw")
    late = client.post(address, {"until": "2024-02-06", "key": KEY})
    assert late.status_code == 422
    assert Statement.objects.count() == 0
    for _press in range(2):
        assert client.post(address, {"until": "2024-01-25", "key": OTHER}).status_code == 302
    assert Statement.objects.get().amount == 12_000
    text = body(client.get(reverse("officer:statement", args=["2024-0001"])))
    assert "Laboratorio di ceramica" in text


def test_a_dispute_is_seen_and_nothing_to_pay_is_refused(desk):
    trade = city.stated()
    Statement.objects.update(state="disputed", dispute="Manca un incontro.")
    desk.at(city.USE)
    client = desk.client(Role.ACCOUNTING)
    text = body(client.get(reverse("officer:statements"), {"state": "disputed"}))
    assert "Manca un incontro." in text
    assert trade.provider.name in text
    answer = client.post(reverse("officer:batch_prepare"), {"execute_on": "2024-02-08", "key": KEY})
    assert answer.status_code == 422
    assert 'value="2024-02-08"' in body(answer)
    assert Batch.objects.count() == 0


def test_who_prepared_a_batch_cannot_approve_it(desk):
    city.stated()
    Statement.objects.update(state="agreed")
    desk.at(city.USE)
    client = desk.client(Role.ACCOUNTING)
    answer = client.post(
        reverse("officer:batch_prepare"), {"execute_on": "2024-02-08", "key": KEY}, follow=True
    )
    assert "deve approvarlo un’altra persona" in body(answer)
    assert batch_address("batch_approve") not in body(answer)
    refused = client.post(batch_address("batch_approve"), {"number": "P2024-0001", "key": OTHER})
    assert refused.status_code == 422
    assert "due persone diverse" in body(refused)
    assert Batch.objects.get().state == "prepared"


def approved(desk):
    city.batched()
    desk.at(city.USE)
    client = desk.client(Role.ACCOUNTING)
    address = batch_address("batch_approve")
    assert client.post(address, {"number": "P2024-0009", "key": KEY}).status_code == 422
    assert client.post(address, {"number": "P2024-0001", "key": OTHER}).status_code == 302
    return client


def test_a_batch_is_approved_by_another_and_its_file_taken(desk):
    client = approved(desk)
    answer = client.get(batch_address("batch_file"))
    text = b"".join(answer.streaming_content).decode()
    assert "<InstdAmt" in text
    assert "120.00" in text
    assert AuditRecord.objects.filter(verb="batch.file_downloaded").count() == 1
    assert "In banca" in body(client.get(batch_address()))


def test_a_batch_can_be_discarded_until_it_is_approved(desk):
    city.batched()
    desk.at(city.USE)
    client = desk.client(Role.ACCOUNTING)
    address = batch_address("batch_discard")
    assert address in body(client.get(batch_address()))
    assert "Non si paga nulla." in body(client.get(address))
    assert client.post(address, {"reason": " ", "key": KEY}).status_code == 422
    text = body(client.post(address, {"reason": "Giorno sbagliato", "key": OTHER}, follow=True))
    assert "I suoi rendiconti entrano nel prossimo lotto" in text
    assert "Giorno sbagliato" in text
    assert Statement.objects.get().state == "agreed"
    assert address not in body(client.get(batch_address()))
    assert client.post(address, {"reason": "Di nuovo", "key": THIRD}).status_code == 422
    assert_books_balance()


def test_a_status_file_of_another_batch_is_not_taken(desk):
    client = approved(desk)
    text = (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt><OrgnlGrpInfAndSts>'
        "<OrgnlMsgId>WISHMI-P2023-0007</OrgnlMsgId><GrpSts>RJCT</GrpSts></OrgnlGrpInfAndSts></CstmrPmtStsRpt>"
        "</Document>"
    )
    file = city.upload("pain.xml", text.encode())
    answer = client.post(batch_address("batch_answers"), {"by_file": "yes", "file": file, "key": THIRD})
    assert answer.status_code == 422
    assert "Queste risposte sono di un altro lotto" in body(answer)
    assert Payment.objects.get().state == "in_payment"


def test_the_bank_s_answers_are_recorded_by_hand_and_a_rejection_comes_again(desk):
    client = approved(desk)
    payment = Payment.objects.get()
    address = batch_address("batch_answers")
    nothing = client.post(address, {f"said_{payment.pk}": "", "key": KEY})
    assert nothing.status_code == 422
    fields = {f"said_{payment.pk}": "rejected", f"reason_{payment.pk}": "AC04"}
    text = body(client.post(address, {**fields, "key": THIRD}, follow=True))
    assert "0 pagati, 1 respinti" in text
    assert "AC04" in body(client.get(reverse("officer:batches")))
    assert Statement.objects.get().state == "agreed"
    assert figures("DEMO")["due"] == 12_000
    assert_books_balance()


def test_a_status_file_pays(desk):
    client = approved(desk)
    address = batch_address("batch_answers")
    bad = city.upload("x.xml", b"<html/>")
    assert client.post(address, {"by_file": "yes", "file": bad, "key": KEY}).status_code == 422
    end_to_end = Payment.objects.get().end_to_end
    text = (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt><OrgnlPmtInfAndSts>'
        f"<TxInfAndSts><OrgnlEndToEndId>{end_to_end}</OrgnlEndToEndId><TxSts>ACSC</TxSts></TxInfAndSts>"
        "</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
    )
    good = city.upload("pain.xml", text.encode())
    answer = client.post(address, {"by_file": "yes", "file": good, "key": THIRD}, follow=True)
    assert "1 pagati" in body(answer)
    assert figures("DEMO")["paid"] == 12_000


def test_statements_and_batches_are_files(desk):
    city.batched()
    client = desk.client(Role.AUDITOR)
    for name, wanted in (
        ("statements", "2024-0001;Il Girasole ODV;DEMO"),
        ("batches", "P2024-0001;Da approvare"),
    ):
        answer = client.get(reverse(f"officer:{name}"), {"format": "csv"})
        assert wanted in b"".join(answer.streaming_content).decode()
