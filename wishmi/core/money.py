"""Money is integer minor units (cents for the euro, whole units where a currency has no smaller part).

A split always sums to the whole.
"""

from collections.abc import Sequence

WITHOUT_MINOR = frozenset(
    (
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    )
)
"""Currencies whose unit has no smaller part (ISO 4217, exponent 0)."""
WITH_THOUSANDTHS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))
"""Currencies with three decimals (ISO 4217, exponent 3)."""


def is_currency(unit: str) -> bool:
    """Whether a unit is a currency by its three letters, and not something that is counted, such as sessions."""
    return len(unit) == 3 and unit.isascii() and unit.isalpha() and unit.isupper()


def minor_digits(unit: str) -> int:
    """How many decimals an amount of a currency has; amounts are kept in the smallest part."""
    return 0 if unit in WITHOUT_MINOR else 3 if unit in WITH_THOUSANDTHS else 2


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
