"""What can be asked about vouchers."""

from dataclasses import dataclass

from django.db.models import QuerySet

from wishmi.ledger.selectors import balances
from wishmi.vouchers.models import Voucher


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
