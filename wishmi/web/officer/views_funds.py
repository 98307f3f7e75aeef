"""Funds: every figure, the identities, acts and transfers; appropriating, topping up, moving."""

from collections.abc import Iterable, Iterator

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wishmi.calls.actions import appropriate, move_between_funds
from wishmi.calls.models import Fund
from wishmi.calls.selectors import acts_of_fund, all_funds
from wishmi.core.outcome import Refused
from wishmi.infra.actor import Role
from wishmi.ledger.selectors import transfers_of_fund
from wishmi.people.selectors import names_of
from wishmi.web import formats
from wishmi.web.answers import add_refusal
from wishmi.web.audience import for_officer
from wishmi.web.officer.acting import act_once, status_of
from wishmi.web.officer.confirming import Confirmation, confirmation_page
from wishmi.web.officer.exports import Cents, csv_answer, wants_csv
from wishmi.web.officer.forms_funds import AppropriateForm, MoveForm
from wishmi.web.officer.fund_figures import LABELS, FundRow, fund_rows, total_of
from wishmi.web.officer.roles import MONEY
from wishmi.web.officer.terms import term

EDIT = "edit"
"""The button that leads back from the confirmation to the form."""


@for_officer()
@require_safe
def fund_list(request: HttpRequest) -> HttpResponse:
    """How much is there, how much is awarded, spent, paid."""
    rows = fund_rows(all_funds())
    if wants_csv(request):
        header = [_("Code"), _("Fund"), _("Unit"), *LABELS.values(), _("Identities")]
        return csv_answer("funds", header, _lines(rows))
    context = {"rows": rows, "labels": LABELS.values(), "total": total_of(rows)}
    return render(request, "officer/funds.html", context)


def _lines(rows: Iterable[FundRow]) -> Iterator[list[object]]:
    """One line for the money of each fund, and one for each book of what is counted."""
    for row in rows:
        name = (row.fund.code, row.fund.name)
        yield [*name, row.fund.unit, *map(Cents, row.cells), _yes(row.holds)]
        for book in row.counted:
            yield [*name, book.unit, *book.cells, _yes(book.identity.holds)]


def _yes(holds: bool) -> str:
    return _("hold") if holds else _("DO NOT HOLD")


def _fund(code: str) -> Fund:
    return get_object_or_404(Fund, code=code)


@for_officer()
@require_safe
def fund_page(request: HttpRequest, code: str) -> HttpResponse:
    """Everything about one fund, down to the single transfer."""
    fund = _fund(code)
    transfers = transfers_of_fund(fund.ref)
    if wants_csv(request):
        header = [_("Moment"), _("Reason"), _("From"), _("To"), _("Amount"), _("Key")]
        cells = (
            [
                row.at,
                term("transfer", row.reason),
                row.debit.kind,
                row.credit.kind,
                Cents(row.amount),
                row.key,
            ]
            for row in transfers
        )
        return csv_answer(f"fund-{fund.code}", header, cells)
    row, acts = fund_rows([fund])[0], acts_of_fund(fund)
    context = {
        "fund": fund,
        "row": row,
        "names": names_of(act.actor for act in acts),
        "figures": list(zip(LABELS.values(), row.cells, strict=True)),
        "acts": acts,
        "transfers": transfers,
        "may_move": request.actor.is_any(*MONEY),
    }
    return render(request, "officer/fund.html", context)


@for_officer(Role.ACCOUNTING)
@require_http_methods(["GET", "HEAD", "POST"])
def fund_appropriate(request: HttpRequest, code: str) -> HttpResponse:
    """Put money into a fund, by a numbered act."""
    fund = _fund(code)
    form = AppropriateForm(request.POST or None)
    if request.method != "POST" or not form.is_valid() or EDIT in request.POST:
        return _form_page(request, fund, form, _("Put money into {fund}").format(fund=fund.name))
    asked = form.cleaned_data
    if "sure" not in request.POST:
        before = fund_rows([fund])[0].figures
        facts = [
            (_("Fund"), f"{fund.code} · {fund.name}"),
            (_("Amount"), formats.money(asked["amount"])),
            (_("Act"), asked["number"]),
            (_("Appropriated after"), formats.money(before["appropriated"] + asked["amount"])),
            (_("Available after"), formats.money(before["available"] + asked["amount"])),
        ]
        return _sure_page(request, fund, form, _("Put the money into the fund?"), facts)
    answer = act_once(
        request,
        lambda moment: appropriate(
            moment, request.actor, fund.pk, asked["amount"], asked["number"], asked["reason"]
        ),
    )
    return _end(request, fund, form, answer)


@for_officer(Role.ACCOUNTING)
@require_http_methods(["GET", "HEAD", "POST"])
def fund_move(request: HttpRequest, code: str) -> HttpResponse:
    """Move what is available to another fund, by a numbered act."""
    fund = _fund(code)
    form = MoveForm(request.POST or None, source=fund)
    if request.method != "POST" or not form.is_valid() or EDIT in request.POST:
        return _form_page(request, fund, form, _("Move money from {fund}").format(fund=fund.name))
    asked = form.cleaned_data
    if "sure" not in request.POST:
        here, there = (row.figures for row in fund_rows([fund, asked["target"]]))
        facts = [
            (_("Amount"), formats.money(asked["amount"])),
            (_("Act"), asked["number"]),
            (_("From"), f"{fund.code} · {fund.name}"),
            (_("Available there now"), formats.money(here["available"])),
            (_("Available there after"), formats.money(here["available"] - asked["amount"])),
            (_("To"), f"{asked['target'].code} · {asked['target'].name}"),
            (_("Available here after"), formats.money(there["available"] + asked["amount"])),
        ]
        return _sure_page(request, fund, form, _("Move the money?"), facts)
    answer = act_once(
        request,
        lambda moment: move_between_funds(
            moment,
            request.actor,
            fund.pk,
            asked["target"].pk,
            asked["amount"],
            asked["number"],
            asked["reason"],
        ),
    )
    return _end(request, fund, form, answer)


def _form_page(
    request: HttpRequest, fund: Fund, form: AppropriateForm | MoveForm, title: str
) -> HttpResponse:
    context = {"fund": fund, "form": form, "title": title, "row": fund_rows([fund])[0]}
    return render(request, "officer/fund_form.html", context, status=status_of(form))


def _sure_page(
    request: HttpRequest,
    fund: Fund,
    form: AppropriateForm | MoveForm,
    title: str,
    facts: list[tuple[str, object]],
) -> HttpResponse:
    """The second page carries the first one's fields along, unseen; the number of the act is asked on the first."""
    kept = [(name, request.POST.get(name, "")) for name in form.fields]
    said = Confirmation(
        title=title,
        button=_("Yes, do it"),
        back=reverse("officer:fund", args=[fund.code]),
        facts=facts,
        warning=_(
            "The act is numbered and recorded. It cannot be taken back, only countered by another act."
        ),
        hidden=[*kept, ("sure", "yes")],
        can_edit=True,
    )
    return confirmation_page(request, said, forms.Form())


def _end(request: HttpRequest, fund: Fund, form: AppropriateForm | MoveForm, answer: object) -> HttpResponse:
    if isinstance(answer, Refused):
        add_refusal(form, answer)
        return _form_page(request, fund, form, fund.name)
    text = _("Done: {amount} under act {number}.")
    number = form.cleaned_data["number"]
    messages.success(request, text.format(amount=formats.money(form.cleaned_data["amount"]), number=number))
    return redirect("officer:fund", fund.code)
