"""What can be asked about vouchers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from wishmi.applications.models import Application, Candidacy
from wishmi.core.transfers import Balance
from wishmi.ledger.selectors import balances
from wishmi.vouchers.models import Voucher, VoucherPart

HAVE_COME = (VoucherPart.State.CAME, VoucherPart.State.ENDED)
"""Credits that were in the voucher, be it that they have ended since."""


@dataclass(frozen=True, slots=True)
class Scheduled:
    """One credit of a voucher, whatever funds pay it: its days, its amount, what is free of it, where it stands."""

    number: int
    on: date
    until: date
    amount: int
    free: int
    unit: str
    why: str
    state: str
    reasons: tuple[Mapping[str, object], ...]


def _schedule_of(parts: Sequence[VoucherPart], sums: Mapping[int, Balance]) -> tuple[Scheduled, ...]:
    """The credits of a voucher by day; the parts that several funds pay of one are told as one."""
    by_number: dict[int, list[VoucherPart]] = {}
    for part in parts:
        by_number.setdefault(part.number, []).append(part)
    made = [
        Scheduled(
            number=number,
            on=own[0].on,
            until=own[0].until,
            amount=sum(part.amount for part in own),
            free=sum(sums[part.unspent_id].free for part in own),
            unit=sums[own[0].unspent_id].unit,
            why=own[0].why,
            state=own[0].state,
            reasons=tuple(own[0].reasons or ()),
        )
        for number, own in by_number.items()
    ]
    return tuple(sorted(made, key=lambda one: (one.on, one.until, one.number)))


@dataclass(frozen=True, slots=True)
class Wallet:
    """A voucher with its money, in minor units: received so far, still free, held by bookings, spent, still to come."""

    voucher: Voucher
    awarded: int
    free: int
    held: int
    spent: int
    later: int
    schedule: tuple[Scheduled, ...]

    @property
    def unit(self) -> str:
        """What its amounts are counted in."""
        return self.schedule[0].unit if self.schedule else settings.WISHMI_CURRENCY

    @property
    def has_days(self) -> bool:
        """Whether there is more to say than one amount and one last day."""
        return len(self.schedule) > 1 or any(one.state == VoucherPart.State.WITHHELD for one in self.schedule)


def parts_in_order(voucher: Voucher) -> QuerySet[VoucherPart]:
    """The credits of a voucher in the order they are spent: what ends first, and of one credit fund by fund."""
    return VoucherPart.objects.filter(voucher=voucher).order_by("until", "on", "order", "number")


def vouchers_of(household_id: int) -> QuerySet[Voucher]:
    """The vouchers of a household's minors, newest first."""
    rows = Voucher.objects.filter(minor__household_id=household_id)
    rows = rows.select_related("award__stage__version", "minor", "call")
    return rows.prefetch_related("parts").order_by("-id")


def wallets_of(household_id: int) -> list[Wallet]:
    """All vouchers of a household with their money, in three queries."""
    return _wallets({row: list(row.parts.all()) for row in vouchers_of(household_id)})


def _wallets(parts_of: Mapping[Voucher, Sequence[VoucherPart]]) -> list[Wallet]:
    """Vouchers with their money, given their parts: one query."""
    every = [part for parts in parts_of.values() for part in parts]
    sums = balances(pk for part in every for pk in (part.unspent_id, part.spent_id))
    made = []
    for row, parts in parts_of.items():
        made.append(
            Wallet(
                voucher=row,
                awarded=sum(_received(part, sums) for part in parts),
                free=sum(sums[part.unspent_id].free for part in parts if part.state in HAVE_COME),
                held=sum(sums[part.unspent_id].debits_pending for part in parts),
                spent=sum(sums[part.spent_id].value for part in parts),
                later=sum(
                    part.amount if part.tariff is None else sums[part.unspent_id].free
                    for part in parts
                    if part.state == VoucherPart.State.PLANNED
                ),
                schedule=_schedule_of(parts, sums),
            )
        )
    return made


def _received(part: VoucherPart, sums: Mapping[int, Balance]) -> int:
    """What was in the voucher; of units whose days have not come, those that are booked ahead or were used."""
    if part.state in HAVE_COME:
        return part.amount
    return sums[part.unspent_id].debits_pending + sums[part.spent_id].value


def wallet(ref: str, household_id: int) -> Wallet | None:
    """One voucher of a household with its money."""
    return next((one for one in wallets_of(household_id) if one.voucher.ref == ref), None)


def siblings_for(voucher: Voucher) -> QuerySet[Candidacy]:
    """The other children of the household who are admitted to the same call: those a rest may pass to."""
    rows = Candidacy.objects.filter(
        call_id=voucher.call_id,
        state=Candidacy.State.ADMITTED,
        application__state=Application.State.SUBMITTED,
        minor__household_id=voucher.minor.household_id,
        minor__household__isnull=False,
    )
    return rows.exclude(minor_id=voucher.minor_id).select_related("minor", "application").order_by("id")


def count_living(call_id: int) -> int:
    """How many vouchers of a call can still be accepted or used. One query."""
    return Voucher.objects.filter(call_id=call_id).exclude(state=Voucher.State.CLOSED).count()


def vouchers_of_call(call_id: int, state: str = "", code: str = "") -> QuerySet[Voucher]:
    """The vouchers of a call, by state, by code of the voucher or of the child in the list; newest first."""
    rows = Voucher.objects.filter(call_id=call_id).select_related("award__candidacy", "minor")
    if state:
        rows = rows.filter(state=state)
    if code:
        rows = rows.filter(Q(code__iexact=code) | Q(award__candidacy__code__iexact=code))
    return rows.order_by("-id")


def voucher_counts(call_id: int) -> dict[str, int]:
    """How many vouchers of a call are in each state. One query."""
    rows = Voucher.objects.filter(call_id=call_id).values("state").annotate(count=Count("id"))
    return {row["state"]: row["count"] for row in rows.order_by("state")}


def wallets(vouchers: Sequence[Voucher]) -> list[Wallet]:
    """Vouchers with their money, in the order given, in two queries."""
    by_voucher: dict[int, list[VoucherPart]] = {}
    for part in VoucherPart.objects.filter(voucher__in=vouchers).order_by("id"):
        by_voucher.setdefault(part.voucher_id, []).append(part)
    return _wallets({row: by_voucher.get(row.pk, []) for row in vouchers})


def count_overdue_offers(call_id: int, moment: datetime) -> int:
    """How many awards of a call nobody accepted in time, and that still hold money. One query."""
    rows = Voucher.objects.filter(call_id=call_id, state=Voucher.State.OFFERED)
    return rows.filter(award__accept_by__lt=moment).count()
