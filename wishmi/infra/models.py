"""Rows of the ground floor: audit records and their seals, outbox events, idempotency keys, the demo's day."""

from django.db import models


class AuditRecord(models.Model):
    """One decision or act: who, what, on what, when. Holds references and codes, never names or facts.

    Append-only: triggers refuse a change or a removal.
    """

    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    verb = models.CharField(max_length=64)
    subject = models.CharField(max_length=96)
    data = models.TextField(default="{}")

    class Meta:
        indexes = (models.Index(fields=["subject"]), models.Index(fields=["verb"]))


class Seal(models.Model):
    """A batch of sealed rows; its hash covers the previous one. Append-only."""

    number = models.PositiveIntegerField(unique=True)
    sealed_at = models.DateTimeField()
    previous = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)


class SealLink(models.Model):
    """One sealed row: its kind, id and digest at the time of sealing. Append-only."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="links")
    kind = models.CharField(max_length=16)
    subject_id = models.BigIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["kind", "subject_id"], name="one_link_per_row"),)


class OutboxEvent(models.Model):
    """Something that happened below and may be followed above; written with the act, handled after it."""

    at = models.DateTimeField()
    topic = models.CharField(max_length=64)
    data = models.JSONField(default=dict)
    handled_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = (
            models.Index(fields=["id"], name="outbox_waiting", condition=models.Q(handled_at__isnull=True)),
        )


class HandledEvent(models.Model):
    """That one handler has dealt with one event: written in the transaction of its effect, so it happens once."""

    event = models.ForeignKey(OutboxEvent, models.CASCADE)
    handler = models.CharField(max_length=96)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["event", "handler"], name="one_effect_per_handler"),)


class IdempotencyKey(models.Model):
    """A client's key for an act that moves value: same key and body, same answer; another body is refused."""

    actor = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    body = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["actor", "key"], name="one_answer_per_key"),)


class Attachment(models.Model):
    """A file somebody handed in as proof: encrypted on disk under its reference, outside the web root."""

    ref = models.CharField(max_length=36, unique=True)
    kind = models.CharField(max_length=32)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    stored_at = models.DateTimeField()


class DemoDay(models.Model):
    """How far the demo city's time is from the machine's; the newest row counts."""

    shift_seconds = models.BigIntegerField()
