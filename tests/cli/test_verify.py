"""`wishmi verify` from end to end: the preset call, a published folder on disk, the three checks, exit codes."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from string import Formatter
from types import SimpleNamespace

import pytest
import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from typer.testing import CliRunner

from tests.core import small_city
from wishmi.calls.document import parse_call
from wishmi.cli import verify
from wishmi.cli.verify_sentences import SENTENCES
from wishmi.core.attestation import message_of, read_attestation
from wishmi.core.canonical import load
from wishmi.core.findings import FindingCode
from wishmi.core.receipts import receipt_of
from wishmi.infra.beacon import DemoBeacon, signature_is_valid


@pytest.fixture(scope="module")
def office(tmp_path_factory, repository):
    """A folder published under the reference call, with a receipt and the facts file beside it."""
    document = (repository / "policy/milano-2022-individuale/call.yaml").read_bytes()
    rules = parse_call(document).rules()
    facts_of = small_city.facts_of

    def facts_in_2022(child):
        days = {"submitted_on": date(2022, 10, 1), "isee_issued_on": date(2022, 2, 1)}
        return replace(facts_of(child), **days, isee_valid_until=date(2022, 12, 31))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(small_city, "BEACON", DemoBeacon.of())
        patch.setattr(small_city, "ROUND", rules.draw.round)
        patch.setattr(small_city, "CALL_DOCUMENT", document)
        patch.setattr(small_city, "facts_of", facts_in_2022)
        city = small_city.publish_city(rules)
        receipt = receipt_of(city.published, rules, 3, city.holder(3))
    place = tmp_path_factory.mktemp("office")
    folder = place / "published"
    folder.mkdir()
    for name, raw in city.files.items():
        (folder / name).write_bytes(raw)
    (place / "receipt.json").write_bytes(receipt)
    (place / "facts.jsonl").write_bytes(city.facts)
    secret = Ed25519PrivateKey.from_private_bytes(b"a" * 32)
    (place / "key.pem").write_bytes(secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return SimpleNamespace(
        city=city,
        folder=folder,
        receipt=place / "receipt.json",
        facts=place / "facts.jsonl",
        key=place / "key.pem",
    )


@pytest.fixture
def tampered(office, tmp_path):
    """A copy of the folder in which one outcome was changed."""
    for path in office.folder.iterdir():
        raw = path.read_bytes()
        (tmp_path / path.name).write_bytes(
            raw.replace(b"waiting", b"awarded", 1) if path.name == "ranking.csv" else raw
        )
    return tmp_path


def run(*words):
    app = typer.Typer()
    verify.register(app)
    return CliRunner().invoke(app, [str(word) for word in words])


def test_without_a_root_it_ends_consistent_not_anchored(office):
    result = run(office.folder)
    assert result.exit_code == 0
    assert result.output.splitlines()[-1] == "consistent, not anchored"
    assert f"root   {office.city.root.hex()}" in result.output


def test_with_the_root_it_ends_anchored(office):
    result = run(office.folder, "--root", office.city.root.hex().upper())
    assert result.exit_code == 0
    assert result.output.splitlines()[-1] == "OK: consistent and anchored"
    assert "an auditor can check it" in result.output


def test_all_three_checks_and_the_intake_s_root(office):
    anchors = ["--root", office.city.root.hex(), "--intake", office.city.intake.root.hex()]
    result = run(office.folder, *anchors, "--receipt", office.receipt, "--facts", office.facts, "--json")
    assert result.exit_code == 0
    told = json.loads(result.output)
    assert told["result"] == "anchored"
    assert told["checks"] == {"public": True, "family": True, "auditor": True}
    assert told["root"] == office.city.root.hex()


def test_a_receipt_alone(office):
    result = run("--receipt", office.receipt, "--root", office.city.root.hex())
    assert result.exit_code == 0
    assert result.output.splitlines()[-1] == "OK: consistent and anchored"
    assert run("--receipt", office.receipt, "--root", "00" * 32).exit_code == 1


def test_what_is_wrong_is_named_with_its_row(office, tampered):
    result = run(tampered, "--root", office.city.root.hex())
    line = next(at for at, row in enumerate(office.city.published.rows, start=2) if row.outcome == "waiting")
    assert result.exit_code == 1
    assert f"ranking.csv:{line}: the row of" in result.output
    assert result.output.splitlines()[-1].startswith("WRONG")


def test_what_is_wrong_as_data(office, tampered):
    result = run(tampered, "--root", "00" * 32, "--json")
    told = json.loads(result.output)
    assert (result.exit_code, told["result"]) == (1, "wrong")
    codes = {finding["code"] for finding in told["findings"] if finding["wrong"]}
    assert {"digest_wrong", "leaf_wrong", "not_this_root", "outcomes_miscounted"} <= codes
    assert all(finding["sentence"] for finding in told["findings"])


def test_a_call_that_cannot_be_parsed_is_found_wrong(office, tampered):
    (tampered / "call.yaml").write_text("nonsense: [")
    told = json.loads(run(tampered, "--json").output)
    assert "call_unreadable" in {finding["code"] for finding in told["findings"]}


def test_the_auditor_signs_a_root_that_the_replay_bears_out(office, tmp_path):
    out = tmp_path / "attestation.json"
    words = [office.folder, "--facts", office.facts, "--sign", office.key, "--attestation", out]
    assert run(*words).exit_code == 0
    signed = read_attestation(load(out.read_bytes()))
    message = message_of(signed.call, signed.stage, signed.act, office.city.root)
    assert signed.root == office.city.root
    assert signature_is_valid("ed25519", signed.public_key, message, signed.signature)
    assert not signature_is_valid("ed25519", signed.public_key, message + b" ", signed.signature)


def test_the_auditor_does_not_sign_what_is_wrong(office, tampered, tmp_path):
    out = tmp_path / "attestation.json"
    words = [tampered, "--facts", office.facts, "--sign", office.key, "--attestation", out]
    assert run(*words).exit_code == 1
    assert not out.exists()


def test_input_that_cannot_be_used(office, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    (tmp_path / "no-key.pem").write_text("no key")
    for words in (
        [],
        [tmp_path / "nowhere"],
        [empty],
        [office.folder, "--root", "12"],
        [office.folder, "--receipt", tmp_path / "nowhere"],
        [office.folder, "--sign", office.key, "--attestation", tmp_path / "out"],
        [office.folder, "--facts", office.facts, "--sign", office.key],
        ["--receipt", office.receipt, "--facts", office.facts],
        [
            office.folder, "--facts", office.facts, "--sign", tmp_path / "no-key.pem",
            "--attestation", tmp_path / "out",
        ],
    ):  # fmt: skip
        assert run(*words).exit_code == 2, words
        told = run(*words, "--json")
        assert (told.exit_code, json.loads(told.output)["result"]) == (2, "unusable")


def test_every_finding_has_its_sentence():
    assert set(SENTENCES) == set(FindingCode)
    for code, sentence in SENTENCES.items():
        assert all(name for _, name, _, _ in Formatter().parse(sentence) if name is not None), code


def test_the_verifier_stands_without_django():
    look = "import sys, wishmi.cli.verify; sys.exit(any(m.split('.')[0] == 'django' for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0
