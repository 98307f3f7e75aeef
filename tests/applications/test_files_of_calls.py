"""Files of calls that ask other facts: their columns, read and written, imported and ranked with a file alone."""

import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.applications.rows import code_of, row
from tests.builders import NOW, OFFICER, RESPONSIBLE, done
from tests.policy.test_cases import FOLDERS, PRESETS
from wishmi.applications.actions import import_applications
from wishmi.applications.file_facts import EMPTY, columns_of, more_facts
from wishmi.applications.files import COLUMNS, facts_of, read_applications, write_applications
from wishmi.applications.models import Application, Candidacy
from wishmi.applications.snapshots import stored_facts
from wishmi.calls import actions as call_actions
from wishmi.calls.actions import load_call, publish_call
from wishmi.core.facts import ChildFacts
from wishmi.core.rules.vocabulary import VOCABULARY, FactKind
from wishmi.people.models import Person

FAMILIES = sorted(folder.name for folder in FOLDERS if folder.name != "milano-2022-collettivo")
SPORT, WELLBEING = "sport-285-milano", "benessere-65"
ROME = ZoneInfo("Europe/Rome")
WORDS = st.lists(st.sampled_from(["a", "b_2", "c" * 40]), unique=True).map(lambda some: tuple(sorted(some)))


def facts_asked(name):
    return PRESETS[name][0].facts


def value_of(name):
    fact = VOCABULARY[name]
    some = {
        FactKind.FLAG: st.booleans(),
        FactKind.COUNT: st.integers(0, 30),
        FactKind.CENTS: st.integers(0, 99_999_999_999),
        FactKind.DAY: st.dates(date(1900, 1, 1), date(2199, 12, 31)),
        FactKind.CHOICE: st.sampled_from(fact.choices or ("",)),
        FactKind.WORD: st.sampled_from(["a", "b_2", "c" * 40]),
        FactKind.WORDS: WORDS,
    }[fact.kind]
    return st.none() | some if fact.may_be_nothing else some


def plain_row(asked, more=(), **changes):
    """A row of a call: columns it does not have hold nothing."""
    usual = {"isee": "isee_cents"}
    unasked = {
        usual.get(column, column): EMPTY[column] for column in EMPTY if column not in columns_of(asked)
    }
    return replace(row(), more=tuple(more), **(unasked | changes))


def test_a_file_has_the_columns_of_what_its_call_asks_and_no_others():
    assert columns_of(facts_asked("milano-2022-individuale")) == COLUMNS
    usual = [column for column in COLUMNS if column not in EMPTY]
    assert columns_of(facts_asked("haf-england")) == (*usual, "benefits")
    assert columns_of(facts_asked(SPORT)) == (*usual, "district_name", "target_groups")
    assert columns_of(facts_asked("estonia-hobby"))[-5:] == (
        "submitted_at", "unemployed_parent", "disabled", "cost", "paid_on",
    )  # fmt: skip


@pytest.mark.parametrize("name", FAMILIES)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_law_what_is_written_reads_back_as_the_same_rows(name, data):
    asked = facts_asked(name)
    more = [(fact, data.draw(value_of(fact))) for fact in more_facts(asked)]
    made = plain_row(asked, more)
    read = read_applications(io.BytesIO(write_applications([made], asked)), demo=True, asked=asked)
    assert read.problems == ()
    assert read.rows == (made,)
    facts = facts_of(made, municipality="F205", zone=ROME, applicant="h1", asked=asked)
    assert set(facts.known()) == set(asked)
    assert dict(more).items() <= facts.known().items()


def faults(text, asked):
    read = read_applications(io.BytesIO(text.encode()), demo=True, asked=asked)
    return [(problem.column, problem.code) for problem in read.errors]


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("target_groups", "", "missing"),
        ("target_groups", "Neet", "wrong_word"),
        ("target_groups", "neet|neet", "wrong_word"),
        ("target_groups", "neet|", "wrong_word"),
        ("district_name", "pilot one", "wrong_word"),
    ],
)
def test_a_cell_that_cannot_be_the_fact_is_refused_at_its_place(column, cell, code):
    asked = facts_asked(SPORT)
    more = (("district", "pilot_one"), ("target_groups", ("neet",)))
    text = write_applications([plain_row(asked, more)], asked).decode()
    place = {"target_groups": ";neet\r", "district_name": ";pilot_one;"}[column]
    assert place in text
    assert faults(text.replace(place, place[0] + cell + place[-1]), asked) == [(column, code)]


def test_a_file_of_another_call_is_refused_by_its_columns():
    asked = facts_asked(SPORT)
    text = write_applications([row()]).decode()
    codes = {code for _column, code in faults(text, asked)}
    assert codes == {"unknown_column", "missing_column"}


def test_rows_of_one_application_agree_on_the_household_and_not_on_each_child():
    asked = facts_asked(SPORT)
    first = plain_row(asked, (("district", "pilot_one"), ("target_groups", ())))
    born_on = date(2014, 1, 1)
    second = replace(
        first,
        child_given_name="Ugo",
        child_born_on=born_on,
        child_fiscal_code=code_of("Prova", "Ugo", born_on),
        more=(("district", "pilot_one"), ("target_groups", ("neet",))),
    )
    assert faults(write_applications([first, second], asked).decode(), asked) == []
    other = replace(second, more=(("district", "pilot_two"), ("target_groups", ())))
    assert faults(write_applications([first, other], asked).decode(), asked) == [
        ("district_name", "application_disagrees")
    ]


@pytest.fixture
def published(db, monkeypatch):
    monkeypatch.setattr(call_actions, "gaps", lambda _rules: ())

    def publish(name):
        folder = next(folder for folder in FOLDERS if folder.name == name)
        moment = NOW - timedelta(days=900)
        version = done(load_call(moment, RESPONSIBLE, (folder / "call.yaml").read_bytes()))
        done(publish_call(moment, RESPONSIBLE, version.pk, "DD 1"))
        return version.call

    return publish


def imported(call, rows, asked):
    source = io.BytesIO(write_applications(rows, asked))
    return done(import_applications(NOW, OFFICER, call.pk, source, demo=True))


def test_an_imported_child_has_the_facts_of_its_row_and_their_origin(published):
    call, asked = published(SPORT), facts_asked(SPORT)
    sent = datetime(2023, 3, 10, 9, tzinfo=ROME)
    made = plain_row(asked, (("district", "pilot_one"), ("target_groups", ("neet",))), submitted_at=sent)
    assert imported(call, [made], asked).children == 1
    child = Candidacy.objects.get()
    expected = facts_of(
        made, municipality="F205", zone=ROME, applicant=child.application.household.ref, asked=asked
    )
    assert stored_facts(child) == expected
    assert isinstance(expected, ChildFacts)
    assert (child.origins["target_groups"], child.origins["born_on"]) == ("imported", "recorded")
    assert set(child.application.declared) == {"resident", "district", "children"}


def older(given, **changes):
    """A person born in 1950 who applies for itself."""
    born_on = date(1950, 5, 5)
    code = code_of("Prova", given, born_on)
    own = {
        "applicant_fiscal_code": code, "applicant_role": "beneficiary", "applicant_given_name": given,
        "child_fiscal_code": code, "child_given_name": given, "child_born_on": born_on,
        "isee_issued_on": date(2025, 1, 20), "isee_valid_until": date(2025, 12, 31),
        "submitted_at": datetime(2025, 2, 10, 9, tzinfo=ROME),
    }  # fmt: skip
    more = (("other_schemes", ()), ("disabled", False))
    return plain_row(facts_asked(WELLBEING), more, **(own | changes))


def test_who_applies_for_itself_is_imported_without_a_guardian(published):
    call, asked = published(WELLBEING), facts_asked(WELLBEING)
    assert imported(call, [older("Anna")], asked).children == 1
    application = Application.objects.get()
    assert application.applicant == application.own == Candidacy.objects.get().minor
    assert Person.objects.get().household_role == "other"
    wrong = older("Ida", applicant_fiscal_code=code_of("Prova", "Bea", date(1950, 5, 5)))
    assert faults(write_applications([wrong], asked).decode(), asked) == [
        ("child_fiscal_code", "another_person")
    ]


def test_one_service_applies_for_several_persons(published):
    call, asked = published(WELLBEING), facts_asked(WELLBEING)
    helper = {
        "applicant_role": "intermediary",
        "applicant_fiscal_code": code_of("Prova", "Zoe", date(1980, 1, 1)),
    }
    rows = [older("Anna", **helper), older("Ida", protocol="2025/2", **helper)]
    assert imported(call, rows, asked).applications == 2
    first, second = Application.objects.order_by("id")
    assert first.applicant == second.applicant
    assert first.applicant.household is None
    assert first.household != second.household
