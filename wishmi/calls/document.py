"""A call document: read from YAML, checked in every part and across parts, handed to the core as rules.

`parse_call` is the one way in. It returns a document whose every rule can be explained, or raises
`DocumentRefused` with a line, a place and a sentence for each fault; no input makes it fail in another way.
"""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from wishmi.calls.document_checks import faults
from wishmi.calls.document_findings import DocumentRefused, Finding, Place, line_of, path_of
from wishmi.calls.document_rules import conditions_of, rules_of
from wishmi.calls.document_sections import CallBody
from wishmi.calls.document_values import REFUSED, did_you_mean, shown
from wishmi.calls.document_yaml import YamlDocument, read_yaml
from wishmi.core.calls import CallRules
from wishmi.core.conditions import Condition
from wishmi.core.money import is_currency

TAGS = ("condition", "by")
"""The keys that say of which kind a condition or an amount is."""

__all__ = ["CallDocument", "DocumentRefused", "Finding", "parse_call"]


class CallDocument(CallBody):
    """One version of a call, checked, with the rules it means."""

    def conditions(self) -> tuple[Condition, ...]:
        """The core's conditions, the applicant's role first."""
        return conditions_of(self)

    def rules(self) -> CallRules:
        """The rules of this version, as the core judges by them."""
        return rules_of(self)


def parse_call(text: bytes, name: str = "call.yaml") -> CallDocument:
    """Read a call document; raises `DocumentRefused` with every fault found."""
    document = read_yaml(text, name)
    try:
        call = CallDocument.model_validate(document.tree, context={"unit": _unit_of(document.tree)})
    except ValidationError as error:
        raise DocumentRefused([_finding(document, name, detail) for detail in error.errors()]) from None
    paths = (path_of(place) for place in document.lines if place)
    wrong = [
        Finding(name, line_of(document.lines, place), path_of(place), sentence)
        for place, sentence in faults(call, paths)
    ]
    if wrong:
        raise DocumentRefused(wrong)
    return call


def _unit_of(tree: object) -> str:
    """The currency a document names, before anything of it was read; nothing where it names none."""
    amount = tree.get("amount") if isinstance(tree, dict) else None
    unit = amount.get("unit") if isinstance(amount, dict) else None
    return unit if isinstance(unit, str) and is_currency(unit) else ""


def _finding(document: YamlDocument, name: str, detail: ErrorDetails) -> Finding:
    """One error of pydantic as a place and a sentence."""
    place = _without_tags(document, detail["loc"])
    sentence = _sentence(detail, place)
    return Finding(name, line_of(document.lines, place), path_of(place), sentence)


def _without_tags(document: YamlDocument, loc: Place) -> Place:
    """The place in the document: pydantic puts the kind of a condition or of an amount among the keys."""
    place: list[str | int] = []
    node: Any = document.tree
    for part in loc:
        if part == "[key]" or (
            isinstance(node, dict) and part not in node and part in [node.get(tag) for tag in TAGS]
        ):
            continue
        place.append(part)
        if isinstance(node, dict):
            node = node.get(part)
        elif isinstance(node, list) and isinstance(part, int) and part < len(node):
            node = node[part]
        else:
            node = None
    return tuple(place)


def _sentence(detail: ErrorDetails, place: Place) -> str:
    """The error in words; sentences of `document_values` stand as they are."""
    kind, context = detail["type"], detail.get("ctx", {})
    last = str(place[-1]) if place else "the document"
    given = shown(detail["input"]).capitalize()
    match kind:
        case str() if kind == REFUSED:
            sentence = str(context["sentence"])
        case "extra_forbidden":
            sentence = f"{last} is not a key of this place: {did_you_mean(last, _known_keys(detail['loc']))}"
        case "missing":
            sentence = f"{last} is missing: add it."
        case "too_short":
            sentence = f"The list is too short: write at least {context['min_length']} entries."
        case "too_long":
            sentence = f"The list is too long: write at most {context['max_length']} entries."
        case "model_type" | "model_attributes_type" | "dict_type":
            sentence = f"{given} stands here: write keys and values, indented under {last}."
        case "list_type":
            sentence = f"{given} stands here: write a list, each entry behind a hyphen."
        case "union_tag_not_found":
            tag, example = _tag_of(detail)
            what = "condition" if tag == "condition" else "amount"
            sentence = f"The {what} has no kind: add {tag} with a known kind, such as {example}."
        case "union_tag_invalid":
            known = [word.strip(" '") for word in str(context["expected_tags"]).split(",")]
            tag = shown(context["tag"])
            what = "a condition" if _tag_of(detail)[0] == "condition" else "a way to say the amount that"
            sentence = f"{tag} is not {what} this program knows: {did_you_mean(tag, known)}"
        case _:
            sentence = f"{given} does not fit here: see docs/call-document.md."
    return sentence


def _tag_of(detail: ErrorDetails) -> tuple[str, str]:
    """The key that says the kind, and an example of one."""
    tag = str(detail.get("ctx", {}).get("discriminator", "condition")).strip("'")
    return tag, "age_under" if tag == "condition" else "flat"


def _known_keys(loc: Place) -> list[str]:
    """The keys that may stand beside an unknown one, found by walking the types along its place."""
    models: list[type[BaseModel]] = [CallDocument]
    for part in loc[:-1]:
        if isinstance(part, int):
            continue
        tagged = [model for model in models if part in _tags(model)]
        models = tagged or [inner for model in models for inner in _models_under(model, part)]
    return [field.alias or name for model in models for name, field in model.model_fields.items()]


def _tags(model: type[BaseModel]) -> tuple[Any, ...]:
    fields = (model.model_fields.get(tag) for tag in TAGS)
    return tuple(kind for field in fields if field for kind in get_args(field.annotation))


def _models_under(model: type[BaseModel], key: str) -> Iterator[type[BaseModel]]:
    fields: Mapping[str, Any] = model.model_fields
    for name, field in fields.items():
        if key == (field.alias or name):
            yield from _models_in(field.annotation)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
