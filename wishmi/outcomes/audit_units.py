"""The audit of what is counted: each unit's own book, the money behind units, and what uses took of both."""

from collections import Counter
from collections.abc import Iterator, Mapping

from django.db.models import F, Sum

from wishmi.bookings.models import BookingPart
from wishmi.ledger import selectors as ledger
from wishmi.ledger.chart import Kind
from wishmi.outcomes.differences import Difference
from wishmi.vouchers.models import VoucherPart


def book(fund: str, unit: str, value: Mapping[str, int]) -> Iterator[Difference]:
    """The one layer of a unit balances, and nothing of it stands anywhere else."""
    own = (Kind.COMMITTED, Kind.UNRELEASED, Kind.UNSPENT, Kind.SPENT, Kind.GIVEN_BACK)
    off = value[Kind.COMMITTED] - sum(value[kind] for kind in own[1:])
    if off:
        what = f"committed = unreleased + unspent + held + spent + given back is off by {off}"
        yield Difference(f"fund {fund} ({unit})", what)
    for kind, amount in sorted(value.items()):
        if amount and kind not in own:
            yield Difference(f"fund {fund} ({unit})", f"{amount} is {kind}, where units have no account")


def behind() -> dict[int, int]:
    """What should be in each account of money behind units: those not used, held ones too, at their tariff."""
    rows = VoucherPart.objects.filter(tariff__isnull=False).order_by("id")
    left = F("unspent__credits_posted") - F("unspent__debits_posted")
    found: Counter[int] = Counter()
    for account, tariff, units in rows.annotate(left=left).values_list("backing", "tariff", "left"):
        found[account] += tariff * units
    return {account: amount for account, amount in found.items() if amount}


def uses() -> Iterator[Difference]:
    """What stands as spent of a credit in units, and of the money behind them, is what its uses took."""
    used = BookingPart.objects.filter(redeemed_at__isnull=False, reversed_at__isnull=True)
    used = used.filter(voucher_part__tariff__isnull=False)
    expected: dict[int, int] = {}
    for account, amount in (("spent", "amount"), ("paid", "spent_cents")):
        name = f"voucher_part__{account}"
        rows = used.values_list(name).annotate(total=Sum(amount)).order_by(name)
        expected |= {pk: total or 0 for pk, total in rows}
    parts = VoucherPart.objects.filter(tariff__isnull=False)
    own = {pk for pair in parts.values_list("spent", "paid") for pk in pair}
    spent = {pk: value for pk, value in ledger.values_of_kind(Kind.SPENT) if pk in own}
    for account in sorted(spent.keys() | expected.keys()):
        found, should = spent.get(account, 0), expected.get(account, 0)
        if found != should:
            yield Difference(f"account {account}", f"{found} is spent, the uses say {should}")
