"""What changes from one call document to another, part by part of their models and never by their text.

Two documents that mean the same (another order of keys, comments, quotes) do not differ. Entries of lists are matched
by what names them, a fund by its code, a condition by what it asks, so that one entry more does not make all that
follow look changed. The sentences are made by the pages.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, get_args
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator
from pydantic.fields import FieldInfo

from wishmi.calls.document_base import Section, Words, read_figure
from wishmi.calls.document_faults import euro
from wishmi.calls.document_findings import Place, path_of
from wishmi.calls.document_sections import CallBody
from wishmi.calls.document_values import read_cents


class ChangeKind(StrEnum):
    """What happened to a place: it has another value, it is new, it is gone, or a list has another order."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Step:
    """One step down: a field, written as its class and name, or an entry of a list or of named things.

    `item` is the entry itself, as it is in the newer document or, where that has none, in the older.
    """

    field: str
    key: str | int | None = None
    item: object = None


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `place` is in the newer document, or in the older one for what is gone."""

    kind: ChangeKind
    place: Place
    steps: tuple[Step, ...]
    before: object
    after: object
    is_money: bool = False
    unit: str = "EUR"

    @property
    def path(self) -> str:
        """The place as people write it."""
        return path_of(self.place)

    def as_data(self) -> dict[str, object]:
        """Plain data for programs; amounts as the document writes them."""
        before, after = (
            plain(value, self.unit, is_money=self.is_money) for value in (self.before, self.after)
        )
        return {"path": self.path, "kind": str(self.kind), "before": before, "after": after}


@dataclass(frozen=True, slots=True)
class _Here:
    """Where the walk stands."""

    place: Place
    steps: tuple[Step, ...]
    is_money: bool = False
    unit: str = "EUR"

    def down(self, part: str | int, step: Step, *, is_money: bool = False) -> "_Here":
        return _Here((*self.place, part), (*self.steps, step), is_money, self.unit)


def difference(before: CallBody, after: CallBody) -> tuple[Change, ...]:
    """Every change from one document to another, in the order of the sections; none if they mean the same."""
    return tuple(_models(before, after, _Here((), (), unit=after.amount.unit)))


_NAMES: dict[str, Callable[[Any], object]] = {
    "FundNode": lambda node: node.code,
    "ReserveNode": lambda node: node.code,
    "PointsNode": lambda node: node.fact,
    "ParameterStep": lambda node: node.from_,
    "GrantStep": lambda node: node.minors,
    "SeasonNode": lambda node: node.name,
    "CategoryCap": lambda node: node.category,
    "CategoryRate": lambda node: node.category,
    "RateNode": lambda node: node.above,
    "Recredit": lambda node: node.age,
    "LevelRow": lambda node: tuple(node.levels),
    "Source": lambda node: node.what,
    "Asked": lambda node: tuple(node.facts),
}
"""What names an entry of a list. Conditions are named by what they ask; bands and other entries by their likeness."""


def name_of(item: object) -> object | None:
    """What an entry of a list is known by, or None."""
    if hasattr(item, "condition"):
        asked = [getattr(item, part, None) for part in ("condition", "fact", "day", "who")]
        return tuple(str(part) for part in asked)
    named = _NAMES.get(type(item).__name__)
    return named(item) if named else None


def field_key(model: type[Section], name: str) -> str:
    """The class that defines a field, and its name: what its label is found by."""
    owner = next(base for base in reversed(model.__mro__) if name in getattr(base, "__annotations__", {}))
    return f"{owner.__name__}.{name}"


def holds_money(field: FieldInfo) -> bool:
    """Whether a field holds amounts of money, in cents."""
    return any(check.func in {read_cents, read_figure} for check in _checks(field.annotation, field.metadata))


def _checks(annotation: object, metadata: Sequence[object]) -> Iterator[BeforeValidator]:
    yield from (item for item in metadata if isinstance(item, BeforeValidator))
    for inner in get_args(annotation):
        yield from _checks(inner, getattr(inner, "__metadata__", ()))


def fields_of(model: Section) -> Iterator[tuple[str, FieldInfo, object]]:
    """The fields of a part with their values."""
    for name, field in type(model).model_fields.items():
        yield name, field, getattr(model, name)


def _models(before: Section, after: Section, here: _Here) -> Iterator[Change]:
    if type(before) is not type(after):
        yield _change(ChangeKind.CHANGED, here, before, after)
        return
    for name, field, old in fields_of(before):
        step = Step(field_key(type(before), name))
        below = here.down(field.alias or name, step, is_money=holds_money(field))
        yield from _values(old, getattr(after, name), below)


def _values(before: object, after: object, here: _Here) -> Iterator[Change]:
    if before == after and type(before) is type(after):
        return
    if isinstance(before, Section) and isinstance(after, Section):
        yield from _models(before, after, here)
    elif isinstance(before, dict) and isinstance(after, dict):
        yield from _named(before, after, here)
    elif isinstance(before, list) and isinstance(after, list) and _has_parts(before, after):
        yield from _lists(before, after, here)
    else:
        yield _change(_kind(before, after), here, before, after)


def _kind(before: object, after: object) -> ChangeKind:
    if before is None or after is None:
        return ChangeKind.ADDED if before is None else ChangeKind.REMOVED
    return ChangeKind.CHANGED


def _has_parts(before: Sequence[object], after: Sequence[object]) -> bool:
    return any(isinstance(item, Section) for item in (*before, *after))


def _named(before: Mapping[str, object], after: Mapping[str, object], here: _Here) -> Iterator[Change]:
    """Things under names: marks, parameters, the words of a document's own."""
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        below = here.down(name, Step(here.steps[-1].field, name, new if new is not None else old))
        if old is None or new is None:
            yield _change(_kind(old, new), below, old, new)
        else:
            yield from _values(old, new, below)


def _lists(before: Sequence[Any], after: Sequence[Any], here: _Here) -> Iterator[Change]:
    pairs = _pairs(before, after)
    for old, new in pairs:
        item = before[old] if new is None and old is not None else after[new or 0]
        place = old if new is None else new
        below = here.down(place or 0, Step(here.steps[-1].field, place or 0, item))
        if old is None or new is None:
            old_item = None if old is None else before[old]
            new_item = None if new is None else after[new]
            yield _change(_kind(old_item, new_item), below, old_item, new_item)
        else:
            yield from _values(before[old], after[new], below)
    kept = [(old, new) for old, new in pairs if old is not None and new is not None]
    if kept != sorted(kept):
        yield _change(ChangeKind.ORDER, here, list(before), list(after))


Pairs = list[tuple[int | None, int | None]]


def _pairs(before: Sequence[Any], after: Sequence[Any]) -> Pairs:
    """Which entry became which; entries that are new or gone stand alone. In the order of the newer list."""
    old_names, new_names = _names(before), _names(after)
    if old_names is None or new_names is None:
        return _alike(before, after)
    places = {name: place for place, name in enumerate(old_names)}
    pairs: Pairs = [(places.pop(name, None), place) for place, name in enumerate(new_names)]
    # Of those left over, as many are taken to be renamed as stand at the same place in both lists.
    left = set(places.values())
    found: Pairs = []
    for old, new in pairs:
        is_renamed = old is None and new in left
        left -= {new} if is_renamed else set()
        found.append((new if is_renamed else old, new))
    return [*found, *((old, None) for old in sorted(left))]


def _names(items: Sequence[Any]) -> list[tuple[object, int]] | None:
    """The names of entries, told apart by their turn where two are the same; None if they have none."""
    found: list[tuple[object, int]] = []
    for item in items:
        name = name_of(item)
        if name is None:
            return None
        found.append((name, sum(one == name for one, _ in found)))
    return found


def _alike(before: Sequence[Any], after: Sequence[Any]) -> Pairs:
    """Entries without a name: the same ones are matched first, what changed between them one by one."""
    pairs: Pairs = []
    same = SequenceMatcher(None, [repr(one) for one in before], [repr(one) for one in after], autojunk=False)
    for _tag, old_from, old_to, new_from, new_to in same.get_opcodes():
        old, new = range(old_from, old_to), range(new_from, new_to)
        both = min(len(old), len(new))
        pairs += zip(old[:both], new[:both], strict=True)
        pairs += [(None, place) for place in new[both:]]
        pairs += [(place, None) for place in old[both:]]
    return pairs


def _change(kind: ChangeKind, here: _Here, before: object, after: object) -> Change:
    return Change(kind, here.place, here.steps, before, after, here.is_money, here.unit)


def plain(value: object, unit: str = "EUR", *, is_money: bool = False) -> Any:
    """A value as the document writes it: amounts with two decimals, days in ISO form, keys by their own names."""
    if isinstance(value, Section):
        written = {
            field.alias or name: plain(inner, unit, is_money=holds_money(field))
            for name, field, inner in fields_of(value)
        }
        return (
            {name: inner for name, inner in written.items() if inner is not None}
            if isinstance(value, Words)
            else written
        )
    if isinstance(value, dict):
        return {name: plain(inner, unit, is_money=is_money) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner, unit, is_money=is_money) for inner in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, ZoneInfo):
        return value.key
    if is_money and isinstance(value, int) and not isinstance(value, bool):
        return euro(value, unit)
    return value
