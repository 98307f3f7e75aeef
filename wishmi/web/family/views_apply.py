"""Applying: one question a screen, then a look at everything, then sending."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from wishmi.applications import actions
from wishmi.applications import selectors as applications
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra import clock
from wishmi.people import selectors as people
from wishmi.web.answers import REFUSED_STATUS, add_refusal, sentences_of, tell_refusal
from wishmi.web.audience import for_family
from wishmi.web.family.answers_apply import Desk, forget, keep, open_desk
from wishmi.web.family.forms_apply import BY_NAME, STEPS, Children, Declare, Question, Role, Step
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
    return redirect("family:apply_step", code, STEPS[0].name)


@for_family
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def apply_step(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """One question. The answer is kept at once, as a draft where nothing was sent yet."""
    step = BY_NAME.get(name)
    if step is None:
        raise Http404
    desk = open_desk(request, request.actor, call_or_404(code), clock.now())
    if request.method != "POST":
        return _screen(request, desk, step, _form_of(step, desk, None))
    form = _form_of(step, desk, request.POST)
    if not form.is_valid():
        return _screen(request, desk, step, form, REFUSED_STATUS)
    if name != "isee":
        keep(request, desk, {name: form.answer()})
    if desk.chosen and not desk.is_sent:
        saved = actions.save_draft(clock.now(), request.actor, desk.call.call.pk, desk.form())
        if isinstance(saved, Refused):
            add_refusal(form, saved)
            return _screen(request, desk, step, form, REFUSED_STATUS)
    if request.POST.get("after") == "stop":
        messages.success(request, _("Saved. You can go on when you like, before the closing."))
        return redirect("family:home")
    place = STEPS.index(step)
    is_last = place + 1 == len(STEPS) or request.POST.get("after") == "review"
    return (
        redirect("family:review", code)
        if is_last
        else redirect("family:apply_step", code, STEPS[place + 1].name)
    )


def _form_of(step: Step, desk: Desk, data: object) -> Question:
    value = desk.answers.get(step.name)
    if isinstance(value, bool):
        value = "yes" if value else "no"
    extra = {"minors": desk.minors} if step.form is Children else {}
    if step.form is Role:
        extra = {"roles": tuple(desk.call.document.applicants.roles)}
    if isinstance(value, list):
        value = [str(one) for one in value]
    return step.form(data, initial={"answer": value}, **extra)


def _screen(request: HttpRequest, desk: Desk, step: Step, form: Question, status: int = 200) -> HttpResponse:
    place = STEPS.index(step)
    context = {
        "call": desk.call,
        "step": step,
        "form": form,
        "number": place + 1,
        "steps": STEPS,
        "back": STEPS[place - 1].name if place else "",
        "isee": desk.isee,
        "is_sent": desk.is_sent,
        "has_field": "answer" in form.fields,
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
    if not desk.chosen:
        return redirect("family:apply_step", code, STEPS[0].name)
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
        "verdicts": desk.verdicts(desk.call.rules, clock.local_day(moment)),
        "applicant": next(
            one for one in people.persons_of(request.actor.household) if one.pk == request.actor.person
        ),
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
