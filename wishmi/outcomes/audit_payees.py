"""The audit of what is owed: each payee's accounts against its uses, claims, grants and payments; the turnovers."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Coalesce, ExtractYear

from wishmi.awards.models import Award
from wishmi.bookings.models import BookingPart, Due, Turnover
from wishmi.calls.models import CallVersion
from wishmi.calls.selectors import rules_of
from wishmi.ledger import selectors as ledger
from wishmi.ledger.chart import Kind
from wishmi.outcomes.differences import Difference
from wishmi.payouts.models import ClaimPart, HeadGrantPart, Payment

OWED = "owed"
_Pair = tuple[str, str]
"""A payee and a fund, by their references."""
_PAID = (Kind.IN_PAYMENT, Kind.PAID)


def payees() -> Iterator[Difference]:
    """What vouchers spent at a payee, what it is owed, what its fund keeps or adds, and what the bank was told."""
    expected = _expected()
    for owner, fund, value in ledger.payee_sums():
        should = expected.pop((owner, fund), Counter())
        found = {kind: value[kind] for kind in (Kind.COST, Kind.KEPT, Kind.GRANT, *_PAID)}
        found[OWED] = value[Kind.DUE] + value[Kind.IN_PAYMENT] + value[Kind.PAID] - value[Kind.RECOVERABLE]
        for name, amount in found.items():
            if amount != should[name]:
                what = f"{name} in fund {fund} is {amount}, the rows say {should[name]}"
                yield Difference(f"payee {owner}", what)
    for (owner, fund), should in expected.items():
        if any(should.values()):
            yield Difference(f"payee {owner}", f"{dict(should)} of fund {fund} was never booked")


def _expected() -> dict[_Pair, Counter[str]]:
    """What each account of a payee should hold, from the rows of all rooms."""
    sums: dict[_Pair, Counter[str]] = defaultdict(Counter)

    def add(name: str, rows: QuerySet[Any], amount: str, payee: str, fund: str) -> None:
        grouped = rows.values_list(payee, fund).annotate(total=Sum(amount)).order_by(payee, fund)
        for owner, of_fund, total in grouped:
            sums[owner, of_fund][name] += total

    provider, fund = "booking__session__activity__provider__ref", "voucher_part__fund__ref"
    used = BookingPart.objects.filter(redeemed_at__isnull=False, reversed_at__isnull=True)
    dues = Due.objects.filter(reversed_at__isnull=True)
    used = used.annotate(cost=Coalesce("spent_cents", "amount"))
    add(Kind.COST, used, "cost", provider, fund)
    add(OWED, dues, "amount", f"part__{provider}", f"part__{fund}")
    for payee, name in (("household", "household__ref"), ("provider", "provider__ref")):
        claimed = ClaimPart.objects.filter(**{f"line__claim__{payee}__isnull": False}).exclude(spent=0)
        add(Kind.COST, claimed, "spent", f"line__claim__{name}", fund)
        add(OWED, claimed, "owed", f"line__claim__{name}", fund)
        _add_gaps(sums, claimed.values_list(f"line__claim__{name}", fund, "spent", "owed"))
        for kind, state in zip(_PAID, (Payment.State.IN_PAYMENT, Payment.State.PAID), strict=True):
            paid = Payment.objects.filter(state=state, **{f"statement__{payee}__isnull": False})
            add(kind, paid, "amount", f"statement__{name}", "statement__fund__ref")
    for name in (OWED, Kind.GRANT):
        add(name, HeadGrantPart.objects.all(), "amount", "grant__provider__ref", "fund__ref")
    uneven = used.annotate(owed=Coalesce(Sum("dues__amount"), 0)).exclude(owed=F("cost"))
    _add_gaps(sums, uneven.values_list(provider, fund, "cost", "owed"))
    return sums


def _add_gaps(sums: dict[_Pair, Counter[str]], rows: Any) -> None:
    """What was spent beyond what is owed is kept, what is owed beyond what was spent is granted."""
    for owner, fund, spent, owed in rows.order_by("id").iterator():
        sums[owner, fund][Kind.KEPT] += max(0, spent - owed)
        sums[owner, fund][Kind.GRANT] += max(0, owed - spent)


def turnovers() -> Iterator[Difference]:
    """A turnover is what vouchers under falling rates spent at the provider in the year, uses taken back left out."""
    versions = CallVersion.objects.defer("document").filter(pk__in=Award.objects.values("stage__version"))
    rated = [row.pk for row in versions.order_by("id") if rules_of(row).payment.rates]
    uses = BookingPart.objects.filter(
        redeemed_at__isnull=False,
        reversed_at__isnull=True,
        booking__voucher__award__stage__version__in=rated,
    )
    day = ExtractYear("booking__session__starts_at", tzinfo=ZoneInfo(settings.TIME_ZONE))
    key = ("booking__session__activity__provider__ref", "booking__voucher__call__code", "year")
    sums = uses.annotate(year=day).values_list(*key).annotate(total=Sum("amount")).order_by(*key)
    used = {(owner, call, year): total for owner, call, year, total in sums.iterator()}
    said = {
        (row.provider.ref, row.call.code, int(row.year)): row.used
        for row in Turnover.objects.select_related("provider", "call").order_by("id")
    }
    for owner, call, year in sorted(used.keys() | said.keys()):
        says, should = said.get((owner, call, year), 0), used.get((owner, call, year), 0)
        if says != should:
            yield Difference(f"turnover of {owner} under {call} in {year}", f"says {says}, its uses {should}")
