"""The next question of the pre-check: never one that changes nothing, never one too many, the same end in any order."""

from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policy.test_cases import PRESETS, cases, facts, known
from wishmi.calls.cases import amount_of
from wishmi.core.asking import next_question, still_open
from wishmi.core.calls import CallRules
from wishmi.core.eligibility import assess, assess_known
from wishmi.core.rules.judging import Answer
from wishmi.core.rules.vocabulary import VOCABULARY, FactKind

NAMES = sorted(PRESETS)


@dataclass(frozen=True)
class Preset:
    """A call, the people of its worked cases, and the values each fact takes there, with others around them."""

    rules: CallRules
    people: list[dict]
    values: dict[str, list]


def _preset(name):
    rules, tree = PRESETS[name]
    people = [known(tree["child"], case.get("change") or {}) for case in tree["judge"]]
    values = {}
    for fact in rules.facts:
        more = {
            FactKind.FLAG: [True, False],
            FactKind.CHOICE: VOCABULARY[fact].choices,
            FactKind.COUNT: range(6),
            FactKind.CENTS: [0, 10**9],
        }.get(VOCABULARY[fact].kind, [])
        nothing = [None] if VOCABULARY[fact].may_be_nothing else []
        values[fact] = list(dict.fromkeys([*(one[fact] for one in people), *more, *nothing]))
    return Preset(rules, people, values)


MADE = {name: _preset(name) for name in NAMES}


def person_of(data, preset):
    """Somebody like the worked cases, with some facts changed."""
    person = dict(data.draw(st.sampled_from(preset.people)))
    for fact in data.draw(st.sets(st.sampled_from(sorted(person)), max_size=3)):
        person[fact] = data.draw(st.sampled_from(preset.values[fact]))
    return person


def part_of(data, person):
    """What is known of somebody at first: the day, and some facts more."""
    told = data.draw(st.sets(st.sampled_from(sorted(person))))
    return {name: value for name, value in person.items() if name in told or name == "submitted_on"}


def can_change(preset, part, asked, random):
    """Whether two values of a fact lead to two answers, in some way of completing the rest."""
    for _ in range(2_000):
        like = random.choice(preset.people)
        rest = {
            name: like[name] if random.random() < 0.7 else random.choice(preset.values[name]) for name in like
        }
        ends = set()
        for value in preset.values[asked]:
            verdict = assess_known(preset.rules, {**rest, **part, asked: value})
            ends.add((verdict.answer, verdict.amount))
        if len(ends) > 1:
            return True
    return False


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_law_a_question_can_change_the_answer_of_a_call(name, data):
    preset = MADE[name]
    part = part_of(data, person_of(data, preset))
    asked = next_question([preset.rules], part)
    if asked is None:
        assert assess_known(preset.rules, part).answer is not Answer.NOT_KNOWN
    else:
        assert asked not in part
        assert can_change(preset, part, asked, data.draw(st.randoms(use_true_random=False)))


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_law_the_end_is_that_of_all_facts_and_no_question_is_too_many(data):
    names = data.draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5, unique=True))
    calls = [MADE[name].rules for name in names]
    person = {}
    for name in names:
        person = person_of(data, MADE[name]) | person
    told = part_of(data, person)
    undecided = still_open(calls, told)
    asked = []
    while (name := next_question(calls, told)) is not None:
        assert name in still_open(calls, told)
        asked.append(name)
        told[name] = person[name]
    assert len(asked) == len(set(asked))
    assert set(asked) <= set(undecided)
    for rules in calls:
        early, late = assess_known(rules, told), assess_known(rules, person)
        assert (early.answer, early.amount) == (late.answer, late.amount)
        assert late.answer is not Answer.NOT_KNOWN
        assert bool(early.reasons) is (early.answer is Answer.NOT_MET)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_law_the_order_of_calls_and_answers_changes_no_verdict(data):
    names = data.draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=4, unique=True))
    person = {}
    for name in names:
        person = person_of(data, MADE[name]) | person
    ends = []
    for order in (names, data.draw(st.permutations(names))):
        calls, told = [MADE[name].rules for name in order], part_of(data, person)
        while (name := next_question(calls, told)) is not None:
            told[name] = person[name]
        ends.append({rules.code: _end(assess_known(rules, told)) for rules in calls})
    assert ends[0] == ends[1]


def _end(verdict):
    return verdict.answer, verdict.amount


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_law_who_does_not_know_is_asked_once_and_what_hangs_on_it_is_named(data):
    name = data.draw(st.sampled_from(NAMES))
    rules, person = MADE[name].rules, person_of(data, MADE[name])
    silent = data.draw(st.sets(st.sampled_from(sorted(person))))
    told, passed = {}, set()
    while (fact := next_question([rules], told, passed)) is not None:
        assert fact not in passed
        if fact in silent:
            passed.add(fact)
        else:
            told[fact] = person[fact]
    verdict = assess_known(rules, told)
    assert set(verdict.missing) <= passed
    assert bool(verdict.missing) is (verdict.answer is Answer.NOT_KNOWN)


@pytest.mark.parametrize("case", cases("judge"))
def test_the_pre_check_says_of_each_worked_case_what_the_call_says(case):
    child = facts(case, case.said.get("change") or {})
    told = {}
    while (name := next_question([case.rules], told)) is not None:
        told[name] = child.known()[name]
    verdict = assess_known(case.rules, told)
    expect = case.said["expect"]
    assert verdict.eligible is ("reasons" not in expect)
    assert verdict.amount == amount_of(case.rules, expect.get("amount", "0.00"))
    assert assess_known(case.rules, child.known()) == assess(case.rules, child)


def test_the_fact_that_ends_most_calls_comes_first():
    calls = [MADE[name].rules for name in ("pass-culture", "kindpakket", "milano-2022-individuale")]
    today = {"submitted_on": date(2025, 5, 1)}
    assert next_question(calls, today) == "applicant_role"
    assert next_question(calls, today, {"applicant_role"}) == "resident"
    assert next_question(calls, {**today, "applicant_role": "parent", "resident": False}) is None


def test_an_indicator_of_the_wrong_kind_ends_the_questions():
    rules = MADE["milano-2022-individuale"].rules
    told = {"submitted_on": date(2022, 10, 1), "isee_kind": "current"}
    assert next_question([rules], told) is None
    assert [str(reason.code) for reason in assess_known(rules, told).reasons] == ["indicator_wrong_kind"]
    assert still_open([rules], told) == ()


def test_what_is_left_is_said_for_calls_that_are_still_open():
    rules = MADE["haf-england"].rules
    assert still_open([rules], {"submitted_on": date(2025, 3, 10)}) == (
        "applicant_role",
        "born_on",
        "benefits",
    )
    assert still_open([rules], {"submitted_on": date(2025, 3, 10)}, {"benefits"}) == (
        "applicant_role",
        "born_on",
    )
