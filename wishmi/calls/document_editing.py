"""Changing a call document's text at one place, so that everything else stays as its author wrote it.

Comments, order and the way values are written survive. What is put in is a tree of text, as `document_yaml` reads it;
what comes out reads back as exactly the tree that was meant, or the change is refused.
"""

from io import BytesIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.resolver import BaseResolver
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from wishmi.calls.document_findings import DocumentRefused, Finding, Place
from wishmi.calls.document_yaml import MAX_BYTES, NULLS, Tree, read_yaml

WIDTH = 120
_NULL = "null"


class _NoMeaning(BaseResolver):
    """Reads and writes every plain word as text: nothing becomes a number, a date or a truth value."""

    def __init__(self, version: Any = None, loader: Any = None, loadumper: Any = None) -> None:  # noqa: ARG002 (the library names it)
        super().__init__(loadumper or loader)

    @property
    def processing_version(self) -> tuple[int, int]:
        """Which YAML is read: the one whose words are the fewest surprises."""
        return 1, 2


def _yaml() -> YAML:
    yaml = YAML(typ="rt", pure=True)
    yaml.Resolver = _NoMeaning
    yaml.preserve_quotes = True
    yaml.width = WIDTH
    yaml.allow_unicode = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def value_at(tree: Tree, place: Place) -> Tree:
    """What stands at a place; None where there is nothing."""
    node = tree
    for part in place:
        if isinstance(node, dict) and isinstance(part, str):
            node = node.get(part)
        elif isinstance(node, list) and isinstance(part, int) and part < len(node):
            node = node[part]
        else:
            return None
    return node


def put_at(tree: Tree, place: Place, value: Tree) -> Tree:
    """A copy of a tree with another value at a place; groups on the way are made, an index may only append."""
    if not place:
        return value
    part, rest = place[0], place[1:]
    if isinstance(part, str):
        group = dict(tree) if isinstance(tree, dict) else {}
        group[part] = put_at(group.get(part), rest, value)
        return group
    rows = list(tree) if isinstance(tree, list) else []
    if part > len(rows):
        message = f"there is no entry {part} to put a value at"
        raise IndexError(message)
    rows[part : part + 1] = [put_at(rows[part] if part < len(rows) else None, rest, value)]
    return rows


def without(tree: Tree, place: Place) -> Tree:
    """A copy of a tree without what stands at a place."""
    if not place:
        return None
    parent = value_at(tree, place[:-1])
    part = place[-1]
    if isinstance(parent, dict) and isinstance(part, str):
        return put_at(tree, place[:-1], {key: value for key, value in parent.items() if key != part})
    if isinstance(parent, list) and isinstance(part, int):
        return put_at(tree, place[:-1], parent[:part] + parent[part + 1 :])
    return tree


def rewritten(text: str, tree: Tree) -> str:
    """The text of a document changed until it says `tree`.

    Raises DocumentRefused where the text is no YAML to begin with, or the change makes it too long.
    """
    if read_yaml(text.encode(), "call.yaml").tree == tree:
        return text
    yaml, written = _yaml(), BytesIO()
    try:
        root = yaml.load(text)
        yaml.dump(_merged(root, tree), written)
    except YAMLError as error:
        raise DocumentRefused(
            [Finding("call.yaml", 1, "", f"The text cannot be changed here: {error}")]
        ) from None
    made = written.getvalue()
    if len(made) > MAX_BYTES or read_yaml(made, "call.yaml").tree != tree:
        made = plainly(tree).encode()
    read_yaml(made, "call.yaml")
    return made.decode()


def plainly(tree: Tree) -> str:
    """A tree as text, without anything of an earlier text."""
    written = BytesIO()
    _yaml().dump(_merged(None, tree), written)
    return written.getvalue().decode()


def _merged(node: Any, tree: Tree) -> Any:
    """A round-trip node that says a tree, made from the old node as far as that goes."""
    if isinstance(tree, dict):
        group = node if isinstance(node, CommentedMap) else CommentedMap()
        for key in [key for key in group if key not in tree]:
            del group[key]
        for key, value in tree.items():
            group[key] = _merged(group.get(key), value)
        if not tree:
            group.fa.set_flow_style()
        return group
    if isinstance(tree, list):
        rows = node if isinstance(node, CommentedSeq) else CommentedSeq()
        del rows[len(tree) :]
        for place, value in enumerate(tree):
            if place < len(rows):
                rows[place] = _merged(rows[place], value)
            else:
                rows.append(_merged(None, value))
        if not tree:
            rows.fa.set_flow_style()
        return rows
    return _scalar(node, tree)


def _scalar(node: Any, text: str | None) -> Any:
    """A value as text; the old node itself where it says the same, so that its quotes and folds stay."""
    if text is None:
        return _NULL
    if text in NULLS:
        return DoubleQuotedScalarString(text)
    if isinstance(node, str) and str(node) == text:
        return node
    return LiteralScalarString(text) if "\n" in text else text
