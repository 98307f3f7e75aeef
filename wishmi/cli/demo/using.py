"""Families book, providers confirm, children attend: day by day, act by act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from wishmi.bookings.actions import (
    book_session,
    cancel_booking,
    confirm_bookings,
    expire_unconfirmed,
    join_waiting_list,
    record_attendances,
    record_copayment,
    refuse_booking,
    reverse_redemption,
)
from wishmi.bookings.models import Booking
from wishmi.catalogue.models import Session
from wishmi.cli.demo.scene import Bar, Scene, family, must, staff_of
from wishmi.cli.schedule import run_events
from wishmi.core.dates import age_on
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra.actor import Role
from wishmi.simulation.behaviour import Child
from wishmi.simulation.draws import uniform
from wishmi.simulation.providers import activity_columns
from wishmi.vouchers.models import Voucher

SILENT, REFUSED, REVERSED = 0.02, 0.01, 0.004
"""Shares of holds a provider does not answer, refuses; of uses that turn out to be a mistake."""
EXPECTED = frozenset(
    {
        ReasonCode.SESSION_FULL,
        ReasonCode.VOUCHER_INSUFFICIENT,
        ReasonCode.ALREADY_BOOKED,
        ReasonCode.CHILD_OUTSIDE_AGES,
        ReasonCode.VOUCHER_EXPIRED,
        ReasonCode.SESSION_PAST,
    }
)
"""Refusals that life brings; any other ends the demo as a bug."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A booking somebody will try to make."""

    at: datetime
    session_id: int
    voucher_id: int
    minor_id: int
    household_id: int
    subject: str


def wishes(scene: Scene, vouchers: Sequence[Voucher], first: date, last: date) -> list[Wish]:
    """What the holders of these vouchers would like to book in sessions that begin between two days, in order."""
    columns = activity_columns(scene.offer)
    sessions: dict[int, list[tuple[datetime, int]]] = {}
    rows = Session.objects.filter(
        starts_at__gte=_midnight(scene, first), starts_at__lt=_midnight(scene, last)
    )
    for activity_id, starts_at, pk in rows.order_by("starts_at", "id").values_list(
        "activity_id", "starts_at", "id"
    ):
        sessions.setdefault(activity_id, []).append((starts_at, pk))
    offered = np.array([scene.activities[int(number)] in sessions for number in columns.number])
    columns = type(columns)(*(getattr(columns, name)[offered] for name in columns.__slots__))
    found = []
    for voucher in vouchers:
        minor, subject = voucher.minor, voucher.award.candidacy.code or ""
        district = minor.household.district if minor.household else None
        if district is None:
            continue
        age = age_on(minor.born_on, first)
        child = Child(subject, age, district.lat, district.lon, voucher.award.amount)
        for number in scene.plan.choose(child, columns, scene.plan.bookings_wanted(subject)):
            key = f"{subject}/{number}"
            options = sessions[scene.activities[number]]
            starts_at, session_id = options[int(uniform(scene.city.seed, "session", key) * len(options))]
            days = 2 + int(uniform(scene.city.seed, "book days", key) * 18)
            at = max(starts_at - timedelta(days=days), _midnight(scene, first) - timedelta(days=6))
            hours = 8 + uniform(scene.city.seed, "book hour", key) * 12
            at = at.astimezone(scene.zone).replace(hour=0, minute=0, second=0) + timedelta(hours=hours)
            found.append(Wish(at, session_id, voucher.pk, minor.pk, minor.household_id or 0, key))
    return sorted(found, key=lambda wish: (wish.at, wish.subject))


def _midnight(scene: Scene, day: date) -> datetime:
    return scene.at(day.year, day.month, day.day, 0)


class Season:
    """A stretch of days in which vouchers are used; statements and payments come in between."""

    def __init__(self, scene: Scene, planned: Sequence[Wish], bar: Bar) -> None:
        """Start with what is wished for."""
        self.scene = scene
        self.wishes = list(planned)
        self.place = 0
        self.bar = bar

    def until(self, day: date, every: int = 2) -> None:
        """Live on, in steps of some days, until a day begins."""
        end = _midnight(self.scene, day)
        if self.place >= len(self.wishes):
            moment = end - timedelta(days=every)
        else:
            moment = (
                self.wishes[self.place].at.astimezone(self.scene.zone).replace(hour=0, minute=0, second=0)
            )
        while moment < end:
            moment = min(moment + timedelta(days=every), end)
            self._book(moment)
            self._answer(moment)
            self._attend(moment)
            expire_unconfirmed(moment)
            run_events(moment)

    def _book(self, end: datetime) -> None:
        scene = self.scene
        while self.place < len(self.wishes) and self.wishes[self.place].at < end:
            wish = self.wishes[self.place]
            self.place += 1
            self.bar.forward()
            actor = family(wish.household_id)
            key = f"demo:{wish.subject}:{wish.session_id}"
            made = book_session(wish.at, actor, wish.session_id, wish.minor_id, wish.voucher_id, key)
            if not isinstance(made, Refused):
                scene.add("bookings")
            elif ReasonCode.SESSION_FULL in made.codes:
                joined = join_waiting_list(wish.at, actor, wish.session_id, wish.minor_id, wish.voucher_id)
                scene.add("waiting_entries", int(not isinstance(joined, Refused)))
            elif not set(made.codes) & EXPECTED:
                must(made)

    def _answer(self, moment: datetime) -> None:
        """Providers confirm what waits; families change their minds."""
        held = Booking.objects.filter(
            state=Booking.State.HELD, confirm_by__gte=moment, session__starts_at__gt=moment
        )
        confirm: dict[int, list[int]] = {}
        for pk, provider_id in held.order_by("id").values_list("id", "session__activity__provider_id"):
            point = uniform(self.scene.city.seed, "provider answers", pk)
            if point < SILENT:
                continue
            if point < SILENT + REFUSED:
                must(refuse_booking(moment, staff_of(provider_id), pk, "Group not formed"))
                self.scene.add("refused")
            else:
                confirm.setdefault(provider_id, []).append(pk)
        for provider_id, ids in sorted(confirm.items()):
            must(confirm_bookings(moment, staff_of(provider_id), ids))
            for pk in ids:
                self._change_of_mind(moment, pk)

    def _change_of_mind(self, moment: datetime, booking_id: int) -> None:
        if self.scene.plan.outcome(f"booking {booking_id}") != "cancels":
            return
        booking = Booking.objects.select_related("minor").get(pk=booking_id)
        actor = family(booking.minor.household_id or 0)
        done = cancel_booking(moment + timedelta(hours=2), actor, booking_id, "Changed plans")
        self.scene.add("cancelled", int(not isinstance(done, Refused)))

    def _attend(self, moment: datetime) -> None:
        """Registers of the sessions that began: present or absent, the family's part received."""
        begun = Booking.objects.filter(state=Booking.State.CONFIRMED, session__starts_at__lt=moment)
        lists: dict[tuple[datetime, int, int], list[tuple[int, bool]]] = {}
        owed: list[tuple[int, int, datetime]] = []
        rows = begun.order_by("session__starts_at", "session_id", "id")
        for pk, starts_at, session_id, provider_id, rest in rows.values_list(
            "id", "session__starts_at", "session_id", "session__activity__provider_id", "family_cents"
        ):
            present = self.scene.plan.outcome(f"booking {pk}") != "does_not_show"
            lists.setdefault((starts_at, session_id, provider_id), []).append((pk, present))
            if rest:
                owed.append((pk, provider_id, starts_at))
        for pk, provider_id, starts_at in owed:
            must(record_copayment(starts_at, staff_of(provider_id), pk))
        for (starts_at, _session, provider_id), marks in lists.items():
            must(record_attendances(starts_at + timedelta(hours=1), staff_of(provider_id), marks))
            self.scene.add("redemptions", len(marks))


def correct_mistakes(scene: Scene, moment: datetime) -> None:
    """A few uses were noted by mistake: they are reversed, with a reason, wherever the money is by then."""
    used = Booking.objects.filter(state__in=Booking.USED, voucher__call=scene.reference_call).order_by("id")
    officer = scene.office[Role.RESPONSIBLE]
    for pk in list(used.values_list("id", flat=True)):
        if uniform(scene.city.seed, "mistake", f"{pk}") < REVERSED:
            must(reverse_redemption(moment, officer, pk, "Noted by mistake: the child was not enrolled"))
            scene.add("reversed")
