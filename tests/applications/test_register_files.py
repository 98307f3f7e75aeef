"""Files of what registers attest: read strictly, stored whole, and taken before what a family declares."""

import io
from datetime import date

import pytest

from tests.applications.rows import code_of
from tests.builders import NOW, OFFICER, SYSTEM, district, done
from tests.builders_awards import refused, unchanged
from wishmi.applications.actions import import_register_facts
from wishmi.core.reasons import ReasonCode
from wishmi.infra.actor import Actor, Role
from wishmi.people.actions import HouseholdSpec, PersonSpec, register_households
from wishmi.people.models import RegisterFact
from wishmi.people.selectors import register_facts

pytestmark = pytest.mark.django_db
HEAD = "fiscal_code;fact;value;register;attested_on;valid_until"
ANNA, LIA = code_of("Prova", "Anna", date(1984, 3, 9)), code_of("Prova", "Lia", date(2012, 5, 17))

IDA = code_of("Altra", "Ida", date(2012, 1, 1))


@pytest.fixture
def home(db):
    def person(given, born_on, code):
        return PersonSpec(given, "Prova", "F", born_on, code, disabled=False)

    spec = HouseholdSpec(
        district().pk, "Via 1", True, False, "it",
        guardians=(person("Anna", date(1984, 3, 9), ANNA),), minors=(person("Lia", date(2012, 5, 17), LIA),),
    )  # fmt: skip
    return done(register_households(NOW, SYSTEM, [spec]))[0]


def take(*rows, head=HEAD, actor=OFFICER):
    source = io.BytesIO("\r\n".join([head, *rows]).encode())
    return import_register_facts(NOW, actor, source, demo=True)


def test_facts_of_the_child_and_of_its_household_are_stored(home):
    answer = done(
        take(
            f"{LIA};target_groups;neet|absolute_poverty;office;2023-01-10;",
            f"{ANNA};district;pilot_one;population_register;2023-01-10;2023-12-31",
            f"{LIA};child_resident_since;;population_register;10/01/2023;",
        )
    )
    assert (answer.facts, answer.households, answer.problems) == (3, 1, ())
    child = home.persons.get(given_name="Lia")
    names = ("target_groups", "district", "child_resident_since")
    assert register_facts([home.pk], names, date(2023, 6, 1))[home.pk] == {
        None: {"district": "pilot_one"},
        child.pk: {"target_groups": ("absolute_poverty", "neet"), "child_resident_since": None},
    }
    assert register_facts([home.pk], names, date(2024, 1, 1))[home.pk] == {
        child.pk: {"target_groups": ("absolute_poverty", "neet"), "child_resident_since": None}
    }
    assert register_facts([home.pk], names, date(2023, 1, 9))[home.pk] == {}


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (f"{LIA};born_on;2012-05-17;office;2023-01-10;", "fact", "unknown_fact"),
        (f"{LIA};isee_cents;100;welfare_register;2023-01-10;", "fact", "unknown_fact"),
        (f"{LIA};height;3;office;2023-01-10;", "fact", "unknown_fact"),
        (f"{LIA};disabled;maybe;office;2023-01-10;", "value", "wrong_word"),
        (f"{LIA};disabled;;office;2023-01-10;", "value", "missing"),
        (f"{LIA};disabled;yes;applicant;2023-01-10;", "register", "wrong_word"),
        (f"{LIA};disabled;yes;office;;", "attested_on", "missing"),
        (f"{LIA};disabled;yes;office;2023-01-10;2023-01-09", "valid_until", "days"),
        (f"{LIA[:-1]}0;disabled;yes;office;2023-01-10;", "fiscal_code", "fiscal_code_wrong_characters"),
        (
            code_of("Altra", "Ida", date(2012, 1, 1)) + ";disabled;yes;office;2023-01-10;",
            "fiscal_code",
            "unknown_person",
        ),
        (f"{LIA};disabled;yes;office", "", "ragged"),
    ],
)
def test_one_wrong_row_keeps_the_whole_file_out(home, row, column, code):
    with unchanged():
        answer = take(f"{LIA};disabled;yes;office;2023-01-10;", row)
    assert [(problem.row, problem.column, problem.code) for problem in answer.problems] == [(3, column, code)]
    assert not RegisterFact.objects.exists()
    assert all(LIA not in problem.value for problem in answer.problems)


def test_a_file_of_something_else_is_refused(home):
    assert [problem.code for problem in take("x;y", head="a;b").problems] == ["columns"]
    assert [problem.code for problem in take(head="").problems] == ["empty"]


def test_only_the_office_stores_what_registers_attest(home):
    family = Actor("login:1", frozenset({Role.FAMILY}), household=home.pk)
    refused(ReasonCode.NOT_ALLOWED, import_register_facts, NOW, family, io.BytesIO(b""))
