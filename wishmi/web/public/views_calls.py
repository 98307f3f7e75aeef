"""The first page, the calls in plain words, help."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wishmi.calls.models import Call
from wishmi.calls.selectors import published_version
from wishmi.infra import clock
from wishmi.web.audience import public
from wishmi.web.public.call_words import CallInWords, all_in_words, in_words
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
    return render(request, "public/call.html", {"call": call_or_404(code)})


@public
@require_safe
def call_document(_request: HttpRequest, code: str) -> HttpResponse:
    """The call's document as it was published: the rules that the program follows, letter by letter."""
    call = call_or_404(code)
    name = f"{call.call.code}-v{call.version.number}.yaml"
    answer = HttpResponse(call.version.document, content_type="text/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@public
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """How can we help you."""
    return render(request, "public/help.html")
