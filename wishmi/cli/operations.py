"""Commands that run an installation: migrate, build, serve, worker, audit, import."""

import json
import signal
import socket
import threading
from dataclasses import asdict
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import structlog
import typer
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.utils.translation import override
from granian import Granian
from granian.constants import Interfaces
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from wishmi.applications.actions import import_applications, import_register_facts
from wishmi.applications.files import write_problems
from wishmi.calls.models import Call
from wishmi.cli import schedule
from wishmi.core.outcome import Refused
from wishmi.infra.actor import SYSTEM, Role
from wishmi.infra.clock import now
from wishmi.outcomes.audit import check_everything
from wishmi.people.actions import give_login
from wishmi.people.models import Login
from wishmi.people.selectors import demo_personas
from wishmi.web.build import build as build_pages

log = structlog.get_logger()
AsJson = Annotated[bool, typer.Option("--json", help="Print one machine-readable object last.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (migrate, build, serve, worker, audit):
        app.command(command.__name__)(command)
    imports = typer.Typer(no_args_is_help=True, help="Bring in files.")
    imports.command("applications")(import_file)
    imports.command("registers")(import_registers)
    app.add_typer(imports, name="import")
    staff = typer.Typer(no_args_is_help=True, help="Logins of the office.")
    staff.command("add")(add_staff)
    app.add_typer(staff, name="staff")


def refuse(sentence: str) -> typer.Exit:
    """One sentence on standard error; raise what it returns."""
    typer.echo(f"wishmi: {sentence}", err=True)
    return typer.Exit(2)


def prepare_database() -> None:
    """Bring the database's tables up to date; quick when they are."""
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        cause = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise refuse(
            f"The database cannot be reached: {cause}. Check DATABASE_URL and WISHMI_DATA."
        ) from None


def close_database() -> None:
    """Close every connection, those of the pool too: workers are forked, and one they shared would mix up answers."""
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]


def migrate() -> None:
    """Create the tables or bring them up to date."""
    prepare_database()
    typer.echo("The database is up to date.")


def build() -> None:
    """Make the stylesheet and compile the message catalogues."""
    made = build_pages()
    typer.echo(f"stylesheet {made.stylesheet_bytes // 1024} kB ({made.wire_bytes // 1024} kB over the wire)")


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="PORT", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64)] = 2,
) -> None:
    """Start the web server, and print where it is and, in a demo city, who you can be."""
    prepare_database()
    _check_address(host, port)
    console = Console()
    console.print(f"\n[bold]wishmi[/bold] answers at [bold]http://{host}:{port}/[/bold]")
    if settings.WISHMI_MODE == "demo":
        table = Table(
            "You can be", "who", title=f"Demo personas: one click away on http://{host}:{port}/personas/"
        )
        for login in demo_personas():
            table.add_row(login.username, login.display_name)
        console.print(table)
        console.print("All data are synthetic. Ctrl-C stops everything; what was done is kept.")
    close_database()
    Granian(
        "wishmi.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        log_access=False,
        log_level="warning",  # type: ignore[arg-type]
        # A browser that keeps its connection open must not hold up the end.
        workers_kill_timeout=3,
    ).serve()


def _check_address(host: str, port: int) -> None:
    """Say in a sentence why nothing can be served there; the server itself would say it with a trace."""
    try:
        family = socket.AF_INET6 if ip_address(host).version == 6 else socket.AF_INET
    except ValueError:
        raise refuse(f"--host is {host!r}; it must be an address such as 127.0.0.1 or 0.0.0.0.") from None
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise refuse(
                f"{host}:{port} cannot be listened on: {error.strerror}. Choose another with --port."
            ) from None


def worker(
    every: Annotated[float, typer.Option(help="Seconds between two rounds.", min=0.1)] = 1.0,
) -> None:
    """Deliver events, run scheduled jobs and seal the audit chain until stopped."""
    prepare_database()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    rounds = 0
    while not stop.is_set():
        try:
            moment = now()
            schedule.run_events(moment)
            if rounds % 60 == 0:
                schedule.run_jobs(moment)
            if rounds % 10 == 0:
                schedule.seal(moment)
        except (OperationalError, InterfaceError) as error:
            # The database may be restarting: say it, wait, go on.
            log.warning("worker.database", error=str(error))
            connection.close()
        rounds += 1
        stop.wait(every)
    connection.close()


def audit(as_json: AsJson = False) -> None:
    """Recompute every balance from its transfers, check vouchers, funds, providers, places and the chain."""
    prepare_database()
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as progress:
        task = progress.add_task("audit", total=None)
        report = check_everything(lambda step: progress.update(task, description=step))
    if as_json:
        typer.echo(json.dumps(report.as_data()))
    else:
        console = Console()
        console.print(
            f"{report.transfers} transfers, chain {report.chain}, {len(report.differences)} differences"
        )
        for difference in report.differences[:100]:
            console.print(f"  {difference.place}: {difference.what}", highlight=False)
    raise typer.Exit(0 if report.is_sound else 1)


def add_staff(
    username: Annotated[str, typer.Argument(help="Name to sign in with.")],
    role: Annotated[
        list[str], typer.Option(help="case_officer, responsible, accounting or auditor; may be repeated.")
    ],
    name: Annotated[str, typer.Option(help="Name to show.")] = "",
    password: Annotated[
        str,
        typer.Option(
            prompt=True, confirmation_prompt=True, hide_input=True, help="Asked for when not given."
        ),
    ] = "",
) -> None:
    """Give a member of the office a login with a password."""
    prepare_database()
    known = {one.value: one for one in (Role.CASE_OFFICER, Role.RESPONSIBLE, Role.ACCOUNTING, Role.AUDITOR)}
    if not set(role) <= set(known):
        raise refuse(f"--role must be one of {', '.join(known)}.")
    if not 0 < len(username) <= 80 or not username.isprintable() or " " in username:
        raise refuse("A name to sign in with has 1 to 80 printable characters and no blanks.")
    if len(name) > 120 or not name.isprintable():
        raise refuse("A name to show has at most 120 printable characters.")
    if Login.objects.filter(username=username).exists():
        raise refuse(f"{username} has a login already.")
    try:
        with override("en"):
            validate_password(password)
    except ValidationError as error:
        raise refuse(" ".join(error.messages)) from None
    give_login(username, password, [known[one] for one in sorted(set(role))], display_name=name or username)
    typer.echo(f"{username} can sign in as {', '.join(role)}.")


def import_file(
    file: Annotated[
        Path, typer.Argument(help="The file of applications; its layout stands in docs/files.md.")
    ],
    call: Annotated[str, typer.Option(help="Code of the call; the only open one by default.")] = "",
    report: Annotated[Path | None, typer.Option(help="Where to write the report of problems (CSV).")] = None,
    as_json: AsJson = False,
) -> None:
    """Submit a file of applications: everything goes in, or nothing, with a report row by row."""
    prepare_database()
    found = Call.objects.filter(code=call).first() if call else Call.objects.order_by("-id").first()
    if found is None:
        raise refuse(f"There is no call {call!r}: name one with --call.")
    if not file.is_file():
        raise refuse(f"{file} is not a file that can be read.")
    if report is not None and (report.is_dir() or not report.resolve().parent.is_dir()):
        raise refuse(f"{report} cannot be written: name a file in a folder that exists.")
    with file.open("rb") as source:
        done = import_applications(now(), SYSTEM, found.pk, source, demo=settings.WISHMI_MODE == "demo")
    if isinstance(done, Refused):
        raise refuse(f"Nothing was imported: {', '.join(done.codes)}.")
    if report is not None:
        report.write_bytes(write_problems(done.problems))
    for problem in done.problems[:20]:
        typer.echo(f"row {problem.row}, {problem.column}: {problem.sentence}", err=True)
    if len(done.problems) > 20:
        typer.echo(f"… and {len(done.problems) - 20} more; --report FILE writes them all", err=True)
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "applications": done.applications,
                    "children": done.children,
                    "problems": [asdict(problem) for problem in done.problems[:1000]],
                }
            )
        )
    elif done.is_refused:
        typer.echo("Nothing was imported: repair the rows and send the whole file again.", err=True)
    else:
        typer.echo(f"{done.applications} applications of {done.children} children were imported.")
    raise typer.Exit(1 if done.is_refused else 0)


def import_registers(
    file: Annotated[
        Path, typer.Argument(help="The file of what registers attest; its layout stands in docs/files.md.")
    ],
) -> None:
    """Store what registers attest of families: everything goes in, or nothing."""
    prepare_database()
    if not file.is_file():
        raise refuse(f"{file} is not a file that can be read.")
    with file.open("rb") as source:
        done = import_register_facts(now(), SYSTEM, source, demo=settings.WISHMI_MODE == "demo")
    if isinstance(done, Refused):
        raise refuse(f"Nothing was stored: {', '.join(done.codes)}.")
    for problem in done.problems[:20]:
        typer.echo(f"row {problem.row}, {problem.column}: {problem.sentence}", err=True)
    if done.problems:
        typer.echo(f"Nothing was stored: {len(done.problems)} rows are wrong.", err=True)
        raise typer.Exit(1)
    typer.echo(f"{done.facts} facts of {done.households} households were stored.")


def bars(console: Console) -> Progress:
    """The progress bars of long work."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
        console=console,
    )
