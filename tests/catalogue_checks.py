"""What a catalogue must be: complete, the same values, the right plural forms, its own letters, no English left."""

import re
from pathlib import Path

import polib

from wishmi.core.languages import LANGUAGES
from wishmi.web.sentences import placeholders

REPOSITORY = Path(__file__).resolve().parents[1]
SOURCE = "en"
PLURAL_FORMS = {
    "it": 2, "en": 2, "ar": 6, "zh-hans": 1, "es": 2, "fil": 2, "si": 2, "ro": 3, "uk": 3, "fr": 2,
}  # fmt: skip
SCRIPTS = {"ar": "\u0600-\u06ff", "si": "\u0d80-\u0dff", "zh-hans": "\u4e00-\u9fff", "uk": "\u0400-\u04ff"}
"""The letters of the languages that are not written in Latin ones."""
LATIN_NAMES = frozenset(
    {
        "ISEE", "CAF", "INPS", "DSU", "IBAN", "CSV", "UTF", "PDF", "QR", "SPID", "CIE", "EUPL", "wishmi", "verify",
        "FOLDER", "kB", "JSON", "YAML", "pain", "docs", "files", "md", "IVA", "URL", "SMS", "MERITI",
        "DPR", "IT",
    }
)  # fmt: skip
"""What stays in Latin letters in every script: the names of documents and offices one has to ask for, and formats."""
ENGLISH = frozenset(
    {"the", "you", "your", "with", "this", "that", "and", "must", "which", "does", "have", "from"}
)
_VALUE = re.compile(r"%\(\w+\)[sd]|\{\w*\}|<[^>]+>")
_LATIN = re.compile(r"[A-Za-z]{2,}")


def catalogue(language: str) -> dict[tuple[str, str | None], polib.POEntry]:
    """Every translated message of a language, by its msgid and plural."""
    folder = REPOSITORY / "locale" / language.replace("zh-hans", "zh_Hans") / "LC_MESSAGES"
    entries = (entry for path in sorted(folder.glob("*.po")) for entry in polib.pofile(str(path)))
    return {(entry.msgid, entry.msgid_plural or None): entry for entry in entries if entry.translated()}


def texts_of(entry: polib.POEntry) -> list[str]:
    """The translation, or one for each plural form."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def faults_of(language: str, entry: polib.POEntry) -> list[str]:
    """What is wrong with one translation."""
    found = [
        f"“{entry.msgid}”: {fault}" for text in texts_of(entry) for fault in _of_text(language, entry, text)
    ]
    if entry.msgid_plural and len(entry.msgstr_plural) != PLURAL_FORMS[language]:
        found.append(
            f"“{entry.msgid}”: {len(entry.msgstr_plural)} plural forms, not {PLURAL_FORMS[language]}"
        )
    return found


def _values(text: str) -> set[str]:
    return {value for value in _VALUE.findall(text) if not value.startswith("<")} | (
        placeholders(text) if "%(" not in text else set()
    )


def _of_text(language: str, entry: polib.POEntry, text: str) -> list[str]:
    found = []
    wanted = _values(entry.msgid_plural or entry.msgid)
    # One or two of a thing may be said without the figure.
    if not entry.msgid_plural and _values(text) != wanted:
        found.append(f"values {sorted(_values(text))}, not {sorted(wanted)}")
    elif not _values(text) <= wanted:
        found.append(f"unknown values {sorted(_values(text) - wanted)}")
    words = _LATIN.findall(_VALUE.sub(" ", text))
    if language in SCRIPTS:
        if words and not set(words) <= LATIN_NAMES:
            found.append(f"Latin letters: {sorted(set(words) - LATIN_NAMES)}")
        has_words = set(_LATIN.findall(_VALUE.sub(" ", entry.msgid))) - LATIN_NAMES
        if has_words and not re.search(f"[{SCRIPTS[language]}]", text):
            found.append("none of its own letters")
    elif language != SOURCE and ENGLISH.intersection(word.lower() for word in words):
        found.append(f"English words: {sorted(ENGLISH.intersection(word.lower() for word in words))}")
    elif language != SOURCE and text == entry.msgid and len(words) > 3:
        found.append("left in English")
    return found


OTHERS = tuple(code for code in LANGUAGES if code not in {"it", SOURCE})
