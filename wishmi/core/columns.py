"""A whole column of children at once: the same facts as `ChildFacts`, as numpy arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from wishmi.core.facts import APPLICANT_ROLES, ISEE_KINDS, ChildFacts

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

NO_INDICATOR = -1
NO_DATE = 0


def ymd(day: date | None) -> int:
    """A date as the integer yyyymmdd, which keeps the order of dates; 0 for none."""
    return NO_DATE if day is None else day.year * 10_000 + day.month * 100 + day.day


@dataclass(frozen=True, slots=True)
class Columns:
    """One array per fact. Dates as yyyymmdd (0: none), the indicator in cents (-1: none), kinds and roles by number."""

    born_on: Ints
    submitted_on: Ints
    resident: Bools
    isee_cents: Ints
    isee_kind: Ints
    isee_issued_on: Ints
    isee_valid_until: Ints
    minors: Ints
    lone_parent: Bools
    disabled_members: Ints
    applicant_role: Ints

    def __len__(self) -> int:
        """The number of children."""
        return len(self.born_on)

    @classmethod
    def of(cls, rows: Sequence[ChildFacts]) -> "Columns":
        """Columns of the facts given, in their order."""

        def ints(values: list[int]) -> Ints:
            return np.array(values, dtype=np.int64)

        return cls(
            born_on=ints([ymd(row.born_on) for row in rows]),
            submitted_on=ints([ymd(row.submitted_on) for row in rows]),
            resident=np.array([row.resident for row in rows], dtype=np.bool_),
            isee_cents=ints([NO_INDICATOR if row.isee_cents is None else row.isee_cents for row in rows]),
            isee_kind=ints([ISEE_KINDS.index(row.isee_kind) for row in rows]),
            isee_issued_on=ints([ymd(row.isee_issued_on) for row in rows]),
            isee_valid_until=ints([ymd(row.isee_valid_until) for row in rows]),
            minors=ints([row.minors for row in rows]),
            lone_parent=np.array([row.lone_parent for row in rows], dtype=np.bool_),
            disabled_members=ints([row.disabled_members for row in rows]),
            applicant_role=ints([APPLICANT_ROLES.index(row.applicant_role) for row in rows]),
        )


def ages(born_on: Ints, day: Ints) -> Ints:
    """Completed years of age on `day`, both yyyymmdd; a birthday on 29 February falls on the 28th in a common year."""
    year = day // 10_000
    common = (year % 4 != 0) | ((year % 100 == 0) & (year % 400 != 0))
    leap_born = common & (born_on % 10_000 == 229)
    return np.asarray((day - (born_on - leap_born)) // 10_000, dtype=np.int64)
