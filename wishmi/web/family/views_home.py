"""The first page of a family: what to do now; and the family as it is registered."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from wishmi.applications import selectors as applications
from wishmi.applications.models import Application
from wishmi.awards import selectors as awards
from wishmi.awards.models import Award
from wishmi.bookings import selectors as bookings
from wishmi.bookings.models import Booking
from wishmi.infra import clock
from wishmi.people import selectors as people
from wishmi.vouchers import selectors as vouchers
from wishmi.vouchers.models import Voucher
from wishmi.vouchers.selectors import Wallet
from wishmi.web import formats
from wishmi.web.audience import for_family
from wishmi.web.family.answering_words import say_marked
from wishmi.web.public.call_words import CallInWords, all_in_words

SOON = timedelta(days=45)


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do: what, why, where, and how urgent (`wait` or nothing)."""

    words: str
    why: str
    address: str
    button: str
    tone: str = ""


@for_family
@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What should I do now."""
    moment, household = clock.now(), request.actor.household
    found = applications.applications_of(household)
    wallets = vouchers.wallets_of(household)
    booked = bookings.bookings_of_household(household)
    calls = [one for one in all_in_words(moment) if one.state == "open"]
    ahead = [one for one in booked if one.state in Booking.LIVE and one.session.starts_at > moment]
    tasks = [
        *_integrations(household),
        *_awards(household, moment),
        *_uses(household),
        *_drafts(found, calls),
        *_calls(found, calls),
        *_wallets(wallets, moment),
    ]
    context = {
        "tasks": tasks,
        "applications": found,
        "wallets": [one for one in wallets if one.voucher.state == Voucher.State.ACTIVE],
        "bookings": sorted(ahead, key=lambda one: one.session.starts_at)[:3],
        "person": next(one for one in people.persons_of(household) if one.pk == request.actor.person),
    }
    return render(request, "family/home.html", context)


def _integrations(household: int) -> Iterator[Task]:
    for asked in applications.open_integrations(household):
        why = _("The office asks something about {name}. Answer by {day}.")
        yield Task(
            _("Answer the office"),
            why.format(name=asked.candidacy.minor.given_name, day=formats.day(asked.due_on)),
            reverse("family:integrate", args=[asked.pk]),
            _("Answer now"),
            "wait",
        )


def _awards(household: int, moment: datetime) -> Iterator[Task]:
    for award in awards.awards_of(household):
        if award.state == Award.State.OFFERED and award.accept_by >= moment:
            why = _("{name} has a voucher of {amount}. Say yes by {day}, or it goes to another child.")
            yield Task(
                _("Accept the voucher"),
                why.format(
                    name=award.candidacy.minor.given_name,
                    amount=formats.money(award.amount),
                    day=formats.day(award.accept_by),
                ),
                reverse("family:outcome", args=[_ref_of(household, award)]),
                _("See and accept"),
                "wait",
            )


def _uses(household: int) -> Iterator[Task]:
    for booking in bookings.awaiting_families(household):
        yield Task(
            _("Say if it is right"),
            say_marked(booking),
            reverse("family:booking", args=[booking.ref]),
            _("Answer now"),
            "wait",
        )


def _ref_of(household: int, award: Award) -> str:
    refs = {one.pk: one.ref for one in applications.applications_of(household)}
    return refs[award.candidacy.application_id]


def _drafts(found: list[Application], calls: list[CallInWords]) -> Iterator[Task]:
    still_open = {one.call.pk: one for one in calls}
    for application in found:
        if application.state == Application.State.DRAFT and application.call_id in still_open:
            call = still_open[application.call_id]
            why = _("You began and did not send it. You have until {day}.")
            address = reverse("family:apply", args=[call.call.code])
            yield Task(
                _("Finish your application"),
                why.format(day=formats.moment(call.closes_at)),
                address,
                _("Go on"),
                "wait",
            )


def _calls(found: list[Application], calls: list[CallInWords]) -> Iterator[Task]:
    known = {one.call_id for one in found if one.state != Application.State.WITHDRAWN}
    for call in calls:
        if call.call.pk not in known:
            text = f"{call.worth} {call.until}"
            yield Task(call.title, text, reverse("family:apply", args=[call.call.code]), _("Apply"))


def _wallets(wallets: list[Wallet], moment: datetime) -> Iterator[Task]:
    today = clock.local_day(moment)
    for wallet in wallets:
        voucher = wallet.voucher
        is_soon = voucher.state == Voucher.State.ACTIVE and today <= voucher.use_until <= today + SOON
        if is_soon and wallet.free > 0:
            why = _("{name} still has {amount}. It can be used until {day}.")
            yield Task(
                _("Use the voucher before it ends"),
                why.format(
                    name=voucher.minor.given_name,
                    amount=formats.money(wallet.free),
                    day=formats.day(voucher.use_until),
                ),
                reverse("catalogue") + "?voucher=on",
                _("Choose an activity"),
                "wait",
            )


@for_family
@never_cache
@require_safe
def household(request: HttpRequest) -> HttpResponse:
    """Is what the city knows of us right."""
    actor = request.actor
    context = {
        "household": people.household(actor.household),
        "persons": people.persons_of(actor.household),
        "isee": people.latest_isee(actor.household, clock.today()),
        "today": clock.today(),
    }
    return render(request, "family/household.html", context)
