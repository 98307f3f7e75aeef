"""A family's pages: what they say, what they refuse and keep, and that another family's things are not there."""

import re
import uuid

import pytest

from tests.builders import (
    DAY,
    EUROPE,
    NOW,
    activity,
    book,
    child_with_voucher,
    family,
    session,
    vouchers,
    world,
)
from tests.web.conftest import browser_of
from wishmi.awards.models import Award, Stage, StageRow
from wishmi.bookings.models import Booking, WaitingEntry
from wishmi.infra import clock
from wishmi.vouchers.models import Voucher

pytestmark = pytest.mark.django_db


def words(answer, status=200):
    assert answer.status_code == status
    return answer.content.decode()


def amount(text):
    return f'<span class="money">{text}</span>'


def test_home_says_what_to_do(call):
    home = family()
    vouchers(call, (home.minors[0], {EUROPE: 30_000}), accepted=False)
    Award.objects.update(accept_by=NOW + DAY)
    client = browser_of(home)
    text = words(client.get("/family/"))
    name = home.minors[0].given_name
    assert f"Ciao {home.guardian.given_name}, che cosa devo fare adesso?" in text
    assert f"{name} ha un voucher di € 300,00. Accetta entro il 2 marzo 2023, o va a un altro minore." in text
    english = words(client.get("/family/", headers={"accept-language": "en"}))
    assert f"{name} has a voucher of €300.00. Say yes by 2 March 2023" in english


def test_accepting_and_giving_up(call):
    home = family()
    voucher = vouchers(call, (home.minors[0], {EUROPE: 30_000}), accepted=False)[0]
    Award.objects.update(accept_by=NOW + DAY)
    client = browser_of(home)
    outcome = f"/family/applications/{voucher.award.candidacy.application.ref}/"
    assert "Sì, accetto" in words(client.get(outcome))
    answer = client.post(f"/family/awards/{voucher.award.ref}/accept/", follow=True)
    assert "Accettato. Il voucher è pronto: scegli un&#x27;attività." in words(answer)
    again = client.post(f"/family/awards/{voucher.award.ref}/accept/", follow=True)
    assert "È già stato fatto. Non devi fare nulla." in words(again)
    renounce = f"/family/awards/{voucher.award.ref}/renounce/"
    assert "Vuoi davvero rinunciare al voucher?" in words(client.get(renounce))
    assert Award.objects.get().state == Award.State.ACCEPTED
    assert "Hai rinunciato al voucher." in words(client.post(renounce, follow=True))
    assert Award.objects.get().state == Award.State.RENOUNCED


def test_an_offer_whose_days_are_over_has_no_button(call):
    home = family()
    voucher = vouchers(call, (home.minors[0], {EUROPE: 30_000}), accepted=False)[0]
    Award.objects.update(accept_by=NOW - DAY)
    text = words(browser_of(home).get(f"/family/applications/{voucher.award.candidacy.application.ref}/"))
    assert "Potevi accettare fino al 28 febbraio 2023, ore 10:00." in text
    assert "Sì, accetto" not in text


def test_the_outcome_has_place_points_reasons_and_cut_off(call):
    home, voucher = child_with_voucher(call)
    Stage.objects.update(cut_off=7)
    row = StageRow.objects.get()
    row.points, row.parts = 30, [["minors", 20], ["lone_parent", 10]]
    row.outcome, row.reasons = "waiting", [{"code": "funds_exhausted", "params": {}}]
    row.save()
    text = words(browser_of(home).get(f"/family/applications/{voucher.award.candidacy.application.ref}/"))
    assert "<dt>Primo posto senza abbastanza soldi</dt><dd>7</dd>" in text
    assert '<th scope="row" class="normal">Numero di minori in famiglia</th><td class="num">20</td>' in text
    assert "<strong>30</strong>" in text
    assert "I soldi sono finiti prima di questo posto." in text


def test_the_wallet_shows_what_is_left(call):
    home, voucher = child_with_voucher(call)
    book(home, voucher, session())
    client = browser_of(home)
    text = words(client.get("/family/wallet/"))
    assert f'<p class="figure">{amount("€ 200,00")}</p>' in text
    assert f"{amount('€ 100,00')} prenotati" in text
    assert "fino al 31 luglio 2023" in text
    page = words(client.get(f"/family/wallet/{voucher.ref}/"))
    assert f'<code class="code">{voucher.code}</code>' in page
    assert "<svg" in page
    assert 'class="qr"' in page
    client.post(f"/family/wallet/{voucher.ref}/code/")
    assert voucher.code not in words(client.get(f"/family/wallet/{voucher.ref}/"))


def key_in(text):
    return re.search(r'name="key" value="([0-9a-f-]{36})"', text)[1]


def test_who_pays_what_stands_before_the_button(call):
    home, voucher = child_with_voucher(call, {EUROPE: 8_000})
    place = session()
    client = browser_of(home)
    text = words(client.get(f"/family/book/{place.pk}/"))
    rows = re.findall(r'<td class="num">(?:<strong>)?<span class="money">([^<]+)', text)
    assert rows == ["€ 100,00", "€ 80,00", "€ 20,00", "€ 0,00"]
    less = words(client.get(f"/family/book/{place.pk}/?voucher={voucher.ref}&most=30"))
    assert "Prenota e usa " + amount("€ 30,00") in less
    form = {"voucher": voucher.ref, "most": "30", "key": key_in(less)}
    booked = client.post(f"/family/book/{place.pk}/", form)
    made = Booking.objects.get()
    assert (made.voucher_cents, made.family_cents) == (3_000, 7_000)
    assert booked["Location"] == f"/family/bookings/{made.ref}/"
    before = world()
    assert client.post(f"/family/book/{place.pk}/", form)["Location"] == booked["Location"]
    assert world() == before


@pytest.mark.parametrize("key", ["", "no key", "1234"])
def test_a_booking_without_its_key_changes_nothing(call, key):
    home, voucher = child_with_voucher(call)
    place, before = session(), world()
    answer = browser_of(home).post(f"/family/book/{place.pk}/", {"voucher": voucher.ref, "key": key})
    assert "Manca qualcosa. Completa le risposte e riprova." in words(answer, 422)
    assert world()[:3] == before[:3]
    assert not Booking.objects.exists()


def test_an_amount_that_cannot_be_read_is_said_and_kept(call):
    home, voucher = child_with_voucher(call)
    place = session()
    form = {"voucher": voucher.ref, "most": "trenta", "key": str(uuid.uuid4())}
    text = words(browser_of(home).post(f"/family/book/{place.pk}/", form), 422)
    assert "Scrivi un importo, per esempio 50." in text
    assert 'value="trenta"' in text
    assert 'href="#id_most"' in text
    assert not Booking.objects.exists()


def test_a_full_session_offers_the_waiting_list(call):
    home, voucher = child_with_voucher(call)
    other, others = child_with_voucher_beside(call)
    place = session(places=1)
    book(other, others, place)
    client = browser_of(home)
    text = words(client.get(f"/family/book/{place.pk}/"))
    assert "I posti sono finiti." in text
    refused = client.post(f"/family/book/{place.pk}/", {"voucher": voucher.ref, "key": str(uuid.uuid4())})
    assert "I posti sono finiti." in words(refused, 422)
    client.post(f"/family/book/{place.pk}/wait/", {"voucher": voucher.ref})
    entry = WaitingEntry.objects.get()
    assert "In attesa di un posto" in words(client.get("/family/bookings/"))
    client.post(f"/family/waiting/{entry.pk}/leave/")
    assert "In attesa di un posto" not in words(client.get("/family/bookings/"))


def child_with_voucher_beside(call):
    home = family()
    return home, vouchers(call, (home.minors[0], {EUROPE: 20_000}))[0]


def test_cancelling_in_time_and_too_late(call, monkeypatch):
    home, voucher = child_with_voucher(call)
    first, second = (book(home, voucher, session(activity(), starts_at=NOW + 10 * DAY)) for _ in range(2))
    client = browser_of(home)
    assert "Puoi annullare gratis fino al 9 marzo 2023, ore 10:00." in words(
        client.get(f"/family/bookings/{first.ref}/")
    )
    answer = client.post(f"/family/bookings/{first.ref}/cancel/", follow=True)
    assert "Annullata. I soldi sono di nuovo sul voucher." in words(answer)
    monkeypatch.setattr(clock, "now", lambda: NOW + 9 * DAY)
    late = client.post(f"/family/bookings/{second.ref}/cancel/")
    assert "Potevi annullare gratis fino al 9 marzo 2023" in words(late, 422)
    assert Booking.objects.get(pk=second.pk).state == Booking.State.HELD


def test_another_family_s_things_are_not_there(call):
    home, voucher = child_with_voucher(call)
    Award.objects.update(accept_by=NOW + DAY)
    booking = book(home, voucher, session())
    full = session(places=1)
    application = voucher.award.candidacy.application
    candidacy = voucher.award.candidacy
    stranger = browser_of(family())
    before = world()
    for address in (
        f"/family/applications/{application.ref}/",
        f"/family/applications/{application.ref}/receipt/",
        f"/family/applications/{application.ref}/children/{candidacy.pk}/observation/",
        f"/family/applications/{application.ref}/children/{candidacy.pk}/receipt.json",
        f"/family/awards/{voucher.award.ref}/renounce/",
        f"/family/wallet/{voucher.ref}/",
        f"/family/bookings/{booking.ref}/",
        f"/family/book/{full.pk}/?voucher={voucher.ref}",
    ):
        assert stranger.get(address).status_code == 404, address
    for address, data in (
        (f"/family/applications/{application.ref}/withdraw/", {"sure": "yes"}),
        (f"/family/applications/{application.ref}/children/{candidacy.pk}/observation/", {"text": "no"}),
        (f"/family/awards/{voucher.award.ref}/accept/", {}),
        (f"/family/awards/{voucher.award.ref}/renounce/", {}),
        (f"/family/wallet/{voucher.ref}/code/", {}),
        (f"/family/bookings/{booking.ref}/cancel/", {}),
        (f"/family/book/{full.pk}/", {"voucher": voucher.ref, "key": str(uuid.uuid4())}),
        (f"/family/book/{full.pk}/wait/", {"voucher": voucher.ref}),
    ):
        assert stranger.post(address, data).status_code == 404, address
    assert world() == before
    assert Voucher.objects.get().code == voucher.code


@pytest.mark.parametrize(
    "address", ["/family/", "/family/wallet/", "/family/bookings/", "/family/household/", "/family/book/1/"]
)
def test_nobody_sees_a_family_s_page_unsigned(db, address):
    assert browser_of().get(address)["Location"] == f"/sign-in/?next={address}"


def test_pages_ask_the_same_number_of_questions_however_much_there_is(call, django_assert_max_num_queries):
    home = family(*(NOW.date().replace(year=2014) + number * DAY for number in range(3)))
    made = vouchers(call, *((minor, {EUROPE: 100_000}) for minor in home.minors))
    client = browser_of(home)
    counts = {}
    for rounds in (1, 4):
        for number in range(rounds):
            for minor, voucher in zip(home.minors, made, strict=True):
                place = session(activity(), starts_at=NOW + (11 + number) * DAY)
                book(home, voucher, place, minor=minor)
        for address in ("/family/", "/family/wallet/", "/family/bookings/", f"/family/wallet/{made[0].ref}/"):
            with django_assert_max_num_queries(40) as asked:
                words(client.get(address))
            counts.setdefault(address, set()).add(len(asked))
    assert {address: len(found) for address, found in counts.items()} == dict.fromkeys(counts, 1)


def test_the_household_as_it_is_registered(call):
    home = family()
    text = words(browser_of(home).get("/family/household/"))
    assert home.minors[0].full_name in text
    assert "Via delle Betulle Inventate 1" in text
    assert "Non abbiamo un ISEE della tua famiglia." in text
