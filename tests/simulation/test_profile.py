"""A city's files: read, checked, refused with the place of the fault."""

import csv
import tomllib

import pytest

from wishmi.simulation.assumptions import Small, table
from wishmi.simulation.profile import ProfileError, districts_from_csv, profile_from

NAMES = ("assumptions", "names", "offer")


@pytest.fixture
def folder(repository):
    return repository / "cities" / "milano"


@pytest.fixture
def files(folder):
    lines = (folder / "districts.csv").read_text(encoding="utf-8").splitlines()
    return [lines, *(tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8")) for name in NAMES)]


def test_every_district_is_read(profile):
    assert [district.number for district in profile.districts] == list(range(1, 89))
    assert sum(sum(district.families) for district in profile.districts) == 129_560
    assert profile.districts[7].foreign_share is None
    assert all(45.3 < district.lat < 45.6 and 9.0 < district.lon < 9.3 for district in profile.districts)
    assert all(not district.name.isupper() or district.name == "QT 8" for district in profile.districts)


def test_every_table_names_its_source(folder):
    tables = tomllib.loads((folder / "assumptions.toml").read_text(encoding="utf-8"))
    assert all(len(values["source"]) > 10 for values in tables.values())


def test_the_table_of_districts_is_square(folder):
    with (folder / "districts.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    assert {len(row) for row in rows} == {20}


def test_a_missing_assumption_is_named(files):
    del files[1]["children"]["twin_share"]
    with pytest.raises(ProfileError, match=r"children: missing \['twin_share'\]"):
        profile_from(*files)


def test_an_assumption_nobody_reads_is_refused():
    with pytest.raises(ProfileError, match=r"unknown \['houses'\]"):
        table(Small, {"families": 1, "services": 1, "houses": 1}, "small")
    with pytest.raises(ProfileError, match="a table is needed"):
        table(Small, None, "small")


def test_a_citizenship_without_assumptions_is_refused(files):
    del files[1]["citizenships"]["lk"]
    with pytest.raises(ProfileError, match=r"citizenships\.lk"):
        profile_from(*files)


def test_an_origin_without_names_is_refused(files):
    del files[2]["origins"]["fr"]
    with pytest.raises(ProfileError, match=r"citizenships\.other: no names for \['fr'\]"):
        profile_from(*files)


def test_a_language_the_platform_does_not_speak_is_refused(files):
    files[2]["origins"]["fr"]["language"] = "la"
    with pytest.raises(ProfileError, match="'la' is not a language"):
        profile_from(*files)


def test_a_total_that_is_not_the_districts_is_refused(files):
    files[1]["city"]["families"] += 1
    with pytest.raises(ProfileError, match="129560 families"):
        profile_from(*files)


def test_an_unknown_pillar_is_refused(files):
    files[3]["activities"][0]["pillars"] = ["luck"]
    with pytest.raises(ProfileError, match="unknown category or pillar"):
        profile_from(*files)


def test_a_bad_cell_is_said_with_its_line(files):
    lines = [*files[0][:2], files[0][2].replace(",2,Brera", "").replace("2,Brera", "x,Brera")]
    with pytest.raises(ProfileError, match="districts, line 3"):
        districts_from_csv(lines)
