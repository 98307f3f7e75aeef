"""Two acts that really meet, and the lock switched off."""

from threading import Event, Thread, current_thread

import pytest
from django.db import connection
from django.db.models import QuerySet

PATIENCE = 0.7
"""Seconds that the first act waits for the second to get through: with a lock it does not, without it does."""


@pytest.fixture
def without_locks(monkeypatch):
    """No row is locked any more."""

    def switch_off():
        monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, *_args, **_named: rows.all())

    return switch_off


@pytest.fixture
def race(monkeypatch):
    """Run two acts; the first stops after the step named until the second is done. Returns both answers."""

    def run(first, second, module, step):
        has_read, is_done = Event(), Event()
        original = getattr(module, step)

        def stopping(*arguments, **named):
            answer = original(*arguments, **named)
            if current_thread().name == "first" and not has_read.is_set():
                has_read.set()
                is_done.wait(PATIENCE)
            return answer

        monkeypatch.setattr(module, step, stopping)
        answers = {}

        def perform(name, act):
            try:
                answers[name] = act()
            except Exception as error:  # noqa: BLE001 — what a lost race raises is what the test asks
                answers[name] = error
            finally:
                connection.close()

        def perform_second():
            has_read.wait(10)
            perform("second", second)
            is_done.set()

        threads = [
            Thread(target=perform, args=("first", first), name="first"),
            Thread(target=perform_second, name="second"),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        return answers["first"], answers["second"]

    return run
