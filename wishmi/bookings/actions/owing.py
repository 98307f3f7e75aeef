"""What a use makes owed, and taking exactly that back: the transfers of the settlement layer, and the days of payment.

Locks: after bookings and parts the turnovers, by id; accounts come last, in the ledger.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from wishmi.bookings.actions.counting import put_back_behind, spend_behind
from wishmi.bookings.models import Booking, BookingPart, Due, Turnover
from wishmi.bookings.snapshots import rules_of_vouchers
from wishmi.calls.models import Fund
from wishmi.catalogue.models import Session
from wishmi.core.rules.payment import PaymentRule, dues, owed_for
from wishmi.core.transfers import Phase
from wishmi.infra.clock import local_day
from wishmi.infra.pieces import pieces
from wishmi.ledger.actions import Draft, Purse, open_accounts, post, resolve
from wishmi.ledger.chart import Kind, TransferReason

_BATCH = 2000
_Key = tuple[int, int, int]
"""Provider, call, year of the day of use."""


@dataclass(frozen=True, slots=True)
class Owing:
    """What one fund owes a payee (by its reference) for what a voucher spent, or for a grant where that is nothing.

    `key` ends the keys of its transfers; `stated` is what of it stands in a statement already.
    """

    key: str
    payee: str
    fund: Fund
    spent: int
    owed: int
    stated: int = 0

    @property
    def from_voucher(self) -> int:
        """What of the owed money the voucher spent."""
        return min(self.spent, self.owed)

    @property
    def kept(self) -> int:
        """What the voucher spent and nobody is owed: it stays with the fund."""
        return self.spent - self.from_voucher

    @property
    def granted(self) -> int:
        """What is owed beyond the voucher: the fund adds it."""
        return self.owed - self.from_voucher

    def purse(self, kind: Kind) -> Purse:
        """An account of the payee, or of the fund itself."""
        owner = self.fund.ref if kind in (Kind.AVAILABLE, Kind.GRANTED) else self.payee
        return Purse(owner, kind, self.fund.ref, self.fund.unit)


_Move = tuple[Owing, Kind, Kind, int, TransferReason, str]


def owe(moment: datetime, items: Sequence[Owing]) -> None:
    """Post what is owed, what the fund keeps and what it adds; raises `OverdrawnError` if a fund cannot add it."""
    _post(moment, [move for item in items for move in _moves(item)])


def _moves(item: Owing) -> Iterator[_Move]:
    yield item, Kind.COST, Kind.DUE, item.from_voucher, TransferReason.REDEMPTION, "redeem"
    yield item, Kind.COST, Kind.KEPT, item.kept, TransferReason.KEPT, "keep"
    yield item, Kind.AVAILABLE, Kind.GRANTED, item.granted, TransferReason.GRANT, "grant-fund"
    yield item, Kind.GRANT, Kind.DUE, item.granted, TransferReason.GRANT, "grant"


def disown(moment: datetime, items: Sequence[Owing], before: Sequence[Draft] = ()) -> None:
    """Post the opposite of what `owe` posted; what stands in a statement is recoverable. `before` go into the same act.

    Other uses keep what they were paid, whatever the turnover is now (decision 0011).
    """
    _post(moment, [move for item in items for move in _moves_back(item)], before)


def _moves_back(item: Owing) -> Iterator[_Move]:
    why = TransferReason.REVERSAL
    left = item.from_voucher
    for source, amount in ((Kind.DUE, item.owed - item.stated), (Kind.RECOVERABLE, item.stated)):
        cost = min(amount, left)
        left -= cost
        yield item, source, Kind.COST, cost, why, f"reverse-{source}"
        yield item, source, Kind.GRANT, amount - cost, why, f"reverse-{source}-grant"
    yield item, Kind.KEPT, Kind.COST, item.kept, why, "reverse-kept"
    yield item, Kind.GRANTED, Kind.AVAILABLE, item.granted, why, "reverse-fund"


def _post(moment: datetime, moves: Iterable[_Move], before: Sequence[Draft] = ()) -> None:
    real = [move for move in moves if move[3]]
    accounts = open_accounts(move[0].purse(kind) for move in real for kind in move[1:3])
    drafts = [
        Draft(accounts[item.purse(debit)], accounts[item.purse(credit)], amount, why, f"{name}:{item.key}")
        for item, debit, credit, amount, why, name in real
    ]
    post([*before, *drafts], moment)


@dataclass(frozen=True, slots=True)
class _Bill:
    """One used booking as far as payment asks: its parts in order, its session, its call's rule."""

    booking: Booking
    session: Session
    parts: tuple[BookingPart, ...]
    rule: PaymentRule

    @property
    def prices(self) -> tuple[int, ...]:
        """What its parts pay of the price, in money: a unit, which is never split, pays all that the voucher does."""
        if self.booking.units:
            return (self.booking.voucher_cents,)
        return tuple(part.amount for part in self.parts)

    @property
    def spent(self) -> int:
        """What the voucher pays of it."""
        return sum(self.prices)

    @property
    def turnover(self) -> _Key:
        """Whose turnover it counts in: the provider's, under this call, in the year of the day of use."""
        assert self.booking.voucher is not None
        year = local_day(self.session.starts_at).year
        return self.session.activity.provider_id, self.booking.voucher.call_id, year


def sessions_of(bookings: Iterable[Booking]) -> dict[int, Session]:
    """The sessions of bookings, with activity and provider."""
    ids = sorted({booking.session_id for booking in bookings})
    found: dict[int, Session] = {}
    for some in pieces(ids):
        rows = Session.objects.filter(pk__in=some)
        rows = rows.select_related("activity__provider").defer("activity__provider__iban")
        found |= {row.pk: row for row in rows.order_by("id")}
    return found


def redeem(
    moment: datetime, booking_ids: Iterable[int], sessions: Mapping[int, Session], *, is_use: bool = True
) -> None:
    """Spend what bookings hold and make it owed, by their calls' rules of payment; what was owed before stays.

    What a late cancellation loses is no use (`is_use`): a unit that is fixed for each use is not owed for it.

    Bookings are locked; sessions come with activity and provider. Turnover counts in the order of the bookings' ids.
    Raises `OverdrawnError` where a fund cannot add what a rule grants beyond the voucher.
    """
    bills = _bills(booking_ids, sessions)
    if not is_use:
        bills = [replace(bill, rule=replace(bill.rule, fixed_unit=None)) for bill in bills]
    parts = [part for bill in bills for part in bill.parts]
    resolve((part.hold_id for part in parts), Phase.POST, TransferReason.REDEMPTION, moment)
    shares = _shares(bills)
    spend_behind(moment, parts, shares)
    owe(moment, [_owing(bill, part, shares[part.pk]) for bill in bills for part in bill.parts])
    rows = [
        Due(part=part, due_on=day, amount=amount)
        for bill in bills
        for part in bill.parts
        for day, amount in dues(
            bill.rule, shares[part.pk], local_day(bill.session.starts_at), local_day(moment)
        )
        if amount
    ]
    Due.objects.bulk_create(rows, batch_size=_BATCH)
    for redeemed in pieces([part.pk for part in parts]):
        BookingPart.objects.filter(pk__in=redeemed).update(redeemed_at=moment)


def _bills(booking_ids: Iterable[int], sessions: Mapping[int, Session]) -> list[_Bill]:
    """What is still held of bookings, by booking, in the order of their ids."""
    held: dict[int, list[BookingPart]] = {}
    for some in pieces(sorted(booking_ids)):
        rows = BookingPart.objects.filter(booking__in=some, redeemed_at__isnull=True)
        rows = rows.select_related("voucher_part__fund", "booking__voucher")
        for part in rows.order_by("booking_id", "id"):
            held.setdefault(part.booking_id, []).append(part)
    rules = rules_of_vouchers(parts[0].booking.voucher_id for parts in held.values())
    bills = []
    for parts in held.values():
        booking = parts[0].booking
        assert booking.voucher_id is not None
        rule = rules[booking.voucher_id].payment
        bills.append(_Bill(booking, sessions[booking.session_id], tuple(parts), rule))
    return bills


def _shares(bills: Sequence[_Bill]) -> dict[int, int]:
    """What is owed for each part; turnovers are locked, read, and written with what these uses add."""
    turnovers = _lock_turnovers({bill.turnover for bill in bills if bill.rule.rates})
    shares: dict[int, int] = {}
    for bill in bills:
        turnover = turnovers.get(bill.turnover)
        before = turnover.used if turnover else 0
        owed = owed_for(bill.rule, bill.prices, before, bill.session.activity.category)
        shares |= {part.pk: share for part, share in zip(bill.parts, owed, strict=True)}
        if turnover:
            turnover.used += bill.spent
    Turnover.objects.bulk_update(turnovers.values(), ["used"], batch_size=_BATCH)
    return shares


def _lock_turnovers(keys: set[_Key]) -> dict[_Key, Turnover]:
    """The turnovers named, opened where they do not exist yet, locked in one order for all."""
    if not keys:
        return {}
    rows = [Turnover(provider_id=key[0], call_id=key[1], year=key[2]) for key in sorted(keys)]
    # Another transaction may open the same turnover at once: the unique constraint lets one in, both find it.
    Turnover.objects.bulk_create(rows, batch_size=_BATCH, ignore_conflicts=True)
    providers = {key[0] for key in keys}
    found = Turnover.objects.select_for_update().filter(provider__in=providers).order_by("id")
    return {key: row for row in found if (key := (row.provider_id, row.call_id, row.year)) in keys}


def _owing(bill: _Bill, part: BookingPart, owed: int, stated: int = 0) -> Owing:
    payee = bill.session.activity.provider.ref
    return Owing(str(part.pk), payee, part.voucher_part.fund, part.spent, owed, stated)


def take_back(moment: datetime, booking: Booking, session: Session) -> int:
    """Undo what a booking's use made owed: the voucher has its money again, and the turnover is less by as much.

    Booking, voucher and parts are locked by the caller; the session comes with activity and provider. Returns what the
    voucher has again; nothing for a booking of which nothing was owed yet. Raises `OverdrawnError` where a fund has
    given away what a unit cost less than its tariff.
    """
    rows = BookingPart.objects.filter(booking=booking, redeemed_at__isnull=False, reversed_at__isnull=True)
    parts = tuple(rows.select_related("voucher_part__fund").order_by("id"))
    if not parts:
        return 0
    assert booking.voucher_id is not None
    bill = _Bill(booking, session, parts, rules_of_vouchers([booking.voucher_id])[booking.voucher_id].payment)
    if bill.rule.rates:
        for turnover in _lock_turnovers({bill.turnover}).values():
            turnover.used -= bill.spent
            turnover.save(update_fields=["used"])
    owed, stated = _sums(parts)
    disown(
        moment,
        [_owing(bill, part, owed[part.pk], stated[part.pk]) for part in parts],
        [*(_respend(part) for part in parts), *put_back_behind(parts)],
    )
    Due.objects.filter(part__in=parts).update(reversed_at=moment)
    BookingPart.objects.filter(pk__in=[part.pk for part in parts]).update(reversed_at=moment)
    return sum(part.voucher_part.worth(part.amount) for part in parts)


def _sums(parts: Sequence[BookingPart]) -> tuple[Counter[int], Counter[int]]:
    """What is owed for each part, and what of it stands in a statement."""
    owed: Counter[int] = Counter()
    stated: Counter[int] = Counter()
    for due in Due.objects.select_for_update().filter(part__in=parts).order_by("id"):
        owed[due.part_id] += due.amount
        stated[due.part_id] += due.amount if due.stated_at is not None else 0
    return owed, stated


def _respend(part: BookingPart) -> Draft:
    spent, unspent = part.voucher_part.spent_id, part.voucher_part.unspent_id
    return Draft(spent, unspent, part.amount, TransferReason.REVERSAL, f"reverse:{part.pk}")
