"""Statements and payments of a provider."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wishmi.core.outcome import Refused
from wishmi.core.rules.payment import Payee
from wishmi.payouts.actions import agree_statement, dispute_statement
from wishmi.payouts.models import Statement
from wishmi.payouts.selectors import (
    calls_in_force,
    held_back,
    lines_of,
    payments_of_provider,
    statement_by_number,
    statements_of_provider,
)
from wishmi.web import formats
from wishmi.web.answers import add_refusal
from wishmi.web.audience import for_provider
from wishmi.web.officer.acting import act_once
from wishmi.web.officer.confirming import Confirmation, confirmation_page
from wishmi.web.officer.exports import Cents, csv_answer, wants_csv
from wishmi.web.officer.terms import state
from wishmi.web.provider.forms import DisputeForm


@for_provider
@require_safe
def statement_list(request: HttpRequest) -> HttpResponse:
    """What are we owed."""
    own = request.actor.provider
    rows = statements_of_provider(own)
    if wants_csv(request):
        header = [_("Number"), _("Fund"), _("Up to"), _("Amount"), _("State"), _("Drawn"), _("Answered")]
        cells = (
            [
                row.number,
                row.fund.code,
                row.until,
                Cents(row.amount),
                state("statement", row.state)[0],
                row.drawn_at,
                row.answered_at,
            ]
            for row in rows
        )
        return csv_answer("statements", header, cells)
    earned, since = held_back(own)
    context = {
        "rows": rows,
        "earned": earned,
        "since": since,
        "for_schools": bool(calls_in_force(lambda rule: rule.payee is Payee.SCHOOL)),
        "by_head": bool(calls_in_force(lambda rule: rule.per_head is not None)),
    }
    return render(request, "provider/statements.html", context)


def _statement(request: HttpRequest, number: str) -> Statement:
    found = statement_by_number(number)
    if found is None or found.provider_id != request.actor.provider:
        raise Http404
    return found


@for_provider
@require_safe
def statement_page(request: HttpRequest, number: str) -> HttpResponse:
    """Every use in a statement, to agree or dispute."""
    statement = _statement(request, number)
    lines = lines_of(statement)
    if wants_csv(request):
        header = [_("When"), _("Activity"), _("Booking"), _("Amount")]
        cells = ([line.at, line.title, line.ref, Cents(line.amount)] for line in lines)
        return csv_answer(f"statement-{number}", header, cells)
    context = {
        "statement": statement,
        "lines": lines,
        "can_agree": statement.state in (Statement.State.DRAWN, Statement.State.DISPUTED),
        "can_dispute": statement.state == Statement.State.DRAWN,
    }
    return render(request, "provider/statement.html", context)


def _facts(statement: Statement) -> list[tuple[str, object]]:
    return [
        (_("Statement"), statement.number),
        (_("Fund"), f"{statement.fund.code} · {statement.fund.name}"),
        (_("Up to"), formats.day(statement.until)),
        (_("Amount"), formats.money(statement.amount)),
    ]


@for_provider
@require_http_methods(["GET", "HEAD", "POST"])
def statement_agree(request: HttpRequest, number: str) -> HttpResponse:
    """Agree: it is paid with the next batch."""
    statement = _statement(request, number)
    form = forms.Form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = act_once(request, lambda at: agree_statement(at, request.actor, statement.pk))
        if not isinstance(answer, Refused):
            messages.success(request, _("Agreed. It is paid with the next batch."))
            return redirect("provider:statement", number)
        add_refusal(form, answer)
    said = Confirmation(
        title=_("Agree to this statement?"),
        button=_("Agree"),
        back=reverse("provider:statement", args=[number]),
        effect=_("It is paid with the next batch to the IBAN on the list."),
        facts=_facts(statement),
    )
    return confirmation_page(request, said, form)


@for_provider
@require_http_methods(["GET", "HEAD", "POST"])
def statement_dispute(request: HttpRequest, number: str) -> HttpResponse:
    """Dispute: it is not paid until it is agreed."""
    statement = _statement(request, number)
    form = DisputeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        answer = act_once(request, lambda at: dispute_statement(at, request.actor, statement.pk, text))
        if not isinstance(answer, Refused):
            messages.success(request, _("The office reads what you wrote. Nothing is paid until you agree."))
            return redirect("provider:statement", number)
        add_refusal(form, answer)
    said = Confirmation(
        title=_("Dispute this statement?"),
        button=_("Dispute"),
        back=reverse("provider:statement", args=[number]),
        effect=_("It is not paid until you agree to it."),
        facts=_facts(statement),
        is_hard=True,
    )
    return confirmation_page(request, said, form)


@for_provider
@require_safe
def payments(request: HttpRequest) -> HttpResponse:
    """What were we paid, and what is on its way."""
    rows = payments_of_provider(request.actor.provider)
    if wants_csv(request):
        header = [
            _("Batch"),
            _("Execution"),
            _("Statement"),
            _("Amount"),
            _("Taken off, owed back"),
            _("State"),
            _("Answered"),
        ]
        cells = (
            [
                row.batch.number,
                row.batch.execute_on,
                row.statement.number,
                Cents(row.amount),
                Cents(row.compensated),
                state("payment", row.state)[0],
                row.answered_at,
            ]
            for row in rows
        )
        return csv_answer("payments", header, cells)
    return render(request, "provider/payments.html", {"rows": rows})
