"""Who a page is for. Every route carries one of these; a test refuses a route without.

A refused view shows "403.html"; a form without its token, "403_csrf.html", which Django asks for by name.
A view behind `for_…` finds `request.actor` (an `infra.actor.Actor`); a public one finds it there too, or None.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from wishmi.infra.actor import Actor, Role
from wishmi.people import selectors as people
from wishmi.web.languages import keep_readable

View = Callable[..., HttpResponse]
_COMPRESS = GZipMiddleware(lambda _request: HttpResponse())
OFFICES = (Role.CASE_OFFICER, Role.RESPONSIBLE, Role.ACCOUNTING, Role.AUDITOR)


def actor_of(request: HttpRequest) -> Actor | None:
    """Who is signed in, asked once per request."""
    if not hasattr(request, "actor"):
        is_known = getattr(request, "user", None) is not None and request.user.is_authenticated
        request.actor = people.actor_of(request.user) if is_known else None
    return request.actor


def audience_of(actor: Actor | None) -> str:
    """Whose pages an actor is at home on."""
    if actor is None:
        return "public"
    if actor.is_any(*OFFICES):
        return "officer"
    return "provider" if actor.is_any(Role.PROVIDER) else "family"


def _guarded(view: View, audience: str, policy: str, is_admitted: Callable[[Actor | None], bool]) -> View:
    @wraps(view)
    def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor = actor_of(request)
        request.audience = audience
        keep_readable(request, audience, audience_of(actor))
        if is_admitted(actor):
            answer = _light(request, view(request, *args, **kwargs))
        elif actor is None:
            answer = redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        else:
            answer = forbidden(request)
        if audience != "public" or actor is not None:
            # Somebody else may use this machine next: nothing of a person stays in its browser.
            add_never_cache_headers(answer)
        return answer

    guard.audience = audience
    guard.policy = policy
    return guard


def _light(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Pages go compressed, with Django's random padding against guessing from the length; files go as they are."""
    is_page = answer.get("Content-Type", "").startswith("text/html") and not answer.streaming
    return _COMPRESS.process_response(request, answer) if is_page else answer


def forbidden(request: HttpRequest) -> HttpResponse:
    """The page that says whose page this is and where to go."""
    request.audience = audience_of(actor_of(request))
    return render(request, "403.html", status=403)


def public(view: View) -> View:
    """Anyone."""
    return _guarded(view, "public", "anyone", lambda _actor: True)


def for_machine(policy: str) -> Callable[[View], View]:
    """A program that looks after the installation: no session is opened and nobody is looked up."""

    def decorate(view: View) -> View:
        view.audience = "machine"
        view.policy = policy
        return view

    return decorate


def for_family(view: View) -> View:
    """A guardian: what it acts on is its own household's."""

    def is_admitted(actor: Actor | None) -> bool:
        return actor is not None and actor.is_any(Role.FAMILY) and actor.household is not None

    return _guarded(view, "family", "own household", is_admitted)


def for_provider(view: View) -> View:
    """A provider's staff: what it acts on is its own provider's."""

    def is_admitted(actor: Actor | None) -> bool:
        return actor is not None and actor.is_any(Role.PROVIDER) and actor.provider is not None

    return _guarded(view, "provider", "own provider", is_admitted)


def for_officer(*roles: Role) -> Callable[[View], View]:
    """An officer who holds one of the roles; without any, every office."""
    admitted = roles or OFFICES

    def is_admitted(actor: Actor | None) -> bool:
        return actor is not None and actor.is_any(*admitted)

    def decorate(view: View) -> View:
        return _guarded(view, "officer", " or ".join(sorted(admitted)), is_admitted)

    return decorate
