"""The core gives codes; a family gets a sentence, in each language the pages are shipped in."""

import pytest

from tests.catalogue_checks import SOURCE, catalogue, faults_of, texts_of
from wishmi.core.languages import LANGUAGES
from wishmi.core.reasons import ReasonCode
from wishmi.web.sentences import EXACT, GENERAL

KINDS = {"general": GENERAL, "exact": EXACT}
TRANSLATED = [code for code in LANGUAGES if code != SOURCE]


def source_of(lazy):
    """What stands in the code."""
    return lazy._args[0] if hasattr(lazy, "_args") else lazy._proxy____args[0]


def test_every_reason_has_its_sentence():
    assert set(GENERAL) == set(ReasonCode)
    assert set(EXACT) <= set(GENERAL)


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("kind", KINDS)
def test_every_sentence_is_in_every_language(kind, language):
    """With the same values, in its own letters, with no English left: read from the catalogues themselves."""
    known = catalogue(language)
    wanted = {code: (source_of(text), None) for code, text in KINDS[kind].items()}
    assert [code for code, message in wanted.items() if message not in known] == []
    assert [fault for message in wanted.values() for fault in faults_of(language, known[message])] == []
    said = {code: texts_of(known[message])[0] for code, message in wanted.items()}
    assert [code for code, text in said.items() if not text.strip() or text == wanted[code][0]] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_sentence_is_not_that_of_another_language(language):
    own = catalogue(language)
    for other in TRANSLATED:
        if other == language:
            continue
        theirs = catalogue(other)
        same = [
            code
            for code, text in GENERAL.items()
            if texts_of(own[source_of(text), None]) == texts_of(theirs[source_of(text), None])
        ]
        assert same == [], other
