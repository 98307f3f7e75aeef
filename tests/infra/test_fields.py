"""Encrypted values: what goes in comes out, and nothing else ever does."""

import json

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from tests import builders as make
from wishmi.infra.fields import blind_index, decrypt, encrypt
from wishmi.people.models import IseeAttestation, Person

KEY, OTHER = "11" * 32, "22" * 32
COLUMN = "people.person.fiscal_code"


@pytest.fixture(autouse=True)
def key(settings):
    settings.WISHMI_FIELD_KEYS = (KEY,)


@given(st.text())
def test_what_goes_in_comes_out(text):
    stored = encrypt(text, COLUMN)
    assert decrypt(stored, COLUMN) == text
    assert stored != encrypt(text, COLUMN)


def test_a_value_moved_to_another_column_is_not_read():
    with pytest.raises(ValueError, match=r"people\.person\.disabled was changed"):
        decrypt(encrypt("secret", COLUMN), "people.person.disabled")


def test_a_changed_value_is_not_read():
    stored = encrypt("secret", COLUMN)
    for place in range(len(stored) - 12, len(stored) - 4):
        other = stored[:place] + ("A" if stored[place] != "A" else "B") + stored[place + 1 :]
        with pytest.raises(ValueError, match="was changed"):
            decrypt(other, COLUMN)


@pytest.mark.parametrize("stored", ["", "secret", "deadbeef:", ":"])
def test_what_was_never_encrypted_is_not_read(stored):
    with pytest.raises(ValueError, match="no key named"):
        decrypt(stored, COLUMN)


def test_another_key_reads_nothing(settings):
    stored = encrypt("secret", COLUMN)
    settings.WISHMI_FIELD_KEYS = (OTHER,)
    with pytest.raises(ValueError, match="no key named"):
        decrypt(stored, COLUMN)


def test_keys_are_changed_without_losing_what_the_old_one_wrote(settings):
    old = encrypt("before", COLUMN)
    settings.WISHMI_FIELD_KEYS = (OTHER, KEY)
    new = encrypt("after", COLUMN)
    assert (decrypt(old, COLUMN), decrypt(new, COLUMN)) == ("before", "after")
    settings.WISHMI_FIELD_KEYS = (OTHER,)
    assert decrypt(new, COLUMN) == "after"


def test_a_blind_index_finds_equals_for_one_purpose_and_one_key(settings):
    settings.WISHMI_INDEX_KEY = KEY
    index = blind_index("RSSMRA", "fiscal_code")
    assert index == blind_index("RSSMRA", "fiscal_code")
    assert index != blind_index("RSSMRA", "vat_number")
    assert index != blind_index("RSSMRB", "fiscal_code")
    settings.WISHMI_INDEX_KEY = OTHER
    assert index != blind_index("RSSMRA", "fiscal_code")


@pytest.mark.django_db
def test_the_database_holds_neither_fiscal_codes_nor_indicators_nor_disability():
    home = make.family()
    IseeAttestation.objects.create(
        household=home.household,
        cents=1_234_567,
        kind="ordinary",
        issued_on="2022-01-01",
        valid_until="2022-12-31",
        dsu_protocol="P",
    )
    Person.objects.filter(pk=home.minors[0].pk).update(disabled=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT fiscal_code, disabled FROM people_person")
        raw = json.dumps(cursor.fetchall())
        cursor.execute("SELECT cents FROM people_iseeattestation")
        raw += json.dumps(cursor.fetchall())
    assert "CODE" not in raw
    assert "1234567" not in raw
    assert Person.objects.get(pk=home.minors[0].pk).disabled is True
    assert IseeAttestation.objects.get().cents == 1_234_567


@pytest.mark.django_db
@pytest.mark.parametrize("value", [None, 0, "", [], {"a": [1, None, "è\u0000"]}, False])
def test_any_json_value_survives_the_database(value):
    person = make.family().minors[0]
    Person.objects.filter(pk=person.pk).update(disabled=value)
    assert Person.objects.get(pk=person.pk).disabled == value
    assert Person.objects.filter(disabled__isnull=True, pk=person.pk).exists() is (value is None)
