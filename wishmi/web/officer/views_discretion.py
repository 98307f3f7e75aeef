"""The discretionary share of a call: how much is left, cases put forward, and the decision of a second person."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wishmi.applications.models import Candidacy
from wishmi.awards.discretion import is_by_same_person, propose_case, reject_case
from wishmi.awards.models import DiscretionaryCase
from wishmi.awards.selectors import cases_of, discretionary_share
from wishmi.calls.selectors import funds_of, rules_of
from wishmi.core.outcome import Refused
from wishmi.infra.actor import Role
from wishmi.people.selectors import names_of
from wishmi.vouchers.discretion import approve_case
from wishmi.web.answers import add_refusal
from wishmi.web.audience import for_officer
from wishmi.web.officer.acting import act_once, status_of
from wishmi.web.officer.forms_discretion import CaseDecisionForm, CaseForm
from wishmi.web.officer.looking import record_look
from wishmi.web.officer.roles import CASES, CASES_SEEN
from wishmi.web.officer.views_calls import desk_or_404


@for_officer(*CASES_SEEN)
@require_safe
def share_page(request: HttpRequest, code: str) -> HttpResponse:
    """What is left of each fund's share, and every case."""
    desk = desk_or_404(code)
    if desk.rules.discretion is None:
        raise Http404
    cases = cases_of(desk.call.pk)
    record_look(request, "cases.looked_at", f"call:{code}")
    context = {
        "desk": desk,
        "shares": [discretionary_share(fund, desk.rules.discretion) for fund in funds_of(desk.call)],
        "cases": cases,
        "names": names_of(ref for case in cases for ref in (case.proposed_by, case.decided_by)),
    }
    return render(request, "officer/discretion.html", context)


@for_officer(*CASES)
@require_http_methods(["GET", "HEAD", "POST"])
def case_propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one excluded child forward."""
    rows = Candidacy.objects.select_related("application__version", "minor", "call")
    child = get_object_or_404(rows, pk=pk)
    rules = rules_of(child.application.version)
    if rules.discretion is None:
        raise Http404
    funds = funds_of(child.call)
    form = CaseForm(request.POST or None, funds=funds)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        answer = act_once(
            request,
            lambda moment: propose_case(
                moment, request.actor, child.pk, int(said["fund"]), said["amount"], said["reason"]
            ),
        )
        if not isinstance(answer, Refused):
            messages.success(request, _("The case is put forward. Another person must approve it."))
            return redirect("officer:discretion", child.call.code)
        add_refusal(form, answer)
    context = {
        "child": child,
        "form": form,
        "shares": [discretionary_share(fund, rules.discretion) for fund in funds],
    }
    return render(request, "officer/case_propose.html", context, status=status_of(form))


@for_officer(*CASES_SEEN)
@require_http_methods(["GET", "HEAD", "POST"])
def case_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a case; approve it, as another person, or reject it."""
    rows = DiscretionaryCase.objects.select_related(
        "candidacy__call", "candidacy__application__version", "fund"
    )
    case = get_object_or_404(rows, pk=pk)
    form = CaseDecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = act_once(request, lambda moment: _decide(moment, request, case, form.cleaned_data))
        if not isinstance(answer, Refused):
            messages.success(request, _("The case is decided."))
            return redirect("officer:discretion", case.candidacy.call.code)
        add_refusal(form, answer)
    record_look(request, "case.looked_at", f"candidacy:{case.candidacy.code}")
    is_open = case.state == DiscretionaryCase.State.OPEN
    context = {
        "case": case,
        "form": form,
        "share": discretionary_share(case.fund, rules_of(case.candidacy.application.version).discretion),
        "names": names_of([case.proposed_by, case.decided_by]),
        "may_decide": is_open and request.actor.is_any(*CASES),
        "may_approve": request.actor.is_any(Role.RESPONSIBLE) and not is_by_same_person(case, request.actor),
    }
    return render(request, "officer/case.html", context, status=status_of(form))


def _decide(moment: object, request: HttpRequest, case: DiscretionaryCase, said: dict[str, object]) -> object:
    if said["is_rejected"]:
        return reject_case(moment, request.actor, case.pk, str(said["reason"]))
    return approve_case(moment, request.actor, case.pk)
