"""Who sits at the desk, in which language, at which moment."""

import pytest
from django.test import Client

from tests.web.officer import city
from wishmi.infra import clock
from wishmi.infra.actor import Role


class Desk:
    """Clients of every office, and the moment the pages live in."""

    def __init__(self, monkeypatch) -> None:
        self.monkeypatch = monkeypatch
        self.logins = city.logins()

    def at(self, moment) -> None:
        self.monkeypatch.setattr(clock, "now", lambda: moment)

    def client(self, role: Role, language: str = "it") -> Client:
        client = Client(headers={"accept-language": language})
        client.force_login(self.logins[role])
        return client


@pytest.fixture
def desk(db, monkeypatch, settings, tmp_path):
    settings.WISHMI_DATA = tmp_path
    made = Desk(monkeypatch)
    made.at(city.OPEN)
    return made
