"""One file that holds an installation as it was at one moment: the database and the data folder, with digests.

The database is copied by its own engine while people go on working: SQLite's `VACUUM INTO` and PostgreSQL's `pg_dump`
both read one snapshot. Keys are never in a backup: it says which keys it needs, by name. A backup is written beside
its place and moved there when it is whole; a restore is unpacked and checked whole before anything is replaced.
"""

import hashlib
import json
import os
import shutil
import subprocess  # nosec B404
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from wishmi import __version__
from wishmi.infra import chain
from wishmi.infra.fields import key_names

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database"
FILES = "data/"
_CHUNK = 1 << 20
_LARGEST_MANIFEST = 64 << 20
_LEFT_OUT = ("keys.json", ".sqlite3", ".sqlite3-wal", ".sqlite3-shm", ".sqlite3-journal")
"""Endings of files of the data folder that no backup holds: keys, and databases in use."""

_LIBPQ = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "options": "PGOPTIONS",
}


class BackupError(Exception):
    """A backup that cannot be made or used: one sentence for who runs the installation."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. `members` maps each file of it to its SHA-256 and its length."""

    made_at: str
    engine: str
    keys: list[str]
    migrations: list[str]
    program: str = __version__
    format: int = FORMAT
    members: dict[str, tuple[str, int]] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Canonical JSON."""
        return json.dumps(asdict(self), sort_keys=True, indent=1).encode()

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Manifest":
        """The inverse; raises BackupError for anything else."""
        try:
            values = json.loads(raw)
            members = {
                str(name): (str(digest), int(size)) for name, (digest, size) in values["members"].items()
            }
            made = cls(**{**values, "members": members})
        except (ValueError, TypeError, KeyError, AttributeError):
            message = "The backup's manifest cannot be read: the file is damaged, or no backup."
            raise BackupError(message) from None
        if made.format != FORMAT:
            message = f"The backup has format {made.format}, and this program reads format {FORMAT}."
            raise BackupError(message)
        return made


def write_backup(target: Path, moment: datetime) -> Manifest:
    """Write a backup; the file appears when it is whole, readable by its owner alone.

    Raises BackupError when the database cannot be copied. Takes as much room again as the database, beside `target`.
    """
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
        copy, draft = Path(folder) / DATABASE, Path(folder) / "draft.tar"
        migrations = _applied()
        members: dict[str, tuple[str, int]] = {}
        draft.touch(mode=0o600)
        with tarfile.open(draft, "w", format=tarfile.PAX_FORMAT) as archive:
            # The heads go before the database, all other files after it: the chain must not end before its heads,
            # and a file that the database names was written before the database named it.
            heads = chain.heads_file()
            if heads.is_file():
                members[FILES + heads.name] = _add(archive, FILES + heads.name, heads)
            _copy_database(copy)
            members[DATABASE] = _add(archive, DATABASE, copy)
            for path in _data_files():
                name = FILES + path.relative_to(settings.WISHMI_DATA).as_posix()
                # A file that was there a moment ago may have had its day meanwhile.
                if path != heads and path.is_file():
                    members[name] = _add(archive, name, path)
            manifest = Manifest(
                moment.isoformat(), connection.vendor, key_names(), migrations, members=members
            )
            raw = manifest.to_bytes()
            about = tarfile.TarInfo(MANIFEST)
            about.size = len(raw)
            archive.addfile(about, BytesIO(raw))
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.replace(target)
    return manifest


def _data_files() -> Iterator[Path]:
    """The files of the data folder, in order; links are not followed."""
    for folder, folders, names in os.walk(settings.WISHMI_DATA):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder) / name
            if not name.startswith(".") and not name.endswith(_LEFT_OUT) and not path.is_symlink():
                yield path


def _add(archive: tarfile.TarFile, name: str, path: Path) -> tuple[str, int]:
    """Put a file into the archive, as long as it is now: a file that only grows, such as the heads, may grow on."""
    about = tarfile.TarInfo(name)
    with path.open("rb") as source:
        about.size = os.fstat(source.fileno()).st_size
        about.mode = 0o600
        reading = _Digesting(source, about.size)
        archive.addfile(about, reading)  # type: ignore[arg-type]
    return reading.digest.hexdigest(), about.size


class _Digesting:
    """A file as far as a length, digested while it is read."""

    def __init__(self, source: Any, length: int) -> None:
        self.source, self.left, self.digest = source, length, hashlib.sha256()

    def read(self, size: int) -> bytes:
        raw: bytes = self.source.read(min(size, self.left))
        self.left -= len(raw)
        self.digest.update(raw)
        return raw


def _applied() -> list[str]:
    """The migrations that the database has, by room and name."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def _copy_database(copy: Path) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
        return
    _run_tool("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={copy}")


def _tool(name: str) -> str:
    """The newest of a program of PostgreSQL: an older one refuses a newer server."""
    of_debian = list(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    newest = max(
        of_debian, key=lambda path: int(path.parts[4]) if path.parts[4].isdecimal() else 0, default=None
    )
    return str(newest) if newest else shutil.which(name) or ""


def _run_tool(name: str, *arguments: str) -> None:
    """A program of PostgreSQL on our database; the password goes where no list of processes shows it."""
    one = settings.DATABASES["default"]
    program = _tool(name)
    if not program:
        message = f"{name} is not installed: on Debian, apt-get install postgresql-client."
        raise BackupError(message)
    options = one.get("OPTIONS", {})
    environment = os.environ | {
        "PGHOST": str(one["HOST"]),
        "PGPORT": str(one["PORT"]),
        "PGUSER": str(one["USER"]),
        "PGPASSWORD": str(one["PASSWORD"]),
        **{_LIBPQ[key]: str(value) for key, value in options.items() if key in _LIBPQ},
    }
    environment = {key: value for key, value in environment.items() if value or not key.startswith("PG")}
    done = subprocess.run(  # nosec B603
        [program, *arguments, f"--dbname={one['NAME']}"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        cause = (done.stderr.strip() or "unknown cause").splitlines()[-1]
        message = f"{name} failed: {cause}"
        raise BackupError(message)


@dataclass(frozen=True)
class Unpacked:
    """A backup unpacked into a folder of its own, every digest right."""

    folder: Path
    manifest: Manifest


@contextmanager
def unpacked(source: Path, beside: Path) -> Iterator[Unpacked]:
    """Unpack and check a backup in a folder inside `beside`; it is gone afterwards.

    Raises BackupError for a file that is damaged, holds a place outside its own, or needs keys that are not here.
    """
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=beside) as name:
        folder = Path(name)
        try:
            with tarfile.open(source, "r:") as archive:
                found, raw = _unpack(archive, folder)
        except (tarfile.TarError, EOFError):
            message = f"{source} is no backup of wishmi, or was cut short."
            raise BackupError(message) from None
        manifest = Manifest.from_bytes(raw)
        _check(manifest, found)
        yield Unpacked(folder, manifest)


def _unpack(archive: tarfile.TarFile, folder: Path) -> tuple[dict[str, tuple[str, int]], bytes]:
    """Write the members below `folder`; gives what each is, and the manifest."""
    found: dict[str, tuple[str, int]] = {}
    raw = b""
    for member in archive:
        if not member.isreg() or not _is_inside(member.name) or member.name in found:
            message = f"The backup holds {member.name!r}, which no backup of wishmi holds: it is not used."
            raise BackupError(message)
        source = archive.extractfile(member)
        assert source is not None
        if member.name == MANIFEST:
            raw = source.read(_LARGEST_MANIFEST)
            continue
        target = folder / member.name
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with target.open("wb") as out:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                out.write(chunk)
        found[member.name] = digest.hexdigest(), member.size
    # What is moved from here keeps its mode: bank files and the database are for their owner alone.
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return found, raw


def _is_inside(name: str) -> bool:
    parts = PurePosixPath(name).parts
    is_plain = bool(parts) and not name.startswith("/") and ".." not in parts and "\0" not in name
    return is_plain and (name in {DATABASE, MANIFEST} or (name.startswith(FILES) and len(parts) > 1))


def _check(manifest: Manifest, found: dict[str, tuple[str, int]]) -> None:
    if found != manifest.members:
        wrong = sorted(
            name
            for name in found.keys() | manifest.members.keys()
            if found.get(name) != manifest.members.get(name)
        )
        message = f"The backup is damaged: {', '.join(wrong[:3])} is not what was saved."
        raise BackupError(message)
    if manifest.engine != connection.vendor:
        message = f"The backup is of {manifest.engine}, DATABASE_URL names {connection.vendor}: use the same engine."
        raise BackupError(message)
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    newer = sorted(set(manifest.migrations) - known)
    if newer:
        message = f"The backup was made by a newer program ({manifest.program}): it has {newer[0]}."
        raise BackupError(message)
    if not set(manifest.keys) & set(key_names()):
        message = "The keys here cannot read the backup: set WISHMI_FIELD_KEYS to those it was made with."
        raise BackupError(message)


def is_in_use() -> bool:
    """Whether the database holds anything that a restore would replace."""
    tables = connection.introspection.table_names()
    if "infra_auditrecord" not in tables:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM infra_auditrecord)")
        row = cursor.fetchone()
    return bool(row and row[0])


def put_in_place(backup: Unpacked) -> None:
    """Replace the database and the files of the data folder by those of a backup; nobody else may be at work.

    Each database is replaced whole or not at all: SQLite's file is moved, PostgreSQL's tables in one transaction.
    """
    copy = backup.folder / DATABASE
    if connection.vendor == "sqlite":
        place = Path(str(settings.DATABASES["default"]["NAME"]))
        connection.close()
        for ending in ("-wal", "-shm"):
            Path(f"{place}{ending}").unlink(missing_ok=True)
        shutil.move(copy, place)
    else:
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]
        _run_tool(
            "pg_restore",
            "--clean",
            "--if-exists",
            "--single-transaction",
            "--no-owner",
            "--no-privileges",
            str(copy),
        )
    files = backup.folder / FILES
    if files.is_dir():
        # The data folder stays as open or closed as who runs it made it.
        shutil.copymode(settings.WISHMI_DATA, files)
        shutil.copytree(files, settings.WISHMI_DATA, dirs_exist_ok=True)
