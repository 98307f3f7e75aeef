"""Money back: what was paid, the receipt, the bank account, and what became of each request."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from wishmi.core.outcome import Refused
from wishmi.infra import clock
from wishmi.payouts.actions import ClaimSpec, set_family_account, submit_claim
from wishmi.payouts.selectors import account_of, categories_of, claims_of_payee, is_refunded
from wishmi.vouchers import selectors as vouchers
from wishmi.web.answers import add_refusal
from wishmi.web.audience import for_family
from wishmi.web.family.forms_refunds import AccountForm, RefundForm
from wishmi.web.officer.acting import act_once, status_of


@for_family
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def refunds(request: HttpRequest) -> HttpResponse:
    """What became of what we asked for, and where does the money go."""
    household = request.actor.household
    account = account_of(household)
    start = {"holder": account.holder, "iban": account.iban} if account else None
    form = AccountForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        done = set_family_account(clock.now(), request.actor, **form.cleaned_data)
        if not isinstance(done, Refused):
            messages.success(request, _("Saved. We pay your refunds to this account."))
            return redirect("family:refunds")
        add_refusal(form, done)
    own = [one for one in vouchers.wallets_of(household) if one.free and is_refunded(one.voucher)]
    context = {"form": form, "account": account, "rows": claims_of_payee(household=household), "own": own}
    return render(request, "family/refunds.html", context, status=status_of(form))


@for_family
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def refund(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask for what was paid, with the receipt."""
    found = vouchers.wallet(ref, request.actor.household)
    if found is None or not is_refunded(found.voucher):
        raise Http404
    if account_of(request.actor.household) is None:
        messages.info(request, _("First tell us your bank account."))
        return redirect("family:refunds")
    form = RefundForm(request.POST or None, request.FILES or None, categories=categories_of(found.voucher))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        spec = ClaimSpec(
            {found.voucher.pk: form.price_cents()}, said["paid_on"], said["paid_to"], said["category"]
        )
        proof = form.proof_bytes()
        done = act_once(request, lambda moment: submit_claim(moment, request.actor, spec, proof))
        if not isinstance(done, Refused):
            messages.success(request, _("We have your request. A person looks at the receipt and answers."))
            return redirect("family:refunds")
        add_refusal(form, done)
    return render(request, "family/refund.html", {"wallet": found, "form": form}, status=status_of(form))
