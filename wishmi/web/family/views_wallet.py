"""Vouchers: what is left, until when, the code to show."""

import segno
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wishmi.applications.models import Candidacy
from wishmi.bookings import selectors as bookings
from wishmi.calls.selectors import rules_of
from wishmi.core.outcome import Refused
from wishmi.core.rules.life import Transfer
from wishmi.infra import clock
from wishmi.payouts.selectors import is_refunded
from wishmi.vouchers import actions
from wishmi.vouchers import selectors as vouchers
from wishmi.vouchers.models import Voucher
from wishmi.vouchers.passing import pass_to_sibling
from wishmi.vouchers.selectors import Wallet
from wishmi.web.answers import tell_refusal
from wishmi.web.audience import for_family


def bar_of(wallet: Wallet) -> dict[str, str]:
    """Places in a bar of 100 units: free, held, spent."""
    whole = max(wallet.awarded, 1)
    free, held = 100 * wallet.free / whole, 100 * wallet.held / whole
    spent = 100 * wallet.spent / whole
    return {
        "free": f"{free:.2f}",
        "held": f"{held:.2f}",
        "spent": f"{spent:.2f}",
        "after": f"{free + held:.2f}",
    }


def qr_of(code: str) -> SafeString:
    """A code as a QR picture: numbers and squares made here, nothing a person typed."""
    svg = segno.make(code, error="m", micro=False).svg_inline(
        scale=8, svgclass="qr", lineclass=None, omitsize=True
    )
    return mark_safe(svg)  # nosec


@for_family
@never_cache
@require_safe
def wallet(request: HttpRequest) -> HttpResponse:
    """How much is left, and until when."""
    found = vouchers.wallets_of(request.actor.household)
    rows = [(one, bar_of(one)) for one in found]
    return render(request, "family/wallet.html", {"rows": rows})


def _own(request: HttpRequest, ref: str) -> Wallet:
    found = vouchers.wallet(ref, request.actor.household)
    if found is None:
        raise Http404
    return found


@for_family
@never_cache
@require_safe
def voucher(request: HttpRequest, ref: str) -> HttpResponse:
    """What do I show, and where did the money go."""
    found = _own(request, ref)
    mine = bookings.bookings_of_household(request.actor.household)
    context = {
        "wallet": found,
        "bar": bar_of(found),
        "is_refunded": is_refunded(found.voucher),
        "qr": qr_of(found.voucher.code) if found.voucher.state == Voucher.State.ACTIVE else "",
        "siblings": _siblings(found),
        "history": [one for one in mine if one.voucher_id == found.voucher.pk],
    }
    return render(request, "family/voucher.html", context)


def _siblings(found: Wallet) -> list[Candidacy]:
    """The children the rest may pass to; none where the call does not allow it."""
    rules = rules_of(found.voucher.award.stage.version)
    may_pass = rules.life.transfer is Transfer.SIBLINGS and found.voucher.state == Voucher.State.ACTIVE
    return list(vouchers.siblings_for(found.voucher)) if may_pass else []


@for_family
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pass_on(request: HttpRequest, ref: str) -> HttpResponse:
    """To which brother or sister does the rest go: asked on a page of its own, because it cannot be undone."""
    found = _own(request, ref)
    siblings = _siblings(found)
    if not siblings:
        raise Http404
    if request.method == "POST":
        chosen = next((one for one in siblings if str(one.minor_id) == request.POST.get("child")), None)
        if chosen is None:
            raise Http404
        done = pass_to_sibling(clock.now(), request.actor, found.voucher.pk, chosen.minor_id)
        if not isinstance(done, Refused):
            messages.success(request, _("Done. What was left is now in the other voucher."))
            return redirect("family:voucher", done.ref)
        tell_refusal(request, done)
        return redirect("family:pass_on", ref)
    return render(request, "family/pass_on.html", {"wallet": found, "siblings": siblings})


@for_family
@require_POST
def new_code(request: HttpRequest, ref: str) -> HttpResponse:
    """The code was lost or seen by others: a new one, the money stays."""
    found = _own(request, ref)
    done = actions.reissue_code(clock.now(), request.actor, found.voucher.pk)
    if isinstance(done, Refused):
        tell_refusal(request, done)
    else:
        messages.success(request, _("Here is the new code. The old one does not work any more."))
    return redirect("family:voucher", ref)
