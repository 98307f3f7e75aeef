"""The calls that ask organisers first: which can we join, and which did we join."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wishmi.calls.models import Call
from wishmi.calls.selectors import published_calls, rules_of
from wishmi.core.outcome import Refused
from wishmi.infra import clock
from wishmi.providers.joining import join_call, leave_call
from wishmi.providers.selectors import calls_joined
from wishmi.web.answers import tell_refusal
from wishmi.web.audience import for_provider
from wishmi.web.officer.acting import act_once

Row = tuple[Call, tuple[datetime, datetime], bool, bool]


def _rows(provider: int, moment: datetime) -> list[Row]:
    """Calls with a phase for organisers: the phase, whether it lasts, whether we joined."""
    joined = calls_joined(provider)
    phases = [(call, rules_of(version).provider_phase) for call, version in published_calls()]
    return [
        (call, phase, phase[0] <= moment < phase[1], call.pk in joined)
        for call, phase in phases
        if phase is not None
    ]


@for_provider
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """Which calls can we join?"""
    rows = _rows(request.actor.provider, clock.now())
    return render(request, "provider/calls.html", {"rows": rows})


@for_provider
@require_POST
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Take part, or take it back while the phase lasts."""
    call = Call.objects.filter(code=code).first()
    if call is None:
        raise Http404
    leaves = request.POST.get("leave") == "yes"
    act = leave_call if leaves else join_call
    done = act_once(request, lambda moment: act(moment, request.actor, call.pk))
    if isinstance(done, Refused):
        tell_refusal(request, done)
    else:
        messages.success(
            request, _("You no longer take part.") if leaves else _("You take part in the call.")
        )
    return redirect("provider:calls")
