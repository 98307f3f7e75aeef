"""Rows to what the core's rules of settlement ask."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db.models import Case, F, Sum, When

from wishmi.bookings.models import Due
from wishmi.core.rules.use import Used
from wishmi.core.settlement import Claim as Asked
from wishmi.core.settlement import Owed, Reference
from wishmi.core.transfers import Balance
from wishmi.infra.clock import local_day
from wishmi.payouts.models import Claim, ClaimPart, HeadGrantPart, Payment, Statement
from wishmi.vouchers.models import Voucher


def unstated(before: datetime) -> list[Owed]:
    """What arose up to a moment and stands in no statement, taken back uses left out. Three queries."""
    return [*_of_uses(before), *_of_claims(before), *_of_grants(before)]


def _of_uses(before: datetime) -> list[Owed]:
    rows = Due.objects.filter(
        stated_at__isnull=True,
        reversed_at__isnull=True,
        part__redeemed_at__lt=before,
    ).values_list(
        "id",
        "part__booking__session__activity__provider_id",
        "part__voucher_part__fund_id",
        "amount",
        "part__redeemed_at",
        "due_on",
    )
    return [
        Owed(("due", pk), ("provider", provider), fund, amount, local_day(redeemed_at), due_on)
        for pk, provider, fund, amount, redeemed_at, due_on in rows.order_by("id")
        if redeemed_at is not None
    ]


def _of_claims(before: datetime) -> list[Owed]:
    rows = ClaimPart.objects.filter(
        stated_at__isnull=True,
        owed__gt=0,
        line__claim__decided_at__lt=before,
    ).values_list(
        "id",
        "line__claim__household_id",
        "line__claim__provider_id",
        "voucher_part__fund_id",
        "owed",
        "line__claim__decided_at",
        "due_on",
    )
    return [
        Owed(("claim_part", pk), _payee(household, provider), fund, owed, local_day(decided_at), due_on)
        for pk, household, provider, fund, owed, decided_at, due_on in rows.order_by("id")
        if decided_at is not None and due_on is not None
    ]


def _of_grants(before: datetime) -> list[Owed]:
    rows = HeadGrantPart.objects.filter(stated_at__isnull=True, grant__checked_at__lt=before).values_list(
        "id", "grant__provider_id", "fund_id", "amount", "grant__checked_at", "due_on"
    )
    return [
        Owed(("grant_part", pk), ("provider", provider), fund, amount, local_day(checked_at), due_on)
        for pk, provider, fund, amount, checked_at, due_on in rows.order_by("id")
        if checked_at is not None
    ]


def _payee(household: int | None, provider: int | None) -> Reference:
    if household is not None:
        return "household", household
    assert provider is not None
    return "provider", provider


def claimed_of(voucher: Voucher, day: date, category: str, besides: int | None = None) -> Used:
    """What a voucher was asked or spent on claims, as the caps of use count it; `besides` one line just decided.

    What was paid before the award counts on the day of the award, as where it is judged. Read it behind the voucher's
    lock. One query.
    """
    awarded_on = local_day(voucher.award.awarded_at)
    parts = ClaimPart.objects.filter(line__voucher=voucher).exclude(line__claim__state=Claim.State.REFUSED)
    parts = parts.exclude(line=besides)
    taken = Case(When(line__claim__state=Claim.State.SUBMITTED, then=F("held")), default=F("spent"))
    rows = parts.values_list("line_id", "line__claim__paid_on", "line__claim__category").annotate(
        sum=Sum(taken)
    )
    found = [(line, max(on, awarded_on), kind, total) for line, on, kind, total in rows.order_by("line_id")]
    return Used(
        this_month=sum(row[3] for row in found if (row[1].year, row[1].month) == (day.year, day.month)),
        this_year=sum(row[3] for row in found if row[1].year == day.year),
        by_category={category: sum(row[3] for row in found if row[2] == category)},
        services=len({row[0] for row in found if row[3]}),
    )


def payee_of(statement: Statement) -> Reference:
    """Whom a statement pays."""
    return _payee(statement.household_id, statement.provider_id)


def claims_of(statements: Iterable[Statement]) -> list[Asked]:
    """What agreed statements still ask for: their amount less what was compensated in attempts that failed."""
    rows = list(statements)
    taken = dict(
        Payment.objects.filter(statement__in=[row.pk for row in rows])
        .exclude(state=Payment.State.DISCARDED)
        .values_list("statement_id")
        .annotate(sum=Sum("compensated"))
        .order_by("statement_id")
    )
    return [Asked(payee_of(row), row.fund_id, row.amount - taken.get(row.pk, 0)) for row in rows]


def recoverable_of(
    accounts: Mapping[tuple[Reference, int], int], balances: Mapping[int, Balance]
) -> dict[tuple[Reference, int], int]:
    """What each payee owes back to each fund."""
    return {key: balances[account].free for key, account in accounts.items()}
