"""When the minors of the city were born, and their guardians: days as ordinals of the calendar."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from wishmi.core.dates import birthday_in
from wishmi.simulation.assumptions import Children, Guardians
from wishmi.simulation.families import Floats, Ints

_DAYS_IN_YEAR = 365.2425
_DAYS_IN_MONTH = _DAYS_IN_YEAR / 12
_OF_AGE = 18


def minority_days(on: date) -> int:
    """How many days of birth, up to and with `on`, make a person a minor on that day."""
    first = birthday_in(on, on.year - _OF_AGE).toordinal() + 1
    return on.toordinal() - first + 1


def _share_to_age(share: Floats, youngest_weight: float) -> Floats:
    """The age (0 to 1 of minority) below which `share` of minors are, when births have fallen steadily.

    The density rises in a straight line from `youngest_weight` at birth to one; this inverts its integral.
    """
    if youngest_weight == 1:
        return share
    slope = 1 - youngest_weight
    area = (youngest_weight + 1) / 2
    age: Floats = (np.sqrt(youngest_weight**2 + 2 * slope * area * share) - youngest_weight) / slope
    return age


def births_of_minors(minors: Ints, children: Children, on: date, chance: np.random.Generator) -> Ints:
    """The days of birth of all minors, family after family, the eldest first in each.

    Brothers and sisters who are not twins are born at least `months_between` months apart.
    """
    days = minority_days(on)
    gap = round(children.months_between * _DAYS_IN_MONTH)
    starts = np.concatenate(([0], np.cumsum(minors)))[:-1]
    born = np.empty(int(minors.sum()), dtype=np.int64)
    for size in range(1, int(minors.max()) + 1):
        rows = np.flatnonzero(minors == size)
        room = days - (size - 1) * gap
        ages = np.floor(_share_to_age(chance.random((rows.size, size)), children.youngest_weight) * room)
        # Sorting first and spacing after keeps every distance without redrawing.
        spaced = np.sort(ages, axis=1) + np.arange(size) * gap
        for place in range(1, size):
            twins = chance.random(rows.size) < children.twin_share
            spaced[twins, place] = spaced[twins, place - 1]
        eldest_first = on.toordinal() - spaced[:, ::-1].astype(np.int64)
        born[starts[rows][:, None] + np.arange(size)] = eldest_first
    return born


def births_of_guardians(
    first_births: Ints, head_female: NDArray[np.bool_], guardians: Guardians, chance: np.random.Generator
) -> tuple[Ints, Ints]:
    """The days of birth of heads and of second guardians, from the day the eldest minor was born."""
    spread = chance.standard_normal((2, first_births.size))
    younger = guardians.age_at_first_birth + guardians.age_spread * spread[0]
    older = younger + guardians.partner_age_gap * (1 + spread[1])
    ages = np.where(head_female, (younger, older), (older, younger))
    # Nobody here became a parent before coming of age or after fifty-five.
    days = (np.clip(ages, _OF_AGE, 55) * _DAYS_IN_YEAR).astype(np.int64) + 1
    return first_births - days[0], first_births - days[1]
