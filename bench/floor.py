"""The floors of the booking benchmark: one redemption in bare statements.

Debit the voucher if its balance allows, take a place if one is left, two ledger rows, one booking with a unique key,
commit. On PostgreSQL by pgbench with as many clients, on SQLite by a loop with one writer.
"""

import os
import random
import sqlite3
import statistics
import subprocess
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg

TABLES = (
    "CREATE TABLE voucher (id integer PRIMARY KEY, balance bigint NOT NULL CHECK (balance >= 0))",
    "CREATE TABLE session (id integer PRIMARY KEY, places_left bigint NOT NULL CHECK (places_left >= 0))",
    "CREATE TABLE transfer ({key}, debit integer NOT NULL, credit integer NOT NULL, amount bigint NOT NULL)",
    "CREATE TABLE booking ({key}, request {text} NOT NULL UNIQUE, voucher integer NOT NULL, session integer NOT NULL)",
)
PGBENCH = """\\set voucher random(1, {vouchers})
\\set session random(1, {sessions})
BEGIN;
UPDATE voucher SET balance = balance - 100 WHERE id = :voucher AND balance >= 100;
UPDATE session SET places_left = places_left - 1 WHERE id = :session AND places_left > 0;
INSERT INTO transfer (debit, credit, amount) VALUES (:voucher, :session, 100);
INSERT INTO transfer (debit, credit, amount) VALUES (:session, :voucher, 100);
INSERT INTO booking (request, voucher, session) VALUES (gen_random_uuid(), :voucher, :session);
COMMIT;
"""
PLENTY = 10**12


@dataclass(frozen=True)
class Pace:
    """Redemptions a second, and the 99th percentile of their latency in milliseconds."""

    rate: float
    p99: float


def _pace(latencies: Sequence[float], seconds: float) -> Pace:
    return Pace(len(latencies) / seconds, statistics.quantiles(latencies, n=100)[98] * 1000)


class PostgresFloor:
    """pgbench in a database of its own on the same server."""

    def __init__(self, url: str, folder: Path, vouchers: int, sessions: int) -> None:
        parts = urlsplit(url)
        self.folder, self.vouchers, self.sessions = folder, vouchers, sessions
        self.host = parse_qs(parts.query)["host"][0]
        self.environment = os.environ | {"PGPASSWORD": unquote(parts.password or "")}
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE floor")
        with psycopg.connect(url.replace("/wishmi?", "/floor?"), autocommit=True) as connection:
            for table in TABLES:
                key = "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
                connection.execute(table.format(key=key, text="uuid"))
            for table, count in (("voucher", vouchers), ("session", sessions)):
                connection.execute(
                    f"INSERT INTO {table} SELECT n, {PLENTY} FROM generate_series(1, {count}) AS n"
                )
            connection.execute("VACUUM ANALYZE")

    def run(self, load: str, clients: int, seconds: float) -> Pace:
        """One run of pgbench, its statements prepared."""
        script = self.folder / f"{load}.sql"
        sessions = 1 if load == "hot" else self.sessions
        script.write_text(PGBENCH.format(vouchers=self.vouchers, sessions=sessions), encoding="utf-8")
        command = [
            "pgbench",
            "-n",
            "-M",
            "prepared",
            "-c",
            str(clients),
            "-j",
            "2",
            "-T",
            str(int(seconds)),
            "-l",
        ]
        command += [
            f"--log-prefix={self.folder / 'pgbench'}",
            "-f",
            str(script),
            "-h",
            self.host,
            "-U",
            "wishmi",
            "floor",
        ]
        subprocess.run(command, check=True, capture_output=True, env=self.environment, timeout=seconds + 60)
        latencies = []
        for log in self.folder.glob("pgbench.*"):
            with log.open(encoding="ascii") as lines:
                latencies += [int(line.split(" ", 3)[2]) / 1_000_000 for line in lines]
            log.unlink()
        return _pace(latencies, seconds)


class SqliteFloor:
    """One writer in a loop, with the settings the program itself uses."""

    def __init__(self, folder: Path, vouchers: int, sessions: int) -> None:
        self.vouchers, self.sessions = vouchers, sessions
        self.base = sqlite3.connect(folder / "floor.sqlite3", isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-64000"):
            self.base.execute(f"PRAGMA {pragma}")
        for table in TABLES:
            self.base.execute(table.format(key="id integer PRIMARY KEY", text="text"))
        for table, count in (("voucher", vouchers), ("session", sessions)):
            rows = ((number, PLENTY) for number in range(1, count + 1))
            self.base.executemany(f"INSERT INTO {table} VALUES (?, ?)", rows)

    def run(self, load: str, _clients: int, seconds: float) -> Pace:
        """One redemption after another."""
        base, chance = self.base, random.Random(1)
        sessions = 1 if load == "hot" else self.sessions
        latencies = []
        now = perf_counter()
        end = now + seconds
        while now < end:
            voucher, session = chance.randint(1, self.vouchers), chance.randint(1, sessions)
            base.execute("BEGIN IMMEDIATE")
            base.execute(
                "UPDATE voucher SET balance = balance - 100 WHERE id = ? AND balance >= 100", (voucher,)
            )
            base.execute(
                "UPDATE session SET places_left = places_left - 1 WHERE id = ? AND places_left > 0",
                (session,),
            )
            insert = "INSERT INTO transfer (debit, credit, amount) VALUES (?, ?, 100)"
            base.execute(insert, (voucher, session))
            base.execute(insert, (session, voucher))
            insert = "INSERT INTO booking (request, voucher, session) VALUES (?, ?, ?)"
            base.execute(insert, (str(uuid.uuid4()), voucher, session))
            base.execute("COMMIT")
            later = perf_counter()
            latencies.append(later - now)
            now = later
        return _pace(latencies, seconds)
