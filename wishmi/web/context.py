"""What every page knows."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_bidi

from wishmi.core.languages import OWN_NAMES
from wishmi.infra import clock
from wishmi.web.audience import actor_of, audience_of
from wishmi.web.family import navigation as family
from wishmi.web.formats import current_language
from wishmi.web.languages import keep_readable, named, readable_by
from wishmi.web.navigation import Link
from wishmi.web.officer import navigation as officer
from wishmi.web.provider import navigation as provider
from wishmi.web.public import navigation as public

LINKS: dict[str, tuple[Link, ...]] = {
    "public": public.LINKS,
    "family": family.LINKS,
    "provider": provider.LINKS,
    "officer": officer.LINKS,
}


def page(request: HttpRequest) -> dict[str, object]:
    """Who reads, in which language, on which day."""
    actor = actor_of(request)
    home = audience_of(actor)
    audience = getattr(request, "audience", home)
    # A page that no view wrote, such as that of an error, has not been through the audience's door.
    keep_readable(request, audience, home)
    language = current_language()
    is_demo = settings.WISHMI_MODE == "demo"
    return {
        "actor": actor,
        "audience": audience,
        "links": [link for link in LINKS[home] if link.is_for(actor)],
        "language": language,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "language_name": OWN_NAMES[language],
        "languages": named(readable_by(audience, home)),
        "is_demo": is_demo,
        "demo_now": clock.now() if is_demo else None,
        "here": request.path,
        "here_full": request.get_full_path(),
    }
