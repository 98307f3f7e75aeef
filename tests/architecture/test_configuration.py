"""What the environment may not say is refused in one sentence with exit code 2, before anything else happens."""

import json
import stat

import pytest

from wishmi.config import environment
from wishmi.config.environment import BadEnvironmentError

KEY = "ab" * 32
NAMES = ("WISHMI_MODE", "WISHMI_SECRET_KEY", "WISHMI_FIELD_KEYS", "WISHMI_INDEX_KEY", "DATABASE_URL")
SECRETS = {"WISHMI_SECRET_KEY": "s" * 50, "WISHMI_FIELD_KEYS": KEY, "WISHMI_INDEX_KEY": KEY}


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    for name in (*NAMES, "WISHMI_POOL", "WISHMI_SQLITE_SYNCHRONOUS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def say(monkeypatch):
    def say(**values):
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return say


@pytest.fixture
def refused(capsys):
    def check(act, *arguments):
        with pytest.raises(BadEnvironmentError) as error:
            act(*arguments)
        assert error.value.code == 2
        said = capsys.readouterr().err
        assert said.startswith("wishmi: ")
        assert said.count("\n") == 1
        return said

    return check


def test_without_a_word_the_mode_is_development():
    assert environment.mode() == "development"


@pytest.mark.parametrize("mode", ["", "Production", "prod", "debug"])
def test_a_mode_that_is_none_is_refused(say, refused, mode):
    say(WISHMI_MODE=mode)
    assert "must be one of demo, development, production" in refused(environment.mode)


@pytest.mark.parametrize("missing", sorted(SECRETS))
def test_production_does_not_start_without_each_of_its_secrets(say, refused, tmp_path, missing):
    say(WISHMI_MODE="production", **{name: value for name, value in SECRETS.items() if name != missing})
    assert refused(environment.keys, tmp_path).rstrip().endswith(f"missing: {missing}.")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WISHMI_FIELD_KEYS", "not hexadecimal"),
        ("WISHMI_FIELD_KEYS", "abcd"),
        ("WISHMI_FIELD_KEYS", f"{KEY},"),
        ("WISHMI_FIELD_KEYS", f"{KEY},{KEY[:-1]}"),
        ("WISHMI_INDEX_KEY", "0" * 63),
    ],
)
def test_a_key_that_would_fail_later_is_refused_now_and_not_repeated(say, refused, tmp_path, name, value):
    say(**SECRETS | {name: value, "WISHMI_MODE": "production"})
    said = refused(environment.keys, tmp_path)
    assert name in said
    assert value not in said


def test_several_field_keys_are_taken_newest_first(say, tmp_path):
    say(**SECRETS | {"WISHMI_FIELD_KEYS": f"{'cd' * 32}, {KEY}"})
    assert environment.keys(tmp_path).fields == ("cd" * 32, KEY)


def test_outside_production_keys_are_made_once_and_kept_for_the_owner_alone(tmp_path):
    first = environment.keys(tmp_path)
    assert environment.keys(tmp_path) == first
    path = tmp_path / "keys.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(json.loads(path.read_text())) == ["field", "index", "signing"]
    assert [item.name for item in tmp_path.iterdir()] == ["keys.json"]


@pytest.mark.parametrize(
    "url",
    [
        "mysql://host/city",
        "sqlite:city.sqlite3",
        "sqlite:///",
        "sqlite:",
        "postgresql://host:port/city",
        "postgresql://[host/city",
        "postgresql://host",
        "postgresql://host/",
        "city",
    ],
)
def test_a_database_that_cannot_be_meant_is_refused(say, refused, tmp_path, url):
    say(DATABASE_URL=url)
    assert "DATABASE_URL" in refused(environment.database, tmp_path)


@pytest.mark.parametrize("pool", ["", "0", "many", "-1", "1.5"])
def test_a_pool_that_is_no_number_is_refused(say, refused, tmp_path, pool):
    say(DATABASE_URL="postgresql://host/city", WISHMI_POOL=pool)
    assert "WISHMI_POOL" in refused(environment.database, tmp_path)


def test_a_careless_sqlite_is_refused(say, refused, tmp_path):
    say(WISHMI_SQLITE_SYNCHRONOUS="OFF")
    assert "NORMAL, FULL" in refused(environment.database, tmp_path)


def test_databases_are_read_from_their_addresses(say, tmp_path):
    made = environment.database(tmp_path)
    assert made["NAME"] == str(tmp_path / "wishmi.sqlite3")
    assert made["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    say(DATABASE_URL="sqlite:////srv/with%20space/city.sqlite3")
    assert environment.database(tmp_path)["NAME"] == "/srv/with space/city.sqlite3"
    say(DATABASE_URL="postgresql://ann:p%40ss@db.example:5433/city?host=/run/pg")
    made = environment.database(tmp_path)
    chosen = {name: made[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    assert chosen == {"NAME": "city", "USER": "ann", "PASSWORD": "p@ss", "HOST": "/run/pg", "PORT": "5433"}


def test_what_a_database_s_address_asks_for_is_asked(say, refused, tmp_path):
    """A wish for TLS that is dropped in silence is worse than none."""
    say(DATABASE_URL="postgresql://host/city?sslmode=verify-full&sslrootcert=/etc/ca.pem")
    made = environment.database(tmp_path)["OPTIONS"]
    assert (made["sslmode"], made["sslrootcert"]) == ("verify-full", "/etc/ca.pem")
    say(DATABASE_URL="postgresql://host/city?sslmod=require")
    assert "asks for sslmod;" in refused(environment.database, tmp_path)


@pytest.mark.parametrize(
    "kept", ["", "{", "[]", '{"signing": "x"}', '{"signing": "x", "field": "ab", "index": "cd"}', "\0"]
)
def test_keys_that_were_damaged_are_never_made_anew(refused, tmp_path, kept):
    (tmp_path / "keys.json").write_text(kept)
    assert str(tmp_path / "keys.json") in refused(environment.keys, tmp_path)
    assert (tmp_path / "keys.json").read_text() == kept


def test_a_data_folder_that_is_a_file_is_refused(say, refused, tmp_path):
    (tmp_path / "file").touch()
    say(WISHMI_DATA=str(tmp_path / "file"))
    assert "a file is in its way" in refused(environment.data_folder)
