"""The way in: one answer for every failure, a growing wait, the demo's persons only in the demo."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from tests.builders import NOW, family
from tests.web.conftest import browser_of, login_of
from wishmi.infra import clock
from wishmi.people.models import Login, RoleGrant

pytestmark = pytest.mark.django_db
SECRET = "una-parola-lunga"


@pytest.fixture(autouse=True)
def fresh(stopped_clock):
    cache.clear()


def sign_in(client, name, password, **more):
    return client.post("/sign-in/", {"username": name, "password": password, **more})


def test_a_right_password_leads_home_and_a_wrong_one_is_said():
    login = login_of(family())
    client = browser_of()
    wrong = sign_in(client, login.username, "sbagliata")
    assert wrong.status_code == 422
    assert "Il nome utente o la password sono sbagliati." in wrong.content.decode()
    assert f'value="{login.username}"' in wrong.content.decode()
    unknown = sign_in(client, "nessuno", "sbagliata")
    assert "Il nome utente o la password sono sbagliati." in unknown.content.decode()
    assert sign_in(client, login.username, SECRET)["Location"] == "/start/"
    assert client.get("/start/")["Location"] == "/family/"


def test_who_guesses_must_wait_longer_each_time_and_others_do_not(monkeypatch):
    login = login_of(family())
    guesser, owner = browser_of(), browser_of()
    for _ in range(3):
        sign_in(guesser, login.username, "sbagliata")
    refused = sign_in(guesser, login.username, SECRET)
    assert "Troppi tentativi sbagliati. Aspetta 2 secondi e riprova." in refused.content.decode()
    assert (
        owner.post(
            "/sign-in/", {"username": login.username, "password": SECRET}, REMOTE_ADDR="10.1.1.1"
        ).status_code
        == 302
    )
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(seconds=2))
    sign_in(guesser, login.username, "sbagliata")
    again = sign_in(guesser, login.username, SECRET)
    assert "Aspetta 4 secondi" in again.content.decode()
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(seconds=6))
    assert sign_in(guesser, login.username, SECRET).status_code == 302


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_the_way_back_never_leads_elsewhere(elsewhere):
    login = login_of(family())
    client = browser_of()
    assert sign_in(client, login.username, SECRET, next=elsewhere)["Location"] == "/start/"
    assert client.post("/i18n/setlang/", {"language": "en", "next": elsewhere})["Location"] == "/"


def test_who_is_not_signed_in_comes_back_to_the_page_after():
    login = login_of(family())
    client = browser_of()
    asked = client.get("/family/wallet/")
    assert asked["Location"] == "/sign-in/?next=/family/wallet/"
    assert sign_in(client, login.username, SECRET, next="/family/wallet/")["Location"] == "/family/wallet/"


def test_another_role_gets_a_page_that_helps():
    login = Login.objects.create_login("ragioneria", SECRET)
    RoleGrant.objects.create(login=login, role="accounting")
    client = browser_of()
    client.force_login(login)
    answer = client.get("/family/")
    assert answer.status_code == 403
    assert "Questa pagina non è per te" in answer.content.decode()


def test_the_language_is_kept():
    client = browser_of()
    answer = client.post("/i18n/setlang/", {"language": "en", "next": "/help/"})
    assert answer["Location"] == "/help/"
    assert "How can we help you?" in client.get("/help/").content.decode()
    client.post("/i18n/setlang/", {"language": "xx", "next": "/help/"})
    assert "How can we help you?" in client.get("/help/").content.decode()


def test_signing_out_needs_a_press():
    client = browser_of(family())
    assert client.get("/sign-out/").status_code == 405
    client.post("/sign-out/")
    assert client.get("/family/").status_code == 302


def test_personas_exist_in_the_demo_alone(settings):
    login = login_of(family(), is_demo_persona=True, display_name="Amina")
    client = browser_of()
    settings.WISHMI_MODE = "production"
    assert client.get("/personas/").status_code == 404
    assert client.post("/personas/", {"login": login.pk}).status_code == 404
    settings.WISHMI_MODE = "demo"
    text = client.get("/personas/").content.decode()
    assert "Entra come Amina" in text
    assert "Città di prova: dati inventati" in text
    assert client.post("/personas/", {"login": login.pk})["Location"] == "/start/"
    assert client.get("/family/").status_code == 200


def test_a_person_who_is_no_persona_cannot_be_taken_on(settings):
    settings.WISHMI_MODE = "demo"
    login = login_of(family())
    client = browser_of()
    for asked in (login.pk, "x", "9" * 30, ""):
        assert client.post("/personas/", {"login": asked}).status_code == 404
    assert client.get("/family/").status_code == 302


def test_a_page_that_is_not_there_says_so():
    answer = browser_of().get("/nessuna/")
    assert answer.status_code == 404
    assert "Non troviamo questa pagina" in answer.content.decode()


def test_a_form_without_its_token_says_what_to_do():
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "it"})
    answer = client.post("/sign-in/", {"username": "x", "password": "y"})
    assert answer.status_code == 403
    assert "Questa pagina è rimasta aperta troppo a lungo" in answer.content.decode()
