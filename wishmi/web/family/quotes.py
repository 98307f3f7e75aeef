"""What a booking would cost, shown before the button. A look without locks: the act decides again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from wishmi.bookings.models import Booking
from wishmi.bookings.snapshots import (
    holder_of,
    offered_of,
    purchase_of,
    purses_of,
    rules_of_voucher,
    scene_of,
    split_for,
    used_of,
)
from wishmi.catalogue.models import Session
from wishmi.core.booking import free_until, why_not_book
from wishmi.core.calls import CallRules
from wishmi.core.capacity import open_places
from wishmi.core.outcome import Refused
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.core.rules.use import ALL, Ceiling, CoPayment, NoShow, UseRule
from wishmi.core.spending import PriceSplit, Purse
from wishmi.ledger.selectors import balances
from wishmi.providers.selectors import why_not_in_call
from wishmi.vouchers.models import VoucherPart
from wishmi.vouchers.selectors import Wallet, parts_in_order
from wishmi.web.family.ceiling_words import say_ceiling


@dataclass(frozen=True, slots=True)
class Taken:
    """What a booking takes of a voucher that counts: how many, of what is left from one day to another."""

    units: int
    left: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Quote:
    """One voucher against one session: what it pays, what the family pays, or why not."""

    wallet: Wallet
    reasons: tuple[Reason, ...]
    price: int
    voucher: int
    family: int
    free_until: datetime
    ceiling: Ceiling | None = None
    share_percent: int = 0
    is_trial: bool = False
    can_use_less: bool = True
    late_percent: int = 100
    is_absence_free: bool = False
    taken: Taken | None = None

    @property
    def can_book(self) -> bool:
        """Whether nothing stands against it."""
        return not self.reasons

    @property
    def can_wait(self) -> bool:
        """Whether only a place is missing."""
        return [reason.code for reason in self.reasons] == [ReasonCode.SESSION_FULL]

    @property
    def why_not_all(self) -> str:
        """Why the voucher pays less than the price, in the words of the page; empty where it pays all of it."""
        return "" if self.ceiling is None else say_ceiling(self.ceiling, self.share_percent)

    @property
    def lost_late(self) -> int | None:
        """What a late cancellation would cost the voucher; None where it cannot be cancelled late."""
        return None if self.late_percent == ALL else self.voucher * self.late_percent // 100

    @property
    def left_after(self) -> int:
        """What would be left on the voucher; of sessions, those of the same days."""
        if self.taken is not None:
            return self.taken.left - self.taken.units
        return self.wallet.free - self.voucher

    @property
    def left(self) -> int:
        """What is left on the voucher for this."""
        return self.wallet.free if self.taken is None else self.taken.left


def quote(moment: datetime, session: Session, wallet: Wallet, most: int | None = None) -> Quote:
    """A quote for one voucher of the family."""
    voucher, minor = wallet.voucher, wallet.voucher.minor
    scene = scene_of(session)
    places = open_places(session.places, session.taken, scene.ahead_of(minor.pk))
    taken = Booking.objects.filter(session=session, minor=minor, state__in=Booking.TAKEN)
    holder = holder_of(moment, voucher, minor, is_booked=taken.exists())
    reasons = why_not_book(moment, offered_of(scene, places), holder)
    rules = rules_of_voucher(voucher)
    elsewhere = why_not_in_call(rules, voucher.call_id, scene.activity.provider_id)
    if elsewhere is not None:
        reasons = (*reasons, elsewhere)
    parts = list(parts_in_order(voucher).select_related("fund"))
    purses = purses_of(parts, balances(part.unspent_id for part in parts), rules)
    used = used_of(voucher, scene, rules)
    split = split_for(rules, purchase_of(scene), purses, most, used)
    until = free_until(session.starts_at, moment, rules.use.free_cancellation_hours)
    if isinstance(split, Refused):
        return Quote(wallet, (*reasons, *split.reasons), session.price_cents, 0, session.price_cents, until)
    return Quote(
        wallet=wallet,
        reasons=reasons,
        price=split.price,
        voucher=split.voucher,
        family=split.family,
        free_until=until,
        ceiling=split.ceiling,
        share_percent=_stated_share(rules.use),
        is_trial=split.is_trial,
        late_percent=rules.use.late_percent,
        is_absence_free=rules.use.no_show is NoShow.FREE,
        taken=_taken(split, parts, purses),
        can_use_less=_can_use_less(rules),
    )


def _can_use_less(rules: CallRules) -> bool:
    """Whether a family may choose that the voucher pays less: not of a session, which is never divided."""
    divides = rules.counted is None and not rules.use.indivisible
    return divides and rules.use.co_payment is not CoPayment.NONE


def _taken(split: PriceSplit, parts: Sequence[VoucherPart], purses: Sequence[Purse]) -> Taken | None:
    """Of which credit the units would be; None where the voucher is in money or nothing is taken."""
    if not split.units:
        return None
    place = next(place for place, share in enumerate(split.shares) if share)
    return Taken(split.units, purses[place].free, parts[place].on, parts[place].until)


def _stated_share(use: UseRule) -> int:
    """The per cent of a price that the voucher may pay."""
    if use.co_payment is CoPayment.FAMILY_AT_LEAST:
        return 100 - use.share_percent
    return use.share_percent if use.co_payment is CoPayment.VOUCHER_AT_MOST else 100
