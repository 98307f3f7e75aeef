"""What the environment says: mode, folders, engine, secrets. Read once, refused in a sentence."""

import json
import os
import re
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from wishmi.core.money import WITH_THOUSANDTHS

LEVELS = ("debug", "info", "warning", "error")
MODES = ("demo", "development", "production")
_SYNCHRONOUS = ("NORMAL", "FULL")
_KEY_BYTES = 32
_CONNECTION = frozenset(
    {"sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "application_name", "options"}
)
"""What a `postgresql://` address may ask for beside host and port; the rest would be dropped in silence."""


class BadEnvironmentError(SystemExit):
    """A setting that cannot be used: one sentence on standard error and exit code 2."""

    def __init__(self, sentence: str) -> None:
        """Print the sentence and leave with the exit code of a wrong call."""
        print(f"wishmi: {sentence}", file=sys.stderr)
        super().__init__(2)


@dataclass(frozen=True)
class Secrets:
    """Keys: of the web's signatures, of encrypted fields (newest first) and of blind indexes."""

    signing: str
    fields: tuple[str, ...]
    index: str


def mode() -> str:
    """`WISHMI_MODE`: demo, development or production; development when nothing is said."""
    value = os.environ.get("WISHMI_MODE", "development")
    if value not in MODES:
        raise BadEnvironmentError(f"WISHMI_MODE is {value!r}; it must be one of {', '.join(MODES)}.")
    return value


def proxies() -> int:
    """`WISHMI_PROXIES`: how many proxies of our own stand before the pages; 0 by default."""
    value = os.environ.get("WISHMI_PROXIES", "0")
    if not (len(value) == 1 and value.isascii() and value.isdigit()):
        raise BadEnvironmentError(f"WISHMI_PROXIES is {value!r}; it must be a number of proxies, 0 to 9.")
    return int(value)


def log_level() -> str:
    """`WISHMI_LOG_LEVEL`: from which level on things are told; warning by default."""
    value = os.environ.get("WISHMI_LOG_LEVEL", "warning")
    if value not in LEVELS:
        raise BadEnvironmentError(f"WISHMI_LOG_LEVEL is {value!r}; it must be one of {', '.join(LEVELS)}.")
    return value


def metrics_token() -> str:
    """`WISHMI_METRICS_TOKEN`: who shows it may read the measures; without one nobody may."""
    value = os.environ.get("WISHMI_METRICS_TOKEN", "")
    if value and (len(value) < 16 or not value.isascii() or not value.isprintable()):
        raise BadEnvironmentError("WISHMI_METRICS_TOKEN must have at least 16 printable ASCII characters.")
    return value


def data_folder() -> Path:
    """`WISHMI_DATA`, made if it is missing; `var/` of the working directory by default."""
    folder = Path(os.environ.get("WISHMI_DATA", "var")).resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadEnvironmentError(_unwritable(folder, error)) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BadEnvironmentError(
            f"WISHMI_DATA is {folder}, where nothing can be written: name another folder."
        )
    return folder


def _unwritable(path: Path, error: OSError) -> str:
    why = (
        "a file is in its way" if isinstance(error, FileExistsError | NotADirectoryError) else error.strerror
    )
    return f"WISHMI_DATA needs {path}, which cannot be written ({why}): name another folder."


def currency() -> str:
    """The currency of the city, one for everything it pays: prices, funds, awards; the euro unless told otherwise."""
    wanted = os.environ.get("WISHMI_CURRENCY", "EUR")
    if not re.fullmatch(r"[A-Z]{3}", wanted) or wanted in WITH_THOUSANDTHS:
        raise BadEnvironmentError(
            f"WISHMI_CURRENCY is {wanted!r}; it must be the three letters of a currency, such as EUR."
        )
    return wanted


def database(folder: Path) -> dict[str, Any]:
    """Django's settings for the engine of `DATABASE_URL`: SQLite in the data folder when it is not set."""
    url = os.environ.get("DATABASE_URL", "")
    if url.startswith("sqlite:") and not url.removeprefix("sqlite:///").strip(":/"):
        raise BadEnvironmentError("DATABASE_URL names no file: use sqlite:///folder/file.")
    if not url or url.startswith("sqlite:///"):
        path = unquote(url.removeprefix("sqlite:///")) if url else str(folder / "wishmi.sqlite3")
        return _sqlite(path)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadEnvironmentError("DATABASE_URL cannot be read: check its host and port.") from None
    if parts.scheme not in ("postgres", "postgresql"):
        raise BadEnvironmentError(
            f"DATABASE_URL begins with {parts.scheme!r}; use sqlite:/// or postgresql://."
        )
    if not parts.path.lstrip("/"):
        raise BadEnvironmentError("DATABASE_URL names no database: write it after the last slash.")
    pool = os.environ.get("WISHMI_POOL", "10")
    if not (pool.isascii() and pool.isdigit() and int(pool)):
        raise BadEnvironmentError(f"WISHMI_POOL is {pool!r}; it must be a number of connections, 1 or more.")
    query = dict(parse_qsl(parts.query))
    unknown = sorted(query.keys() - {"host", "port"} - _CONNECTION)
    if unknown:
        raise BadEnvironmentError(
            f"DATABASE_URL asks for {', '.join(unknown)}; known are host, port, {', '.join(sorted(_CONNECTION))}."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", parts.hostname or ""),
        "PORT": query.get("port", str(port or "")),
        "OPTIONS": {name: value for name, value in query.items() if name in _CONNECTION}
        | {"pool": {"min_size": 1, "max_size": int(pool), "timeout": 10}},
    }


def _sqlite(path: str) -> dict[str, Any]:
    synchronous = os.environ.get("WISHMI_SQLITE_SYNCHRONOUS", "FULL")
    if synchronous not in _SYNCHRONOUS:
        raise BadEnvironmentError(f"WISHMI_SQLITE_SYNCHRONOUS must be one of {', '.join(_SYNCHRONOUS)}.")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA cache_size=-64000",
        },
    }


def keys(folder: Path) -> Secrets:
    """Secrets from the environment; outside production they are made once and kept in the data folder."""
    names = ("WISHMI_SECRET_KEY", "WISHMI_FIELD_KEYS", "WISHMI_INDEX_KEY")
    given = [os.environ.get(name, "") for name in names]
    if all(given):
        fields = tuple(key.strip() for key in given[1].split(","))
        for name, key in [*((names[1], key) for key in fields), (names[2], given[2])]:
            _check_key(name, key)
        return Secrets(given[0], fields, given[2])
    if mode() == "production":
        missing = ", ".join(name for name, value in zip(names, given, strict=True) if not value)
        raise BadEnvironmentError(f"production needs its secrets in the environment; missing: {missing}.")
    return _kept(folder / "keys.json")


def _check_key(name: str, key: str) -> None:
    """Refuse a key that would fail only when the first value is encrypted; never repeat it."""
    try:
        is_long_enough = len(bytes.fromhex(key)) >= _KEY_BYTES
    except ValueError:
        is_long_enough = False
    if not is_long_enough:
        raise BadEnvironmentError(
            f"{name} has a key that cannot be used: write at least {_KEY_BYTES} random bytes in hexadecimal."
        )


def _kept(path: Path) -> Secrets:
    if not path.exists():
        made = {name: secrets.token_hex(32) for name in ("signing", "field", "index")}
        # Written beside and linked into place: of two processes that start at once, one wins and both read its keys.
        draft = path.with_suffix(f".{secrets.token_hex(4)}")
        try:
            draft.touch(mode=0o600)
            draft.write_text(json.dumps(made), encoding="utf-8")
            os.link(draft, path)
        except FileExistsError:
            pass
        except OSError as error:
            raise BadEnvironmentError(_unwritable(path, error)) from None
        finally:
            draft.unlink(missing_ok=True)
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        signing, field, index = (kept[name] for name in ("signing", "field", "index"))
    except (OSError, ValueError, KeyError, TypeError):
        # Never made anew: what was encrypted with lost keys could not be read again.
        raise BadEnvironmentError(f"{path} does not hold the keys it held: put back a copy of it.") from None
    for name, key in (("field", field), ("index", index)):
        _check_key(f"{name} of {path}", str(key))
    return Secrets(str(signing), (str(field),), str(index))
