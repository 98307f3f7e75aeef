"""Translations: compiled for Django from every catalogue of a language, and gathered from templates and code."""

import ast
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import polib
from django.utils.translation.template import templatize

Message = tuple[str, str | None]
"""A msgid and its plural."""

_CALLS = re.compile(
    r"\b(?P<name>n?p?gettext(?:_lazy|_noop)?|_)\((?P<arguments>(?:\s*u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")\s*,?)+)"
)
_STRINGS = re.compile(r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")")
SINGULAR = {"gettext", "gettext_lazy", "gettext_noop", "_"}
PLURAL = {"ngettext", "ngettext_lazy"}
AT_WORK = frozenset({"officer", "provider"})
"""Folders of pages for who works here."""
OFFICE_FILES = frozenset(
    {"office.py", "editor.py", "affecting.py", "call_fields.py", "call_values.py", "differing.py"}
)
"""Modules beside those folders that only the office reads: what changes from one call document to another."""


def compile_catalogues(folder: Path) -> Iterator[str]:
    """Compile `<language>/LC_MESSAGES/*.po` into that folder's django.mo; django.po gives the header."""
    for main in sorted(folder.glob("*/LC_MESSAGES/django.po")):
        catalogue = polib.pofile(str(main), encoding="utf-8")
        known = {entry.msgid for entry in catalogue}
        for path in sorted(main.parent.glob("*.po")):
            if path != main:
                others = [
                    entry for entry in polib.pofile(str(path), encoding="utf-8") if entry.msgid not in known
                ]
                known.update(entry.msgid for entry in others)
                catalogue.extend(others)
        binary = catalogue.to_binary()
        target = main.with_suffix(".mo")
        if not target.exists() or target.read_bytes() != binary:
            draft = target.with_name(".django.mo.new")
            draft.write_bytes(binary)
            draft.replace(target)
        yield main.parent.parent.name


def messages_of_template(text: str, name: str) -> Iterator[Message]:
    """Messages of one template."""
    for found in _CALLS.finditer(templatize(text, origin=name)):
        strings = [ast.literal_eval(one) for one in _STRINGS.findall(found["arguments"])]
        if found["name"] in SINGULAR:
            yield strings[0], None
        elif found["name"] in PLURAL:
            yield strings[0], strings[1]


def messages_of_code(text: str) -> Iterator[Message]:
    """Messages of one module: literal arguments of the gettext functions."""
    for node in ast.walk(ast.parse(text)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        strings = [
            item.value for item in node.args if isinstance(item, ast.Constant) and isinstance(item.value, str)
        ]
        if node.func.id in SINGULAR and strings:
            yield strings[0], None
        elif node.func.id in PLURAL and len(strings) > 1:
            yield strings[0], strings[1]


def messages(package: Path) -> set[Message]:
    """Every message that templates and code below a folder ask for."""
    return messages_of_files([*package.rglob("*.html"), *package.rglob("*.py")])


def messages_of_files(paths: Iterable[Path]) -> set[Message]:
    """Every message that some templates and modules ask for."""
    found: set[Message] = set()
    for path in paths:
        text = path.read_text(encoding="utf-8")
        found.update(
            messages_of_template(text, str(path)) if path.suffix == ".html" else messages_of_code(text)
        )
    return found


def is_at_work(path: Path) -> bool:
    """Whether only the office or providers read what a file says: it is written in their two languages alone."""
    return not AT_WORK.isdisjoint(path.parts) or path.name in OFFICE_FILES


def read(path: Path) -> polib.POFile:
    """A catalogue from its file."""
    return polib.pofile(io.StringIO(path.read_text(encoding="utf-8")).read())
