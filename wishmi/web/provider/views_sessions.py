"""Sessions of a provider: the list, the attendance list, calling one off."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from wishmi.bookings.actions import cancel_session, record_attendances, redeem_by_code
from wishmi.bookings.models import Booking
from wishmi.bookings.selectors import Attendee, attendees, confirmed_by_code, counts_by_session
from wishmi.catalogue.models import Session
from wishmi.catalogue.selectors import session_of_provider, sessions_of_provider
from wishmi.core.outcome import Refused
from wishmi.infra import clock
from wishmi.web import formats
from wishmi.web.answers import add_refusal
from wishmi.web.audience import for_provider
from wishmi.web.officer.acting import act_once, status_of
from wishmi.web.officer.confirming import Confirmation, confirmation_page
from wishmi.web.officer.exports import Cents, csv_answer, wants_csv
from wishmi.web.officer.lists import PER_PAGE, asked
from wishmi.web.officer.terms import state
from wishmi.web.provider.forms import AttendanceForm, CodeForm, ReasonForm

WHEN = frozenset({"ahead", "past"})


@for_provider
@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    """Which sessions do we have, and who has a place."""
    moment, own = clock.now(), request.actor.provider
    when = asked(request, "when", WHEN) or "ahead"
    found = sessions_of_provider(own)
    rows = (
        [row for row in found if row.ends_at >= moment]
        if when == "ahead"
        else [row for row in reversed(found) if row.ends_at < moment]
    )
    if wants_csv(request):
        header = [_("Starts"), _("Ends"), _("Activity"), _("Places"), _("Taken"), _("Price"), _("Cancelled")]
        cells = (
            [
                row.starts_at,
                row.ends_at,
                row.activity.title,
                row.places,
                row.taken,
                Cents(row.price_cents),
                row.cancelled_at,
            ]
            for row in rows
        )
        return csv_answer("sessions", header, cells)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page", "1")[:9])
    counts = counts_by_session([row.pk for row in page])
    context = {
        "page": page,
        "rows": [(row, counts.get(row.pk, {}).get(Booking.State.HELD, 0)) for row in page],
        "when": when,
    }
    return render(request, "provider/sessions.html", context)


def _session(request: HttpRequest, pk: int) -> Session:
    found = session_of_provider(pk, request.actor.provider)
    if found is None:
        raise Http404
    return found


def _can_mark(one: Attendee) -> bool:
    return one.state in Booking.LIVE


@for_provider
@require_http_methods(["GET", "HEAD", "POST"])
def session_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Who comes, and who came: one form for all."""
    session = _session(request, pk)
    people = attendees(session)
    if wants_csv(request):
        return _attendance_csv(session, people)
    has_started = session.starts_at <= clock.now() and session.cancelled_at is None
    waiting = [one for one in people if _can_mark(one)] if has_started else []
    form = AttendanceForm(request.POST or None, waiting=waiting)
    if request.method == "POST" and form.is_valid():
        marks = form.cleaned_data["marks"]
        answer = act_once(request, lambda at: record_attendances(at, request.actor, marks))
        if not isinstance(answer, Refused):
            count = int(str(answer["count"]))
            text = ngettext("{count} child was marked.", "{count} children were marked.", count)
            messages.success(request, text.format(count=formats.number(count)))
            return redirect("provider:session", session.pk)
        add_refusal(form, answer)
    context = {
        "session": session,
        "rows": [(one, form[f"mark_{one.booking}"] if one in waiting else None) for one in people],
        "form": form,
        "by_code": confirmed_by_code(session) if session.cancelled_at is None else set(),
        "has_started": has_started,
        "waiting": waiting,
        "mark_by": min((one.mark_by for one in waiting if one.mark_by is not None), default=None),
        "can_cancel": session.cancelled_at is None and all(_can_mark(one) for one in people),
        "can_offer_trial": session.cancelled_at is None and session.starts_at > clock.now(),
        "asked": any(one.state in Booking.ASKED for one in people),
        "to_confirm": sum(one.state == Booking.State.HELD for one in people),
    }
    return render(request, "provider/session.html", context, status=status_of(form))


@for_provider
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, pk: int) -> HttpResponse:
    """A family shows its code: the child is present."""
    session = _session(request, pk)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["code"]
        answer = act_once(request, lambda at: redeem_by_code(at, request.actor, session.pk, typed))
        if not isinstance(answer, Refused):
            messages.success(request, _("The code is right: the child is marked as present."))
            return redirect("provider:session", session.pk)
        add_refusal(form, answer)
    said = Confirmation(
        title=_("Which code does the family show?"),
        button=_("Mark as present"),
        back=reverse("provider:session", args=[session.pk]),
        effect=_("The child is present, and what the voucher holds is spent."),
        facts=[
            (_("Activity"), session.activity.title),
            (_("When"), formats.moment(session.starts_at)),
        ],
    )
    return confirmation_page(request, said, form)


def _attendance_csv(session: Session, people: list[Attendee]) -> HttpResponse:
    header = [_("Child"), _("Age"), _("State"), _("With the voucher"), _("By the family"), _("Family paid")]
    cells = (
        [
            one.child,
            one.age,
            state("booking", one.state)[0],
            Cents(one.voucher_cents),
            Cents(one.family_cents),
            one.family_paid_at,
        ]
        for one in people
    )
    return csv_answer(f"session-{session.pk}", header, cells)


@for_provider
@require_http_methods(["GET", "HEAD", "POST"])
def session_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a session off: every family gets everything back."""
    session = _session(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        answer = act_once(request, lambda at: cancel_session(at, request.actor, session.pk, reason))
        if not isinstance(answer, Refused):
            messages.success(request, _("The session is called off. Every family gets everything back."))
            return redirect("provider:session", session.pk)
        add_refusal(form, answer)
    people = [one for one in attendees(session) if _can_mark(one)]
    said = Confirmation(
        title=_("Call this session off?"),
        button=_("Call it off"),
        back=reverse("provider:session", args=[session.pk]),
        effect=_(
            "Every booking ends and every family gets everything back. Nobody waits for a place any longer."
        ),
        facts=[
            (_("Activity"), session.activity.title),
            (_("When"), formats.moment(session.starts_at)),
            (_("Bookings that end"), formats.number(len(people))),
            (_("Given back to vouchers"), formats.money(sum(one.voucher_cents for one in people))),
        ],
        warning=_("This cannot be undone."),
        is_hard=True,
    )
    return confirmation_page(request, said, form)
