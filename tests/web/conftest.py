"""What the tests of pages stand on: stylesheet and catalogues built, a family with a voucher, a stopped clock."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation.reloader import translation_file_changed

from tests.builders import NOW, child_with_voucher, funded_call
from wishmi.infra import clock
from wishmi.people.models import Login, RoleGrant
from wishmi.web.build import build


@pytest.fixture(scope="session", autouse=True)
def built():
    """Catalogues are compiled once: without them a language is not there."""
    if settings.STATIC_ROOT:
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    made = build()
    # Whoever asked for a word before this has the old catalogue in hand.
    translation_file_changed(None, Path("django.mo"))
    return made


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Hashing a password well takes a while; these guard nothing."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def stopped_clock(monkeypatch):
    """The moment of the builders, for whoever asks the clock."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


def login_of(home, **changes):
    """The login of a family's guardian."""
    number = Login.objects.count()
    login = Login.objects.create_login(f"family{number}", "una-parola-lunga", person=home.guardian, **changes)
    RoleGrant.objects.create(login=login, role="family")
    return login


def browser_of(home=None, language="it"):
    """A client that reads a language; signed in for a family."""
    client = Client(headers={"accept-language": language})
    if home is not None:
        client.force_login(login_of(home))
    return client


@pytest.fixture
def call(db, stopped_clock):
    """A published call with money."""
    return funded_call()


@pytest.fixture
def home_and_voucher(call):
    """A family whose child has a voucher of 300 euro."""
    return child_with_voucher(call)
