"""What can be asked about statements and payments."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet, Sum

from wishmi.bookings.models import BookingPart
from wishmi.payouts.models import Batch, Payment, Statement, StatementLine


def statements_of_provider(provider_id: int) -> list[Statement]:
    """A provider's statements, newest first. One query."""
    rows = Statement.objects.filter(provider_id=provider_id).select_related("fund", "provider")
    return list(rows.order_by("-id"))


def statement_by_number(number: str) -> Statement | None:
    """One statement with its provider and fund. One query."""
    return Statement.objects.select_related("provider", "fund").filter(number=number).first()


def lines_of(statement: Statement) -> list[StatementLine]:
    """The uses of a statement, in order of time, with session and activity; reversed ones show `part.reversed_at`."""
    rows = StatementLine.objects.filter(statement=statement)
    return list(
        rows.select_related("part__booking__session__activity").order_by(
            "part__booking__session__starts_at", "id"
        )
    )


def statements_in(state: Statement.State) -> list[Statement]:
    """All statements in a state, oldest first: for accounting. One query."""
    rows = Statement.objects.filter(state=state).select_related("provider", "fund")
    return list(rows.order_by("id"))


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A batch with the sums of its payments, in cents."""

    batch: Batch
    payments: int
    amount_cents: int
    paid_cents: int
    rejected: int


def batches() -> list[BatchLine]:
    """All batches, newest first. One query."""
    rows = Batch.objects.annotate(
        count=Count("payments"),
        amount=Sum("payments__amount"),
        paid=Sum("payments__amount", filter=Q(payments__state=Payment.State.PAID)),
        rejected=Count("payments", filter=Q(payments__state=Payment.State.REJECTED)),
    )
    return [
        BatchLine(row, row.count, row.amount or 0, row.paid or 0, row.rejected)
        for row in rows.order_by("-id")
    ]


def payments_of(batch: Batch) -> list[Payment]:
    """The payments of a batch with statement, provider and fund. One query."""
    rows = Payment.objects.filter(batch=batch).select_related("statement__provider", "statement__fund")
    return list(rows.order_by("id"))


def held_back(provider_id: int) -> tuple[int, datetime | None]:
    """What a provider has earned that stands in no statement yet, in cents, and since when."""
    rows = BookingPart.objects.filter(
        booking__session__activity__provider_id=provider_id,
        redeemed_at__isnull=False,
        reversed_at__isnull=True,
        stated_at__isnull=True,
    )
    first = rows.order_by("redeemed_at").values_list("redeemed_at", flat=True).first()
    return rows.aggregate(sum=Sum("amount"))["sum"] or 0, first


def statements_at_the_desk(state: str = "", text: str = "") -> QuerySet[Statement]:
    """Statements by state, by number or by name of the provider; newest first."""
    rows = Statement.objects.select_related("provider", "fund").order_by("-id")
    if state:
        rows = rows.filter(state=state)
    if text:
        rows = rows.filter(Q(number__iexact=text) | Q(provider__name__icontains=text))
    return rows


def statement_counts() -> dict[str, tuple[int, int]]:
    """How many statements are in each state, and their sum in cents. One query."""
    rows = Statement.objects.values("state").annotate(count=Count("id"), sum=Sum("amount")).order_by("state")
    return {row["state"]: (row["count"], row["sum"]) for row in rows}


def rejected_payments() -> list[Payment]:
    """Payments the bank rejected whose statement still waits to be paid, newest first. One query."""
    rows = Payment.objects.filter(state=Payment.State.REJECTED, statement__state=Statement.State.AGREED)
    return list(rows.select_related("batch", "statement__provider", "statement__fund").order_by("-id"))


def payments_of_provider(provider_id: int) -> list[Payment]:
    """A provider's payments, newest first; what was discarded never left the office. One query."""
    rows = Payment.objects.filter(statement__provider_id=provider_id).exclude(state=Payment.State.DISCARDED)
    return list(rows.select_related("batch", "statement__fund").order_by("-id"))


def unstated_sum() -> int:
    """What was used and stands in no statement yet, in cents. One query."""
    rows = BookingPart.objects.filter(
        redeemed_at__isnull=False, reversed_at__isnull=True, stated_at__isnull=True
    )
    return rows.aggregate(sum=Sum("amount"))["sum"] or 0
