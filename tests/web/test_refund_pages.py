"""Money back on the pages: a family asks and an officer decides, a school asks for many, heads are granted."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client
from django.urls import reverse

from tests import builders as make
from tests.builders import EUROPE, NOW, assert_books_balance, done, figures
from tests.web.conftest import browser_of
from wishmi.core import iban
from wishmi.infra import clock
from wishmi.infra.actor import Role
from wishmi.infra.attachments import MOST_BYTES
from wishmi.infra.models import AuditRecord
from wishmi.payouts import actions
from wishmi.payouts.models import Claim, FamilyAccount, HeadGrant
from wishmi.people.models import Login, RoleGrant
from wishmi.providers.models import ProviderMembership

pytestmark = pytest.mark.django_db
KEY = "11111111-1111-4111-8111-111111111111"
OTHER = KEY.replace("1", "2")
IBAN = iban.build("99999", "99999", "77")
HEAD = "payment:\n  holding_days: 3\n  method: sepa\n  needs: debit_note\n"
PHOTO = b"\xff\xd8\xff\xe0 ricevuta"


@pytest.fixture(autouse=True)
def at_the_day(settings, tmp_path, monkeypatch):
    settings.WISHMI_DATA = tmp_path
    monkeypatch.setattr(clock, "now", lambda: NOW)


def client_of(role, provider=None):
    login = Login.objects.create_login(f"who-{role}-{Login.objects.count()}", None)
    RoleGrant.objects.create(login=login, role=role)
    if provider is not None:
        ProviderMembership.objects.create(provider=provider, login=login)
    client = Client(headers={"accept-language": "it"})
    client.force_login(login)
    return client


def body(answer):
    return answer.content.decode()


def receipt(data=PHOTO, name="../../etc/<b>ricevuta.html"):
    return SimpleUploadedFile(name, data, content_type="text/html")


@pytest.fixture
def home_and_voucher():
    call = make.funded_call(document=make.paying(make.payment_of("dote-sport-2025")))
    return make.child_with_voucher(call, {EUROPE: 10_000})


def said(**changes):
    fields = {
        "paid_to": "Piscina Inventata", "category": "art", "price": "80,00", "paid_on": "2023-02-20",
        "proof": receipt(), "key": KEY,
    }  # fmt: skip
    return fields | changes


def test_a_receipt_lies_in_clear_on_no_disk(home_and_voucher, monkeypatch):
    """What is kept encrypted is not written in clear on its way, as larger uploads are."""
    home, voucher = home_and_voucher
    done(actions.set_family_account(NOW, home.actor, "Nome Cognome", IBAN))
    monkeypatch.setattr(
        TemporaryFileUploadHandler, "receive_data_chunk", lambda *_chunk: pytest.fail("on disk")
    )
    large = receipt(PHOTO + b" " * (MOST_BYTES - len(PHOTO)))
    answer = browser_of(home).post(reverse("family:refund", args=[voucher.ref]), said(proof=large))
    assert answer.status_code == 302
    assert Claim.objects.get().proof.size == MOST_BYTES


def test_a_family_asks_and_an_officer_decides(home_and_voucher):
    home, voucher = home_and_voucher
    family = browser_of(home)
    address = reverse("family:refund", args=[voucher.ref])
    assert "Chiedi il rimborso" in body(family.get(reverse("family:voucher", args=[voucher.ref])))
    assert family.get(address)["Location"] == reverse("family:refunds")
    wrong = family.post(reverse("family:refunds"), {"holder": "Nome", "iban": IBAN[:-1] + "X"})
    assert (wrong.status_code, "Questo IBAN ha un errore" in body(wrong)) == (422, True)
    assert FamilyAccount.objects.count() == 0
    family.post(reverse("family:refunds"), {"holder": "Nome Cognome", "iban": IBAN.lower()})
    assert FamilyAccount.objects.get().iban == IBAN
    bad = family.post(address, said(proof=receipt(b"<script>")))
    assert (bad.status_code, "Non riusciamo a leggere questo file" in body(bad)) == (422, True)
    for _press in range(2):
        assert family.post(address, said(key=OTHER)).status_code == 302
    claim = Claim.objects.get()
    assert figures(EUROPE)["held"] == 8_000
    text = body(family.get(reverse("family:refunds")))
    assert "Piscina Inventata" in text
    assert "La stiamo guardando" in text

    officer = client_of(Role.CASE_OFFICER)
    assert "Piscina Inventata" in body(officer.get(reverse("officer:claims"), {"state": "submitted"}))
    page = reverse("officer:claim", args=[claim.ref])
    assert home.minors[0].full_name in body(officer.get(page))
    line = claim.lines.get()
    short = officer.post(page, {f"line_{line.pk}": "60,00", "reason": "", "key": KEY})
    assert short.status_code == 422
    told = {f"line_{line.pk}": "60,00", "reason": "La ricevuta dice 60", "key": OTHER}
    assert officer.post(page, told).status_code == 302
    assert figures(EUROPE)["due"] == 6_000
    text = body(family.get(reverse("family:refunds")))
    assert [one for one in ("La ricevuta dice 60", "€ 60,00", "Accettata") if one not in text] == []
    assert_books_balance()


def test_the_proof_is_a_download_for_officers_that_leaves_a_trace(home_and_voucher):
    home, voucher = home_and_voucher
    done(actions.set_family_account(NOW, home.actor, "Nome Cognome", IBAN))
    browser_of(home).post(reverse("family:refund", args=[voucher.ref]), said())
    claim = Claim.objects.get()
    address = reverse("officer:claim_proof", args=[claim.ref])
    answer = client_of(Role.CASE_OFFICER).get(address)
    assert (answer.content, answer["Content-Type"], answer["X-Content-Type-Options"]) == (
        PHOTO, "image/jpeg", "nosniff",
    )  # fmt: skip
    assert answer["Content-Disposition"] == f'attachment; filename="{claim.proof.ref}.jpg"'
    assert AuditRecord.objects.filter(verb="claim.proof_downloaded").count() == 1
    assert client_of(Role.ACCOUNTING).get(address).status_code == 403
    assert client_of(Role.PROVIDER, make.provider()).get(address).status_code == 403
    assert browser_of(make.family()).get(address).status_code == 403
    auditor = client_of(Role.AUDITOR)
    assert auditor.get(reverse("officer:claim", args=[claim.ref])).status_code == 200
    words = {f"line_{claim.lines.get().pk}": "0", "reason": "no", "key": KEY}
    assert auditor.post(reverse("officer:claim", args=[claim.ref]), words).status_code == 422
    assert Claim.objects.get().state == "submitted"


def test_another_family_and_another_call_have_no_such_page(home_and_voucher):
    _home, voucher = home_and_voucher
    address = reverse("family:refund", args=[voucher.ref])
    assert browser_of(make.family()).get(address).status_code == 404


def test_a_call_that_refunds_nobody_shows_no_way():
    home, voucher = make.child_with_voucher(make.funded_call())
    family = browser_of(home)
    assert family.get(reverse("family:refund", args=[voucher.ref])).status_code == 404
    assert reverse("family:refund", args=[voucher.ref]) not in body(
        family.get(reverse("family:voucher", args=[voucher.ref]))
    )


def test_a_school_asks_for_many_by_the_codes_of_their_vouchers():
    call = make.funded_call(document=make.paying(HEAD + "  to: school\n"))
    kids = [make.child_with_voucher(call, {EUROPE: 5_000})[1] for _ in range(2)]
    school = make.provider(legal_form="school")
    client = client_of(Role.PROVIDER, school)
    address = reverse("provider:claims")
    assert "Pagato per gli alunni" in body(client.get(reverse("provider:statements")))
    fields = {"paid_to": "Teatro", "category": "art", "paid_on": "2023-02-20", "key": KEY}
    unknown = client.post(address, fields | {"lines": "NESSUNO; 10", "proof": receipt()})
    assert (unknown.status_code, "Nessun voucher attivo" in body(unknown)) == (422, True)
    torn = client.post(address, fields | {"lines": f"{kids[0].code}; gratis", "proof": receipt()})
    assert (torn.status_code, "La riga 1" in body(torn)) == (422, True)
    lines = f"{kids[0].code}; 40,00\n\n{kids[1].code.lower()};12.50\n"
    assert (
        client.post(address, fields | {"lines": lines, "proof": receipt(), "key": OTHER}).status_code == 302
    )
    claim = Claim.objects.get()
    assert (claim.provider, figures(EUROPE)["held"]) == (school, 5_250)
    assert "Teatro" in body(client.get(address))
    assert_books_balance()


def test_children_are_declared_and_granted():
    call = make.funded_call(document=make.paying(HEAD + "  per_head: 25.00\n"))
    provider = make.provider()
    client = client_of(Role.PROVIDER, provider)
    address = reverse("provider:heads")
    answer = client.post(address, {"call": call.pk, "year": 2023, "heads": 12, "key": KEY})
    assert answer.status_code == 302
    grant = HeadGrant.objects.get()
    officer = client_of(Role.RESPONSIBLE)
    assert provider.name in body(officer.get(reverse("officer:claims")))
    page = reverse("officer:heads_check", args=[grant.pk])
    assert "12" in body(officer.get(page))
    assert officer.post(page, {"heads": 10, "reason": "", "key": KEY}).status_code == 422
    assert officer.post(page, {"heads": 10, "reason": "Due doppi", "key": OTHER}).status_code == 302
    assert figures(EUROPE)["granted"] == 25_000
    assert "Due doppi" in body(client.get(address))
    assert officer.get(page).status_code == 404
    (statement,) = done(
        actions.draw_statements(NOW + timedelta(days=3), make.ACCOUNTANT, NOW.date() + timedelta(days=3))
    )
    text = body(client.get(reverse("provider:statement", args=[statement.number])))
    assert "contributo per 10 minori" in text


def test_a_provider_without_such_calls_has_no_such_pages():
    make.funded_call()
    client = client_of(Role.PROVIDER, make.provider())
    assert client.get(reverse("provider:claims")).status_code == 404
    assert client.get(reverse("provider:heads")).status_code == 404
