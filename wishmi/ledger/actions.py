"""The only functions that move value. Call them inside the transaction of the act they belong to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from wishmi.core.transfers import Balance, Movement, Overdrawn, Phase, Side, apply
from wishmi.infra.pieces import pieces
from wishmi.ledger.chart import Kind, TransferReason, side_of
from wishmi.ledger.models import Account, Transfer

_INSERT_BATCH = 2000
# Both engines call the columns of VALUES so; one statement for all rows costs one way to the server and back.
_ADD = """UPDATE ledger_account SET debits_posted = debits_posted + change.column1,
credits_posted = credits_posted + change.column2, debits_pending = debits_pending + change.column3,
credits_pending = credits_pending + change.column4
FROM (VALUES {rows}) AS change WHERE id = change.column5"""


@dataclass(frozen=True, slots=True)
class Purse:
    """The name of an account: opaque owner and fund references, kind and unit, a number where there are several."""

    owner: str
    kind: Kind
    fund: str
    unit: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """A transfer to be written. `key` is unique for ever: the same act written twice fails in the database."""

    debit: int
    credit: int
    amount: int
    reason: TransferReason
    key: str
    phase: Phase = Phase.POSTED
    pending_of: int | None = None


class OverdrawnError(Exception):
    """An account does not cover a transfer; raised after the lock, so the act must be rolled back or refused."""

    def __init__(self, fault: Overdrawn) -> None:
        """Keep the place and the account."""
        super().__init__(f"account {fault.account} has only {fault.free} free")
        self.fault = fault


def open_accounts(purses: Iterable[Purse]) -> dict[Purse, int]:
    """The ids of the accounts named, opened where they do not exist yet."""
    wanted = list(dict.fromkeys(purses))
    found: dict[Purse, int] = {}
    for some in pieces(wanted):
        found |= _find(some)
    missing = [purse for purse in wanted if purse not in found]
    if missing:
        rows = [
            Account(
                owner=p.owner, kind=p.kind, fund=p.fund, unit=p.unit, number=p.number, side=side_of(p.kind)
            )
            for p in missing
        ]
        # Another transaction may open the same account at once: the unique constraint lets one in, both find it.
        # In one order for all, or two that open several would wait for each other.
        rows.sort(key=lambda row: (row.owner, row.kind, row.fund, row.unit, row.number))
        Account.objects.bulk_create(rows, batch_size=_INSERT_BATCH, ignore_conflicts=True)
        for some in pieces(missing):
            found |= _find(some)
    return found


def _find(purses: Sequence[Purse]) -> dict[Purse, int]:
    wanted = set(purses)
    rows = Account.objects.filter(owner__in={purse.owner for purse in purses})
    names = rows.values_list("id", "owner", "kind", "fund", "unit", "number").order_by("id")
    found = {
        Purse(owner, Kind(kind), fund, unit, number): pk for pk, owner, kind, fund, unit, number in names
    }
    return {purse: pk for purse, pk in found.items() if purse in wanted}


def lock(accounts: Iterable[int]) -> dict[int, Balance]:
    """Lock accounts in the global order (by id) and read them after.

    On SQLite the lock is the database's one writer, which `transaction.atomic` takes at once (IMMEDIATE); outside a
    transaction there would be none, so that is refused.
    """
    if not connection.in_atomic_block:
        message = "accounts are locked inside a transaction"
        raise RuntimeError(message)
    ids = sorted(set(accounts))
    balances: dict[int, Balance] = {}
    for some in pieces(ids):
        rows = Account.objects.select_for_update().filter(id__in=some).order_by("id")
        for pk, side, unit, *sums in rows.values_list(
            "id", "side", "unit", "debits_posted", "credits_posted", "debits_pending", "credits_pending"
        ):
            balances[pk] = Balance(Side(side), unit, *sums)
    return balances


def post(drafts: Sequence[Draft], moment: datetime, locked: Mapping[int, Balance] | None = None) -> list[int]:
    """Write transfers, all or none; returns their ids in order. Raises `OverdrawnError` if an account is short.

    `locked` are balances that `lock` gave in this very transaction and nothing has changed since: they need not be
    read again if they cover every account.
    """
    if not drafts:
        return []
    if not connection.in_atomic_block:
        with transaction.atomic():
            return post(drafts, moment)
    accounts = {account for draft in drafts for account in (draft.debit, draft.credit)}
    is_read = locked is not None and accounts <= locked.keys()
    balances = {account: locked[account] for account in accounts} if locked and is_read else lock(accounts)
    moves = [Movement(draft.debit, draft.credit, draft.amount, draft.phase) for draft in drafts]
    after = apply(balances, moves)
    if isinstance(after, Overdrawn):
        raise OverdrawnError(after)
    # Who goes on after half a write would keep half of it: without a savepoint an error here ends the whole act.
    with transaction.atomic(savepoint=False):
        made = _write(drafts, balances, moment)
        _update(balances, after)
    return made


def resolve(pending: Iterable[int], phase: Phase, reason: TransferReason, moment: datetime) -> dict[int, int]:
    """Post or void pending transfers; returns the amount of each. The database refuses to resolve one twice."""
    ids = sorted(set(pending))
    drafts: list[Draft] = []
    for some in pieces(ids):
        rows = Transfer.objects.filter(id__in=some, phase=Phase.PENDING).order_by("id")
        drafts += [
            Draft(row.debit_id, row.credit_id, row.amount, reason, f"{phase}:{row.pk}", phase, row.pk)
            for row in rows
        ]
    if len(drafts) != len(ids):
        message = f"not all of {ids} are pending transfers"
        raise ValueError(message)
    post(drafts, moment)
    return {draft.pending_of: draft.amount for draft in drafts if draft.pending_of is not None}


def _write(drafts: Sequence[Draft], balances: dict[int, Balance], moment: datetime) -> list[int]:
    rows = [
        Transfer(
            debit_id=draft.debit,
            credit_id=draft.credit,
            amount=draft.amount,
            unit=balances[draft.debit].unit,
            phase=draft.phase,
            reason=draft.reason,
            at=moment,
            key=draft.key,
            pending_of_id=draft.pending_of,
        )
        for draft in drafts
    ]
    Transfer.objects.bulk_create(rows, batch_size=_INSERT_BATCH)
    return [row.pk for row in rows]


def _update(before: dict[int, Balance], after: dict[int, Balance]) -> None:
    """Add what changed to the cached sums of the locked rows."""
    changes: list[tuple[int, ...]] = []
    for account, new in after.items():
        old = before[account]
        change = (
            new.debits_posted - old.debits_posted,
            new.credits_posted - old.credits_posted,
            new.debits_pending - old.debits_pending,
            new.credits_pending - old.credits_pending,
        )
        if any(change):
            changes.append((*change, account))
    changes.sort(key=lambda change: change[-1])
    with connection.cursor() as cursor:
        for some in pieces(changes):
            rows = ", ".join(["(%s, %s, %s, %s, %s)"] * len(some))
            cursor.execute(_ADD.format(rows=rows), [value for change in some for value in change])
