"""The outcome of an application: place, points, reasons, the award, and what a family can answer."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wishmi.applications import actions as applying
from wishmi.applications import selectors as applications
from wishmi.applications.models import Application, Candidacy
from wishmi.awards import actions as awarding
from wishmi.awards import publishing
from wishmi.awards import selectors as awards
from wishmi.awards.models import Award, Stage, StageRow
from wishmi.calls.selectors import observations_until, published_version, rules_of, window_now, window_open
from wishmi.core.outcome import Refused
from wishmi.infra import clock
from wishmi.vouchers import actions as vouchers
from wishmi.web.answers import REFUSED_STATUS, add_refusal, tell_refusal
from wishmi.web.audience import for_family
from wishmi.web.family.child_words import children_in_words
from wishmi.web.family.forms_outcome import IntegrationForm, ObservationForm
from wishmi.web.public.call_words import act_that_stops


def _own(request: HttpRequest, ref: str) -> Application:
    application = applications.application(ref, request.actor.household)
    if application is None:
        raise Http404
    return application


def _child(application: Application, pk: int) -> Candidacy:
    for candidacy in application.candidacies.all():
        if candidacy.pk == pk:
            return candidacy
    raise Http404


@for_family
@never_cache
@require_safe
def outcome(request: HttpRequest, ref: str) -> HttpResponse:
    """Did we get it, and why."""
    application = _own(request, ref)
    children = children_in_words(application, clock.now())
    context = {
        "application": application,
        "children": children,
        "stopped": act_that_stops(application.call),
        "can_change": application.state == Application.State.SUBMITTED and _is_open(application),
        "can_withdraw": application.state != Application.State.WITHDRAWN
        and not any(child.award for child in children),
    }
    return render(request, "family/outcome.html", context)


def _is_open(application: Application) -> bool:
    version = published_version(application.call) or application.version
    rules = rules_of(version)
    is_of_now = application.window == window_now(application.call, rules).number
    return is_of_now and window_open(application.call, rules, clock.now())


def _own_award(request: HttpRequest, ref: str) -> Award:
    for award in awards.awards_of(request.actor.household):
        if award.ref == ref:
            return award
    raise Http404


@for_family
@require_POST
def accept(request: HttpRequest, ref: str) -> HttpResponse:
    """Yes, we want it."""
    award = _own_award(request, ref)
    done = vouchers.accept_award(clock.now(), request.actor, award.pk)
    if isinstance(done, Refused):
        tell_refusal(request, done)
        return redirect("family:outcome", award.candidacy.application.ref)
    messages.success(request, _("Accepted. The voucher is ready: choose an activity."))
    return redirect("family:wallet")


@for_family
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def renounce(request: HttpRequest, ref: str) -> HttpResponse:
    """No, thank you: asked twice, because the money goes to another child."""
    award = _own_award(request, ref)
    if request.method == "POST":
        done = vouchers.renounce_award(clock.now(), request.actor, award.pk)
        if not isinstance(done, Refused):
            messages.success(request, _("You gave up the voucher. It goes to another child."))
            return redirect("family:outcome", award.candidacy.application.ref)
        tell_refusal(request, done)
        return redirect("family:renounce", award.ref)
    return render(request, "family/renounce.html", {"award": award})


@for_family
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def observe(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Is something wrong on the provisional list."""
    application = _own(request, ref)
    candidacy = _child(application, pk)
    row = next(iter(awards.rows_of_child(candidacy)), None)
    if row is None or row.stage.kind != Stage.Kind.PROVISIONAL:
        raise Http404
    form = ObservationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = awarding.file_observation(
            clock.now(), request.actor, row.stage_id, candidacy.pk, form.cleaned_data["text"]
        )
        if not isinstance(done, Refused):
            messages.success(request, _("We received it. You find the answer on this page."))
            return redirect("family:outcome", ref)
        add_refusal(form, done)
    context = {"application": application, "candidacy": candidacy, "form": form, "until": _until(row)}
    return render(request, "family/observe.html", context, status=REFUSED_STATUS if form.errors else 200)


def _until(row: StageRow) -> object:
    assert row.stage.published_at is not None
    return observations_until(row.stage.call, row.stage.published_at, rules_of(row.stage.version))


@for_family
@never_cache
@require_safe
def receipt_file(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """The family's own proof of its row in the newest published list."""
    candidacy = _child(_own(request, ref), pk)
    row = next(iter(awards.rows_of_child(candidacy)), None)
    content = publishing.receipt(row) if row is not None else None
    if content is None:
        raise Http404
    answer = HttpResponse(content, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="receipt-{candidacy.code}.json"'
    return answer


@for_family
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def integrate(request: HttpRequest, pk: int) -> HttpResponse:
    """What does the office need from us."""
    asked = next(
        (one for one in applications.open_integrations(request.actor.household) if one.pk == pk), None
    )
    if asked is None:
        raise Http404
    form = IntegrationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = applying.answer_integration(clock.now(), request.actor, asked.pk, form.cleaned_data["answer"])
        if not isinstance(done, Refused):
            messages.success(request, _("We received your answer. Thank you."))
            return redirect("family:outcome", asked.candidacy.application.ref)
        add_refusal(form, done)
    context = {"asked": asked, "form": form}
    return render(request, "family/integrate.html", context, status=REFUSED_STATUS if form.errors else 200)
