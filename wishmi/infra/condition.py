"""How an installation is doing: what waits, how long, and whether its tables are those of the program."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min

from wishmi.infra.models import AuditRecord, OutboxEvent, Seal, SealLink
from wishmi.infra.outbox import MOST_FAILURES


@dataclass(frozen=True, slots=True)
class Condition:
    """Seconds are of the machine's own clock; -1 where there is nothing to measure."""

    events_waiting: int
    events_given_up: int
    oldest_event_seconds: int
    records_unsealed: int
    last_seal_seconds: int

    @property
    def worker_is_late(self) -> bool:
        """Whether events wait longer than a running worker lets them."""
        return self.oldest_event_seconds > LATE_SECONDS


LATE_SECONDS = 120
"""A worker delivers every second; two minutes are more than any round of it takes."""


def condition(moment: datetime) -> Condition:
    """What waits at a moment. Five small queries."""
    waiting = OutboxEvent.objects.filter(handled_at__isnull=True)
    live = waiting.filter(failures__lt=MOST_FAILURES)
    oldest = live.aggregate(at=Min("at"))["at"]
    last = Seal.objects.order_by("-number").values_list("sealed_at", flat=True).first()
    newest = AuditRecord.objects.order_by("-id").values_list("id", flat=True).first() or 0
    sealed = (
        SealLink.objects.filter(kind="audit")
        .order_by("-subject_id")
        .values_list("subject_id", flat=True)
        .first()
    )
    return Condition(
        events_waiting=live.count(),
        events_given_up=waiting.count() - live.count(),
        oldest_event_seconds=max(0, int((moment - oldest).total_seconds())) if oldest else -1,
        records_unsealed=max(0, newest - (sealed or 0)),
        last_seal_seconds=max(0, int((moment - last).total_seconds())) if last else -1,
    )


def migrations_missing() -> int:
    """How many migrations of the program the database does not have yet."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
