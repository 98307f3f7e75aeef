"""The published schema describes what the reader of call documents takes, place by place."""

import re
from pathlib import Path

import pytest

from wishmi.calls.document import DocumentRefused, parse_call
from wishmi.calls.document_schema import call_schema
from wishmi.calls.document_yaml import read_yaml

POLICY = Path(__file__).resolve().parents[2] / "policy"
PRESETS = sorted(POLICY.glob("*/call.yaml"))
SCHEMA = call_schema()
SCALARS = {"string", "integer", "number", "boolean"}


def resolved(node):
    """The definition a reference points to, or the node itself."""
    while "$ref" in node:
        node = SCHEMA["$defs"][node["$ref"].rpartition("/")[2]]
    return node


def leaves(node, place=""):
    """Every value of the schema that is no group and no list, with its place."""
    if isinstance(node, dict):
        kinds = node.get("type", [])
        if SCALARS & ({kinds} if isinstance(kinds, str) else set(kinds)):
            yield place, node
            return
        for name, inner in node.items():
            yield from leaves(inner, f"{place}/{name}")
    elif isinstance(node, list):
        for index, inner in enumerate(node):
            yield from leaves(inner, f"{place}/{index}")


def why_not(node, value, place=""):
    """The first place at which a tree of text does not fit the schema, as its types read when text is meant."""
    node = resolved(node)
    if "oneOf" in node or "anyOf" in node:
        options = node.get("oneOf") or node["anyOf"]
        answers = [why_not(option, value, place) for option in options]
        return None if None in answers else min(answers, key=len, default=place) or place
    if node.get("type") == "object" or "properties" in node:
        return _why_not_object(node, value, place)
    if node.get("type") == "array":
        if not isinstance(value, list):
            return place
        return next(
            filter(None, (why_not(node["items"], one, f"{place}/{n}") for n, one in enumerate(value))), None
        )
    if node.get("type") == "null":
        return None if value is None else place
    return None if isinstance(value, str) and fits(node, value) else place


def _why_not_object(node, value, place):
    if not isinstance(value, dict) or not set(node.get("required", [])) <= value.keys():
        return place
    known, others = node.get("properties", {}), node.get("additionalProperties", True)
    for name, inner in value.items():
        if name not in known and others is False:
            return f"{place}/{name}"
        under = known.get(name, others)
        wrong = why_not(under, inner, f"{place}/{name}") if isinstance(under, dict) else None
        if wrong is not None:
            return wrong
    return None


def fits(node, text):
    """Whether a scalar's text is one the schema describes."""
    if "const" in node:
        return text == node["const"]
    if "enum" in node:
        return text in node["enum"]
    if node["type"] == "boolean":
        return text in {"true", "false"}
    if node["type"] == "integer":
        return re.fullmatch("[0-9]+", text) is not None and node["minimum"] <= int(text) <= node["maximum"]
    return re.search(node.get("pattern", ""), text) is not None and len(text) <= node.get("maxLength", 10**6)


def test_every_value_says_how_it_is_written():
    assert [place for place, node in leaves(SCHEMA) if "x-value" not in node and "const" not in node] == []


@pytest.mark.parametrize("path", PRESETS, ids=lambda path: path.parent.name)
def test_a_preset_fits_the_schema(path):
    assert why_not(SCHEMA, read_yaml(path.read_bytes(), path.name).tree) is None


@pytest.mark.parametrize(
    ("said", "instead", "place"),
    [
        ("to: 27000.00", "to: 27000", "/amount"),
        ("years: 18", "years: 0", "/eligibility/all/0"),
        ("extendable: true", "extendable: yes", "/award/extendable"),
        ("use_until: 2024-07-31", "use_until: 31/07/2024", "/award/use_until"),
        ("co_payment: rest_by_family", "co_payment: half", "/use/co_payment"),
        ("fit: stop", "fitt: stop", "/allocation"),
    ],
)
def test_what_does_not_fit_is_refused_by_the_reader_too(said, instead, place):
    text = (POLICY / "dimostrazione-2023" / "call.yaml").read_text()
    assert said in text
    broken = text.replace(said, instead).encode()
    found = why_not(SCHEMA, read_yaml(broken, "call.yaml").tree)
    assert found is not None
    assert found.startswith(place)
    with pytest.raises(DocumentRefused):
        parse_call(broken)
