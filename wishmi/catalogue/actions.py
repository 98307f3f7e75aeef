"""Publishing activities and sessions, suspending activities. Cancelling a session is an act of the bookings room."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from wishmi.catalogue.models import Activity, Session
from wishmi.catalogue.policies import may_publish, may_suspend
from wishmi.core.outcome import Refused
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.infra.pieces import pieces
from wishmi.infra.refs import new_ref
from wishmi.providers.models import Provider

_BATCH = 2000
_WORD = re.compile(r"[a-z][a-z0-9_]*")
OLDEST: Final = 25
"""The highest age an activity may name: vouchers end with childhood, a margin is left for young people."""
DEAREST_CENTS: Final = 500_000
"""The highest price taken; a slip of the keyboard beyond it would empty a voucher."""

MOST_PLACES: Final = 100_000
LONGEST_NAME: Final = 160
LONGEST_CODE: Final = 16
LONGEST_GOODS: Final = 40
LONGEST_TEXT: Final = 20_000
"""What the database keeps: SQLite would take more, PostgreSQL would fail."""


@dataclass(frozen=True, slots=True)
class SessionSpec:
    """A session or edition to be published: without a price of its own it costs what the activity costs."""

    starts_at: datetime
    ends_at: datetime
    places: int
    price_cents: int | None = None
    is_trial: bool = False


@dataclass(frozen=True, slots=True)
class ActivitySpec:
    """An activity to be published with its sessions. Ages are inclusive; the point in degrees (EPSG:4326)."""

    provider_id: int
    title: str
    summary_it: str
    category: str
    district_id: int
    lat: float
    lon: float
    age_min: int
    age_max: int
    price_cents: int
    summary_en: str = ""
    place: str = ""
    pillars: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    voucher_accepted: bool = True
    goods: str = ""
    sessions: tuple[SessionSpec, ...] = ()


def publish_activities(
    moment: datetime, actor: Actor, specs: Sequence[ActivitySpec]
) -> list[Activity] | Refused:
    """Publish activities with their sessions, in the order given; all or none.

    Refused, with the row and field of each fault, for a provider that is not listed, ages out of order, a price out
    of bounds, a session without length or places, a text too long or with characters nobody can read.
    """
    providers = {spec.provider_id for spec in specs}
    if not all(may_publish(actor, provider) for provider in providers):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    faults = [reason for row, spec in enumerate(specs) for reason in _faults(row, spec)]
    if faults:
        return Refused(tuple(faults))
    with transaction.atomic():
        listed = _lock_listed(providers)
        unlisted = [row for row, spec in enumerate(specs) if spec.provider_id not in listed]
        if unlisted:
            return Refused(tuple(Reason(ReasonCode.WRONG_STATE, {"row": row}) for row in unlisted))
        made = [_activity(spec) for spec in specs]
        Activity.objects.bulk_create(made, batch_size=_BATCH)
        sessions = [
            _session(activity, one)
            for activity, spec in zip(made, specs, strict=True)
            for one in spec.sessions
        ]
        Session.objects.bulk_create(sessions, batch_size=_BATCH)
        acts = [audit.Act("activity.published", f"activity:{activity.ref}") for activity in made]
        audit.record_many(moment, actor, acts)
        outbox.emit_many(moment, "activity.published", [{"activity": activity.ref} for activity in made])
    return made


def _lock_listed(providers: Iterable[int]) -> set[int]:
    """The listed ones, locked against a suspension at the same time."""
    ids = sorted(providers)
    listed: set[int] = set()
    for some in pieces(ids):
        rows = Provider.objects.select_for_update(no_key=True).filter(pk__in=some)
        listed |= {row.pk for row in rows.order_by("id") if row.state == Provider.State.LISTED}
    return listed


def _activity(spec: ActivitySpec) -> Activity:
    return Activity(
        ref=new_ref(),
        provider_id=spec.provider_id,
        title=spec.title.strip(),
        summary_it=spec.summary_it,
        summary_en=spec.summary_en,
        category=spec.category,
        goods=spec.goods,
        pillars=list(spec.pillars),
        district_id=spec.district_id,
        place=spec.place,
        lat=spec.lat,
        lon=spec.lon,
        age_min=spec.age_min,
        age_max=spec.age_max,
        price_cents=spec.price_cents,
        voucher_accepted=spec.voucher_accepted,
        languages=list(spec.languages),
        state=Activity.State.PUBLISHED,
    )


def _session(activity: Activity, spec: SessionSpec) -> Session:
    return Session(
        activity=activity,
        starts_at=spec.starts_at,
        ends_at=spec.ends_at,
        places=spec.places,
        price_cents=activity.price_cents if spec.price_cents is None else spec.price_cents,
        is_trial=spec.is_trial,
    )


def _faults(row: int, spec: ActivitySpec) -> list[Reason]:
    wrong = []
    if not 0 < len(spec.title.strip()) <= LONGEST_NAME or not spec.title.strip().isprintable():
        wrong.append("title")
    if len(spec.place) > LONGEST_NAME or not spec.place.isprintable():
        wrong.append("place")
    if len(spec.category) > LONGEST_CODE or not spec.category.isprintable():
        wrong.append("category")
    if not _is_goods(spec.goods):
        wrong.append("goods")
    for field in ("summary_it", "summary_en"):
        text = getattr(spec, field)
        if len(text) > LONGEST_TEXT or "\0" in text:
            wrong.append(field)
    if not (-90 <= spec.lat <= 90 and -180 <= spec.lon <= 180):
        wrong.append("point")
    if not 0 <= spec.age_min <= spec.age_max <= OLDEST:
        wrong.append("ages")
    if not 0 <= spec.price_cents <= DEAREST_CENTS:
        wrong.append("price_cents")
    wrong += [fault for one in spec.sessions for fault in _session_faults(one)]
    return [Reason(ReasonCode.INCOMPLETE, {"row": row, "field": field}) for field in dict.fromkeys(wrong)]


def _is_goods(word: str) -> bool:
    """A word of a call's list (small letters, digits, underscores), or nothing."""
    return not word or (len(word) <= LONGEST_GOODS and _WORD.fullmatch(word) is not None)


def _session_faults(spec: SessionSpec) -> list[str]:
    wrong = []
    if spec.ends_at <= spec.starts_at:
        wrong.append("ends_at")
    if not 0 < spec.places <= MOST_PLACES:
        wrong.append("places")
    if spec.price_cents is not None and not 0 <= spec.price_cents <= DEAREST_CENTS:
        wrong.append("price_cents")
    return wrong


def publish_session(moment: datetime, actor: Actor, activity_id: int, spec: SessionSpec) -> Session | Refused:
    """Add a session to a published activity."""
    wrong = _session_faults(spec)
    if wrong:
        return Refused(tuple(Reason(ReasonCode.INCOMPLETE, {"field": field}) for field in wrong))
    with transaction.atomic():
        activity = Activity.objects.select_for_update(no_key=True).get(pk=activity_id)
        if not may_publish(actor, activity.provider_id):
            return Refused.because(ReasonCode.NOT_ALLOWED)
        if activity.state != Activity.State.PUBLISHED or not _lock_listed([activity.provider_id]):
            return Refused.because(ReasonCode.WRONG_STATE, state=activity.state)
        if spec.starts_at <= moment:
            return Refused.because(ReasonCode.SESSION_PAST)
        session = _session(activity, spec)
        session.save(force_insert=True)
        audit.record(moment, actor, "session.published", f"session:{session.pk}", activity=activity.ref)
        outbox.emit(moment, "session.published", session=session.pk)
    return session


def suspend_activity(moment: datetime, actor: Actor, activity_id: int, reason: str) -> Activity | Refused:
    """Take an activity out of the catalogue: it cannot be booked any more; what is booked stays as it is."""
    if not reason.strip():
        return Refused.because(ReasonCode.INCOMPLETE, field="reason")
    with transaction.atomic():
        activity = Activity.objects.select_for_update(no_key=True).get(pk=activity_id)
        if not may_suspend(actor, activity.provider_id):
            return Refused.because(ReasonCode.NOT_ALLOWED)
        if activity.state != Activity.State.PUBLISHED:
            return Refused.because(ReasonCode.WRONG_STATE, state=activity.state)
        activity.state = Activity.State.SUSPENDED
        activity.save(update_fields=["state"])
        audit.record(moment, actor, "activity.suspended", f"activity:{activity.ref}", reason=reason)
        outbox.emit(moment, "activity.suspended", activity=activity.ref)
    return activity


def say_goods(moment: datetime, actor: Actor, activity_id: int, goods: str) -> Activity | Refused:
    """Say what kind of goods an activity sells, a word of the calls' lists; nothing for a service.

    A call may forbid kinds of goods. What is booked stays as it is: the word counts for bookings made after it.
    """
    if not _is_goods(goods):
        return Refused.because(ReasonCode.INCOMPLETE, field="goods")
    with transaction.atomic():
        activity = Activity.objects.select_for_update(no_key=True).get(pk=activity_id)
        if not may_publish(actor, activity.provider_id):
            return Refused.because(ReasonCode.NOT_ALLOWED)
        if activity.goods == goods:
            return Refused.because(ReasonCode.ALREADY_DONE)
        activity.goods = goods
        activity.save(update_fields=["goods"])
        audit.record(moment, actor, "activity.goods_said", f"activity:{activity.ref}", goods=goods)
        outbox.emit(moment, "activity.goods_said", activity=activity.ref)
    return activity


def offer_trial(moment: datetime, actor: Actor, session_id: int, is_trial: bool) -> Session | Refused:
    """Offer a session that lies ahead as a free trial, or no longer; what is booked stays as it is."""
    with transaction.atomic():
        session = (
            Session.objects.select_for_update(of=("self",)).select_related("activity").get(pk=session_id)
        )
        if not may_publish(actor, session.activity.provider_id):
            return Refused.because(ReasonCode.NOT_ALLOWED)
        if session.cancelled_at is not None or session.starts_at <= moment:
            return Refused.because(ReasonCode.SESSION_PAST)
        if session.is_trial == is_trial:
            return Refused.because(ReasonCode.ALREADY_DONE)
        session.is_trial = is_trial
        session.save(update_fields=["is_trial"])
        verb = "session.trial_offered" if is_trial else "session.trial_withdrawn"
        audit.record(moment, actor, verb, f"session:{session.pk}")
        outbox.emit(moment, verb, session=session.pk)
    return session
