"""Paying providers: statements, batches approved by two persons, the bank's file and its answers."""

from pathlib import Path

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from wishmi.core.outcome import Refused
from wishmi.infra.actor import Role
from wishmi.payouts.actions import (
    approve_batch,
    discard_batch,
    draw_statements,
    place_file,
    prepare_batch,
    record_bank_answers,
)
from wishmi.payouts.models import Batch, Payment, Statement
from wishmi.payouts.selectors import (
    batches,
    lines_of,
    payments_of,
    rejected_payments,
    statement_by_number,
    statement_counts,
    statements_at_the_desk,
    statements_in,
    unstated_sum,
)
from wishmi.payouts.status_file import read_status_file
from wishmi.people.selectors import is_same_person, names_of
from wishmi.web import formats
from wishmi.web.answers import add_refusal
from wishmi.web.audience import for_officer
from wishmi.web.officer.acting import act_once, status_of
from wishmi.web.officer.confirming import Confirmation, Table, confirmation_page
from wishmi.web.officer.exports import Cents, csv_answer, wants_csv
from wishmi.web.officer.forms_payouts import (
    AnswersForm,
    DiscardForm,
    DrawForm,
    PrepareForm,
    StatusFileForm,
    SureForm,
)
from wishmi.web.officer.lists import asked, page_of
from wishmi.web.officer.looking import record_look
from wishmi.web.officer.roles import MONEY, MONEY_SEEN
from wishmi.web.officer.terms import STATEMENT, state

STATES = frozenset(Statement.State.values)

KINDS = {".xml": "application/xml", ".csv": "text/csv; charset=utf-8"}
"""What the file of a batch is: for the bank, or a list where no SEPA file reaches."""


@for_officer(*MONEY_SEEN)
@require_safe
def statement_list(request: HttpRequest) -> HttpResponse:
    """What is owed to whom, and where does each statement stand."""
    wanted, text = asked(request, "state", STATES), asked(request, "text")
    rows = statements_at_the_desk(wanted, text)
    if wants_csv(request):
        header = [
            _("Number"),
            _("Provider"),
            _("Fund"),
            _("Up to"),
            _("Amount"),
            _("State"),
            _("Drawn"),
            _("Answered"),
        ]
        cells = (
            [
                row.number,
                row.payee_name,
                row.fund.code,
                row.until,
                Cents(row.amount),
                state("statement", row.state)[0],
                row.drawn_at,
                row.answered_at,
            ]
            for row in rows.iterator(chunk_size=2000)
        )
        return csv_answer("statements", header, cells)
    counts = statement_counts()
    context = {
        "page": page_of(request, rows),
        "counts": [(name, *counts[name]) for name in STATEMENT if name in counts],
        "all": sum(count for count, _sum in counts.values()),
        "wanted": wanted,
        "text": text,
        "unstated": unstated_sum(),
        "agreed": counts.get("agreed", (0, 0))[0],
        "may_pay": request.actor.is_any(*MONEY),
    }
    return render(request, "officer/statements.html", context)


@for_officer(*MONEY_SEEN)
@require_safe
def statement_page(request: HttpRequest, number: str) -> HttpResponse:
    """Every use in a statement."""
    statement = statement_by_number(number)
    if statement is None:
        raise Http404
    context = {
        "statement": statement,
        "lines": lines_of(statement),
        "payments": list(statement.payments.select_related("batch").order_by("-id")),
    }
    return render(request, "officer/statement.html", context)


@for_officer(Role.ACCOUNTING)
@require_http_methods(["GET", "HEAD", "POST"])
def statements_draw(request: HttpRequest) -> HttpResponse:
    """Draw statements for the uses up to a day."""
    form = DrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        until = form.cleaned_data["until"]
        answer = act_once(request, lambda moment: draw_statements(moment, request.actor, until))
        if not isinstance(answer, Refused):
            count = int(str(answer["count"]))
            text = ngettext("{count} statement was drawn.", "{count} statements were drawn.", count)
            messages.success(request, text.format(count=formats.number(count)))
            return redirect("officer:statements")
        add_refusal(form, answer)
    said = Confirmation(
        title=_("Draw statements?"),
        button=_("Draw the statements"),
        back=reverse("officer:statements"),
        effect=_(
            "Each provider gets one statement for each fund, and agrees or disputes. A statement is never edited."
        ),
        facts=[(_("Used and in no statement yet"), formats.money(unstated_sum()))],
    )
    return confirmation_page(request, said, form)


@for_officer(*MONEY_SEEN)
@require_safe
def batch_list(request: HttpRequest) -> HttpResponse:
    """Which payments are on their way, which came back."""
    rows = batches()
    if wants_csv(request):
        header = [
            _("Number"),
            _("State"),
            _("Execution"),
            _("Payments"),
            _("Amount"),
            _("Paid"),
            _("Rejected"),
        ]
        cells = (
            [
                row.batch.number,
                state("batch", row.batch.state)[0],
                row.batch.execute_on,
                row.payments,
                Cents(row.amount_cents),
                Cents(row.paid_cents),
                row.rejected,
            ]
            for row in rows
        )
        return csv_answer("batches", header, cells)
    counts = statement_counts()
    context = {
        "rows": rows,
        "rejected": rejected_payments(),
        "agreed": counts.get("agreed", (0, 0))[0],
        "may_pay": request.actor.is_any(*MONEY),
    }
    return render(request, "officer/batches.html", context)


@for_officer(Role.ACCOUNTING)
@require_http_methods(["GET", "HEAD", "POST"])
def batch_prepare(request: HttpRequest) -> HttpResponse:
    """Put every agreed statement into a batch."""
    form = PrepareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["execute_on"]

        def act(moment: object) -> object:
            made = prepare_batch(moment, request.actor, day)
            return made if isinstance(made, Refused) else {"number": made.number}

        answer = act_once(request, act)
        if not isinstance(answer, Refused):
            text = _("Batch {number} is prepared. Another person must approve it.")
            messages.success(request, text.format(number=answer["number"]))
            return redirect("officer:batch", answer["number"])
        add_refusal(form, answer)
    agreed = statements_in(Statement.State.AGREED)
    rows = [(f"{row.number} · {row.payee_name}", row.fund.code, formats.money(row.amount)) for row in agreed]
    said = Confirmation(
        title=_("Prepare a payment batch?"),
        button=_("Prepare the batch"),
        back=reverse("officer:batches"),
        effect=_(
            "Every agreed statement goes in; what a provider owes back is taken off. Another person approves it."
        ),
        facts=[
            (_("Statements"), formats.number(len(agreed))),
            (_("In all"), formats.money(sum(row.amount for row in agreed))),
        ],
        table=Table(_("Agreed statements"), [_("Statement"), _("Fund"), _("Amount")], rows) if rows else None,
    )
    return confirmation_page(request, said, form)


def _batch(number: str) -> Batch:
    return get_object_or_404(Batch, number=number)


@for_officer(*MONEY_SEEN)
@require_safe
def batch_page(request: HttpRequest, number: str) -> HttpResponse:
    """A batch with its payments, and what is to be done with it."""
    return _batch_page(request, _batch(number), StatusFileForm(), None)


def _batch_page(
    request: HttpRequest, batch: Batch, file_form: StatusFileForm, form: AnswersForm | None
) -> HttpResponse:
    payments = payments_of(batch)
    form = form or AnswersForm(payments=payments)
    bound = form if form.is_bound else file_form
    context = {
        "batch": batch,
        "payments": payments,
        "amount": sum(one.amount for one in payments),
        "compensated": sum(one.compensated for one in payments),
        "file_form": file_form,
        "form": form,
        "bound": bound,
        "may_pay": request.actor.is_any(*MONEY),
        "names": names_of([batch.prepared_by, batch.approved_by, batch.discarded_by]),
        "may_approve": request.actor.is_any(*MONEY) and not is_same_person(batch.prepared_by, request.actor),
    }
    return render(request, "officer/batch.html", context, status=status_of(bound))


@for_officer(Role.ACCOUNTING)
@require_http_methods(["GET", "HEAD", "POST"])
def batch_approve(request: HttpRequest, number: str) -> HttpResponse:
    """Approve a batch that another person prepared: the bank file is written."""
    batch = _batch(number)
    form = SureForm(request.POST or None, wanted=batch.number)
    if request.method == "POST" and form.is_valid():
        answer = act_once(request, lambda moment: approve_batch(moment, request.actor, batch.pk))
        if not isinstance(answer, Refused):
            messages.success(request, _("Approved. Download the file and hand it to the bank."))
            return redirect("officer:batch", number)
        add_refusal(form, answer)
    payments = payments_of(batch)
    rows = [
        (one.statement.payee_name, one.statement.fund.code, formats.money(one.amount)) for one in payments
    ]
    said = Confirmation(
        title=_("Approve batch {number}?").format(number=number),
        button=_("Approve"),
        back=reverse("officer:batch", args=[number]),
        effect=_("The money counts as in payment and the file for the bank is written."),
        facts=[
            (_("Prepared by"), names_of([batch.prepared_by]).get(batch.prepared_by, batch.prepared_by)),
            (_("Payments"), formats.number(len(payments))),
            (_("In all"), formats.money(sum(one.amount for one in payments))),
            (_("Day of execution"), formats.day(batch.execute_on)),
        ],
        table=Table(_("Payments"), [_("Provider"), _("Fund"), _("Amount")], rows),
    )
    return confirmation_page(request, said, form)


@for_officer(Role.ACCOUNTING)
@require_http_methods(["GET", "HEAD", "POST"])
def batch_discard(request: HttpRequest, number: str) -> HttpResponse:
    """Discard a batch that nobody has approved: its statements wait for the next one."""
    batch = _batch(number)
    form = DiscardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        answer = act_once(request, lambda moment: discard_batch(moment, request.actor, batch.pk, reason))
        if not isinstance(answer, Refused):
            messages.success(request, _("Discarded. Its statements go into the next batch."))
            return redirect("officer:batch", number)
        add_refusal(form, answer)
    payments = payments_of(batch)
    said = Confirmation(
        title=_("Discard batch {number}?").format(number=number),
        button=_("Discard the batch"),
        back=reverse("officer:batch", args=[number]),
        effect=_(
            "Nothing is paid. Its statements are agreed again, and what was taken off is owed back again."
        ),
        facts=[
            (_("Payments"), formats.number(len(payments))),
            (_("In all"), formats.money(sum(one.amount for one in payments))),
            (_("Day of execution"), formats.day(batch.execute_on)),
        ],
        is_hard=True,
    )
    return confirmation_page(request, said, form)


@for_officer(Role.ACCOUNTING)
@require_safe
def batch_file(request: HttpRequest, number: str) -> FileResponse:
    """The file for the bank; whoever takes it is recorded."""
    batch = _batch(number)
    path = place_file(batch)
    if path is None or not path.exists():
        raise Http404
    record_look(request, "batch.file_downloaded", f"batch:{batch.number}", digest=batch.file_digest)
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=batch.file, content_type=KINDS[Path(batch.file).suffix]
    )


@for_officer(Role.ACCOUNTING)
@require_http_methods(["POST"])
def batch_answers(request: HttpRequest, number: str) -> HttpResponse:
    """Take the bank's answers, from its file or by hand."""
    batch = _batch(number)
    file_form, form = StatusFileForm(), None
    if "by_file" in request.POST:
        bound = file_form = StatusFileForm(request.POST, request.FILES)
    else:
        bound = form = AnswersForm(request.POST, payments=payments_of(batch))
    if not bound.is_valid():
        return _batch_page(request, batch, file_form, form)
    answers = (
        read_status_file(bound.cleaned_data["file"].read()) if form is None else bound.cleaned_data["answers"]
    )
    if isinstance(answers, Refused):
        bound.add_error("file", _("This is not a status file (pain.002) that can be used."))
        return _batch_page(request, batch, file_form, form)
    done = act_once(request, lambda moment: record_bank_answers(moment, request.actor, batch.pk, answers))
    if isinstance(done, Refused):
        add_refusal(bound, done)
        if any({"message", "payment"} & reason.params.keys() for reason in done.reasons):
            text = _(
                "These answers are of another batch, or speak against themselves or against earlier ones."
            )
            bound.add_error(None, text)
        return _batch_page(request, batch, file_form, form)
    states = [one.state for one in payments_of(batch)]
    text = _("Taken in: {paid} paid, {rejected} rejected, {waiting} without an answer.")
    shown = {
        "paid": states.count(Payment.State.PAID),
        "rejected": states.count(Payment.State.REJECTED),
        "waiting": states.count(Payment.State.IN_PAYMENT),
    }
    messages.success(request, text.format(**shown))
    return redirect("officer:batch", number)
