"""What can be asked about vouchers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from wishmi.ledger.selectors import balances
from wishmi.vouchers.models import Voucher, VoucherPart


@dataclass(frozen=True, slots=True)
class Wallet:
    """A voucher with its money, in minor units: awarded, still free, held by bookings, spent."""

    voucher: Voucher
    awarded: int
    free: int
    held: int
    spent: int


def vouchers_of(household_id: int) -> QuerySet[Voucher]:
    """The vouchers of a household's minors, newest first."""
    rows = Voucher.objects.filter(minor__household_id=household_id)
    return rows.select_related("award", "minor", "call").prefetch_related("parts").order_by("-id")


def wallets_of(household_id: int) -> list[Wallet]:
    """All vouchers of a household with their money, in three queries."""
    vouchers = list(vouchers_of(household_id))
    accounts = [pk for row in vouchers for part in row.parts.all() for pk in (part.unspent_id, part.spent_id)]
    sums = balances(accounts)
    wallets = []
    for row in vouchers:
        parts = list(row.parts.all())
        wallets.append(
            Wallet(
                voucher=row,
                awarded=row.award.amount,
                free=sum(sums[part.unspent_id].free for part in parts),
                held=sum(sums[part.unspent_id].debits_pending for part in parts),
                spent=sum(sums[part.spent_id].value for part in parts),
            )
        )
    return wallets


def wallet(ref: str, household_id: int) -> Wallet | None:
    """One voucher of a household with its money."""
    return next((one for one in wallets_of(household_id) if one.voucher.ref == ref), None)


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
    accounts = [
        pk for parts in by_voucher.values() for part in parts for pk in (part.unspent_id, part.spent_id)
    ]
    sums = balances(accounts)
    made = []
    for row in vouchers:
        parts = by_voucher.get(row.pk, [])
        made.append(
            Wallet(
                voucher=row,
                awarded=row.award.amount,
                free=sum(sums[part.unspent_id].free for part in parts),
                held=sum(sums[part.unspent_id].debits_pending for part in parts),
                spent=sum(sums[part.spent_id].value for part in parts),
            )
        )
    return made


def count_overdue_offers(call_id: int, moment: datetime) -> int:
    """How many awards of a call nobody accepted in time, and that still hold money. One query."""
    rows = Voucher.objects.filter(call_id=call_id, state=Voucher.State.OFFERED)
    return rows.filter(award__accept_by__lt=moment).count()
