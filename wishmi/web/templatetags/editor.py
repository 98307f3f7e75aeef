"""Tags of the editor of calls: `{% load editor %}`. They find the words for places of a document.

| written | gives |
| --- | --- |
| `{% label node %}` | what a place is called |
| `{% tag_label node %}` | what the choice of its kind is called |
| `{% section_label "amount" %}` | what a section is called |
| `{{ node|options }}` | its closed list, as pairs of value and word |
| `{% what_changed revision.what %}` | what a revision changed |
| `{{ desk|passages:section }}` | the places of a section that a remark can be on |
"""

from collections.abc import Iterator

from django import template
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wishmi.calls.difference import field_key
from wishmi.calls.document_base import Section
from wishmi.web.call_fields import ITEMS
from wishmi.web.call_values import word_of
from wishmi.web.differing import label_of
from wishmi.web.officer.editor.desk import SECTIONS, DraftDesk
from wishmi.web.officer.editor.nodes import Node, name_of, node_at

register = template.Library()
SECTION_NAMES = {
    "identity": _("Identity"),
    "texts": _("Texts"),
    "sources": _("Sources"),
    "marks": _("How sure it is"),
    "names": _("Names"),
    "parameters": _("Parameters"),
    "window": _("Window"),
    "applicants": _("Who applies"),
    "eligibility": _("Conditions"),
    "amount": _("Amount"),
    "selection": _("Ranking"),
    "funds": _("Funds"),
    "allocation": _("Allocation"),
    "award": _("Award"),
    "use": _("Use"),
    "bookings": _("Bookings"),
    "payment": _("Payment"),
    "publication": _("Publication"),
    "data": _("What is asked"),
}
INPUT_TYPES = {"day": "date", "moment": "datetime-local"}


def _models(root: type[Section] = Section) -> Iterator[type[Section]]:
    for model in root.__subclasses__():
        yield model
        yield from _models(model)


MODELS = {model.__name__: model for model in _models()}


def _field(node: Node) -> str:
    """The name under which the words of a field are found: its class, and its name in the program."""
    model, key = MODELS[node.owner], str(node.place[-1])
    name = next((name for name, field in model.model_fields.items() if key in (field.alias, name)), key)
    return field_key(model, name)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@register.simple_tag
def section_label(key: str) -> str:
    return str(SECTION_NAMES[key])


@register.simple_tag
def label(node: Node) -> str:
    if len(node.place) == 1:
        return section_label(str(node.place[0]))
    if node.owner:
        return _capital(label_of(_field(node)))
    if not node.is_counted:
        return node.key
    item = node.model if node.model in ITEMS else "condition" if node.tag == "condition" else ""
    if item == "condition":
        return (
            str(ITEMS[item])
            .format(number=node.key, name=word_of("condition", node.value) or "?")
            .capitalize()
        )
    if item:
        return _capital(str(ITEMS[item]).format(name=node.key))
    return gettext("Entry {number}").format(number=node.key)


@register.simple_tag
def tag_label(node: Node) -> str:
    return _capital(label_of(node.tag))


@register.filter
def options(node: Node) -> list[tuple[str, str]]:
    """The words of a closed list; a word that has none in the catalogue stands as the document writes it."""
    if node.widget == "flag":
        return [("true", gettext("yes")), ("false", gettext("no"))]
    field = node.tag or (_field(node) if node.owner else str(node.place[-2] if node.is_counted else node.key))
    if not node.tag and not node.owner and node.is_counted:
        field = str(node.place[-2])
    return [(value, word_of(field, value) or value) for value in node.known]


@register.filter
def is_unknown(node: Node) -> bool:
    """Whether a value stands there that the closed list does not know; it is shown, not dropped."""
    known = ("true", "false") if node.widget == "flag" else node.known
    return bool(node.value) and node.value not in known


@register.filter
def other_texts(node: Node) -> list[Node]:
    """The texts of a group in other languages that are still empty: folded away."""
    return [child for child in node.children if is_folded(child)]


@register.filter
def is_folded(node: Node) -> bool:
    """Whether it is an empty text that may stay so."""
    return node.widget == "long" and not node.is_required and not node.value


@register.simple_tag
def input_type(node: Node) -> str:
    """The browser's own calendar where it can show the value that stands there."""
    return INPUT_TYPES.get(node.widget, "text") if not node.findings else "text"


@register.simple_tag
def what_changed(what: str) -> str:
    """What a revision changed, in words."""
    if what in SECTIONS:
        return section_label(what)
    said = {"opened": gettext("Begun"), "whole text": gettext("The whole text")}
    if what in said:
        return said[what]
    kind, _space, number = what.rpartition(" ")
    if kind == "taken up from":
        return gettext("Revision {number} taken up again").format(number=number)
    return gettext("Proposal accepted")


@register.filter
def passages(desk: DraftDesk, section: str) -> list[tuple[str, str]]:
    """The section and every place in it, with how deep it lies."""
    node = node_at(desk.said.tree, (section,), {})
    return [(name_of(one.place), words) for one, words in _walk(node)] if node else [(section, section)]


def _walk(node: Node, depth: int = 0) -> Iterator[tuple[Node, str]]:
    if node.is_there and node.widget != "fixed":
        yield node, "\u2003" * depth + label(node)
        for child in node.children:
            if not is_folded(child):
                yield from _walk(child, depth + 1)
