"""The organiser has marked a use: is it right?"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from wishmi.bookings import actions
from wishmi.bookings.models import Booking
from wishmi.core.outcome import Refused
from wishmi.infra import clock
from wishmi.web.answers import REFUSED_STATUS, add_refusal, sentences_of
from wishmi.web.audience import for_family
from wishmi.web.family.answering_words import say_marked
from wishmi.web.family.forms_outcome import ObservationForm
from wishmi.web.family.views_booking import booking_page, own_booking


@for_family
@require_POST
def confirm(request: HttpRequest, ref: str) -> HttpResponse:
    """Yes, it is right."""
    found = own_booking(request, ref)
    done = actions.confirm_use(clock.now(), request.actor, found.pk)
    if isinstance(done, Refused):
        return booking_page(request, own_booking(request, ref), sentences_of(done))
    messages.success(request, _("Thank you. It counts as used."))
    return redirect("family:booking", ref)


@for_family
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: HttpRequest, ref: str) -> HttpResponse:
    """No, it is not right: what is wrong."""
    found = own_booking(request, ref)
    if found.state != Booking.State.MARKED:
        return redirect("family:booking", ref)
    form = ObservationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = actions.dispute_use(clock.now(), request.actor, found.pk, form.cleaned_data["text"])
        if not isinstance(done, Refused):
            messages.success(request, _("We received it. You find the answer on this page."))
            return redirect("family:booking", ref)
        add_refusal(form, done)
    context = {"booking": found, "form": form, "asked": say_marked(found)}
    return render(request, "family/dispute.html", context, status=REFUSED_STATUS if form.errors else 200)
