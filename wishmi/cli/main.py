"""The command `wishmi`: the commands that need no database, and, set up on demand, those that do."""

import importlib
import os
import sys
from typing import Any

import click
import typer
from typer.core import TyperGroup

from wishmi import __version__
from wishmi.cli import call, call_compare, call_travel, rank, verify
from wishmi.cli.speaking import set_up

WITH_DATABASE = ("operations", "demo_command", "exports", "entitled", "backup", "settings_check")
"""Modules whose commands use the database. They are imported only when one of their commands is wanted, so that
`verify`, `rank` and `call check` run on a machine that has neither settings nor data.
"""


class _Lazy(TyperGroup):
    """A group that sets Django up before it looks for a command it does not know yet."""

    def _load(self) -> None:
        if getattr(self, "_is_loaded", False):
            return
        self._is_loaded = True
        set_up()
        late = typer.Typer()
        for name in WITH_DATABASE:
            importlib.import_module(f"wishmi.cli.{name}").register(late)
        group = typer.main.get_command(late)
        if isinstance(group, click.Group) or hasattr(group, "commands"):
            for name, command in group.commands.items():
                self.commands.setdefault(name, command)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command by name."""
        known = super().get_command(ctx, cmd_name)
        if known is None:
            self._load()
            known = super().get_command(ctx, cmd_name)
        return known

    def list_commands(self, ctx: Any) -> list[str]:
        """All commands."""
        self._load()
        return sorted(super().list_commands(ctx))


app = typer.Typer(
    cls=_Lazy,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Calls and vouchers.",
)


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Print the version."),
) -> None:
    """Calls, vouchers and opportunities for every child of a city."""
    if version:
        print(__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())


for module in (call, rank, verify):
    module.register(app)
for module in (call_compare, call_travel):
    module.register(call.group)


def run() -> None:
    """The entry point. Interrupted: exit code 130; what the machine refuses: a sentence and exit code 2."""
    try:
        app()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(130)
    except UnicodeEncodeError:
        print("wishmi: a word of the command is not UTF-8: write it again.", file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print(f"wishmi: {place}{error.strerror or type(error).__name__}.", file=sys.stderr)
        # What could not be said is not said again on the way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(2)
