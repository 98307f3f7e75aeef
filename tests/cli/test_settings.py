"""`wishmi settings` explains every variable the program reads, shows no secret, and says what production lacks."""

import json
import re

import pytest

from tests.cli.installations import installation, tried, wishmi
from wishmi.cli.variables import VARIABLES

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "5a" * 32
KEYS = {"WISHMI_SECRET_KEY": SECRET, "WISHMI_FIELD_KEYS": SECRET, "WISHMI_INDEX_KEY": SECRET}


def test_every_variable_that_is_read_is_explained(repository):
    code = "".join(
        path.read_text() for path in (repository / "wishmi").rglob("*.py") if path.name != "variables.py"
    )
    named = set(re.findall(r"\"((?:WISHMI_[A-Z_]+)|DATABASE_URL)\"", code))
    assert named == {one.name for one in VARIABLES}
    page = (repository / "docs" / "operating.md").read_text()
    assert [one.name for one in VARIABLES if f"`{one.name}`" not in page] == []


def test_production_is_told_what_it_lacks(tmp_path):
    with installation(tmp_path / "home", "settings_home", mode="production") as home:
        (tmp_path / "home").chmod(0o755)
        answer = tried(home | KEYS, "settings", "--json")
        said = json.loads(answer.stdout)
        faults = " ".join(one["sentence"] for one in said["advice"] if one["is_fault"])
        assert answer.returncode == 1
        assert [
            word for word in ("WISHMI_HOSTS", "WISHMI_PROXIES", "chmod 700", "migrate") if word not in faults
        ] == []
        assert SECRET not in answer.stdout + answer.stderr

        sound = home | KEYS | {"WISHMI_HOSTS": "voucher.example.org", "WISHMI_PROXIES": "1"}
        (tmp_path / "home").chmod(0o700)
        wishmi(sound, "migrate")
        answer = tried(sound, "settings")
        assert answer.returncode == 0, answer.stdout
        assert SECRET not in answer.stdout
