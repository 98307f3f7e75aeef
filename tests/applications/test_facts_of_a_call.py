"""A call asks its own facts: declared, attested or recorded, they come back from the database as they went in."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from django.db import connection

from tests import builders as make
from tests.builders import NOW, OFFICER, RESPONSIBLE, done
from tests.builders_awards import refused
from tests.policy.test_cases import FOLDERS, PRESETS, known
from wishmi.applications.actions import (
    change_application,
    correct_facts,
    save_draft,
    seal_intake,
    submit_application,
    submit_many,
)
from wishmi.applications.declarations import ISEE, Declaration, declared_names
from wishmi.applications.forms import ApplicationForm, Submission
from wishmi.applications.models import Application, Candidacy
from wishmi.applications.snapshots import stored_facts
from wishmi.calls import actions as call_actions
from wishmi.calls.actions import load_call, publish_call
from wishmi.core.calls import AwardMode
from wishmi.core.commitment import commit
from wishmi.core.facts import ChildFacts
from wishmi.core.reasons import ReasonCode
from wishmi.core.rules.vocabulary import FACTS_OF_ONE, Source
from wishmi.infra.actor import SYSTEM, Actor, Role
from wishmi.infra.clock import local_day
from wishmi.people.actions import (
    FactSpec,
    HouseholdSpec,
    IseeSpec,
    PersonSpec,
    attest_facts,
    attest_isee,
    register_households,
    register_person,
)
from wishmi.people.models import Person, RegisterFact

pytestmark = pytest.mark.django_db
FAMILIES = sorted(
    name
    for name, (rules, tree) in PRESETS.items()
    if tree["child"].get("applicant_role") != "provider" and rules.mode is not AwardMode.AUTOMATIC
)
"""The presets to which a family or a person applies: not those for projects, nor those that come by themselves."""
SPORT, WELLBEING = "sport-285-milano", "benessere-65"


@pytest.fixture(autouse=True)
def every_call_may_be_published(monkeypatch):
    """Other rooms may not carry these calls out yet; applying is what is tested here."""
    monkeypatch.setattr(call_actions, "gaps", lambda _rules: ())


def published(name):
    folder = next(folder for folder in FOLDERS if folder.name == name)
    version = done(load_call(NOW - timedelta(days=900), RESPONSIBLE, (folder / "call.yaml").read_bytes()))
    done(publish_call(NOW - timedelta(days=900), RESPONSIBLE, version.pk, "DD 1"))
    return version.call


def person(born_on, number):
    return PersonSpec("Nome", f"Cognome{number}", "F", born_on, f"CODE{number:012d}", disabled=False)


def told(name):
    """The facts of the person of a preset's worked cases."""
    rules, tree = PRESETS[name]
    return rules, known(tree["child"], {})


def moment_of(rules, facts):
    """Noon of the day on which the person of the cases applies, or of the second day of the window."""
    day = facts.get("submitted_on", (rules.opens_at + timedelta(days=1)).date())
    return datetime.combine(day, time(12), rules.opens_at.tzinfo)


def home_for(facts):
    """A household with a guardian and the person; who applies for itself lives there without a guardian."""
    alone = facts.get("applicant_role") == "beneficiary"
    spec = HouseholdSpec(
        make.district().pk,
        "Via Inventata 1",
        True,
        False,
        "it",
        guardians=() if alone else (person(NOW.date().replace(year=1985), 900_001),),
        minors=() if alone else (person(facts["born_on"], 900_002),),
        others=(person(facts["born_on"], 900_002),) if alone else (),
    )
    household = done(register_households(NOW - timedelta(days=800), SYSTEM, [spec]))[0]
    child = household.persons.get(family_name="Cognome900002")
    if facts.get("isee_cents") is not None:
        first = facts.get("isee_issued_on") or facts["born_on"]
        until = facts.get("isee_valid_until") or first
        isee = IseeSpec(facts["isee_cents"], facts.get("isee_kind", "ordinary"), first, until, "INPS-1")
        done(attest_isee(NOW, SYSTEM, household.pk, isee))
    applicant = household.persons.filter(household_role="guardian").first() or child
    actor = Actor("login:1", frozenset({Role.FAMILY}), person=applicant.pk, household=household.pk)
    return household, child, applicant, actor


def declared(rules, facts, child):
    names = declared_names(rules.facts)
    household = {name: facts[name] for name in names if name not in FACTS_OF_ONE}
    return Declaration(household, {child.pk: {name: facts[name] for name in names if name in FACTS_OF_ONE}})


def form_for(rules, facts, household, child, applicant):
    role = facts.get("applicant_role", "parent")
    return ApplicationForm(household.pk, applicant.pk, role, (child.pk,), declared(rules, facts, child))


@pytest.mark.parametrize("name", FAMILIES)
def test_what_the_person_of_the_cases_declares_comes_back_from_the_database(name):
    rules, facts = told(name)
    call, moment = published(name), moment_of(rules, facts)
    household, child, applicant, actor = home_for(facts)
    draft = done(save_draft(moment, actor, call.pk, form_for(rules, facts, household, child, applicant)))
    done(submit_application(moment, actor, draft.pk))
    row = Candidacy.objects.get(application=draft)
    expected = ChildFacts.of({**facts, "applicant": household.ref})
    assert stored_facts(row) == expected
    assert set(row.facts) == set(rules.facts)
    salts = {group: bytes.fromhex(salt) for group, salt in row.salts.items()}
    assert row.commitment == commit(expected, salts).hex()
    assert row.origins == {name: origin(name) for name in rules.facts}
    assert Application.objects.get().declared == declared(rules, facts, child).as_data()


def test_an_application_is_of_the_day_it_is_where_its_call_is():
    """Midnight in Tallinn is eleven in the evening of the day before where the installation stands."""
    rules, facts = told("estonia-hobby")
    call, day = published("estonia-hobby"), moment_of(rules, facts).date()
    household, child, applicant, actor = home_for(facts)
    midnight = datetime.combine(day, time.min, rules.opens_at.tzinfo)
    assert local_day(midnight) == day - timedelta(days=1)
    form = form_for(rules, facts, household, child, applicant)
    for application in (
        sent(call, midnight, actor, form),
        done(change_application(midnight + timedelta(minutes=5), actor, Application.objects.get().pk, form)),
    ):
        row = Candidacy.objects.get(application=application)
        assert stored_facts(row).submitted_on == day


def origin(name):
    if name in ISEE:
        return "attested"
    return "recorded" if name in {"born_on", "submitted_on", "applicant"} else "declared"


def sport():
    rules, facts = told(SPORT)
    return rules, facts, published(SPORT), moment_of(rules, facts), *home_for(facts)


def sent(call, moment, actor, form):
    draft = done(save_draft(moment, actor, call.pk, form))
    return done(submit_application(moment, actor, draft.pk))


def test_an_application_that_does_not_say_all_is_kept_and_not_sent():
    rules, facts, call, moment, household, child, applicant, actor = sport()
    form = form_for(rules, facts, household, child, applicant)
    half = replace(form, declared=Declaration({"resident": True}))
    draft = done(save_draft(moment, actor, call.pk, half))
    assert refused(ReasonCode.INCOMPLETE, submit_application, moment, actor, draft.pk).reasons[0].params == {
        "fact": "district"
    }
    draft.refresh_from_db()
    assert (draft.state, draft.protocol) == ("draft", None)
    refused(ReasonCode.INCOMPLETE, submit_many, OFFICER, call.pk, [Submission(half, moment)])
    done(save_draft(moment, actor, call.pk, form))
    done(submit_application(moment, actor, draft.pk))
    refused(ReasonCode.INCOMPLETE, change_application, moment, actor, draft.pk, half)
    assert Application.objects.get().declared == form.declared.as_data()


@pytest.mark.parametrize(
    ("of", "name", "value"),
    [
        ("household", "minors", 31),
        ("household", "born_on", NOW.date()),
        ("household", "isee_cents", 1),
        ("household", "district", "a b"),
        ("household", "district", "x" * 41),
        ("child", "target_groups", ("b", "a")),
        ("child", "resident", True),
        ("child", "course_months", 601),
        ("child", "cost_cents", 10**12 + 1),
        ("stranger", "disabled", True),
    ],
)
def test_what_nobody_can_declare_is_refused(of, name, value):
    rules, facts, call, moment, household, child, applicant, actor = sport()
    good = declared(rules, facts, child)
    pk = child.pk + 1_000 if of == "stranger" else child.pk
    wrong = (
        Declaration({**good.household, name: value}, good.children)
        if of == "household"
        else Declaration(good.household, {**good.children, pk: {**good.of(pk), name: value}})
    )
    form = replace(form_for(rules, facts, household, child, applicant), declared=wrong)
    refused(ReasonCode.INCOMPLETE, save_draft, moment, actor, call.pk, form)


def test_a_register_counts_before_what_is_declared_until_its_time_has_passed():
    rules, facts, call, moment, household, child, applicant, actor = sport()
    day = moment.date()
    attested = [
        FactSpec("target_groups", ("neet",), Source.OFFICE, day - timedelta(days=9), child.pk),
        FactSpec("target_groups", ("absolute_poverty",), Source.OFFICE, day - timedelta(days=2), child.pk),
        FactSpec("target_groups", ("segregated_school",), Source.SCHOOL, day + timedelta(days=1), child.pk),
        FactSpec(
            "district", "pilot_two", Source.POPULATION, day - timedelta(days=9), None, day - timedelta(days=1)
        ),
    ]
    done(attest_facts(moment, SYSTEM, household.pk, attested))
    sent(call, moment, actor, form_for(rules, facts, household, child, applicant))
    row = Candidacy.objects.get()
    assert stored_facts(row).known()["target_groups"] == ("absolute_poverty",)
    assert stored_facts(row).known()["district"] == "pilot_one"
    assert (row.origins["target_groups"], row.origins["district"]) == ("attested", "declared")


def test_what_registers_attest_lies_encrypted():
    _rules, _facts, _call, moment, household, child, _applicant, _actor = sport()
    done(
        attest_facts(
            moment,
            SYSTEM,
            household.pk,
            [FactSpec("disabled", True, Source.WELFARE, moment.date(), child.pk)],
        )
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM people_registerfact")
        assert ":" in cursor.fetchone()[0]
    assert RegisterFact.objects.get().value == [True]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "height"},
        {"value": "yes"},
        {"register": Source.APPLICANT},
        {"person_id": None},
        {"person_id": 10**6},
        {"valid_until": NOW.date().replace(year=2001)},
    ],
)
def test_a_register_attests_only_facts_of_those_it_knows(wrong):
    home = make.family()
    spec = FactSpec("disabled", True, Source.WELFARE, NOW.date(), home.minors[0].pk)
    refused(ReasonCode.INCOMPLETE, attest_facts, NOW, SYSTEM, home.household.pk, [replace(spec, **wrong)])
    refused(ReasonCode.NOT_ALLOWED, attest_facts, NOW, home.actor, home.household.pk, [spec])


def test_case_work_corrects_a_fact_and_its_origin_says_so():
    rules, facts, call, moment, household, child, applicant, actor = sport()
    sent(call, moment, actor, form_for(rules, facts, household, child, applicant))
    done(seal_intake(rules.closes_at, RESPONSIBLE, call.pk, "DD 2"))
    right = declared(rules, {**facts, "target_groups": ("neet",)}, child)
    row = Candidacy.objects.get()
    done(correct_facts(rules.closes_at, OFFICER, row.pk, right, "The register says otherwise."))
    row.refresh_from_db()
    assert stored_facts(row).known()["target_groups"] == ("neet",)
    assert (row.origins["target_groups"], row.origins["district"]) == ("corrected", "declared")
    half = Declaration({"resident": True})
    refused(ReasonCode.INCOMPLETE, correct_facts, rules.closes_at, OFFICER, row.pk, half, "Again.")


def wellbeing(**changes):
    rules, facts = told(WELLBEING)
    facts |= changes
    return rules, facts, published(WELLBEING), moment_of(rules, facts), *home_for(facts)


def test_who_applies_for_itself_needs_no_guardian_and_applies_once():
    rules, facts, call, moment, household, child, applicant, actor = wellbeing()
    form = form_for(rules, facts, household, child, applicant)
    sent(call, moment, actor, form)
    assert Application.objects.get().own == child
    refused(ReasonCode.DUPLICATE_HOUSEHOLD, save_draft, moment, actor, call.pk, form)


def test_two_of_one_household_apply_each_for_itself():
    rules, facts, call, moment, household, child, applicant, actor = wellbeing()
    other = Person.objects.create(
        ref="other",
        household=household,
        household_role="other",
        given_name="Bruno",
        family_name="Cognome",
        born_on=facts["born_on"],
        fiscal_code="X",
        fiscal_code_index="x",
    )
    sent(call, moment, actor, form_for(rules, facts, household, child, applicant))
    sent(call, moment, actor, form_for(rules, facts, household, other, other))
    assert Application.objects.filter(state="submitted").count() == 2
    both = replace(form_for(rules, facts, household, child, applicant), minor_ids=(child.pk, other.pk))
    refused(ReasonCode.INCOMPLETE, save_draft, moment, OFFICER, call.pk, both)


def test_nobody_applies_for_itself_before_fourteen_or_for_another_as_itself():
    rules, facts, call, moment, household, child, applicant, actor = wellbeing()
    form = form_for(rules, facts, household, child, applicant)
    day = moment.date()
    young = day.replace(year=day.year - 14) + timedelta(days=1)
    Person.objects.filter(pk=child.pk).update(born_on=young)
    refused(ReasonCode.APPLICANT_NOT_ENTITLED, save_draft, moment, actor, call.pk, form)
    Person.objects.filter(pk=child.pk).update(born_on=young - timedelta(days=1))
    done(save_draft(moment, actor, call.pk, form))
    home = make.family()
    stranger = replace(form, applicant_id=home.guardian.pk)
    refused(ReasonCode.APPLICANT_NOT_ENTITLED, save_draft, moment, OFFICER, call.pk, stranger)


def test_who_helps_is_written_down_by_the_office_and_is_not_of_the_family():
    rules, facts, call, moment, household, child, applicant, actor = wellbeing()
    helper = done(register_person(NOW, OFFICER, person(NOW.date().replace(year=1980), 900_003)))
    form = form_for(rules, facts, household, child, applicant)
    own = replace(form, applicant_role="intermediary")
    refused(ReasonCode.NOT_ALLOWED, save_draft, moment, actor, call.pk, own)
    refused(ReasonCode.APPLICANT_NOT_ENTITLED, save_draft, moment, OFFICER, call.pk, own)
    done(save_draft(moment, OFFICER, call.pk, replace(own, applicant_id=helper.pk)))
    assert Application.objects.get().applicant == helper
