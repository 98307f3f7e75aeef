"""The columns a file has for the facts its call asks: how each is called, read and written."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from wishmi.applications.declarations import (
    ISEE,
    LONGEST_WORD,
    MOST_COUNTED,
    MOST_MONTHS,
    declared_names,
    is_word,
)
from wishmi.applications.file_cells import CellRefused, count, read_cents, read_day, read_flag
from wishmi.applications.file_rows import COLUMNS
from wishmi.core.facts import BASE
from wishmi.core.rules.vocabulary import VOCABULARY, Fact, FactKind, Value

BETWEEN = "|"
"""Between the words of a set, which a comma or a semicolon would tear apart."""
NONE = "none"
"""A set without words, so that an empty cell is never taken for an answer."""
_NAMED = {"district": "district_name"}
"""The column `district` is the number of the registered address in every file."""
_OF_INDICATOR = ("isee", *ISEE[1:], "dsu_protocol")
_FIXED = {"minors", "lone_parent", "disabled_members"}
EMPTY: Mapping[str, object] = {
    "minors": 0, "lone_parent": False, "disabled_members": 0, "isee": None, "isee_kind": "", "isee_issued_on": None,
    "isee_valid_until": None, "dsu_protocol": "",
}  # fmt: skip
"""What stands in the row for columns that a call does not have; nobody reads it."""


def column_of(name: str) -> str:
    """The column of a fact; amounts stand there in units, not in cents."""
    return _NAMED.get(name, name.removesuffix("_cents"))


def more_facts(asked: Sequence[str]) -> tuple[str, ...]:
    """The facts of a call that have no column in every file."""
    return tuple(name for name in declared_names(asked) if name not in _FIXED | {"resident"})


def columns_of(asked: Sequence[str] = BASE) -> tuple[str, ...]:
    """The columns of the file of a call, in the order they are written: no fact that the call does not ask."""
    unasked = _FIXED - set(asked) | (set() if ISEE[0] in asked else set(_OF_INDICATOR))
    usual = [column for column in COLUMNS if column not in unasked]
    return (*usual, *(column_of(name) for name in more_facts(asked)))


def reader_of(name: str) -> Callable[[str], Value]:
    """How the cell of a fact is read."""
    fact = VOCABULARY[name]
    read = _reader(fact)

    def read_cell(text: str) -> Value:
        if text:
            return read(text)
        if fact.may_be_nothing:
            return None
        raise CellRefused("missing", "The cell is empty, and the call asks this: write what was declared.")

    return read_cell


def _reader(fact: Fact) -> Callable[[str], Value]:
    match fact.kind:
        case FactKind.FLAG:
            return read_flag
        case FactKind.COUNT:
            return count(MOST_MONTHS if fact.name == "course_months" else MOST_COUNTED)
        case FactKind.CENTS:
            return read_cents
        case FactKind.DAY:
            return read_day
        case FactKind.CHOICE:
            return lambda text: _choice(fact, text)
        case FactKind.WORD:
            return _word
    return _words


def _choice(fact: Fact, text: str) -> str:
    if text not in fact.choices:
        raise CellRefused("wrong_word", f"Write one of: {', '.join(one for one in fact.choices if one)}.")
    return text


def _word(text: str) -> str:
    if not is_word(text):
        sentence = f"Write a word of the call: small letters, digits and _, at most {LONGEST_WORD}."
        raise CellRefused("wrong_word", sentence)
    return text


def _words(text: str) -> tuple[str, ...]:
    if text == NONE:
        return ()
    found = [_word(one) for one in re.split(r"\s*\|\s*", text)]
    if len(set(found)) != len(found):
        raise CellRefused("wrong_word", "A word stands twice: write each once.")
    return tuple(sorted(found))


def written_fact(name: str, value: Value) -> str:
    """The cell that reads back as the value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return BETWEEN.join(value) or NONE
    if VOCABULARY[name].kind is FactKind.CENTS and isinstance(value, int):
        return f"{value // 100}.{value % 100:02d}"
    return value.isoformat() if isinstance(value, date) else str(value)
