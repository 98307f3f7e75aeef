"""Throw-away servers of a benchmark, on loopback or a socket only, ended by their own process ids."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
_LONGEST_START = 60


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL server with its safety on; gives its address."""
    script = str(REPOSITORY / "script" / "postgres")
    with tempfile.TemporaryDirectory(prefix="wishmi-bench.", ignore_cleanup_errors=True) as folder:
        done = subprocess.run(
            [script, "start", folder], check=True, stdout=subprocess.PIPE, text=True, timeout=120
        )
        try:
            yield done.stdout.strip()
        finally:
            subprocess.run([script, "stop", folder], check=False, timeout=120)


def environment(data: Path, database: str) -> dict[str, str]:
    """What a process of the program needs to know."""
    more = {"WISHMI_DATA": str(data), "WISHMI_MODE": "development", "DATABASE_URL": database}
    settings = {"DJANGO_SETTINGS_MODULE": "wishmi.config.settings", "PYTHONPATH": str(REPOSITORY)}
    return os.environ | more | settings


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def web(variables: dict[str, str], workers: int = 2) -> Iterator[int]:
    """The program's own server, as `wishmi serve` starts it; gives its port."""
    port = free_port()
    wishmi = str(Path(sys.executable).parent / "wishmi")
    command = [wishmi, "serve", "--port", str(port), "--workers", str(workers)]
    process = subprocess.Popen(
        command, env=variables, stdout=subprocess.DEVNULL, cwd=REPOSITORY, start_new_session=True
    )
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=20)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(_LONGEST_START * 10):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended by itself with {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server does not answer")
