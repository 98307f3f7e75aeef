"""A provider's pages: what waits, confirming and refusing, attendance, statements, and what it never sees."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import builders
from tests.builders import assert_books_balance, done, world
from tests.web.officer import city
from wishmi.bookings.models import Booking
from wishmi.infra import clock
from wishmi.infra.actor import SYSTEM, Role
from wishmi.payouts.models import Statement
from wishmi.people.actions import give_login
from wishmi.providers.actions import attach_login
from wishmi.web.provider import urls

KEY = "11111111-1111-4111-8111-111111111111"
OTHER = KEY.replace("1", "2")
POSTED = {"copayment", "join", "trial"}
"""Addresses that only take a form."""


def body(answer):
    return answer.content.decode()


class Gym:
    """A provider with a past and a coming session, its clients, and the moment the pages live in."""

    def __init__(self, monkeypatch, make=city.stated) -> None:
        self.monkeypatch = monkeypatch
        self.trade = make()
        self.at(city.USE)

    def at(self, moment) -> None:
        self.monkeypatch.setattr(clock, "now", lambda: moment)

    def client(self, language="it") -> Client:
        client = Client(headers={"accept-language": language})
        client.force_login(self.trade.login)
        return client

    def addresses(self) -> dict[str, str]:
        held, session = self.trade.held[0].pk, self.trade.ahead.pk
        arguments = {name: [held] for name in ("refuse", "cancel", "copayment")}
        arguments |= {name: [session] for name in ("session", "session_cancel", "trial", "code")}
        arguments["join"] = ["nessuno"]
        arguments["goods"] = [self.trade.ahead.activity_id]
        numbered = ("statement", "statement_agree", "statement_dispute")
        arguments |= {name: ["2024-0001"] for name in numbered}
        names = [pattern.name for pattern in urls.urlpatterns]
        return {name: reverse(f"provider:{name}", args=arguments.get(name, [])) for name in names}


@pytest.fixture
def gym(db, monkeypatch, settings, tmp_path):
    settings.WISHMI_DATA = tmp_path
    return Gym(monkeypatch)


@pytest.mark.parametrize(
    ("language", "home", "owed"),
    [
        ("it", ("prenotazioni in attesa di risposta", "€ 120,00"), "Quanto ti è dovuto?"),
        ("en", ("bookings to answer", "€120.00"), "What are you owed?"),
    ],
)
def test_pages_say_what_waits(gym, language, home, owed):
    client, addresses = gym.client(language), gym.addresses()
    text = body(client.get(addresses["home"]))
    assert [one for one in (*home, "Il Girasole ODV", "Laboratorio di ceramica") if one not in text] == []
    assert owed in body(client.get(addresses["statements"]))
    assert "Bea Albero" in body(client.get(addresses["bookings"]))


def test_only_the_provider_itself_opens_its_pages(gym):
    addresses = gym.addresses()
    stranger = give_login("other", None, [Role.PROVIDER])
    done(attach_login(city.OPEN, SYSTEM, builders.provider(name="Altro ente").pk, stranger.pk))
    own = {"refuse", "cancel", "copayment", "session", "session_cancel"}
    own |= {"statement", "statement_agree", "statement_dispute", "goods", "trial", "code"}
    before = world()
    for name, address in addresses.items():
        ask = "post" if name in POSTED else "get"
        client = Client()
        client.force_login(stranger)
        # What no call asks for is no page: nobody is refunded here, nothing is granted by head.
        is_there = name not in own | {"claims", "heads", "join"}
        assert getattr(client, ask)(address).status_code == (200 if is_there else 404), name
        for role in (*city.OFFICES, Role.FAMILY):
            client = Client()
            client.force_login(give_login(f"{name}-{role}", None, [role]))
            assert getattr(client, ask)(address).status_code == 403, (name, role)
        assert Client().get(address).status_code == 302
    for name in own - {"session", "statement"}:
        client = Client()
        client.force_login(stranger)
        assert client.post(addresses[name], {"reason": "x", "text": "x", "key": KEY}).status_code == 404
    assert world() == before


def test_no_page_tells_an_indicator_or_a_balance(gym):
    client = gym.client()
    pages = {name: address for name, address in gym.addresses().items() if name not in POSTED}
    pages["past"] = reverse("provider:session", args=[gym.trade.past.pk])
    for name, address in pages.items():
        text = body(client.get(address))
        assert "ISEE" not in text, name
        assert "8.000,00" not in text, name
        assert "340,00" not in text, name
        assert "400,00" not in text, name
        assert not [code for code in Booking.objects.values_list("voucher__code", flat=True) if code in text]


def test_ticked_bookings_are_confirmed_together(gym):
    client, address = gym.client(), gym.addresses()["bookings"]
    nothing = client.post(address, {"key": KEY})
    assert nothing.status_code == 422
    assert 'href="#id_booking"' in body(nothing)
    ids = [row.pk for row in gym.trade.held]
    for _press in range(2):
        answer = client.post(address, {"booking": ids, "key": OTHER})
    assert set(Booking.objects.filter(pk__in=ids).values_list("state", flat=True)) == {"confirmed"}
    assert answer.status_code in {302, 422}
    assert "Nessuna prenotazione attende" in body(client.get(address))


def test_what_has_begun_is_marked_and_no_longer_confirmed(gym):
    gym.at(gym.trade.ahead.starts_at + timedelta(minutes=5))
    Booking.objects.filter(state="held").update(confirm_by=gym.trade.ahead.ends_at)
    client = gym.client()
    assert "Nessuna prenotazione attende" in body(client.get(gym.addresses()["bookings"]))
    assert "minori da segnare" in body(client.get(gym.addresses()["home"]))


def test_a_booking_is_refused_with_a_reason_only(gym):
    client, address = gym.client(), gym.addresses()["refuse"]
    assert "€ 60,00" in body(client.get(address))
    assert client.post(address, {"reason": " ", "key": KEY}).status_code == 422
    assert Booking.objects.get(pk=gym.trade.held[0].pk).state == "held"
    client.post(address, {"reason": "Il forno è rotto", "key": OTHER})
    row = Booking.objects.get(pk=gym.trade.held[0].pk)
    assert (row.state, row.reason) == ("refused", "Il forno è rotto")
    assert_books_balance()


def test_attendance_is_one_form_for_all(gym):
    session, held = gym.trade.ahead, gym.trade.held
    client, address = gym.client(), reverse("provider:session", args=[session.pk])
    assert "Presente</label>" not in body(client.get(address))
    client.post(gym.addresses()["bookings"], {"booking": [row.pk for row in held], "key": KEY})
    gym.at(session.starts_at + timedelta(hours=1))
    text = body(client.get(address))
    assert text.count('value="yes"') == len(held)
    nothing = client.post(address, {"key": OTHER})
    assert nothing.status_code == 422
    marks = {f"mark_{row.pk}": "yes" if place else "no" for place, row in enumerate(held)}
    for _press in range(2):
        client.post(address, {**marks, "key": KEY.replace("1", "3")})
    states = list(Booking.objects.filter(session=session).order_by("id").values_list("state", flat=True))
    assert states == ["no_show", *["attended"] * (len(held) - 1)]
    assert_books_balance()


def test_a_session_is_called_off_and_everybody_gets_everything_back(gym):
    client, address = gym.client(), gym.addresses()["session_cancel"]
    text = body(client.get(address))
    assert "€ 120,00" in text
    assert client.post(address, {"reason": "", "key": KEY}).status_code == 422
    client.post(address, {"reason": "Maltempo", "key": OTHER})
    assert set(Booking.objects.filter(session=gym.trade.ahead).values_list("state", flat=True)) == {
        "cancelled"
    }
    assert "Annullato il" in body(client.get(gym.addresses()["session"]))
    assert_books_balance()


def test_a_statement_is_disputed_and_then_agreed(gym):
    client, addresses = gym.client(), gym.addresses()
    assert client.post(addresses["statement_dispute"], {"text": "", "key": KEY}).status_code == 422
    client.post(addresses["statement_dispute"], {"text": "Manca un incontro.", "key": OTHER})
    assert "Manca un incontro." in body(client.get(addresses["statement"]))
    client.post(addresses["statement_agree"], {"key": KEY.replace("1", "3")})
    assert Statement.objects.get().state == "agreed"
    again = client.post(addresses["statement_agree"], {"key": KEY.replace("1", "4")})
    assert again.status_code == 422


def test_payments_are_shown(db, monkeypatch, settings, tmp_path):
    settings.WISHMI_DATA = tmp_path
    gym = Gym(monkeypatch, city.batched)
    text = body(gym.client().get(reverse("provider:payments")))
    assert "2024-0001" in text
    assert "€ 120,00" in text


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("bookings", "Bea Albero;10;60,00;0,00"),
        ("sessions", "Laboratorio di ceramica;40;2;60,00"),
        ("session", "Da confermare;60,00;0,00"),
        ("statements", "2024-0001;DEMO"),
        ("statement", "Laboratorio di ceramica;"),
        ("payments", "Lotto;Esecuzione"),
    ],
)
def test_tables_are_files(gym, name, wanted):
    answer = gym.client().get(gym.addresses()[name], {"format": "csv"})
    assert wanted in b"".join(answer.streaming_content).decode()


def cost_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_pages_cost_the_same_for_few_and_for_many(db, monkeypatch, settings, tmp_path):
    settings.WISHMI_DATA = tmp_path
    gym = Gym(monkeypatch, lambda: city.stated(euros=20_000))
    names = ("home", "bookings", "sessions", "session", "statements", "statement")
    client = gym.client()
    many = {name: cost_of(client, gym.addresses()[name]) for name in names}
    Booking.objects.filter(pk__in=[row.pk for row in gym.trade.held[1:]]).update(state="expired")
    few = {name: cost_of(client, gym.addresses()[name]) for name in names}
    assert few == many
    assert max(many.values()) <= 20
