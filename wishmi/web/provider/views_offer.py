"""What a provider offers: the kind of goods of an activity, sessions as free trials."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wishmi.calls.selectors import goods_named
from wishmi.catalogue.actions import offer_trial, say_goods
from wishmi.catalogue.selectors import activities_of_provider, activity_of_provider, session_of_provider
from wishmi.core.outcome import Refused
from wishmi.web import formats
from wishmi.web.answers import add_refusal, tell_refusal
from wishmi.web.audience import for_provider
from wishmi.web.officer.acting import act_once
from wishmi.web.officer.confirming import Confirmation, confirmation_page
from wishmi.web.officer.exports import Cents, csv_answer, wants_csv
from wishmi.web.provider.forms import GoodsForm


def _kinds() -> dict[str, str]:
    """Kinds of goods in the language of the page; Italian where a call has no other words."""
    attribute = formats.current_language().replace("-", "_")
    return {word: getattr(text, attribute, None) or text.it for word, text in goods_named().items()}


@for_provider
@require_safe
def offer(request: HttpRequest) -> HttpResponse:
    """What do we offer, and what kind of goods is it."""
    rows, kinds = activities_of_provider(request.actor.provider), _kinds()
    if wants_csv(request):
        header = [_("Activity"), _("Price"), _("Kind of goods")]
        cells = ([row.title, Cents(row.price_cents), row.goods] for row in rows)
        return csv_answer("activities", header, cells)
    context = {"rows": [(row, kinds.get(row.goods, row.goods)) for row in rows]}
    return render(request, "provider/offer.html", context)


@for_provider
@require_http_methods(["GET", "HEAD", "POST"])
def goods(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what kind of goods an activity sells."""
    activity = activity_of_provider(pk, request.actor.provider)
    if activity is None:
        raise Http404
    kinds = _kinds()
    # A word of a call that has ended stays a choice for who has it.
    kinds |= {} if not activity.goods else {activity.goods: kinds.get(activity.goods, activity.goods)}
    form = GoodsForm(request.POST or None, kinds=list(kinds.items()), initial={"goods": activity.goods})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["goods"]
        answer = act_once(request, lambda at: say_goods(at, request.actor, activity.pk, chosen))
        if not isinstance(answer, Refused):
            messages.success(request, _("Saved. It counts for bookings from now on."))
            return redirect("provider:offer")
        add_refusal(form, answer)
    said = Confirmation(
        title=_("What kind of goods is it?"),
        button=_("Save"),
        back=reverse("provider:offer"),
        effect=_(
            "A call can say that its vouchers do not pay for some goods. What is booked stays as it is."
        ),
        facts=[(_("Activity"), activity.title)],
    )
    return confirmation_page(request, said, form)


@for_provider
@require_POST
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a session as a free trial, or no longer."""
    if session_of_provider(pk, request.actor.provider) is None:
        raise Http404
    is_trial = request.POST.get("is_trial") == "yes"
    answer = act_once(request, lambda at: offer_trial(at, request.actor, pk, is_trial))
    if isinstance(answer, Refused):
        tell_refusal(request, answer)
    elif is_trial:
        messages.success(request, _("Offered as a free trial: who has one left comes without paying."))
    else:
        messages.success(request, _("No longer offered as a free trial. What is booked stays as it is."))
    return redirect("provider:session", pk)
