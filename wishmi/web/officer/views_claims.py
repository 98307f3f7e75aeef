"""Claims and grants by head: what was asked back, its proof, what the office decides."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from wishmi.core.outcome import Refused
from wishmi.infra.attachments import name_of, read_attachment
from wishmi.payouts.actions import check_heads, decide_claim
from wishmi.payouts.models import Claim, HeadGrant
from wishmi.payouts.selectors import claim_by_ref, claims_at_the_desk, enrolled, head_grants, lines_of_claim
from wishmi.people.selectors import names_of
from wishmi.web import formats
from wishmi.web.answers import add_refusal
from wishmi.web.audience import for_officer
from wishmi.web.officer.acting import act_once, status_of
from wishmi.web.officer.confirming import Confirmation, confirmation_page
from wishmi.web.officer.forms_claims import ClaimForm, HeadsForm
from wishmi.web.officer.lists import asked, page_of
from wishmi.web.officer.looking import record_look
from wishmi.web.officer.roles import CASES, CASES_SEEN

STATES = frozenset(Claim.State.values)


@for_officer(*CASES_SEEN)
@never_cache
@require_safe
def claim_list(request: HttpRequest) -> HttpResponse:
    """What is asked back, and what do providers declare."""
    wanted = asked(request, "state", STATES)
    context = {
        "page": page_of(request, claims_at_the_desk(wanted)),
        "wanted": wanted,
        "states": Claim.State.values,
        "grants": head_grants(),
        "may_decide": request.actor.is_any(*CASES),
    }
    return render(request, "officer/claims.html", context)


def _claim(ref: str) -> Claim:
    found = claim_by_ref(ref)
    if found is None:
        raise Http404
    return found


@for_officer(*CASES_SEEN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim_page(request: HttpRequest, ref: str) -> HttpResponse:
    """A claim with its proof, to be decided line by line."""
    claim = _claim(ref)
    lines = lines_of_claim(claim)
    form = ClaimForm(request.POST or None, lines=lines)
    may_decide = request.actor.is_any(*CASES)
    if request.method == "POST" and form.is_valid():
        words, reason = form.accepted(), form.cleaned_data["reason"]
        done = act_once(request, lambda moment: decide_claim(moment, request.actor, claim.pk, words, reason))
        if not isinstance(done, Refused):
            messages.success(request, _("Decided. What was accepted goes into the next statement."))
            return redirect("officer:claims")
        add_refusal(form, done)
    if request.method != "POST":
        record_look(request, "claim.looked_at", f"claim:{claim.ref}")
    context = {
        "claim": claim,
        "lines": lines,
        "form": form,
        "can_decide": may_decide and claim.state == Claim.State.SUBMITTED,
        "names": names_of([claim.decided_by]),
    }
    return render(request, "officer/claim.html", context, status=status_of(form))


@for_officer(*CASES_SEEN)
@never_cache
@require_safe
def claim_proof(request: HttpRequest, ref: str) -> HttpResponse:
    """The proof as a file to keep, never as a page; whoever takes it is recorded."""
    claim = _claim(ref)
    try:
        data = read_attachment(claim.proof)
    except OSError as error:
        raise Http404 from error
    record_look(request, "claim.proof_downloaded", f"claim:{claim.ref}", digest=claim.proof.digest)
    answer = HttpResponse(data, content_type=claim.proof.kind)
    answer["Content-Disposition"] = f'attachment; filename="{name_of(claim.proof)}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@for_officer(*CASES)
@require_http_methods(["GET", "HEAD", "POST"])
def heads_check(request: HttpRequest, pk: int) -> HttpResponse:
    """How many of the children a provider declared are granted."""
    grant = next((one for one in head_grants(state=HeadGrant.State.DECLARED) if one.pk == pk), None)
    if grant is None:
        raise Http404
    form = HeadsForm(request.POST or None, initial={"heads": grant.declared})
    if request.method == "POST" and form.is_valid():
        heads, reason = form.cleaned_data["heads"], form.cleaned_data["reason"]
        done = act_once(request, lambda moment: check_heads(moment, request.actor, grant.pk, heads, reason))
        if not isinstance(done, Refused):
            messages.success(request, _("Checked. The grant goes into the next statement."))
            return redirect("officer:claims")
        add_refusal(form, done)
    here = enrolled(grant.provider_id, grant.call_id, grant.year)
    said = Confirmation(
        title=_("How many children were enrolled?"),
        button=_("Grant"),
        back=reverse("officer:claims"),
        effect=_("The funds of the call pay the grant in their order. It stands in the next statement."),
        facts=[
            (_("Provider"), grant.provider.name),
            (_("Call"), grant.call.title),
            (_("Year"), str(grant.year)),
            (_("Declared"), formats.number(grant.declared)),
            (_("With a voucher of this call, as booked here"), formats.number(here)),
        ],
    )
    return confirmation_page(request, said, form)
