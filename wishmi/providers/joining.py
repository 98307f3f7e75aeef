"""Taking part in a call: before families apply, listed providers say that they do, or take it back."""

from datetime import datetime

from django.db import transaction

from wishmi.calls.models import Call
from wishmi.calls.selectors import published_version, rules_of, why_not_running
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.providers.models import Joining, Provider
from wishmi.providers.policies import may_act_for


def join_call(moment: datetime, actor: Actor, call_id: int) -> Joining | Refused:
    """A listed provider declares that it takes part in a call, in the phase the call has for it."""
    with transaction.atomic():
        provider = _ready(moment, actor, call_id)
        if isinstance(provider, Refused):
            return provider
        if provider.joinings.filter(call=call_id).exists():
            return Refused.because(ReasonCode.ALREADY_DONE)
        joining = Joining.objects.create(
            provider=provider, call_id=call_id, joined_at=moment, joined_by=actor.ref
        )
        _tell(moment, actor, provider, "call_joined", call_id)
    return joining


def leave_call(moment: datetime, actor: Actor, call_id: int) -> Provider | Refused:
    """Take the declaration back, as long as the phase lasts: no family has chosen by it yet."""
    with transaction.atomic():
        provider = _ready(moment, actor, call_id)
        if isinstance(provider, Refused):
            return provider
        if not provider.joinings.filter(call=call_id).delete()[0]:
            return Refused.because(ReasonCode.ALREADY_DONE)
        _tell(moment, actor, provider, "call_left", call_id)
    return provider


def _ready(moment: datetime, actor: Actor, call_id: int) -> Provider | Refused:
    """The actor's provider behind the rows of the call and its own, if it is listed and the phase lasts."""
    if actor.provider is None or not may_act_for(actor, actor.provider):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    call = Call.objects.select_for_update().get(pk=call_id)
    provider = Provider.objects.select_for_update().get(pk=actor.provider)
    if provider.state != Provider.State.LISTED:
        return Refused.because(ReasonCode.PROVIDER_NOT_LISTED)
    version, stopped = published_version(call), why_not_running(call)
    if version is None or stopped is not None:
        return stopped or Refused.because(ReasonCode.WINDOW_NOT_OPEN)
    phase = rules_of(version).provider_phase
    if phase is None or not phase[0] <= moment < phase[1]:
        return Refused.because(ReasonCode.WINDOW_NOT_OPEN)
    return provider


def _tell(moment: datetime, actor: Actor, provider: Provider, verb: str, call_id: int) -> None:
    audit.record(moment, actor, f"provider.{verb}", f"provider:{provider.ref}", call=call_id)
    outbox.emit(moment, f"provider.{verb}", provider=provider.ref, call=call_id)
