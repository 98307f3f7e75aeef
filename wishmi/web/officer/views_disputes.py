"""What families dispute of what providers marked: the queue, and the decision with its reason."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from wishmi.bookings.actions import decide_dispute
from wishmi.bookings.selectors import dispute_by_ref, disputes
from wishmi.core.outcome import Refused
from wishmi.people.selectors import names_of
from wishmi.web.answers import add_refusal
from wishmi.web.audience import for_officer
from wishmi.web.officer.acting import act_once, status_of
from wishmi.web.officer.forms_disputes import DisputeForm
from wishmi.web.officer.lists import asked, page_of
from wishmi.web.officer.looking import record_look
from wishmi.web.officer.roles import CASES, CASES_SEEN


@for_officer(*CASES_SEEN)
@never_cache
@require_safe
def dispute_list(request: HttpRequest) -> HttpResponse:
    """Which uses are disputed?"""
    wanted = asked(request, "show", frozenset({"decided"})) or "open"
    context = {"page": page_of(request, disputes(is_open=wanted == "open")), "wanted": wanted}
    return render(request, "officer/disputes.html", context)


@for_officer(*CASES_SEEN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def dispute_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One disputed use: what the provider marked, what the family says, what is decided."""
    dispute = dispute_by_ref(ref)
    if dispute is None:
        raise Http404
    form = DisputeForm(request.POST or None)
    may_decide = request.actor.is_any(*CASES)
    if request.method == "POST" and form.is_valid():
        was_used, reason = form.was_used(), form.cleaned_data["reason"]
        pk = dispute.booking_id
        done = act_once(request, lambda at: decide_dispute(at, request.actor, pk, was_used, reason))
        if not isinstance(done, Refused):
            messages.success(request, _("Decided. Family and organiser read it on their pages."))
            return redirect("officer:disputes")
        add_refusal(form, done)
    if request.method != "POST":
        record_look(request, "dispute.looked_at", f"booking:{dispute.booking.ref}")
    context = {
        "dispute": dispute,
        "booking": dispute.booking,
        "form": form,
        "can_decide": may_decide and dispute.decided_at is None,
        "names": names_of([dispute.decided_by]),
    }
    return render(request, "officer/dispute.html", context, status=status_of(form))
