"""`wishmi entitled`: the list of who may claim or gets an award without applying."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from rich.console import Console

from wishmi.applications.actions import Entered, compute_entitled, enter_entitled, import_entitled
from wishmi.applications.actions.entering import household_ids
from wishmi.calls.document_checks import euro
from wishmi.calls.models import Call
from wishmi.cli.operations import AsJson, bars, prepare_database, refuse
from wishmi.core.outcome import Refused
from wishmi.infra.actor import SYSTEM
from wishmi.infra.clock import now

SHOWN = 20
CallCode = Annotated[str, typer.Option("--call", help="Code of the call.")]
WORDS = {
    "entered": "get it",
    "already": "are in already",
    "not_entitled": "do not meet the conditions",
    "not_known": "are not known well enough",
    "without_guardian": "have no guardian on record",
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="Who may claim, or gets an award without applying.")
    group.command("import")(import_list)
    group.command("compute")(compute_list)
    group.command("enter")(enter)
    app.add_typer(group, name="entitled")


def _call(code: str) -> Call:
    prepare_database()
    found = Call.objects.filter(code=code).first()
    if found is None:
        raise refuse(f"There is no call {code!r}: name one with --call.")
    return found


def _with_bar(what: str, total: int | None, act: Callable[[Callable[[int], None]], object]) -> object:
    """Run an act with a bar on standard error."""
    with bars(Console(stderr=True)) as progress:
        task = progress.add_task(what, total=total)
        return act(lambda count: progress.advance(task, count))


def import_list(
    file: Annotated[Path, typer.Argument(help="One fiscal code per row under the header fiscal_code.")],
    call: CallCode,
    as_json: AsJson = False,
) -> None:
    """Put the persons of a file on the list of a call: all of them, or none, with a sentence for each wrong row."""
    found = _call(call)
    if not file.is_file():
        raise refuse(f"{file} is not a file that can be read.")
    is_demo = settings.WISHMI_MODE == "demo"
    with file.open("rb") as source:
        done = _with_bar(
            "on the list",
            None,
            lambda tell: import_entitled(now(), SYSTEM, found.pk, source, demo=is_demo, progress=tell),
        )
    if isinstance(done, Refused):
        raise refuse(f"Nothing was imported: {', '.join(done.codes)}.")
    problems = done.read.problems
    for problem in problems[:SHOWN]:
        typer.echo(f"{problem.severity}: row {problem.row}: {problem.sentence}", err=True)
    if len(problems) > SHOWN:
        typer.echo(f"and {len(problems) - SHOWN} more", err=True)
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "added": done.added,
                    "known": done.known,
                    "problems": [asdict(one) for one in problems[:1000]],
                }
            )
        )
    elif done.read.is_refused:
        typer.echo("Nothing was imported: repair the rows and send the whole file again.", err=True)
    else:
        typer.echo(f"{done.added} persons are new on the list, {done.known} were on it already.")
    raise typer.Exit(1 if done.read.is_refused else 0)


def compute_list(call: CallCode) -> None:
    """Put on the list of a call whom nothing known speaks against."""
    found = _call(call)
    done = _with_bar(
        "households",
        len(household_ids()),
        lambda tell: compute_entitled(now(), SYSTEM, found.pk, tell),
    )
    if isinstance(done, Refused):
        raise refuse(f"Nothing was computed: {', '.join(done.codes)}.")
    typer.echo(f"{done} persons are new on the list.")


def enter(
    call: CallCode,
    preview: Annotated[bool, typer.Option("--preview", help="Count and change nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Enter every child that gets an award without applying; run again, it enters only who came since."""
    found = _call(call)
    done = _with_bar(
        "households",
        len(household_ids()),
        lambda tell: enter_entitled(now(), SYSTEM, found.pk, is_preview=preview, progress=tell),
    )
    if isinstance(done, Refused):
        raise refuse(f"Nothing was entered: {', '.join(done.codes)}.")
    assert isinstance(done, Entered)
    if as_json:
        typer.echo(json.dumps({**asdict(done), "preview": preview}))
        return
    for name, words in WORDS.items():
        typer.echo(f"{getattr(done, name):>8} children {words}")
    typer.echo(f"{euro(done.amount)} in all" + (", if they are entered" if preview else ""))
