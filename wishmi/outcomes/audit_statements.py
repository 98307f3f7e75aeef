"""The audit of statements: each against its lines, each line against what it states, and what was paid of it."""

from collections.abc import Iterator
from itertools import groupby

from django.db.models import BigIntegerField, F, Sum
from django.db.models.functions import Coalesce

from wishmi.bookings.models import Due
from wishmi.outcomes.differences import Difference
from wishmi.payouts.models import ClaimPart, HeadGrantPart, Payment, Statement, StatementLine

_MOST = 100


def statements() -> Iterator[Difference]:
    """Everything the audit asks of statements."""
    yield from _sums()
    yield from _lines()
    yield from _stated()
    yield from _payments()


def _sums() -> Iterator[Difference]:
    sums = Statement.objects.annotate(total=Coalesce(Sum("lines__amount"), 0)).exclude(total=F("amount"))
    for row in sums.order_by("id")[:_MOST]:
        yield Difference(f"statement {row.number}", f"says {row.amount}, its lines {row.total}")


def _lines() -> Iterator[Difference]:
    amounts = ("due__amount", "claim_part__owed", "grant_part__amount")
    owed = Coalesce(*amounts, output_field=BigIntegerField())
    rows = StatementLine.objects.annotate(owed=owed).exclude(owed=F("amount")).select_related("statement")
    for row in rows.order_by("id")[:_MOST]:
        yield Difference(f"statement {row.statement.number}", f"a line says {row.amount}, owed is {row.owed}")


def _stated() -> Iterator[Difference]:
    """What counts as stated stands in a statement, or nobody would ever pay it."""
    for name, model in (("due", Due), ("claim part", ClaimPart), ("grant part", HeadGrantPart)):
        rows = model.objects.filter(stated_at__isnull=False, statement_line__isnull=True)
        for pk in rows.order_by("id").values_list("id", flat=True)[:_MOST]:
            yield Difference(f"{name} {pk}", "counts as stated and stands in no statement")


def _payments() -> Iterator[Difference]:
    """Each payment of a statement pays it whole, less what it and those that failed before took off."""
    rows = Payment.objects.select_related("statement").order_by("statement_id", "id")
    for statement, payments in groupby(rows.iterator(), key=lambda one: one.statement):
        before = 0
        for payment in payments:
            should = statement.amount - before
            if payment.amount + payment.compensated != should:
                what = f"{payment.end_to_end} pays {payment.amount} and takes off {payment.compensated} of {should}"
                yield Difference(f"statement {statement.number}", what)
            if payment.state != Payment.State.DISCARDED:
                before += payment.compensated
