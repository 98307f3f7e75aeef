"""The letters of a fiscal code, its date and its control character."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wishmi.core import fiscal_code
from wishmi.core.fiscal_code import FiscalCodeFlaw

NAMES = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZàèéìòùÄÖÜßÇñșțłØ' -", max_size=20)
DATES = st.dates(date(1920, 1, 1), date(2030, 12, 31))
SEXES = st.sampled_from("FM")
PLACES = st.from_regex(r"[A-MZ][0-9]{3}", fullmatch=True)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Caccamo", "CCC"),
        ("Fo", "FOX"),
        ("D'Angelo", "DNG"),
        ("De Luca", "DLC"),
        ("Ait Hadda", "THD"),
        ("Aiello", "LLA"),
        ("Yu", "YUX"),
        ("Ünsal", "NSL"),
        ("Łukasz", "LKS"),
        ("O", "OXX"),
    ],
)
def test_family_name(name, code):
    assert fiscal_code.family_name_code(name) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Alessandro", "LSN"),
        ("Giovanni", "GNN"),
        ("Michele", "MHL"),
        ("Fabio", "FBA"),
        ("Saad", "SDA"),
        ("Niccolò", "NCL"),
        ("Gianluca", "GLC"),
        ("Io", "IOX"),
        ("Mario", "MRA"),
    ],
)
def test_given_name(name, code):
    assert fiscal_code.given_name_code(name) == code


@pytest.mark.parametrize(
    ("family_name", "given_name", "born_on", "sex", "place", "code"),
    [
        ("Caccamo", "Fabio", date(1985, 4, 3), "M", "L219", "CCCFBA85D03L219P"),
        ("Rossi", "Mario", date(1950, 2, 17), "M", "A558", "RSSMRA50B17A558W"),
        ("Ait Hadda", "Saad", date(1995, 9, 8), "M", "Z330", "THDSDA95P08Z330H"),
        ("Panella", "Michele", date(1979, 10, 27), "M", "I158", "PNLMHL79R27I158P"),
    ],
)
def test_published_codes(family_name, given_name, born_on, sex, place, code):
    assert fiscal_code.build(family_name, given_name, born_on, sex, place) == code
    assert fiscal_code.why_not_fiscal_code(code) == ()


def test_a_womans_day_is_forty_more():
    decoded = fiscal_code.decode("MRTMRA83T56A269B")
    assert (decoded.sex, decoded.month, decoded.day, decoded.place_code) == ("F", 12, 16, "A269")


@pytest.mark.parametrize("code", ["CCCFBA85D03LNMVE", "CCCFBA8RDLPLNMVX", "CCCFBA85D03L2MVP"])
def test_omocodia_is_read_back(code):
    assert fiscal_code.why_not_fiscal_code(code) == ()
    assert fiscal_code.without_omocodia(code) == "CCCFBA85D03L219P"
    assert fiscal_code.born_on_by(code, date(2024, 1, 1)) == date(1985, 4, 3)


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("", FiscalCodeFlaw.WRONG_LENGTH),
        ("CCCFBA85D03L219", FiscalCodeFlaw.WRONG_LENGTH),
        ("cccfba85d03l219p", FiscalCodeFlaw.WRONG_CHARACTERS),
        ("CCCFBA85F03L219P", FiscalCodeFlaw.WRONG_CHARACTERS),
        ("CCCFBA8ÓD03L219P", FiscalCodeFlaw.WRONG_CHARACTERS),
        ("CCCFBA85D00L219M", FiscalCodeFlaw.IMPOSSIBLE_DATE),
        ("CCCFBA85D31L219U", FiscalCodeFlaw.IMPOSSIBLE_DATE),
        ("CCCFBA85B30L219R", FiscalCodeFlaw.IMPOSSIBLE_DATE),
        ("CCCFBA85D03L219Q", FiscalCodeFlaw.CHECK_CHARACTER),
        ("CACFBA85D03L219X", FiscalCodeFlaw.NAME_LETTERS),
    ],
)
def test_flaws(text, flaw):
    assert flaw in fiscal_code.why_not_fiscal_code(text)


def test_the_twenty_ninth_of_february_falls_in_leap_years_only():
    code = fiscal_code.build("Rossi", "Maria", date(2004, 2, 29), "F", "Z950")
    assert fiscal_code.born_on_by(code, date(2024, 1, 1)) == date(2004, 2, 29)
    assert FiscalCodeFlaw.IMPOSSIBLE_DATE in fiscal_code.why_not_fiscal_code(code[:7] + "5" + code[8:])


def test_the_day_of_reading_chooses_the_century():
    code = fiscal_code.build("Rossi", "Anna", date(2020, 5, 1), "F", "Z950")
    assert fiscal_code.born_on_by(code, date(2020, 5, 1)) == date(2020, 5, 1)
    assert fiscal_code.born_on_by(code, date(2020, 4, 30)) == date(1920, 5, 1)


def test_decode_refuses_what_is_no_code():
    with pytest.raises(ValueError, match="check_character"):
        fiscal_code.decode("CCCFBA85D03L219Q")


@given(NAMES, NAMES, DATES, SEXES, PLACES)
def test_what_is_built_is_well_formed_and_says_what_went_in(family_name, given_name, born_on, sex, place):
    code = fiscal_code.build(family_name, given_name, born_on, sex, place)
    assert fiscal_code.why_not_fiscal_code(code) == ()
    decoded = fiscal_code.decode(code)
    assert (decoded.sex, decoded.place_code) == (sex, place)
    assert fiscal_code.born_on_by(code, born_on) == born_on


@given(NAMES, NAMES, DATES, SEXES, PLACES, st.sets(st.sampled_from([6, 7, 9, 10, 12, 13, 14])))
def test_every_omocodia_leads_back(family_name, given_name, born_on, sex, place, changed):
    code = fiscal_code.build(family_name, given_name, born_on, sex, place)
    characters = list(code[:15])
    for at in changed:
        characters[at] = "LMNPQRSTUV"[int(characters[at])]
    first15 = "".join(characters)
    other = first15 + fiscal_code.check_character(first15)
    assert fiscal_code.why_not_fiscal_code(other) == ()
    assert fiscal_code.without_omocodia(other) == code


@given(NAMES, DATES, SEXES, st.integers(0, 14), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_seen(name, born_on, sex, at, digit):
    code = fiscal_code.build(name, name, born_on, sex, "Z950")
    if code[at].isdigit() and code[at] != digit:
        wrong = code[:at] + digit + code[at + 1 :]
        assert fiscal_code.why_not_fiscal_code(wrong) != ()


@given(st.text())
def test_any_text_is_judged_without_an_error(text):
    flaws = fiscal_code.why_not_fiscal_code(text)
    assert isinstance(flaws, tuple)
    assert flaws or len(text) == 16


@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=16, max_size=16))
def test_any_sixteen_characters_are_judged_without_an_error(text):
    if not fiscal_code.why_not_fiscal_code(text):
        assert fiscal_code.decode(text).month in range(1, 13)


@pytest.mark.parametrize("text", ["", "A" * 14, "A" * 16])
def test_the_control_character_needs_fifteen(text):
    with pytest.raises(ValueError, match="fifteen"):
        fiscal_code.check_character(text)


def test_the_control_character_needs_letters_and_digits():
    with pytest.raises(ValueError, match="neither"):
        fiscal_code.check_character("CCCFBA85D03L21*")
