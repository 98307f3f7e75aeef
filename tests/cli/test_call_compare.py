"""`wishmi call diff`: changes in sentences, and how many would be affected."""

import json

import pytest
import typer
from typer.testing import CliRunner

from tests.cli.test_rank import CALL, household
from wishmi.applications.files import write_applications
from wishmi.cli import call as call_commands
from wishmi.cli import call_compare


@pytest.fixture
def diff():
    """Run the command."""
    app = typer.Typer()
    call_commands.register(app)
    call_compare.register(call_commands.group)
    return lambda *words: CliRunner().invoke(app, ["call", "diff", *map(str, words)])


@pytest.fixture
def other(tmp_path):
    """The demonstration call with a threshold of 30,000 euro."""
    text = CALL.read_text("utf-8").replace("at_most: 27000.00", "at_most: 30000.00")
    path = tmp_path / "other.yaml"
    path.write_text(text.replace("to: 27000.00", "to: 30000.00"), "utf-8")
    return path


def test_a_change_in_words(diff, other):
    done = diff(CALL, other)
    assert done.exit_code == 1
    assert done.output.splitlines()[0] == (
        "eligibility.all[3].at_most: Condition 4 (ISEE up to a limit):"
        " the ISEE limit goes from €27,000.00 to €30,000.00."
    )
    assert (
        "il limite ISEE passa da € 27.000,00 a € 30.000,00." in diff(CALL, other, "--language", "it").output
    )


def test_the_same_document(diff):
    done = diff(CALL, CALL)
    assert (done.exit_code, done.output) == (0, "The two documents mean the same.\n")


def test_who_would_be_affected(diff, other, tmp_path):
    rows = [
        household(1, isee_cents=2_800_000),
        household(2, isee_cents=100_000),
        household(3, isee_cents=3_100_000),
    ]
    path = tmp_path / "applications.csv"
    path.write_bytes(write_applications(rows))
    done = diff(CALL, other, "--applications", path, "--json")
    assert done.exit_code == 1
    found = json.loads(done.output)
    assert [change["path"] for change in found["changes"]] == [
        "eligibility.all[3].at_most",
        "amount.bands[3].to",
    ]
    assert found["changes"][0]["before"] == "27000.00"
    affected = found["affected"]
    assert (affected["children"], affected["becomes"], affected["unchanged"]) == (3, 1, 2)
    assert affected["amount_after"] - affected["amount_before"] == 10_000
    assert "1 child becomes eligible." in diff(CALL, other, "--applications", path).output
    assert household(1).child_fiscal_code not in done.output


def test_facts_line_by_line(diff, other, tmp_path):
    path = tmp_path / "facts.jsonl"
    facts = {
        "resident": True, "isee_cents": 2_800_000, "isee_kind": "ordinary", "isee_issued_on": "2023-02-01",
        "isee_valid_until": "2023-12-31", "minors": 1, "lone_parent": False, "applicant_role": "parent",
        "applicant": "h1", "disabled_members": 0, "born_on": "2012-05-17", "submitted_on": "2023-09-20",
    }  # fmt: skip
    path.write_text(
        f'{{"format": "wishmi-facts/1"}}\n{json.dumps({"code": "x", "facts": facts})}\n{json.dumps(facts)}\n'
    )
    found = json.loads(diff(CALL, other, "--applications", path, "--json").output)["affected"]
    assert (found["children"], found["becomes"]) == (2, 2)
    for broken in ("[]", "{", '{"isee_cents": -1}', '{"facts": 3}', "9" * 5_000):
        path.write_text(broken)
        done = diff(CALL, other, "--applications", path)
        assert done.exit_code == 2
        assert f"{path}, line 1: the facts cannot be read" in done.output


def test_what_cannot_be_read(diff, tmp_path):
    assert diff(CALL, tmp_path / "none.yaml").exit_code == 2
    broken = tmp_path / "broken.yaml"
    broken.write_text("format: 1\n")
    done = diff(CALL, broken)
    assert done.exit_code == 2
    assert "identity is missing" in done.output
    assert diff(CALL, CALL, "--applications", tmp_path).exit_code == 2
