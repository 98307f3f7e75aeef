"""An environment that tries to break the code: no network, no luck with row order, no unknown names."""

import os
import random
import shutil
import socket
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.db.models import QuerySet

REPOSITORY = Path(__file__).resolve().parents[1]
LOOPBACK = {"localhost", "127.0.0.1", "::1", "0.0.0.0", "::", "", None}

# A machine that does other work too is no reason for a law to fail; the long run looks ten times as far.
hypothesis.settings.register_profile("short", deadline=None)
hypothesis.settings.register_profile("full", deadline=None, max_examples=1000)
# Against mutants a law is asked thousands of times: a few examples, always the same, and no search for the shortest.
hypothesis.settings.register_profile(
    "mutants",
    deadline=None,
    max_examples=10,
    derandomize=True,
    database=None,
    phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
    suppress_health_check=list(hypothesis.HealthCheck),
)


def profile() -> str:
    """How far a law looks in this run."""
    if "MUTANT_UNDER_TEST" in os.environ:
        return "mutants"
    return "full" if os.environ.get("WISHMI_FULL") == "1" else "short"


hypothesis.settings.load_profile(profile())


def is_postgres() -> bool:
    """Whether this run is on PostgreSQL."""
    return settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


def chromium() -> str | None:
    """The path of the browser, if this machine has one."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def pytest_collection_modifyitems(config, items):
    """Leave out what this run is not for: long matrices, races on SQLite, browsers where there is none."""
    chosen, left_out = [], []
    full, postgres = os.environ.get("WISHMI_FULL") == "1", is_postgres()
    for item in items:
        is_out = (item.get_closest_marker("full") and not full) or (
            item.get_closest_marker("races") and not postgres
        )
        (left_out if is_out else chosen).append(item)
        # In CI a missing browser is a fault of the setup, so there the test runs and fails.
        if item.get_closest_marker("browser") and not chromium() and not os.environ.get("CI"):
            item.add_marker(pytest.mark.skip(reason="no Chromium: apt-get install chromium"))
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = chosen


@pytest.fixture(scope="session")
def repository() -> Path:
    """The project's root folder."""
    return REPOSITORY


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch):
    """No test may reach beyond this machine, neither by address nor by asking for a name."""

    def refuse_far(address):
        host = address[0] if isinstance(address, tuple) else None
        if host not in LOOPBACK and not str(host).startswith("127."):
            raise AssertionError(f"a test tried to reach {host!r}")

    def guarded(method):
        def guard(self, address, *args):
            refuse_far(address)
            return method(self, address, *args)

        return guard

    def guarded_names(host, *args, _look_up=socket.getaddrinfo, **kwargs):
        name = host.decode() if isinstance(host, bytes) else host
        refuse_far((name,))
        return _look_up(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", guarded(socket.socket.connect))
    monkeypatch.setattr(socket.socket, "connect_ex", guarded(socket.socket.connect_ex))
    monkeypatch.setattr(socket, "getaddrinfo", guarded_names)


@pytest.fixture(autouse=True)
def shuffled_rows(request, monkeypatch):
    """Rows that nobody ordered come back in another order, as any database may give them.

    Sliced queries are left alone (the database has chosen the rows already), and so is everything ordered.
    """
    seed = request.config.getoption("randomly_seed", 0)
    shuffle = random.Random(f"{seed} {request.node.nodeid}").shuffle
    fetch = QuerySet._fetch_all

    def fetch_shuffled(rows):
        is_fresh = rows._result_cache is None
        fetch(rows)
        if is_fresh and not rows.query.is_sliced and not rows.ordered:
            shuffle(rows._result_cache)

    monkeypatch.setattr(QuerySet, "_fetch_all", fetch_shuffled)
