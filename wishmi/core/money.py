"""Money is integer minor units (cents for the euro); a split always sums to the whole."""

from collections.abc import Sequence


def split(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split `total` units in proportion to `weights`, to the unit.

    The parts sum to the total. Each part is first rounded down; the remainder goes, one unit each, to the parts that
    lost most by rounding, the earlier part first among equals. Naive rounding of each part can lose or invent units.
    """
    if total < 0:
        message = f"a negative amount cannot be split: {total}"
        raise ValueError(message)
    if not weights or any(weight < 0 for weight in weights) or sum(weights) == 0:
        message = f"weights must be natural numbers, one of them positive: {list(weights)}"
        raise ValueError(message)
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    lost = [total * weight % whole for weight in weights]
    by_loss = sorted(range(len(weights)), key=lambda place: (-lost[place], place))
    for place in by_loss[: total - sum(parts)]:
        parts[place] += 1
    assert sum(parts) == total
    return tuple(parts)


def take_in_order(amount: int, available: Sequence[int]) -> tuple[int, ...] | None:
    """Take `amount` from several purses, emptying each before the next; None if they do not hold enough."""
    if amount < 0 or any(purse < 0 for purse in available):
        message = f"amounts must be natural numbers: {amount} from {list(available)}"
        raise ValueError(message)
    left = amount
    taken = []
    for purse in available:
        part = min(left, purse)
        taken.append(part)
        left -= part
    return None if left else tuple(taken)
