"""The YAML of a call document as a tree of text, with the line of every place.

Only the events of the parser are used and nothing is constructed: no tag, anchor or alias is followed, no
number becomes a float, no word becomes a date or a truth value. What a text means is for the sections to say.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from wishmi.calls.document_findings import DocumentRefused, Finding, Place, path_of

MAX_BYTES = 256 * 1024
MAX_DEPTH = 12
MAX_VALUES = 20_000
MAX_KEY = 80

Tree = dict[str, "Tree"] | list["Tree"] | str | None

NULLS = frozenset({"", "~", "null"})
# Invisible marks of direction can make a text read otherwise than it is stored.
DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(slots=True)
class YamlDocument:
    """The tree of a document and the line (from 1) of each of its places."""

    tree: Tree
    lines: dict[Place, int] = field(default_factory=dict)


def decode(content: bytes, name: str) -> str:
    """The text of a document: UTF-8, bounded, without characters that hide or break."""
    if len(content) > MAX_BYTES:
        sentence = (
            f"The file has {len(content)} bytes, more than the {MAX_BYTES} a call may have: shorten it."
        )
        raise DocumentRefused([Finding(name, 1, "", sentence)])
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        sentence = "The file is written in UTF-16: save it again as UTF-8."
        raise DocumentRefused([Finding(name, 1, "", sentence)])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        sentence = "The line is not UTF-8 (perhaps Latin-1 or Windows-1252): save the file again as UTF-8."
        raise DocumentRefused([Finding(name, line, "", sentence)]) from None
    for line, row in enumerate(text.split("\n"), start=1):
        wrong = hidden_character(row.removesuffix("\r"))
        if wrong:
            raise DocumentRefused([Finding(name, line, "", f"The line holds {wrong}: remove it.")])
    return text


def hidden_character(text: str) -> str | None:
    """Name the first character that hides or breaks: a control, a mark of direction, half a character."""
    for character in text:
        if character == "\0":
            return "a NUL character"
        if character in DIRECTION_MARKS:
            return f"an invisible mark of direction (U+{ord(character):04X})"
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in "\t\n":
            return f"a control character (U+{ord(character):04X})"
    return None


class _Builder:
    """Builds the tree from events, refusing what a call may not hold; local to one `read_yaml`."""

    def __init__(self, name: str, events: Iterator[Event]) -> None:
        self.name = name
        self.events = events
        self.lines: dict[Place, int] = {}
        self.values = 0

    def refuse(self, event: Event, place: Place, sentence: str) -> DocumentRefused:
        return DocumentRefused([Finding(self.name, event.start_mark.line + 1, path_of(place), sentence)])

    def document(self) -> Tree:
        tree: Tree = None
        documents = 0
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self.refuse(
                        event, (), "The file holds a second document: keep one call in one file."
                    )
                if event.version or event.tags:
                    raise self.refuse(event, (), "The file begins with a % directive: remove that line.")
            elif isinstance(event, NodeEvent):
                tree = self.value(event, ())
        return tree

    def value(self, event: Event, place: Place) -> Tree:
        self.values += 1
        self.lines.setdefault(place, event.start_mark.line + 1)
        if self.values > MAX_VALUES:
            raise self.refuse(event, place, f"The document holds more than {MAX_VALUES} values: shorten it.")
        if len(place) > MAX_DEPTH:
            raise self.refuse(
                event, place, f"The document is nested deeper than {MAX_DEPTH} levels: flatten it."
            )
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise self.refuse(
                event, place, "Anchors (&) and aliases (*) are not used here: write the value out."
            )
        tag = getattr(event, "tag", None)
        if tag:
            raise self.refuse(event, place, f"The tag {str(tag)[:40]} is not used here: remove it.")
        if isinstance(event, MappingStartEvent):
            return self.mapping(place)
        if isinstance(event, SequenceStartEvent):
            return self.sequence(place)
        assert isinstance(event, ScalarEvent)
        wrong = hidden_character(event.value)
        if wrong:
            raise self.refuse(event, place, f"The text holds {wrong}: remove it.")
        return None if event.implicit[0] and event.value in NULLS else str(event.value)

    def mapping(self, place: Place) -> dict[str, Tree]:
        found: dict[str, Tree] = {}
        for event in self.events:
            if isinstance(event, MappingEndEvent):
                break
            key = self.key(event, place)
            if key in found:
                raise self.refuse(event, (*place, key), f"{key} is written twice: keep one of the two.")
            self.lines[(*place, key)] = event.start_mark.line + 1
            found[key] = self.value(next(self.events), (*place, key))
        return found

    def key(self, event: Event, place: Place) -> str:
        if not isinstance(event, ScalarEvent) or event.anchor or event.tag:
            raise self.refuse(event, place, "A key must be a plain word, written once and without & or !.")
        key = str(event.value)
        if not 0 < len(key) <= MAX_KEY or hidden_character(key):
            raise self.refuse(event, place, f"A key must be a word of at most {MAX_KEY} characters.")
        return key

    def sequence(self, place: Place) -> list[Tree]:
        found: list[Tree] = []
        for event in self.events:
            if isinstance(event, SequenceEndEvent):
                break
            found.append(self.value(event, (*place, len(found))))
        return found


def read_yaml(content: bytes, name: str) -> YamlDocument:
    """Read a document; raises `DocumentRefused`, and nothing else, for bytes that are not one."""
    builder = _Builder(name, YAML(typ="safe", pure=True).parse(decode(content, name)))
    try:
        tree = builder.document()
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = " ".join(str(error.problem or error.context or "it cannot be read").split())
        sentence = f"This is not YAML ({problem}): check indentation, quotes and colons here and just above."
        raise DocumentRefused([Finding(name, line, "", sentence)]) from None
    except (YAMLError, ValueError, TypeError, ArithmeticError, LookupError, AttributeError, AssertionError):
        # Some malformed escapes make the parser fail on its own account instead of saying where.
        line = max(builder.lines.values(), default=1)
        sentence = "This is not YAML from here on: check quotes, backslashes and indentation."
        raise DocumentRefused([Finding(name, line, "", sentence)]) from None
    return YamlDocument(tree, builder.lines)
