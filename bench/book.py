"""Book over HTTP, everything on, against the bare statements of one redemption.

What is measured: the booking page's own form, posted by signed-in families over kept connections to the program's
server with two workers: session, CSRF token, idempotency key, all checks of the booking, ledger, audit record, outbox
event, committed safely. Load generator, server and database share the machine, as do pgbench and its database. After
the runs the books are audited: acknowledged bookings, rows and places taken must be the same number.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import servers
from bench.figures import Figure, compared, rounded
from bench.floor import Pace, PostgresFloor, SqliteFloor

LOADS = ("spread", "hot")
SESSIONS_A_RUN = 400
FAMILIES_A_SECOND = 300
"""Families enough for each second: on one session nobody can book twice."""
TARGETS = {
    ("postgresql", "spread"): "ratio >= 0.12",
    ("postgresql", "hot"): "ratio >= 0.5",
    ("sqlite", "spread"): "ratio >= 0.05",
    ("sqlite", "hot"): "ratio >= 0.05",
}


@dataclass
class Runs:
    """What the paired repeats of one load gave."""

    ours: list[dict] = field(default_factory=list)
    floors: list[Pace] = field(default_factory=list)


def _python(module: str, *arguments: object, variables: dict[str, str], timeout: float) -> str:
    command = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(
        command,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=variables,
        cwd=servers.REPOSITORY,
        timeout=timeout,
    )
    return done.stdout


@contextmanager
def _database(engine: str, folder: Path) -> Iterator[str]:
    if engine == "postgresql":
        with servers.postgres() as url:
            yield url
    else:
        yield f"sqlite:///{folder / 'wishmi.sqlite3'}"


def measure(options: argparse.Namespace) -> tuple[dict[str, Runs], dict]:
    """All repeats of all loads in turns with their floors, then the audit."""
    families = max(200, int((options.seconds + 2) * FAMILIES_A_SECOND))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wishmi-bench.")))
        url = stack.enter_context(_database(options.engine, folder))
        variables = servers.environment(folder, url)
        plan = folder / "plan.json"
        sessions = options.repeats * (SESSIONS_A_RUN + 1)
        _python("bench.city", "fill", families, sessions, plan, variables=variables, timeout=900)
        vouchers = 2 * families
        floor: PostgresFloor | SqliteFloor
        if options.engine == "postgresql":
            floor = PostgresFloor(url, folder, vouchers, SESSIONS_A_RUN)
        else:
            floor = SqliteFloor(folder, vouchers, SESSIONS_A_RUN)
        port = stack.enter_context(servers.web(variables))
        runs = {load: Runs() for load in options.loads}
        for repeat in range(options.repeats):
            for load, of_load in runs.items():
                of_load.floors.append(floor.run(load, options.clients, options.seconds))
                first = repeat * (SESSIONS_A_RUN + 1) + (SESSIONS_A_RUN if load == "hot" else 0)
                count = 1 if load == "hot" else SESSIONS_A_RUN
                arguments = (plan, port, options.clients, options.seconds, repeat, first, count)
                limit = options.seconds + 120
                told = _python("bench.load", *arguments, variables=variables, timeout=limit)
                of_load.ours.append(json.loads(told))
        books = json.loads(_python("bench.city", "audit", variables=variables, timeout=900))
    return runs, books


def _tell(engine: str, load: str, runs: Runs) -> None:
    rates = [one["rate"] for one in runs.ours]
    target = TARGETS[engine, load]
    names = ("book", engine, load)
    floors = [one.rate for one in runs.floors]
    compared((*names, "rate"), rates, floors, unit="bookings/s", target=target).tell()
    slow = [one["p99"] for one in runs.ours]
    slowest = [one.p99 for one in runs.floors]
    compared((*names, "p99"), slow, slowest, unit="ms", target="ratio <= 5").tell()
    middle = sorted(one["p50"] for one in runs.ours)[len(runs.ours) // 2]
    Figure(*names, "p50", value=rounded(middle), unit="ms").tell()
    failed = sum(count for one in runs.ours for count in one["errors"].values())
    note = json.dumps([one["errors"] for one in runs.ours]) if failed else ""
    Figure(*names, "errors", value=failed, unit="requests", target="0", note=note).tell()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this benchmark."""
    parser.add_argument("--engine", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--clients", type=int, default=16, help="kept connections (16)")
    parser.add_argument("--seconds", type=float, default=10, help="length of each run (10)")
    parser.add_argument("--repeats", type=int, default=5, help="paired repeats (5)")
    parser.add_argument("--loads", nargs="+", choices=LOADS, default=LOADS, help="spread, hot or both")


def run(options: argparse.Namespace) -> int:
    """Measure and print; exit code 1 if the books do not hold what was acknowledged."""
    runs, books = measure(options)
    for load, of_load in runs.items():
        _tell(options.engine, load, of_load)
    acknowledged = sum(one["acknowledged"] for of_load in runs.values() for one in of_load.ours)
    holds = books["is_sound"] and acknowledged == books["bookings"] == books["taken"]
    note = (
        "acknowledged = rows = places taken, audit sound"
        if holds
        else f"{acknowledged} acknowledged, {books}"
    )
    Figure(
        "book", options.engine, "all", "bookings lost", value=acknowledged - books["bookings"], note=note
    ).tell()
    return 0 if holds else 1
