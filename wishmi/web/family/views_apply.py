"""Applying: one question a screen, then a look at everything, then sending."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from wishmi.applications import actions
from wishmi.applications import selectors as applications
from wishmi.calls.selectors import day_of
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra import clock
from wishmi.web.answers import REFUSED_STATUS, add_refusal, sentences_of, tell_refusal
from wishmi.web.audience import for_family
from wishmi.web.fact_forms import FactForm
from wishmi.web.family.answers_apply import Desk, forget, keep, keep_facts, open_desk
from wishmi.web.family.forms_apply import (
    CHILDREN,
    ROLE,
    Children,
    Declare,
    Part,
    form_of,
    is_answered,
    parts_of,
)
from wishmi.web.family.review_words import answers_of
from wishmi.web.public.views_calls import call_or_404


@for_family
@never_cache
@require_http_methods(["GET", "HEAD"])
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """Begin, or go on where it stopped."""
    call = call_or_404(code)
    desk = open_desk(request, request.actor, call, clock.now())
    if call.state != "open":
        tell_refusal(request, Refused.because(ReasonCode.WINDOW_NOT_OPEN))
        return redirect("call", code)
    if desk.application is not None and desk.chosen:
        return redirect("family:review", code)
    return redirect("family:apply_step", code, parts_of(desk)[0].name)


@for_family
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def apply_step(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """One question. The answer is kept at once, as a draft where nothing was sent yet."""
    desk = open_desk(request, request.actor, call_or_404(code), clock.now())
    part = next((one for one in parts_of(desk) if one.name == name), None)
    if part is None:
        raise Http404
    if request.method != "POST":
        return _screen(request, desk, part, form_of(desk, part, None))
    form = form_of(desk, part, request.POST)
    if not form.is_valid():
        return _screen(request, desk, part, form, REFUSED_STATUS)
    _keep(request, desk, part, form)
    if desk.chosen and not desk.is_sent:
        saved = actions.save_draft(clock.now(), request.actor, desk.call.call.pk, desk.form())
        if isinstance(saved, Refused):
            add_refusal(form, saved)
            return _screen(request, desk, part, form, REFUSED_STATUS)
    if request.POST.get("after") == "stop":
        messages.success(request, _("Saved. You can go on when you like, before the closing."))
        return redirect("family:home")
    return _next(request, desk, part)


def _next(request: HttpRequest, desk: Desk, part: Part) -> HttpResponse:
    """The next screen. What was answered may have changed which there are."""
    code, parts = desk.call.call.code, parts_of(desk)
    place = parts.index(part)
    is_last = place + 1 == len(parts) or request.POST.get("after") == "review"
    if is_last:
        return redirect("family:review", code)
    return redirect("family:apply_step", code, parts[place + 1].name)


def _keep(request: HttpRequest, desk: Desk, part: Part, form: forms.Form) -> None:
    if isinstance(form, Children):
        keep(request, desk, {CHILDREN: form.ids()})
    elif isinstance(form, FactForm) and part.name == ROLE:
        keep(request, desk, {ROLE: form.values()[""]})
    elif isinstance(form, FactForm):
        values = {int(ending[1:]) if ending else None: value for ending, value in form.values().items()}
        keep_facts(request, desk, part.name, values)


def _screen(
    request: HttpRequest, desk: Desk, part: Part, form: forms.Form, status: int = 200
) -> HttpResponse:
    parts = parts_of(desk)
    place = parts.index(part)
    context = {
        "call": desk.call,
        "form": form,
        "number": place + 1,
        "parts": parts,
        "back": parts[place - 1].name if place else "",
        "isee": desk.isee,
        "is_sent": desk.is_sent,
        "from_review": request.GET.get("after") == "review" or request.POST.get("after") == "review",
    }
    return render(request, "family/apply_step.html", context, status=status)


@for_family
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, code: str) -> HttpResponse:
    """Is everything right? Then send."""
    moment = clock.now()
    desk = open_desk(request, request.actor, call_or_404(code), moment)
    parts = parts_of(desk)
    unanswered = next((part for part in parts if not is_answered(desk, part)), None)
    if unanswered is not None:
        return redirect("family:apply_step", code, unanswered.name)
    form = Declare(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        sent = _send(request, desk)
        if not isinstance(sent, Refused):
            forget(request, desk.call)
            return redirect("family:receipt", sent)
        add_refusal(form, sent)
    context = {
        "call": desk.call,
        "desk": desk,
        "form": form,
        "last": parts[-1].name,
        "answers": answers_of(desk),
        "verdicts": desk.verdicts(desk.call.rules, day_of(desk.call.version, moment)),
    }
    return render(request, "family/review.html", context, status=REFUSED_STATUS if form.errors else 200)


def _send(request: HttpRequest, desk: Desk) -> str | Refused:
    """Send what was reviewed; returns the reference of the application."""
    moment, actor = clock.now(), request.actor
    if desk.is_sent and desk.application is not None:
        changed = actions.change_application(moment, actor, desk.application.pk, desk.form())
        return changed if isinstance(changed, Refused) else changed.ref
    saved = actions.save_draft(moment, actor, desk.call.call.pk, desk.form())
    if isinstance(saved, Refused):
        return saved
    sent = actions.submit_application(moment, actor, saved.pk)
    return sent if isinstance(sent, Refused) else sent.ref


@for_family
@never_cache
@require_http_methods(["GET", "HEAD"])
def receipt(request: HttpRequest, ref: str) -> HttpResponse:
    """What did I send, and under which number."""
    application = applications.application(ref, request.actor.household)
    if application is None or not application.protocol:
        raise Http404
    return render(request, "family/receipt.html", {"application": application})


@for_family
@require_POST
def withdraw(request: HttpRequest, ref: str) -> HttpResponse:
    """Take an application back, after a second question."""
    application = applications.application(ref, request.actor.household)
    if application is None:
        raise Http404
    if request.POST.get("sure") != "yes":
        return render(request, "family/withdraw.html", {"application": application})
    done = actions.withdraw_application(clock.now(), request.actor, application.pk)
    if isinstance(done, Refused):
        context = {"application": application, "problems": sentences_of(done)}
        return render(request, "family/withdraw.html", context, status=REFUSED_STATUS)
    forget(request, call_or_404(application.call.code))
    messages.success(request, _("Your application was withdrawn."))
    return redirect("family:home")
