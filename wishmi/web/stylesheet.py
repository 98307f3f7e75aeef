"""Cuts a large stylesheet down to what our templates use, and turns sides into directions.

The input is Bootstrap Italia as the installed package carries it; nothing of it is kept in the repository.
"""

import re
from collections.abc import Iterable, Iterator

import tinycss2

_NOT = re.compile(r":not\([^()]*(?:\([^()]*\)[^()]*)*\)")
_ATTRIBUTE = re.compile(r"\[[^\]]*\]")
_CLASS = re.compile(r"\.(-?[_a-zA-Z][\w-]*)")
_PSEUDO = re.compile(r"::?[\w-]+(\([^()]*\))?")
_ELEMENT = re.compile(r"(?<![\w.#:-])([a-z][a-z0-9]*)\b")
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")

SIDES = {"left": "inline-start", "right": "inline-end"}
RENAMED = {
    **{f"{kind}-{side}": f"{kind}-{way}" for kind in ("margin", "padding") for side, way in SIDES.items()},
    **{
        f"border-{side}{part}": f"border-{way}{part}"
        for part in ("", "-width", "-style", "-color")
        for side, way in SIDES.items()
    },
    **{
        f"scroll-{kind}-{side}": f"scroll-{kind}-{way}"
        for kind in ("margin", "padding")
        for side, way in SIDES.items()
    },
    **{side: f"inset-{way}" for side, way in SIDES.items()},
    "border-top-left-radius": "border-start-start-radius",
    "border-top-right-radius": "border-start-end-radius",
    "border-bottom-left-radius": "border-end-start-radius",
    "border-bottom-right-radius": "border-end-end-radius",
}
WORDS = {
    "text-align": {"left": "start", "right": "end"},
    "float": {"left": "inline-start", "right": "inline-end"},
    "clear": {"left": "inline-start", "right": "inline-end"},
}
FOUR = {"margin": "margin", "padding": "padding", "inset": "inset"}


class Sheet:
    """A stylesheet being cut: keeps a rule only where every class and element it names is used."""

    def __init__(self, css: str, classes: Iterable[str] | None, elements: Iterable[str] | None) -> None:
        """Keep rules of these classes and elements; everything where both are None."""
        self.is_whole = classes is None
        self.classes = frozenset(classes or ())
        self.elements = frozenset(elements or ())
        self.rules = list(
            self._kept(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True))
        )

    def _kept(self, nodes: Iterable[tinycss2.ast.Node]) -> Iterator[tuple[str, list[tuple[str, str]], list]]:
        """Triples: prelude, declarations, inner rules (of a media query)."""
        for node in nodes:
            if node.type == "qualified-rule":
                prelude = self._selectors(tinycss2.serialize(node.prelude))
                if prelude:
                    yield prelude, list(_declarations(node.content)), []
            elif node.type == "at-rule" and node.lower_at_keyword in {"media", "supports"} and node.content:
                inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
                rules = list(self._kept(inner))
                if rules:
                    yield f"@{node.lower_at_keyword} {tinycss2.serialize(node.prelude).strip()}", [], rules

    def _selectors(self, prelude: str) -> str:
        return ",".join(one.strip() for one in _split(prelude) if self._is_used(one))

    def _is_used(self, selector: str) -> bool:
        if self.is_whole:
            return True
        plain = _ATTRIBUTE.sub("", _NOT.sub("", selector))
        if (
            "#" in plain
            or "data-focus-mouse" in selector
            or "::-ms" in plain
            or "::-moz" in plain
            or ":has" in plain
        ):
            return False
        if not self.classes.issuperset(_CLASS.findall(plain)):
            return False
        names = _ELEMENT.findall(_PSEUDO.sub("", _CLASS.sub("", plain)))
        return self.elements.issuperset(names)

    def text(self, used_elsewhere: str) -> str:
        """The kept rules, with only those custom properties that something reads."""
        rules = self.rules
        if self.is_whole:
            return "".join(_write(rules))
        while True:
            written = "".join(_write(rules))
            needed = set(_VARIABLE.findall(written + used_elsewhere))
            fewer = list(_with_variables(rules, needed))
            if len("".join(_write(fewer))) == len(written):
                return written
            rules = fewer


def logical(css: str) -> str:
    """Our own stylesheet without comments and needless spaces, sides turned into directions."""
    return Sheet(css, None, None).text("")


def _split(prelude: str) -> Iterator[str]:
    """The selectors of a list; commas inside brackets do not part them."""
    depth, begin = 0, 0
    for place, letter in enumerate(prelude):
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth == 0:
            yield prelude[begin:place]
            begin = place + 1
    yield prelude[begin:]


def _declarations(content: list[tinycss2.ast.Node]) -> Iterator[tuple[str, str]]:
    for node in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if node.type != "declaration" or node.name.startswith(("-webkit-box", "-moz-", "-ms-", "-o-")):
            continue
        value = re.sub(r"\s+", " ", tinycss2.serialize(node.value).strip())
        if "url(" in value:
            continue
        yield from _directed(node.name, value, " !important" if node.important else "")


def _directed(name: str, value: str, important: str) -> Iterator[tuple[str, str]]:
    value = WORDS.get(name, {}).get(value, value)
    parts = _spaced(value)
    if name in FOUR and len(parts) == 4 and parts[1] != parts[3]:
        top, right, bottom, left = parts
        start = "inset-" if name == "inset" else f"{name}-"
        yield f"{start}block", f"{top} {bottom}{important}"
        yield f"{start}inline", f"{left} {right}{important}"
        return
    yield RENAMED.get(name, name), value + important


def _spaced(value: str) -> list[str]:
    """The parts of a value; spaces inside brackets do not part them."""
    return re.findall(r"(?:[^\s()]|\((?:[^()]|\([^()]*\))*\))+", value)


def _with_variables(rules: Iterable[tuple], needed: set[str]) -> Iterator[tuple[str, list, list]]:
    for prelude, declarations, inner in rules:
        kept = [(name, value) for name, value in declarations if not name.startswith("--") or name in needed]
        deeper = list(_with_variables(inner, needed))
        if kept or deeper:
            yield prelude, kept, deeper


def _write(rules: Iterable[tuple]) -> Iterator[str]:
    for prelude, declarations, inner in rules:
        body = ";".join(f"{name}:{value}" for name, value in declarations) + "".join(_write(inner))
        yield f"{prelude}{{{body}}}\n"
