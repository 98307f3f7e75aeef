"""What can be asked of the ledger."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from django.db.models import Case, F, IntegerField, Sum, Value, When
from django.db.models.functions import Coalesce

from wishmi.core.transfers import Balance, Side
from wishmi.ledger.chart import Kind
from wishmi.ledger.models import Account, Transfer

_CHUNK = 400


def balances(accounts: Iterable[int]) -> dict[int, Balance]:
    """Balances of accounts as they stand, without a lock: to show, never to decide."""
    rows = Account.objects.filter(id__in=list(accounts)).order_by("id")
    return {
        row.pk: Balance(
            Side(row.side),
            row.unit,
            row.debits_posted,
            row.credits_posted,
            row.debits_pending,
            row.credits_pending,
        )
        for row in rows
    }


def kept_by_owner(owners: Iterable[str], fund: str) -> dict[str, int]:
    """What each owner of voucher accounts still has or has spent of a fund: unspent, held and spent together."""
    wanted = sorted(set(owners))
    kept: dict[str, int] = {}
    for start in range(0, len(wanted), _CHUNK):
        rows = Account.objects.filter(owner__in=wanted[start : start + _CHUNK], fund=fund)
        rows = rows.filter(kind__in=[Kind.UNRELEASED, Kind.UNSPENT, Kind.SPENT])
        for owner, debited, credited in rows.values_list("owner", "debits_posted", "credits_posted").order_by("id"):
            kept[owner] = kept.get(owner, 0) + credited - debited
    return kept


def free_of(owner: str, kind: Kind, fund: str, unit: str) -> int:
    """What an account has free; zero where it was never opened."""
    account = Account.objects.filter(owner=owner, kind=kind, fund=fund, unit=unit).first()
    return balances([account.pk])[account.pk].free if account else 0


@dataclass(frozen=True, slots=True)
class FundFigures:
    """The figures of one fund and unit, each the sum of its own accounts, in minor units."""

    fund: str
    unit: str
    appropriated_cents: int
    available_cents: int
    awarded_cents: int
    returned_cents: int
    unreleased_cents: int
    unspent_cents: int
    held_cents: int
    spent_cents: int
    due_cents: int
    in_payment_cents: int
    paid_cents: int
    recoverable_cents: int

    def as_data(self) -> dict[str, object]:
        """Plain data."""
        return asdict(self)


def fund_figures(funds: Iterable[str]) -> list[FundFigures]:
    """Figures of funds, in the order given; a fund with two units has a row for each."""
    figures = []
    for fund in funds:
        rows = (
            Account.objects.filter(fund=fund)
            .values("unit", "kind", "side")
            .annotate(
                debits=Sum("debits_posted"),
                credits=Sum("credits_posted"),
                debits_held=Sum("debits_pending"),
            )
            .order_by("unit", "kind")
        )
        by_unit: dict[str, dict[str, int]] = {}
        for row in rows:
            sums = by_unit.setdefault(row["unit"], dict.fromkeys(Kind, 0) | {"held": 0})
            net = row["debits"] - row["credits"]
            sums[row["kind"]] = net if row["side"] == Side.DEBIT else -net
            if row["kind"] == Kind.UNSPENT:
                sums["held"] = row["debits_held"]
                sums[Kind.UNSPENT] -= row["debits_held"]
        figures += [_figures(fund, unit, sums) for unit, sums in by_unit.items()]
    return figures


def _figures(fund: str, unit: str, sums: dict[str, int]) -> FundFigures:
    return FundFigures(
        fund=fund,
        unit=unit,
        appropriated_cents=sums[Kind.APPROPRIATED],
        available_cents=sums[Kind.AVAILABLE],
        awarded_cents=sums[Kind.AWARDED],
        returned_cents=sums[Kind.RETURNED],
        unreleased_cents=sums[Kind.UNRELEASED],
        unspent_cents=sums[Kind.UNSPENT],
        held_cents=sums["held"],
        spent_cents=sums[Kind.SPENT],
        due_cents=sums[Kind.DUE],
        in_payment_cents=sums[Kind.IN_PAYMENT],
        paid_cents=sums[Kind.PAID],
        recoverable_cents=sums[Kind.RECOVERABLE],
    )


def layer_sums() -> Iterator[tuple[str, str, str, str, int]]:
    """(fund, unit, kind, side, value) over all accounts: for the audit's identities."""
    rows = Account.objects.values("fund", "unit", "kind", "side").order_by("fund", "unit", "kind")
    for row in rows.annotate(debits=Sum("debits_posted"), credits=Sum("credits_posted")):
        net = row["debits"] - row["credits"]
        yield row["fund"], row["unit"], row["kind"], row["side"], net if row["side"] == Side.DEBIT else -net


@dataclass(frozen=True, slots=True)
class Difference:
    """A cached sum that the transfers do not bear out."""

    account: int
    field: str
    cached: int
    recomputed: int


def _sums(account: str) -> dict[int, dict[str, int]]:
    """Posted and pending sums by debit or credit account, recomputed from the transfers alone."""

    def when(*pairs: tuple[str, int]) -> Case:
        whens = [When(phase=phase, then=F("amount") * Value(sign)) for phase, sign in pairs]
        return Case(*whens, default=Value(0), output_field=IntegerField())

    rows = Transfer.objects.values(account).order_by(account)
    rows = rows.annotate(
        posted=Coalesce(Sum(when(("posted", 1), ("post", 1))), 0),
        pending=Coalesce(Sum(when(("pending", 1), ("post", -1), ("void", -1))), 0),
    )
    return {row[account]: {"posted": row["posted"], "pending": row["pending"]} for row in rows}


def differences() -> Iterator[Difference]:
    """Every cached sum that differs from what its transfers add up to."""
    debited, credited = _sums("debit_id"), _sums("credit_id")
    none = {"posted": 0, "pending": 0}
    fields = ("debits_posted", "credits_posted", "debits_pending", "credits_pending")
    for pk, *cached in Account.objects.values_list("id", *fields).order_by("id").iterator():
        left, right = debited.get(pk, none), credited.get(pk, none)
        recomputed = (left["posted"], right["posted"], left["pending"], right["pending"])
        for field, was, should in zip(fields, cached, recomputed, strict=True):
            if was != should:
                yield Difference(pk, field, was, should)


def count_transfers() -> int:
    """How many transfers there are."""
    return Transfer.objects.count()


def mismatched_resolutions() -> Iterator[int]:
    """Resolutions whose accounts or amount differ from their pending transfer's."""
    rows = Transfer.objects.filter(pending_of__isnull=False).exclude(
        debit=F("pending_of__debit"), credit=F("pending_of__credit"), amount=F("pending_of__amount")
    )
    yield from rows.order_by("id").values_list("id", flat=True).iterator()


def transfers_of_fund(fund: str) -> list[Transfer]:
    """Budget transfers of a fund, newest first: appropriations, awards and returns."""
    kinds = [Kind.AVAILABLE, Kind.APPROPRIATED, Kind.RETURNED]
    rows = Transfer.objects.filter(debit__fund=fund).exclude(debit__kind=Kind.COMMITTED)
    return list(rows.filter(debit__kind__in=kinds).select_related("debit", "credit").order_by("-id")[:200])
