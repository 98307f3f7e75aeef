"""A backup is made while people go on working, and an installation is made from it again: nothing is lost."""

import io
import json
import random
import shutil
import subprocess
import sys
import tarfile
import time

import pytest

from tests.cli.installations import installation, run, tried, wishmi

pytestmark = pytest.mark.django_db(transaction=True)
FILL = """
import os, django
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wishmi.config.settings")
django.setup()
from pathlib import Path
from django.conf import settings
from wishmi.calls.actions import appropriate, create_fund
from wishmi.infra.actor import Actor, Role
from wishmi.infra.clock import now
from wishmi.cli import schedule
money = Actor("login:1", frozenset({Role.ACCOUNTING}))
fund = create_fund(now(), money, "TEST", "Fondo di prova")
appropriate(now(), money, fund.pk, 123_456, "DD 1")
schedule.seal(now())
(Path(settings.WISHMI_DATA) / "published").mkdir()
(Path(settings.WISHMI_DATA) / "published" / "list.csv").write_text("a,b\\n")
"""
FUNDS = """
import os, django
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wishmi.config.settings")
django.setup()
from wishmi.calls.models import FundAct
print([(act.fund.code, act.amount, act.number) for act in FundAct.objects.order_by("id")])
"""


@pytest.fixture
def home(tmp_path):
    with installation(tmp_path / "home", "backup_home") as environment:
        wishmi(environment, "migrate")
        run(environment, "-c", FILL)
        yield environment


@pytest.fixture
def other(tmp_path, home):
    """Another place with the same keys, empty."""
    with installation(tmp_path / "other", "backup_other") as environment:
        shutil.copy(tmp_path / "home" / "keys.json", tmp_path / "other" / "keys.json")
        yield environment


def names(path):
    with tarfile.open(path) as archive:
        return archive.getnames()


def test_an_installation_is_made_again_from_its_backup(home, other, tmp_path):
    path = tmp_path / "today.tar"
    said = json.loads(wishmi(home, "backup", str(path), "--json"))
    assert (said["bytes"], said["files"]) == (path.stat().st_size, 3)
    assert names(path) == ["data/heads.txt", "database", "data/published/list.csv", "manifest.json"]
    assert path.stat().st_mode & 0o077 == 0
    made = json.loads(wishmi(other, "restore", str(path), "--json"))
    assert (made["differences"], made["chain"], made["transfers"]) == (0, "ok", 1)
    assert run(other, "-c", FUNDS) == "[('TEST', 123456, 'DD 1')]\n"
    assert (tmp_path / "other" / "published" / "list.csv").read_text() == "a,b\n"

    again = tried(other, "restore", str(path))
    assert (again.returncode, "The database holds data" in again.stderr) == (2, True)
    assert tried(other, "restore", str(path), "--replace").returncode == 0
    assert run(other, "-c", FUNDS) == "[('TEST', 123456, 'DD 1')]\n"
    overwritten = tried(home, "backup", str(path))
    assert (overwritten.returncode, "exists already" in overwritten.stderr) == (2, True)


def test_what_is_restored_is_for_its_owner_alone(home, other, tmp_path):
    """A backup holds bank files and the database: putting it back opens nothing to others on the machine."""
    path, place = tmp_path / "today.tar", tmp_path / "other"
    wishmi(home, "backup", str(path))
    place.chmod(0o700)
    wishmi(other, "restore", str(path))
    assert place.stat().st_mode & 0o777 == 0o700
    kept = [place / "published", place / "published" / "list.csv", place / "heads.txt"]
    kept += list(place.glob("*.sqlite3"))
    assert [one.name for one in kept if one.stat().st_mode & 0o077] == []


def rewritten(path, out, change):
    """The same archive with its members changed."""
    with tarfile.open(path) as old, tarfile.open(out, "w") as new:
        for member in old:
            raw = old.extractfile(member).read()
            name, raw = change(member.name, raw)
            about = tarfile.TarInfo(name)
            about.size = len(raw)
            new.addfile(about, io.BytesIO(raw))
    return out


def test_what_is_damaged_is_refused_and_nothing_is_touched(home, other, tmp_path):
    path = tmp_path / "today.tar"
    wishmi(home, "backup", str(path))
    raw = path.read_bytes()
    cut = tmp_path / "cut.tar"
    cut.write_bytes(raw[: len(raw) // 2])
    bent = tmp_path / "bent.tar"
    middle = raw.index(b"a,b\n")
    bent.write_bytes(raw[:middle] + b"a,c\n" + raw[middle + 4 :])
    elsewhere = rewritten(
        path,
        tmp_path / "elsewhere.tar",
        lambda name, raw: (name.replace("data/heads.txt", "data/../../x"), raw),
    )
    newer = rewritten(
        path,
        tmp_path / "newer.tar",
        lambda name, raw: (
            name,
            raw.replace(b'"infra.0001_initial"', b'"infra.9999_later"') if name == "manifest.json" else raw,
        ),
    )
    noise = tmp_path / "noise.tar"
    noise.write_bytes(random.Random(7).randbytes(4096))
    for broken, words in (
        (cut, "cut short"),
        (bent, "data/published/list.csv is not what was saved"),
        (elsewhere, "'data/../../x'"),
        (newer, "infra.9999_later"),
        (noise, "no backup of wishmi"),
        (tmp_path / "missing.tar", "not a file"),
    ):
        answer = tried(other, "restore", str(broken))
        assert (answer.returncode, words in answer.stderr, "Traceback" in answer.stderr) == (
            2,
            True,
            False,
        ), (
            broken,
            answer.stderr,
        )
    left = {one.name for one in (tmp_path / "other").iterdir() if not one.name.startswith("wishmi.sqlite3")}
    assert left == {"keys.json"}


def test_a_backup_is_not_put_where_its_keys_are_missing(home, other, tmp_path):
    path = tmp_path / "today.tar"
    wishmi(home, "backup", str(path))
    (tmp_path / "other" / "keys.json").unlink()
    answer = tried(other, "restore", str(path))
    assert (answer.returncode, "WISHMI_FIELD_KEYS" in answer.stderr) == (2, True)


@pytest.mark.full
def test_a_backup_taken_under_load_audits_clean(tmp_path):
    with (
        installation(tmp_path / "home", "backup_busy") as home,
        installation(tmp_path / "other", "backup_calm") as other,
    ):
        wishmi(home, "demo", "--scale", "small", "--seed", "7")
        shutil.copy(tmp_path / "home" / "keys.json", tmp_path / "other" / "keys.json")
        command = [sys.executable, "-m", "tests.crashes.acting", "11"]
        with subprocess.Popen(
            command, env=home, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as busy:
            assert busy.stdout.readline() == "ready\n"
            for number in range(3):
                time.sleep(1)
                wishmi(home, "backup", str(tmp_path / f"{number}.tar"))
            busy.kill()
        for number in range(3):
            made = json.loads(
                wishmi(other, "restore", str(tmp_path / f"{number}.tar"), "--replace", "--json")
            )
            assert (made["differences"], made["chain"]) == (0, "ok")
