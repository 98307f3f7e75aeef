"""Booking: who pays what stands before the button; my bookings; waiting lists."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wishmi.bookings import actions
from wishmi.bookings import selectors as bookings
from wishmi.bookings.models import Booking
from wishmi.catalogue import selectors as catalogue
from wishmi.catalogue.models import Session
from wishmi.core.outcome import Refused
from wishmi.infra import clock
from wishmi.vouchers import selectors as vouchers
from wishmi.vouchers.models import Voucher
from wishmi.web import formats
from wishmi.web.answers import REFUSED_STATUS, add_refusal, key_of, no_key, sentences_of, tell_refusal
from wishmi.web.audience import for_family
from wishmi.web.family.answering_words import say_marked
from wishmi.web.family.forms_outcome import BookForm
from wishmi.web.family.quotes import quote
from wishmi.web.family.views_wallet import qr_of


def _session_or_404(pk: int) -> Session:
    """A session of an activity that families see."""
    rows = Session.objects.filter(pk=pk, cancelled_at__isnull=True)
    session = rows.filter(activity__in=catalogue.visible_activities()).first()
    if session is None:
        raise Http404
    return session


@for_family
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """For which child, and who pays what? Then the button."""
    session, moment = _session_or_404(pk), clock.now()
    form = BookForm(request.POST if request.method == "POST" else request.GET)
    refused = None
    if request.method == "POST" and form.is_valid():
        voucher = _chosen(request)
        done = _book(request, session, voucher, form.most_cents()) if voucher else None
        if isinstance(done, actions.Booked):
            messages.success(request, _("Booked. The organiser will confirm the place."))
            return redirect("family:booking", done.ref)
        refused = done
    return _booking_form(request, session, moment, form, refused)


def _chosen(request: HttpRequest) -> Voucher | None:
    """The family's living voucher that the form names, or its only one; without its money, which the act reads."""
    rows = Voucher.objects.filter(minor__household_id=request.actor.household, state=Voucher.State.ACTIVE)
    asked = request.POST.get("voucher") or request.GET.get("voucher")
    found = list((rows.filter(ref=asked) if asked else rows).only("minor_id").order_by("id")[:2])
    return found[0] if len(found) == 1 else None


def _book(
    request: HttpRequest, session: Session, voucher: Voucher, most_cents: int | None
) -> actions.Booked | Refused:
    """The act, if the form brought its key. A look at the money before would decide nothing: the act looks itself."""
    key = key_of(request)
    if key is None:
        return no_key()
    return actions.book_session(
        clock.now(), request.actor, session.pk, voucher.minor_id, voucher.pk, key, most_cents=most_cents
    )


def _booking_form(
    request: HttpRequest, session: Session, moment: datetime, form: BookForm, refused: Refused | None
) -> HttpResponse:
    """What stands before the button, and why the last try was refused, if it was."""
    asked = request.POST.get("voucher") or request.GET.get("voucher") or ""
    # One that closed while it was being used is still shown, with the reason.
    wallets = [
        one
        for one in vouchers.wallets_of(request.actor.household)
        if one.voucher.state == Voucher.State.ACTIVE or (refused is not None and one.voucher.ref == asked)
    ]
    found = catalogue.activity_with_sessions(session.activity_id)
    assert found is not None
    context: dict[str, object] = {"session": session, "activity": found[0]}
    chosen = [one for one in wallets if one.voucher.ref == asked] if asked or len(wallets) != 1 else wallets
    if asked and not chosen:
        raise Http404
    if not chosen:
        quotes = [quote(moment, session, one) for one in wallets]
        return render(request, "family/book_child.html", {**context, "quotes": quotes})
    made = quote(moment, session, chosen[0], form.most_cents())
    if refused is not None:
        add_refusal(form, refused)
    status = REFUSED_STATUS if form.errors else 200
    return render(request, "family/book.html", {**context, "quote": made, "form": form}, status=status)


@for_family
@never_cache
@require_safe
def booking_list(request: HttpRequest) -> HttpResponse:
    """Where do we go, and when."""
    moment, household = clock.now(), request.actor.household
    found = bookings.bookings_of_household(household)
    ahead = [one for one in found if one.state in Booking.LIVE and one.session.starts_at > moment]
    context = {
        "ahead": sorted(ahead, key=lambda one: one.session.starts_at),
        "before": [one for one in found if one not in ahead],
        "waiting": bookings.waiting_of_household(household),
    }
    return render(request, "family/bookings.html", context)


def own_booking(request: HttpRequest, ref: str) -> Booking:
    """The family's booking of an address."""
    found = bookings.booking_of_household(ref, request.actor.household)
    if found is None:
        raise Http404
    return found


@for_family
@never_cache
@require_safe
def booking(request: HttpRequest, ref: str) -> HttpResponse:
    """When, where, what do I show at the door."""
    return booking_page(request, own_booking(request, ref), [])


def booking_page(request: HttpRequest, found: Booking, problems: list[str]) -> HttpResponse:
    """One booking, with what stood against the last act on it."""
    until = bookings.cancellable_until(found)
    is_live = found.state in Booking.LIVE
    context = {
        "booking": found,
        "problems": problems,
        "until": until,
        "can_cancel": until is not None and clock.now() <= until,
        "lost": bookings.lost_by_cancelling(found, clock.now()),
        "qr": qr_of(found.voucher.code) if is_live and found.voucher else "",
        "asked": say_marked(found) if found.state == Booking.State.MARKED else "",
        "dispute": bookings.dispute_of(found) if found.was_there is not None else None,
    }
    return render(request, "family/booking.html", context, status=REFUSED_STATUS if problems else 200)


@for_family
@require_POST
def cancel(request: HttpRequest, ref: str) -> HttpResponse:
    """We cannot go."""
    found = own_booking(request, ref)
    done = actions.cancel_booking(clock.now(), request.actor, found.pk)
    if isinstance(done, Refused):
        return booking_page(request, own_booking(request, ref), sentences_of(done))
    if done.state == Booking.State.LATE:
        text = _("Cancelled late. The voucher paid {amount}; the rest is back on it.")
        messages.success(request, text.format(amount=formats.money(done.voucher_cents)))
    elif done.units:
        messages.success(request, _("Cancelled. The session is back on the voucher."))
    else:
        messages.success(request, _("Cancelled. The money is back on the voucher."))
    return redirect("family:bookings")


@for_family
@require_POST
def wait(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell me when a place is free: it is booked with the voucher."""
    session = _session_or_404(pk)
    mine = vouchers.wallet(request.POST.get("voucher", ""), request.actor.household)
    if mine is None:
        raise Http404
    done = actions.join_waiting_list(
        clock.now(), request.actor, session.pk, mine.voucher.minor_id, mine.voucher.pk
    )
    if isinstance(done, Refused):
        tell_refusal(request, done)
        return redirect("family:book", pk)
    messages.success(request, _("You are on the waiting list. If a place is free, we book it for you."))
    return redirect("family:bookings")


@for_family
@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """We do not wait any longer."""
    mine = [one for one in bookings.waiting_of_household(request.actor.household) if one.pk == pk]
    if not mine:
        raise Http404
    done = actions.leave_waiting_list(clock.now(), request.actor, pk)
    if isinstance(done, Refused):
        tell_refusal(request, done)
    else:
        messages.success(request, _("You are no longer on the waiting list."))
    return redirect("family:bookings")
