"""Who may book which session with which voucher, and the terms of a booking."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from wishmi.core.dates import age_on
from wishmi.core.reasons import Reason, ReasonCode


@dataclass(frozen=True, slots=True)
class Offered:
    """A session as far as booking asks: ages are inclusive, counted on the local day it starts."""

    starts_at: datetime
    starts_on: date
    age_min: int
    age_max: int
    is_open: bool
    accepts_vouchers: bool
    open_places: int


@dataclass(frozen=True, slots=True)
class Holder:
    """A child and its voucher as far as booking asks; `today` is the local day of the act."""

    born_on: date
    today: date
    is_active: bool
    use_until: date
    is_booked: bool


def why_not_book(moment: datetime, offered: Offered, holder: Holder) -> tuple[Reason, ...]:
    """What stands against a booking, money aside; empty when nothing does."""
    reasons = [*_of_session(moment, offered, holder), *_of_voucher(offered, holder)]
    if holder.is_booked:
        reasons.append(Reason(ReasonCode.ALREADY_BOOKED))
    elif offered.open_places <= 0:
        reasons.append(Reason(ReasonCode.SESSION_FULL))
    return tuple(reasons)


def _of_session(moment: datetime, offered: Offered, holder: Holder) -> list[Reason]:
    reasons = []
    if not offered.is_open:
        reasons.append(Reason(ReasonCode.SESSION_NOT_OPEN))
    if offered.starts_at <= moment:
        reasons.append(Reason(ReasonCode.SESSION_PAST))
    born = holder.born_on <= offered.starts_on
    age = age_on(holder.born_on, offered.starts_on) if born else -1
    if not offered.age_min <= age <= offered.age_max:
        bounds = {"age": age, "age_min": offered.age_min, "age_max": offered.age_max}
        reasons.append(Reason(ReasonCode.CHILD_OUTSIDE_AGES, bounds))
    return reasons


def _of_voucher(offered: Offered, holder: Holder) -> list[Reason]:
    reasons = []
    if not offered.accepts_vouchers:
        reasons.append(Reason(ReasonCode.VOUCHER_NOT_ACCEPTED_HERE))
    if not holder.is_active:
        reasons.append(Reason(ReasonCode.VOUCHER_NOT_ACTIVE))
    if max(offered.starts_on, holder.today) > holder.use_until:
        reasons.append(Reason(ReasonCode.VOUCHER_EXPIRED, {"use_until": holder.use_until.isoformat()}))
    return reasons


def confirm_by(booked_at: datetime, within_days: int) -> datetime:
    """Until when a provider may confirm; after that the hold is released."""
    return booked_at + timedelta(days=within_days)


def mark_by(ends_at: datetime, within_days: int | None) -> datetime | None:
    """Until when a provider may mark who came; after that the hold is released. None where the call sets no term."""
    return None if within_days is None else ends_at + timedelta(days=within_days)


def answer_by(marked_at: datetime, within_days: int) -> datetime:
    """Until when a family may dispute what its provider marked; after that its silence confirms it."""
    return marked_at + timedelta(days=within_days)


def is_reminder_due(moment: datetime, since: datetime, until: datetime) -> bool:
    """Whether half of a time to act has passed: late enough to be forgotten, early enough to be done."""
    return moment >= since + (until - since) / 2


def free_until(starts_at: datetime, booked_at: datetime, hours: int) -> datetime:
    """Until when a family cancels freely: some hours before the start, or as many after booking if that is later.

    Never after the start.
    """
    span = timedelta(hours=hours)
    return min(max(starts_at - span, booked_at + span), starts_at)
