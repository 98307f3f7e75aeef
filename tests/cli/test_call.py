"""`wishmi call check`: sound documents, refused ones, and files that cannot be read."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from wishmi.cli import call as call_commands

CALL = Path(__file__).resolve().parents[2] / "policy" / "milano-2022-individuale" / "call.yaml"


@pytest.fixture
def check():
    """Run the command."""
    app = typer.Typer()
    call_commands.register(app)
    return lambda *words: CliRunner().invoke(app, ["call", "check", *map(str, words)])


def test_a_sound_call(check):
    done = check(CALL)
    assert done.exit_code == 0
    assert done.output.splitlines() == [
        "milano-2022-individuale, version 1: Individual voucher 2022 for the wellbeing of children and young people",
        "open from 2022-09-15T09:00+02:00 to 2022-11-15T12:00+01:00",
        "amounts: 400.00 below 10000.00, 300.00 to 16000.00, 200.00 to 22000.00, 100.00 to 27000.00",
        "funds: EU-UIA 1761660.00, LEGGE-285 898340.00",
        "used until 2023-07-31",
        "marks: 8 certain, 2 press, 16 guess",
    ]


def test_a_sound_call_for_programs(check):
    said = json.loads(check(CALL, "--json").output)
    assert said == {
        "file": str(CALL),
        "sound": True,
        "code": "milano-2022-individuale",
        "version": 1,
        "findings": [],
    }


def test_a_refused_call(check, tmp_path):
    path = tmp_path / "call.yaml"
    path.write_text(CALL.read_text("utf-8").replace("fit: stop", "fit: halt"), "utf-8")
    done = check(path)
    assert done.exit_code == 1
    line = path.read_text("utf-8")[: path.read_text("utf-8").index("fit: halt")].count("\n") + 1
    sentence = "halt is not known here: use one of: stop, pass_over."
    assert done.output == f"{path}:{line}: allocation.fit: {sentence}\n"
    said = json.loads(check(path, "--json").output)
    assert said["sound"] is False
    assert said["findings"] == [
        {"file": str(path), "line": line, "path": "allocation.fit", "sentence": sentence}
    ]


def test_a_file_too_long_is_refused_without_reading_it_all(check, tmp_path):
    path = tmp_path / "call.yaml"
    with path.open("wb") as out:
        out.truncate(5 * 1024**3)
    done = check(path)
    assert done.exit_code == 1
    assert "bytes" in done.output


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_file_that_cannot_be_read(check, tmp_path, name):
    done = check(tmp_path / name)
    assert done.exit_code == 2
    assert done.output.startswith("wishmi: ")
    assert "Traceback" not in done.output
