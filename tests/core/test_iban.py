"""Italian bank coordinates and VAT numbers: building and judging their form."""

import pytest
import stdnum.iban
import stdnum.it.iva
from hypothesis import given
from hypothesis import strategies as st

from wishmi.core import iban, vat_number
from wishmi.core.iban import IbanFlaw
from wishmi.core.vat_number import VatNumberFlaw

FIVE = st.from_regex(r"[0-9]{5}", fullmatch=True)
ACCOUNTS = st.from_regex(r"[0-9A-Z]{1,12}", fullmatch=True)
# The example of the Italian banking association, printed in many manuals.
EXAMPLE = "IT60X0542811101000000123456"


def test_the_published_example():
    assert iban.build("05428", "11101", "123456") == EXAMPLE
    assert iban.why_not_iban(EXAMPLE) == ()
    assert iban.compact("it60 x054 2811 1010 0000 0123 456") == EXAMPLE


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("", IbanFlaw.NOT_ITALIAN),
        ("DE89370400440532013000", IbanFlaw.NOT_ITALIAN),
        (EXAMPLE[:-1], IbanFlaw.WRONG_LENGTH),
        (EXAMPLE[:-1] + "*", IbanFlaw.WRONG_CHARACTERS),
        (EXAMPLE.replace("X", "1"), IbanFlaw.WRONG_CHARACTERS),
        ("IT61" + EXAMPLE[4:], IbanFlaw.CHECK_DIGITS),
        ("IT60Y" + EXAMPLE[5:], IbanFlaw.CHECK_LETTER),
    ],
)
def test_flaws(text, flaw):
    assert flaw in iban.why_not_iban(text)


@given(FIVE, FIVE, ACCOUNTS)
def test_what_is_built_is_well_formed(bank, branch, account):
    text = iban.build(bank, branch, account)
    assert iban.why_not_iban(text) == ()
    assert stdnum.iban.is_valid(text, check_country=False)
    assert text[5:10] == bank
    assert text[15:].lstrip("0") == account.lstrip("0")


@given(FIVE, FIVE, ACCOUNTS, st.integers(2, 26), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_seen(bank, branch, account, at, digit):
    text = iban.build(bank, branch, account)
    if text[at] != digit:
        assert iban.why_not_iban(text[:at] + digit + text[at + 1 :]) != ()


# Among letters the standard is weaker: B1 and 1B, for one, have the same control digits and the same control letter.
@given(FIVE, FIVE, st.from_regex(r"[0-9]{12}", fullmatch=True), st.integers(4, 25))
def test_two_neighbours_changed_over_are_always_seen(bank, branch, account, at):
    text = iban.build(bank, branch, account)
    if text[at] != text[at + 1]:
        assert iban.why_not_iban(text[:at] + text[at + 1] + text[at] + text[at + 2 :]) != ()


@given(st.text())
def test_any_text_is_judged_without_an_error(text):
    assert isinstance(iban.why_not_iban(text), tuple)
    assert isinstance(vat_number.why_not_vat_number(text), tuple)


@pytest.mark.parametrize("parts", [("0542", "11101", "1"), ("05428", "1110A", "1"), ("05428", "11101", "-")])
def test_coordinates_of_another_form_are_refused(parts):
    with pytest.raises(ValueError, match="not Italian bank coordinates"):
        iban.build(*parts)


@given(st.integers(1, 9_999_999), st.integers(1, 100))
def test_a_vat_number_that_is_built_is_well_formed(holder, office):
    text = vat_number.build(holder, f"{office:03d}")
    assert vat_number.why_not_vat_number(text) == ()
    assert stdnum.it.iva.is_valid(text)


@given(st.integers(1, 9_999_999), st.integers(0, 10), st.sampled_from("0123456789"))
def test_one_wrong_digit_of_a_vat_number_is_always_seen(holder, at, digit):
    text = vat_number.build(holder, "015")
    if text[at] != digit:
        assert vat_number.why_not_vat_number(text[:at] + digit + text[at + 1 :]) != ()


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("0074311015", VatNumberFlaw.WRONG_LENGTH),
        ("0074311015A", VatNumberFlaw.WRONG_CHARACTERS),
        ("00000000000", VatNumberFlaw.EMPTY_HOLDER),
        ("00743110158", VatNumberFlaw.CHECK_DIGIT),
    ],
)
def test_flaws_of_a_vat_number(text, flaw):
    assert flaw in vat_number.why_not_vat_number(text)


@pytest.mark.parametrize("holder", [0, 10_000_000])
def test_a_holder_has_seven_digits(holder):
    with pytest.raises(ValueError, match="holder"):
        vat_number.build(holder, "015")


def test_the_control_digit_needs_ten_digits():
    with pytest.raises(ValueError, match="ten digits"):
        vat_number.check_digit("123")
