"""When what is owed falls into a statement, and what is paid after what a payee owes back was taken off."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

Reference = tuple[str, int]
"""What kind of row, and its id."""


@dataclass(frozen=True, slots=True)
class Owed:
    """What one fund owes one payee for one thing: on which day that happened, and from which day it is paid."""

    row: Reference
    payee: Reference
    fund: int
    amount: int
    arose_on: date
    due_on: date


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement to be drawn: what one fund owes one payee."""

    payee: Reference
    fund: int
    lines: tuple[Owed, ...]

    @property
    def amount(self) -> int:
        """What the fund owes."""
        return sum(line.amount for line in self.lines)


def is_due(owed: Owed, until: date, today: date) -> bool:
    """Whether what arose up to `until` is to be paid by now."""
    return owed.arose_on <= until and owed.due_on <= today


def draw(owed: Iterable[Owed], until: date, today: date) -> tuple[Draft, ...]:
    """One statement for each payee and fund with something due, in the order of payee and fund."""
    groups: dict[tuple[Reference, int], list[Owed]] = defaultdict(list)
    for one in owed:
        if is_due(one, until, today):
            groups[one.payee, one.fund].append(one)
    return tuple(
        Draft(payee, fund, tuple(sorted(group, key=lambda one: one.row)))
        for (payee, fund), group in sorted(groups.items())
    )


@dataclass(frozen=True, slots=True)
class Claim:
    """An agreed statement that asks for payment: its amount, less what was taken off in an attempt that failed."""

    payee: Reference
    fund: int
    amount: int


@dataclass(frozen=True, slots=True)
class Net:
    """What is paid and what is taken off."""

    pay: int
    compensate: int


def net_payments(
    claims: Sequence[Claim], recoverable: Mapping[tuple[Reference, int], int]
) -> tuple[Net, ...]:
    """Take off what each payee owes back to each fund, from its claims in their order, never below nothing."""
    left = dict(recoverable)
    nets = []
    for claim in claims:
        owed = left.get((claim.payee, claim.fund), 0)
        if claim.amount < 0 or owed < 0:
            message = f"amounts must be natural numbers: {claim.amount}, {owed}"
            raise ValueError(message)
        taken = min(claim.amount, owed)
        left[claim.payee, claim.fund] = owed - taken
        nets.append(Net(claim.amount - taken, taken))
    return tuple(nets)
