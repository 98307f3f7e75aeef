"""`wishmi call diff`, `explain` and `new`: two documents compared, one judged, one begun; in sentences."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from wishmi.applications.files import facts_of, read_applications
from wishmi.calls.cases import known
from wishmi.calls.document import CallDocument, DocumentRefused, parse_call
from wishmi.calls.document_yaml import read_yaml
from wishmi.cli.call import read_bounded, read_call, refuse, why_not_readable
from wishmi.cli.speaking import FamilyLanguage, Language, page_module, spoken
from wishmi.core.explanation import explain
from wishmi.core.facts import ChildFacts, from_data
from wishmi.core.rejudging import Affected, rejudge
from wishmi.core.rules.vocabulary import VOCABULARY, FactKind

_LONGEST_FACTS = 512_000_000


def register(group: typer.Typer) -> None:
    """Add the commands to those on calls."""
    group.command("diff")(diff)
    group.command("explain")(explain_call)
    group.command("new")(new)


def diff(
    old: Annotated[Path, typer.Argument(help="The document as it is.")],
    new: Annotated[Path, typer.Argument(help="The document as it would be.")],
    *,
    applications: Annotated[
        Path | None,
        typer.Option(
            help="Applications (CSV) or facts (.jsonl) to judge by both; docs/files.md.", show_default=False
        ),
    ] = None,
    language: Annotated[Language, typer.Option(help="Language of the sentences.")] = Language.EN,
    as_json: Annotated[bool, typer.Option("--json", help="Say it for programs.")] = False,
) -> None:
    """Compare two call documents: exit code 0 they mean the same, 1 they differ, 2 they cannot be read."""
    before, after = read_call(old), read_call(new)
    said = spoken(language, lambda: page_module("differing").said(before, after))
    found = None if applications is None else _rejudged(before, after, applications)
    if as_json:
        changes = [{**one.change.as_data(), "sentence": one.sentence} for one in said]
        told: dict[str, Any] = {"old": str(old), "new": str(new), "changes": changes}
        typer.echo(
            json.dumps(told if found is None else told | {"affected": found.as_data()}, ensure_ascii=False)
        )
    else:
        for one in said:
            typer.echo(f"{one.change.path}: {one.sentence}")
        if not said:
            typer.echo("The two documents mean the same.")
        if found is not None:
            unit = after.amount.unit
            for line in spoken(language, lambda: page_module("affecting").who_is_affected(found, unit)):
                typer.echo(line)
    raise typer.Exit(1 if said else 0)


def _rejudged(before: CallDocument, after: CallDocument, path: Path) -> Affected:
    """The children of a file, judged by both documents."""
    try:
        children = _from_lines(path) if path.suffix == ".jsonl" else _from_rows(before, path)
        return rejudge(before.rules(), after.rules(), children)
    except OSError as error:
        refuse(why_not_readable(path, error))


def _from_rows(call: CallDocument, path: Path) -> Iterator[ChildFacts]:
    """The facts of a file of applications; its faulty rows are said and left out."""
    zone, asked = call.window.time_zone, call.rules().facts
    with path.open("rb") as source:
        read = read_applications(source, demo=call.identity.demonstration, zone=zone, asked=asked)
    if read.errors:
        typer.echo(
            f"wishmi: {len(read.errors)} faults in {path}: rows that cannot be read are left out.", err=True
        )
    households: dict[str, str] = {}
    for row in read.rows:
        household = households.setdefault(row.applicant_fiscal_code, f"h{len(households) + 1}")
        yield facts_of(
            row, municipality=call.identity.municipality, zone=zone, applicant=household, asked=asked
        )


def _from_lines(path: Path) -> Iterator[ChildFacts]:
    """The facts of a facts file, one child a line, bare or beside their code; the header says no child."""
    for number, line in enumerate(read_bounded(path, _LONGEST_FACTS).splitlines(), start=1):
        try:
            data = json.loads(line)
            facts = data.get("facts", data)
            if "format" in data:
                continue
            yield from_data(facts, tuple(facts))
        except (ValueError, TypeError, KeyError, AttributeError):
            refuse(f"{path}, line {number}: the facts cannot be read; see docs/files.md.")


def explain_call(
    call: Annotated[Path, typer.Argument(help="The call document.")],
    said: Annotated[
        list[str] | None, typer.Argument(help="Facts as name=value, written as in cases.yaml.")
    ] = None,
    *,
    facts: Annotated[
        Path | None, typer.Option(help="A file of facts, YAML: a plain list of them, or cases with a child.")
    ] = None,
    language: Annotated[FamilyLanguage, typer.Option(help="Language of the sentences.")] = FamilyLanguage.EN,
    as_json: Annotated[bool, typer.Option("--json", help="Say it for programs.")] = False,
) -> None:
    """Judge one child and say why: exit code 0 eligible, 1 not, or not known yet, 2 input that cannot be used."""
    document = read_call(call)
    rules = document.rules()
    told = explain(rules, _known(facts, said or []))

    def in_words() -> Any:
        speech = page_module("fact_words").Speech(document.names, rules.unit)
        return page_module("explaining").explanation_in_words(told, rules, speech)

    words = spoken(language, in_words)
    if as_json:
        typer.echo(json.dumps({"eligible": told.eligible, **words.as_data()}, ensure_ascii=False))
    else:
        for line in _lines(words):
            typer.echo(line)
    raise typer.Exit(0 if told.eligible else 1)


def _lines(words: Any) -> Iterator[str]:
    """An explanation as one reads it at a terminal: what belongs to a condition stands under it."""
    yield words.verdict
    for one in words.conditions:
        yield from _condition_lines(one, "  ")
    for line in (*words.working, words.amount, *words.points, words.total, *words.place, words.deciding):
        if line:
            yield line


def _condition_lines(said: Any, indent: str) -> Iterator[str]:
    yield f"{indent}[{said.answer}] {said.asks}"
    for line in (*said.facts, said.reason):
        if line:
            yield f"{indent}    {line}"
    for part in said.parts:
        yield from _condition_lines(part, indent + "    ")


def _known(path: Path | None, said: list[str]) -> dict[str, Any]:
    """The facts of a file, changed by those said one by one."""
    values: dict[str, Any] = {}
    try:
        if path is not None:
            tree = read_yaml(read_bounded(path), str(path)).tree
            values = tree.get("child", tree) if isinstance(tree, dict) else {}
    except OSError as error:
        refuse(why_not_readable(path or Path(), error))
    except DocumentRefused as refused:
        refuse(str(refused))
    for one in said:
        name, sign, value = one.partition("=")
        if not sign:
            refuse(f"{one} is no fact: write name=value, such as minors=2.")
        values = {**values, name: _value(name, value)}
    try:
        return known({}, values)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        refuse(f"The facts cannot be used: {str(error).rstrip('.')}. See the facts of docs/call-document.md.")


def _value(name: str, text: str) -> object:
    """A value as YAML would have it: nothing for null, a list where the fact is a set of words."""
    if text == "null":
        return None
    fact = VOCABULARY.get(name)
    return text.split(",") if fact is not None and fact.kind is FactKind.WORDS else text


_TO_REVIEW = """\
# A new call, begun from {name}. Go through it from top to bottom; these are its own and must be decided anew:
#   identity (city, municipality), texts and legal_text, sources and marks (how sure each part is),
#   window, funds (code, amount, act, days), selection.draw (a public round after the closing), award.use_until.
# Check it with: wishmi call check FILE, and what differs from where it began with: wishmi call diff {name} FILE
"""


def new(
    file: Annotated[Path, typer.Argument(help="The new document.")],
    *,
    begun_from: Annotated[Path, typer.Option("--from", help="The document to begin from, such as a preset.")],
    code: Annotated[str, typer.Option(help="The code of the new call: small letters, digits and hyphens.")],
) -> None:
    """Write a commented document to begin with, version 1 of a new code: exit code 0 written, 2 nothing was."""
    before = read_call(begun_from)
    text = read_bounded(begun_from).decode("utf-8-sig")
    was, version = re.escape(before.identity.code), before.identity.version
    text = re.sub(rf"(?m)^(\s+code:\s+)[\"']?{was}[\"']?", lambda found: found[1] + code, text, count=1)
    text = re.sub(rf"(?m)^(\s+version:\s+){version}\b", r"\g<1>1", text, count=1)
    text = _TO_REVIEW.format(name=begun_from) + text
    try:
        made = parse_call(text.encode(), str(file))
    except DocumentRefused as refused:
        refuse(str(refused.findings[0]))
    if made.identity.code != code:
        refuse(f"{begun_from} writes its code in a way that this command does not know: copy it by hand.")
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        refuse(f"{file} is there already: name a new file.")
    except OSError as error:
        refuse(f"{file} cannot be written: {error.strerror or 'unknown cause'}.")
    typer.echo(f"{file}: version 1 of {code}")
