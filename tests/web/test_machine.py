"""What programs that look after an installation are told, and what they are not."""

import io
import json
import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError
from django.test import Client

from wishmi.infra import clock, logs, outbox
from wishmi.infra.condition import Condition, condition
from wishmi.web.machine import views

NOW = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)
TOKEN = "a-token-of-the-measures"


@pytest.fixture(autouse=True)
def day(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(views, "now", lambda: NOW)


def test_alive_asks_the_database_nothing(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/health/live")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


def test_ready_says_what_is_missing(client, db, monkeypatch):
    said = {"ready": True, "database": "ok", "migrations": "ok", "worker": "ok"}
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, said)
    outbox.emit(NOW - timedelta(seconds=121), "some.topic")
    assert client.get("/health/ready").json() == {**said, "worker": "late"}

    monkeypatch.setattr(views, "migrations_missing", lambda: 2)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["migrations"]) == (503, "missing")

    def away():
        raise DatabaseError

    monkeypatch.setattr(views, "migrations_missing", away)
    answer = client.get("/health/ready")
    unknown = {"ready": False, "database": "away", "migrations": "unknown", "worker": "unknown"}
    assert (answer.status_code, answer.json()) == (503, unknown)


def test_condition_counts_what_waits(db):
    assert condition(NOW) == Condition(0, 0, -1, 0, -1)
    outbox.emit(NOW - timedelta(seconds=30), "some.topic")
    outbox.emit(NOW - timedelta(seconds=10), "some.topic")
    assert condition(NOW) == Condition(2, 0, 30, 0, -1)


def test_measures_are_for_who_knows_the_token(client, db, settings):
    assert client.get("/health/metrics").status_code == 404
    settings.WISHMI_METRICS_TOKEN = TOKEN
    for wrong in ("", "Bearer ", "Bearer another", TOKEN[:-1], "Bearer \u00e8"):
        assert client.get("/health/metrics", headers={"authorization": wrong}).status_code == 401
    outbox.emit(NOW - timedelta(seconds=30), "some.topic")
    answer = client.get("/health/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    lines = answer.content.decode().splitlines()
    assert answer.status_code == 200
    assert "wishmi_events_waiting 1.0" in lines
    assert "wishmi_oldest_event_seconds 30.0" in lines
    assert next(line for line in lines if line.startswith("wishmi_info{")).endswith(" 1.0")


@pytest.fixture
def told():
    """The lines as production writes them."""
    said = logs.settings_for("info", is_for_programs=True)["formatters"]["wishmi"]
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(said["()"](**{name: value for name, value in said.items() if name != "()"}))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel("INFO")
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_line_names_the_route_and_no_address(told, db):
    answer = Client().get("/calls/una-famiglia-precisa/?nome=Rossi")
    (line,) = [one for one in told() if one["event"] == "request"]
    assert (line["route"], line["status"], line["method"]) == ("calls/<slug:code>/", 404, "GET")
    assert line["request"] == answer["X-Request-Id"]
    assert "precisa" not in json.dumps(line)


def test_a_fault_is_told_by_kind_and_place_without_its_words(told, db, monkeypatch):
    def fails():
        message = "RSSMRA85T10A562S is taken"
        raise DatabaseError(message)

    monkeypatch.setattr(views, "migrations_missing", fails)
    monkeypatch.setattr(views, "DatabaseError", LookupError)
    monkeypatch.setattr(views, "InterfaceError", LookupError)
    answer = Client(raise_request_exception=False).get("/health/ready?cf=RSSMRA85T10A562S")
    assert answer.status_code == 500
    lines = told()
    assert "RSSMRA" not in json.dumps(lines)
    (fault,) = [one for one in lines if one.get("kind") == "DatabaseError"]
    assert fault["event"] == "Internal Server Error"
    assert any(place.endswith(" ready") for place in fault["where"])
