"""The ranking room: what must be so, freezing with a draw, publishing, observations, issuing, rounds."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.builders import figures
from tests.web.officer import city
from wishmi.awards.models import Award, Observation, Stage
from wishmi.infra.actor import Role
from wishmi.vouchers.models import Voucher

KEY = "11111111-1111-4111-8111-111111111111"
OTHER = KEY.replace("1", "2")
ROOM, FREEZE = (reverse(f"officer:{name}", args=[city.CODE]) for name in ("ranking", "freeze"))


def body(answer):
    return answer.content.decode()


def stage_address(number, name="stage"):
    return reverse(f"officer:{name}", args=[city.CODE, number])


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("it", ("Graduatoria provvisoria", "6 minori sono ancora da decidere.", "C’è denaro da assegnare")),
        ("en", ("Provisional list", "6 children are still open.", "There is money to award")),
    ],
)
def test_the_room_says_what_is_missing(desk, language, sentences):
    city.sealed()
    desk.at(city.CASES)
    text = body(desk.client(Role.RESPONSIBLE, language).get(ROOM))
    assert [one for one in sentences if one not in text] == []
    assert "disabled" in text


def test_a_list_is_frozen_with_the_draw_s_file(desk):
    call = city.decided()
    desk.at(city.PROVISIONAL)
    client = desk.client(Role.RESPONSIBLE)
    assert client.post(FREEZE, {"key": KEY}).status_code == 422
    bad = io.BytesIO(b'{"format": "other"}')
    assert client.post(FREEZE, {"key": KEY, "file": bad}).status_code == 422
    assert Stage.objects.count() == 0
    answer = client.post(FREEZE, {"key": KEY, "file": io.BytesIO(city.draw_of(call).as_bytes())}, follow=True)
    assert "La graduatoria è congelata" in body(answer)
    assert Stage.objects.get().kind == "provisional"


def test_the_demo_beacon_is_there_in_a_demo_only(desk, settings):
    city.decided()
    desk.at(city.PROVISIONAL)
    client = desk.client(Role.RESPONSIBLE)
    assert 'name="demo"' not in body(client.get(ROOM))
    assert client.post(FREEZE, {"key": KEY, "demo": "yes"}).status_code == 422
    settings.WISHMI_MODE = "demo"
    assert 'name="demo"' in body(client.get(ROOM))
    assert client.post(FREEZE, {"key": OTHER, "demo": "yes"}).status_code == 302
    assert Stage.objects.get().draw["beacon"] == "demo"


def test_a_list_shows_outcomes_cut_off_funds_and_rows(desk):
    city.listed()
    desk.at(city.PROVISIONAL + timedelta(days=1))
    client = desk.client(Role.CASE_OFFICER)
    text = body(client.get(stage_address(1)))
    wanted = (
        "Idoneo, non finanziato",
        "Primo posto senza denaro",
        "€ 800,00",
        "€ 200,00",
        "Numero di minori",
    )
    assert [one for one in wanted if one not in text] == []
    code = Stage.objects.get().rows.get(position=1).candidacy.code
    found = body(client.get(stage_address(1), {"code": code.lower()}))
    assert f">{code}</a>" in found
    assert "1 riga" in found
    excluded = body(client.get(stage_address(1), {"outcome": "excluded"}))
    assert "27.000,00" in excluded
    answer = client.get(stage_address(1), {"format": "csv"})
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[0] == "\ufeffPosto;Codice;Esito;Punti;Importo;DEMO"
    assert len(lines) == 7
    assert lines[1].endswith("400,00;400,00")


def test_a_list_is_published_under_its_act(desk):
    call = city.decided()
    desk.at(city.PROVISIONAL)
    client = desk.client(Role.RESPONSIBLE)
    client.post(FREEZE, {"key": KEY, "file": io.BytesIO(city.draw_of(call).as_bytes())})
    address = stage_address(1, "stage_publish")
    assert "Una graduatoria pubblicata non cambia" in body(client.get(address))
    taken = client.post(address, {"number": "DD 1/2023", "key": KEY.replace("1", "3")})
    assert taken.status_code == 422
    assert Stage.objects.get().published_at is None
    for _press in range(2):
        assert client.post(address, {"number": "DD 3/2023", "key": OTHER}).status_code == 302
    assert Stage.objects.get().act_number == "DD 3/2023"


def test_an_observation_is_decided_with_a_reason(desk):
    found = city.objected(city.listed())
    desk.at(city.PROVISIONAL + timedelta(days=3))
    client, address = desk.client(Role.CASE_OFFICER), reverse("officer:observation", args=[found.pk])
    text = body(client.get(address))
    assert "Il nostro ISEE è cambiato." in text
    assert "27.000,00" in text
    empty = client.post(address, {"decision": "rejected", "reason": "", "key": KEY})
    assert empty.status_code == 422
    assert 'value="rejected"' in body(empty).partition("checked")[0].rpartition("<input")[2]
    client.post(address, {"decision": "rejected", "reason": "Conta il giorno della domanda.", "key": OTHER})
    row = Observation.objects.get()
    assert (row.decision, row.decision_reason) == ("rejected", "Conta il giorno della domanda.")
    assert "Conta il giorno della domanda." in body(client.get(address))


def test_vouchers_are_issued_after_seeing_the_effect_on_each_fund(desk):
    city.listed(Stage.Kind.FINAL)
    desk.at(city.ISSUED)
    client, address = desk.client(Role.RESPONSIBLE), stage_address(2, "stage_issue")
    text = body(client.get(address))
    assert [one for one in ("€ 1.000,00", "€ 800,00", "€ 200,00", "Nascono 2") if one not in text] == []
    wrong = client.post(address, {"number": "DD 3/2023", "key": KEY})
    assert wrong.status_code == 422
    assert Voucher.objects.count() == 0
    for _press in range(2):
        assert client.post(address, {"number": "DD 1/2024", "key": OTHER}).status_code == 302
    assert Voucher.objects.count() == 2
    assert figures("DEMO")["available"] == 20_000


def test_offers_nobody_took_are_ended_and_a_round_runs_down(desk, settings):
    stage = city.listed(Stage.Kind.FINAL)
    desk.at(city.ISSUED)
    client = desk.client(Role.RESPONSIBLE)
    client.post(stage_address(2, "stage_issue"), {"number": stage.act_number, "key": KEY})
    desk.at(city.ISSUED + timedelta(days=31))
    page = reverse("officer:vouchers", args=[city.CODE])
    assert "2 assegnazioni non sono state accettate in tempo" in body(client.get(page))
    client.post(reverse("officer:lapse_offers", args=[city.CODE]), {"key": OTHER})
    assert set(Award.objects.values_list("state", flat=True)) == {"not_accepted"}
    assert figures("DEMO")["available"] == 100_000
    settings.WISHMI_MODE = "demo"
    assert "Scorrimento" in body(client.get(ROOM))
    answer = client.post(FREEZE, {"key": KEY.replace("1", "3"), "demo": "yes"}, follow=True)
    assert "Issuing" not in body(answer)
    assert Stage.objects.latest("number").kind == "round"
    assert Stage.objects.latest("number").rows.filter(outcome="awarded").count() == 3


def test_vouchers_show_what_is_left_and_one_can_be_extended(desk):
    city.awarded()
    desk.at(city.USE)
    client = desk.client(Role.RESPONSIBLE)
    page = reverse("officer:vouchers", args=[city.CODE])
    text = body(client.get(page))
    assert "Bea Albero" in text
    assert text.count("€ 400,00") == 4
    one = Voucher.objects.earliest("id")
    address = reverse("officer:voucher_extend", args=[one.ref])
    early = client.post(address, {"until": "2024-07-01", "reason": "Malattia", "key": KEY})
    assert early.status_code == 422
    assert "Malattia" in body(early)
    client.post(address, {"until": "2024-09-30", "reason": "Malattia", "key": OTHER})
    one.refresh_from_db()
    assert one.use_until.isoformat() == "2024-09-30"
    answer = client.get(page, {"format": "csv"})
    assert ";400,00;400,00;0,00;0,00;" in b"".join(answer.streaming_content).decode()
