"""Funds and calls at the desk: what is shown, what is asked before, what a refusal leaves as it was."""

import pytest
from django.urls import reverse

from tests.builders import figures
from tests.web.officer import city
from wishmi.applications.models import Intake
from wishmi.calls.models import Call, CallAct, Fund, FundAct
from wishmi.infra.actor import Role

KEY = "11111111-1111-4111-8111-111111111111"


def body(answer):
    return answer.content.decode()


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "it",
            ("Dov’è il denaro?", "€ 1.000,00", "stanziato = disponibile + assegnato − rientrato", "tornano"),
        ),
        ("en", ("Where is the money?", "€1,000.00", "appropriated = available + awarded − returned", "hold")),
    ],
)
def test_funds_show_every_figure_and_the_identities(desk, language, sentences):
    city.published()
    text = body(desk.client(Role.AUDITOR, language).get(reverse("officer:funds")))
    assert [one for one in sentences if one not in text] == []


def test_money_comes_into_a_fund_after_a_second_page(desk):
    city.published()
    client, address = desk.client(Role.ACCOUNTING), reverse("officer:fund_appropriate", args=["DEMO"])
    asked = {"amount": "1.500,50", "number": "BIL 2/2023", "reason": "Variazione"}
    text = body(client.post(address, asked))
    assert "€ 1.500,50" in text
    assert "€ 2.500,50" in text
    assert 'name="amount" value="1.500,50"' in text
    assert FundAct.objects.count() == 1
    for _press in range(2):
        assert client.post(address, {**asked, "sure": "yes", "key": KEY}).status_code == 302
    assert figures("DEMO")["appropriated"] == 250_050
    assert "Fatto: € 1.500,50" in body(client.get(reverse("officer:fund", args=["DEMO"])))


@pytest.mark.parametrize("wrong", ["", "abc", "-5", "0", "1,2,3", "12.345.6", "99999999999999999"])
def test_an_amount_that_is_none_is_asked_again(desk, wrong):
    city.published()
    address = reverse("officer:fund_appropriate", args=["DEMO"])
    answer = desk.client(Role.ACCOUNTING).post(address, {"amount": wrong, "number": "BIL 2/2023"})
    assert answer.status_code == 422
    assert 'href="#id_amount"' in body(answer)
    assert 'value="BIL 2/2023"' in body(answer)
    assert FundAct.objects.count() == 1


@pytest.mark.parametrize(
    ("written", "cents"),
    [("1500", 150_000), ("1500.5", 150_050), ("1.500", 150_000), ("1,500.25", 150_025), ("€ 7", 700)],
)
def test_amounts_are_read_as_people_write_them(desk, written, cents):
    city.published()
    address = reverse("officer:fund_appropriate", args=["DEMO"])
    asked = {"amount": written, "number": "BIL 2/2023", "sure": "yes", "key": KEY}
    assert desk.client(Role.ACCOUNTING).post(address, asked).status_code == 302
    assert FundAct.objects.latest("id").amount == cents


def test_a_move_beyond_what_is_available_is_refused_and_changes_nothing(desk):
    city.published()
    address = reverse("officer:fund_move", args=["DEMO"])
    asked = {
        "target": Fund.objects.get(code="ALTRO").pk,
        "amount": "1000.01",
        "number": "BIL 3/2023",
        "reason": "Delibera",
        "sure": "yes",
        "key": KEY,
    }
    answer = desk.client(Role.ACCOUNTING).post(address, asked)
    assert answer.status_code == 422
    assert 'value="1000.01"' in body(answer)
    assert "fondo" in body(answer)
    assert figures("DEMO")["available"] == 100_000
    assert FundAct.objects.filter(kind="move").count() == 0


def test_without_its_key_a_form_moves_nothing(desk):
    city.published()
    address = reverse("officer:fund_appropriate", args=["DEMO"])
    asked = {"amount": "5", "number": "BIL 2/2023", "sure": "yes"}
    assert desk.client(Role.ACCOUNTING).post(address, asked).status_code == 422
    assert FundAct.objects.count() == 1


def test_a_document_that_cannot_be_used_shows_each_finding_with_its_line(desk):
    text = city.DOCUMENT.read_text().replace("observation_days: 10", "observation_days: ten")
    line = text.splitlines().index("  observation_days: ten") + 1
    answer = desk.client(Role.RESPONSIBLE).post(reverse("officer:call_upload"), {"text": text})
    assert answer.status_code == 422
    assert f'<th scope="row" class="num">{line}</th>' in body(answer)
    assert "window.observation_days" in body(answer)
    assert "observation_days: ten</td>" in body(answer)
    assert "observation_days: ten\n" in body(answer).partition("<textarea")[2]
    assert Call.objects.count() == 0


def test_a_good_document_is_loaded_shown_and_published(desk):
    client = desk.client(Role.RESPONSIBLE)
    with city.DOCUMENT.open("rb") as file:
        answer = client.post(reverse("officer:call_upload"), {"file": file}, follow=True)
    assert "non in vigore" in body(answer)
    assert "observation_days: 10" in body(answer)
    address = reverse("officer:call_publish", args=[city.CODE, 1])
    assert "€ 50.000,00" in body(client.get(address))
    assert client.post(address, {"number": "", "key": KEY}).status_code == 422
    assert CallAct.objects.count() == 0
    answer = client.post(address, {"number": "DD 7/2023", "key": KEY}, follow=True)
    assert "DD 7/2023" in body(answer)
    assert CallAct.objects.get().number == "DD 7/2023"


def test_a_window_is_not_closed_before_its_time(desk):
    city.applied()
    address = reverse("officer:call_close", args=[city.CODE])
    answer = desk.client(Role.RESPONSIBLE).post(address, {"number": "DD 2/2023", "key": KEY})
    assert answer.status_code == 422
    assert 'value="DD 2/2023"' in body(answer)
    assert Intake.objects.count() == 0


def test_closing_seals_and_tells_the_root(desk):
    city.applied()
    desk.at(city.OVER)
    client, address = desk.client(Role.RESPONSIBLE), reverse("officer:call_close", args=[city.CODE])
    assert "<dd>6</dd>" in body(client.get(address))
    taken = client.post(address, {"number": "DD 1/2023", "key": KEY})
    assert taken.status_code == 422
    assert 'href="#id_number"' in body(taken)
    key = KEY.replace("1", "2")
    text = body(client.post(address, {"number": "DD 2/2023", "key": key}, follow=True))
    assert Intake.objects.get().root in text
    again = client.post(address, {"number": "DD 2/2023", "key": key}, follow=True)
    assert again.status_code == 200


def test_the_last_day_of_use_moves_only_forward(desk):
    city.published()
    client, address = desk.client(Role.RESPONSIBLE), reverse("officer:call_extend", args=[city.CODE])
    asked = {"number": "DD 9/2023", "reason": "Servono più giorni", "key": KEY}
    early = client.post(address, {**asked, "until": "2024-07-31"})
    assert early.status_code == 422
    assert "Servono più giorni" in body(early)
    client.post(address, {**asked, "until": "2024-08-31"})
    assert CallAct.objects.get(kind="extension").data == {"use_until": "2024-08-31"}


def test_tables_are_files_too(desk):
    city.published()
    client = desk.client(Role.ACCOUNTING)
    answer = client.get(reverse("officer:funds"), {"format": "csv"})
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert answer["Content-Disposition"] == 'attachment; filename="funds.csv"'
    assert lines[0].startswith("\ufeffCodice;Fondo;")
    assert lines[2].startswith("DEMO;Fondo di dimostrazione;EUR;1000,00;1000,00;0,00")
    english = desk.client(Role.ACCOUNTING, "en").get(reverse("officer:funds"), {"format": "csv"})
    assert ";1000.00;" in b"".join(english.streaming_content).decode()
    transfers = client.get(reverse("officer:fund", args=["DEMO"]), {"format": "csv"})
    assert "Stanziamento" in b"".join(transfers.streaming_content).decode()
    calls = client.get(reverse("officer:calls"), {"format": "csv"})
    assert city.CODE in b"".join(calls.streaming_content).decode()


def test_a_move_can_be_corrected_before_it_is_done(desk):
    city.published()
    client, address = desk.client(Role.ACCOUNTING), reverse("officer:fund_appropriate", args=["DEMO"])
    asked = {
        "amount": "77",
        "number": "BIL 2/2023",
        "reason": "Refuso",
        "sure": "yes",
        "edit": "yes",
        "key": KEY,
    }
    answer = client.post(address, asked)
    assert answer.status_code == 200
    assert 'name="amount" value="77"' in body(answer)
    assert FundAct.objects.count() == 1


def test_who_acted_is_shown_by_name(desk):
    city.published()
    client, address = desk.client(Role.ACCOUNTING), reverse("officer:fund_appropriate", args=["DEMO"])
    client.post(address, {"amount": "77", "number": "BIL 2/2023", "sure": "yes", "key": KEY})
    assert "<td>Ufficio accounting</td>" in body(client.get(reverse("officer:fund", args=["DEMO"])))
