"""The desk: what waits for each office."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wishmi.applications.selectors import counts_by_call, overdue_integrations
from wishmi.awards.selectors import observations_to_decide, unfinished_stages
from wishmi.bookings.selectors import disputes
from wishmi.calls.selectors import all_funds
from wishmi.infra import clock, trail
from wishmi.infra.actor import Role
from wishmi.payouts.models import Batch
from wishmi.payouts.selectors import batches, rejected_payments, statement_counts, unstated_sum
from wishmi.web import formats
from wishmi.web.audience import for_officer
from wishmi.web.officer.call_desk import CallDesk, all_desks
from wishmi.web.officer.fund_figures import fund_rows
from wishmi.web.words import list_title, word


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits: how much of it, what, where to go."""

    figure: str
    words: str
    address: str
    icon: str
    detail: str = ""


@for_officer()
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for me."""
    moment = clock.now()
    actor = request.actor
    desks = all_desks(moment) if actor.is_any(Role.CASE_OFFICER, Role.RESPONSIBLE) else []
    waiting: list[Waiting] = []
    if actor.is_any(Role.CASE_OFFICER, Role.RESPONSIBLE):
        waiting += _cases(desks, moment)
        waiting += _disputes()
    if actor.is_any(Role.RESPONSIBLE):
        waiting += _signatures(desks)
    if actor.is_any(Role.ACCOUNTING):
        waiting += _payments()
    if actor.is_any(Role.AUDITOR):
        waiting += _chain()
    roles = [word("job", role) for role in sorted(actor.roles)]
    funds = fund_rows(all_funds())
    context = {"waiting": waiting, "roles": roles, "funds": funds}
    return render(request, "officer/home.html", context)


def _cases(desks: list[CallDesk], moment: datetime) -> Iterator[Waiting]:
    counts = counts_by_call()
    observations = observations_to_decide()
    for desk in desks:
        of_call = counts.get(desk.call.pk, {})
        queue = reverse("officer:queue", args=[desk.call.code])
        for state, words, icon in (
            ("submitted", _("to be examined"), "search"),
            ("integration", _("waiting for the family"), "clock"),
            ("reserve", _("admitted with reserve"), "warning"),
        ):
            if of_call.get(state):
                figure = formats.number(of_call[state])
                yield Waiting(figure, words, f"{queue}?state={state}", icon, desk.call.title)
        if observations.get(desk.call.pk):
            address = reverse("officer:ranking", args=[desk.call.code])
            figure = formats.number(observations[desk.call.pk])
            yield Waiting(figure, _("observations to decide"), address, "mail", desk.call.title)
    late = overdue_integrations(clock.local_day(moment))
    if late and desks:
        address = reverse("officer:queue", args=[desks[0].call.code]) + "?state=integration"
        yield Waiting(formats.number(late), _("integrations not received in time"), address, "warning")


def _disputes() -> Iterator[Waiting]:
    count = disputes(is_open=True).count()
    if count:
        address = reverse("officer:disputes")
        yield Waiting(formats.number(count), _("disputed uses to decide"), address, "warning")


def _signatures(desks: list[CallDesk]) -> Iterator[Waiting]:
    for desk in desks:
        address = reverse("officer:call", args=[desk.call.code])
        if desk.state == "loaded":
            yield Waiting("1", _("call to publish"), address, "document", desk.call.title)
        if desk.state == "to_close":
            yield Waiting("1", _("window to close and seal"), address, "lock", desk.call.title)
    for stage in unfinished_stages():
        address = reverse("officer:stage", args=[stage.call.code, stage.number])
        words = _("list to publish") if stage.published_at is None else _("list to issue vouchers from")
        yield Waiting("1", words, address, "list", f"{list_title(stage)}, {stage.call.title}")


def _payments() -> Iterator[Waiting]:
    counts = statement_counts()
    statements = reverse("officer:statements")
    unstated = unstated_sum()
    if unstated:
        yield Waiting(
            formats.money(unstated),
            _("used, in no statement yet"),
            reverse("officer:statements_draw"),
            "euro",
        )
    for state, words in (("agreed", _("statements to pay")), ("disputed", _("disputed statements"))):
        if state in counts:
            count, amount = counts[state]
            figure = formats.number(count)
            yield Waiting(figure, words, f"{statements}?state={state}", "document", formats.money(amount))
    for line in batches():
        address = reverse("officer:batch", args=[line.batch.number])
        if line.batch.state == Batch.State.PREPARED:
            yield Waiting("1", _("batch to approve"), address, "check", line.batch.number)
        if line.batch.state == Batch.State.APPROVED:
            yield Waiting("1", _("batch at the bank"), address, "clock", line.batch.number)
    rejected = len(rejected_payments())
    if rejected:
        figure = formats.number(rejected)
        yield Waiting(figure, _("payments the bank rejected"), reverse("officer:batches"), "warning")


def _chain() -> Iterator[Waiting]:
    status = trail.chain_status()
    address = reverse("officer:chain")
    last = formats.moment(status.last.sealed_at) if status.last else _("never")
    detail = _("Last seal: {moment}").format(moment=last)
    yield Waiting(formats.number(status.waiting), _("rows to be sealed"), address, "lock", detail)
