"""The audit trail of anything, and how the chain under it stands. Every look is recorded itself."""

from itertools import islice

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wishmi.infra import chain, trail
from wishmi.web.audience import for_officer
from wishmi.web.officer.exports import csv_answer, wants_csv
from wishmi.web.officer.lists import asked, page_of
from wishmi.web.officer.looking import record_look
from wishmi.web.officer.roles import TRAIL

FAULTS = 200
EXPORTED = 100_000


@for_officer(*TRAIL)
@require_safe
def trail_page(request: HttpRequest) -> HttpResponse:
    """What happened to this, what did that person do."""
    filters = {name: asked(request, name) for name in ("subject", "actor", "verb")}
    rows = trail.search(**filters)
    used = {f"of_{name}": value for name, value in filters.items() if value}
    if wants_csv(request):
        record_look(request, "audit.exported", "audit:trail", **used)
        header = [_("Number"), _("Moment"), _("Who"), _("What"), _("On what"), _("Details")]
        cells = (
            [one.pk, one.at, one.actor, one.verb, one.subject, one.data] for one in rows[:EXPORTED].iterator()
        )
        return csv_answer("audit", header, cells)
    page = page_of(request, rows)
    record_look(request, "audit.searched", "audit:trail", page=page.number, **used)
    context = {"page": page, "filters": filters}
    return render(request, "officer/trail.html", context)


@for_officer(*TRAIL)
@require_safe
def chain_page(request: HttpRequest) -> HttpResponse:
    """How the chain stands: the last seal, what waits, the heads."""
    record_look(request, "audit.chain_seen", "audit:chain")
    return _chain_page(request, None)


def _chain_page(request: HttpRequest, faults: list[chain.Fault] | None) -> HttpResponse:
    context = {
        "status": trail.chain_status(),
        "seals": trail.newest_seals(20),
        "faults": faults,
        "form": forms.Form(),
    }
    return render(request, "officer/chain.html", context)


@for_officer(*TRAIL)
@require_POST
def chain_check(request: HttpRequest) -> HttpResponse:
    """Walk the whole chain now; faults are listed, none is a message."""
    faults = list(islice(chain.check(), FAULTS))
    record_look(request, "audit.chain_checked", "audit:chain", faults=len(faults))
    if faults:
        return _chain_page(request, faults)
    messages.success(request, _("The chain holds: nothing was changed, removed, inserted or cut off."))
    return redirect("officer:chain")
