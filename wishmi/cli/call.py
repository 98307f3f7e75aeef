"""`wishmi call check`: reads a call document and says what is wrong with it, with line and place."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from wishmi.calls.cases import CaseResult, run_cases
from wishmi.calls.document import CallDocument, DocumentRefused, parse_call
from wishmi.calls.document_checks import euro
from wishmi.calls.document_yaml import MAX_BYTES

group = typer.Typer(no_args_is_help=True, help="Calls: documents and what they say.")


def register(app: typer.Typer) -> None:
    """Add the commands on calls."""
    app.add_typer(group, name="call")


def refuse(sentence: str) -> NoReturn:
    """Leave because the command or its input cannot be used."""
    typer.echo(f"wishmi: {sentence}", err=True)
    raise typer.Exit(2)


def read_call(path: Path) -> CallDocument:
    """A call document that is needed whole; refused with its findings."""
    try:
        return parse_call(read_bounded(path), str(path))
    except OSError as error:
        refuse(why_not_readable(path, error))
    except DocumentRefused as refused:
        for finding in refused.findings:
            typer.echo(str(finding), err=True)
        refuse(f"{path} cannot be used: repair it and check it with wishmi call check.")


def read_bounded(path: Path, most: int = MAX_BYTES) -> bytes:
    """The bytes of a file, one more than `most` at the longest, so that a reader can say that it is too long."""
    with path.open("rb") as source:
        return source.read(most + 1)


def why_not_readable(path: Path, error: OSError) -> str:
    """A sentence for a file that cannot be read."""
    if path.is_dir():
        return f"{path} is a folder: name the file itself."
    return f"{path} cannot be read: {error.strerror or 'unknown cause'}."


def summary(call: CallDocument) -> list[str]:
    """What a checked call says, in a few lines."""
    rules = call.rules()
    bands = ", ".join(
        f"{euro(band.amount)} {'to' if band.inclusive else 'below'} {euro(band.up_to_cents)}"
        for band in rules.bands
    )
    if not bands:
        known = rules.amounts()
        bands = ", ".join(euro(amount) for amount in known) if known else "by price, request or share"
    funds = ", ".join(f"{fund.code} {euro(fund.appropriated)}" for fund in rules.funds)
    marks = {mark: list(call.marks.values()).count(mark) for mark in ("certain", "press", "guess")}
    return [
        f"{call.identity.code}, version {call.identity.version}: {call.texts.title.en}",
        f"open from {rules.opens_at.isoformat(timespec='minutes')} to {rules.closes_at.isoformat(timespec='minutes')}",
        f"amounts: {bands}",
        f"funds: {funds}",
        f"used until {rules.life.use_until}",
        f"marks: {', '.join(f'{count} {mark}' for mark, count in marks.items())}",
    ]


@group.callback()
def calls() -> None:
    """Calls: documents and what they say."""


@group.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="The call document, a YAML file.")],
    *,
    with_cases: Annotated[
        bool, typer.Option("--cases", help="Run the worked cases in cases.yaml beside it too.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Say it for programs.")] = False,
) -> None:
    """Check a call document: exit code 0 sound, 1 refused with findings, 2 the file cannot be read."""
    try:
        content = read_bounded(file)
    except OSError as error:
        typer.echo(f"wishmi: {why_not_readable(file, error)}", err=True)
        raise typer.Exit(2) from None
    try:
        call = parse_call(content, str(file))
    except DocumentRefused as refused:
        if as_json:
            found = [finding.as_data() for finding in refused.findings]
            typer.echo(json.dumps({"file": str(file), "sound": False, "findings": found}, ensure_ascii=False))
        else:
            for finding in refused.findings:
                typer.echo(str(finding))
        raise typer.Exit(1) from None
    if as_json:
        code, version = call.identity.code, call.identity.version
        said = {"file": str(file), "sound": True, "code": code, "version": version, "findings": []}
        typer.echo(json.dumps(said, ensure_ascii=False))
    else:
        for line in summary(call):
            typer.echo(line)
    if with_cases:
        _check_cases(call, file.with_name("cases.yaml"))


def _check_cases(call: CallDocument, path: Path) -> None:
    """Run the cases beside a call: exit code 1 if one does not come out as it says."""
    try:
        results = run_cases(call.rules(), read_bounded(path), str(path))
    except OSError as error:
        refuse(why_not_readable(path, error))
    except DocumentRefused as refused:
        for finding in refused.findings:
            typer.echo(str(finding))
        raise typer.Exit(1) from None
    if say_cases(results, str(path)):
        raise typer.Exit(1)
    typer.echo(f"{len(results)} cases came out as they say", err=True)


def say_cases(results: Sequence[CaseResult], path: str) -> int:
    """Say every case that came out otherwise, with its line; returns how many."""
    wrong = [one for one in results if one.fault]
    for one in wrong:
        typer.echo(f"{path}:{one.line}: {one.kind}: {one.name}: {one.fault}", err=True)
    return len(wrong)
