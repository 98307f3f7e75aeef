"""Answers of an application that is being written: kept in the session, and as a draft where one may be kept."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from wishmi.applications import selectors as applications
from wishmi.applications.forms import ApplicationForm
from wishmi.applications.models import Application, Candidacy
from wishmi.applications.snapshots import Declaration, facts_of
from wishmi.core.calls import CallRules
from wishmi.core.eligibility import Verdict, assess
from wishmi.core.facts import APPLICANT_ROLES
from wishmi.infra.actor import Actor
from wishmi.infra.clock import local_day
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
    minors: list[Person]
    isee: IseeAttestation | None
    household_ref: str
    application: Application | None
    answers: dict[str, object]

    @property
    def is_sent(self) -> bool:
        """Whether an application was sent already, so that this changes it."""
        return self.application is not None and self.application.state == State.SUBMITTED

    @property
    def chosen(self) -> list[Person]:
        """The children chosen so far."""
        wanted = self.answers.get("children")
        return [minor for minor in self.minors if isinstance(wanted, list) and minor.pk in wanted]

    def form(self) -> ApplicationForm:
        """The answers in the shape the room takes."""
        assert self.actor.household is not None
        assert self.actor.person is not None
        return ApplicationForm(
            household_id=self.actor.household,
            applicant_id=self.actor.person,
            applicant_role=str(self.answers["role"]),
            minor_ids=tuple(minor.pk for minor in self.chosen),
            declared=Declaration(
                resident=bool(self.answers["residence"]),
                minors=int(str(self.answers["minors"])),
                lone_parent=bool(self.answers["lone-parent"]),
                disabled_members=int(str(self.answers["disability"])),
            ),
        )

    def verdicts(self, rules: CallRules, moment_day: object) -> list[tuple[Person, Verdict]]:
        """What the call would say of each child as things stand: a help before sending, never a decision."""
        form = self.form()
        return [
            (
                minor,
                assess(
                    rules,
                    facts_of(
                        form.declared,
                        minor.born_on,
                        moment_day,
                        self.isee,
                        form.applicant_role,
                        self.household_ref,
                    ),
                ),
            )
            for minor in self.chosen
        ]


def open_desk(request: HttpRequest, actor: Actor, call: CallInWords, moment: object) -> Desk:
    """The screens' state: what was answered before, else what the registers say."""
    assert actor.household is not None
    household = people.household(actor.household)
    persons = people.persons_of(actor.household)
    minors = [person for person in persons if person.household_role == Person.HouseholdRole.MINOR]
    live = [
        one
        for one in applications.applications_of(actor.household)
        if one.call_id == call.call.pk and one.state != State.WITHDRAWN
    ]
    application = live[0] if live else None
    answers = _registered(actor, household.resident, household.lone_parent, persons, minors, moment)
    if application is not None:
        answers |= _written(application)
    answers |= _kept(request, call)
    isee = people.latest_isee(actor.household, local_day(moment))
    return Desk(actor, call, minors, isee, household.ref, application, answers)


def _registered(
    actor: Actor, resident: bool, lone: bool, persons: list[Person], minors: list[Person], moment: object
) -> dict[str, object]:
    role = APPLICANT_ROLES[0]
    if actor.person is not None and minors:
        tie = people.guardianship(actor.person, minors[0].pk, local_day(moment))
        role = tie.kind if tie else role
    return {
        "children": [],
        "role": role,
        "residence": resident,
        "minors": len(minors),
        "lone-parent": lone,
        "disability": sum(1 for person in persons if person.disabled),
    }


def _written(application: Application) -> dict[str, object]:
    declared = Declaration.from_data(application.declared)
    live = [row for row in application.candidacies.all() if row.state != Candidacy.State.WITHDRAWN]
    return {
        "children": [row.minor_id for row in live],
        "role": application.applicant_role,
        "residence": declared.resident,
        "minors": declared.minors,
        "lone-parent": declared.lone_parent,
        "disability": declared.disabled_members,
    }


def keep(request: HttpRequest, desk: Desk, changed: Mapping[str, object]) -> None:
    """Keep answers until the application is sent."""
    kept = _kept(request, desk.call) | changed
    request.session[_place(desk.call)] = encrypt(json.dumps(kept), _place(desk.call))
    desk.answers |= changed


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
