"""The changes between two call documents in sentences that a person reads, in the language of the page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from wishmi.calls.difference import (
    Change,
    ChangeKind,
    Step,
    difference,
    field_key,
    fields_of,
    holds_money,
    name_of,
)
from wishmi.calls.document_base import Section, Words
from wishmi.calls.document_sections import CallBody
from wishmi.web import formats
from wishmi.web.call_fields import ITEMS, LABELS
from wishmi.web.call_values import word_of

_LONGEST = 300
_AS_WRITTEN = {"CallBody.format", "Identity.version", "Draw.round"}
"""Numbers that name something and count nothing: shown without thousands."""


@dataclass(frozen=True, slots=True)
class Said:
    """A change with its sentence."""

    change: Change
    sentence: str


@dataclass(frozen=True, slots=True)
class _Tongue:
    """What the values of two documents are shown with: the currency, and the documents' own words."""

    unit: str
    own: dict[str, Words]


def said(before: CallBody, after: CallBody) -> list[Said]:
    """Every change from one document to another, each with its sentence."""
    tongue = _Tongue(after.amount.unit, _own_words(before) | _own_words(after))
    return [Said(change, _sentence(change, tongue)) for change in difference(before, after)]


def _own_words(call: CallBody) -> dict[str, Words]:
    return {word: words for named in call.names.values() for word, words in named.items()}


def label_of(field: str) -> str:
    """What a field is called, with its article; KeyError for a field that has no label."""
    name = field.rpartition(".")[2]
    return str(LABELS[field] if field in LABELS else LABELS[name])


def _sentence(change: Change, tongue: _Tongue) -> str:
    *above, last = change.steps
    where = [part for part in (_part(step, change.steps, tongue) for step in above) if part]
    text = _what_happened(change, _what(last, tongue), tongue)
    return _capital(_("{where}: {sentence}").format(where=", ".join(where), sentence=text) if where else text)


def _part(step: Step, steps: Sequence[Step], tongue: _Tongue) -> str:
    """Where a change is, one step of it: sections need not be said, entries of lists and named things are."""
    if step.key is not None:
        return _entry(step, tongue)
    has_entry = any(one.key is not None and one.field == step.field for one in steps)
    return "" if step.field.startswith("CallBody.") or has_entry else label_of(step.field)


def _what(step: Step, tongue: _Tongue) -> str:
    return label_of(step.field) if step.key is None else _entry(step, tongue)


def _entry(step: Step, tongue: _Tongue) -> str:
    """An entry of a list, or a named thing."""
    if isinstance(step.key, str):
        return _("{label} of {item}").format(label=label_of(step.field), item=_quoted(step.key))
    number = (step.key or 0) + 1
    kind = getattr(step.item, "condition", None)
    if kind is not None:
        return str(ITEMS["condition"]).format(number=number, name=word_of("condition", kind))
    return str(ITEMS[type(step.item).__name__]).format(name=_name(step, number, tongue))


def _name(step: Step, number: int, tongue: _Tongue) -> str:
    """What an entry is known by, or its number."""
    name, item = name_of(step.item), type(step.item).__name__
    if name is None:
        return str(number)
    if item == "RateNode":
        return formats.money(int(str(name)), unit=tongue.unit)
    field = {"LevelRow": "levels", "PointsNode": "fact", "Asked": "facts"}.get(item, "category")
    return _list(name, field, tongue) if isinstance(name, tuple) else _value(name, field, tongue)


def _what_happened(change: Change, what: str, tongue: _Tongue) -> str:
    field = change.steps[-1].field
    before, after = change.before, change.after

    def show(value: object) -> str:
        return _value(value, field, tongue, is_money=change.is_money)

    if change.kind is ChangeKind.ORDER:
        return _("{what} has another order: {after}.").format(what=what, after=_order(change, tongue))
    if change.kind is ChangeKind.ADDED:
        return _("{what} is added: {after}.").format(what=what, after=show(after))
    if change.kind is ChangeKind.REMOVED:
        return _("{what} is taken away; it was {before}.").format(what=what, before=show(before))
    if isinstance(before, list) and isinstance(after, list):
        return _gains(what, before, after, field, tongue)
    is_figure = all(isinstance(one, int | date) and not isinstance(one, bool) for one in (before, after))
    frame = (
        _("{what} goes from {before} to {after}.")
        if is_figure
        else _("{what}: before {before}, now {after}.")
    )
    return frame.format(what=what, before=show(before), after=show(after))


def _order(change: Change, tongue: _Tongue) -> str:
    """Entries by name in their new order, conditions and bands by their number."""
    steps = [Step(change.steps[-1].field, place, item) for place, item in enumerate(_items(change.after))]
    return ", ".join(_entry(step, tongue) for step in steps)


def _items(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else ()


def _gains(what: str, before: Sequence[object], after: Sequence[object], field: str, tongue: _Tongue) -> str:
    """A list of words: what it gains and loses; the same words in another order are said in that order."""
    more = _list([one for one in after if one not in before], field, tongue)
    less = _list([one for one in before if one not in after], field, tongue)
    if not more and not less:
        return _("{what} has another order: {after}.").format(what=what, after=_list(after, field, tongue))
    if not less:
        return _("{what} gains {more}.").format(what=what, more=more)
    if not more:
        return _("{what} loses {less}.").format(what=what, less=less)
    return _("{what} gains {more} and loses {less}.").format(what=what, more=more, less=less)


def _list(values: Iterable[object], field: str, tongue: _Tongue, *, is_money: bool = False) -> str:
    values = list(values)
    has_parts = any(isinstance(one, Section) and not isinstance(one, Words) for one in values)
    shown = (_value(one, field, tongue, is_money=is_money) for one in values)
    return ", ".join(f"({one})" if has_parts else one for one in shown)


def _value(value: object, field: str, tongue: _Tongue, *, is_money: bool = False) -> str:
    """A value as a person reads it."""
    if isinstance(value, int | date):
        return _figure(value, field, tongue, is_money=is_money)
    match value:
        case None | []:
            return _("nothing")
        case Words():
            return _quoted(value.in_language(formats.current_language()))
        case Section():
            return _described(value, tongue)
        case list():
            return _list(value, field, tongue, is_money=is_money)
        case dict():
            return _list(value.values(), field, tongue, is_money=is_money)
        case ZoneInfo():
            return value.key
    return _word(str(value), field, tongue)


def _figure(value: int | date, field: str, tongue: _Tongue, *, is_money: bool) -> str:
    """Yes or no, an amount, a number, a day or a moment of the call's own clock."""
    match value:
        case bool():
            return _("yes") if value else _("no")
        case datetime():
            return f"{formats.day(value.date())}, {value:%H:%M}"
        case date():
            return formats.day(value)
    if is_money:
        return formats.money(value, unit=tongue.unit)
    return str(value) if field in _AS_WRITTEN else formats.number(value)


def _word(value: str, field: str, tongue: _Tongue) -> str:
    """A word of a closed list, a word of the document's own, or the text as it stands."""
    known = word_of(field, value)
    if known is not None:
        return known
    own = tongue.own.get(value)
    text = value if own is None else own.in_language(formats.current_language())
    return _quoted(text)


def _described(part: Section, tongue: _Tongue) -> str:
    """A whole part: what it is, then each of its fields that says something."""
    words = []
    for name, field, value in fields_of(part):
        if value in (None, []) or (value == field.default and name not in {"condition", "by"}):
            continue
        key = field_key(type(part), name)
        shown = _value(value, key, tongue, is_money=holds_money(field))
        words.append(shown if name in {"condition", "by"} else f"{label_of(key)}: {shown}")
    return "; ".join(words)


def _quoted(text: str) -> str:
    """A text on one line in quotes, cut where it is long: the documents themselves hold the whole."""
    line = " ".join(text.split())
    return _("“{name}”").format(name=line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
