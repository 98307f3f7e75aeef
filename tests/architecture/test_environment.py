"""The test environment's own guards must bite; a guard that lets through looks just like a clean run."""

import socket
from datetime import UTC, datetime

import pytest
from django.template import Context, Template

from wishmi.infra.models import OutboxEvent


def test_a_far_address_is_refused():
    with socket.socket() as wire, pytest.raises(AssertionError, match=r"203\.0\.113\.5"):
        wire.connect(("203.0.113.5", 80))


def test_a_far_name_is_not_asked_for():
    with pytest.raises(AssertionError, match=r"city\.example"):
        socket.getaddrinfo("city.example", 443)


def test_loopback_is_open():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as wire:
        wire.connect(server.getsockname())
        assert wire.getpeername() == server.getsockname()


def test_a_name_that_a_template_does_not_know_fails():
    with pytest.raises(pytest.fail.Exception, match="nobody"):
        Template("{{ nobody }}").render(Context({}))


@pytest.mark.django_db
def test_rows_without_an_order_come_in_any_order():
    moment = datetime(2026, 3, 2, tzinfo=UTC)
    made = OutboxEvent.objects.bulk_create(OutboxEvent(at=moment, topic=str(number)) for number in range(50))
    topics = [event.topic for event in made]
    assert [event.topic for event in OutboxEvent.objects.order_by("id")] == topics
    assert sorted(event.topic for event in OutboxEvent.objects.all()) == sorted(topics)
    assert [event.topic for event in OutboxEvent.objects.all()] != topics
