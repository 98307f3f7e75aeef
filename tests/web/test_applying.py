"""Applying: one question a screen, kept at once, sent once, changed and withdrawn before the closing."""

from datetime import UTC, date, datetime

import pytest

from tests.builders import family, funded_call
from tests.web.conftest import browser_of
from wishmi.applications.models import Application, Candidacy
from wishmi.awards.models import Stage
from wishmi.infra import clock
from wishmi.people.models import IseeAttestation

pytestmark = pytest.mark.django_db
CODE = "milano-2022-individuale"
OPEN = datetime(2022, 10, 1, 9, 0, tzinfo=UTC)
AFTER = datetime(2022, 12, 1, 9, 0, tzinfo=UTC)
ANSWERS = {
    "applicant_role": "parent",
    "resident": "yes",
    "isee": None,
    "minors": "2",
    "lone_parent": "no",
    "disabled_members": "0",
}


@pytest.fixture
def home(db, monkeypatch):
    funded_call()
    monkeypatch.setattr(clock, "now", lambda: OPEN)
    made = family(date(2014, 2, 1), date(2016, 2, 1))
    IseeAttestation.objects.create(
        household=made.household,
        cents=812_345,
        kind="ordinary",
        issued_on=date(2022, 3, 1),
        valid_until=date(2022, 12, 31),
        dsu_protocol="INPS-ISEE-2022-00000001A-00",
    )
    return made


def step(client, name, answer, **more):
    data = {} if answer is None else {"answer": answer}
    return client.post(f"/family/apply/{CODE}/{name}/", data | more)


def fill(client, home):
    step(client, "children", [str(minor.pk) for minor in home.minors])
    for name, answer in ANSWERS.items():
        last = step(client, name, answer)
    return last


def text_of(answer, status=200):
    assert answer.status_code == status
    return answer.content.decode()


def test_from_the_first_question_to_the_receipt(home):
    client = browser_of(home)
    assert client.get(f"/family/apply/{CODE}/")["Location"].endswith("/children/")
    first = text_of(client.get(f"/family/apply/{CODE}/children/"))
    assert "Per quali figli fai domanda?" in first
    assert "Passo 1 di 7" in first
    assert fill(client, home)["Location"] == f"/family/apply/{CODE}/review/"
    review = text_of(client.get(f"/family/apply/{CODE}/review/"))
    for minor in home.minors:
        words = f"il voucher di {minor.given_name} è"
        assert words in review
    assert '<span class="money">€ 400,00</span>' in review
    assert '<span class="money">€ 8.123,45</span>' in review
    sent = client.post(f"/family/apply/{CODE}/review/", {"true": "on"}, follow=True)
    application = Application.objects.get()
    assert application.state == "submitted"
    receipt = text_of(sent)
    assert f'<p class="figure">{application.protocol}</p>' in receipt
    for candidacy in application.candidacies.all():
        assert candidacy.code in receipt


def test_nothing_is_sent_without_the_declaration(home):
    client = browser_of(home)
    fill(client, home)
    refused = text_of(client.post(f"/family/apply/{CODE}/review/", {}), 422)
    assert "Per inviare la domanda devi dichiarare che è vera." in refused
    assert 'href="#id_true"' in refused
    assert Application.objects.get().state == "draft"


def test_a_draft_is_kept_and_taken_up_again(home):
    client = browser_of(home)
    answer = step(client, "children", [str(home.minors[0].pk)], after="stop")
    assert answer["Location"] == "/family/"
    assert Application.objects.get().state == "draft"
    assert "Finisci la domanda" in text_of(client.get("/family/"))
    client.session.flush()
    again = browser_of(home)
    assert again.get(f"/family/apply/{CODE}/")["Location"] == f"/family/apply/{CODE}/review/"
    assert home.minors[0].full_name in text_of(again.get(f"/family/apply/{CODE}/review/"))


@pytest.mark.parametrize(
    ("name", "answer", "sentence", "kept"),
    [
        ("children", [], "Scegli almeno un figlio.", ""),
        ("applicant_role", "", "Scegli chi sei.", ""),
        ("resident", "forse", "forse", ""),
        ("minors", "due", "Scrivi un numero in cifre, per esempio 2.", 'value="due"'),
        ("disabled_members", "", "Scrivi un numero.", ""),
    ],
)
def test_an_answer_that_cannot_be_read_is_said_and_kept(home, name, answer, sentence, kept):
    text = text_of(step(browser_of(home), name, answer), 422)
    assert sentence in text
    assert kept in text
    assert 'id="errors"' in text
    assert not Application.objects.exists()


def test_another_family_s_child_cannot_be_chosen(home):
    stranger = family()
    answer = step(browser_of(home), "children", [str(stranger.minors[0].pk)])
    assert answer.status_code == 422
    assert not Candidacy.objects.exists()


def test_what_was_sent_is_changed_only_when_sent_again(home):
    client = browser_of(home)
    fill(client, home)
    client.post(f"/family/apply/{CODE}/review/", {"true": "on"})
    protocol = Application.objects.get().protocol
    step(client, "lone_parent", "yes", after="review")
    assert Application.objects.get().declared["lone_parent"] is False
    client.post(f"/family/apply/{CODE}/review/", {"true": "on"})
    changed = Application.objects.get()
    assert (changed.declared["lone_parent"], changed.protocol) == (True, protocol)


def test_withdrawing_is_asked_twice(home):
    client = browser_of(home)
    fill(client, home)
    client.post(f"/family/apply/{CODE}/review/", {"true": "on"})
    ref = Application.objects.get().ref
    assert "Vuoi davvero ritirare la domanda?" in text_of(
        client.post(f"/family/applications/{ref}/withdraw/")
    )
    assert Application.objects.get().state == "submitted"
    client.post(f"/family/applications/{ref}/withdraw/", {"sure": "yes"})
    assert Application.objects.get().state == "withdrawn"
    text = text_of(client.post(f"/family/applications/{ref}/withdraw/", {"sure": "yes"}), 422)
    assert "È già stato fatto." in text


def test_a_closed_window_is_said_and_nothing_is_lost(home, monkeypatch):
    client = browser_of(home)
    fill(client, home)
    monkeypatch.setattr(clock, "now", lambda: AFTER)
    refused = text_of(client.post(f"/family/apply/{CODE}/review/", {"true": "on"}), 422)
    assert "Adesso non si può. Guarda le date dell&#x27;avviso." in refused
    assert home.minors[0].full_name in refused
    assert Application.objects.get().state == "draft"
    closed = client.get(f"/family/apply/{CODE}/", follow=True)
    assert "Adesso non si può." in text_of(closed)


def test_what_speaks_against_a_voucher_is_said_before_sending(home):
    attested = IseeAttestation.objects.get()
    attested.cents = 2_700_001
    attested.save()
    client = browser_of(home)
    fill(client, home)
    text = text_of(client.get(f"/family/apply/{CODE}/review/"))
    assert "L&#x27;ISEE è € 27.000,01. Il limite di questo avviso è € 27.000,00." in text


def test_an_observation_is_filed_once_in_its_days(home, monkeypatch):
    client = browser_of(home)
    fill(client, home)
    client.post(f"/family/apply/{CODE}/review/", {"true": "on"})
    application = Application.objects.get()
    candidacy = application.candidacies.order_by("id")[0]
    stage = Stage.objects.create(
        call=application.call,
        version=application.version,
        number=1,
        kind="provisional",
        frozen_at=AFTER,
        frozen_by="login:1",
        inputs_digest="0" * 64,
        published_at=AFTER,
    )
    stage.rows.create(candidacy=candidacy, position=1, outcome="waiting", points=20)
    monkeypatch.setattr(clock, "now", lambda: AFTER)
    page = f"/family/applications/{application.ref}/"
    assert "Qualcosa non va? Scrivilo entro il" in text_of(client.get(page))
    write = f"{page}children/{candidacy.pk}/observation/"
    assert "Scrivi che cosa non va." in text_of(client.post(write, {"text": " "}), 422)
    assert "ricevuta. Trovi la risposta" in text_of(
        client.post(write, {"text": "Manca un punto."}, follow=True)
    )
    again = text_of(client.post(write, {"text": "Manca ancora."}), 422)
    assert "È già stato fatto." in again
    assert "Manca ancora.</textarea>" in again
    assert candidacy.observations.get().text == "Manca un punto."
