"""Acts on a call at the desk: what each says before it is signed, and what families then read."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.builders import done
from tests.web.officer import city
from wishmi.applications.models import Application
from wishmi.calls.actions import load_call
from wishmi.calls.models import CallAct
from wishmi.infra.actor import Role

SIGNED = {
    "number": "DD 77/2023",
    "signatory": "La direttrice",
    "reason": "Un errore",
    "text_it": "Si sospende per controlli.",
    "text_en": "It is suspended for checks.",
    "key": "11111111-1111-4111-8111-111111111111",
}


def body(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def other(desk):
    """A second version of the call, with another limit, and children who applied."""
    city.applied()
    text = city.DOCUMENT.read_text("utf-8").replace("  version: 1\n", "  version: 2\n", 1)
    text = text.replace("at_most: 27000.00", "at_most: 30000.00").replace("to: 27000.00", "to: 30000.00")
    return done(load_call(city.OPEN, city.RESPONSIBLE, text.encode()))


def address(name, *more):
    return reverse(f"officer:{name}", args=[city.CODE, *more])


def test_a_correction_shows_what_changes_and_for_whom_before_it_is_signed(desk, other):
    client = desk.client(Role.RESPONSIBLE)
    assert address("call_correct", 2) in body(client.get(address("call")))
    text = body(client.get(address("call_correct", 2)))
    assert "il limite ISEE passa da € 27.000,00 a € 30.000,00." in text
    assert "1 minore diventa ammissibile." in text
    assert "Per 5 minori non cambia nulla." in text
    assert "Ciliegio" not in text
    answer = client.post(address("call_correct", 2), SIGNED, follow=True)
    assert "La versione 2 è in vigore." in body(answer)
    assert CallAct.objects.get(kind="correction").version_id == other.pk
    assert set(Application.objects.values_list("version__number", flat=True)) == {1}
    assert client.get(address("call_correct", 2)).status_code == 404
    public = body(Client(headers={"accept-language": "it"}).get(f"/calls/{city.CODE}/"))
    assert "Rettifica</strong> DD 77/2023" in public
    assert "Si sospende per controlli." in public
    for number in (1, 2):
        document = Client().get(reverse("call_version", args=[city.CODE, number]))
        assert f"version: {number}\n" in document.content.decode()
    assert Client().get(reverse("call_version", args=[city.CODE, 3])).status_code == 404


def test_what_can_no_longer_be_corrected_is_said_before_and_refused(desk, other):
    desk.at(city.OVER)
    client = desk.client(Role.RESPONSIBLE)
    client.post(address("call_close"), {"number": "DD 2/2023", "key": SIGNED["key"]})
    text = body(client.get(address("call_correct", 2)))
    assert "È troppo tardi per cambiare queste parti dell&#x27;avviso: eligibility.all[3].at_most" in text
    answer = client.post(address("call_correct", 2), {**SIGNED, "key": SIGNED["key"].replace("1", "2")})
    assert answer.status_code == 422
    assert not CallAct.objects.filter(kind="correction").exists()


def test_a_call_is_suspended_reopened_and_lengthened(desk):
    city.published()
    client = desk.client(Role.RESPONSIBLE)
    incomplete = client.post(address("call_suspend"), {**SIGNED, "text_en": ""})
    assert incomplete.status_code == 422
    client.post(address("call_suspend"), SIGNED)
    assert "Sospeso" in body(client.get(address("call")))
    family = Client(headers={"accept-language": "it"})
    page = body(family.get(f"/calls/{city.CODE}/"))
    assert "Sospeso per ora" in page
    assert "Si sospende per controlli." in page
    assert reverse("family:apply", args=[city.CODE]) not in page
    asked = {**SIGNED, "number": "DD 78/2023", "key": SIGNED["key"].replace("1", "3"), "prolongs": "on"}
    client.post(address("call_reopen"), asked)
    assert CallAct.objects.get(kind="reopening").data["prolongs"] is True
    assert client.get(address("call_reopen")).status_code == 404
    longer = {**SIGNED, "number": "DD 79/2023", "key": SIGNED["key"].replace("1", "4")}
    late = client.post(address("call_lengthen"), {**longer, "until": "2024-12-15T18:00"})
    assert late.status_code == 422
    assert "Il sorteggio si conosce dal" in body(late)


def test_a_call_is_annulled(desk):
    city.published()
    client = desk.client(Role.RESPONSIBLE)
    client.post(address("call_annul"), SIGNED)
    page = body(client.get(address("call")))
    assert "Annullato" in page
    assert address("call_suspend") not in page
    public = body(Client(headers={"accept-language": "en"}).get(f"/calls/{city.CODE}/"))
    assert "It is suspended for checks." in public
    assert '<span lang="en"' in public
