"""The providers that take part in a call which asks them first."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wishmi.providers.selectors import joinings_of
from wishmi.web.audience import for_officer
from wishmi.web.officer.roles import CASES_SEEN
from wishmi.web.officer.views_calls import desk_or_404


@for_officer(*CASES_SEEN)
@require_safe
def joining_list(request: HttpRequest, code: str) -> HttpResponse:
    """Who takes part?"""
    desk = desk_or_404(code)
    if desk.rules.provider_phase is None:
        raise Http404
    return render(request, "officer/joinings.html", {"desk": desk, "rows": joinings_of(desk.call.pk)})
