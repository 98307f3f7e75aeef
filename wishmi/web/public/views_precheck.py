"""Can my child get something? Asked without login, answered over all open calls, kept nowhere."""

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import activate
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from wishmi.infra import clock
from wishmi.infra.actor import Actor, Role
from wishmi.web import languages
from wishmi.web.answers import REFUSED_STATUS
from wishmi.web.audience import actor_of, audience_of, public
from wishmi.web.fact_forms import FactForm
from wishmi.web.family.answers_apply import carry_over, open_desk
from wishmi.web.public.call_words import CallInWords, all_in_words
from wishmi.web.public.forms_entry import SignInForm
from wishmi.web.public.precheck import (
    MOST_CHILDREN,
    Check,
    Place,
    Unsaid,
    children_by_birth,
    household_of,
    read_check,
)
from wishmi.web.public.precheck_words import answers_of

PRIVATE = cache_control(private=True, no_store=True)


def _open_calls() -> list[CallInWords]:
    """The calls of families that take applications now; a project is for providers to propose."""
    found = all_in_words(clock.now())
    return [
        one for one in found if one.state == "open" and one.document.applicants.application_of != "provider"
    ]


def _sent(request: HttpRequest) -> QueryDict:
    """What one of our own pages sends back; what comes from another site says nothing, and the questions begin anew.

    These pages ask for no token, and their answers go into the application of whoever signs in next.
    """
    origin = request.headers.get("Origin")
    is_ours = origin is None or origin == f"{request.scheme}://{request.get_host()}"
    return request.POST if is_ours else QueryDict()


@public
# The page changes nothing and knows nobody: it needs no token, and so no cookie.
@csrf_exempt
@sensitive_post_parameters()
@PRIVATE
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """One question after the other, as long as an answer can still change something."""
    sent = _sent(request)
    done = read_check(_open_calls(), clock.today(), sent)
    if request.method != "POST":
        return _screen(request, done)
    language = sent.get("language", "")
    if language:
        return _in_language(request, done, language)
    match sent.get("go"):
        case "back":
            done.take_back()
        case "another" if done.children < MOST_CHILDREN:
            done.children += 1
        case "unknown":
            place = done.next()
            if place is not None:
                done.told[place] = Unsaid.NOT_KNOWN
        case "answer":
            return _answered(request, done)
    return _screen(request, done)


def _in_language(request: HttpRequest, done: Check, language: str) -> HttpResponse:
    """The same page in another language: what was answered stays."""
    if language not in languages.readable_by(audience_of(actor_of(request))):
        return _screen(request, done)
    activate(language)
    answer = _screen(request, done)
    languages.remember(answer, language)
    return answer


def _answered(request: HttpRequest, done: Check) -> HttpResponse:
    """Take in the answer to the question that was shown; that of another page is left out."""
    place = done.next()
    if place is None or request.POST.get("asked") != ".".join(place):
        return _screen(request, done)
    form = _form(done, place, request.POST)
    if not form.is_valid():
        return _screen(request, done, form, REFUSED_STATUS)
    done.told[place] = form.values()[""]
    return _screen(request, done)


def _form(done: Check, place: Place, data: Mapping[str, str] | None) -> FactForm:
    _whose, name = place
    choices = done.roles() if name == "applicant_role" else ()
    return FactForm(data, name=name, words_of=done.words_of(name), choices=choices)


def _screen(
    request: HttpRequest, done: Check, form: FactForm | None = None, status: int = 200
) -> HttpResponse:
    place = done.next()
    context: dict[str, object] = {
        "check": done,
        "carried": list(done.carried()),
        "calls": done.calls,
        "begun": bool(done.told) or request.method == "POST",
    }
    if place is None:
        context |= {"children": answers_of(done), "may_add": done.children < MOST_CHILDREN}
        return render(request, "public/check_answers.html", context)
    asked = len([whose for whose, _name in done.told if whose in {"h", f"c{done.children - 1}"}])
    context |= {
        "form": form or _form(done, place, None),
        "asked": ".".join(place),
        "number": asked + 1,
        "left": done.left() - 1,
        "child": done.children if done.children > 1 and place[0] != "h" else 0,
    }
    return render(request, "public/check.html", context, status=status)


@public
@csrf_exempt
@sensitive_post_parameters()
@PRIVATE
@require_POST
def take_along(request: HttpRequest, code: str) -> HttpResponse:
    """Apply with the answers of the pre-check: who is not known yet says first who it is."""
    done = read_check(_open_calls(), clock.today(), _sent(request))
    call = _call_or_404(done, code)
    actor = actor_of(request)
    context = {"call": call, "carried": [*done.carried(), ("carry_to", code)]}
    if actor is not None and actor.is_any(Role.FAMILY):
        return render(request, "public/check_take_along.html", context)
    after = {"form": SignInForm(), "after": ""}
    return render(request, "public/sign_in.html", context | after)


@public
@csrf_protect
@sensitive_post_parameters()
@PRIVATE
@require_POST
def taken_along(request: HttpRequest) -> HttpResponse:
    """Put the answers into the application that is being written, because the family said so."""
    actor = actor_of(request)
    if actor is None:
        return redirect("sign_in")
    return put_into_application(request, actor) or redirect("start")


def put_into_application(request: HttpRequest, actor: Actor) -> HttpResponse | None:
    """Carry over what came along with the form, if anything did and a family can use it."""
    code = request.POST.get("carry_to", "")
    if not code or not actor.is_any(Role.FAMILY) or actor.household is None:
        return None
    done = read_check(_open_calls(), clock.today(), request.POST)
    call = _call_or_404(done, code)
    desk = open_desk(request, actor, call, clock.now())
    if not desk.is_sent:
        carry_over(request, desk, household_of(done), children_by_birth(done))
    return redirect("family:apply", code)


def carried_with(request: HttpRequest) -> list[tuple[str, str]]:
    """What a page of the entry has to carry on: the answers of the pre-check, read at the door."""
    code = request.POST.get("carry_to", "")
    if not code:
        return []
    done = read_check(_open_calls(), clock.today(), request.POST)
    return [*done.carried(), ("carry_to", _call_or_404(done, code).call.code)]


def _call_or_404(done: Check, code: str) -> CallInWords:
    found = next((one for one in done.calls if one.call.code == code), None)
    if found is None:
        raise Http404
    return found
