"""What a posted form of the editor says, as a tree of text; and the presses that change its shape."""

from collections.abc import Iterator

from django.http import QueryDict

from wishmi.calls.document_editing import put_at, value_at, without
from wishmi.calls.document_findings import Place
from wishmi.calls.document_yaml import MAX_DEPTH, Tree
from wishmi.web.officer.editor.nodes import (
    Node,
    entries_of,
    name_of,
    node_at,
    options_of,
    place_of,
    resolved,
    schema_at,
)

FIELD = "v:"
LONGEST_NAME = 300
MOST_ENTRIES = 200


def tree_of(post: QueryDict, tree: Tree, section: str) -> Tree:
    """The tree with what the form of one section says; what the form did not show stays as it was."""
    form = node_at(tree, (section,), {})
    for node in _controls(form) if form else ():
        name = FIELD + node.name
        if node.kind == "choices":
            if f"{name}/?" in post:
                taken = set(post.getlist(name))
                before = [word for word in node.chosen if word in taken]
                tree = _put(tree, node, before + [word for word in node.known if word in taken - set(before)])
        elif name in post:
            tree = _put(tree, node, _said(node, str(post[name])))
    return tree


def _controls(node: Node) -> Iterator[Node]:
    if node.kind in {"value", "choices"} and node.widget != "fixed":
        yield node
    for child in node.children:
        yield from _controls(child)


def _said(node: Node, text: str) -> Tree:
    text = text.replace("\r\n", "\n").strip()
    if node.widget == "lines":
        return [line.strip() for line in text.split("\n") if line.strip()]
    return text if node.widget == "long" else " ".join(text.split())


def _put(tree: Tree, node: Node, value: Tree) -> Tree:
    """An empty answer takes the key away, so that what is missing is said to be missing."""
    was = value_at(tree, node.place)
    if value in ("", []):
        keeps_nothing = was is None and _key_stands(tree, node.place)
        return tree if keeps_nothing else without(tree, node.place)
    if node.kind == "value" and node.widget != "lines" and isinstance(was, str) and was.strip() == value:
        return tree
    return put_at(tree, node.place, value)


def _key_stands(tree: Tree, place: Place) -> bool:
    parent = value_at(tree, place[:-1])
    return isinstance(parent, dict) and place[-1] in parent


def press(post: QueryDict, tree: Tree, section: str) -> tuple[Tree, Place]:
    """Do what the pressed button says to the shape; gives the tree, and the place to look at next.

    A press on a place that is not there, or is too deep, changes nothing.
    """
    what, _, name = str(post.get("press", ""))[:LONGEST_NAME].partition(":")
    place = place_of(name) if name else (section,)
    if place[:1] != (section,) or len(place) >= MAX_DEPTH:
        return tree, (section,)
    presses = {"add": _add, "drop": _drop, "up": _up, "down": _down, "kind": _kind}
    act = presses.get(what)
    try:
        return act(post, tree, place) if act else (tree, (section,))
    except IndexError:
        # The page is older than the text: somebody took the entry away meanwhile.
        return tree, (section,)


def _add(post: QueryDict, tree: Tree, place: Place) -> tuple[Tree, Place]:
    schema = schema_at(tree, place)
    if schema is None:
        return tree, place
    node = resolved(schema)[0]
    here = value_at(tree, place)
    if node.get("type") == "array":
        rows = here if isinstance(here, list) else []
        if len(rows) >= min(node.get("maxItems", MOST_ENTRIES), MOST_ENTRIES):
            return tree, place
        new = (*place, len(rows))
        return put_at(tree, new, _empty(node["items"], str(post.get(f"k:{name_of(place)}", "")))), new
    if "properties" in node or "discriminator" in node:
        return (put_at(tree, place, _empty(schema, "")), place) if here is None else (tree, place)
    entries = entries_of(node)
    if entries is None:
        return tree, place
    key = "_".join(str(post.get(f"k:{name_of(place)}", "")).split())[:80]
    rows_by_key = here if isinstance(here, dict) else {}
    if not key or "/" in key or key in rows_by_key or len(rows_by_key) >= MOST_ENTRIES:
        return tree, place
    new = (*place, key)
    return put_at(tree, new, _empty(entries, "")), new


def _empty(schema: dict[str, object], word: str) -> Tree:
    """The least that stands in a new place, so that its own form appears."""
    node = resolved(schema)[0]
    if "discriminator" in node:
        tag, options = options_of(node)
        return {tag: word if word in options else next(iter(options))}
    if "properties" in node or entries_of(node) is not None:
        return {}
    return [] if node.get("type") == "array" else ""


def _drop(_post: QueryDict, tree: Tree, place: Place) -> tuple[Tree, Place]:
    return (without(tree, place), place[:-1]) if len(place) > 1 else (tree, place)


def _up(_post: QueryDict, tree: Tree, place: Place) -> tuple[Tree, Place]:
    return _moved(tree, place, -1)


def _down(_post: QueryDict, tree: Tree, place: Place) -> tuple[Tree, Place]:
    return _moved(tree, place, +1)


def _moved(tree: Tree, place: Place, by: int) -> tuple[Tree, Place]:
    rows, last = value_at(tree, place[:-1]), place[-1]
    if not isinstance(rows, list) or not isinstance(last, int) or not 0 <= last + by < len(rows):
        return tree, place
    rows = list(rows)
    rows[last], rows[last + by] = rows[last + by], rows[last]
    return put_at(tree, place[:-1], rows), (*place[:-1], last + by)


def _kind(post: QueryDict, tree: Tree, place: Place) -> tuple[Tree, Place]:
    """Another kind of condition or amount: what both kinds have stays."""
    schema = schema_at(tree, place)
    node = resolved(schema)[0] if schema is not None else {}
    word = str(post.get(f"k:{name_of(place)}", ""))
    if "discriminator" not in node:
        return tree, place
    tag, options = options_of(node)
    here = value_at(tree, place)
    if word not in options or not isinstance(here, dict):
        return tree, place
    keys = resolved(options[word])[0]["properties"]
    kept = {key: value for key, value in here.items() if key in keys and key != tag}
    return put_at(tree, place, {tag: word, **kept}), place
