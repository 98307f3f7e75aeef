"""Importing a file of applications: every row is right and the whole file goes in, or nothing does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from wishmi.applications.actions.applying import submit_many
from wishmi.applications.declarations import GUARDING_ROLES, HELPING_ROLES, Declaration, Origin
from wishmi.applications.entropy import SYSTEM_ENTROPY, Entropy
from wishmi.applications.files import ApplicationRow, Problem, Severity, read_applications
from wishmi.applications.forms import ApplicationForm, Submission
from wishmi.applications.models import Application
from wishmi.applications.policies import may_run_checks
from wishmi.applications.selectors import standing_in_the_way
from wishmi.calls.document import CallDocument
from wishmi.calls.models import Call
from wishmi.calls.selectors import (
    document_of,
    published_version,
    rules_of,
    why_not_running,
    window_now,
)
from wishmi.core.dates import age_on
from wishmi.core.fiscal_code import born_on_by, decode
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.core.rules.vocabulary import FACTS_OF_ONE
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.infra.clock import local_day
from wishmi.infra.pieces import pieces
from wishmi.people.actions import (
    HouseholdSpec,
    IseeSpec,
    PersonSpec,
    attest_isee,
    fiscal_code_index,
    register_households,
    register_person,
)
from wishmi.people.models import Guardianship, Person
from wishmi.territory.models import District

OF_AGE = 18


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file brought: nothing if there is an error among the problems."""

    applications: int
    children: int
    problems: tuple[Problem, ...]

    @property
    def is_refused(self) -> bool:
        """Whether a row was wrong, so that nothing went in."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


def import_applications(
    moment: datetime,
    actor: Actor,
    call_id: int,
    source: BinaryIO,
    *,
    demo: bool = False,
    entropy: Entropy = SYSTEM_ENTROPY,
) -> Imported | Refused:
    """Read a file (docs/files.md) and submit what it holds, registering households that are not known yet."""
    if not may_run_checks(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    call = Call.objects.get(pk=call_id)
    version = published_version(call)
    if version is None:
        return Refused.because(ReasonCode.WINDOW_NOT_OPEN)
    zone = document_of(version).window.time_zone
    read = read_applications(source, demo=demo, zone=zone, asked=rules_of(version).facts)
    groups: dict[str, list[ApplicationRow]] = {}
    for row in read.rows:
        groups.setdefault(row.protocol, []).append(row)
    with transaction.atomic():
        problems = [*read.problems, *_outside(call, read.rows), *_known_faults(call, groups)]
        if not any(problem.severity is Severity.ERROR for problem in problems) and groups:
            done = _write(moment, actor, call, groups, document_of(version), entropy)
            if isinstance(done, Refused):
                transaction.set_rollback(True)
                return done
            audit.record(moment, actor, "applications.imported", f"call:{call.code}", count=len(done))
            outbox.emit(moment, "applications.imported", call=call.code, count=len(done))
            return Imported(len(done), len(read.rows), tuple(problems))
    return Imported(0, 0, tuple(problems))


def _error(row: int, column: str, code: str, sentence: str) -> Problem:
    return Problem(row, column, "", Severity.ERROR, code, sentence)


def _outside(call: Call, rows: Sequence[ApplicationRow]) -> list[Problem]:
    """Rows that were sent when the window was not open."""
    version = published_version(call)
    assert version is not None
    rules = rules_of(version)
    window = window_now(call, rules)
    is_over = why_not_running(call) is not None
    sentence = "The moment lies outside the window of the call, or the window was closed: check it."
    return [
        _error(row.row, "submitted_at", "outside_window", sentence)
        for row in rows
        if is_over or not window.is_open(row.submitted_at)
    ]


def _people(codes: Sequence[str]) -> dict[str, Person]:
    """Known persons by the index of their fiscal code."""
    indexes = [fiscal_code_index(code) for code in codes]
    found: dict[str, Person] = {}
    for some in pieces(indexes):
        rows = Person.objects.filter(fiscal_code_index__in=some)
        found |= {row.fiscal_code_index: row for row in rows}
    return found


def _known_faults(call: Call, groups: dict[str, list[ApplicationRow]]) -> list[Problem]:
    """What contradicts the persons and applications there are already."""
    rows = [row for group in groups.values() for row in group]
    known = _people([code for row in rows for code in (row.applicant_fiscal_code, row.child_fiscal_code)])
    version = published_version(call)
    assert version is not None
    rules = rules_of(version)
    window = window_now(call, rules).number
    live = call.applications.filter(Q(state=Application.State.DRAFT) | Q(window=window), own__isnull=True)
    live = live.exclude(state=Application.State.WITHDRAWN)
    applied = set(live.values_list("household_id", flat=True))
    taken = set(standing_in_the_way(call, rules, window).values_list("minor_id", flat=True))
    problems = []
    for row in rows:
        home = _home(row, known)
        child = known.get(fiscal_code_index(row.child_fiscal_code))
        if home is not None and home in applied:
            sentence = "This household applied already: change that application or remove the row."
            problems.append(_error(row.row, "applicant_fiscal_code", "household_applied", sentence))
        if child is not None and child.pk in taken:
            sentence = "This child is in an application already: remove the row."
            problems.append(_error(row.row, "child_fiscal_code", "child_applied", sentence))
        elif child is not None and (home is None or child.household_id != home):
            sentence = "The child is registered in another household: check both fiscal codes."
            problems.append(_error(row.row, "child_fiscal_code", "other_household", sentence))
        elif child is None and home is not None:
            sentence = (
                "The applicant is registered, the child is not: register the child in its household first."
            )
            problems.append(_error(row.row, "child_fiscal_code", "unknown_child", sentence))
    return problems


def _home(row: ApplicationRow, known: dict[str, Person]) -> int | None:
    """The household a row speaks of, if it is registered: the applicant's, or the child's where somebody helps."""
    code = row.child_fiscal_code if row.applicant_role in HELPING_ROLES else row.applicant_fiscal_code
    person = known.get(fiscal_code_index(code))
    return person.household_id if person is not None else None


def _write(
    moment: datetime,
    actor: Actor,
    call: Call,
    groups: dict[str, list[ApplicationRow]],
    document: CallDocument,
    entropy: Entropy,
) -> list[Application] | Refused:
    codes = [
        code
        for rows in groups.values()
        for row in rows
        for code in (row.applicant_fiscal_code, row.child_fiscal_code)
    ]
    known = _people(codes)
    districts = dict(District.objects.values_list("number", "id"))
    new = [rows for rows in groups.values() if _home(rows[0], known) is None]
    made = register_households(moment, actor, [_household(rows, districts, document) for rows in new])
    if isinstance(made, Refused):
        return made
    for rows in groups.values():
        home, isee = _home(rows[0], known), _isee(rows[0])
        if home is not None and isee is not None:
            stored = attest_isee(moment, actor, home, isee)
            if isinstance(stored, Refused):
                return stored
    refused = _register_helpers(moment, actor, groups, known)
    if refused is not None:
        return refused
    people = _people(codes)
    submissions = [_submission(rows, people, document) for rows in groups.values()]
    submissions.sort(key=lambda one: one.moment)
    return submit_many(actor, call.pk, submissions, entropy)


def _register_helpers(
    moment: datetime, actor: Actor, groups: dict[str, list[ApplicationRow]], known: dict[str, Person]
) -> Refused | None:
    """Those who apply for others without being of their family, each once."""
    helping = [rows[0] for rows in groups.values() if rows[0].applicant_role in HELPING_ROLES]
    new = {row.applicant_fiscal_code: row for row in helping}
    for code, row in new.items():
        if fiscal_code_index(code) not in known:
            made = register_person(moment, actor, _applicant(row))
            if isinstance(made, Refused):
                return made
    return None


def _submission(
    rows: Sequence[ApplicationRow], people: dict[str, Person], document: CallDocument
) -> Submission:
    first = rows[0]
    home = _home(first, people)
    assert home is not None
    said = {
        "resident": first.residence_municipality == document.identity.municipality,
        "minors": first.minors,
        "lone_parent": first.lone_parent,
        "disabled_members": first.disabled_members,
        **dict(first.more),
    }
    asked = {fact for entry in document.data for fact in entry.facts}
    declared = Declaration(
        {name: value for name, value in said.items() if name in asked - FACTS_OF_ONE},
        {
            people[fiscal_code_index(row.child_fiscal_code)].pk: {
                name: value for name, value in row.more if name in FACTS_OF_ONE
            }
            for row in rows
        },
    )
    applicant = people[fiscal_code_index(first.applicant_fiscal_code)]
    minors = tuple(people[fiscal_code_index(row.child_fiscal_code)].pk for row in rows)
    form = ApplicationForm(home, applicant.pk, first.applicant_role, minors, declared)
    return Submission(form, first.submitted_at, Origin.IMPORTED)


def _isee(row: ApplicationRow) -> IseeSpec | None:
    if row.isee_cents is None or row.isee_issued_on is None or row.isee_valid_until is None:
        return None
    return IseeSpec(row.isee_cents, row.isee_kind, row.isee_issued_on, row.isee_valid_until, row.dsu_protocol)


def _household(
    rows: Sequence[ApplicationRow], districts: dict[int, int], document: CallDocument
) -> HouseholdSpec:
    first, zone, municipality = rows[0], document.window.time_zone, document.identity.municipality
    guards = first.applicant_role in GUARDING_ROLES
    # Who is of age and applies for itself has no guardian; a child of its parents keeps its own, whatever its age.
    children = [(_child(row), not guards and _is_of_age(row, zone)) for row in rows]
    return HouseholdSpec(
        district_id=districts.get(first.district) if first.district is not None else None,
        address=first.address,
        resident=first.residence_municipality == municipality,
        lone_parent=first.lone_parent,
        language="it",
        guardians=(_applicant(first),) if guards else (),
        minors=tuple(child for child, is_grown_up in children if not is_grown_up),
        guardian_kind=first.applicant_role if guards else Guardianship.Kind.PARENT,
        isee=_isee(first),
        others=tuple(child for child, is_grown_up in children if is_grown_up),
    )


def _is_of_age(row: ApplicationRow, zone: ZoneInfo) -> bool:
    return age_on(row.child_born_on, local_day(row.submitted_at, zone)) >= OF_AGE


def _applicant(row: ApplicationRow) -> PersonSpec:
    decoded = decode(row.applicant_fiscal_code)
    born_on = born_on_by(row.applicant_fiscal_code, row.submitted_at.date())
    return PersonSpec(
        row.applicant_given_name,
        row.applicant_family_name,
        decoded.sex,
        born_on,
        row.applicant_fiscal_code,
        disabled=False,
    )


def _child(row: ApplicationRow) -> PersonSpec:
    sex = decode(row.child_fiscal_code).sex
    return PersonSpec(
        row.child_given_name,
        row.child_family_name,
        sex,
        row.child_born_on,
        row.child_fiscal_code,
        disabled=False,
    )
