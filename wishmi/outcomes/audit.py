"""The audit: every balance recomputed from its transfers, and every room's rows held against the ledger.

Used by `wishmi audit`, by auditors and by the nightly job. It reads, and trusts nothing it can work out itself.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from wishmi.awards.models import Award, AwardPart
from wishmi.bookings.models import Booking, BookingPart
from wishmi.catalogue.models import Session
from wishmi.core.money import is_currency
from wishmi.core.rules.crediting import WAITING
from wishmi.infra import chain
from wishmi.ledger import selectors as ledger
from wishmi.ledger.chart import Kind
from wishmi.outcomes import audit_payees, audit_statements, audit_units
from wishmi.outcomes.differences import Difference
from wishmi.payouts.models import Claim, ClaimPart
from wishmi.vouchers.models import Voucher, VoucherPart

HOLDING = (*Booking.LIVE, *Booking.ASKED)
"""Bookings whose money is held."""


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What the audit found; `chain` is "ok" or the first place where it does not hold."""

    transfers: int
    differences: tuple[Difference, ...]
    chain: str

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not self.differences and self.chain == "ok"

    def as_data(self) -> dict[str, object]:
        """Plain data for programs."""
        return {
            "transfers": self.transfers,
            "differences": len(self.differences),
            "places": [{"place": one.place, "what": one.what} for one in self.differences[:1000]],
            "chain": self.chain,
        }


def check_everything(tell: Callable[[str], None] = lambda _step: None) -> AuditReport:
    """Run every check; `tell` hears which one is running."""
    differences: list[Difference] = []
    for name, check in CHECKS:
        tell(name)
        differences += check()
    tell("audit chain")
    fault = next(chain.check(), None)
    return AuditReport(
        transfers=ledger.count_transfers(),
        differences=tuple(differences),
        chain="ok" if fault is None else f"{fault.place} {fault.kind}",
    )


def _balances() -> Iterator[Difference]:
    for one in ledger.differences():
        yield Difference(
            f"account {one.account}", f"{one.field} is {one.cached}, its transfers say {one.recomputed}"
        )
    for pk in ledger.mismatched_resolutions():
        yield Difference(f"transfer {pk}", "does not repeat the accounts and amount of its pending transfer")
    for pk, debit, credit in ledger.transfers_across():
        yield Difference(f"transfer {pk}", f"joins {debit} and {credit}, which are in different books")


def _funds() -> Iterator[Difference]:
    """Each layer balances, and the layers agree, per fund and unit."""
    sums: dict[tuple[str, str], dict[str, int]] = {}
    for fund, unit, kind, _side, value in ledger.layer_sums():
        of_fund = sums.setdefault((fund, unit), dict.fromkeys(Kind, 0))
        of_fund[kind] += value
    for (fund, unit), value in sums.items():
        spent = value[Kind.SPENT]
        if not is_currency(unit):
            yield from audit_units.book(fund, unit, value)
            continue
        identities = {
            "appropriated = available + awarded + granted - returned": value[Kind.APPROPRIATED]
            - value[Kind.AVAILABLE]
            - value[Kind.AWARDED]
            - value[Kind.GRANTED]
            + value[Kind.RETURNED],
            "awarded = unreleased + unspent + held + spent + returned": value[Kind.AWARDED]
            - value[Kind.UNRELEASED]
            - value[Kind.UNSPENT]
            - spent
            - value[Kind.RETURNED],
            "spent + granted = due + in payment + paid + kept - recoverable": spent
            + value[Kind.GRANTED]
            - value[Kind.DUE]
            - value[Kind.IN_PAYMENT]
            - value[Kind.PAID]
            - value[Kind.KEPT]
            + value[Kind.RECOVERABLE],
            "awarded = committed": value[Kind.AWARDED] - value[Kind.COMMITTED],
            "returned = given back": value[Kind.RETURNED] - value[Kind.GIVEN_BACK],
            "spent = cost": spent - value[Kind.COST],
            "granted = grant": value[Kind.GRANTED] - value[Kind.GRANT],
        }
        for identity, off in identities.items():
            if off:
                yield Difference(f"fund {fund} ({unit})", f"{identity} is off by {off}")


def _vouchers() -> Iterator[Difference]:
    """What was credited of each fund is unspent, spent or gone; what was awarded at once is what the list says."""
    credited = _credits()
    for owner, fund, unit, unspent, spent, gone in ledger.voucher_sums():
        amount = credited.pop((owner, fund, unit), 0)
        if amount != unspent + spent + gone:
            found = f"{unspent} unspent + {spent} spent + {gone} given back or passed on"
            yield Difference(f"voucher {owner}", f"{amount} ({unit}) was credited, there is {found}")
    # An award is written before its voucher's money moves; one without money is a fault once it was issued.
    for (owner, _fund, unit), amount in credited.items():
        yield Difference(f"voucher {owner}", f"{amount} ({unit}) was credited and never committed")
    at_once = _credits(why="award")
    awarded = AwardPart.objects.values_list("award__ref", "fund__ref", "fund__unit", "amount")
    for ref, fund, unit, amount in awarded.iterator():
        if at_once.get((ref, fund, unit), amount) != amount:
            yield Difference(f"voucher {ref}", f"{amount} was awarded, {at_once[ref, fund, unit]} credited")
    sums = Award.objects.annotate(total=Coalesce(Sum("parts__amount"), 0)).exclude(total=F("amount"))
    for row in sums.order_by("id")[:100]:
        yield Difference(f"award {row.ref}", f"says {row.amount}, its funds {row.total}")
    ended = Award.objects.filter(voucher__isnull=True).order_by("id")
    for ref in ended.values_list("ref", flat=True)[:100]:
        yield Difference(f"award {ref}", "has no voucher")


def _credits(**wanted: object) -> dict[tuple[str, str, str], int]:
    """Sums of the credits by voucher, fund and unit; of units, the money behind them as well."""
    names = ("voucher__ref", "fund__ref", "fund__unit", "unspent__unit")
    rows = VoucherPart.objects.filter(**wanted).values_list(*names)
    rows = rows.annotate(total=Sum("amount"), behind=Sum(F("amount") * F("tariff"))).order_by(*names)
    sums: Counter[tuple[str, str, str]] = Counter()
    for owner, fund, money, unit, total, behind in rows.iterator():
        sums[owner, fund, unit] += total
        if behind is not None:
            sums[owner, fund, money] += behind
    return dict(sums)


def _schedule() -> Iterator[Difference]:
    """What waits for its day is what is kept back; what ended, was dropped or closed has nothing left to use."""
    waiting = audit_units.behind()
    for row in VoucherPart.objects.filter(state__in=WAITING, tariff__isnull=True).order_by("id"):
        waiting[row.unreleased_id or 0] = waiting.get(row.unreleased_id or 0, 0) + row.amount
    for account, value in ledger.values_of_kind(Kind.UNRELEASED):
        if value != waiting.pop(account, 0):
            yield Difference(f"account {account}", f"{value} is kept back, its credits say otherwise")
    for account, amount in waiting.items():
        yield Difference(f"account {account}", f"{amount} waits for its day and is not kept back")
    over = ~Q(state=VoucherPart.State.CAME) | Q(voucher__state=Voucher.State.CLOSED)
    gone = VoucherPart.objects.filter(over).select_related("voucher", "unspent")
    gone = gone.exclude(state__in=WAITING, tariff__isnull=False)
    free = F("unspent__credits_posted") - F("unspent__debits_posted") - F("unspent__debits_pending")
    for row in gone.annotate(free=free).filter(free__gt=0).order_by("id")[:100]:
        what = f"{row.voucher.state}, its credit {row.number} is {row.state} and has money"
        yield Difference(f"voucher {row.voucher.ref}", what)


def _bookings() -> Iterator[Difference]:
    """What an unused booking or an open claim asks for is held, and nothing else is; the parts of a booking add up."""
    live = BookingPart.objects.filter(booking__state__in=HOLDING, redeemed_at__isnull=True)
    expected = dict(live.values_list("hold_id", "amount").iterator())
    asked = ClaimPart.objects.filter(line__claim__state=Claim.State.SUBMITTED)
    expected |= dict(asked.values_list("hold_id", "held").iterator())
    held = ledger.unresolved_holds()
    for pk in sorted(expected.keys() | held.keys()):
        if expected.get(pk) != held.get(pk):
            yield Difference(
                f"transfer {pk}", f"holds {held.get(pk)}, its booking or claim says {expected.get(pk)}"
            )
    sums = (
        Booking.objects.annotate(total=Coalesce(Sum("parts__amount"), 0))
        .exclude(voucher_cents=0)
        .exclude(units=0, total=F("voucher_cents"))
        .exclude(units__gt=0, total=F("units"))
    )
    for row in sums.order_by("id")[:100]:
        said = row.units or row.voucher_cents
        yield Difference(f"booking {row.ref}", f"{said} by voucher, its parts say {row.total}")


def _places() -> Iterator[Difference]:
    counted = Session.objects.annotate(live=Count("bookings", filter=Q(bookings__state__in=Booking.TAKEN)))
    for row in counted.exclude(taken=F("live")).order_by("id")[:100]:
        yield Difference(f"session {row.pk}", f"{row.taken} places taken, {row.live} bookings hold one")
    for row in Session.objects.filter(taken__gt=F("places")).order_by("id")[:100]:
        yield Difference(f"session {row.pk}", f"{row.taken} places taken of {row.places}")


CHECKS: tuple[tuple[str, Callable[[], Iterator[Difference]]], ...] = (
    ("balances from transfers", _balances),
    ("funds", _funds),
    ("vouchers", _vouchers),
    ("credits", _schedule),
    ("bookings", _bookings),
    ("units", audit_units.uses),
    ("places", _places),
    ("payees", audit_payees.payees),
    ("turnovers", audit_payees.turnovers),
    ("statements", audit_statements.statements),
)
