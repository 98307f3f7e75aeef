"""The form of a part of a document: its schema and its tree of text, met place by place.

Nothing here knows a section by name: a key that is added to the document's model appears in the form by itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wishmi.calls.document_editing import value_at
from wishmi.calls.document_findings import Place, path_of
from wishmi.calls.document_schema import call_schema
from wishmi.calls.document_yaml import Tree

Schema = Mapping[str, Any]
LONG_TEXT = 300
SCALARS = frozenset({"string", "integer", "number", "boolean"})


@dataclass(frozen=True, slots=True)
class Node:
    """One place of the form. `kind`: value, choices, group, list, map or union; `widget` says how a value is asked.

    `known` are the words of a closed list; `chosen` those taken; `tag` the key that says the kind of a union.
    `owner` is the class whose field it is, `model` the class it is of.
    """

    place: Place
    kind: str
    widget: str = ""
    value: str = ""
    known: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    children: tuple["Node", ...] = ()
    findings: tuple[str, ...] = ()
    tag: str = ""
    owner: str = ""
    model: str = ""
    is_required: bool = True
    is_there: bool = True
    is_item: bool = False
    may_grow: bool = False
    least: int | None = None
    most: int | None = None

    @property
    def name(self) -> str:
        """The name of its control: the place with slashes, since keys may hold dots."""
        return name_of(self.place)

    @property
    def path(self) -> str:
        """The place as findings name it."""
        return path_of(self.place)

    @property
    def key(self) -> str:
        """The last key, or the number of an entry from 1."""
        last = self.place[-1]
        return last if isinstance(last, str) else str(last + 1)

    @property
    def is_counted(self) -> bool:
        """Whether it is an entry of a list rather than a key."""
        return isinstance(self.place[-1], int)


def name_of(place: Place) -> str:
    """A place as the name of a control."""
    return "/".join(str(part) for part in place)


def place_of(name: str) -> Place:
    """The place a control's name stands for."""
    return tuple(int(part) if part.isdecimal() else part for part in name.split("/"))


def resolved(node: Schema) -> tuple[Schema, bool]:
    """What a schema node is in the end, and whether nothing may stand there too."""
    may_be_nothing = False
    while True:
        if "$ref" in node:
            node = call_schema()["$defs"][node["$ref"].rpartition("/")[2]]
        elif "anyOf" in node and len(node["anyOf"]) == 2 and {"type": "null"} in node["anyOf"]:
            may_be_nothing = True
            node = next(one for one in node["anyOf"] if one != {"type": "null"})
        else:
            return node, may_be_nothing


def options_of(node: Schema) -> tuple[str, dict[str, Schema]]:
    """The key that says the kind, and the schema of each kind."""
    said = node["discriminator"]
    return said["propertyName"], {word: {"$ref": where} for word, where in said["mapping"].items()}


def entries_of(node: Schema) -> Schema | None:
    """The schema of each entry of a map; None where the keys are fixed."""
    by_pattern = node.get("patternProperties")
    if by_pattern:
        return next(iter(by_pattern.values()))
    others = node.get("additionalProperties")
    return others if isinstance(others, Mapping) else None


def schema_at(tree: Tree, place: Place) -> Schema | None:
    """The schema of a place of a document, following the kinds that the tree names; None where nothing may stand."""
    node: Schema = call_schema()
    at: Place = ()
    for part in place:
        node = _chosen(resolved(node)[0], value_at(tree, at))
        found = (
            node.get("items")
            if isinstance(part, int)
            else node.get("properties", {}).get(part) or entries_of(node)
        )
        if found is None:
            return None
        node, at = found, (*at, part)
    return node


def _chosen(node: Schema, tree: Tree) -> Schema:
    """Of a union, the kind that the tree names."""
    if "discriminator" not in node:
        return node
    tag, options = options_of(node)
    word = tree.get(tag) if isinstance(tree, dict) else None
    return resolved(options[word])[0] if isinstance(word, str) and word in options else {}


def node_at(tree: Tree, place: Place, findings: Mapping[str, list[str]]) -> Node | None:
    """The form of what stands at a place."""
    schema = schema_at(tree, place)
    return _node(schema, tree, place, findings) if schema is not None else None


def _node(schema: Schema, tree: Tree, place: Place, findings: Mapping[str, list[str]], **how: Any) -> Node:
    node, may_be_nothing = resolved(schema)
    here = value_at(tree, place)
    if may_be_nothing:
        how["is_required"] = False
    common = {"place": place, "findings": tuple(findings.get(path_of(place), ())), **how}
    if "discriminator" in node:
        return _union(node, tree, here, findings, common)
    if node.get("type") == "array":
        return _list(node, tree, here, findings, common)
    if "properties" in node:
        there = isinstance(here, dict)
        inner = (
            tuple(_fields(node, tree, place, findings)) if there or common.get("is_required", True) else ()
        )
        return Node(
            kind="group", children=inner, is_there=there or bool(inner), model=node["title"], **common
        )
    if entries_of(node) is not None:
        return _map(node, tree, here, findings, common)
    return _value(node, here, common)


def _fields(
    node: Schema, tree: Tree, place: Place, findings: Mapping[str, list[str]], beside: str = ""
) -> Iterator[Node]:
    required = set(node.get("required", ()))
    for key, inner in node["properties"].items():
        if key != beside:
            yield _node(
                inner, tree, (*place, key), findings, is_required=key in required, owner=node["title"]
            )


def _union(
    node: Schema, tree: Tree, here: Tree, findings: Mapping[str, list[str]], common: dict[str, Any]
) -> Node:
    tag, options = options_of(node)
    word = str(here.get(tag) or "") if isinstance(here, dict) else ""
    kind = resolved(options[word])[0] if word in options else None
    inner = tuple(_fields(kind, tree, common["place"], findings, beside=tag)) if kind else ()
    wrong = common["findings"] + tuple(findings.get(path_of((*common["place"], tag)), ()))
    return Node(
        kind="union", known=tuple(options), value=word, tag=tag, children=inner,
        is_there=here is not None, model=kind["title"] if kind else "", **{**common, "findings": wrong},
    )  # fmt: skip


def _list(
    node: Schema, tree: Tree, here: Tree, findings: Mapping[str, list[str]], common: dict[str, Any]
) -> Node:
    place, rows = common["place"], here if isinstance(here, list) else []
    item, _ = resolved(node["items"])
    if "enum" in item and not node.get("x-ordered"):
        wrong = [
            text for path, said in findings.items() if path.startswith(f"{path_of(place)}[") for text in said
        ]
        return Node(
            kind="choices", known=tuple(item["enum"]), chosen=tuple(str(row) for row in rows if row),
            **{**common, "findings": common["findings"] + tuple(wrong)},
        )  # fmt: skip
    if item.get("type") in SCALARS and "enum" not in item:
        return Node(
            kind="value", widget="lines", value="\n".join(str(row or "") for row in rows),
            **{**common, "findings": common["findings"] + _inside(findings, place)},
        )  # fmt: skip
    children = tuple(
        _node(node["items"], tree, (*place, number), findings, is_item=True) for number in range(len(rows))
    )
    may_grow = len(rows) < node.get("maxItems", 10**6)
    return Node(kind="list", children=children, may_grow=may_grow, is_there=bool(rows), **common)


def _inside(findings: Mapping[str, list[str]], place: Place) -> tuple[str, ...]:
    start = f"{path_of(place)}["
    return tuple(text for path, said in findings.items() if path.startswith(start) for text in said)


def _map(
    node: Schema, tree: Tree, here: Tree, findings: Mapping[str, list[str]], common: dict[str, Any]
) -> Node:
    place, rows = common["place"], here if isinstance(here, dict) else {}
    inner = entries_of(node)
    assert inner is not None
    children = tuple(_node(inner, tree, (*place, key), findings, is_item=True) for key in rows)
    names = node.get("propertyNames")
    known = tuple(resolved(names)[0].get("enum", ())) if names else ()
    left = tuple(word for word in known if word not in rows)
    return Node(kind="map", children=children, known=left, may_grow=True, is_there=bool(rows), **common)


def _value(node: Schema, here: Tree, common: dict[str, Any]) -> Node:
    widget = "fixed" if "const" in node else str(node.get("x-value", "text"))
    if widget == "text" and node.get("maxLength", 0) > LONG_TEXT:
        widget = "long"
    known = tuple(node.get("enum", ())) or tuple(str(one) for one in node.get("examples", ()))
    return Node(
        kind="value", widget=widget, known=known, value=here if isinstance(here, str) else "",
        least=node.get("minimum"), most=node.get("maximum"), **common,
    )  # fmt: skip
