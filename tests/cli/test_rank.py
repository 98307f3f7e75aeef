"""`wishmi rank`: a published folder out of two files, which the three checks find sound."""

import json
import os
import stat
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tests.applications.rows import ROME, code_of, row
from wishmi.applications.files import write_applications
from wishmi.calls.document import parse_call
from wishmi.cli import call as call_commands
from wishmi.cli import rank as rank_command
from wishmi.core.canonical import load
from wishmi.core.receipts import read_receipt
from wishmi.core.replay import verify_facts
from wishmi.core.verification import verify_public
from wishmi.core.verification_receipt import verify_receipt
from wishmi.infra.beacon import signature_is_valid

POLICY = Path(__file__).resolve().parents[2] / "policy"
CALL = POLICY / "dimostrazione-2023" / "call.yaml"


@pytest.fixture
def app() -> typer.Typer:
    """The two commands."""
    made = typer.Typer()
    call_commands.register(made)
    rank_command.register(made)
    return made


def household(place: int, **changes):
    """The one child of household `place`, in the window of the demonstration call."""
    born_on = date(2008, 1, 1) + timedelta(days=place * 11)
    given = "".join("abcdefghij"[int(digit)] for digit in f"{place:04d}").capitalize()
    said = {
        "protocol": f"2023/{place:06d}",
        "applicant_given_name": given,
        "applicant_fiscal_code": code_of("Prova", given, date(1980, 1, 1) + timedelta(days=place), "M"),
        "child_given_name": given,
        "child_born_on": born_on,
        "minors": 1 + place % 3,
        "disabled_members": int(place % 7 == 0),
        "lone_parent": place % 4 == 0,
        "isee_cents": 100_000 + (place * 137_731) % 2_900_000,
        "isee_issued_on": date(2023, 2, 1),
        "isee_valid_until": date(2023, 12, 31),
        "submitted_at": datetime(2023, 9, 20, 10, 15, tzinfo=ROME) + timedelta(minutes=place),
        **changes,
    }
    return row(**said)


@pytest.fixture
def applications(tmp_path) -> Path:
    """Three hundred households."""
    path = tmp_path / "applications.csv"
    path.write_bytes(write_applications(household(place) for place in range(300)))
    return path


def run(app, *words, **kwargs):
    """Run the command line."""
    return CliRunner().invoke(app, [str(word) for word in words], **kwargs)


def ranked(app, tmp_path, applications, name="", *more):
    """Rank into fresh folders."""
    out, private = tmp_path / f"out{name}", tmp_path / f"private{name}"
    done = run(
        app, "rank", CALL, applications, "--out", out, "--private", private, "--demo-draw", "--json", *more
    )
    return done, out, private


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_published_stands_all_three_checks(app, tmp_path, applications):
    done, out, private = ranked(app, tmp_path, applications)
    assert done.exit_code == 0, done.output
    said = json.loads(done.output)
    files = files_of(out)
    rules = parse_call(files["call.yaml"]).rules()
    root = bytes.fromhex(said["root"])
    public = verify_public(files, rules, signature_is_valid, root=root)
    assert public.is_sound, public.findings
    assert public.is_anchored
    audit = verify_facts(files, rules, (private / "facts.jsonl").read_bytes())
    assert audit.is_sound, audit.findings
    assert sum(said["outcomes"].values()) == 300
    receipts = sorted((private / "receipts").iterdir())
    assert len(receipts) == 300
    for path in receipts[::29]:
        report = verify_receipt(path.read_bytes(), files=files, rules=rules, root=root)
        assert report.is_sound, report.findings
        assert read_receipt(load(path.read_bytes())).row.code == path.stem


def test_nothing_private_is_published(app, tmp_path, applications):
    done, out, private = ranked(app, tmp_path, applications)
    assert done.exit_code == 0
    everything = b"\n".join(files_of(out).values())
    for one in (household(3), household(4)):
        for text in (one.child_fiscal_code, one.applicant_fiscal_code, one.child_given_name, one.protocol):
            assert text.encode() not in everything
    for path in private.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert len((private / "codes.csv").read_text().splitlines()) == 301


def test_a_seed_repeats_and_chance_does_not(app, tmp_path, applications):
    roots = {}
    for name, more in (
        ("a", ["--seed", "x"]),
        ("b", ["--seed", "x"]),
        ("c", ["--seed", "y"]),
        ("d", []),
        ("e", []),
    ):
        done, out, private = ranked(app, tmp_path, applications, name, *more)
        assert done.exit_code == 0
        roots[name] = json.loads(done.output)["root"]
        if name in "ab":
            roots[f"{name} files"] = (files_of(out), files_of(private))
    assert roots["a"] == roots["b"]
    assert roots["a files"] == roots["b files"]
    assert len({roots[name] for name in "acde"}) == 4


def test_a_seed_does_not_mind_the_order_of_rows(app, tmp_path):
    rows = [household(place) for place in range(40)]
    orders = []
    for name, order in (("f", rows), ("b", rows[::-1])):
        path = tmp_path / f"{name}.csv"
        path.write_bytes(write_applications(order))
        done, out, _ = ranked(app, tmp_path, path, name, "--seed", "x")
        assert done.exit_code == 0
        orders.append(files_of(out))
    assert orders[0] == orders[1]


def test_refused_rows_leave_nothing_behind(app, tmp_path):
    path = tmp_path / "applications.csv"
    late = household(2, submitted_at=datetime(2023, 12, 15, 12, 0, tzinfo=ROME))
    path.write_bytes(write_applications([household(1), late, household(3, minors=99)]))
    report = tmp_path / "report.csv"
    out, private = tmp_path / "out", tmp_path / "private"
    words = ["rank", CALL, path, "--out", out, "--private", private, "--demo-draw", "--report", report]
    done = run(app, *words)
    assert done.exit_code == 1
    assert "row 3, submitted_at" in done.output
    assert "row 4, minors" in done.output
    assert not out.exists()
    assert not private.exists()
    assert [line.split(";")[0] for line in report.read_text("utf-8-sig").splitlines()] == ["row", "3", "4"]
    asked = run(app, *words, "--json")
    assert json.loads(asked.output) == {"done": False, "problems": {"outside_window": 1, "wrong_number": 1}}


def test_the_window_takes_its_first_moment_and_not_its_last(app, tmp_path):
    path = tmp_path / "applications.csv"
    first = household(1, submitted_at=datetime(2023, 9, 15, 9, 0, tzinfo=ROME))
    last = household(2, submitted_at=datetime(2023, 12, 15, 11, 59, 59, tzinfo=ROME))
    path.write_bytes(write_applications([first, last]))
    done, _, _ = ranked(app, tmp_path, path)
    assert done.exit_code == 0, done.output


def test_never_over_what_is_there(app, tmp_path, applications):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("keep")
    done, out, private = ranked(app, tmp_path, applications)
    assert done.exit_code == 2
    assert "not empty" in done.output
    assert files_of(out) == {"mine.txt": b"keep"}
    assert not private.exists()


def test_an_empty_folder_is_taken(app, tmp_path, applications):
    (tmp_path / "out").mkdir()
    done, out, _ = ranked(app, tmp_path, applications)
    assert done.exit_code == 0
    assert "manifest.json" in files_of(out)


@pytest.mark.parametrize("place", ["out", "out/private", "."])
def test_private_stands_apart_from_public(app, tmp_path, applications, place):
    done = run(
        app,
        "rank",
        CALL,
        applications,
        "--out",
        tmp_path / "out",
        "--private",
        tmp_path / place,
        "--demo-draw",
    )
    assert done.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_nothing_is_written_by_halves(app, tmp_path, applications, monkeypatch):
    before = sorted(path.name for path in tmp_path.iterdir())
    rename = Path.rename

    def full(self, target):
        if Path(target).name == "out":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", full)
    done, _, _ = ranked(app, tmp_path, applications)
    assert done.exit_code == 2
    assert "No space left" in done.output
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_the_draw_must_be_the_one_the_call_names(app, tmp_path, applications):
    words = ["rank", CALL, applications, "--out", tmp_path / "o", "--private", tmp_path / "p"]
    text = CALL.read_text("utf-8")
    key = parse_call(text.encode()).rules().draw.public_key
    real = tmp_path / "call.yaml"
    real.write_text(text.replace(key, "00" * 32), "utf-8")
    without = run(app, "rank", real, *words[2:])
    assert without.exit_code == 2
    assert "round 20231216 of demo" in without.output
    assert not (tmp_path / "o").exists()
    _, out, _ = ranked(app, tmp_path, applications, "first", "--seed", "x")
    draw = tmp_path / "draw.json"
    draw.write_bytes((out / "draw.json").read_bytes())
    done = run(app, *words, "--draw", draw, "--seed", "x")
    assert done.exit_code == 0, done.output
    assert files_of(tmp_path / "o") == files_of(out)
    said = json.loads(draw.read_text())
    for change in (
        {"round": 1},
        {"value": "00" * 32},
        {"signature": "00" * 64},
        {"format": "x"},
        {"beacon": "other"},
    ):
        draw.write_text(json.dumps({**said, **change}))
        wrong = run(app, *words[:4], tmp_path / "o2", "--private", tmp_path / "p2", "--draw", draw)
        assert wrong.exit_code == 2, change
        assert not (tmp_path / "o2").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["missing.yaml", "APPLICATIONS"],
        ["CALL", "missing.csv"],
        ["APPLICATIONS", "APPLICATIONS"],
        [".", "APPLICATIONS"],
        ["CALL", "."],
        ["CALL", "APPLICATIONS", "--draw", "missing.json"],
        ["CALL", "APPLICATIONS", "--draw", "."],
        ["CALL", "APPLICATIONS", "--stage", "Final!"],
        ["CALL", "APPLICATIONS", "--act", "a\nb"],
    ],
)
def test_input_that_cannot_be_used_ends_with_2_and_a_sentence(app, tmp_path, applications, words):
    named = {"CALL": CALL, "APPLICATIONS": applications}
    folders = ["--out", tmp_path / "out", "--private", tmp_path / "private"]
    draw = [] if "--draw" in words else ["--demo-draw"]
    done = run(app, "rank", *[named.get(word, word) for word in words], *folders, *draw)
    assert done.exit_code == 2, done.output
    assert "wishmi: " in done.output
    assert "Traceback" not in done.output


def test_a_call_and_a_file_are_enough_for_the_demo_beacon(app, tmp_path, applications):
    done = run(app, "rank", CALL, applications, "--out", tmp_path / "list", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["private"] == str(tmp_path / "list-private")
    assert (tmp_path / "list" / "draw.json").exists()
    assert (tmp_path / "list-private").stat().st_mode & 0o777 == 0o700
    assert not (tmp_path / "list" / "facts.jsonl").exists()


def test_demo_draw_only_for_the_demo_beacon(app, tmp_path, applications):
    text = CALL.read_text("utf-8")
    key = parse_call(text.encode()).rules().draw.public_key
    other = tmp_path / "call.yaml"
    other.write_text(text.replace(key, "00" * 32), "utf-8")
    done = run(
        app, "rank", other, applications, "--out", tmp_path / "o", "--private", tmp_path / "p", "--demo-draw"
    )
    assert done.exit_code == 2
    assert "another beacon" in done.output


def test_many_problems_are_cut_on_the_screen_and_whole_in_the_report(app, tmp_path):
    path, report = tmp_path / "applications.csv", tmp_path / "report.csv"
    path.write_bytes(write_applications(household(place, minors=99) for place in range(30)))
    words = ["rank", CALL, path, "--out", tmp_path / "o", "--private", tmp_path / "p", "--demo-draw"]
    done = run(app, *words, "--report", report)
    assert done.exit_code == 1
    assert done.output.count("error: row") == 20
    assert "and 10 more" in done.output
    assert len(report.read_text("utf-8-sig").splitlines()) == 31
    unwritable = run(app, *words, "--report", tmp_path)
    assert unwritable.exit_code == 2
    assert "cannot be written" in unwritable.output


@pytest.mark.parametrize("name", ["file", "link", "nowhere/out"])
def test_places_that_are_no_new_folder(app, tmp_path, applications, name):
    (tmp_path / "file").write_text("")
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    done = run(
        app, "rank", CALL, applications, "--out", tmp_path / name, "--private", tmp_path / "p", "--demo-draw"
    )
    assert done.exit_code == 2
    assert not (tmp_path / "p").exists()
    assert list((tmp_path / "real").iterdir()) == []


def test_siblings_share_a_household_and_never_its_fiscal_code(app, tmp_path):
    path = tmp_path / "applications.csv"
    one = household(1)
    born_on = date(2015, 3, 3)
    code = code_of("Prova", "Sorella", born_on)
    path.write_bytes(
        write_applications(
            [
                one,
                household(1, child_given_name="Sorella", child_born_on=born_on, child_fiscal_code=code),
                household(2),
            ]
        )
    )
    done, _, private = ranked(app, tmp_path, path)
    assert done.exit_code == 0, done.output
    facts = [json.loads(line)["facts"] for line in (private / "facts.jsonl").read_text().splitlines()[1:]]
    assert len({fact["applicant"] for fact in facts}) == 2
    assert one.applicant_fiscal_code not in (private / "facts.jsonl").read_text()


def test_no_applications_at_all(app, tmp_path):
    path = tmp_path / "applications.csv"
    path.write_bytes(write_applications([]))
    done, out, _ = ranked(app, tmp_path, path)
    assert done.exit_code == 0, done.output
    assert (out / "ranking.csv").read_bytes() == b"position,code,points,outcome\n"


def test_no_framework_on_this_path(tmp_path):
    code = (
        "import sys, typer; from wishmi.cli import call, rank; app = typer.Typer(); call.register(app);"
        " rank.register(app); assert 'django' not in sys.modules, 'django'"
    )
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(POLICY.parent)}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, env=environment)
