"""Rows to what the core's rules of settlement ask."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Sum

from wishmi.bookings.models import BookingPart
from wishmi.calls.models import CallVersion
from wishmi.calls.selectors import rules_of
from wishmi.core.settlement import Claim, Use
from wishmi.core.transfers import Balance
from wishmi.infra.clock import local_day
from wishmi.payouts.models import Payment, Statement


def unstated_uses(before: datetime) -> list[Use]:
    """Uses up to a moment that stand in no statement and were not reversed, in the order of parts. Two queries."""
    rows = BookingPart.objects.filter(
        redeemed_at__isnull=False,
        redeemed_at__lt=before,
        reversed_at__isnull=True,
        stated_at__isnull=True,
        voucher_part__fund__unit="EUR",
    ).values_list(
        "id",
        "booking__session__activity__provider_id",
        "voucher_part__fund_id",
        "amount",
        "redeemed_at",
        "voucher_part__voucher__award__stage__version_id",
    )
    found = list(rows.order_by("id"))
    versions = CallVersion.objects.defer("document").in_bulk({row[5] for row in found})
    holding = {pk: rules_of(version).payment.holding_days for pk, version in versions.items()}
    return [
        Use(part, provider, fund, amount, local_day(redeemed_at), holding[version])
        for part, provider, fund, amount, redeemed_at, version in found
        if redeemed_at is not None
    ]


def claims_of(statements: Iterable[Statement]) -> list[Claim]:
    """What agreed statements still ask for: their amount less what was compensated in attempts that failed."""
    rows = list(statements)
    taken = dict(
        Payment.objects.filter(statement__in=[row.pk for row in rows])
        .exclude(state=Payment.State.DISCARDED)
        .values_list("statement_id")
        .annotate(sum=Sum("compensated"))
        .order_by("statement_id")
    )
    return [Claim(row.provider_id, row.fund_id, row.amount - taken.get(row.pk, 0)) for row in rows]


def recoverable_of(
    accounts: Mapping[tuple[int, int], int], balances: Mapping[int, Balance]
) -> dict[tuple[int, int], int]:
    """What each provider owes back to each fund."""
    return {key: balances[account].free for key, account in accounts.items()}
