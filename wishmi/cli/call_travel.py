"""`wishmi call export` and `import`: a scheme with its cases as one file that another city can use; `schema`."""

import importlib
import json
from pathlib import Path
from typing import Annotated

import typer

from wishmi.calls.cases import CaseResult, run_cases
from wishmi.calls.document import CallDocument, DocumentRefused, parse_call
from wishmi.calls.document_schema import call_schema
from wishmi.calls.scheme_file import CALL, CASES, MAX_FILE, Scheme, SchemeRefused, pack, unpack
from wishmi.cli.call import read_bounded, read_call, refuse, say_cases, why_not_readable
from wishmi.cli.speaking import set_up
from wishmi.core.outcome import Refused
from wishmi.infra.actor import SYSTEM


def register(group: typer.Typer) -> None:
    """Add the commands to those on calls."""
    group.command("export")(export)
    group.command("import")(import_scheme)
    group.command("schema")(schema)


def schema() -> None:
    """Print the JSON Schema of a call document, for editors and programs."""
    typer.echo(json.dumps(call_schema(), ensure_ascii=False, indent=1))


def export(
    call: Annotated[Path, typer.Argument(help="The call document; cases.yaml beside it travels along.")],
    file: Annotated[Path, typer.Argument(help="The new file, such as scheme.zip.")],
) -> None:
    """Write a scheme and its cases as one file: exit code 0 written, 2 nothing was."""
    document = read_call(call)
    beside = call.with_name(CASES)
    try:
        cases = read_bounded(beside) if beside.is_file() else None
        scheme = Scheme(document.identity.code, document.identity.version, read_bounded(call), cases)
        with file.open("xb") as out:
            out.write(pack(scheme))
    except FileExistsError:
        refuse(f"{file} is there already: name a new file.")
    except OSError as error:
        refuse(f"{file} cannot be written: {error.strerror or 'unknown cause'}.")
    typer.echo(f"{file}: {scheme.code}, version {scheme.version}, {'with' if cases else 'without'} cases")


def import_scheme(
    file: Annotated[Path, typer.Argument(help="A file that wishmi call export wrote.")],
    *,
    out: Annotated[Path | None, typer.Option(help="A new folder for the document and its cases.")] = None,
    as_draft: Annotated[
        bool, typer.Option("--draft", help="Open it as a draft in the office of this installation.")
    ] = False,
) -> None:
    """Take in a scheme of another city: exit code 0 taken, 1 a document or case at fault, 2 the file cannot be used.

    Nothing is taken in unless the document is sound and every case comes out as it says. What is taken in is a draft.
    """
    if out is None and not as_draft:
        refuse("Say where it goes: --out FOLDER, --draft, or both.")
    if out is not None and out.exists():
        refuse(f"{out} is there already: name a new folder.")
    try:
        scheme = unpack(read_bounded(file, MAX_FILE))
    except OSError as error:
        refuse(why_not_readable(file, error))
    except SchemeRefused as refused:
        refuse(str(refused))
    document, results = _judged(scheme)
    if (document.identity.code, document.identity.version) != (scheme.code, scheme.version):
        refuse("The document is of another call than the manifest says.")
    if say_cases(results, CASES):
        raise typer.Exit(1)
    if out is not None:
        _write(scheme, out)
    if as_draft:
        _open_draft(document, scheme)
    typer.echo(f"{scheme.code}, version {scheme.version}: taken in as a draft")
    typer.echo(f"{len(results)} cases came out as they say", err=True)


def _judged(scheme: Scheme) -> tuple[CallDocument, list[CaseResult]]:
    try:
        document = parse_call(scheme.call, CALL)
        results = [] if scheme.cases is None else run_cases(document.rules(), scheme.cases, CASES)
    except DocumentRefused as refused:
        for finding in refused.findings:
            typer.echo(str(finding), err=True)
        raise typer.Exit(1) from None
    return document, results


def _write(scheme: Scheme, out: Path) -> None:
    try:
        out.mkdir()
        for name, content in scheme.files().items():
            (out / name).write_bytes(content)
    except OSError as error:
        refuse(f"{out} cannot be written: {error.strerror or 'unknown cause'}.")


def _open_draft(document: CallDocument, scheme: Scheme) -> None:
    """The one step that needs the database."""
    set_up()
    importlib.import_module("wishmi.cli.operations").prepare_database()
    moment = importlib.import_module("wishmi.infra.clock").now()
    text = scheme.call.decode("utf-8-sig")
    made = importlib.import_module("wishmi.calls.drafting").open_draft(
        moment, SYSTEM, document.texts.title.it, text
    )
    if isinstance(made, Refused):
        refuse(f"The draft cannot be opened: {', '.join(made.codes)}.")
