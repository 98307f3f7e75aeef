"""What every answer says to the browser, what may be sent, and what comes back of what people wrote."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from tests import builders as make
from tests.builders import NOW
from tests.builders_awards import OPEN
from tests.web.conftest import browser_of, login_of
from tests.web.officer import city
from wishmi.awards.models import Stage, StageRow
from wishmi.config import environment
from wishmi.config.environment import BadEnvironmentError
from wishmi.infra import clock
from wishmi.infra.actor import Role
from wishmi.people.models import Login, RoleGrant
from wishmi.web import gate
from wishmi.web.public import throttle

pytestmark = pytest.mark.django_db
CALL = "milano-2022-individuale"


@pytest.fixture(autouse=True)
def nobody_tried_yet():
    cache.clear()


def signed_in(role):
    login = Login.objects.create_login(f"who-{role}", None)
    RoleGrant.objects.create(login=login, role=role)
    client = Client()
    client.force_login(login)
    return client


def test_pages_of_a_person_stay_in_no_browser(home_and_voucher):
    home, _voucher = home_and_voucher
    trade = make.provider()
    staff = signed_in(Role.PROVIDER)
    make.done(
        city.attach_login(NOW, make.SYSTEM, trade.pk, Login.objects.get(username=f"who-{Role.PROVIDER}").pk)
    )
    family = browser_of(home)
    pages = [(family, "/family/"), (family, "/family/wallet/"), (family, "/"), (family, "/activities/")]
    pages += [(staff, f"/provider/{name}") for name in ("", "bookings/", "sessions/", "sessions/?format=csv")]
    accountant = signed_in(Role.ACCOUNTING)
    pages += [(accountant, f"/officer/{name}") for name in ("", "statements/", "statements/?format=csv")]
    pages += [(accountant, "/family/"), (Client(), "/family/wallet/"), (Client(), "/sign-in/")]
    for client, address in pages:
        said = client.get(address)["Cache-Control"]
        assert "no-store" in said, address
        assert "private" in said, address
    assert "no-store" in browser_of().get("/place/")["Cache-Control"]


def test_every_answer_guards_the_browser(db, settings):
    answer = Client().get("/sign-in/")
    policy = answer["Content-Security-Policy"]
    for rule in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"):
        assert rule in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert Client().get("/no-such-page/")["Content-Security-Policy"] == policy
    cookie = answer.cookies["csrftoken"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert settings.SESSION_COOKIE_HTTPONLY


def test_a_session_changes_its_name_with_the_person_and_ends_with_it(settings):
    settings.WISHMI_MODE = "demo"
    first, second = (login_of(make.family(), is_demo_persona=True) for _ in range(2))
    client = browser_of()
    names = []
    for login in (first, second):
        client.post("/personas/", {"login": login.pk})
        names.append(client.cookies["sessionid"].value)
    assert len(set(names)) == 2
    client.post("/sign-out/")
    for name in names:
        client.cookies["sessionid"] = name
        assert client.get("/family/").status_code == 302
    client.post("/personas/", {"login": first.pk})
    Login.objects.filter(pk=first.pk).update(is_active=False)
    assert client.get("/family/").status_code == 302


def test_a_role_taken_away_ends_at_once(db):
    client = signed_in(Role.ACCOUNTING)
    assert client.get("/officer/funds/").status_code == 200
    RoleGrant.objects.all().delete()
    assert client.get("/officer/funds/").status_code == 403


@pytest.fixture
def row(call):
    make.child_with_voucher(call)
    Stage.objects.update(cut_off=1, root="ab" * 32, act_number="DD 9/2023")
    return StageRow.objects.select_related("candidacy").get()


def look(client, code, **more):
    return client.post("/place/", {"call": CALL, "code": code}, **more)


def test_a_code_stands_in_no_address(row):
    text = browser_of().get(f"/place/?call={CALL}&code={row.candidacy.code}").content.decode()
    assert '<form method="post"' in text
    assert "Ha il voucher" not in text
    assert "Ha il voucher" in look(browser_of(), row.candidacy.code).content.decode()


def test_who_tries_codes_has_to_wait_and_others_do_not(row, monkeypatch):
    guesser = browser_of()
    for number in range(throttle.FREE_MISSES):
        assert "non è nell" in look(guesser, f"ZZ{number}").content.decode()
    refused = look(guesser, row.candidacy.code)
    assert refused.status_code == 422
    assert "Troppi codici sbagliati. Aspetta 10 minuti e riprova." in refused.content.decode()
    assert "Ha il voucher" not in refused.content.decode()
    assert look(browser_of(), row.candidacy.code, REMOTE_ADDR="10.1.1.1").status_code == 200
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(seconds=throttle.MISSES_WITHIN))
    assert look(guesser, row.candidacy.code).status_code == 200


def test_an_address_is_believed_of_our_own_proxy_alone(rf, settings):
    def seen(told):
        return throttle.address_of(rf.get("/", headers={"x-forwarded-for": told}, REMOTE_ADDR="10.0.0.9"))

    assert seen("1.1.1.1") == "10.0.0.9"
    settings.WISHMI_PROXIES = 1
    assert seen("6.6.6.6, 1.1.1.1") == "1.1.1.1"
    settings.WISHMI_PROXIES = 2
    assert seen("6.6.6.6, 1.1.1.1, 10.0.0.1") == "1.1.1.1"
    assert seen("1.1.1.1") == "10.0.0.9"
    assert seen("") == "10.0.0.9"


@pytest.mark.parametrize("value", ["", "-1", "x", "10", "1.5", "\u0663"])
def test_a_number_of_proxies_that_is_none_is_refused(monkeypatch, value):
    monkeypatch.setenv("WISHMI_PROXIES", value)
    with pytest.raises(BadEnvironmentError):
        environment.proxies()


def test_a_body_is_refused_by_its_length_before_it_is_read(db, monkeypatch):
    monkeypatch.setattr(gate, "MOST_BYTES", 1_000)
    monkeypatch.setattr(gate, "MOST_UPLOADED", 5_000)
    large = {"username": "x", "file": city.upload("a.csv", b"a" * 2_000)}
    answer = browser_of().post("/sign-in/", large)
    assert answer.status_code == 413
    assert "Il file è troppo grande" in answer.content.decode()
    officer = signed_in(Role.RESPONSIBLE)
    assert officer.post("/officer/calls/load/", {"file": city.upload("a", b"a" * 2_000)}).status_code == 422
    larger = {"file": city.upload("a", b"a" * 6_000)}
    assert officer.post("/officer/calls/load/", larger).status_code == 413
    odd = browser_of().generic("POST", "/sign-in/", b"", CONTENT_LENGTH="many")
    assert odd.status_code == 413


@pytest.mark.parametrize(
    "raw", [b"\0" * 400, b"\xff\xfe" * 200, b"PK\x03\x04", b"!!python/object:os.system", b"&a [*a"]
)
def test_a_file_that_is_no_call_is_said_to_be_none(db, raw):
    answer = signed_in(Role.RESPONSIBLE).post("/officer/calls/load/", {"file": city.upload("../../x", raw)})
    assert answer.status_code == 422


def test_a_request_that_cannot_be_read_says_so(db):
    answer = browser_of().get("/activities/?text=%00")
    assert answer.status_code == 400
    assert "Questa richiesta non si può leggere" in answer.content.decode()


WORDS = '"><script>alert(1)</script>{{7*7}}\'"&'


def test_what_people_write_is_shown_and_never_run(home_and_voucher):
    """Names, titles and reasons with markup in them, on the pages that show them."""
    home, voucher = home_and_voucher
    home.minors[0].given_name = WORDS[:60]
    home.minors[0].save()
    of = make.provider(name=WORDS)
    made = make.activity(of, title=WORDS, summary_it=WORDS, place=WORDS)
    booking = make.book(home, voucher, make.session(made))
    make.done(make.bookings.cancel_booking(NOW, make.staff(of), booking.pk, WORDS))
    staff = signed_in(Role.PROVIDER)
    login = Login.objects.get(username=f"who-{Role.PROVIDER}")
    make.done(city.attach_login(NOW, make.SYSTEM, of.pk, login.pk))
    family = browser_of(home)
    make.book(home, voucher, make.session(made))
    pages = [
        (family, "/activities/"),
        (family, f"/activities/{made.pk}/"),
        (family, "/family/bookings/"),
        (family, f"/family/bookings/{booking.ref}/"),
        (family, "/family/wallet/"),
        (family, "/family/household/"),
        (family, f"/family/wallet/{voucher.ref}/"),
        (staff, "/provider/"),
        (staff, "/provider/bookings/"),
        (staff, "/provider/sessions/"),
        (staff, f"/provider/sessions/{booking.session_id}/"),
    ]
    for client, address in pages:
        text = client.get(address).content.decode()
        assert "<script" not in text, address
        assert "alert(1)" in text, address
        assert "49" not in text.partition("alert(1)")[2][:40], address


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_a_table_as_a_file_runs_no_formula(home_and_voucher, name):
    home, voucher = home_and_voucher
    made = make.activity()
    type(made).objects.filter(pk=made.pk).update(title=f'{name};"x"\n2')
    make.book(home, voucher, make.session(made))
    staff = signed_in(Role.PROVIDER)
    login = Login.objects.get(username=f"who-{Role.PROVIDER}")
    make.done(city.attach_login(NOW, make.SYSTEM, made.provider_id, login.pk))
    for address in ("/provider/bookings/?format=csv", "/provider/sessions/?format=csv"):
        answer = staff.get(address)
        assert answer["Content-Disposition"].startswith("attachment; filename=")
        lines = b"".join(answer.streaming_content).decode()
        assert f'"\'{name};""x""\n2"' in lines


def test_answers_on_the_way_to_an_application_lie_encrypted(call, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: OPEN)
    client = browser_of(make.family())
    client.post(f"/family/apply/{CALL}/disabled_members/", {"answer": "3"})
    kept = Session.objects.get().get_decoded()
    assert "disabled_members" not in str(kept)
    assert 'value="3"' in client.get(f"/family/apply/{CALL}/disabled_members/").content.decode()


def test_a_form_of_a_whole_city_s_payments_is_read(db):
    """Two fields for each payment of a batch, and batches of many hundred providers."""
    fields = {f"said_{number}": "paid" for number in range(3_000)}
    assert signed_in(Role.ACCOUNTING).post("/officer/batches/P2024-0001/answers/", fields).status_code == 404
