"""Installations of their own for tests that run the program as an operator does: other processes, other databases."""

import os
import subprocess
import sys
from contextlib import contextmanager

from django.conf import settings
from django.db import connection


@contextmanager
def installation(folder, name, mode="demo"):
    """The environment of an installation, with a database of its own on the engine of the tests."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "WISHMI_MODE": mode, "WISHMI_DATA": str(folder), "WISHMI_POOL": "2"}
    environment.pop("DATABASE_URL", None)
    database = f"{name}_{os.getpid()}"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {database}")
        one = settings.DATABASES["default"]
        place = f"?host={one['HOST']}" if str(one["HOST"]).startswith("/") else ""
        host = "" if place else f"{one['HOST']}:{one['PORT']}"
        environment["DATABASE_URL"] = f"postgresql://{one['USER']}:{one['PASSWORD']}@{host}/{database}{place}"
    try:
        yield environment
    finally:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE {database} WITH (FORCE)")


def started(environment, *arguments):
    """A Python program of the installation, to its end; what it says and how it ended."""
    return subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def run(environment, *arguments):
    """The same, and it must end well."""
    done = started(environment, *arguments)
    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]
    return done.stdout


COMMAND = ("-c", "from wishmi.cli.main import run; run()")


def wishmi(environment, *arguments):
    """`wishmi …` of the installation, which must end well."""
    return run(environment, *COMMAND, *arguments)


def tried(environment, *arguments):
    """`wishmi …` of the installation, however it ends."""
    return started(environment, *COMMAND, *arguments)
