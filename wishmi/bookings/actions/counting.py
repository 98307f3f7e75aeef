"""The money behind units: a use spends what it is owed of a unit's tariff, and the rest goes back to the fund.

Steps of the acts that redeem and take back, in their transaction; bookings and parts are locked by the caller.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from wishmi.bookings.models import BookingPart
from wishmi.calls.actions import purse
from wishmi.ledger.actions import Draft, open_accounts, post
from wishmi.ledger.chart import Kind, TransferReason
from wishmi.vouchers.models import VoucherPart

_BACK = (Kind.GIVEN_BACK, Kind.RETURNED, Kind.AVAILABLE)


def spend_behind(moment: datetime, parts: Iterable[BookingPart], owed: Mapping[int, int]) -> None:
    """Spend the money behind the units of redeemed parts: what is owed of each, no more than its tariff.

    The tariff is the most a unit can cost; what a use costs less is the fund's again at once.
    """
    counted = _counted(parts)
    if not counted:
        return
    accounts = _accounts(counted)
    drafts: list[Draft] = []
    for part in counted:
        credit, (given, returned, available) = part.voucher_part, accounts[part.voucher_part.fund_id]
        whole = credit.worth(part.amount)
        part.spent_cents = min(owed[part.pk], whole)
        backing, paid = _behind(credit)
        excess, why = whole - part.spent_cents, TransferReason.EXCESS
        drafts += [
            Draft(backing, paid, part.spent_cents, TransferReason.REDEMPTION, f"redeem-money:{part.pk}"),
            Draft(backing, given, excess, why, f"excess:{part.pk}:voucher"),
            Draft(returned, available, excess, why, f"excess:{part.pk}:budget"),
        ]
    post([draft for draft in drafts if draft.amount], moment)
    BookingPart.objects.bulk_update(counted, ["spent_cents"])


def put_back_behind(parts: Iterable[BookingPart]) -> list[Draft]:
    """The opposite of `spend_behind`, to be posted: the fund needs the excess again, for the unit can be used again."""
    counted = _counted(parts)
    accounts = _accounts(counted)
    why, drafts = TransferReason.REVERSAL, list[Draft]()
    for part in counted:
        credit, (given, returned, available) = part.voucher_part, accounts[part.voucher_part.fund_id]
        backing, paid = _behind(credit)
        excess = credit.worth(part.amount) - part.spent
        drafts += [
            Draft(paid, backing, part.spent, why, f"reverse-money:{part.pk}"),
            Draft(given, backing, excess, why, f"reverse-excess:{part.pk}:voucher"),
            Draft(available, returned, excess, why, f"reverse-excess:{part.pk}:budget"),
        ]
    return [draft for draft in drafts if draft.amount]


def _counted(parts: Iterable[BookingPart]) -> list[BookingPart]:
    return [part for part in parts if part.voucher_part.tariff is not None]


def _behind(credit: VoucherPart) -> tuple[int, int]:
    assert credit.backing_id is not None
    assert credit.paid_id is not None
    return credit.backing_id, credit.paid_id


def _accounts(parts: Sequence[BookingPart]) -> dict[int, tuple[int, int, int]]:
    """Where money goes back to, by fund: given back, returned, available."""
    funds = {part.voucher_part.fund_id: part.voucher_part.fund for part in parts}
    names = {pk: [purse(fund, kind) for kind in _BACK] for pk, fund in funds.items()}
    ids = open_accounts(name for own in names.values() for name in own)
    return {pk: (ids[own[0]], ids[own[1]], ids[own[2]]) for pk, own in names.items()}
