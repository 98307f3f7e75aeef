"""A person's browser on a small city: a family whose two children were just offered vouchers, and activities."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils.translation.reloader import translation_file_changed
from playwright.sync_api import sync_playwright

from tests.builders import (
    DAY,
    EUROPE,
    NATION,
    NOW,
    Family,
    activity,
    district,
    family,
    funded_call,
    provider,
    session,
    vouchers,
)
from tests.conftest import chromium
from wishmi.awards.models import Award, Stage, StageRow
from wishmi.catalogue.models import Session
from wishmi.infra import clock
from wishmi.people.models import IseeAttestation, Login, Person, RoleGrant
from wishmi.vouchers.models import Voucher
from wishmi.web.build import build

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
OFFER = (
    ("Nuoto per chi comincia, 6-12 anni", "sport", 12_000, ("physical_activity", "social_relations")),
    ("Laboratorio di fumetto, 7-11 anni", "art", 9_000, ("talents_creativity", "education_training")),
    ("Robot con le ruote, 8-12 anni", "stem", 15_000, ("education_training", "self_determination")),
    ("Compiti in compagnia, 6-10 anni", "school_plus", 0, ("education_training", "social_relations")),
    ("Orto e cucina, 6-12 anni", "health", 6_500, ("healthcare", "quality_common_spaces")),
    ("Piccolo coro, 6-11 anni", "art", 5_000, ("talents_creativity", "social_relations")),
)
SUMMARY = (
    "Un gruppo piccolo, un posto allegro e persone che hanno tempo. Si comincia da zero e si prova tutto."
)


@dataclass
class Town:
    """What the journeys need to know."""

    home: Family
    vouchers: list[Voucher]
    first: Session
    application: str


@pytest.fixture(scope="session", autouse=True)
def built():
    """The stylesheet and the catalogues."""
    if django_settings.STATIC_ROOT:
        Path(django_settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    build()
    translation_file_changed(None, Path("django.mo"))


@pytest.fixture(scope="session", autouse=True)
def nobody_left(django_db_setup, django_db_blocker):
    """The server's threads may still hold a session when PostgreSQL drops the database: send them away first."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            cursor.fetchall()


@pytest.fixture(scope="session")
def chrome():
    """One browser for all tests."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
        "1"  # Playwright has a loop; the tests' own queries do not use it.
    )
    arguments = ["--no-sandbox", "--headless", "--disable-gpu", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def append_only_again(django_db_setup, django_db_blocker):
    """Tests that commit are cleaned up by deleting, which SQLite's triggers refuse: put them back afterwards."""
    lifted: list[str] = []
    yield lifted
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for trigger in lifted:
            cursor.execute(trigger)


@pytest.fixture
def transactional_db(append_only_again, transactional_db):
    """Whoever commits here is cleaned up after: the triggers go before the rows, and come back when they are gone."""
    yield
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            for name, trigger in cursor.fetchall():
                append_only_again.append(trigger)
                cursor.execute(f"DROP TRIGGER {name}")


@pytest.fixture
def town(transactional_db, settings, chrome) -> Town:
    """A small city in demo mode, at the moment of the builders."""
    settings.WISHMI_MODE = "demo"
    call = funded_call(2_000_000)
    home = _family()
    made = vouchers(
        call,
        (home.minors[0], {EUROPE: 40_000}),
        (home.minors[1], {EUROPE: 15_000, NATION: 25_000}),
        accepted=False,
    )
    Award.objects.update(accept_by=NOW + 9 * DAY)
    Stage.objects.update(cut_off=2, root="5a" * 32, act_number="DD 9301/2022")
    for row in StageRow.objects.order_by("id"):
        row.points, row.parts = 30, [["minors", 20], ["disabled_members", 0], ["lone_parent", 10]]
        row.save()
    of = provider(name="A.S.D. Volpe Curiosa")
    first = None
    for number, (title, category, price, pillars) in enumerate(OFFER):
        place = activity(
            of,
            title=title,
            category=category,
            price_cents=price,
            pillars=pillars,
            summary_it=SUMMARY,
            place="Via delle Betulle Inventate 12",
            district_id=district(number % 3 + 1).pk,
        )
        made_session = session(place, starts_at=NOW + 10 * DAY)
        session(place, starts_at=NOW + 17 * DAY, places=1)
        first = first or made_session
    clock.set_demo_now(NOW)
    return Town(home, made, first, made[0].award.candidacy.application.ref)


def _family() -> Family:
    home = family(NOW.date().replace(year=2014), NOW.date().replace(year=2016))
    names = (("Amina", "Haddad"), ("Youssef", "Haddad"), ("Lina", "Haddad"))
    for person, (given, last) in zip(home.household.persons.order_by("id"), names, strict=True):
        Person.objects.filter(pk=person.pk).update(given_name=given, family_name=last)
    IseeAttestation.objects.create(
        household=home.household,
        cents=812_345,
        kind="ordinary",
        issued_on=NOW.date().replace(month=1),
        valid_until=NOW.date().replace(month=12, day=31),
        dsu_protocol="INPS-ISEE-2023-00000001A-00",
    )
    login = Login.objects.create_login(
        "amina",
        None,
        person=home.guardian,
        display_name="Amina Haddad: is on the waiting list",
        is_demo_persona=True,
    )
    RoleGrant.objects.create(login=login, role="family")
    return home


class Visitor:
    """A page in a browser with a width, with or without JavaScript; takes a picture where pictures are wanted."""

    def __init__(self, browser, address, width, *, script):
        self.address = address
        self.width = width
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=script, locale="it-IT"
        )
        self.context.set_default_timeout(8_000)
        self.page = self.context.new_page()
        self.faults = []
        self.page.on(
            "console", lambda message: self.faults.append(message.text) if message.type == "error" else None
        )

    def go(self, path):
        """Open a page of the city."""
        return self.page.goto(f"{self.address}{path}")

    def enter(self, name="Amina Haddad"):
        """Become a person of the demo by one press."""
        self.go("/personas/")
        self.page.get_by_role("button", name=name).click()

    def press(self, name, role="button"):
        """Press a button or follow a link by its words."""
        wanted = self.page.get_by_role(role, name=name)
        assert wanted.count(), (name, self.page.inner_text("main"))
        with self.page.expect_navigation():
            wanted.first.click()

    def read_in(self, language):
        """Choose a language by its own name, in the menu of the page."""
        self.page.locator(".languages > summary").click()
        self.press(language)

    def sees(self, words):
        """Whether the words stand on the page."""
        return words in " ".join(self.page.inner_text("main").split())

    def picture(self, name):
        """A picture for the documentation, when asked for."""
        if os.environ.get("WISHMI_PICTURES") == "1":
            PICTURES.mkdir(parents=True, exist_ok=True)
            path = PICTURES / f"{name}.png"
            self.page.screenshot(path=str(path), full_page=self.width < 600)
            assert path.stat().st_size < 200_000


@pytest.fixture
def visitor(town, live_server, chrome, request):
    """Makes visitors, and closes their browsers."""
    made = []

    def make(width=360, *, script=False):
        one = Visitor(chrome, live_server.url, width, script=script)
        made.append(one)
        return one

    yield make
    for one in made:
        one.context.close()
