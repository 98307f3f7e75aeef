"""The way in and out, the language, and the persons of the demo."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wishmi.infra import clock
from wishmi.infra.actor import Role
from wishmi.people import selectors as people
from wishmi.people.actions import choose_language
from wishmi.people.models import Login
from wishmi.web import languages
from wishmi.web.audience import actor_of, audience_of, public
from wishmi.web.public import throttle
from wishmi.web.public.forms_entry import SignInForm
from wishmi.web.public.views_precheck import carried_with, put_into_application

HOMES = {"family": "family:home", "provider": "provider:home", "officer": "officer:home", "public": "home"}
BACKEND = "django.contrib.auth.backends.ModelBackend"
GROUPS = (
    (frozenset({Role.FAMILY}), "people"),
    (frozenset({Role.PROVIDER}), "star"),
    (frozenset(), "shield"),
)


def _safe_next(request: HttpRequest, fallback: str) -> str:
    """Where to go afterwards: only ever a place of this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else fallback


@public
@never_cache
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The first page of whoever is signed in."""
    return redirect(HOMES[audience_of(actor_of(request))])


@public
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password; every failure gives the same answer, whoever exists."""
    after = _safe_next(request, reverse("start"))
    if request.method != "POST":
        return render(request, "public/sign_in.html", {"form": SignInForm(), "after": after, "carried": []})
    form = SignInForm(request.POST)
    if form.is_valid():
        name, moment = form.cleaned_data["username"], clock.now()
        wait = throttle.seconds_to_wait(request, name, moment)
        if wait:
            form.add_error(None, _wait_sentence(wait))
        else:
            known = authenticate(request, username=name, password=form.cleaned_data["password"])
            if known is not None:
                throttle.cleared(request, name)
                login(request, known)
                return _in_own_language(_where_to(request, after), known)
            throttle.failed(request, name, moment)
            form.add_error(None, _("The user name or the password is wrong. Check both and try again."))
    context = {"form": form, "after": after, "carried": carried_with(request)}
    return render(request, "public/sign_in.html", context, status=422)


def _where_to(request: HttpRequest, after: str) -> HttpResponse:
    """The page after entering: the application, for who brings answers of the pre-check along."""
    return put_into_application(request, people.actor_of(request.user)) or redirect(after)


def _wait_sentence(seconds: int) -> str:
    text = ngettext(
        "Too many wrong tries. Wait {seconds} second, then try again.",
        "Too many wrong tries. Wait {seconds} seconds, then try again.",
        seconds,
    )
    return text.format(seconds=seconds)


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave; the language stays."""
    logout(request)
    messages.success(request, _("You are signed out."))
    return redirect("home")


@public
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the language that was chosen, in the browser and with the login, and go back to the page."""
    language = request.POST.get("language", "")
    actor = actor_of(request)
    answer = redirect(_safe_next(request, reverse("home")))
    if language in languages.readable_by(audience_of(actor)):
        languages.remember(answer, language)
        if actor is not None:
            choose_language(clock.now(), actor, request.user.pk, language)
    return answer


def _in_own_language(answer: HttpResponse, person: Login) -> HttpResponse:
    """Who once chose a language while signed in finds it again on any machine."""
    if person.language:
        languages.remember(answer, person.language)
    return answer


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def personas(request: HttpRequest) -> HttpResponse:
    """Become one of the demo city's persons by one press; in demo mode only."""
    if settings.WISHMI_MODE != "demo":
        raise Http404
    if "login" in request.POST:
        chosen = get_object_or_404(
            Login, pk=_number(request.POST.get("login")), is_demo_persona=True, is_active=True
        )
        logout(request)
        login(request, chosen, backend=BACKEND)
        return _in_own_language(_where_to(request, reverse("start")), chosen)
    rows = []
    for persona in people.demo_personas():
        roles = frozenset(Role(grant.role) for grant in persona.grants.all())
        picture = next(picture for wanted, picture in GROUPS if wanted <= roles)
        name, _colon, story = (persona.display_name or persona.username).partition(": ")
        row = {"login": persona, "name": _(name), "story": _(story) if story else "", "picture": picture}
        rows.append({**row, "roles": sorted(roles)})
    return render(request, "public/personas.html", {"rows": rows, "carried": carried_with(request)})


def _number(value: str | None) -> int:
    if value and value.isascii() and value.isdigit() and len(value) < 18:
        return int(value)
    raise Http404
