"""`wishmi demo`: fills an empty installation with a synthetic city and plays the whole life of a call on it."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection
from rich.console import Console

from wishmi.cli.demo.life import play
from wishmi.cli.operations import AsJson, bars, prepare_database, refuse
from wishmi.people.models import Household
from wishmi.simulation.city import Scale

MADE = ("published", "private", "payouts", "heads.txt")
"""What a run leaves in the data folder beside the database."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    scale: Annotated[str, typer.Option(help="small (about 2,000 families) or city (129,560).")] = "small",
    seed: Annotated[int, typer.Option(help="Another seed, another city.", min=0, max=2**31)] = 7,
    fresh: Annotated[bool, typer.Option("--fresh", help="Remove everything there is first.")] = False,
    if_empty: Annotated[bool, typer.Option("--if-empty", help="Do nothing where there is data.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fill the demo city: all data are synthetic, and everything happens through the actions of the pages."""
    if scale not in ("small", "city"):
        raise refuse(f"--scale is {scale!r}; it must be small or city.")
    if settings.WISHMI_MODE == "production":
        raise refuse("a production installation is not filled with a demo: set WISHMI_MODE=demo.")
    console = Console(stderr=True)
    for folder, name in ((settings.WISHMI_CITY, "WISHMI_CITY"), (settings.WISHMI_POLICY, "WISHMI_POLICY")):
        if not Path(folder).is_dir():
            raise refuse(f"{name} is {folder}, which is no folder.")
    if fresh:
        # Cut off while it removes, it must be taken for a filling cut off, not for data of somebody's own.
        _mark(unfinished=True)
        _empty()
    prepare_database()
    if Household.objects.exists() or _leftovers():
        if if_empty and not _is_unfinished():
            return
        if not (if_empty and _is_unfinished()):
            raise refuse(
                f"{settings.WISHMI_DATA} holds data already: use --fresh to replace it all, or another folder."
            )
        console.print("An earlier filling was interrupted: starting again.")
        _empty()
        prepare_database()
    _mark(unfinished=True)
    wanted: Scale = "city" if scale == "city" else "small"
    with _without_waiting(), bars(console) as progress:
        report = play(wanted, seed, progress)
    _mark(unfinished=False)
    if as_json:
        typer.echo(json.dumps(report))
        return
    console.print(
        f"The demo city is ready: {report['households']} families, {report['applications']} applications,"
        f" {report['awarded']} awards, {report['bookings']} bookings. All data are synthetic."
    )


@contextmanager
def _without_waiting() -> Iterator[None]:
    """Let commits not wait for the disk while the demo is filled: cut off half-way, it is filled again from nothing."""
    is_sqlite = connection.vendor == "sqlite"
    hurry, rest = (
        ("PRAGMA synchronous=OFF", "PRAGMA synchronous=FULL")
        if is_sqlite
        else ("SET synchronous_commit TO off", "SET synchronous_commit TO on")
    )
    with connection.cursor() as cursor:
        cursor.execute(hurry)
    yield
    with connection.cursor() as cursor:
        cursor.execute(rest)
        # What was left to the system's own time goes to the disk before anybody relies on it: on PostgreSQL one
        # commit that waits takes everything before it along.
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)" if is_sqlite else "SELECT txid_current()")


def _marker() -> Path:
    return Path(settings.WISHMI_DATA) / "demo-unfinished"


def _mark(*, unfinished: bool) -> None:
    if unfinished:
        _marker().touch()
    else:
        _marker().unlink(missing_ok=True)


def _is_unfinished() -> bool:
    """Whether a filling was cut off: the marker is made before the first row and removed after the last."""
    return _marker().exists()


def _leftovers() -> bool:
    return any((Path(settings.WISHMI_DATA) / name).exists() for name in MADE)


def _empty() -> None:
    """Remove every row and file of an earlier demo."""
    if connection.vendor == "sqlite":
        name = str(settings.DATABASES["default"]["NAME"])
        connection.close()
        for suffix in ("", "-wal", "-shm"):
            Path(name + suffix).unlink(missing_ok=True)
    else:
        call_command("migrate", verbosity=0, interactive=False)
        tables = [model._meta.db_table for model in apps.get_models() if model._meta.managed]
        with connection.cursor() as cursor:
            for statement in connection.ops.sql_flush(
                no_style(), tables, reset_sequences=True, allow_cascade=True
            ):
                cursor.execute(statement)
    for name in MADE:
        path = Path(settings.WISHMI_DATA) / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    os.sync()
