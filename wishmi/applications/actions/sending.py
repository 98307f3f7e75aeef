"""Fixing the facts of children as they are at sending: what a call asks, from where it is known, and the commitment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from wishmi.applications.declarations import GIVEN_LATER, Declaration, Origin, declared_names
from wishmi.applications.entropy import Entropy
from wishmi.applications.models import Application, Candidacy
from wishmi.applications.snapshots import Circumstances, known_of
from wishmi.calls.selectors import day_of, rules_of
from wishmi.core import facts as core_facts
from wishmi.core.commitment import commit
from wishmi.core.facts import ChildFacts
from wishmi.core.rules.vocabulary import Value
from wishmi.infra.pieces import pieces
from wishmi.people.models import IseeAttestation
from wishmi.people.selectors import register_facts


@dataclass(frozen=True, slots=True)
class Sending:
    """An application being sent, with its children (each with its `minor`) and where its declaration is from."""

    application: Application
    children: Sequence[Candidacy]
    origin: Origin = Origin.DECLARED


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is known of one child of what its call asks, and where from."""

    child: Candidacy
    application: Application
    known: dict[str, Value]
    origins: dict[str, str]
    missing: tuple[str, ...]


def gather(sendings: Sequence[Sending]) -> list[Gathered]:
    """The facts of every child, all of one call version; the caller sees what is missing before anything is written."""
    if not sendings:
        return []
    asked = rules_of(sendings[0].application.version).facts
    around = _circumstances(sendings, declared_names(asked))
    found = []
    for one, beside in zip(sendings, around, strict=True):
        declared = Declaration.from_data(one.application.declared)
        for child in one.children:
            known, origins = known_of(asked, declared, child.minor, beside, one.origin)
            missing = tuple(name for name in asked if name not in known and name not in GIVEN_LATER)
            found.append(Gathered(child, one.application, known, origins, missing))
    return found


def seal(one: Gathered, entropy: Entropy) -> None:
    """Fix the facts of a child and commit to them; its application has its number by now."""
    child = one.child
    if "arrival" in rules_of(one.application.version).facts:
        one.known["arrival"] = arrival_of(str(one.application.protocol))
        one.origins["arrival"] = str(Origin.RECORDED)
    facts = ChildFacts.of(one.known)
    subject = f"{one.application.protocol}:{child.minor.born_on}:{child.minor.fiscal_code}"
    salts = entropy.salts(subject)
    child.state = Candidacy.State.SUBMITTED
    child.code = child.code or entropy.code(subject)
    child.facts = core_facts.as_data(facts)
    child.origins = one.origins
    child.salts = {group: salt.hex() for group, salt in salts.items()}
    child.commitment = commit(facts, salts).hex()


def arrival_of(protocol: str) -> int:
    """When an application came, among all: its number, given in the order of sending and kept when it changes.

    Numbers are given without gaps under a lock, so two that were sent in one instant still have an order of their own.
    """
    _, year, number = protocol.split("-")
    return int(year) * 1_000_000 + int(number)


def submitted(application: Application) -> datetime:
    """The moment of sending; a bug if there is none."""
    assert application.submitted_at is not None
    return application.submitted_at


def _circumstances(sendings: Sequence[Sending], names: Sequence[str]) -> list[Circumstances]:
    """What stands beside each declaration on the day it was sent, in the time zone of its call."""
    applications = [one.application for one in sendings]
    days = [day_of(one.version, submitted(one)) for one in applications]
    indicators = _indicators([one.household_id for one in applications])
    homes_by_day: dict[date, list[int]] = {}
    for one, day in zip(applications, days, strict=True):
        homes_by_day.setdefault(day, []).append(one.household_id)
    registered = {day: register_facts(homes, names, day) for day, homes in homes_by_day.items()}
    return [
        Circumstances(
            submitted_on=day,
            isee=_latest(indicators[one.household_id], day),
            applicant_role=one.applicant_role,
            household_ref=one.household.ref,
            registered=registered[day][one.household_id],
        )
        for one, day in zip(applications, days, strict=True)
    ]


def _indicators(household_ids: Sequence[int]) -> dict[int, list[IseeAttestation]]:
    found: dict[int, list[IseeAttestation]] = {pk: [] for pk in household_ids}
    for some in pieces(household_ids):
        for row in IseeAttestation.objects.filter(household_id__in=some).order_by("issued_on", "id"):
            found[row.household_id].append(row)
    return found


def _latest(rows: Sequence[IseeAttestation], day: date) -> IseeAttestation | None:
    held = [row for row in rows if row.issued_on <= day]
    return held[-1] if held else None
