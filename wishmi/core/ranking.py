"""Ranking: a total order of the eligible children, the same whatever the order they came in."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wishmi.core.calls import CallRules, OrderKey
from wishmi.core.columns import NOTHING, Bools, Columns, Ints, ints
from wishmi.core.eligibility import ColumnVerdict, assess_columns
from wishmi.core.facts import ChildFacts
from wishmi.core.reasons import Reason
from wishmi.core.scoring import score_columns


@dataclass(frozen=True, slots=True)
class Entry:
    """One child in the ranking: its publication code, its facts, and what case work excluded it for, if it did."""

    code: str
    facts: ChildFacts
    exclusion: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """The ranked field, as arrays over the entries in the order they were given.

    `order` lists the places of the ranked entries, first to last; `points` has a column per criterion.
    """

    rules: CallRules
    codes: tuple[str, ...]
    columns: Columns
    verdict: ColumnVerdict
    points: Ints
    totals: Ints
    order: Ints

    @property
    def excluded(self) -> Ints:
        """Places of the entries that are not ranked, by code."""
        ranked = np.zeros(len(self.codes), dtype=np.bool_)
        ranked[self.order] = True
        places = np.flatnonzero(~ranked)
        return ints(sorted(places, key=lambda place: self.codes[place]))


def draw_key(seed: bytes, code: str) -> bytes:
    """The place of a code in the draw: SHA-256 of the seed followed by the code."""
    return hashlib.sha256(seed + code.encode()).digest()


def _keys(rules: CallRules, columns: Columns, totals: Ints) -> list[Ints]:
    """The numeric keys, most important first, each ascending: the class, the points, then the order of the call."""
    keys = [classes_of(rules, columns), -totals] if rules.classes else [-totals]
    for key in rules.order:
        match key:
            case OrderKey.LOWER_INDICATOR:
                keys.append(columns.isee_cents)
            case OrderKey.LOWER_INCOME:
                income = columns.column("income_cents")
                keys.append(np.where(income == NOTHING, _LAST, income))
            case OrderKey.YOUNGER:
                keys.append(-columns.born_on)
            case OrderKey.ARRIVAL:
                keys.append(columns.column("arrival"))
            case OrderKey.HIGHER_SCORE:
                keys.append(-columns.column("commission_score"))
    return keys


_LAST = np.iinfo(np.int64).max
"""Whose income is not known comes after every income."""


def classes_of(rules: CallRules, columns: Columns) -> Ints:
    """The class of every row: the place of the first condition that is met; after the last for who meets none."""
    found = columns.each(len(rules.classes))
    for place in reversed(range(len(rules.classes))):
        found = np.where(rules.classes[place].met(columns), place, found)
    return found


def rank_columns(
    rules: CallRules, codes: Sequence[str], columns: Columns, excluded: Sequence[int], seed: bytes | None
) -> Ranking:
    """Rank a column of children; `excluded` are the places of entries that case work excluded.

    The draw is the last key: it is worked out only for those whom every other key leaves level. Without a seed a draw
    that is needed raises ValueError.
    """
    if len(set(codes)) != len(codes):
        message = "publication codes must be unique"
        raise ValueError(message)
    verdict = assess_columns(rules, columns)
    points = score_columns(rules.criteria, columns)
    totals = ints(points.sum(axis=1))
    ranked = verdict.eligible.copy()
    ranked[list(excluded)] = False
    places = np.flatnonzero(ranked)
    keys = [key[places] for key in _keys(rules, columns, totals)]
    order = np.lexsort(keys[::-1])
    settled = _settle(rules, codes, places[order], [key[order] for key in keys], seed)
    return Ranking(rules, tuple(codes), columns, verdict, points, totals, settled)


def _settle(
    rules: CallRules, codes: Sequence[str], places: Ints, keys: list[Ints], seed: bytes | None
) -> Ints:
    """Order by the draw inside each group that all other keys leave level."""
    level = np.ones(max(len(places) - 1, 0), dtype=np.bool_)
    for key in keys:
        level &= key[1:] == key[:-1]
    if not level.any():
        return places
    if OrderKey.CODE in rules.order:
        return _by_code(codes, places, level)
    if seed is None or OrderKey.DRAW not in rules.order:
        message = "children are level on every key and there is no draw to separate them"
        raise ValueError(message)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], level, [False])).astype(np.int8)))
    for start, stop in zip(edges[::2], edges[1::2] + 1, strict=True):
        group = sorted(places[start:stop], key=lambda place: draw_key(seed, codes[place]))
        places[start:stop] = group
    return places


def _by_code(codes: Sequence[str], places: Ints, level: Bools) -> Ints:
    """Inside each level group by publication code: only where the order changes nothing for anyone."""
    group = np.concatenate(([0], np.cumsum(~level)))
    ordered = sorted(
        zip(group.tolist(), places.tolist(), strict=True), key=lambda one: (one[0], codes[one[1]])
    )
    return ints([place for _, place in ordered])


def rank(rules: CallRules, entries: Sequence[Entry], seed: bytes | None) -> Ranking:
    """Rank entries; see `rank_columns`."""
    columns = Columns.of([entry.facts for entry in entries])
    excluded = [place for place, entry in enumerate(entries) if entry.exclusion]
    return rank_columns(rules, [entry.code for entry in entries], columns, excluded, seed)
