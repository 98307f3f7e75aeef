"""The first page, the calls in plain words, help."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wishmi.calls.document_schema import call_schema
from wishmi.calls.models import Call, CallVersion
from wishmi.calls.selectors import in_force, published_version
from wishmi.infra import clock
from wishmi.web.audience import public
from wishmi.web.public.call_words import CallInWords, act_that_stops, acts_in_words, all_in_words, in_words
from wishmi.web.words import CATEGORIES, PILLARS


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What can I do here."""
    found = all_in_words(clock.now())
    context = {
        "open_calls": [one for one in found if one.state == "open"],
        "categories": list(CATEGORIES.items()),
        "pillars": list(PILLARS.items()),
    }
    return render(request, "public/home.html", context)


@public
@require_safe
def call_list(request: HttpRequest) -> HttpResponse:
    """Which vouchers are there."""
    return render(request, "public/calls.html", {"calls": all_in_words(clock.now())})


def call_or_404(code: str) -> CallInWords:
    """A published call by its code."""
    call = Call.objects.filter(code=code).first()
    version = published_version(call) if call else None
    if call is None or version is None:
        raise Http404
    return in_words(call, version, clock.now())


@public
@require_safe
def call_page(request: HttpRequest, code: str) -> HttpResponse:
    """Can my child get this voucher, and what do I have to do."""
    call = call_or_404(code)
    return render(
        request,
        "public/call.html",
        {"call": call, "acts": acts_in_words(call.call), "stopped": act_that_stops(call.call)},
    )


@public
@require_safe
def call_document(_request: HttpRequest, code: str) -> HttpResponse:
    """The call's document as it was published: the rules that the program follows, letter by letter."""
    return _as_file(call_or_404(code).version)


@public
@require_safe
def call_version(_request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The document of a version that is or was in force."""
    call = call_or_404(code).call
    act = next((act for act in in_force(call) if act.version.number == number), None)
    if act is None:
        raise Http404
    return _as_file(act.version)


@public
@require_safe
def call_schema_file(_request: HttpRequest) -> HttpResponse:
    """The JSON Schema of every call document, for editors and programs."""
    return JsonResponse(call_schema(), json_dumps_params={"ensure_ascii": False})


def _as_file(version: CallVersion) -> HttpResponse:
    name = f"{version.call.code}-v{version.number}.yaml"
    answer = HttpResponse(version.document, content_type="text/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@public
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """How can we help you."""
    return render(request, "public/help.html")
