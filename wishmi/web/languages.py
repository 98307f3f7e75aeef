"""Which languages a page can be read in: the office's and the providers' in two, all others in every one."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import activate

from wishmi.core.languages import LANGUAGES, OFFICE_LANGUAGES, OWN_NAMES
from wishmi.web.formats import current_language

AT_WORK = frozenset({"provider", "officer"})
YEAR = 365 * 24 * 3600


def readable_by(*audiences: str) -> tuple[str, ...]:
    """The languages of a page for some audiences: fewer as soon as one of them is at work."""
    return LANGUAGES if AT_WORK.isdisjoint(audiences) else OFFICE_LANGUAGES


def named(codes: tuple[str, ...]) -> list[tuple[str, str]]:
    """Codes with the name each language gives itself."""
    return [(code, OWN_NAMES[code]) for code in codes]


def keep_readable(request: HttpRequest, *audiences: str) -> None:
    """Write this page in the city's language where it is not there in the one that was chosen."""
    if current_language() not in readable_by(*audiences):
        activate(settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = settings.LANGUAGE_CODE


def remember(answer: HttpResponse, language: str) -> None:
    """Keep a choice in the browser for a year."""
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
