"""Events are handled once in effect; a key gets one answer."""

import pytest
from django.db import IntegrityError, transaction

from tests.builders import NOW, OFFICER
from tests.builders_awards import unchanged
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor, Role
from wishmi.infra.idempotency import once
from wishmi.infra.models import AuditRecord, HandledEvent, IdempotencyKey, OutboxEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def handlers(monkeypatch):
    """No handlers but those of the test."""
    fresh = outbox.defaultdict(list)
    monkeypatch.setattr(outbox, "_HANDLERS", fresh)
    return fresh


def noted(name):
    """A handler whose effect is an audit record."""

    def handle(moment, data):
        audit.record(moment, OFFICER, name, f"thing:{data['thing']}")

    handle.__qualname__ = name
    return handle


def effects():
    return list(AuditRecord.objects.order_by("id").values_list("verb", "subject"))


def test_each_handler_of_a_topic_runs_once_and_the_event_is_closed(handlers):
    outbox.on("t")(noted("first"))
    outbox.on("t")(noted("second"))
    outbox.emit(NOW, "t", thing=1)
    assert outbox.deliver(NOW) == 1
    assert outbox.deliver(NOW) == 0
    assert effects() == [("first", "thing:1"), ("second", "thing:1")]
    assert OutboxEvent.objects.get().handled_at == NOW


def test_the_same_handler_registered_twice_runs_once(handlers):
    handler = noted("first")
    outbox.on("t")(handler)
    outbox.on("t")(handler)
    outbox.emit(NOW, "t", thing=1)
    outbox.deliver(NOW)
    assert effects() == [("first", "thing:1")]


def test_a_crash_after_the_effect_does_not_repeat_it(handlers):
    """The process died between the first handler's commit and the closing of the event."""
    outbox.on("t")(noted("first"))
    outbox.on("t")(noted("second"))
    outbox.emit(NOW, "t", thing=1)
    event = OutboxEvent.objects.get()
    HandledEvent.objects.create(event=event, handler=f"{__name__}.first")
    name = f"{noted('x').__module__}.first"
    HandledEvent.objects.update(handler=name)
    outbox.deliver(NOW)
    assert effects() == [("second", "thing:1")]
    assert OutboxEvent.objects.filter(handled_at__isnull=True).count() == 0


def test_events_nobody_listens_to_are_closed(handlers):
    outbox.emit_many(NOW, "silent", [{"thing": number} for number in range(1200)])
    outbox.emit(NOW, "t", thing=1)
    assert outbox.deliver(NOW) == 1201
    assert not OutboxEvent.objects.filter(handled_at__isnull=True).exists()


def test_a_handler_that_fails_is_tried_again_and_the_others_go_on(handlers, caplog):
    failing = [True]

    def fragile(moment, data):
        secret = "AAAAAA00A00A000A"
        audit.record(moment, OFFICER, "half", "thing:x")
        if data["thing"] == 1 and failing[0]:
            raise RuntimeError(secret)

    fragile.__qualname__ = "fragile"
    outbox.on("t")(fragile)
    for thing in (1, 2):
        outbox.emit(NOW, "t", thing=thing)
    assert outbox.deliver(NOW) == 1
    assert effects() == [("half", "thing:x")]
    assert list(OutboxEvent.objects.order_by("id").values_list("failures", "handled_at")) == [
        (1, None),
        (0, NOW),
    ]
    said = caplog.text
    assert "outbox.failed" in said
    assert "AAAAAA00A00A000A" not in said
    failing[0] = False
    assert outbox.deliver(NOW) == 1
    assert len(effects()) == 2


def test_a_handler_that_breaks_a_constraint_has_failed_and_is_not_taken_for_handled(handlers):
    def breaks(moment, data):
        for _ in range(2):
            IdempotencyKey.objects.create(actor="a", key="k", body="b", at=moment)

    breaks.__qualname__ = "breaks"
    outbox.on("t")(breaks)
    outbox.emit(NOW, "t", thing=1)
    assert outbox.deliver(NOW) == 0
    assert list(OutboxEvent.objects.values_list("failures", "handled_at")) == [(1, None)]
    assert not HandledEvent.objects.exists()


def test_an_event_that_fails_for_ever_is_left_alone_in_the_end(handlers):
    def fails(moment, data):
        raise RuntimeError("never")

    fails.__qualname__ = "fails"
    outbox.on("t")(fails)
    outbox.emit(NOW, "t", thing=1)
    for _ in range(25):
        outbox.deliver(NOW)
    assert OutboxEvent.objects.get().failures == 20


def answer_of(key="k", body=None, actor=OFFICER, act=None):
    calls = []

    def default():
        calls.append(1)
        audit.record(NOW, OFFICER, "did", "thing:1")
        return {"made": 7}

    answer = once(NOW, actor, key, body or {"thing": 1}, act or default)
    return answer, len(calls)


def test_the_same_key_and_body_get_the_same_answer_and_one_effect():
    assert answer_of() == ({"made": 7}, 1)
    with unchanged():
        assert answer_of() == ({"made": 7}, 0)


def test_the_same_key_with_another_body_is_refused():
    answer_of()
    with unchanged():
        answer, calls = answer_of(body={"thing": 2})
    assert (answer.codes, calls) == ((ReasonCode.IDEMPOTENCY_MISMATCH,), 0)


def test_the_key_of_another_actor_is_another_key():
    answer_of()
    assert answer_of(actor=Actor("login:other", frozenset({Role.FAMILY}))) == ({"made": 7}, 1)


def test_a_refusal_is_repeated_with_its_values():
    def refuses():
        return Refused.because(ReasonCode.VOUCHER_INSUFFICIENT, free_cents=5)

    first, _ = answer_of(act=refuses)
    again, calls = answer_of()
    assert again == first
    assert calls == 0


def test_a_crash_leaves_neither_key_nor_effect():
    def crashes():
        audit.record(NOW, OFFICER, "did", "thing:1")
        raise RuntimeError("crash")

    with unchanged(), pytest.raises(RuntimeError):
        answer_of(act=crashes)
    assert answer_of() == ({"made": 7}, 1)


def test_a_broken_constraint_of_the_act_itself_is_not_taken_for_a_second_request():
    def breaks():
        for _ in range(2):
            OutboxEvent.objects.create(pk=1, at=NOW, topic="t")
        return {}

    def insists():
        with transaction.atomic():
            return breaks()

    with unchanged(), pytest.raises(IntegrityError):
        answer_of(act=lambda: (OutboxEvent(pk=1, at=NOW, topic="t").save(force_insert=True), insists())[1])


@pytest.mark.parametrize("key", ["", "k" * 65, "with\0nul", "two\nlines"])
def test_a_key_that_no_column_takes_is_refused(key):
    with unchanged():
        answer, calls = answer_of(key=key)
    assert (answer.codes, calls) == ((ReasonCode.INCOMPLETE,), 0)
