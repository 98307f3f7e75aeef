"""Booking a session: a place is taken and money is held, both or none."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from wishmi.bookings.actions.locks import lock_sessions, lock_vouchers
from wishmi.bookings.models import Booking, BookingPart, WaitingEntry
from wishmi.bookings.policies import may_book
from wishmi.bookings.snapshots import (
    Scene,
    holder_of,
    offered_of,
    purchase_of,
    purses_of,
    rules_of_voucher,
    scene_of,
    split_for,
    used_of,
)
from wishmi.calls.models import Call
from wishmi.calls.selectors import stops_use
from wishmi.catalogue.models import Session
from wishmi.core.booking import confirm_by, mark_by, why_not_book
from wishmi.core.calls import CallRules
from wishmi.core.capacity import open_places
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.core.rules.payment import Payee
from wishmi.core.spending import PriceSplit
from wishmi.core.transfers import Balance, Phase
from wishmi.infra import audit, outbox
from wishmi.infra.actor import SYSTEM, Actor
from wishmi.infra.idempotency import once
from wishmi.infra.refs import new_ref
from wishmi.ledger.actions import Draft, lock, post
from wishmi.ledger.chart import TransferReason
from wishmi.people.models import Person
from wishmi.providers.selectors import why_not_in_call
from wishmi.vouchers.crediting import bring_up_to_date
from wishmi.vouchers.models import Voucher, VoucherPart
from wishmi.vouchers.selectors import parts_in_order

"""States in which a booking has its place; `Session.taken` counts them."""


@dataclass(frozen=True, slots=True)
class Booked:
    """What a family is told of its booking; `confirm_by` in ISO form."""

    booking: int
    ref: str
    voucher_cents: int
    family_cents: int
    confirm_by: str

    @classmethod
    def of(cls, booking: Booking) -> "Booked":
        """What to tell of a booking just made."""
        return cls(
            booking.pk,
            booking.ref,
            booking.voucher_cents,
            booking.family_cents,
            booking.confirm_by.isoformat(),
        )

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> "Booked":
        """The inverse of `asdict`."""
        return cls(**data)  # type: ignore[arg-type]


def book_session(
    moment: datetime,
    actor: Actor,
    session_id: int,
    minor_id: int,
    voucher_id: int,
    key: str,
    most_cents: int | None = None,
) -> Booked | Refused:
    """Book a session for a child.

    The voucher pays as much as it may and can, at most `most_cents`, the family the rest. `key` is the client's: the
    same key and body get the same answer, with another body it is refused.
    """
    minor = Person.objects.only("household", "born_on").get(pk=minor_id)
    if not may_book(actor, minor.household_id):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    body = {
        "act": "book",
        "session": session_id,
        "minor": minor_id,
        "voucher": voucher_id,
        "most": most_cents,
    }

    def act() -> Mapping[str, object] | Refused:
        held = _book(moment, actor, session_id, minor, voucher_id, most_cents)
        return held if isinstance(held, Refused) else asdict(Booked.of(held))

    answer = once(moment, actor, key, body, act)
    return answer if isinstance(answer, Refused) else Booked.from_data(answer)


def _book(
    moment: datetime, actor: Actor, session_id: int, minor: Person, voucher_id: int, most: int | None
) -> Booking | Refused:
    # Inside the transaction of the key: a savepoint of its own would protect nothing.
    with transaction.atomic(savepoint=False):
        voucher = lock_vouchers([voucher_id])[voucher_id]
        if voucher.minor_id != minor.pk:
            return Refused.because(ReasonCode.NOT_ALLOWED)
        scene = scene_of(lock_sessions([session_id])[session_id])
        bring_up_to_date(moment, SYSTEM, [voucher])
        ahead = scene.ahead_of(minor.pk)
        places = open_places(scene.session.places, scene.session.taken, ahead)
        judged = judge(moment, scene, minor, voucher, places, most)
        return judged if isinstance(judged, Refused) else hold(moment, actor, scene, judged)


@dataclass(frozen=True, slots=True)
class Judged:
    """A booking that may be made: for whom, with what, who pays how much."""

    minor: Person
    voucher: Voucher
    rules: CallRules
    parts: tuple[VoucherPart, ...]
    balances: Mapping[int, Balance]
    split: PriceSplit


def judge(
    moment: datetime, scene: Scene, minor: Person, voucher: Voucher, places: int, most: int | None
) -> Judged | Refused:
    """Whether a child may take one of `places`, and who pays what. Voucher and session are locked; changes nothing."""
    if stops_use(Call(pk=voucher.call_id)):
        return Refused.because(ReasonCode.CALL_SUSPENDED)
    is_booked = Booking.objects.filter(session=scene.session, minor=minor, state__in=Booking.TAKEN).exists()
    holder = holder_of(moment, voucher, minor, is_booked=is_booked)
    reasons = why_not_book(moment, offered_of(scene, places), holder)
    if reasons:
        return Refused(reasons)
    rules = rules_of_voucher(voucher)
    elsewhere = why_not_in_call(rules, voucher.call_id, scene.activity.provider_id)
    if elsewhere is not None:
        return Refused((elsewhere,))
    if rules.payment.payee is not Payee.PROVIDER:
        return Refused.because(ReasonCode.REFUND_ONLY)
    # What ends first is spent first; of one credit the funds pay in their order.
    parts = tuple(parts_in_order(voucher).select_related("fund"))
    balances = lock(account for part in parts for account in (part.unspent_id, part.spent_id))
    used = used_of(voucher, scene, rules)
    split = split_for(rules, purchase_of(scene), purses_of(parts, balances, rules), most, used)
    return split if isinstance(split, Refused) else Judged(minor, voucher, rules, parts, balances, split)


def hold(moment: datetime, actor: Actor, scene: Scene, judged: Judged) -> Booking:
    """Take the place and hold the money of what was judged."""
    session, split = scene.session, judged.split
    booking = Booking.objects.create(
        ref=new_ref(),
        session=session,
        voucher=judged.voucher,
        minor=judged.minor,
        state=Booking.State.HELD,
        price_cents=split.price,
        voucher_cents=split.voucher,
        family_cents=split.family,
        units=split.units,
        is_trial=split.is_trial,
        booked_at=moment,
        confirm_by=confirm_by(moment, judged.rules.use.confirm_within_days),
        mark_by=mark_by(session.ends_at, judged.rules.use.mark_within_days),
    )
    _hold_money(moment, booking, judged)
    Session.objects.filter(pk=session.pk).update(taken=F("taken") + 1)
    session.taken += 1
    served = [entry.pk for entry in scene.waiting if entry.minor_id == judged.minor.pk]
    if served:
        WaitingEntry.objects.filter(pk__in=served).update(state=WaitingEntry.State.SERVED, ended_at=moment)
        scene.waiting = [entry for entry in scene.waiting if entry.pk not in served]
    audit.record(
        moment,
        actor,
        "booking.held",
        f"booking:{booking.ref}",
        session=session.pk,
        voucher=judged.voucher.ref,
        voucher_cents=split.voucher,
        family_cents=split.family,
        **({"units": split.units} if split.units else {}),
    )
    outbox.emit(moment, "booking.held", booking=booking.ref, session=session.pk)
    return booking


def _hold_money(moment: datetime, booking: Booking, judged: Judged) -> None:
    paying = [(part, share) for part, share in zip(judged.parts, judged.split.shares, strict=True) if share]
    holds = post(
        [
            Draft(
                part.unspent_id,
                part.spent_id,
                share,
                TransferReason.BOOKING,
                f"book:{booking.pk}:{part.pk}",
                Phase.PENDING,
            )
            for part, share in paying
        ],
        moment,
        judged.balances,
    )
    BookingPart.objects.bulk_create(
        [
            BookingPart(booking=booking, voucher_part=part, amount=share, hold_id=transfer)
            for (part, share), transfer in zip(paying, holds, strict=True)
        ]
    )
