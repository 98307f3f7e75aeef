"""What can be asked about statements and payments."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from wishmi.bookings.models import Booking, Due
from wishmi.bookings.snapshots import rules_of_voucher
from wishmi.calls.models import Call
from wishmi.calls.selectors import published_calls, rules_of
from wishmi.core.rules.payment import Payee, PaymentRule
from wishmi.infra.clock import day_begins
from wishmi.payouts.models import (
    Batch,
    Claim,
    ClaimLine,
    ClaimPart,
    FamilyAccount,
    HeadGrant,
    HeadGrantPart,
    Payment,
    Statement,
    StatementLine,
)
from wishmi.vouchers.models import Voucher

PAYEE: Final = ("provider", "household__family_account", "fund")
"""What a statement is shown with."""


def statements_of_provider(provider_id: int) -> list[Statement]:
    """A provider's statements, newest first. One query."""
    rows = Statement.objects.filter(provider_id=provider_id).select_related("fund", "provider")
    return list(rows.order_by("-id"))


def statement_by_number(number: str) -> Statement | None:
    """One statement with its provider and fund. One query."""
    return Statement.objects.select_related(*PAYEE).filter(number=number).first()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement as it is shown: a use, a part of a claim or of a grant by head; amounts in cents.

    `kind` is `booking`, `claim` or `grant`; `title` names the activity or whom a claim paid, `heads` counts a grant's.
    """

    kind: str
    at: datetime
    title: str
    ref: str
    state: str
    amount: int
    heads: int = 0


def lines_of(statement: Statement) -> list[Line]:
    """The lines of a statement, uses in order of time first; a use that was taken back says so. One query."""
    rows = StatementLine.objects.filter(statement=statement).select_related(
        "due__part__booking__session__activity",
        "claim_part__line__claim",
        "grant_part__grant__call",
    )
    return sorted((_line(row) for row in rows.order_by("id")), key=lambda line: (line.kind, line.at))


def _line(row: StatementLine) -> Line:
    if row.due:
        booking = row.due.part.booking
        session = booking.session
        title = session.activity.title
        return Line("booking", session.starts_at, title, booking.ref, booking.state, row.amount)
    if row.claim_part:
        claim = row.claim_part.line.claim
        decided_at = claim.decided_at or claim.submitted_at
        return Line("claim", decided_at, claim.paid_to, claim.ref, claim.state, row.amount)
    assert row.grant_part is not None
    grant = row.grant_part.grant
    name = f"{grant.call.code} {grant.year}"
    checked_at = grant.checked_at or grant.declared_at
    return Line("grant", checked_at, name, "", grant.state, row.amount, grant.checked or 0)


def statements_in(state: Statement.State) -> list[Statement]:
    """All statements in a state, oldest first: for accounting. One query."""
    rows = Statement.objects.filter(state=state).select_related(*PAYEE)
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
    rows = Payment.objects.filter(batch=batch).select_related(
        "statement__provider", "statement__household__family_account", "statement__fund"
    )
    return list(rows.order_by("id"))


def held_back(provider_id: int) -> tuple[int, datetime | None]:
    """What a provider has earned that stands in no statement yet, in cents, and since when. Four queries."""
    uses = _unstated_dues().filter(part__booking__session__activity__provider_id=provider_id)
    claims = _unstated_claims().filter(line__claim__provider_id=provider_id)
    grants = HeadGrantPart.objects.filter(stated_at__isnull=True, grant__provider_id=provider_id)
    first = uses.order_by("part__redeemed_at").values_list("part__redeemed_at", flat=True).first()
    return _sum(uses, "amount") + _sum(claims, "owed") + _sum(grants, "amount"), first


def _unstated_dues() -> QuerySet[Due]:
    return Due.objects.filter(stated_at__isnull=True, reversed_at__isnull=True)


def _unstated_claims() -> QuerySet[ClaimPart]:
    return ClaimPart.objects.filter(stated_at__isnull=True, owed__gt=0)


def _sum(rows: QuerySet[Any], name: str) -> int:
    return rows.aggregate(sum=Sum(name))["sum"] or 0


def statements_at_the_desk(state: str = "", text: str = "") -> QuerySet[Statement]:
    """Statements by state, by number or by name of the provider; newest first."""
    rows = Statement.objects.select_related(*PAYEE).order_by("-id")
    if state:
        rows = rows.filter(state=state)
    if text:
        rows = rows.filter(
            Q(number__iexact=text)
            | Q(provider__name__icontains=text)
            | Q(household__family_account__holder__icontains=text)
        )
    return rows


def statement_counts() -> dict[str, tuple[int, int]]:
    """How many statements are in each state, and their sum in cents. One query."""
    rows = Statement.objects.values("state").annotate(count=Count("id"), sum=Sum("amount")).order_by("state")
    return {row["state"]: (row["count"], row["sum"]) for row in rows}


def rejected_payments() -> list[Payment]:
    """Payments the bank rejected whose statement still waits to be paid, newest first. One query."""
    rows = Payment.objects.filter(state=Payment.State.REJECTED, statement__state=Statement.State.AGREED)
    return list(
        rows.select_related(
            "batch", "statement__provider", "statement__household__family_account", "statement__fund"
        ).order_by("-id")
    )


def payments_of_provider(provider_id: int) -> list[Payment]:
    """A provider's payments, newest first; what was discarded never left the office. One query."""
    rows = Payment.objects.filter(statement__provider_id=provider_id).exclude(state=Payment.State.DISCARDED)
    return list(rows.select_related("batch", "statement__fund").order_by("-id"))


def unstated_sum() -> int:
    """What is owed and stands in no statement yet, in cents. Three queries."""
    grants = HeadGrantPart.objects.filter(stated_at__isnull=True)
    return _sum(_unstated_dues(), "amount") + _sum(_unstated_claims(), "owed") + _sum(grants, "amount")


def account_of(household_id: int) -> FamilyAccount | None:
    """Where a household is refunded. One query."""
    return FamilyAccount.objects.filter(household_id=household_id).first()


def _claims() -> QuerySet[Claim]:
    """Claims with what was asked, what is owed, and how many children they are for; newest first."""
    asked = ClaimLine.objects.filter(claim=OuterRef("pk")).order_by().values("claim")
    rows = Claim.objects.select_related("call", "household__family_account", "provider", "proof")
    return rows.annotate(
        asked=Subquery(asked.annotate(sum=Sum("price_cents")).values("sum")),
        children=Subquery(asked.annotate(count=Count("id")).values("count")),
        owed=Coalesce(Sum("lines__parts__owed"), 0),
    ).order_by("-id")


def claims_of_payee(*, household: int | None = None, provider: int | None = None) -> list[Claim]:
    """The claims of a household or of a school, newest first. One query."""
    own = {"household_id": household} if provider is None else {"provider_id": provider}
    return list(_claims().filter(**own))


def claims_at_the_desk(state: str = "") -> QuerySet[Claim]:
    """Claims by state, newest first."""
    return _claims().filter(state=state) if state else _claims()


def claim_by_ref(ref: str) -> Claim | None:
    """One claim with its call, payee and proof. One query."""
    return _claims().filter(ref=ref).first()


def lines_of_claim(claim: Claim) -> list[ClaimLine]:
    """The lines of a claim with child and voucher, and what was held of each. One query."""
    rows = ClaimLine.objects.filter(claim=claim).select_related("voucher__minor")
    return list(rows.annotate(held=Coalesce(Sum("parts__held"), 0)).order_by("id"))


def is_refunded(voucher: Voucher) -> bool:
    """Whether a family may claim back what it paid, by the rules of its voucher."""
    rules = rules_of_voucher(voucher)
    return rules.payment.payee is Payee.FAMILY or rules.life.refund_within_days is not None


def categories_of(voucher: Voucher) -> list[str]:
    """The categories that the funds behind a voucher pay for."""
    return sorted({name for fund in rules_of_voucher(voucher).funds for name in fund.categories})


def vouchers_by_code(codes: Iterable[str]) -> dict[str, Voucher]:
    """Vouchers by the codes their families showed; what is no code of a live voucher is left out. One query."""
    rows = Voucher.objects.filter(code__in=list(codes), state=Voucher.State.ACTIVE).select_related("minor")
    return {row.code: row for row in rows.order_by("id")}


def calls_in_force(wanted: Callable[[PaymentRule], bool]) -> list[Call]:
    """Published calls whose rule of payment is a wanted one, newest first."""
    return [call for call, version in published_calls() if wanted(rules_of(version).payment)]


def head_grants(*, provider: int | None = None, state: str = "") -> list[HeadGrant]:
    """Grants by head with what their funds pay, newest first. One query."""
    rows = HeadGrant.objects.select_related("provider", "call")
    if provider is not None:
        rows = rows.filter(provider_id=provider)
    if state:
        rows = rows.filter(state=state)
    return list(rows.annotate(amount=Coalesce(Sum("parts__amount"), 0)).order_by("-year", "-id"))


def enrolled(provider_id: int, call_id: int, year: int) -> int:
    """How many children booked with a provider under a call in a year: to hold a declaration against. One query."""
    first, end = day_begins(date(year, 1, 1)), day_begins(date(year + 1, 1, 1))
    rows = Booking.objects.filter(
        session__activity__provider_id=provider_id,
        voucher__call_id=call_id,
        state__in=Booking.TAKEN,
        session__starts_at__gte=first,
        session__starts_at__lt=end,
    )
    return rows.values("minor_id").distinct().count()
