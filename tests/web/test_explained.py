"""Why, on the family's own pages: the outcome, the letter to print, the data; never anything of another family."""

import pytest
from django.utils.translation import override

from tests.builders_awards import provisional, ranked_call
from tests.catalogue_checks import LATIN_NAMES
from tests.web.conftest import browser_of
from wishmi.awards.models import StageRow
from wishmi.core.languages import LANGUAGES
from wishmi.web import formats

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(stopped_clock):
    """Three families: two with money, the last without; the list is published."""
    call, homes, applications = ranked_call(500_000, 1_200_000, 2_700_000, money=36_000)
    provisional(call)
    return homes, applications


def test_an_outcome_says_why_step_by_step(town):
    homes, applications = town
    text = browser_of(homes[0]).get(f"/family/applications/{applications[0].ref}/").content.decode()
    for words in (
        "Perché, passo per passo",
        "Tutte le condizioni dell&#x27;avviso ci sono.",
        "ISEE: € 5.000,00. Chi lo dice: ",
        "È la fascia 1, € 400,00.",
        "Importo: € 400,00.",
        "Che cosa decide l&#x27;importo: ISEE. Il valore è € 5.000,00. Il limite più vicino è € 10.000,00.",
    ):
        assert words in text, words


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_is_there_in_every_language(town, language):
    homes, applications = town
    answer = browser_of(homes[0], language).get(f"/family/applications/{applications[0].ref}/letter/")
    text = answer.content.decode()
    assert f'<html lang="{language}"' in text
    assert applications[0].protocol in text
    assert formats.money(40_000, language) in text
    assert "{" not in text
    with override(language):
        assert "ISEE" in text
    assert LATIN_NAMES


def test_the_data_are_those_of_the_core(town):
    homes, applications = town
    for home, application in zip(homes, applications, strict=True):
        data = browser_of(home).get(f"/family/applications/{application.ref}/outcome.json").json()
        assert data["protocol"] == application.protocol
        assert data["language"] == "it"
        (child,) = data["children"]
        row = StageRow.objects.get(candidacy__application=application)
        told = child["explanation"]
        assert child["code"] == row.candidacy.code
        assert told["eligible"] is True
        assert told["total_points"] == row.points
        assert told["place"]["position"] == row.position
        assert told["amount"] == row.claim
        assert child["sentences"]["verdict"] == "Tutte le condizioni dell'avviso ci sono."


def test_what_decided_is_said_to_who_got_nothing(town):
    homes, applications = town
    rows = {row.candidacy.application_id: row for row in StageRow.objects.all()}
    last = max(range(3), key=lambda place: rows[applications[place].pk].position)
    data = browser_of(homes[last]).get(f"/family/applications/{applications[last].ref}/outcome.json").json()
    (child,) = data["children"]
    assert child["outcome"] == "waiting"
    assert child["explanation"]["deciding"]["kind"] in {"points", "order", "place"}
    assert child["sentences"]["deciding"].startswith("Che cosa ha deciso: ")


@pytest.mark.parametrize("page", ["letter/", "outcome.json", ""])
def test_another_family_finds_nothing(town, page):
    homes, applications = town
    address = f"/family/applications/{applications[0].ref}/{page}"
    assert browser_of(homes[1]).get(address).status_code == 404
    assert browser_of().get(address).status_code == 302
    others = {row.candidacy.code for row in StageRow.objects.exclude(candidacy__application=applications[0])}
    text = browser_of(homes[0]).get(address).content.decode()
    assert not any(code in text for code in others)
    for home in homes[1:]:
        assert home.minors[0].full_name not in text
