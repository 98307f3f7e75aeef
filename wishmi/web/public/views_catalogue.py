"""The catalogue and one activity."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wishmi.catalogue import selectors as catalogue
from wishmi.catalogue.models import Activity
from wishmi.infra import clock
from wishmi.web.audience import public
from wishmi.web.formats import current_language
from wishmi.web.public.forms_catalogue import CatalogueForm


def whole_number(value: str | None, otherwise: int = 1) -> int:
    """A number from an address, or another."""
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else otherwise


@public
@require_safe
def activity_list(request: HttpRequest) -> HttpResponse:
    """What can my child do near us."""
    form = CatalogueForm(request.GET)
    form.is_valid()
    found = catalogue.find_activities(form.filters(), clock.now(), whole_number(request.GET.get("page")))
    is_filtered = any(value for name, value in request.GET.items() if name != "page")
    return render(
        request, "public/catalogue.html", {"form": form, "found": found, "is_filtered": is_filtered}
    )


def summary_of(activity: Activity) -> tuple[str, str]:
    """The text of an activity and the language it really is in."""
    if current_language() != "it" and activity.summary_en:
        return activity.summary_en, "en"
    return activity.summary_it, "it"


@public
@require_safe
def activity_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What is it, when, what does it cost, is there a place."""
    found = catalogue.activity_with_sessions(pk)
    if found is None:
        raise Http404
    activity, sessions = found
    moment = clock.now()
    text, language = summary_of(activity)
    context = {
        "activity": activity,
        "text": text,
        "text_language": language,
        "is_other_language": language != current_language(),
        "sessions": [session for session in sessions if session.starts_at > moment],
        "past": sum(1 for session in sessions if session.starts_at <= moment),
    }
    return render(request, "public/activity.html", context)
