"""Every preset and every judged case, explained: the explanation agrees with the verdict, in all ten languages."""

import json
import re
from pathlib import Path

import pytest
from django.utils.translation import override
from django.utils.translation.reloader import translation_file_changed

from tests.catalogue_checks import LATIN_NAMES, SCRIPTS
from tests.policy.test_cases import POLICY, PRESETS, cases, facts
from wishmi.calls.document import parse_call
from wishmi.core import conditions
from wishmi.core.eligibility import assess
from wishmi.core.explanation import Place, amount_of, explain
from wishmi.core.languages import LANGUAGES
from wishmi.core.rules import means, trees, who
from wishmi.core.rules.judging import Answer
from wishmi.core.scoring import score
from wishmi.web import rule_words
from wishmi.web.amount_words import amounts_in_words
from wishmi.web.build import LOCALE
from wishmi.web.catalogues import compile_catalogues
from wishmi.web.explaining import explanation_in_words
from wishmi.web.fact_words import Speech
from wishmi.web.rule_words import condition_in_words, order_in_words

PLACES = (None, Place(3, 5, 1), Place(9, 5, 1_000), Place(9, 5, 0), Place(2))


@pytest.fixture(scope="module", autouse=True)
def compiled():
    made = list(compile_catalogues(LOCALE))
    # Whoever asked for a word before this has the old catalogue in hand.
    translation_file_changed(None, Path("django.mo"))
    return made


def speech_of(name):
    document = parse_call((POLICY / name / "call.yaml").read_bytes(), f"{name}/call.yaml")
    return Speech(document.body.names if hasattr(document, "body") else document.names)


SPEECHES = {name: speech_of(name) for name in PRESETS}


def speech_for(case):
    return next(SPEECHES[name] for name, (rules, _tree) in PRESETS.items() if rules is case.rules)


@pytest.mark.parametrize("place", PLACES, ids=str)
@pytest.mark.parametrize("case", cases("judge"))
def test_an_explanation_agrees_with_the_verdict(case, place):
    child = facts(case, case.said.get("change") or {})
    verdict, told = assess(case.rules, child), explain(case.rules, child.known(), place)
    assert told.eligible is verdict.eligible
    assert [one.answer for one in told.conditions] == [check.judgement.answer for check in verdict.checks]
    is_met = all(one.answer is Answer.MET for one in told.conditions)
    assert told.eligible is (is_met and amount_of(told.working.steps) > 0)
    if told.eligible:
        assert told.amount == verdict.amount == amount_of(told.working.steps)
    assert told.total == score(case.rules.criteria, child).total
    assert told.total == sum(one.points for one in told.points)
    assert (told.deciding is None) <= told.eligible


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PRESETS)
def test_every_piece_is_said_in_every_language(name, language):
    """No name of the program, no value left open; in another script only the call's own words are in Latin letters."""
    speech = SPEECHES[name]
    rules = PRESETS[name][0]
    own = {one.in_language(language) for kind in speech.names.values() for one in kind.values()}
    with override(language):
        said = [condition_in_words(one, speech) for one in rules.conditions]
        said += order_in_words(rules, speech)
        said += [band.words for band in amounts_in_words(rules, speech)]
        for case in (one.values[0] for one in cases("judge")):
            if case.rules is rules:
                known = facts(case, case.said.get("change") or {}).known()
                # A place bears its own name.
                own |= {str(known[name]) for name in ("district", "school") if known.get(name)}
                for place in PLACES:
                    told = explain(rules, known, place)
                    said += explanation_in_words(told, rules, speech).sentences()
    for text in set(said):
        assert "{" not in text, text
        assert not re.search(r"[a-z]_[a-z]", without(text, own)), text
        if language in SCRIPTS:
            latin = set(re.findall(r"[A-Za-z]{3,}", without(text, own)))
            assert latin <= LATIN_NAMES, text


def without(text, own):
    """A text without what the call writes in its own words, and without the codes a call asks by."""
    for words in sorted(own, key=len, reverse=True):
        text = text.replace(words, " ")
    return text


@pytest.mark.parametrize("name", PRESETS)
def test_a_call_has_a_sentence_for_each_condition(name):
    rules = PRESETS[name][0]
    said = [condition_in_words(one, SPEECHES[name]) for one in rules.conditions]
    assert len(said) == len(rules.conditions)
    assert all(said)
    assert list(amounts_in_words(rules, SPEECHES[name]))
    assert order_in_words(rules, SPEECHES[name])


def test_every_kind_of_condition_has_words():
    """A new kind cannot be forgotten: whoever judges, is told."""
    told = {
        kind for kinds, _ in rule_words._TOLD for kind in (kinds if isinstance(kinds, tuple) else (kinds,))
    }
    there = {
        kind
        for module in (conditions, who, means, trees)
        for kind in vars(module).values()
        if isinstance(kind, type) and hasattr(kind, "met") and kind.__module__ == module.__name__
    }
    assert there == told
    assert len(there) == 18


def test_an_explanation_as_data_is_plain():
    case = cases("judge")[0].values[0]
    data = explain(case.rules, facts(case, {}).known(), Place(9, 5, 1_000)).as_data()
    assert json.loads(json.dumps(data)) == data
    assert data["eligible"] is True
