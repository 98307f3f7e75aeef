"""Correcting a call that people may have applied to."""

from datetime import datetime

from django.db import transaction

from wishmi.applications.models import Application, Intake
from wishmi.awards.models import Stage
from wishmi.calls import acts
from wishmi.calls.actions import Signed
from wishmi.calls.correcting import Phase
from wishmi.calls.models import Call, CallAct
from wishmi.core.outcome import Refused
from wishmi.infra.actor import Actor


def phase_of(call: Call) -> Phase:
    """How far a call has come: what may still be corrected hangs on it."""
    if call.stages.filter(published_at__isnull=False).exists():
        return Phase.RANKED
    if Intake.objects.filter(call=call).exists():
        return Phase.SEALED
    sent = Application.objects.filter(call=call, submitted_at__isnull=False)
    return Phase.APPLIED if sent.exists() else Phase.PUBLISHED


def correct_call(moment: datetime, actor: Actor, version_id: int, signed: Signed) -> CallAct | Refused:
    """Put a later version in force by a correction, as far as the call still lets it.

    A list that is frozen and not published yet goes: it would be of the version before.
    """
    with transaction.atomic():
        act = acts.correct_call(moment, actor, version_id, signed, phase_of)
        if isinstance(act, CallAct):
            Stage.objects.filter(call_id=act.call_id, published_at__isnull=True).delete()
    return act
