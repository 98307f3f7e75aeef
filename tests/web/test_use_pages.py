"""The pages of use: which cap bites and why before the button; what a provider says of its offer."""

import uuid

import pytest
from django.urls import reverse

from tests import builders as make
from tests import builders_use as use
from tests.builders import EUROPE
from tests.web.conftest import browser_of
from wishmi.bookings.actions import confirm_booking
from wishmi.catalogue.models import Activity, Session
from wishmi.infra import clock
from wishmi.infra.actor import SYSTEM, Role
from wishmi.people.actions import give_login
from wishmi.providers.actions import attach_login

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stopped_clock")]
GOODS = "names:\n  goods:\n    cash: {it: Denaro contante, en: Cash}\n"


def text_of(answer, status=200):
    assert answer.status_code == status
    return answer.content.decode().replace("&#x27;", "'").replace("\u00a0", " ")


def family_of(*said, shares=None, **more):
    home, voucher = make.child_with_voucher(use.call(*said, **more), shares)
    return home, voucher, browser_of(home)


def staff_of(provider):
    login = give_login(f"staff-{provider.pk}", None, [Role.PROVIDER])
    make.done(attach_login(make.NOW, SYSTEM, provider.pk, login.pk))
    client = browser_of()
    client.force_login(login)
    return client


@pytest.mark.parametrize(
    ("said", "sentence", "button"),
    [
        (("per_month: 40.00",), "Il voucher paga al massimo € 40,00 per le attività di un mese.", "€ 40,00"),
        (("per_year: 90.00",), "Il voucher paga al massimo € 90,00 per le attività di un anno.", "€ 90,00"),
        (("per_provider: 12.00",), "Il voucher paga al massimo € 12,00 a uno stesso ente.", "€ 12,00"),
        (
            ("per_category: [{category: art, at_most: 7.00}]",),
            "Il voucher paga al massimo € 7,00 per le attività di questo tipo.",
            "€ 7,00",
        ),
        (
            ("co_payment: family_at_least", "share_percent: 30"),
            "Con questo avviso il voucher paga al massimo il 70% del prezzo.",
            "€ 70,00",
        ),
        (
            ("co_payment: voucher_at_most", "share_percent: 30"),
            "Con questo avviso il voucher paga al massimo il 30% del prezzo.",
            "€ 30,00",
        ),
    ],
)
def test_the_cap_that_bites_is_said_before_the_button(said, sentence, button):
    _home, _voucher, client = family_of(*said)
    text = text_of(client.get(reverse("family:book", args=[make.session().pk])))
    assert sentence in text
    assert "Hai già usato" not in text
    assert f'Prenota e usa <span class="money">{button}</span>' in text


def test_what_was_used_before_is_said_too_and_then_that_nothing_is_left():
    home, voucher, client = family_of("per_month: 40.00")
    make.book(home, voucher, make.session(price_cents=1_550))
    place = make.session()
    text = text_of(client.get(reverse("family:book", args=[place.pk])))
    assert "per le attività di un mese. Hai già usato o prenotato € 15,50." in text
    make.book(home, voucher, make.session(price_cents=2_450))
    text = text_of(client.get(reverse("family:book", args=[place.pk])))
    assert "Il voucher paga al massimo € 40,00 per le attività di un mese. Li hai già usati" in text
    form = {"voucher": voucher.ref, "key": str(uuid.uuid4())}
    assert "Li hai già usati" in text_of(client.post(reverse("family:book", args=[place.pk]), form), 422)


def test_a_rest_and_a_wish_are_named():
    _home, _voucher, client = family_of(shares={EUROPE: 8_000})
    address = reverse("family:book", args=[make.session().pk])
    assert "È tutto quello che il voucher può ancora pagare" in text_of(client.get(address))
    assert "Hai scelto tu quanto usare del voucher." in text_of(client.get(f"{address}?most=30"))
    cheap = reverse("family:book", args=[make.session(price_cents=100).pk])
    assert "È tutto quello" not in text_of(client.get(cheap))


def test_a_voucher_that_cannot_be_split_offers_no_smaller_part():
    _home, _voucher, client = family_of("several_activities: false", "indivisible: true")
    low = text_of(client.get(reverse("family:book", args=[make.session().pk])))
    assert "Questo voucher si usa tutto in una volta. Scegli qualcosa che costa almeno € 300,00." in low
    text = text_of(client.get(reverse("family:book", args=[make.session(price_cents=40_000).pk])))
    assert "Prenota e usa" in text
    assert "Usa meno del voucher" not in text


def test_a_free_trial_says_that_it_costs_nothing():
    _home, voucher, client = family_of("free_trials: 1")
    place = make.session(is_trial=True)
    assert "Prova gratuita" in text_of(client.get(reverse("activity", args=[place.activity_id])))
    address = reverse("family:book", args=[place.pk])
    text = text_of(client.get(address))
    assert "È una prova gratuita. Non costa niente, né a te né al voucher." in text
    made = client.post(address, {"voucher": voucher.ref, "key": str(uuid.uuid4())}, follow=True)
    assert "Prenotato" in text_of(made)


def test_a_provider_says_what_it_sells():
    _home, _voucher, family = family_of("forbidden: [cash]", names=GOODS)
    offer = make.activity()
    client = staff_of(offer.provider)
    assert "Laboratorio di ceramica" in text_of(client.get(reverse("provider:offer")))
    address = reverse("provider:goods", args=[offer.pk])
    assert "Denaro contante" in text_of(client.get(address))
    key = str(uuid.uuid4())
    assert client.post(address, {"goods": "gold", "key": key}).status_code == 422
    assert client.post(address, {"goods": "cash", "key": str(uuid.uuid4())}).status_code == 302
    assert Activity.objects.get().goods == "cash"
    assert "Denaro contante" in text_of(client.get(reverse("provider:offer")))
    text = text_of(family.get(reverse("family:book", args=[make.session(offer).pk])))
    assert "Il voucher non paga questa spesa." in text


def test_a_provider_offers_a_trial():
    place = make.session()
    client = staff_of(place.activity.provider)
    page, address = (reverse(f"provider:{name}", args=[place.pk]) for name in ("session", "trial"))
    assert "Offrilo come prova gratuita" in text_of(client.get(page))
    client.post(address, {"is_trial": "yes", "key": str(uuid.uuid4())})
    assert Session.objects.get().is_trial
    assert "Non offrirlo più come prova gratuita" in text_of(client.get(page))
    client.post(address, {"is_trial": "no", "key": str(uuid.uuid4())})
    assert not Session.objects.get().is_trial


def confirmed(home, voucher, place):
    booking = make.book(home, voucher, place)
    make.done(confirm_booking(make.NOW, make.staff(place.activity.provider), booking.pk))
    return booking


def test_what_a_late_cancellation_costs_is_said_before_and_after(monkeypatch):
    home, voucher, client = family_of(bookings=("late_percent: 25", "no_show: free"))
    place = make.session()
    text = text_of(client.get(reverse("family:book", args=[place.pk])))
    assert "annullare costa <span" in text
    assert "€ 25,00" in text
    assert "Se il minore non può venire, non costa niente." in text
    booking = confirmed(home, voucher, place)
    page = reverse("family:booking", args=[booking.ref])
    assert "Puoi annullare gratis fino al" in text_of(client.get(page))
    monkeypatch.setattr(clock, "now", lambda: make.NOW + 9 * make.DAY)
    assert "Annullare adesso costa" in text_of(client.get(page))
    answer = client.post(reverse("family:cancel", args=[booking.ref]), follow=True)
    assert "Annullata in ritardo. Il voucher ha pagato € 25,00; il resto è tornato" in text_of(answer)
    text = text_of(client.get(page))
    assert "Annullata in ritardo" in text
    assert "€ 25,00" in text
    assert "€ 100,00" not in text


def test_where_late_is_too_late_the_page_says_so(monkeypatch):
    home, voucher, client = family_of()
    place = make.session()
    text = text_of(client.get(reverse("family:book", args=[place.pk])))
    assert "Se il minore non viene, l'attività conta come usata." in text
    assert "annullare costa" not in text
    booking = confirmed(home, voucher, place)
    monkeypatch.setattr(clock, "now", lambda: make.NOW + 9 * make.DAY)
    text = text_of(client.get(reverse("family:booking", args=[booking.ref])))
    assert "Annullare adesso costa" not in text
    assert "Chiama l'ente" in text


def test_a_provider_reads_until_when_it_must_mark(monkeypatch):
    home, voucher, _client = family_of()
    place = make.session()
    confirmed(home, voucher, place)
    client = staff_of(place.activity.provider)
    monkeypatch.setattr(clock, "now", lambda: place.ends_at + make.DAY)
    assert "o i soldi tornano alla famiglia" in text_of(client.get(reverse("provider:home")))
    text = text_of(client.get(reverse("provider:session", args=[place.pk])))
    assert "dopo, i soldi tornano alle famiglie." in text
