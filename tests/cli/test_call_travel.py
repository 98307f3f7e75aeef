"""Schemes that travel as one file, explanations and beginnings on the command line; hostile files are refused."""

import json
import tracemalloc
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
import typer
from django.test import Client
from typer.testing import CliRunner

from wishmi.calls.document import parse_call
from wishmi.calls.models import CallDraft
from wishmi.calls.scheme_file import MAX_FILE, Scheme, SchemeRefused, pack, unpack
from wishmi.cli import call as call_commands
from wishmi.cli import call_compare, call_travel

POLICY = Path(__file__).resolve().parents[2] / "policy"
CALL = POLICY / "milano-2022-individuale" / "call.yaml"
ADULT = ("born_on=2000-01-01",)
CHILD = (
    "born_on=2012-05-17", "submitted_on=2022-09-20", "resident=true", "isee=10000.00", "isee_kind=ordinary",
    "isee_issued_on=2022-02-01", "isee_valid_until=2022-12-31", "minors=1", "lone_parent=false",
    "disabled_members=0", "applicant_role=parent", "applicant=h1",
)  # fmt: skip


@pytest.fixture
def run():
    app = typer.Typer()
    call_commands.register(app)
    call_compare.register(call_commands.group)
    call_travel.register(call_commands.group)
    return lambda *words: CliRunner().invoke(app, ["call", *map(str, words)])


def zipped(files: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("preset", sorted(path.parent.name for path in POLICY.glob("*/cases.yaml")))
def test_a_scheme_travels_letter_by_letter(preset):
    call, cases = (POLICY / preset / "call.yaml").read_bytes(), (POLICY / preset / "cases.yaml").read_bytes()
    scheme = Scheme(preset, parse_call(call).identity.version, call, cases)
    assert unpack(pack(scheme)) == scheme
    assert pack(scheme) == pack(scheme)


def test_exported_here_and_imported_there(run, tmp_path):
    file, out = tmp_path / "scheme.zip", tmp_path / "there"
    assert run("export", CALL, file).exit_code == 0
    assert run("export", CALL, file).exit_code == 2
    done = run("import", file, "--out", out)
    assert done.exit_code == 0, done.output
    assert (out / "call.yaml").read_bytes() == CALL.read_bytes()
    assert (out / "cases.yaml").read_bytes() == CALL.with_name("cases.yaml").read_bytes()
    assert run("import", file, "--out", out).exit_code == 2
    assert run("import", file).exit_code == 2


@pytest.mark.django_db
def test_what_is_imported_is_a_draft(run, tmp_path):
    file = tmp_path / "scheme.zip"
    run("export", CALL, file)
    done = run("import", file, "--draft")
    assert done.exit_code == 0, done.output
    draft = CallDraft.objects.get()
    assert draft.state == "open"
    assert draft.revisions.get().text == CALL.read_text("utf-8")


def test_a_scheme_whose_cases_do_not_come_out_is_not_taken_in(run, tmp_path):
    cases = CALL.with_name("cases.yaml").read_text("utf-8").replace("amount: 400.00}", "amount: 399.00}", 1)
    file, out = tmp_path / "scheme.zip", tmp_path / "there"
    file.write_bytes(pack(Scheme("milano-2022-individuale", 1, CALL.read_bytes(), cases.encode())))
    done = run("import", file, "--out", out)
    assert done.exit_code == 1
    assert "no income at all" in done.output
    assert not out.exists()


GOOD = pack(Scheme("a-call", 1, b"format: 1\n", None))
MANIFEST = zipfile.ZipFile(BytesIO(GOOD)).read("manifest.json")
HOSTILE = {
    "no zip": b"PK nothing",
    "cut": GOOD[: len(GOOD) // 2],
    "too long": b"0" * (MAX_FILE + 1),
    "a bomb": zipped({"manifest.json": MANIFEST, "call.yaml": b"0" * 50_000_000}),
    "a path upwards": zipped({"manifest.json": MANIFEST, "call.yaml": b"", "../../evil": b"x"}),
    "a path from the root": zipped({"manifest.json": MANIFEST, "/etc/passwd": b"x"}),
    "no manifest": zipped({"call.yaml": b"x"}),
    "another digest": zipped({"manifest.json": MANIFEST, "call.yaml": b"format: 2\n"}),
    "a file more": zipped({"manifest.json": MANIFEST, "call.yaml": b"format: 1\n", "cases.yaml": b"x"}),
    "another form": zipped(
        {"manifest.json": b'{"format": "x", "code": "a", "version": 1, "files": {}}', "call.yaml": b""}
    ),
    "no JSON": zipped({"manifest.json": b"[" * 100_000, "call.yaml": b""}),
    "a list": zipped({"manifest.json": b"[]", "call.yaml": b""}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence(name, run, tmp_path):
    with pytest.raises(SchemeRefused) as caught:
        unpack(HOSTILE[name])
    assert str(caught.value).endswith(".")
    file, out = tmp_path / "scheme.zip", tmp_path / "there"
    file.write_bytes(HOSTILE[name])
    assert run("import", file, "--out", out).exit_code == 2
    assert not out.exists()


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_would_unpack_without_a_bound_is_never_unpacked(method):
    """Only deflate stops where it is told to: the others give whatever a few bytes stand for, all at once."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as packed:
        packed.writestr("manifest.json", b"{}")
        packed.writestr("call.yaml", b"#" * 60_000_000)
    assert len(out.getvalue()) < MAX_FILE
    tracemalloc.start()
    with pytest.raises(SchemeRefused):
        unpack(out.getvalue())
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 5_000_000


def test_every_byte_that_changes_on_the_way_is_noticed():
    raw = pack(Scheme("a-call", 1, b"format: 1\n" * 40, None))
    same = unpack(raw)
    for place in range(0, len(raw), 3):
        changed = bytearray(raw)
        changed[place] ^= 0x20
        try:
            assert unpack(bytes(changed)) == same
        except SchemeRefused as refused:
            assert str(refused)  # noqa: PT017 (either it is refused, or nothing of the scheme changed)


def test_checking_with_cases(run):
    done = run("check", CALL, "--cases")
    assert done.exit_code == 0
    assert "48 cases came out as they say" in done.output


def test_a_child_is_judged_and_told_why(run, tmp_path):
    done = run("explain", CALL, *CHILD)
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[0] == "All conditions of the call are met."
    assert "€300.00" in done.output
    assert "€ 300,00" in run("explain", CALL, *CHILD, "--language", "it").output
    assert "مقدم الطلب" in run("explain", CALL, *CHILD, "--language", "ar").output
    grown = run("explain", CALL, *CHILD, *ADULT, "--json")
    assert (grown.exit_code, json.loads(grown.output)["eligible"]) == (1, False)
    cases = run("explain", CALL, "--facts", CALL.with_name("cases.yaml"), "isee=27000.01", "--json")
    assert json.loads(cases.output)["eligible"] is False
    for wrong in ("isee", "isee=lots", "height=3", "minors=-1"):
        assert run("explain", CALL, *CHILD, wrong).exit_code == 2


def test_a_new_call_begins_from_another(run, tmp_path):
    file = tmp_path / "call.yaml"
    done = run("new", file, "--from", CALL, "--code", "our-call-2026")
    assert done.exit_code == 0, done.output
    made = parse_call(file.read_bytes())
    assert (made.identity.code, made.identity.version) == ("our-call-2026", 1)
    assert file.read_text("utf-8").startswith("# A new call, begun from")
    assert run("new", file, "--from", CALL, "--code", "our-call-2026").exit_code == 2
    assert run("new", tmp_path / "other.yaml", "--from", CALL, "--code", "Our Call").exit_code == 2
    assert not (tmp_path / "other.yaml").exists()


@pytest.mark.django_db
def test_the_schema_is_printed_and_public(run):
    assert json.loads(run("schema").output) == Client().get("/schema/call.json").json()
