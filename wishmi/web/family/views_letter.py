"""The outcome of an application to keep: a letter to print, and the same as data for programs the family trusts."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from wishmi.applications import selectors as applications
from wishmi.applications.models import Application
from wishmi.infra import clock
from wishmi.web.audience import for_family
from wishmi.web.family.child_words import ChildInWords, children_in_words
from wishmi.web.formats import current_language


def _sent(request: HttpRequest, ref: str) -> Application:
    """An application of the own household that was sent: a draft has no outcome."""
    application = applications.application(ref, request.actor.household)
    if application is None or application.protocol is None:
        raise Http404
    return application


@for_family
@never_cache
@require_safe
def letter(request: HttpRequest, ref: str) -> HttpResponse:
    """What was decided and why, on paper."""
    application = _sent(request, ref)
    moment = clock.now()
    context = {
        "application": application,
        "children": children_in_words(application, moment),
        "today": clock.local_day(moment),
    }
    return render(request, "family/letter.html", context)


@for_family
@never_cache
@require_safe
def outcome_data(request: HttpRequest, ref: str) -> HttpResponse:
    """The same as data: codes and values for programs, sentences in the language of the session."""
    application = _sent(request, ref)
    data = {
        "call": application.call.code,
        "version": application.version.number,
        "protocol": application.protocol,
        "language": current_language(),
        "children": [_child_data(child) for child in children_in_words(application, clock.now())],
    }
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False})


def _child_data(child: ChildInWords) -> dict[str, object]:
    row, why = child.row, child.explained
    return {
        "name": child.candidacy.minor.given_name,
        "code": child.candidacy.code,
        "state": child.candidacy.state,
        "outcome": row.outcome if row is not None else None,
        "stage": row.stage.kind if row is not None else None,
        "reasons": child.reasons,
        "explanation": why.told.as_data() if why is not None else None,
        "sentences": why.said.as_data() if why is not None else None,
    }
