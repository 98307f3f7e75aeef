"""`wishmi settings`: what the environment says, what it means, and what an installation still lacks."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import typer
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from rich.console import Console
from rich.table import Table

from wishmi.cli.operations import AsJson
from wishmi.cli.variables import VARIABLES, Variable
from wishmi.infra.condition import migrations_missing

_LOCAL = {"localhost", "127.0.0.1", "[::1]", "testserver"}
_LEAST_FREE = 1 << 30


@dataclass(frozen=True, slots=True)
class Advice:
    """Something to mend; `is_fault` where production must not go on with it."""

    sentence: str
    is_fault: bool = True


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("settings")(show)


def show(as_json: AsJson = False) -> None:
    """Explain each setting, show what it is, and say what is missing; ends with 1 where something is wrong."""
    found = list(advice())
    if as_json:
        values = {one.name: _value(one) for one in VARIABLES}
        typer.echo(json.dumps({"settings": values, "advice": [asdict(one) for one in found]}))
    else:
        table = Table("setting", "is", "means", title=f"Mode {settings.WISHMI_MODE}")
        for one in VARIABLES:
            table.add_row(one.name, _value(one), one.meaning)
        console = Console()
        console.print(table)
        for one in found:
            console.print(f"{'to mend' if one.is_fault else 'to know'}: {one.sentence}", highlight=False)
        if not found:
            console.print("Nothing to mend.")
    raise typer.Exit(1 if any(one.is_fault for one in found) else 0)


def _value(one: Variable) -> str:
    given = os.environ.get(one.name, "")
    if not given:
        return f"not set: {one.default}"
    return "set" if one.is_secret else given


def advice() -> Iterator[Advice]:
    """What is wrong with this installation, and what is worth knowing."""
    production = settings.WISHMI_MODE == "production"
    if production:
        yield from _of_production()
    free = shutil.disk_usage(settings.WISHMI_DATA).free
    if free < _LEAST_FREE:
        yield Advice(f"Only {free >> 20} MB are free where WISHMI_DATA lies: make room.")
    for name in ("WISHMI_CITY", "WISHMI_POLICY"):
        if not Path(getattr(settings, name)).is_dir():
            yield Advice(f"{name} is {getattr(settings, name)}, which is no folder.", is_fault=production)
    try:
        missing = migrations_missing()
    except (DatabaseError, InterfaceError):
        yield Advice("The database does not answer: check DATABASE_URL.")
    else:
        if missing:
            yield Advice(f"{missing} migrations are missing: run `wishmi migrate`.")


def _of_production() -> Iterator[Advice]:
    if not set(settings.ALLOWED_HOSTS) - _LOCAL:
        yield Advice("WISHMI_HOSTS names no host of yours: the site would refuse every visitor.")
    if "*" in settings.ALLOWED_HOSTS:
        yield Advice("WISHMI_HOSTS admits every name: write those of your site.")
    if not settings.WISHMI_PROXIES:
        yield Advice("WISHMI_PROXIES is 0: without a proxy that speaks TLS every form is refused.")
    mode = Path(settings.WISHMI_DATA).stat().st_mode
    if mode & 0o077:
        yield Advice("Others can read WISHMI_DATA: chmod 700 it.")
    if connection.vendor == "sqlite":
        yield Advice("SQLite serves one machine: for a large city use PostgreSQL.", is_fault=False)
    if not settings.WISHMI_METRICS_TOKEN:
        yield Advice("WISHMI_METRICS_TOKEN is not set: nobody can watch the installation.", is_fault=False)
