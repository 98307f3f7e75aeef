"""The core gives codes; a family gets a sentence, in each language the pages are shipped in."""

import pytest
from django.conf import settings

from wishmi.core.reasons import ReasonCode
from wishmi.web.sentences import sentence

SOURCE = "en"


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_every_reason_has_its_sentence(language):
    texts = {code: sentence(code, language) for code in ReasonCode}
    assert [code for code, text in texts.items() if not text.strip() or "{" in text] == []
    if language != SOURCE:
        assert [code for code, text in texts.items() if text == sentence(code, SOURCE)] == []
