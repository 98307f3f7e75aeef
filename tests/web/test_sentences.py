"""Every reason has its sentence in every language, with its values said as a person says them."""

import re

import polib
import pytest
from django.utils.translation import override

from wishmi.core.languages import LANGUAGES
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.web import formats
from wishmi.web.sentences import EXACT, GENERAL, placeholders, say, say_data, sentence

VALUES = {"role": "parent", "kind": "ordinary", "age": 19, "years": 18, "age_min": 6, "age_max": 12}


def value_of(name):
    if name.endswith("_cents"):
        return 2_700_001
    return VALUES.get(name, "2023-03-05")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ReasonCode)
def test_every_reason_has_a_sentence(code, language):
    text = sentence(code, language)
    assert text.endswith((".", "!", "。"))
    assert "{" not in text
    assert code.value not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted(EXACT))
def test_values_stand_in_the_sentence(code, language):
    with override(language):
        names = placeholders(str(EXACT[code]))
    text = sentence(code, language, {name: value_of(name) for name in names})
    assert "{" not in text
    assert text != sentence(code, language)


def test_money_and_days_are_said_as_the_language_says_them():
    too_high = {"isee_cents": 2_700_001, "at_most_cents": 2_700_000}
    assert sentence(ReasonCode.INDICATOR_TOO_HIGH, "it", too_high) == (
        "L'ISEE è € 27.000,01. Il limite di questo avviso è € 27.000,00."
    )
    assert sentence(ReasonCode.INDICATOR_TOO_HIGH, "en", too_high) == (
        "The ISEE is €27,000.01. The limit of this call is €27,000.00."
    )
    ended = {"use_until": "2023-07-31"}
    assert sentence(ReasonCode.VOUCHER_EXPIRED, "it", ended) == (
        "Il voucher si usava fino al 31 luglio 2023. Ora non si può più usare."
    )


def test_a_sentence_without_all_its_values_stays_general():
    assert sentence(ReasonCode.TOO_OLD, "en", {"age": 19}) == sentence(ReasonCode.TOO_OLD, "en")


def test_the_list_of_sentences_is_the_list_of_codes():
    assert set(GENERAL) == set(ReasonCode)


def test_a_stored_reason_of_an_unknown_code_is_said_to_be_unknown():
    with override("en"):
        assert say_data({"code": "from_the_future", "params": {}}).startswith("There is a reason")
        known = Reason(ReasonCode.SESSION_FULL)
        assert say_data(known.as_data()) == say(known)


def test_formats():
    assert formats.money(40_000, "it") == "€ 400,00"
    assert formats.money(123_456_789, "it") == "€ 1.234.567,89"
    assert formats.money(40_000, "en") == "€400.00"


def plain_words(repository):
    """The Italian sentences that families read."""
    path = repository / "locale" / "it" / "LC_MESSAGES" / "django.po"
    for entry in polib.pofile(str(path)):
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            yield from re.split(r"(?<=[.!?:])\s+", re.sub(r"%\((\w+)\)s|\{(\w+)\}", "valore", text))


def test_italian_sentences_are_short(repository):
    assert [one for one in plain_words(repository) if len(one.split()) > 20] == []


def test_italian_is_easy_to_read(repository):
    """The Gulpease index of all that families read, taken together: 60 can be read with a lower secondary school."""
    sentences = [one for one in plain_words(repository) if len(one.split()) > 3]
    words = [word for one in sentences for word in re.findall(r"\w+", one)]
    letters = sum(len(word) for word in words)
    assert 89 + (300 * len(sentences) - 10 * letters) / len(words) >= 60
