"""Idempotency: the same key and body get the same answer; the same key with another body is refused.

The key is written in the transaction of the act, so a crash leaves either both or none, and of two requests at once
one waits for the other on the unique key.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from wishmi.core.outcome import Refused
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.infra.actor import Actor
from wishmi.infra.models import IdempotencyKey

Answer = Mapping[str, object]
_LONGEST_KEY = 64


def once(
    moment: datetime, actor: Actor, key: str, body: Mapping[str, object], act: Callable[[], Answer | Refused]
) -> Answer | Refused:
    """Run `act` once for a key; repeat its answer after that. A refusal is an answer too, and changes nothing.

    A key is 1 to 64 printable characters. It is written without a look before: it is new nearly always, and the unique
    constraint knows when it is not.
    """
    if not 0 < len(key) <= _LONGEST_KEY or not key.isprintable():
        return Refused.because(ReasonCode.INCOMPLETE, field="key")
    digest = hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()
    try:
        with transaction.atomic():
            row = IdempotencyKey.objects.create(actor=actor.ref, key=key, body=digest, at=moment)
            answer = act()
            row.answer = _stored(answer)
            row.save(update_fields=["answer"])
            return answer
    except IntegrityError:
        known = _known(actor, key, digest)
        if known is None:
            raise
        return known


def _known(actor: Actor, key: str, digest: str) -> Answer | Refused | None:
    row = IdempotencyKey.objects.filter(actor=actor.ref, key=key).first()
    if row is None:
        return None
    if row.body != digest:
        return Refused.because(ReasonCode.IDEMPOTENCY_MISMATCH)
    answer: dict[str, Any] = row.answer or {}
    refused = answer.get("refused")
    return Refused(tuple(Reason.from_data(item) for item in refused)) if refused else answer


def _stored(answer: Answer | Refused) -> dict[str, object]:
    if isinstance(answer, Refused):
        return {"refused": [reason.as_data() for reason in answer.reasons]}
    return dict(answer)
