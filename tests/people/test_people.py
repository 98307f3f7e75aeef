"""Who is registered, who may act for whom, and what a register attests."""

from dataclasses import replace
from datetime import date

import pytest

from tests import builders as make
from tests.builders import DAY, NOW, OFFICER, done
from tests.builders_awards import isee, refused
from wishmi.core.reasons import ReasonCode as Code
from wishmi.infra.actor import SYSTEM, Role
from wishmi.people import selectors
from wishmi.people.actions import HouseholdSpec, attest_isee, give_login, register_households
from wishmi.people.models import Guardianship, Household, IseeAttestation, Person

pytestmark = pytest.mark.django_db


def spec(*minors, guardians=1):
    people = tuple(make._person(date(1980, 1, 1)) for _ in range(guardians))
    return HouseholdSpec(
        district_id=None,
        address="Via Inventata 1",
        resident=True,
        lone_parent=False,
        language="it",
        guardians=people,
        minors=tuple(minors),
    )


def test_a_household_comes_with_its_persons_and_every_tie():
    child, other = make._person(date(2014, 1, 1)), make._person(date(2012, 1, 1))
    made = done(register_households(NOW, SYSTEM, [spec(child, other, guardians=2)]))
    assert [person.born_on.year for person in selectors.minors_of(made[0].pk)] == [2012, 2014]
    assert Guardianship.objects.count() == 4
    roles = [one.household_role for one in selectors.persons_of(made[0].pk)]
    assert roles == ["guardian", "guardian", "minor", "minor"]


def test_a_fiscal_code_is_registered_once_however_it_is_written():
    child = make._person(date(2014, 1, 1))
    done(register_households(NOW, SYSTEM, [spec(child)]))
    again = replace(child, fiscal_code=f" {child.fiscal_code.lower()} ")
    load = [spec(make._person(date(2015, 1, 1))), spec(again)]
    refused(Code.ALREADY_DONE, register_households, NOW, SYSTEM, load)


def test_a_fiscal_code_twice_in_one_load_registers_nobody():
    child = make._person(date(2014, 1, 1))
    refused(Code.ALREADY_DONE, register_households, NOW, SYSTEM, [spec(child), spec(child)])
    assert Household.objects.count() == 0


def test_more_persons_than_one_question_names_are_registered():
    done(register_households(NOW, SYSTEM, [spec(make._person(date(2014, 1, 1))) for _ in range(600)]))
    assert Person.objects.count() == 1200


@pytest.mark.parametrize(
    "changes",
    [
        {"cents": -1},
        {"cents": 2**70},
        {"kind": ""},
        {"kind": "invented"},
        {"valid_until": date(2022, 1, 31)},
        {"dsu_protocol": "p" * 41},
    ],
)
def test_what_cannot_be_an_indicator_is_not_stored(changes):
    home = make.family()
    bad = replace(isee(), attested=False, **changes)
    refused(Code.INCOMPLETE, attest_isee, NOW, home.actor, home.household.pk, bad)
    refused(Code.INCOMPLETE, attest_isee, NOW, OFFICER, home.household.pk, bad)


def test_a_family_declares_and_never_attests():
    home, other = make.family(), make.family()
    refused(Code.NOT_ALLOWED, attest_isee, NOW, home.actor, home.household.pk, isee())
    refused(Code.NOT_ALLOWED, attest_isee, NOW, home.actor, other.household.pk, isee(attested=False))
    assert done(attest_isee(NOW, home.actor, home.household.pk, isee(attested=False))).attested is False
    assert IseeAttestation.objects.get().household_id == home.household.pk


def test_the_newest_indicator_issued_by_a_day_counts():
    home = make.family()
    for cents, issued in ((1, date(2022, 1, 5)), (3, date(2022, 6, 1)), (2, date(2022, 6, 1))):
        done(attest_isee(NOW, OFFICER, home.household.pk, isee(cents, issued_on=issued)))
    assert selectors.latest_isee(home.household.pk, date(2022, 1, 4)) is None
    assert selectors.latest_isee(home.household.pk, date(2022, 5, 31)).cents == 1
    assert selectors.latest_isee(home.household.pk, date(2022, 6, 1)).cents == 2


def test_a_guardians_proof_holds_until_its_last_day():
    home = make.family()
    tie = Guardianship.objects.get()
    day = NOW.date()
    assert selectors.guardianship(home.guardian.pk, home.minors[0].pk, day) == tie
    Guardianship.objects.update(proof_ends_on=day)
    assert selectors.guardianship(home.guardian.pk, home.minors[0].pk, day) == tie
    assert selectors.guardianship(home.guardian.pk, home.minors[0].pk, day + DAY) is None
    assert selectors.guardianship(home.minors[0].pk, home.guardian.pk, day) is None


def test_an_actor_is_what_its_login_was_granted_and_no_more():
    home = make.family()
    family = selectors.actor_of(give_login("anna", "a long password", [Role.FAMILY], home.guardian))
    assert (family.roles, family.household, family.provider) == ({Role.FAMILY}, home.household.pk, None)
    nobody = selectors.actor_of(give_login("nobody", None, []))
    assert (nobody.roles, nobody.household, nobody.person) == (frozenset(), None, None)
