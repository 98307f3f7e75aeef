"""What a school paid for many children, and the children a provider declares for a grant by head."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wishmi.calls.models import Call
from wishmi.calls.selectors import published_version, rules_of
from wishmi.core.outcome import Refused
from wishmi.core.rules.payment import Payee
from wishmi.infra import clock
from wishmi.payouts.actions import ClaimSpec, declare_heads, submit_claim
from wishmi.payouts.selectors import calls_in_force, claims_of_payee, head_grants, vouchers_by_code
from wishmi.web.answers import add_refusal
from wishmi.web.audience import for_provider
from wishmi.web.officer.acting import act_once, status_of
from wishmi.web.provider.forms_claims import DeclareForm, SchoolClaimForm


def _categories(calls: list[Call]) -> list[str]:
    versions = [version for call in calls if (version := published_version(call))]
    return sorted(
        {name for version in versions for fund in rules_of(version).funds for name in fund.categories}
    )


@for_provider
@require_http_methods(["GET", "HEAD", "POST"])
def claims(request: HttpRequest) -> HttpResponse:
    """What did we pay for pupils with a voucher, and what became of it."""
    calls = calls_in_force(lambda rule: rule.payee is Payee.SCHOOL)
    rows = claims_of_payee(provider=request.actor.provider)
    if not calls and not rows:
        raise Http404
    form = SchoolClaimForm(request.POST or None, request.FILES or None, categories=_categories(calls))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        found = vouchers_by_code(said["lines"])
        unknown = sorted(said["lines"].keys() - found.keys())
        if unknown:
            text = _("No live voucher has these codes: {codes}.")
            form.add_error("lines", text.format(codes=", ".join(unknown[:5])))
        else:
            prices = {found[code].pk: cents for code, cents in said["lines"].items()}
            spec = ClaimSpec(prices, said["paid_on"], said["paid_to"], said["category"])
            proof = form.proof_bytes()
            done = act_once(request, lambda moment: submit_claim(moment, request.actor, spec, proof))
            if not isinstance(done, Refused):
                messages.success(request, _("Sent. The office looks at the proof and decides."))
                return redirect("provider:claims")
            add_refusal(form, done)
    return render(request, "provider/claims.html", {"form": form, "rows": rows}, status=status_of(form))


@for_provider
@require_http_methods(["GET", "HEAD", "POST"])
def heads(request: HttpRequest) -> HttpResponse:
    """How many children were enrolled, and what was granted for them."""
    calls = calls_in_force(lambda rule: rule.per_head is not None)
    rows = head_grants(provider=request.actor.provider)
    if not calls and not rows:
        raise Http404
    form = DeclareForm(request.POST or None, calls=calls, today=clock.local_day(clock.now()))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        done = act_once(
            request,
            lambda moment: declare_heads(
                moment, request.actor, int(said["call"]), said["year"], said["heads"]
            ),
        )
        if not isinstance(done, Refused):
            messages.success(request, _("Declared. The office checks it and grants."))
            return redirect("provider:heads")
        add_refusal(form, done)
    return render(request, "provider/heads.html", {"form": form, "rows": rows}, status=status_of(form))
