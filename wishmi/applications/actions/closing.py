"""Closing the window: the intake is sealed before the draw's seed can be known."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from wishmi.applications.models import Application, Candidacy, Intake
from wishmi.applications.policies import may_close
from wishmi.applications.selectors import is_finished, who_waits
from wishmi.applications.snapshots import intake_of
from wishmi.calls.actions import is_number, record_act
from wishmi.calls.models import Call, CallAct
from wishmi.calls.selectors import published_version, rules_of, why_not_running, window_now
from wishmi.core import intake as core_intake
from wishmi.core.calls import Unserved
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor


def intake_file(call_code: str, window: int = 1) -> Path:
    """Where the sealed intake of a window is published."""
    name = "intake.json" if window == 1 else f"intake-window-{window}.json"
    return Path(settings.WISHMI_DATA) / "published" / call_code / name


def seal_intake(moment: datetime, actor: Actor, call_id: int, number: str) -> Intake | Refused:
    """Close the call's window of now by a numbered act, once its time has come, and seal who competes in it.

    These are the children whose applications were sent in it, and in a later window those who stay from the one before,
    whose list must be finished. The root over their codes and commitments stands in the act, the database and a file.
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
        rules = rules_of(version)
        window = window_now(call, rules)
        if window.is_closed or call.acts.filter(number=number).exists():
            return Refused.because(ReasonCode.ALREADY_DONE)
        if moment < window.closes_at:
            return Refused.because(ReasonCode.TOO_EARLY)
        if not is_finished(call, window.number - 1):
            return Refused.because(ReasonCode.WINDOW_BEFORE_UNFINISHED)
        if rules.unserved is Unserved.STAY:
            who_waits(call, window.number - 1).update(window=window.number)
        rows = Candidacy.objects.filter(
            call=call, window=window.number, application__state=Application.State.SUBMITTED
        )
        sent = (
            rows.exclude(state=Candidacy.State.WITHDRAWN).values_list("code", "commitment").order_by("code")
        )
        sealed = core_intake.seal(call.code, {str(code): bytes.fromhex(item) for code, item in sent})
        intake = Intake.objects.create(
            call=call,
            window=window.number,
            count=sealed.applications,
            root=sealed.root.hex(),
            sealed_at=moment,
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
    path = intake_file(call_code, intake.window)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_bytes(intake_of(intake, call_code).as_bytes())
    draft.replace(path)
