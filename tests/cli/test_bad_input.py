"""Whatever is typed, the commands answer in one sentence with the exit code of the table; never with a trace."""

import os
import socket
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
import typer
from django.contrib.auth import get_user_model

from wishmi.cli import demo_command, exports, operations

pytestmark = pytest.mark.django_db
PASSWORD = "una-parola-lunga-assai"


def run(tmp_path, *words, **environment):
    """A command in a process of its own: its exit code and what it said of a fault."""
    command = Path(sys.executable).parent / "wishmi"
    known = {"PATH": os.environ["PATH"], "WISHMI_DATA": str(tmp_path / "data"), "WISHMI_MODE": "development"}
    done = subprocess.run(
        [command, *words], env=known | environment, capture_output=True, timeout=60, check=False, cwd=tmp_path
    )
    said = done.stderr.decode("utf-8", "replace")
    assert "Traceback" not in said
    return done.returncode, said


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("x")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        code, said = run(tmp_path, "audit", WISHMI_DATA=str(place))
        assert code == 2
        assert said.startswith("wishmi: WISHMI_DATA needs ")
        assert said.count("\n") == 1


def test_a_database_that_is_none_is_said_to_be_none(tmp_path):
    (tmp_path / "wishmi.sqlite3").write_bytes(b"not a database" * 999)
    code, said = run(tmp_path, "audit", WISHMI_DATA=str(tmp_path))
    assert code == 2
    assert "The database cannot be reached: file is not a database." in said


def test_a_word_that_is_not_utf_8_is_refused(tmp_path):
    code, said = run(tmp_path, "staff", "add", b"a\xff", "--role", "auditor", "--password", PASSWORD)
    assert code == 2
    assert said.startswith("wishmi: A name to sign in with")
    code, said = run(tmp_path, "import", "applications", "x", "--call", b"a\xff")
    assert (code, said) == (2, "wishmi: a word of the command is not UTF-8: write it again.\n")


def test_a_full_disk_is_said_to_be_full(tmp_path):
    if not Path("/dev/full").exists():
        pytest.skip("this machine has no /dev/full")
    command = f"{Path(sys.executable).parent / 'wishmi'} migrate > /dev/full"
    known = {"PATH": os.environ["PATH"], "WISHMI_DATA": str(tmp_path)}
    done = subprocess.run(["/bin/sh", "-c", command], env=known, capture_output=True, timeout=60, check=False)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "shown"), [("", ""), ("x" * 81, ""), ("a b", ""), ("a\n", ""), ("ada", "x" * 121), ("ada", "\0")]
)
def test_names_that_no_database_keeps_are_refused(name, shown, monkeypatch, capsys):
    monkeypatch.setattr(operations, "prepare_database", lambda: None)
    with pytest.raises(typer.Exit) as left:
        operations.add_staff(name, ["auditor"], shown, PASSWORD)
    assert left.value.exit_code == 2
    assert capsys.readouterr().err.startswith("wishmi: A name to ")
    assert not get_user_model().objects.exists()


def test_a_role_named_twice_is_one_role(monkeypatch):
    monkeypatch.setattr(operations, "prepare_database", lambda: None)
    operations.add_staff("ada", ["auditor", "accounting", "auditor"], "", PASSWORD)
    assert get_user_model().objects.get().grants.count() == 2


def test_a_weak_password_is_refused_in_one_language(monkeypatch, capsys):
    monkeypatch.setattr(operations, "prepare_database", lambda: None)
    with pytest.raises(typer.Exit):
        operations.add_staff("ada", ["auditor"], "", "password")
    assert capsys.readouterr().err.rstrip().endswith("12 characters. This password is too common.")


@pytest.mark.parametrize("host", ["nonsense.invalid", "", "256.1.1.1", "localhost"])
def test_an_address_that_is_none_is_refused(host, capsys):
    with pytest.raises(typer.Exit) as left:
        operations._check_address(host, 0)
    assert left.value.exit_code == 2
    assert "it must be an address such as 127.0.0.1" in capsys.readouterr().err


def test_a_port_that_is_taken_is_named(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        with pytest.raises(typer.Exit) as left:
            operations._check_address("127.0.0.1", taken.getsockname()[1])
        assert left.value.exit_code == 2
    assert "cannot be listened on: Address already in use." in capsys.readouterr().err


def test_nothing_private_is_written_over(tmp_path, capsys):
    for place, why in (
        (tmp_path, "exists already"),
        (tmp_path / "no" / "file", "No such file"),
        (Path("/dev/full"), "exists already"),
    ):
        with pytest.raises(typer.Exit) as left:
            exports._write(place, b"x")
        assert left.value.exit_code == 2
        assert why in capsys.readouterr().err


def test_a_report_that_cannot_be_written_is_refused_before_anything_is_imported(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(operations, "prepare_database", lambda: None)
    monkeypatch.setattr(operations.Call.objects, "order_by", lambda _by: operations.Call.objects.none())
    file = tmp_path / "a.csv"
    file.write_text("x")
    operations.Call.objects.create(code="x", title="x")
    for report in (tmp_path, tmp_path / "no" / "r.csv"):
        with pytest.raises(typer.Exit) as left:
            operations.import_file(file, "x", report)
        assert left.value.exit_code == 2
        assert "cannot be written: name a file in a folder that exists." in capsys.readouterr().err


@pytest.fixture
def filling(settings, tmp_path, monkeypatch):
    """A demo whose filling does nothing, or breaks off where a test says so."""
    settings.WISHMI_DATA, settings.WISHMI_MODE = tmp_path, "demo"
    told = []
    monkeypatch.setattr(demo_command, "prepare_database", lambda: None)
    monkeypatch.setattr(demo_command, "_without_waiting", nullcontext)
    monkeypatch.setattr(demo_command, "_empty", lambda: told.append("emptied"))

    def play(*_arguments):
        told.append("filled")
        return {"households": 0, "applications": 0, "awarded": 0, "bookings": 0}

    monkeypatch.setattr(demo_command, "play", play)
    return told


def interrupted(*_arguments):
    raise KeyboardInterrupt


@pytest.mark.parametrize("step", ["_empty", "play"])
def test_a_filling_that_was_interrupted_is_repaired_by_the_next_start(filling, tmp_path, monkeypatch, step):
    with monkeypatch.context() as patch:
        patch.setattr(demo_command, step, interrupted)
        with pytest.raises(KeyboardInterrupt):
            demo_command.demo(fresh=True)
    (tmp_path / "published").mkdir()
    filling.clear()
    demo_command.demo(if_empty=True)
    assert filling == ["emptied", "filled"]
    filling.clear()
    demo_command.demo(if_empty=True)
    assert filling == []


@pytest.mark.parametrize("name", ["WISHMI_CITY", "WISHMI_POLICY"])
def test_a_demo_without_its_city_touches_nothing(filling, settings, name, tmp_path, capsys):
    setattr(settings, name, tmp_path / "nowhere")
    with pytest.raises(typer.Exit) as left:
        demo_command.demo(fresh=True)
    assert left.value.exit_code == 2
    assert f"wishmi: {name} is " in capsys.readouterr().err
    assert filling == []
