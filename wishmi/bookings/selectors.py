"""What can be asked about bookings. A provider sees a child's name, age and booking; never a voucher's balance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, QuerySet

from wishmi.bookings.models import Booking, Dispute, WaitingEntry
from wishmi.bookings.snapshots import rules_of_voucher, rules_of_vouchers
from wishmi.catalogue.models import Session
from wishmi.core.booking import free_until
from wishmi.core.dates import age_on
from wishmi.core.rules.use import ALL, Confirmation
from wishmi.infra.clock import local_day


def bookings_of_household(household_id: int) -> list[Booking]:
    """All bookings of a household's minors, newest session first. One query."""
    rows = Booking.objects.filter(minor__household_id=household_id)
    return list(
        rows.select_related("session__activity__provider", "minor", "voucher").order_by(
            "-session__starts_at", "-id"
        )
    )


def booking_of_household(ref: str, household_id: int) -> Booking | None:
    """One booking of a household, by its reference. One query."""
    rows = Booking.objects.filter(ref=ref, minor__household_id=household_id)
    return rows.select_related("session__activity__provider", "minor", "voucher").first()


def cancellable_until(booking: Booking) -> datetime | None:
    """Until when a family can cancel a live booking freely; None for one that is not live."""
    if booking.state not in Booking.LIVE or booking.voucher is None:
        return None
    hours = rules_of_voucher(booking.voucher).use.free_cancellation_hours
    return free_until(booking.session.starts_at, booking.booked_at, hours)


def lost_by_cancelling(booking: Booking, moment: datetime) -> int | None:
    """What a family's cancellation would cost the voucher now, after the free term; None where it is not possible."""
    until = cancellable_until(booking)
    if until is None or not until <= moment < booking.session.starts_at or booking.voucher is None:
        return None
    use = rules_of_voucher(booking.voucher).use
    if use.late_percent == ALL:
        return None
    return use.lost_of(booking.voucher_cents) if booking.state == Booking.State.CONFIRMED else 0


def awaiting_families(household_id: int) -> list[Booking]:
    """What providers have marked and a household has not answered, the most urgent first. One query."""
    rows = Booking.objects.filter(minor__household_id=household_id, state=Booking.State.MARKED)
    return list(rows.select_related("session__activity__provider", "minor").order_by("answer_by", "id"))


def dispute_of(booking: Booking) -> Dispute | None:
    """What the family disputed and what was decided, if it did. One query."""
    return Dispute.objects.filter(booking=booking).first()


def disputes(is_open: bool | None = None) -> QuerySet[Dispute]:
    """What families dispute, for the desk, the oldest first: those still to be decided, those decided, or all."""
    rows = Dispute.objects.select_related("booking__session__activity__provider", "booking__minor")
    if is_open is not None:
        rows = rows.filter(decided_at__isnull=is_open)
    return rows.order_by("disputed_at", "id")


def dispute_by_ref(ref: str) -> Dispute | None:
    """A dispute by the reference of its booking. One query."""
    rows = disputes().select_related("booking__voucher__call")
    return rows.filter(booking__ref=ref).first()


def waiting_of_household(household_id: int) -> list[WaitingEntry]:
    """Where a household's minors wait. One query."""
    rows = WaitingEntry.objects.filter(
        minor__household_id=household_id, state=WaitingEntry.State.WAITING
    ).select_related("session__activity", "minor")
    return list(rows.order_by("since", "id"))


@dataclass(frozen=True, slots=True)
class Attendee:
    """What a provider sees of one booking of its session: money only as booked here, in cents."""

    booking: int
    ref: str
    state: str
    child: str
    age: int
    price_cents: int
    voucher_cents: int
    family_cents: int
    family_paid_at: datetime | None
    booked_at: datetime
    confirm_by: datetime
    mark_by: datetime | None
    answer_by: datetime | None
    decision: str


def attendees(session: Session) -> list[Attendee]:
    """Who has a place in a session, or had one until an officer decided, by name. One query."""
    rows = Booking.objects.filter(session=session, state__in=(*Booking.TAKEN, Booking.State.UNUSED))
    rows = (
        rows.select_related("minor", "dispute")
        .defer("dispute__words")
        .order_by("minor__family_name", "minor__given_name", "id")
    )
    return [_attendee(row, local_day(session.starts_at)) for row in rows]


def awaiting_answer(provider_id: int, moment: datetime) -> list[Booking]:
    """Held bookings a provider can still confirm, the most urgent first. One query."""
    rows = Booking.objects.filter(
        session__activity__provider_id=provider_id,
        session__starts_at__gt=moment,
        state=Booking.State.HELD,
        confirm_by__gte=moment,
    )
    return list(rows.select_related("session__activity", "minor").order_by("confirm_by", "id"))


def awaiting_marks(provider_id: int, moment: datetime) -> list[Booking]:
    """Live bookings of a provider's sessions that have started, oldest first. One query."""
    rows = Booking.objects.filter(
        session__activity__provider_id=provider_id, session__starts_at__lte=moment, state__in=Booking.LIVE
    )
    return list(rows.select_related("session__activity", "minor").order_by("session__starts_at", "id"))


def confirmed_by_code(session: Session) -> set[int]:
    """The live bookings of a session whose use needs the code that the family shows. Two queries."""
    rows = dict(
        Booking.objects.filter(session=session, state__in=Booking.LIVE)
        .order_by("id")
        .values_list("id", "voucher_id")
    )
    rules = rules_of_vouchers(rows.values())
    return {
        pk
        for pk, voucher in rows.items()
        if voucher is not None and rules[voucher].use.confirmation is Confirmation.CODE
    }


def first_to_mark(rows: Sequence[Booking]) -> datetime | None:
    """Until when the most urgent of these must be marked; None where no call sets a term."""
    return min((row.mark_by for row in rows if row.mark_by is not None), default=None)


def _attendee(row: Booking, day: date) -> Attendee:
    return Attendee(
        booking=row.pk,
        ref=row.ref,
        state=row.state,
        child=row.minor.full_name,
        age=age_on(row.minor.born_on, day),
        price_cents=row.price_cents,
        voucher_cents=row.voucher_cents,
        family_cents=row.family_cents,
        family_paid_at=row.family_paid_at,
        booked_at=row.booked_at,
        confirm_by=row.confirm_by,
        mark_by=row.mark_by,
        answer_by=row.answer_by,
        decision=row.dispute.reason if hasattr(row, "dispute") else "",
    )


def counts_by_session(session_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """How many bookings of each session are in each state. One query."""
    rows = Booking.objects.filter(session__in=session_ids).values("session_id", "state")
    counts: dict[int, dict[str, int]] = {}
    for row in rows.annotate(count=Count("id")).order_by("session_id", "state"):
        counts.setdefault(row["session_id"], {})[row["state"]] = row["count"]
    return counts


def booking_of_provider(booking_id: int, provider_id: int) -> Booking | None:
    """One booking with a provider. One query."""
    rows = Booking.objects.filter(pk=booking_id, session__activity__provider_id=provider_id)
    return rows.select_related("session__activity", "minor").first()
