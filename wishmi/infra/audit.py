"""Audit records: written in the transaction of the act they tell of."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from wishmi.infra.actor import Actor
from wishmi.infra.models import AuditRecord


@dataclass(frozen=True, slots=True)
class Act:
    """What is told: `subject` is `kind:reference`; `data` holds codes, references and amounts only.

    `at` where acts of one batch happened at moments of their own.
    """

    verb: str
    subject: str
    data: Mapping[str, object] = field(default_factory=dict)
    at: datetime | None = None


def record(moment: datetime, actor: Actor, verb: str, subject: str, **data: object) -> None:
    """Write one record."""
    record_many(moment, actor, [Act(verb, subject, data)])


def record_many(moment: datetime, actor: Actor, acts: Iterable[Act]) -> None:
    """Write many records of one actor."""
    rows = [
        AuditRecord(
            at=act.at or moment,
            actor=actor.ref,
            verb=act.verb,
            subject=act.subject,
            data=json.dumps(dict(act.data), sort_keys=True, separators=(",", ":"), default=str),
        )
        for act in acts
    ]
    if len(rows) == 1:
        rows[0].save(force_insert=True)
    else:
        AuditRecord.objects.bulk_create(rows, batch_size=2000)
