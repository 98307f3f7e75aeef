"""Every catalogue: complete, the same values and plural forms, its own letters, nothing that no page asks for."""

from pathlib import Path

import pytest

from tests.catalogue_checks import OTHERS, PLURAL_FORMS, catalogue, faults_of
from wishmi.core.languages import LANGUAGES
from wishmi.web.catalogues import is_at_work, messages, messages_of_files, read


def wanted_of(language, package):
    """What a catalogue must have: Italian all, the others what families, the public and the young read."""
    if language == "it":
        return messages(package)
    files = [path for path in package.rglob("*") if path.suffix in {".html", ".py"} and not is_at_work(path)]
    return messages_of_files(files)


@pytest.mark.parametrize("language", ["it", *OTHERS])
def test_a_catalogue_is_complete(repository, language):
    known = catalogue(language)
    wanted = wanted_of(language, repository / "wishmi" / "web")
    assert len(wanted) > 100
    assert sorted(message[0] for message in wanted if message not in known) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_says_nothing_wrong(language):
    assert [fault for entry in catalogue(language).values() for fault in faults_of(language, entry)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_holds_nothing_that_no_page_asks_for(repository, language):
    wanted = messages(repository / "wishmi" / "web")
    assert sorted(message[0] for message in catalogue(language) if message not in wanted) == []


def test_what_only_the_office_and_providers_read_is_left_to_their_catalogue(repository):
    """Nobody translates into ten languages what is shown in two."""
    package = repository / "wishmi" / "web"
    families = messages_of_files(
        path for path in package.rglob("*") if path.suffix in {".html", ".py"} and not is_at_work(path)
    )
    for language in LANGUAGES:
        path = repository / "locale" / language.replace("zh-hans", "zh_Hans") / "LC_MESSAGES" / "django.po"
        found = catalogue_of(path)
        assert sorted(message[0] for message in found if message not in families) == [], language


def catalogue_of(path: Path):
    return {(entry.msgid, entry.msgid_plural or None) for entry in read(path)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plural_rule_of_a_language_stands_in_its_header(repository, language):
    path = repository / "locale" / language.replace("zh-hans", "zh_Hans") / "LC_MESSAGES" / "django.po"
    assert f"nplurals={PLURAL_FORMS[language]};" in read(path).metadata["Plural-Forms"]
