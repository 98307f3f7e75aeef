"""Signed acts on a call: correcting, lengthening the window, suspending, reopening, annulling.

Each says before it is signed what it does, and to how many; a correction shows every change in words.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wishmi.applications.selectors import counts_by_state, facts_received
from wishmi.awards.correcting import correct_call, phase_of
from wishmi.bookings.actions import annul_call
from wishmi.calls.acts import extend_window
from wishmi.calls.correcting import why_not_correct
from wishmi.calls.models import CallVersion
from wishmi.calls.selectors import document_of, rules_of, suspension
from wishmi.core.rejudging import rejudge
from wishmi.infra.actor import Role
from wishmi.vouchers.selectors import count_living
from wishmi.vouchers.suspending import reopen_call, suspend_call
from wishmi.web import formats
from wishmi.web.affecting import who_is_affected
from wishmi.web.audience import for_officer
from wishmi.web.differing import said as changes_said
from wishmi.web.officer.call_desk import CallDesk
from wishmi.web.officer.confirming import Confirmation
from wishmi.web.officer.forms_calls import LengthenForm, ReopenForm, SignedForm, SuspendForm
from wishmi.web.officer.views_call_acts import perform, window_facts
from wishmi.web.officer.views_calls import desk_or_404


def _back(code: str) -> str:
    return reverse("officer:call", args=[code])


def _received(desk: CallDesk) -> str:
    """How many children stand in applications that were sent."""
    counts = counts_by_state(desk.call.pk)
    return formats.number(
        sum(count for state, count in counts.items() if state not in ("draft", "withdrawn"))
    )


@for_officer(Role.RESPONSIBLE)
@require_http_methods(["GET", "HEAD", "POST"])
def call_correct(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Put a later version in force: what changes, and who would be affected, before it is signed."""
    desk = desk_or_404(code)
    version = next((one for one in desk.versions if one.number == number), None)
    if version is None or not desk.is_published or version.number <= desk.version.number:
        raise Http404
    form = SignedForm(request.POST or None)
    return perform(
        request,
        desk,
        _correction(desk, version),
        form,
        lambda moment, _number: correct_call(moment, request.actor, version.pk, form.signed),
        lambda: _("Version {number} is in force.").format(number=version.number),
    )


def _correction(desk: CallDesk, version: CallVersion) -> Confirmation:
    before, after = document_of(desk.version), document_of(version)
    changes = [f"{one.change.path}: {one.sentence}" for one in changes_said(before, after)]
    found = rejudge(desk.rules, rules_of(version), facts_received(desk.call.pk))
    late = why_not_correct(before, after, phase_of(desk.call))
    warning = _("It is too late to change these parts of the call: {places}. Leave them as they are.")
    return Confirmation(
        title=_("Correct {code} with version {number}?").format(code=desk.call.code, number=version.number),
        button=_("Sign the correction"),
        back=reverse("officer:version", args=[desk.call.code, version.number]),
        effect=_(
            "The new version is in force at once. Applications already sent are judged by it;"
            " what is awarded keeps the version it was made under. Families that applied are told."
        ),
        facts=[(_("Version in force"), desk.version.number), (_("Children received"), _received(desk))],
        lists=[
            (_("What changes"), changes or [_("The two documents mean the same.")]),
            (_("Who would be affected"), who_is_affected(found, after.amount.unit)),
        ],
        warning=warning.format(places=", ".join(late)) if late else "",
    )


@for_officer(Role.RESPONSIBLE)
@require_http_methods(["GET", "HEAD", "POST"])
def call_lengthen(request: HttpRequest, code: str) -> HttpResponse:
    """Take applications until a later moment."""
    desk = desk_or_404(code)
    form = LengthenForm(request.POST or None)
    said = Confirmation(
        title=_("Extend the window of {code}?").format(code=code),
        button=_("Extend the window"),
        back=_back(code),
        effect=_("Families can apply until the new moment. It must come before the draw can be known."),
        facts=[
            *window_facts(desk),
            (_("The window ends"), formats.moment(desk.closes_at)),
            (_("Children received"), _received(desk)),
        ],
    )

    def act(moment: datetime, _number: str) -> object:
        until = form.cleaned_data["until"].astimezone(ZoneInfo(settings.TIME_ZONE))
        return extend_window(moment, request.actor, desk.call.pk, until, form.signed)

    return perform(request, desk, said, form, act, lambda: _("The window is extended."))


@for_officer(Role.RESPONSIBLE)
@require_http_methods(["GET", "HEAD", "POST"])
def call_suspend(request: HttpRequest, code: str) -> HttpResponse:
    """Stop a call for a while."""
    desk = desk_or_404(code)
    form = SuspendForm(request.POST or None)
    said = Confirmation(
        title=_("Suspend {code}?").format(code=code),
        button=_("Suspend"),
        back=_back(code),
        effect=_(
            "Nobody can apply, and nothing is sealed, ranked, published or issued until the call is reopened."
            " No term lapses. What is awarded stays usable unless you stop that too. Families that applied are told."
        ),
        facts=[
            (_("Children received"), _received(desk)),
            (_("Vouchers that still live"), formats.number(count_living(desk.call.pk))),
        ],
    )

    def act(moment: datetime, _number: str) -> object:
        stops_use = form.cleaned_data["stops_use"]
        return suspend_call(moment, request.actor, desk.call.pk, form.signed, stops_use=stops_use)

    return perform(request, desk, said, form, act, lambda: _("The call is suspended."))


@for_officer(Role.RESPONSIBLE)
@require_http_methods(["GET", "HEAD", "POST"])
def call_reopen(request: HttpRequest, code: str) -> HttpResponse:
    """Go on after a suspension."""
    desk = desk_or_404(code)
    stopped = suspension(desk.call)
    if stopped is None:
        raise Http404
    form = ReopenForm(request.POST or None)
    said = Confirmation(
        title=_("Reopen {code}?").format(code=code),
        button=_("Reopen"),
        back=_back(code),
        effect=_("The call goes on where it stood. Families that applied are told."),
        facts=[
            (_("Suspended since"), formats.moment(stopped.at)),
            (_("The window ends"), formats.moment(desk.closes_at)),
        ],
    )

    def act(moment: datetime, _number: str) -> object:
        prolongs = form.cleaned_data["prolongs"]
        return reopen_call(moment, request.actor, desk.call.pk, form.signed, prolongs=prolongs)

    return perform(request, desk, said, form, act, lambda: _("The call goes on."))


@for_officer(Role.RESPONSIBLE)
@require_http_methods(["GET", "HEAD", "POST"])
def call_annul(request: HttpRequest, code: str) -> HttpResponse:
    """End a call for good."""
    desk = desk_or_404(code)
    form = SignedForm(request.POST or None)
    said = Confirmation(
        title=_("Annul {code}?").format(code=code),
        button=_("Annul the call"),
        back=_back(code),
        effect=_(
            "Every voucher ends and what is not spent returns to its funds. What is booked and has not begun is"
            " cancelled. What was used stays paid. Families that applied are told."
        ),
        facts=[
            (_("Children received"), _received(desk)),
            (_("Vouchers that still live"), formats.number(count_living(desk.call.pk))),
        ],
        warning=_("This cannot be undone."),
        is_hard=True,
    )
    return perform(
        request,
        desk,
        said,
        form,
        lambda moment, _number: annul_call(moment, request.actor, desk.call.pk, form.signed),
        lambda: _("The call is annulled."),
    )
