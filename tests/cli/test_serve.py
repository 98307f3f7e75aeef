"""What `wishmi serve` leaves behind before its workers are forked."""

from types import SimpleNamespace

import pytest

from wishmi.cli import operations


@pytest.fixture
def acts(monkeypatch):
    """What happened, in order: the database and the server only say that they were called."""
    told = []

    def tells(name):
        return lambda *_args, **_more: told.append(name)

    database = SimpleNamespace(vendor="postgresql", close=tells("closed"), close_pool=tells("pool closed"))
    monkeypatch.setattr(operations, "connection", database)
    monkeypatch.setattr(operations, "prepare_database", tells("used"))
    monkeypatch.setattr(operations, "Granian", lambda *_args, **_more: SimpleNamespace(serve=tells("forked")))
    return told


def test_no_worker_inherits_a_connection_of_another(acts):
    """Forked with an open pool, two workers would read from one socket and get each other's rows."""
    operations.serve(port=0)
    assert acts == ["used", "closed", "pool closed", "forked"]


def test_without_a_pool_there_is_none_to_close(acts, monkeypatch):
    monkeypatch.setattr(operations.connection, "vendor", "sqlite")
    operations.serve(port=0)
    assert acts == ["used", "closed", "forked"]
