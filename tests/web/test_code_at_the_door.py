"""Uses that only the code on the voucher confirms: who may type it, when, and that nothing else will do."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from tests import builders as make
from tests import builders_use as use
from tests.builders import DAY, EUROPE, NATION, NOW, assert_books_balance, done, figures
from tests.builders_awards import refused
from tests.web.conftest import browser_of
from wishmi.bookings import actions
from wishmi.core.reasons import ReasonCode as Code
from wishmi.infra import clock
from wishmi.infra.actor import SYSTEM, Role
from wishmi.outcomes.audit import check_everything
from wishmi.people.actions import give_login
from wishmi.providers.actions import attach_login
from wishmi.vouchers.actions import reissue_code

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def call():
    return use.call("confirmation: code")


@pytest.fixture
def scene(call):
    home, voucher = make.child_with_voucher(call, {EUROPE: 4_000, NATION: 16_000})
    place = make.session()
    actor = make.staff(place.activity.provider)
    booking = make.book(home, voucher, place)
    done(actions.confirm_booking(NOW, actor, booking.pk))
    return home, voucher, place, actor, booking


def test_the_code_makes_it_a_use_once(scene):
    _home, voucher, place, actor, booking = scene
    typed = f" {voucher.code[:4].lower()} {voucher.code[4:]} "
    used = done(actions.redeem_by_code(place.starts_at, actor, place.pk, typed))
    assert (used.pk, used.state, used.ended_by) == (booking.pk, "attended", "provider")
    assert (figures(EUROPE)["spent"], figures(NATION)["spent"]) == (4_000, 6_000)
    refused(Code.ALREADY_DONE, actions.redeem_by_code, place.starts_at, actor, place.pk, voucher.code)
    assert_books_balance()
    assert check_everything().differences == ()


def test_it_is_shown_at_the_door_from_the_day_of_the_session_on(scene):
    _home, voucher, place, actor, _booking = scene
    midnight = clock.day_begins(clock.local_day(place.starts_at))
    refused(Code.TOO_EARLY, actions.redeem_by_code, midnight - SECOND, actor, place.pk, voucher.code)
    done(actions.redeem_by_code(midnight, actor, place.pk, voucher.code))


def test_without_the_code_nobody_is_present_and_absence_is_marked_as_ever(scene):
    _home, _voucher, place, actor, booking = scene
    refused(Code.CODE_NEEDED, actions.record_attendance, place.starts_at, actor, booking.pk, present=True)
    marked = done(actions.record_attendance(place.starts_at, actor, booking.pk, present=False))
    assert marked.state == "no_show"


def test_a_wrong_code_a_lost_one_and_one_of_another_date_say_the_same(call, scene):
    home, voucher, place, actor, _booking = scene
    other = make.session(place.activity, starts_at=NOW + 10 * DAY)
    lost = voucher.code
    done(reissue_code(NOW, home.actor, voucher.pk))
    voucher.refresh_from_db()
    for where, code in ((place, "AAAA2222"), (place, lost), (other, voucher.code), (place, "")):
        refused(Code.CODE_WRONG, actions.redeem_by_code, place.starts_at, actor, where.pk, code)
    stranger = make.staff(make.provider())
    refused(Code.NOT_ALLOWED, actions.redeem_by_code, place.starts_at, stranger, place.pk, voucher.code)
    refused(Code.NOT_ALLOWED, actions.redeem_by_code, place.starts_at, home.actor, place.pk, voucher.code)
    done(actions.redeem_by_code(place.starts_at, actor, place.pk, voucher.code))


def test_a_code_that_nobody_typed_costs_nothing_in_the_end(scene):
    _home, voucher, place, actor, booking = scene
    late = booking.mark_by + SECOND
    refused(Code.TERM_EXPIRED, actions.redeem_by_code, late, actor, place.pk, voucher.code)
    assert actions.release_unmarked(late) == 1
    refused(Code.CODE_WRONG, actions.redeem_by_code, late, actor, place.pk, voucher.code)


def test_a_code_is_taken_too_where_the_provider_could_mark_without():
    home, voucher = make.child_with_voucher(use.call())
    place = make.session()
    booking = make.book(home, voucher, place)
    actor = make.staff(place.activity.provider)
    done(actions.redeem_by_code(place.starts_at, actor, place.pk, voucher.code))
    booking.refresh_from_db()
    assert (booking.state, booking.ended_by) == ("attended", "provider")


def test_the_page_asks_for_the_code(scene, monkeypatch):
    _home, voucher, place, _actor, booking = scene
    monkeypatch.setattr(clock, "now", lambda: place.starts_at + timedelta(minutes=5))
    login = give_login("staff", None, [Role.PROVIDER])
    done(attach_login(NOW, SYSTEM, place.activity.provider_id, login.pk))
    client = browser_of()
    client.force_login(login)
    page = client.get(reverse("provider:session", args=[place.pk])).content.decode()
    assert "Scrivi un codice" in page
    assert 'value="yes"' not in page
    assert 'value="no"' in page
    assert voucher.code not in page
    address = reverse("provider:code", args=[place.pk])
    assert "Quale codice mostra la famiglia?" in client.get(address).content.decode()
    wrong = client.post(address, {"code": "AAAA2222", "key": str(uuid.uuid4())})
    assert wrong.status_code == 422
    assert "Nessuna prenotazione di questa data ha questo codice." in wrong.content.decode()
    right = client.post(address, {"code": voucher.code, "key": str(uuid.uuid4())}, follow=True)
    assert "Il codice è giusto: il minore è segnato presente." in right.content.decode()
    booking.refresh_from_db()
    assert booking.state == "attended"
