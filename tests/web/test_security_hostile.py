"""What a hostile hand types into addresses and forms: every route answers with a page, never with a fault."""

from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver

from tests import builders as make
from tests.builders import done
from tests.builders_awards import unchanged
from tests.web.conftest import login_of
from tests.web.officer import city
from tests.web.officer.conftest import Desk
from wishmi.applications.models import Integration
from wishmi.bookings.models import Booking
from wishmi.infra.actor import SYSTEM, Role
from wishmi.people.actions import give_login
from wishmi.people.models import Household
from wishmi.providers.actions import attach_login
from wishmi.vouchers.models import Voucher

KEY = "11111111-1111-4111-8111-111111111111"
LONG = "9" * 5_000
QUERIES = [
    {
        "page": "9" * 20,
        "child": "9" * 30,
        "state": "x",
        "text": "%",
        "code": "-",
        "voucher": "x",
        "action": "admit",
    },
    {"page": "-1", "child": LONG, "call": city.CODE, "code": "A" * 5_000, "age": LONG, "action": "reserve"},
    {"page": "", "most": "NaN", "after": "..", "scope": "all", "action": "admit", "child": "\u0663"},
    {"page": "\u0663", "most": "1e999999", "next": "//x", "format": "csv", "when": "x", "district": "1e99"},
    {"subject": "\ud7ff", "actor": "'; --", "verb": "%" * 500, "action": "exclude", "child": "-1"},
    {"page": "\0", "voucher": "\0", "text": "\0"},
]
FORMS = [
    {
        "key": KEY,
        "number": "\x01",
        "reason": "=1+1",
        "text": "x" * 9_000,
        "answer": "\x01",
        "voucher": "x" * 9_000,
    },
    {
        "key": "x",
        "most": "-1",
        "amount": "-5",
        "login": "-1",
        "language": "x",
        "next": "/\r\nX: 1",
        "booking": "-1",
    },
    {"key": KEY, "most": "9" * 400, "amount": "9" * 400, "until": "9999-12-31", "execute_on": "9999-12-31"},
    {
        "key": KEY,
        "booking": LONG,
        "target": LONG,
        "until": "0000-00-00",
        "execute_on": "x",
        "number": "\U0001f600",
    },
    {
        "username": "\ud7ff" * 90,
        "password": "x" * 900,
        "code": "-",
        "call": city.CODE,
        "digest": "x",
        "children": LONG,
    },
    {"key": "\0", "voucher": "\0", "reason": "\0", "code": "\0", "username": "\0", "booking": "\0"},
]
STRANGE = {
    "int": ["0", "9" * 20, "9" * 5_000],
    "slug": ["no-such", "a" * 3_000, city.CODE],
    "str": ["%00", "%2e%2e", "a" * 3_000, "%F0%9F%98%80", "%0d%0aX:1"],
}


def _routes(patterns, prefix=""):
    for one in patterns:
        route = prefix + str(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from _routes(one.url_patterns, route)
        else:
            yield route


NOT_IN_THIS_CITY = {
    "family/applications/<str:ref>/children/<int:pk>/observation/",
    "family/wallet/<str:ref>/pass/",
    "family/wallet/<str:ref>/refund/",
    "health/metrics",
    "lists/<slug:code>/<int:number>/<str:name>",
    "officer/batches/<str:number>/file/",
    "officer/calls/<slug:code>/applications/import/report.csv",
    "officer/calls/<slug:code>/cases/",
    "officer/calls/<slug:code>/entitled/",
    "officer/calls/<slug:code>/entitled/enter/",
    "officer/calls/<slug:code>/providers/",
    "officer/calls/<slug:code>/reopen/",
    "officer/calls/<slug:code>/versions/<int:number>/correct/",
    "officer/cases/<int:pk>/",
    "officer/children/<int:pk>/case/",
    "officer/claims/<str:ref>/",
    "officer/claims/<str:ref>/proof/",
    "officer/disputes/<str:ref>/",
    "officer/heads/<int:pk>/",
    "officer/vouchers/<str:ref>/credits/<int:number>/",
    "provider/claims/",
    "provider/heads/",
}
"""Its one call is for families who apply, is paid to providers, and runs."""
WITHOUT_TOKEN = {"check/", "check/apply/<slug:code>/"}
"""The check before applying changes nothing and sets no cookie, so it can ask for no token."""


def _addresses():
    """Every route with each strange value of its kind in all its places."""
    for route in _routes(get_resolver().url_patterns):
        pieces = route.split("<")
        kinds = [piece.split(":")[0] for piece in pieces[1:]]
        tails = [piece.split(">")[1] for piece in pieces[1:]]
        most = max((len(STRANGE[kind]) for kind in kinds), default=1)
        for turn in range(most):
            values = [STRANGE[kind][turn % len(STRANGE[kind])] for kind in kinds]
            yield "/" + pieces[0] + "".join(v + t for v, t in zip(values, tails, strict=True))


@pytest.fixture
def city_at_work(db, monkeypatch, settings, tmp_path):
    """A city with something behind every kind of address; its clients by audience, its own values by name."""
    settings.WISHMI_DATA = tmp_path
    cache.clear()
    desk = Desk(monkeypatch)
    trade = city.batched()
    late = city.objected_late()
    desk.at(city.USE)
    voucher = Voucher.objects.earliest("id")
    household = Household.objects.get(pk=voucher.minor.household_id)
    guardian = household.persons.get(household_role="guardian")
    family, provider = Client(), Client()
    family.force_login(login_of(type("Home", (), {"guardian": guardian})))
    provider.force_login(trade.login)
    clients = {"": Client(), "family": family, "provider": provider}
    application = voucher.award.candidacy.application
    asked = Integration.objects.create(
        candidacy=voucher.award.candidacy, question="?", due_on="2099-01-01", asked_at=city.CASES
    )
    held = Booking.objects.filter(voucher=voucher, state="held").get()
    draft = city.drafted()
    own = {
        "drafts/<int:pk>/revisions/<": [draft.pk, 1],
        "drafts/<int:pk>/remarks/<": [draft.pk, draft.remarks.get().pk],
        "drafts/<int:pk>/parties/<": [draft.pk, draft.parties.get().pk],
        "drafts/<int:pk>/<": [draft.pk, "window"],
        "drafts/": [draft.pk],
        "calls/<slug:code>": [city.CODE],
        "lists/<slug:code>": [city.CODE, 1],
        "apply/<slug:code>": [city.CODE],
        "activities/": [trade.past.activity_id],
        "family/applications/": [application.ref, voucher.award.candidacy_id],
        "officer/applications/": [application.ref],
        "integrations/": [asked.pk],
        "awards/": [voucher.award.ref],
        "wallet/": [voucher.ref],
        "family/book/": [trade.ahead.pk],
        "family/bookings/": [held.ref],
        "provider/bookings/": [held.pk],
        "provider/sessions/": [trade.past.pk],
        "provider/offer/": [trade.past.activity_id],
        "statements/": ["2024-0001"],
        "batches/": ["P2024-0001"],
        "funds/": ["DEMO"],
        "observations/": [late.pk],
        "vouchers/": [voucher.ref],
    }
    return clients | {role: desk.client(role) for role in city.OFFICES}, own


def _doors(clients, address):
    """Who is let in there: the others only see the door."""
    if address.startswith("/officer/"):
        is_money = any(part in address for part in ("/funds/", "/statements/", "/batches/"))
        return [clients[Role.ACCOUNTING if is_money else Role.RESPONSIBLE]]
    return [clients.get(address.split("/")[1], clients[""])]


def _tried(client, method, address, data):
    """The status of an answer; a fault of the program is one of 500."""
    client.raise_request_exception = False
    answer = getattr(client, method)(address, data)
    return answer.status_code


def test_no_address_breaks_a_page(city_at_work):
    clients, _own = city_at_work
    wrong = []
    for address in _addresses():
        for client in _doors(clients, address):
            for method in ("get", "post"):
                status = _tried(client, method, address, {})
                if status >= 500:
                    wrong.append((method, address[:90], status))
    assert wrong == []


def test_no_query_and_no_form_breaks_a_page(city_at_work):
    clients, own = city_at_work
    wrong, seen = [], set()
    for route in _routes(get_resolver().url_patterns):
        address = _real(route, own)
        if address in {"/sign-out/", "/personas/"}:
            continue
        for client in _doors(clients, address):
            for query in QUERIES:
                status = _tried(client, "get", address, query)
                seen.add((route, status))
                if status >= 500:
                    wrong.append(("get", address, query, status))
            for form, query in zip(FORMS, QUERIES, strict=True):
                asked = f"{address}?{urlencode(query)}" if address.endswith("/decide/") else address
                status = _tried(client, "post", asked, form)
                if status >= 500:
                    wrong.append(("post", asked[:120], str(form)[:150], status))
    assert wrong == []
    # The addresses are real: only what this city has none of is not there.
    there = {route for route, status in seen if status not in {400, 404}}
    assert {route for route, _status in seen} - there == NOT_IN_THIS_CITY


def _real(route, own):
    """The address of something that is there."""
    values = next((list(map(str, found)) for name, found in own.items() if name in route), [])
    pieces = route.split("<")
    address = "/" + pieces[0]
    for piece in pieces[1:]:
        kind, _, rest = piece.partition(":")
        tail = rest.split(">")[1]
        address += (values.pop(0) if values else "1" if kind == "int" else "children") + tail
    return address


def test_what_is_another_s_is_not_there(city_at_work):
    """Another family and another provider with every address of the first: nothing is shown, nothing changes."""
    _clients, own = city_at_work
    stranger, rival = Client(), Client()
    stranger.force_login(login_of(make.family()))
    login = give_login("rival", None, [Role.PROVIDER])
    done(attach_login(city.OPEN, SYSTEM, make.provider().pk, login.pk))
    rival.force_login(login)
    # A session is for every family; the pages to apply and to join are about the call: they are nobody's.
    common = ("apply/", "family/book/", "provider/calls/")
    told = []
    with unchanged("sessions.Session"):
        for route in _routes(get_resolver().url_patterns):
            audience = route.partition("/")[0]
            if "<" not in route or audience not in {"family", "provider"} or route.startswith("family/apply"):
                continue
            if any(part in route for part in common):
                continue
            client = stranger if audience == "family" else rival
            address = _real(route, own)
            for ask in (client.get, client.post):
                form = {"key": KEY, "reason": "x", "text": "x", "answer": "x", "sure": "yes"}
                status = ask(address, form).status_code
                if status not in {404, 405}:
                    told.append((ask.__name__, route, status))
    assert told == []


def test_another_s_voucher_books_nothing(city_at_work):
    _clients, own = city_at_work
    ref, session = own["wallet/"][0], own["family/book/"][0]
    stranger = Client()
    stranger.force_login(login_of(make.family()))
    with unchanged("sessions.Session"):
        for form in ({"voucher": ref, "key": KEY}, {"key": KEY}):
            assert stranger.get(f"/family/book/{session}/", form).status_code in {200, 404}
            assert stranger.post(f"/family/book/{session}/", form).status_code in {200, 404}
            assert stranger.post(f"/family/book/{session}/wait/", form).status_code == 404


def test_no_get_changes_anything(city_at_work):
    """Each page looked at once, by who may: only the records of looking, and what files say of themselves, are new."""
    clients, own = city_at_work
    left_out = ("sessions.Session", "infra.AuditRecord")
    with unchanged(*left_out):
        for route in _routes(get_resolver().url_patterns):
            address = _real(route, own)
            for client in _doors(clients, address):
                client.get(address, {"format": "csv", "key": KEY, "sure": "yes", "action": "admit"})


def test_every_form_needs_its_token(city_at_work):
    clients, own = city_at_work
    told = []
    for route in _routes(get_resolver().url_patterns):
        address = _real(route, own)
        for client in _doors(clients, address):
            client.handler.enforce_csrf_checks = True
            status = client.post(address, {"key": KEY}).status_code
            if status not in {403, 405} and route not in WITHOUT_TOKEN:
                told.append((route, status))
    assert told == []
