"""What waits for a provider; bookings to confirm or refuse."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wishmi.bookings.actions import cancel_booking, confirm_bookings, record_copayment, refuse_booking
from wishmi.bookings.models import Booking
from wishmi.bookings.selectors import awaiting_answer, awaiting_marks, booking_of_provider, first_to_mark
from wishmi.catalogue.selectors import sessions_of_provider
from wishmi.core.dates import age_on
from wishmi.core.outcome import Refused
from wishmi.infra import clock
from wishmi.payouts.models import Statement
from wishmi.payouts.selectors import held_back, statements_of_provider
from wishmi.providers.selectors import provider
from wishmi.web import formats
from wishmi.web.answers import add_refusal, tell_refusal
from wishmi.web.audience import for_provider
from wishmi.web.officer.acting import act_once, status_of
from wishmi.web.officer.confirming import Confirmation, confirmation_page
from wishmi.web.officer.exports import Cents, csv_answer, wants_csv
from wishmi.web.provider.forms import ConfirmForm, ReasonForm

NEXT = 10


@for_provider
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for us."""
    moment, own = clock.now(), request.actor.provider
    statements = [row for row in statements_of_provider(own) if row.state == Statement.State.DRAWN]
    earned, since = held_back(own)
    marks = awaiting_marks(own, moment)
    context = {
        "provider": provider(own),
        "answers": awaiting_answer(own, moment),
        "marks": marks,
        "mark_by": first_to_mark(marks),
        "sessions_to_mark": len({row.session_id for row in marks}),
        "statements": statements,
        "owed": sum(row.amount for row in statements),
        "earned": earned,
        "since": since,
        "sessions": [row for row in sessions_of_provider(own, moment) if row.cancelled_at is None][:NEXT],
    }
    return render(request, "provider/home.html", context)


@for_provider
@require_http_methods(["GET", "HEAD", "POST"])
def bookings(request: HttpRequest) -> HttpResponse:
    """Which bookings wait for our answer; those ticked are confirmed together."""
    moment, own = clock.now(), request.actor.provider
    rows = awaiting_answer(own, moment)
    if wants_csv(request):
        header = [
            _("Answer by"),
            _("When"),
            _("Activity"),
            _("Child"),
            _("Age"),
            _("With the voucher"),
            _("By the family"),
        ]
        cells = (
            [
                row.confirm_by,
                row.session.starts_at,
                row.session.activity.title,
                row.minor.full_name,
                _age(row),
                Cents(row.voucher_cents),
                Cents(row.family_cents),
            ]
            for row in rows
        )
        return csv_answer("bookings", header, cells)
    form = ConfirmForm(request.POST or None, ids=[row.pk for row in rows])
    if request.method == "POST" and form.is_valid():
        ids = [int(pk) for pk in form.cleaned_data["booking"]]
        answer = act_once(request, lambda at: confirm_bookings(at, request.actor, ids))
        if not isinstance(answer, Refused):
            count = int(str(answer["count"]))
            text = ngettext("{count} booking was confirmed.", "{count} bookings were confirmed.", count)
            messages.success(request, text.format(count=formats.number(count)))
            return redirect("provider:bookings")
        add_refusal(form, answer)
    context = {
        "rows": [(row, _age(row)) for row in rows],
        "form": form,
        "ticked": request.POST.getlist("booking"),
    }
    return render(request, "provider/bookings.html", context, status=status_of(form))


def _age(row: Booking) -> int:
    return age_on(row.minor.born_on, clock.local_day(row.session.starts_at))


def _booking(request: HttpRequest, pk: int) -> Booking:
    found = booking_of_provider(pk, request.actor.provider)
    if found is None:
        raise Http404
    return found


def _facts(row: Booking) -> list[tuple[str, object]]:
    return [
        (_("Activity"), row.session.activity.title),
        (_("When"), formats.moment(row.session.starts_at)),
        (_("Child"), _("{name}, {age} years").format(name=row.minor.full_name, age=_age(row))),
        (_("With the voucher"), formats.money(row.voucher_cents)),
        (_("By the family"), formats.money(row.family_cents)),
    ]


@for_provider
@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse a booking, with the reason the family reads."""
    row = _booking(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        answer = act_once(request, lambda at: refuse_booking(at, request.actor, row.pk, reason))
        if not isinstance(answer, Refused):
            messages.success(request, _("The booking is refused. The family gets everything back at once."))
            return redirect("provider:bookings")
        add_refusal(form, answer)
    said = Confirmation(
        title=_("Refuse this booking?"),
        button=_("Refuse"),
        back=reverse("provider:bookings"),
        effect=_("The place is free again and the family gets everything back at once."),
        facts=_facts(row),
        is_hard=True,
    )
    return confirmation_page(request, said, form)


@for_provider
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel one child's booking; the family always gets everything back."""
    row = _booking(request, pk)
    back = reverse("provider:session", args=[row.session_id])
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        answer = act_once(request, lambda at: cancel_booking(at, request.actor, row.pk, reason))
        if not isinstance(answer, Refused):
            messages.success(request, _("The booking is cancelled. The family gets everything back at once."))
            return redirect(back)
        add_refusal(form, answer)
    said = Confirmation(
        title=_("Cancel this booking?"),
        button=_("Cancel the booking"),
        back=back,
        effect=_("The place is free again and the family gets everything back at once."),
        facts=_facts(row),
        is_hard=True,
    )
    return confirmation_page(request, said, form)


@for_provider
@require_POST
def copayment(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the family has paid its part."""
    row = _booking(request, pk)
    answer = act_once(request, lambda at: record_copayment(at, request.actor, row.pk))
    if isinstance(answer, Refused):
        tell_refusal(request, answer)
    else:
        amount = formats.money(row.family_cents)
        messages.success(request, _("Noted: the family paid {amount}.").format(amount=amount))
    return redirect("provider:session", row.session_id)
