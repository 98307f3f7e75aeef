"""`wishmi backup` and `wishmi restore`: one file that an installation can be made from again."""

import json
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings

from wishmi.cli.operations import AsJson, prepare_database, refuse
from wishmi.infra import backups
from wishmi.infra.backups import BackupError
from wishmi.infra.clock import now
from wishmi.outcomes.audit import check_everything


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(
    file: Annotated[Path, typer.Argument(help="Where to write it; nothing may stand there yet.")],
    as_json: AsJson = False,
) -> None:
    """Save database and data folder as one file, while people go on working. Keys are not in it: keep them apart."""
    prepare_database()
    if file.exists():
        raise refuse(f"{file} exists already: a backup never overwrites another.")
    if not file.resolve().parent.is_dir():
        raise refuse(f"{file} cannot be written: name a file in a folder that exists.")
    try:
        manifest = backups.write_backup(file.resolve(), now())
    except BackupError as error:
        raise refuse(str(error)) from None
    size = file.stat().st_size
    if as_json:
        typer.echo(
            json.dumps(
                {"file": str(file), "bytes": size, "files": len(manifest.members), "engine": manifest.engine}
            )
        )
    else:
        typer.echo(
            f"{file}: {len(manifest.members)} files, {size} bytes. Keep it and the keys in two different places."
        )


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `wishmi backup` wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace a database that is in use. Stop the pages first.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put a backup in place, bring its tables up to date, and prove it by an audit of everything."""
    if not file.is_file():
        raise refuse(f"{file} is not a file that can be read.")
    if backups.is_in_use() and not replace:
        raise refuse(
            "The database holds data. Stop the pages and the worker, then say --replace to lose them."
        )
    try:
        with backups.unpacked(file, settings.WISHMI_DATA) as found:
            backups.put_in_place(found)
            made_at = found.manifest.made_at
    except BackupError as error:
        raise refuse(str(error)) from None
    prepare_database()
    report = check_everything(lambda _step: None)
    if as_json:
        typer.echo(json.dumps({"made_at": made_at, **report.as_data()}))
    else:
        typer.echo(f"Restored as of {made_at}: {report.transfers} transfers, chain {report.chain}.")
        for difference in report.differences[:100]:
            typer.echo(f"  {difference.place}: {difference.what}")
    raise typer.Exit(0 if report.is_sound else 1)
