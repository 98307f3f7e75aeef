"""Makes what the pages need and git does not keep: one stylesheet, and the compiled catalogues. No network."""

import gzip
import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path

import brotli

from wishmi.web.catalogues import compile_catalogues
from wishmi.web.stylesheet import Sheet, logical

WEB = Path(__file__).resolve().parent
STYLES = WEB / "static" / "web" / "theme"
BUILT = WEB / "static" / "built"
LOCALE = WEB.parent.parent / "locale"

# Put on elements by code rather than by a template.
ALLOWED_CLASSES = frozenset(
    {"form-control", "form-select", "form-check-input", "is-invalid", "table-responsive"}
)
_CLASSES = re.compile(r'class="([^"]*)"')
_TAG = re.compile(r"\{[%{].*?[%}]\}", re.DOTALL)
_WORD = re.compile(r"-?[_a-zA-Z][\w-]*")
_ELEMENTS = re.compile(r"<([a-z][a-z0-9]*)")
FORM_ELEMENTS = frozenset({"input", "select", "option", "textarea", "button", "label", "fieldset", "legend"})


@dataclass(frozen=True, slots=True)
class Built:
    """What was made: bytes of the stylesheet, plain and over the wire, and the languages compiled."""

    stylesheet_bytes: int
    wire_bytes: int
    languages: tuple[str, ...]


def build() -> Built:
    """Make everything again; doing it twice gives the same bytes."""
    text = stylesheet().encode()
    BUILT.mkdir(parents=True, exist_ok=True)
    compressed = brotli.compress(text, quality=9)
    _write(BUILT / "wishmi.css", text)
    _write(BUILT / "wishmi.css.gz", gzip.compress(text, mtime=0))
    _write(BUILT / "wishmi.css.br", compressed)
    return Built(len(text), len(compressed), tuple(compile_catalogues(LOCALE)))


def _write(path: Path, data: bytes) -> None:
    """Only where something changed, and in one step: a running server never reads half a file."""
    if path.exists() and path.read_bytes() == data:
        return
    draft = path.with_name(f".{path.name}.new")
    draft.write_bytes(data)
    draft.replace(path)


def stylesheet() -> str:
    """The whole stylesheet: what our templates use of Bootstrap Italia, then our own."""
    classes, elements = used_names()
    own = "".join(logical(path.read_text(encoding="utf-8")) for path in sorted(STYLES.glob("*.css")))
    cut = Sheet(_bootstrap_italia(), classes, elements)
    return f"{LICENCE}{cut.text(own)}{own}"


LICENCE = "/* Holds parts of Bootstrap Italia (BSD-3-Clause) and of Bootstrap (MIT). */\n"


def used_names() -> tuple[frozenset[str], frozenset[str]]:
    """Classes and elements that stand in our templates."""
    classes, elements = set(ALLOWED_CLASSES), set(FORM_ELEMENTS) | {"html", "body"}
    for path in WEB.glob("templates/**/*.html"):
        text = path.read_text(encoding="utf-8")
        elements.update(_ELEMENTS.findall(text))
        for value in _CLASSES.findall(text):
            classes.update(_WORD.findall(_TAG.sub(" ", value)))
            # Words inside a tag may be a class too: {% if is_last %}active{% endif %} stays, so do "quoted" ones.
            classes.update(_WORD.findall(" ".join(re.findall(r"[\"']([^\"']*)[\"']", value))))
    return frozenset(classes), frozenset(elements)


def _bootstrap_italia() -> str:
    package = importlib.util.find_spec("bootstrap_italia_template")
    if package is None or package.origin is None:
        message = "the package design-django-theme is missing: run script/setup"
        raise FileNotFoundError(message)
    path = Path(package.origin).parent / "static" / "css" / "bootstrap-italia.min.css"
    return path.read_text(encoding="utf-8-sig")
