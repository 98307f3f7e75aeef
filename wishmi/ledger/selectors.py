"""What can be asked of the ledger."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from django.db.models import Case, F, IntegerField, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from wishmi.core.money import is_currency
from wishmi.core.transfers import Balance, Side
from wishmi.infra.pieces import pieces
from wishmi.ledger.chart import LAYERS, Kind
from wishmi.ledger.models import Account, Transfer


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


def kept_by_owner(owners: Iterable[str], fund: str, unit: str) -> dict[str, int]:
    """What each owner of voucher accounts still has or has spent of a fund in a unit: unspent, held, spent together."""
    wanted = sorted(set(owners))
    kept: dict[str, int] = {}
    for some in pieces(wanted):
        rows = Account.objects.filter(owner__in=some, fund=fund, unit=unit)
        rows = rows.filter(kind__in=[Kind.UNRELEASED, Kind.UNSPENT, Kind.SPENT])
        for owner, debited, credited in rows.values_list("owner", "debits_posted", "credits_posted").order_by(
            "id"
        ):
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
    granted_cents: int
    returned_cents: int
    unreleased_cents: int
    unspent_cents: int
    held_cents: int
    spent_cents: int
    due_cents: int
    in_payment_cents: int
    paid_cents: int
    kept_cents: int
    recoverable_cents: int

    @property
    def in_hands_cents(self) -> int:
        """What vouchers have and no booking holds: what waits for its day or stands behind units, too."""
        return self.unspent_cents + self.unreleased_cents

    def as_data(self) -> dict[str, object]:
        """Plain data."""
        return asdict(self)


def fund_figures(funds: Iterable[str]) -> list[FundFigures]:
    """Figures of funds, in the order given; a fund with two units has a row for each. One query for 400 funds."""
    wanted = list(funds)
    by_fund: dict[str, dict[str, dict[str, int]]] = {fund: {} for fund in wanted}
    for some in pieces(wanted):
        rows = (
            Account.objects.filter(fund__in=some)
            .values("fund", "unit", "kind", "side")
            .annotate(
                debits=Sum("debits_posted"),
                credits=Sum("credits_posted"),
                debits_held=Sum("debits_pending"),
            )
            .order_by("fund", "unit", "kind")
        )
        for row in rows:
            sums = by_fund[row["fund"]].setdefault(row["unit"], dict.fromkeys(Kind, 0) | {"held": 0})
            net = row["debits"] - row["credits"]
            sums[row["kind"]] = net if row["side"] == Side.DEBIT else -net
            if row["kind"] == Kind.UNSPENT:
                sums["held"] = row["debits_held"]
                sums[Kind.UNSPENT] -= row["debits_held"]
    return [_figures(fund, unit, sums) for fund in wanted for unit, sums in by_fund[fund].items()]


def _figures(fund: str, unit: str, sums: dict[str, int]) -> FundFigures:
    if not is_currency(unit):
        # What is counted has no budget: its vouchers' layer says what was awarded and what came back.
        sums |= {Kind.AWARDED: sums[Kind.COMMITTED], Kind.RETURNED: sums[Kind.GIVEN_BACK]}
    return FundFigures(
        fund=fund,
        unit=unit,
        appropriated_cents=sums[Kind.APPROPRIATED],
        available_cents=sums[Kind.AVAILABLE],
        awarded_cents=sums[Kind.AWARDED],
        granted_cents=sums[Kind.GRANTED],
        returned_cents=sums[Kind.RETURNED],
        unreleased_cents=sums[Kind.UNRELEASED],
        unspent_cents=sums[Kind.UNSPENT],
        held_cents=sums["held"],
        spent_cents=sums[Kind.SPENT],
        due_cents=sums[Kind.DUE],
        in_payment_cents=sums[Kind.IN_PAYMENT],
        paid_cents=sums[Kind.PAID],
        kept_cents=sums[Kind.KEPT],
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
    kinds = [Kind.AVAILABLE, Kind.APPROPRIATED, Kind.RETURNED, Kind.GRANTED]
    rows = Transfer.objects.filter(debit__fund=fund).exclude(debit__kind=Kind.COMMITTED)
    return list(rows.filter(debit__kind__in=kinds).select_related("debit", "credit").order_by("-id")[:200])


def transfers_across() -> Iterator[tuple[int, str, str]]:
    """Transfers that join two layers or units, or are not in their accounts' unit: (id, debit kind, credit kind)."""
    rows = Transfer.objects.values_list(
        "id", "debit__kind", "credit__kind", "unit", "debit__unit", "credit__unit"
    )
    layer_of = {kind: layer for layer, kinds in LAYERS.items() for kind in kinds}
    # Grouped in the database, so that a sound ledger costs one small answer.
    pairs = Transfer.objects.values_list("debit__kind", "credit__kind", "unit", "debit__unit", "credit__unit")
    for debit, credit, unit, debit_unit, credit_unit in pairs.distinct().order_by(
        "debit__kind", "credit__kind"
    ):
        if layer_of[Kind(debit)] == layer_of[Kind(credit)] and unit == debit_unit == credit_unit:
            continue
        wrong = rows.filter(debit__kind=debit, credit__kind=credit, unit=unit)
        wrong = wrong.filter(debit__unit=debit_unit, credit__unit=credit_unit).order_by("id")
        for pk, *_ in wrong[:100]:
            yield pk, debit, credit


def voucher_sums() -> Iterator[tuple[str, str, str, int, int, int]]:
    """Per owner of voucher accounts, fund and unit: what is not spent (held and unreleased too), what is, what left it.

    What left it was given back to the fund, less what the fund gave again, or passed on to another owner.
    """
    sums: dict[tuple[str, str, str], list[int]] = {}
    rows = Account.objects.filter(kind__in=[Kind.UNRELEASED, Kind.UNSPENT, Kind.SPENT]).order_by("id")
    fields = ("owner", "fund", "unit", "kind", "debits_posted", "credits_posted")
    for owner, fund, unit, kind, debited, credited in rows.values_list(*fields).iterator():
        place = 1 if kind == Kind.SPENT else 0
        sums.setdefault((owner, fund, unit), [0, 0, 0])[place] += credited - debited
    own = [Kind.UNRELEASED, Kind.UNSPENT]
    elsewhere = Q(credit__kind=Kind.GIVEN_BACK) | (
        Q(credit__kind__in=own) & ~Q(credit__owner=F("debit__owner"))
    )
    back = Transfer.objects.filter(elsewhere, debit__kind__in=own)
    again = Transfer.objects.filter(debit__kind=Kind.GIVEN_BACK, credit__kind__in=own)
    for rows, sign, side in ((back, 1, "debit"), (again, -1, "credit")):
        names = (f"{side}__owner", f"{side}__fund", "unit")
        grouped = rows.values_list(*names).annotate(total=Sum("amount")).order_by(*names)
        for owner, fund, unit, total in grouped.iterator():
            sums.setdefault((owner, fund, unit), [0, 0, 0])[2] += sign * total
    for (owner, fund, unit), (unspent, spent, given) in sums.items():
        yield owner, fund, unit, unspent, spent, given


def values_of_kind(kind: Kind) -> Iterator[tuple[int, int]]:
    """(account, value) of every account of a kind on the credit side that holds something."""
    rows = Account.objects.filter(kind=kind).annotate(value=F("credits_posted") - F("debits_posted"))
    yield from rows.exclude(value=0).order_by("id").values_list("id", "value").iterator()


def payee_sums() -> Iterator[tuple[str, str, dict[str, int]]]:
    """Per payee and fund: the value of each settlement account."""
    kinds = LAYERS["settlement"]
    rows = Account.objects.filter(kind__in=kinds).order_by("owner", "fund", "kind")
    sums: dict[tuple[str, str], dict[str, int]] = {}
    for row in rows.iterator():
        value = row.credits_posted - row.debits_posted
        value = -value if row.side == Side.DEBIT else value
        sums.setdefault((row.owner, row.fund), dict.fromkeys(kinds, 0))[row.kind] = value
    for (owner, fund), values in sums.items():
        yield owner, fund, values


def unresolved_holds() -> dict[int, int]:
    """Pending transfers nobody has posted or voided, with their amounts."""
    rows = Transfer.objects.filter(phase="pending", resolution__isnull=True).order_by("id")
    return dict(rows.values_list("id", "amount"))
