"""Ten languages: chosen, kept, written the right way round; the office and the providers work in two."""

from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.builders import NOW, family
from tests.web.conftest import browser_of, login_of
from wishmi.core.languages import LANGUAGES, OFFICE_LANGUAGES, OWN_NAMES
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra.models import AuditRecord
from wishmi.people.actions import choose_language
from wishmi.people.models import Household, Login, RoleGrant
from wishmi.web import formats

pytestmark = pytest.mark.django_db
ALL = pytest.mark.parametrize("language", LANGUAGES)


def choose(client, language, after="/help/"):
    return client.post(reverse("set_language"), {"language": language, "next": after})


def signed_in(role):
    login = Login.objects.create_login(f"staff-{role}", "una-parola-lunga")
    RoleGrant.objects.create(login=login, role=role)
    client = browser_of()
    client.force_login(login)
    return client


@ALL
def test_a_language_is_chosen_on_any_page_and_the_page_stays(language):
    client = Client(headers={"accept-language": "de"})
    assert choose(client, language, "/activities/?category=art")["Location"] == "/activities/?category=art"
    text = client.get("/activities/?category=art").content.decode()
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in text
    assert '<input type="hidden" name="next" value="/activities/?category=art">' in text
    for code, name in OWN_NAMES.items():
        pressed = "true" if code == language else "false"
        assert f'value="{code}" lang="{code}" dir="auto" aria-pressed="{pressed}">{name}</button>' in text


@ALL
def test_a_browser_s_own_language_is_answered(language):
    answer = Client(headers={"accept-language": language}).get("/help/")
    assert answer["Content-Language"] == language


def test_every_language_has_its_catalogue(repository):
    folders = {path.name for path in (repository / "locale").iterdir()}
    assert folders == {code.replace("zh-hans", "zh_Hans") for code in LANGUAGES}
    assert [code for code, _name in settings.LANGUAGES] == list(LANGUAGES)


def test_a_choice_is_kept_with_the_login_and_found_on_another_machine():
    home = family()
    client = browser_of(home)
    choose(client, "ro")
    login = Login.objects.get(person=home.guardian)
    assert login.language == "ro"
    assert Household.objects.get(pk=home.household.pk).language == "ro"
    elsewhere = browser_of(language="it")
    elsewhere.post("/sign-in/", {"username": login.username, "password": "una-parola-lunga"})
    assert elsewhere.cookies[settings.LANGUAGE_COOKIE_NAME].value == "ro"
    assert '<html lang="ro"' in elsewhere.get("/help/").content.decode()


def test_who_never_chose_keeps_the_language_of_the_browser():
    login = login_of(family())
    client = browser_of(language="fr")
    client.post("/sign-in/", {"username": login.username, "password": "una-parola-lunga"})
    assert settings.LANGUAGE_COOKIE_NAME not in client.cookies


def test_a_choice_is_written_once_and_only_for_a_language_there_is():
    home = family()
    login = login_of(home)
    assert choose_language(NOW, home.actor, login.pk, "tlh") == Refused.because(ReasonCode.INCOMPLETE)
    assert Login.objects.get(pk=login.pk).language == ""
    before = AuditRecord.objects.count()
    for _ in range(2):
        choose_language(NOW, home.actor, login.pk, "zh-hans")
    assert AuditRecord.objects.count() == before + 1


@pytest.mark.parametrize("role", ["case_officer", "responsible", "accounting", "auditor", "provider"])
def test_who_works_here_reads_italian_or_english(role):
    client = signed_in(role)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ar"
    # Pages for everybody, of their own work, of somebody else's, and one that is not there.
    for path in ("/help/", "/provider/", "/nothing-here/", reverse("officer:home")):
        text = client.get(path).content.decode()
        assert '<html lang="it" dir="ltr">' in text, path
        assert 'value="ar"' not in text
    choose(client, "ar")
    assert not Login.objects.exclude(language="").exists()
    choose(client, "en")
    assert '<html lang="en" dir="ltr">' in client.get("/help/").content.decode()
    assert set(OFFICE_LANGUAGES) == {"it", "en"}


MONEY = {
    "it": "€ 1.234,50", "en": "€1,234.50", "ar": "\u2068\u200f1,234.50 €\u2069", "zh-hans": "€1,234.50",
    "es": "1.234,50 €", "fil": "€1,234.50", "si": "€1,234.50", "ro": "1.234,50 €", "uk": "1 234,50 €",
    "fr": "1\u202f234,50 €",
}  # fmt: skip
DAYS = {
    "it": "5 marzo 2024", "en": "5 March 2024", "ar": "5 مارس 2024", "zh-hans": "2024年3月5日",
    "es": "5 de marzo de 2024", "fil": "Marso 5, 2024", "si": "2024 මාර්තු 5", "ro": "5 martie 2024",
    "uk": "5 березня 2024 року", "fr": "5 mars 2024",
}  # fmt: skip
MOMENTS = {
    "it": "5 marzo 2024, ore 12:30", "en": "5 March 2024, 12:30", "ar": "5 مارس 2024، 12:30",
    "zh-hans": "2024年3月5日 12:30",
}  # fmt: skip


@ALL
def test_money_days_and_moments_are_written_as_the_language_writes_them(language):
    assert formats.money(123_450, language) == MONEY[language]
    assert formats.day(date(2024, 3, 5), language) == DAYS[language]
    said = formats.moment(datetime(2024, 3, 5, 11, 30, tzinfo=UTC), language)
    assert said == MOMENTS.get(language, f"{DAYS[language]}, 12:30")
    assert formats.number(12_345, language).replace("\xa0", " ") in {
        "12.345",
        "12,345",
        "12 345",
        "12\u202f345",
    }


def test_what_is_not_translated_says_its_language(call):
    """The texts of a call are its own: Italian where the document has no other."""
    text = browser_of(language="uk").get(f"/calls/{call.code}/").content.decode()
    assert '<h1 lang="it">' in text
    assert '<h1 lang="en">' in browser_of(language="en").get(f"/calls/{call.code}/").content.decode()
