"""Weighty acts on a call: publishing, closing and sealing, extending the last day of use."""

from collections.abc import Callable
from datetime import date, datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wishmi.applications.actions import seal_intake
from wishmi.applications.models import Intake
from wishmi.applications.selectors import counts_by_state
from wishmi.calls.actions import publish_call
from wishmi.calls.models import Fund
from wishmi.calls.selectors import document_of, number_is_taken, use_until
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra.actor import Role
from wishmi.vouchers.actions import extend_for_all
from wishmi.vouchers.selectors import count_living
from wishmi.web import formats
from wishmi.web.answers import add_refusal
from wishmi.web.audience import for_officer
from wishmi.web.officer.acting import act_once
from wishmi.web.officer.call_desk import CallDesk
from wishmi.web.officer.confirming import Confirmation, Table, confirmation_page
from wishmi.web.officer.fields import ActForm
from wishmi.web.officer.forms_calls import ExtendForm
from wishmi.web.officer.views_calls import desk_or_404


def perform(
    request: HttpRequest,
    desk: CallDesk,
    said: Confirmation,
    form: ActForm,
    act: Callable[[datetime, str], object],
    done: Callable[[], str],
) -> HttpResponse:
    """Ask, then act under the number given, and go back to the call."""
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["number"].strip()

        def once(moment: datetime) -> object:
            if number_is_taken(desk.call, number):
                return Refused.because(ReasonCode.ALREADY_DONE)
            return act(moment, number)

        answer = act_once(request, once)
        if not isinstance(answer, Refused):
            messages.success(request, done())
            return redirect("officer:call", desk.call.code)
        if answer.codes == (ReasonCode.ALREADY_DONE,) and number_is_taken(desk.call, number):
            form.add_error("number", _("Another act on this call has this number."))
        else:
            add_refusal(form, answer)
    return confirmation_page(request, said, form)


def window_facts(desk: CallDesk) -> list[tuple[str, str]]:
    """Which window an act is about, where the call has several."""
    if not desk.rules.more_windows:
        return []
    text = _("{number} of {count}").format(number=desk.window.number, count=1 + len(desk.rules.more_windows))
    return [(_("Window"), text)]


@for_officer(Role.RESPONSIBLE)
@require_http_methods(["GET", "HEAD", "POST"])
def call_publish(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Publish a version under a numbered act."""
    desk = desk_or_404(code)
    version = next((one for one in desk.versions if one.number == number), None)
    if version is None:
        raise Http404
    document = document_of(version)
    known = set(
        Fund.objects.filter(code__in=[node.code for node in document.funds]).values_list("code", flat=True)
    )
    rows = [
        (
            f"{node.code} · {node.name.it}",
            formats.money(node.amount),
            _("there") if node.code in known else _("will be made, empty"),
        )
        for node in document.funds
    ]
    said = Confirmation(
        title=_("Publish version {number} of {code}?").format(number=version.number, code=code),
        button=_("Publish the call"),
        back=reverse("officer:version", args=[code, number]),
        effect=_(
            "Families can read the call at once. Applications open and close by themselves at these moments."
            " A published version never changes."
        ),
        facts=[
            (_("Title"), document.texts.title.it),
            (_("Opens"), formats.moment(document.window.opens)),
            (_("Closes"), formats.moment(document.window.closes)),
            (_("Use until"), formats.day(document.award.use_until)),
        ],
        table=Table(
            _("Funds behind the call"), [_("Fund"), _("Amount in the call"), _("In the books")], rows
        ),
    )
    return perform(
        request,
        desk,
        said,
        ActForm(request.POST or None),
        lambda moment, act: publish_call(moment, request.actor, version.pk, act),
        lambda: _("Version {number} is published.").format(number=version.number),
    )


@for_officer(Role.RESPONSIBLE)
@require_http_methods(["GET", "HEAD", "POST"])
def call_close(request: HttpRequest, code: str) -> HttpResponse:
    """Close the window and seal what was received."""
    desk = desk_or_404(code)
    counts = counts_by_state(desk.call.pk, desk.window.number)
    sent = sum(count for state, count in counts.items() if state not in ("draft", "withdrawn"))
    said = Confirmation(
        title=_("Close the window of {code} and seal the intake?").format(code=code),
        button=_("Close and seal"),
        back=reverse("officer:call", args=[code]),
        effect=_(
            "Nobody can apply any more. A root is computed over everything received and published,"
            " so that nothing can be added or taken away unseen afterwards."
        ),
        facts=[
            *window_facts(desk),
            (_("The window ends"), formats.moment(desk.closes_at)),
            (_("Children received"), formats.number(sent)),
            (_("Drafts that were never sent"), formats.number(counts.get("draft", 0))),
        ],
        warning=_("This cannot be undone."),
    )

    def done() -> str:
        intake = Intake.objects.get(call=desk.call, window=desk.window.number)
        text = _("Closed. {count} children are sealed under the root {root}.")
        return text.format(count=formats.number(intake.count), root=intake.root)

    return perform(
        request,
        desk,
        said,
        ActForm(request.POST or None),
        lambda moment, act: seal_intake(moment, request.actor, desk.call.pk, act),
        done,
    )


@for_officer(Role.RESPONSIBLE)
@require_http_methods(["GET", "HEAD", "POST"])
def call_extend(request: HttpRequest, code: str) -> HttpResponse:
    """Extend the last day of use for every voucher of a call."""
    desk = desk_or_404(code)
    now_until = date.fromisoformat(use_until(desk.call, desk.rules))
    form = ExtendForm(request.POST or None, now_until=now_until)
    said = Confirmation(
        title=_("Extend the last day of use of {code}?").format(code=code),
        button=_("Extend"),
        back=reverse("officer:call", args=[code]),
        effect=_("Every voucher that still lives gets the new day, and so does every voucher issued later."),
        facts=[
            (_("Last day now"), formats.day(now_until)),
            (_("Vouchers that still live"), formats.number(count_living(desk.call.pk))),
        ],
    )

    def act(moment: datetime, number: str) -> object:
        asked = form.cleaned_data
        return extend_for_all(moment, request.actor, desk.call.pk, asked["until"], number, asked["reason"])

    return perform(
        request,
        desk,
        said,
        form,
        act,
        lambda: _("The last day of use is now {day}.").format(day=formats.day(form.cleaned_data["until"])),
    )
