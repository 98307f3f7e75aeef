"""Commands that hand out private files: an auditor's facts, a family's receipt."""

import os
from pathlib import Path
from typing import Annotated

import typer

from wishmi.awards.models import Stage, StageRow
from wishmi.awards.publishing import private_facts, receipt
from wishmi.cli.operations import prepare_database, refuse
from wishmi.infra import audit
from wishmi.infra.actor import SYSTEM
from wishmi.infra.clock import now

group = typer.Typer(no_args_is_help=True, help="Private files of a published stage; each export is recorded.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="export")


def _stage(call: str, number: int) -> Stage:
    rows = Stage.objects.filter(call__code=call, published_at__isnull=False).select_related("call", "version")
    found = rows.filter(number=number).first() if number else rows.filter(kind=Stage.Kind.FINAL).first()
    if found is None:
        raise refuse(f"{call} has no such published stage.")
    return found


def _write(path: Path, content: bytes) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
    except FileExistsError:
        raise refuse(f"{path} exists already: name a new file.") from None
    except OSError as error:
        raise refuse(f"{path} cannot be written: {error.strerror}.") from None


@group.command("facts")
def facts(
    call: Annotated[str, typer.Argument(help="Code of the call.")],
    out: Annotated[Path, typer.Option(help="File to write; readable by its owner alone.")],
    stage: Annotated[int, typer.Option(help="Number of the stage; the first final one by default.")] = 0,
) -> None:
    """Everything an auditor needs to replay a stage."""
    prepare_database()
    found = _stage(call, stage)
    content = private_facts(found)
    if content is None:
        raise refuse("The facts of this stage were removed at the end of their term.")
    _write(out, content)
    audit.record(now(), SYSTEM, "export.facts", f"stage:{call}/{found.number}")
    typer.echo(f"{out}: facts of stage {found.number}. Keep it as you keep the facts themselves.")


@group.command("receipt")
def one_receipt(
    call: Annotated[str, typer.Argument(help="Code of the call.")],
    code: Annotated[str, typer.Argument(help="Publication code of the child.")],
    out: Annotated[Path, typer.Option(help="File to write; readable by its owner alone.")],
    stage: Annotated[int, typer.Option(help="Number of the stage; the first final one by default.")] = 0,
) -> None:
    """A family's receipt."""
    prepare_database()
    found = _stage(call, stage)
    row = (
        StageRow.objects.filter(stage=found, candidacy__code=code.upper())
        .select_related("stage", "candidacy")
        .first()
    )
    content = receipt(row) if row is not None else None
    if content is None:
        raise refuse(f"There is no receipt for {code} in stage {found.number}.")
    _write(out, content)
    audit.record(now(), SYSTEM, "export.receipt", f"stage:{call}/{found.number}", code=code.upper())
    typer.echo(str(out))
