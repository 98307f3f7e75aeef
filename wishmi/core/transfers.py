"""Two-phase transfers over balances, in the manner of TigerBeetle: posted, or pending and then posted or voided.

Pure: balances in, balances out. The ledger room locks the rows, asks `apply`, and writes what it answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class Side(StrEnum):
    """On which side an account grows: a debit-side account may not be credited beyond its debits, and the reverse."""

    DEBIT = "debit"
    CREDIT = "credit"


class Phase(StrEnum):
    """What a transfer does to value."""

    POSTED = "posted"
    PENDING = "pending"
    POST = "post"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Balance:
    """Four natural numbers in the account's unit, and the side that limits them."""

    side: Side
    unit: str
    debits_posted: int = 0
    credits_posted: int = 0
    debits_pending: int = 0
    credits_pending: int = 0

    @property
    def value(self) -> int:
        """What is on the account: the growth of its own side, less what left it for good."""
        net = self.debits_posted - self.credits_posted
        return net if self.side is Side.DEBIT else -net

    @property
    def free(self) -> int:
        """What may still leave it: its value less what is pending to leave."""
        leaving = self.credits_pending if self.side is Side.DEBIT else self.debits_pending
        return self.value - leaving


@dataclass(frozen=True, slots=True)
class Movement:
    """One transfer as far as balances care. `POST` and `VOID` repeat accounts and amount of their pending transfer."""

    debit: int
    credit: int
    amount: int
    phase: Phase = Phase.POSTED


@dataclass(frozen=True, slots=True)
class Overdrawn:
    """The movement at `place` (from 0) would take more from `account` than it has free."""

    place: int
    account: int
    free: int


def apply(balances: Mapping[int, Balance], movements: Sequence[Movement]) -> dict[int, Balance] | Overdrawn:
    """The balances after all movements in their order, or the first that an account does not cover.

    Raises ValueError for what is never a matter of money: a wrong amount, the same account twice, two units.
    """
    after = dict(balances)
    for place, movement in enumerate(movements):
        debit, credit = after[movement.debit], after[movement.credit]
        if movement.amount <= 0 or movement.debit == movement.credit or debit.unit != credit.unit:
            message = f"not a transfer: {movement} between {debit.unit} and {credit.unit}"
            raise ValueError(message)
        after[movement.debit] = _debited(debit, movement)
        after[movement.credit] = _credited(credit, movement)
        for account in (movement.debit, movement.credit):
            if after[account].free < 0:
                return Overdrawn(place, account, balances[account].free)
            if min(after[account].debits_pending, after[account].credits_pending) < 0:
                message = f"nothing is pending to resolve: {movement}"
                raise ValueError(message)
    return after


def _debited(balance: Balance, movement: Movement) -> Balance:
    posted = movement.amount if movement.phase in (Phase.POSTED, Phase.POST) else 0
    pending = _pending(movement)
    return replace(
        balance,
        debits_posted=balance.debits_posted + posted,
        debits_pending=balance.debits_pending + pending,
    )


def _credited(balance: Balance, movement: Movement) -> Balance:
    posted = movement.amount if movement.phase in (Phase.POSTED, Phase.POST) else 0
    pending = _pending(movement)
    return replace(
        balance,
        credits_posted=balance.credits_posted + posted,
        credits_pending=balance.credits_pending + pending,
    )


def _pending(movement: Movement) -> int:
    if movement.phase is Phase.PENDING:
        return movement.amount
    return -movement.amount if movement.phase in (Phase.POST, Phase.VOID) else 0
