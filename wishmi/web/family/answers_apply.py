"""Answers of an application that is being written: kept in the session, and as a draft where one may be kept.

Answers stand by the names of facts: those of the household once, those of each child under its id. `children` and
`applicant_role` stand beside them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from wishmi.applications import selectors as applications
from wishmi.applications.declarations import (
    BENEFICIARY,
    GUARDING_ROLES,
    Declaration,
    declared_names,
)
from wishmi.applications.forms import ApplicationForm
from wishmi.applications.models import Application, Candidacy
from wishmi.applications.snapshots import Circumstances, known_of
from wishmi.calls.selectors import day_of
from wishmi.core.calls import CallRules
from wishmi.core.eligibility import Verdict, assess_known
from wishmi.core.rules.vocabulary import FACTS_OF_ONE, Known
from wishmi.infra.actor import Actor
from wishmi.infra.fields import decrypt, encrypt
from wishmi.people import selectors as people
from wishmi.people.models import IseeAttestation, Person
from wishmi.web.public.call_words import CallInWords

State = Application.State


@dataclass(slots=True)
class Desk:
    """All that the screens of one application need."""

    actor: Actor
    call: CallInWords
    persons: list[Person]
    isee: IseeAttestation | None
    household_ref: str
    registered: dict[int | None, dict[str, object]]
    application: Application | None
    answers: dict[str, object]
    declared: Declaration

    @property
    def is_sent(self) -> bool:
        """Whether an application was sent already, so that this changes it."""
        return self.application is not None and self.application.state == State.SUBMITTED

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of the call that somebody of the family can have; others are for who helps it."""
        admitted = self.call.document.applicants.roles
        own = tuple(role for role in (*GUARDING_ROLES, BENEFICIARY) if role in admitted)
        return own or GUARDING_ROLES[:1]

    @property
    def is_for_one(self) -> bool:
        """Whether only who is signed in can be applied for."""
        return self.answers.get("applicant_role") == BENEFICIARY

    @property
    def minors(self) -> list[Person]:
        """Whom one can apply for."""
        if self.is_for_one:
            return [person for person in self.persons if person.pk == self.actor.person]
        return [person for person in self.persons if person.household_role == Person.HouseholdRole.MINOR]

    @property
    def chosen(self) -> list[Person]:
        """Whom the application is for, as chosen so far."""
        if self.is_for_one:
            return self.minors
        wanted = self.answers.get("children")
        return [minor for minor in self.minors if isinstance(wanted, list) and minor.pk in wanted]

    def attested(self, name: str, person: Person | None) -> bool:
        """Whether a register says it, so that nobody needs to."""
        return name in self.registered.get(person.pk if person else None, {})

    def told(self, name: str, person: Person | None = None) -> bool:
        """Whether a fact was declared already."""
        said = self.declared.children.get(person.pk, {}) if person else self.declared.household
        return name in said

    def form(self) -> ApplicationForm:
        """The answers in the shape the room takes."""
        assert self.actor.household is not None
        assert self.actor.person is not None
        ids = tuple(minor.pk for minor in self.chosen)
        children = {pk: said for pk, said in self.declared.children.items() if pk in ids}
        return ApplicationForm(
            household_id=self.actor.household,
            applicant_id=self.actor.person,
            applicant_role=str(self.answers["applicant_role"]),
            minor_ids=ids,
            declared=Declaration(self.declared.household, children),
        )

    def verdicts(self, rules: CallRules, day: date) -> list[tuple[Person, Verdict]]:
        """What the call would say of each child as things stand: a help before sending, never a decision."""
        around = Circumstances(
            day, self.isee, str(self.answers["applicant_role"]), self.household_ref, self.registered
        )
        return [
            (minor, assess_known(rules, known_of(rules.facts, self.form().declared, minor, around)[0]))
            for minor in self.chosen
        ]


def open_desk(request: HttpRequest, actor: Actor, call: CallInWords, moment: object) -> Desk:
    """The screens' state: what was answered before, else what the registers say."""
    assert actor.household is not None
    day = day_of(call.version, moment)
    asked = declared_names(call.rules.facts)
    household = people.household(actor.household)
    persons = people.persons_of(actor.household)
    live = [
        one
        for one in applications.applications_of(actor.household)
        if one.call_id == call.call.pk and one.state != State.WITHDRAWN and one.own_id in {None, actor.person}
    ]
    application = live[0] if live else None
    desk = Desk(
        actor=actor,
        call=call,
        persons=persons,
        isee=people.latest_isee(actor.household, day),
        household_ref=household.ref,
        registered=people.register_facts([actor.household], asked, day)[actor.household],
        application=application,
        answers={"children": [], "applicant_role": ""},
        declared=Declaration(),
    )
    desk.answers["applicant_role"] = _role_on_record(desk, day)
    desk.declared = Declaration(_on_record(household, persons, asked))
    if application is not None:
        _take(desk, _written(application))
    _take(desk, _kept(request, call))
    return desk


def _role_on_record(desk: Desk, day: date) -> str:
    """What the person is to the children, as far as it is known."""
    minors, roles = desk.minors, desk.roles
    if desk.actor.person is not None and minors:
        tie = people.guardianship(desk.actor.person, minors[0].pk, day)
        if tie is not None and tie.kind in roles:
            return str(tie.kind)
    return roles[0]


def _on_record(household: object, persons: list[Person], asked: tuple[str, ...]) -> Known:
    """What the rows of the household say of what is asked: a proposal, which the family confirms or changes."""
    minors = [person for person in persons if person.household_role == Person.HouseholdRole.MINOR]
    proposed = {
        "resident": household.resident,
        "minors": len(minors),
        "lone_parent": household.lone_parent,
        "disabled_members": sum(1 for person in persons if person.disabled),
    }
    return {name: value for name, value in proposed.items() if name in asked}


def _written(application: Application) -> dict[str, object]:
    """An application as it stands in its rows, in the shape that is kept."""
    live = [row for row in application.candidacies.all() if row.state != Candidacy.State.WITHDRAWN]
    return {
        "children": [row.minor_id for row in live],
        "applicant_role": application.applicant_role,
        "declared": application.declared,
    }


def _take(desk: Desk, kept: Mapping[str, object]) -> None:
    """Let what was kept count before what was there."""
    desk.answers |= {name: kept[name] for name in ("children", "applicant_role") if name in kept}
    said = kept.get("declared")
    if isinstance(said, dict):
        later = Declaration.from_data(said)
        ids = {*desk.declared.children, *later.children}
        desk.declared = Declaration(
            {**desk.declared.household, **later.household},
            {pk: {**desk.declared.children.get(pk, {}), **later.children.get(pk, {})} for pk in sorted(ids)},
        )


def keep(request: HttpRequest, desk: Desk, changed: Mapping[str, object]) -> None:
    """Keep whom it is for, or who applies, until the application is sent."""
    _take(desk, changed)
    _store(request, desk)


def keep_facts(request: HttpRequest, desk: Desk, name: str, values: Mapping[int | None, object]) -> None:
    """Keep a fact: by the id of each child, or under None the household's."""
    for pk, value in values.items():
        said = Declaration({name: value}) if pk is None else Declaration({}, {pk: {name: value}})
        _take(desk, {"declared": said.as_data()})
    _store(request, desk)


def carry_over(
    request: HttpRequest, desk: Desk, household: Known, by_birth_date: Mapping[date, Known]
) -> None:
    """Keep answers of the pre-check that the call asks: those of a child where the birth date names one child alone.

    They are proposals like all that is kept: the family sees each again before it sends.
    """
    asked = declared_names(desk.call.rules.facts)
    of_all = {name: value for name, value in household.items() if name in asked and name not in FACTS_OF_ONE}
    children = {}
    for born_on, said in by_birth_date.items():
        same = [minor for minor in desk.minors if minor.born_on == born_on]
        if len(same) == 1:
            own = {name: value for name, value in said.items() if name in asked and name in FACTS_OF_ONE}
            children[same[0].pk] = own
    said = Declaration(of_all, children)
    if said.is_plausible:
        role = household.get("applicant_role")
        changed: dict[str, object] = {"declared": said.as_data()}
        if role in desk.roles:
            changed["applicant_role"] = role
        if children and not desk.chosen:
            changed["children"] = sorted(children)
        keep(request, desk, changed)


def _store(request: HttpRequest, desk: Desk) -> None:
    kept = {**desk.answers, "declared": desk.declared.as_data()}
    request.session[_place(desk.call)] = encrypt(json.dumps(kept), _place(desk.call))


def _kept(request: HttpRequest, call: CallInWords) -> dict[str, object]:
    """What was kept, encrypted where it lies: it tells of health. What no key reads was never answered."""
    try:
        kept = json.loads(decrypt(str(request.session[_place(call)]), _place(call)))
    except (KeyError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def forget(request: HttpRequest, call: CallInWords) -> None:
    """Nothing more to keep: it was sent or withdrawn."""
    request.session.pop(_place(call), None)


def _place(call: CallInWords) -> str:
    return f"apply:{call.call.pk}"
