"""A whole column of children at once: the same facts as `ChildFacts`, as numpy arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import cast

import numpy as np
import numpy.typing as npt

from wishmi.core.facts import ISEE_KINDS, ChildFacts
from wishmi.core.rules.vocabulary import ROLES, VOCABULARY, FactKind, Value

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

NO_INDICATOR = -1
NOTHING = -1
NO_DATE = 0
YEAR = 10_000
"""A year's distance between two days written as yyyymmdd."""

_FEW = 6


def ints(values: npt.ArrayLike) -> Ints:
    """Whole numbers as a column; TypeError for fractions, which would lose a cent in silence."""
    found = np.asarray(values)
    # Of nothing numpy makes an empty column of fractions.
    return found.astype(np.int64, casting="safe" if found.size else "unsafe", copy=False)


def bools(values: npt.ArrayLike) -> Bools:
    """Truth values as a column."""
    return np.asarray(values, dtype=np.bool_)


def ymd(day: date | None) -> int:
    """A date as the integer yyyymmdd, which keeps the order of dates; 0 for none."""
    return NO_DATE if day is None else day.year * 10_000 + day.month * 100 + day.day


@dataclass(frozen=True, slots=True)
class Columns:
    """One array per fact. Dates as yyyymmdd (0: none), the indicator in cents (-1: none), kinds and roles by number.

    `more` holds the other facts that are asked. A word is the place of that word in `words` (-1: none), a set of words
    has a bit for each word it holds, in the order of `words`.
    """

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
    more: Mapping[str, Ints] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def column(self, name: str) -> Ints:
        """The array of a fact, whichever it is; yes-or-no facts as truth values."""
        found = self.more.get(name)
        return cast("Ints", getattr(self, name)) if found is None else found

    def bits(self, name: str, wanted: Sequence[str]) -> int:
        """The bits of some words of a set."""
        known = self.words.get(name, ())
        return sum(1 << known.index(word) for word in wanted if word in known)

    def __len__(self) -> int:
        """The number of children."""
        return len(self.born_on)

    def each(self, number: int) -> Ints:
        """The same number for every child."""
        return ints(np.full(len(self), number))

    @classmethod
    def of(cls, rows: Sequence[ChildFacts]) -> "Columns":
        """Columns of the facts given, in their order."""
        more, words = _more_of(rows)
        return cls(
            born_on=ints([ymd(row.born_on) for row in rows]),
            submitted_on=ints([ymd(row.submitted_on) for row in rows]),
            resident=bools([row.resident for row in rows]),
            isee_cents=ints([NO_INDICATOR if row.isee_cents is None else row.isee_cents for row in rows]),
            isee_kind=ints([ISEE_KINDS.index(row.isee_kind) for row in rows]),
            isee_issued_on=ints([ymd(row.isee_issued_on) for row in rows]),
            isee_valid_until=ints([ymd(row.isee_valid_until) for row in rows]),
            minors=ints([row.minors for row in rows]),
            lone_parent=bools([row.lone_parent for row in rows]),
            disabled_members=ints([row.disabled_members for row in rows]),
            applicant_role=ints([ROLES.index(row.applicant_role) for row in rows]),
            more=more,
            words=words,
        )


def _more_of(rows: Sequence[ChildFacts]) -> tuple[dict[str, Ints], dict[str, tuple[str, ...]]]:
    """Columns of the facts beyond the fields; each row must hold the same ones, as the rows of one call do."""
    more: dict[str, Ints] = {}
    words: dict[str, tuple[str, ...]] = {}
    for place, (name, _) in enumerate(rows[0].more if rows else ()):
        more[name], words[name] = encoded(name, [row.more[place][1] for row in rows])
    return more, words


def encoded(name: str, values: Sequence[Value]) -> tuple[Ints, tuple[str, ...]]:
    """The values of one fact as an array, and the words its numbers stand for."""
    fact = VOCABULARY[name]
    match fact.kind:
        case FactKind.FLAG:
            return cast("Ints", bools(cast("Sequence[bool]", values))), ()
        case FactKind.DAY:
            return ints([ymd(cast("date | None", value)) for value in values]), ()
        case FactKind.CHOICE:
            return ints([fact.choices.index(cast("str", value)) for value in values]), ()
        case FactKind.WORD:
            return _words(cast("Sequence[str | None]", values))
        case FactKind.WORDS:
            return _sets(cast("Sequence[tuple[str, ...]]", values))
    numbers = [NOTHING if value is None else cast("int", value) for value in values]
    return ints(numbers), ()


def _words(values: Sequence[str | None]) -> tuple[Ints, tuple[str, ...]]:
    known = tuple(sorted({value for value in values if value is not None}))
    at = {word: place for place, word in enumerate(known)}
    return ints([NOTHING if value is None else at[value] for value in values]), known


def _sets(values: Sequence[tuple[str, ...]]) -> tuple[Ints, tuple[str, ...]]:
    known = tuple(sorted({word for value in values for word in value}))
    bit = {word: 1 << place for place, word in enumerate(known)}
    return ints([sum(bit[word] for word in value) for value in values]), known


def apart(born_on: Ints, day: Ints) -> Ints:
    """How far a day lies after another, both yyyymmdd: 10,000 n and more for n full years, below zero if before.

    A birthday on 29 February falls on the 28th in a common year, so it matters on that one day only.
    """
    if not len(day):
        return ints([])
    first, last = int(day.min()), int(day.max())
    years = range(first // YEAR, last // YEAR + 1)
    eves = [year * YEAR + 228 for year in years if first <= year * YEAR + 228 <= last and not _is_leap(year)]
    far = day - born_on
    if eves:
        far = far + (np.isin(day, eves) & (born_on % YEAR == 229))
    return ints(far)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def ages(born_on: Ints, day: Ints) -> Ints:
    """Completed years of age on `day`, both yyyymmdd."""
    return ints(apart(born_on, day) // YEAR)


def among(column: Ints, numbers: Sequence[int]) -> Bools:
    """Where a column holds one of some numbers; a run of them is two comparisons."""
    wanted = sorted(set(numbers))
    if not wanted:
        return bools(np.zeros_like(column))
    if wanted[-1] - wanted[0] == len(wanted) - 1:
        low, high = wanted[0], wanted[-1]
        return bools(column == low if low == high else (column >= low) & (column <= high))
    if len(wanted) > _FEW:
        return bools(np.isin(column, wanted))
    return bools(np.logical_or.reduce([column == one for one in wanted]))


def banded(values: Ints, bounds: Sequence[tuple[int, bool]], amounts: Sequence[int]) -> Ints:
    """The amount of the first bound a value does not pass (the bound itself only if inclusive), zero above the last."""
    found = ints(np.zeros_like(values))
    for (bound, inclusive), amount in zip(reversed(bounds), reversed(amounts), strict=True):
        found = np.where(values <= bound if inclusive else values < bound, amount, found)
    return found
