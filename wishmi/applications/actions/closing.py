"""Closing the window: the intake is sealed before the draw's seed can be known."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from wishmi.applications.models import Application, Candidacy, Intake
from wishmi.applications.policies import may_close
from wishmi.applications.snapshots import intake_of
from wishmi.calls.actions import is_number, record_act
from wishmi.calls.models import Call, CallAct
from wishmi.calls.selectors import closes_at, published_version, rules_of, why_not_running
from wishmi.core import intake as core_intake
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor


def intake_file(call_code: str) -> Path:
    """Where the sealed intake is published."""
    return Path(settings.WISHMI_DATA) / "published" / call_code / "intake.json"


def seal_intake(moment: datetime, actor: Actor, call_id: int, number: str) -> Intake | Refused:
    """Close a call's window by a numbered act, once its time has come, and seal what was received.

    The root over all codes and commitments stands in the act, the database and `intake.json`.
    """
    if not may_close(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if not is_number(number):
        return Refused.because(ReasonCode.INCOMPLETE)
    with transaction.atomic():
        call = Call.objects.select_for_update().get(pk=call_id)
        version = published_version(call)
        if version is None:
            return Refused.because(ReasonCode.WRONG_STATE)
        stopped = why_not_running(call)
        if stopped is not None:
            return stopped
        if Intake.objects.filter(call=call).exists() or call.acts.filter(number=number).exists():
            return Refused.because(ReasonCode.ALREADY_DONE)
        if moment < closes_at(call, rules_of(version)):
            return Refused.because(ReasonCode.TOO_EARLY)
        rows = Candidacy.objects.filter(call=call, application__state=Application.State.SUBMITTED)
        sent = (
            rows.exclude(state=Candidacy.State.WITHDRAWN).values_list("code", "commitment").order_by("code")
        )
        sealed = core_intake.seal(call.code, {str(code): bytes.fromhex(item) for code, item in sent})
        intake = Intake.objects.create(
            call=call, count=sealed.applications, root=sealed.root.hex(), sealed_at=moment
        )
        record_act(
            moment, actor, call, CallAct.Kind.CLOSING, number, version=version, intake_root=intake.root
        )
        audit.record(
            moment,
            actor,
            "call.closed",
            f"call:{call.code}",
            count=intake.count,
            root=intake.root,
            number=number,
        )
        outbox.emit(moment, "call.closed", call=call.code)
        transaction.on_commit(lambda: _write(intake, call.code))
    return intake


def _write(intake: Intake, call_code: str) -> None:
    path = intake_file(call_code)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_bytes(intake_of(intake, call_code).as_bytes())
    draft.replace(path)
