"""When a use falls into a statement, and what is paid after what a provider owes back was taken off."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Use:
    """One fund's part of a used booking: on which day it was used, and the days its call holds it before paying."""

    part: int
    provider: int
    fund: int
    amount: int
    used_on: date
    holding_days: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement to be drawn: the parts one fund owes one provider."""

    provider: int
    fund: int
    uses: tuple[Use, ...]

    @property
    def amount(self) -> int:
        """What the fund owes."""
        return sum(use.amount for use in self.uses)


def is_due(use: Use, until: date, today: date) -> bool:
    """Whether a use of the period up to `until` has been held long enough."""
    return use.used_on <= until and use.used_on + timedelta(days=use.holding_days) <= today


def draw(uses: Iterable[Use], until: date, today: date) -> tuple[Draft, ...]:
    """One statement for each provider and fund with a use that is due, in the order of provider and fund."""
    groups: dict[tuple[int, int], list[Use]] = defaultdict(list)
    for use in uses:
        if is_due(use, until, today):
            groups[use.provider, use.fund].append(use)
    return tuple(
        Draft(provider, fund, tuple(sorted(group, key=lambda use: use.part)))
        for (provider, fund), group in sorted(groups.items())
    )


@dataclass(frozen=True, slots=True)
class Claim:
    """An agreed statement that asks for payment: its amount, less what was taken off in an attempt that failed."""

    provider: int
    fund: int
    amount: int


@dataclass(frozen=True, slots=True)
class Net:
    """What is paid and what is taken off."""

    pay: int
    compensate: int


def net_payments(claims: Sequence[Claim], recoverable: Mapping[tuple[int, int], int]) -> tuple[Net, ...]:
    """Take off what each provider owes back to each fund, from its claims in their order, never below nothing."""
    left = dict(recoverable)
    nets = []
    for claim in claims:
        owed = left.get((claim.provider, claim.fund), 0)
        if claim.amount < 0 or owed < 0:
            message = f"amounts must be natural numbers: {claim.amount}, {owed}"
            raise ValueError(message)
        taken = min(claim.amount, owed)
        left[claim.provider, claim.fund] = owed - taken
        nets.append(Net(claim.amount - taken, taken))
    return tuple(nets)
