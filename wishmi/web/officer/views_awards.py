"""Observations and their decisions; issuing vouchers, ending offers nobody took; the vouchers of a call."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from wishmi.awards.actions import decide_observation
from wishmi.awards.models import Observation
from wishmi.awards.selectors import to_award
from wishmi.calls.selectors import funds_of
from wishmi.core.money import is_currency
from wishmi.core.outcome import Refused
from wishmi.infra import clock
from wishmi.infra.actor import Role
from wishmi.infra.pieces import pieces
from wishmi.ledger.selectors import fund_figures
from wishmi.people.selectors import names_of
from wishmi.vouchers.actions import extend_one, issue_vouchers, let_credit_come, let_offers_lapse
from wishmi.vouchers.models import Voucher
from wishmi.vouchers.selectors import count_overdue_offers, voucher_counts, vouchers_of_call, wallets
from wishmi.web import formats
from wishmi.web.answers import add_refusal
from wishmi.web.audience import for_officer
from wishmi.web.officer.acting import act_once, status_of
from wishmi.web.officer.confirming import Confirmation, Table, confirmation_page
from wishmi.web.officer.exports import Cents, csv_answer, wants_csv
from wishmi.web.officer.fields import DayField, TextField
from wishmi.web.officer.forms_ranking import DecisionForm, SureForm
from wishmi.web.officer.lists import asked, page_of
from wishmi.web.officer.roles import CASES, CASES_SEEN, SIGNS
from wishmi.web.officer.terms import VOUCHER, state
from wishmi.web.officer.views_calls import desk_or_404
from wishmi.web.officer.views_ranking import stage_or_404
from wishmi.web.sentences import say_data

STATES = frozenset(Voucher.State.values)


@for_officer(*CASES)
@require_http_methods(["GET", "HEAD", "POST"])
def observation(request: HttpRequest, pk: int) -> HttpResponse:
    """What a family objects, beside its row; the decision with its reason."""
    rows = Observation.objects.select_related("stage__call", "candidacy__application")
    found = get_object_or_404(rows, pk=pk)
    row = found.stage.rows.filter(candidacy=found.candidacy).first()
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        decision = Observation.Decision(form.cleaned_data["decision"])
        reason = form.cleaned_data["reason"]
        answer = act_once(
            request, lambda moment: decide_observation(moment, request.actor, found.pk, decision, reason)
        )
        if not isinstance(answer, Refused):
            messages.success(request, _("The observation is decided. The family can read the reason."))
            return redirect("officer:stage", found.stage.call.code, found.stage.number)
        add_refusal(form, answer)
    context = {
        "observation": found,
        "row": row,
        "form": form,
        "stage": found.stage,
        "names": names_of([found.decided_by]),
    }
    return render(request, "officer/observation.html", context, status=status_of(form))


@for_officer(Role.RESPONSIBLE)
@require_http_methods(["GET", "HEAD", "POST"])
def stage_issue(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Award what a list says: see what leaves each fund, then issue the vouchers."""
    stage = stage_or_404(code, number)
    form = SureForm(request.POST or None, wanted=stage.act_number)
    if request.method == "POST" and form.is_valid():
        answer = act_once(request, lambda moment: issue_vouchers(moment, request.actor, stage.pk))
        if not isinstance(answer, Refused):
            count = int(str(answer["count"]))
            text = ngettext("{count} voucher was issued.", "{count} vouchers were issued.", count)
            messages.success(request, text.format(count=formats.number(count)))
            return redirect("officer:vouchers", code)
        add_refusal(form, answer)
    new = to_award(stage)
    funds = funds_of(stage.call)
    figures = fund_figures(fund.ref for fund in funds)
    available = {row.fund: row.available_cents for row in figures if is_currency(row.unit)}
    rows = [
        [
            f"{fund.code} · {fund.name}",
            *map(
                formats.money,
                (
                    available.get(fund.ref, 0),
                    new.by_fund.get(fund.code, 0),
                    available.get(fund.ref, 0) - new.by_fund.get(fund.code, 0),
                ),
            ),
        ]
        for fund in funds
    ]
    text = ngettext("{count} new award is made.", "{count} new awards are made.", new.count)
    said = Confirmation(
        title=_("Issue the vouchers of list {number} of {code}?").format(number=number, code=code),
        button=_("Issue the vouchers"),
        back=reverse("officer:stage", args=[code, number]),
        effect=f"{text.format(count=formats.number(new.count))} {_('The money leaves the funds at once.')}",
        facts=[
            (_("Awards"), formats.number(new.count)),
            (_("In all"), formats.money(sum(new.by_fund.values()))),
        ],
        warning=_("An award cannot be taken back by a later list."),
        table=Table(
            _("Effect on each fund"),
            [_("Fund"), _("Available now"), _("Awarded"), _("Available after")],
            rows,
        ),
    )
    return confirmation_page(request, said, form)


@for_officer(*CASES_SEEN)
@require_safe
def voucher_list(request: HttpRequest, code: str) -> HttpResponse:
    """Which vouchers are there, and what is left on them."""
    desk = desk_or_404(code)
    wanted, text = asked(request, "state", STATES), asked(request, "text")
    rows = vouchers_of_call(desk.call.pk, wanted, text)
    if wants_csv(request):
        return _voucher_csv(code, list(rows))
    counts = voucher_counts(desk.call.pk)
    page = page_of(request, rows)
    context = {
        "desk": desk,
        "page": page,
        "wallets": wallets(list(page)),
        "counts": [(name, counts[name]) for name in VOUCHER if name in counts],
        "all": sum(counts.values()),
        "wanted": wanted,
        "text": text,
        "overdue": count_overdue_offers(desk.call.pk, clock.now()),
        "may_sign": request.actor.is_any(*SIGNS),
    }
    return render(request, "officer/vouchers.html", context)


def _voucher_csv(code: str, rows: list[Voucher]) -> HttpResponse:
    header = [
        _("Child's code"),
        _("State"),
        _("Award"),
        _("Awarded"),
        _("Left"),
        _("Held"),
        _("Spent"),
        _("Use until"),
    ]
    cells = (
        [
            one.voucher.award.candidacy.code,
            state("voucher", one.voucher.state)[0],
            state("award", one.voucher.award.state)[0],
            *map(Cents, (one.awarded, one.free, one.held, one.spent)),
            one.voucher.use_until,
        ]
        for some in pieces(rows, 300)
        for one in wallets(some)
    )
    return csv_answer(f"vouchers-{code}", header, cells)


@for_officer(Role.RESPONSIBLE)
@require_http_methods(["GET", "HEAD", "POST"])
def lapse_offers(request: HttpRequest, code: str) -> HttpResponse:
    """End the offers that nobody accepted in time: their money can be awarded again."""
    desk = desk_or_404(code)
    form = forms.Form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = act_once(request, lambda moment: let_offers_lapse(moment, request.actor, desk.call.pk))
        if not isinstance(answer, Refused):
            count = int(str(answer["count"]))
            text = ngettext("{count} offer was ended.", "{count} offers were ended.", count)
            messages.success(request, text.format(count=formats.number(count)))
            return redirect("officer:vouchers", code)
        add_refusal(form, answer)
    overdue = count_overdue_offers(desk.call.pk, clock.now())
    said = Confirmation(
        title=_("End the offers of {code} that nobody accepted?").format(code=code),
        button=_("End these offers"),
        back=reverse("officer:vouchers", args=[code]),
        effect=_("Their money returns to the funds at once. A new round of the list can award it again."),
        facts=[(_("Offers whose days have passed"), formats.number(overdue))],
        is_hard=True,
    )
    return confirmation_page(request, said, form)


@for_officer(*CASES_SEEN)
@require_safe
def voucher_page(request: HttpRequest, ref: str) -> HttpResponse:
    """What came into one voucher, what comes when, what ends when."""
    rows = Voucher.objects.select_related("call", "minor", "award__candidacy")
    found = get_object_or_404(rows, ref=ref)
    (wallet,) = wallets([found])
    may_sign = request.actor.is_any(*SIGNS) and found.state == Voucher.State.ACTIVE
    return render(request, "officer/voucher.html", {"wallet": wallet, "may_sign": may_sign})


class ComeForm(forms.Form):
    """Why a withheld credit comes all the same."""

    reason = TextField(max_length=200)

    def __init__(self, *args: object, **kwargs: object) -> None:
        """The label in the language of the page."""
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Reason")


@for_officer(Role.RESPONSIBLE)
@require_http_methods(["GET", "HEAD", "POST"])
def credit_come(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """Let a withheld credit come all the same, with the reason."""
    found = get_object_or_404(Voucher.objects.select_related("call", "minor", "award"), ref=ref)
    (wallet,) = wallets([found])
    credit = next((one for one in wallet.schedule if one.number == number and one.reasons), None)
    if credit is None:
        raise Http404
    form = ComeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        answer = act_once(
            request, lambda moment: let_credit_come(moment, request.actor, found.pk, number, reason)
        )
        if not isinstance(answer, Refused):
            messages.success(request, _("The credit is in the voucher."))
            return redirect("officer:voucher", ref)
        add_refusal(form, answer)
    said = Confirmation(
        title=_("Let this credit come all the same?"),
        button=_("Let it come"),
        back=reverse("officer:voucher", args=[ref]),
        facts=[
            (_("Child"), found.minor.full_name),
            (_("Credit"), formats.amount(credit.amount, credit.unit)),
            (_("Last day of the credit"), formats.day(credit.until)),
            *((_("Why it did not come"), say_data(reason)) for reason in credit.reasons),
        ],
    )
    return confirmation_page(request, said, form)


class ExtendOneForm(forms.Form):
    """A later day for one voucher."""

    until = DayField()
    reason = TextField(max_length=200)

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Labels in the language of the page."""
        super().__init__(*args, **kwargs)
        self.fields["until"].label = _("New last day of use")
        self.fields["reason"].label = _("Reason")


@for_officer(Role.RESPONSIBLE)
@require_http_methods(["GET", "HEAD", "POST"])
def voucher_extend(request: HttpRequest, ref: str) -> HttpResponse:
    """Extend one voucher for a reason of its own."""
    rows = Voucher.objects.select_related("call", "minor", "award__candidacy")
    found = get_object_or_404(rows, ref=ref)
    form = ExtendOneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def act(moment: datetime) -> object:
            asked_for = form.cleaned_data
            return extend_one(moment, request.actor, found.pk, asked_for["until"], asked_for["reason"])

        answer = act_once(request, act)
        if not isinstance(answer, Refused):
            day = formats.day(form.cleaned_data["until"])
            messages.success(request, _("The voucher can be used until {day}.").format(day=day))
            return redirect("officer:vouchers", found.call.code)
        add_refusal(form, answer)
    said = Confirmation(
        title=_("Extend one voucher"),
        button=_("Extend"),
        back=reverse("officer:vouchers", args=[found.call.code]),
        facts=[
            (_("Child"), found.minor.full_name),
            (_("Child's code"), found.award.candidacy.code),
            (_("Last day now"), formats.day(found.use_until)),
        ],
    )
    return confirmation_page(request, said, form)
