"""`wishmi call diff`: what changes from one call document to another, in sentences, and who would be affected."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from wishmi.applications.files import facts_of, read_applications
from wishmi.calls.document import CallDocument
from wishmi.cli.call import read_bounded, read_call, refuse, why_not_readable
from wishmi.cli.speaking import Language, page_module, spoken
from wishmi.core.facts import ChildFacts, from_data
from wishmi.core.rejudging import Affected, rejudge

_LONGEST_FACTS = 512_000_000


def register(group: typer.Typer) -> None:
    """Add the command to those on calls."""
    group.command("diff")(diff)


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
