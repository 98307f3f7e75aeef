"""Bringing in what registers attest, for the persons and households that are known: all rows or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from wishmi.applications.file_rows import Problem, Severity
from wishmi.applications.policies import may_run_checks
from wishmi.applications.register_files import RegisterRow, read_register_file
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.core.rules.vocabulary import FACTS_OF_ONE
from wishmi.infra.actor import Actor
from wishmi.infra.pieces import pieces
from wishmi.people.actions import FactSpec, attest_facts, fiscal_code_index
from wishmi.people.models import Person


@dataclass(frozen=True, slots=True)
class Attested:
    """What a file brought: nothing if there is a problem."""

    facts: int
    households: int
    problems: tuple[Problem, ...]


def import_register_facts(
    moment: datetime, actor: Actor, source: BinaryIO, *, demo: bool = False
) -> Attested | Refused:
    """Read a file (docs/files.md) and store what it attests; applications sent before stay as they were sent."""
    if not may_run_checks(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    rows, problems = read_register_file(source, demo=demo)
    people = _people(rows)
    problems += [_unknown(row) for row in rows if row.fiscal_code not in people]
    if problems:
        return Attested(0, 0, tuple(sorted(problems, key=lambda problem: problem.row)))
    by_home: dict[int, list[FactSpec]] = {}
    for row in rows:
        person = people[row.fiscal_code]
        assert person.household_id is not None
        own = person.pk if row.fact in FACTS_OF_ONE else None
        spec = FactSpec(row.fact, row.value, row.register, row.attested_on, own, row.valid_until)
        by_home.setdefault(person.household_id, []).append(spec)
    with transaction.atomic():
        for home, specs in sorted(by_home.items()):
            done = attest_facts(moment, actor, home, specs)
            if isinstance(done, Refused):
                transaction.set_rollback(True)
                return done
    return Attested(len(rows), len(by_home), ())


def _people(rows: Sequence[RegisterRow]) -> dict[str, Person]:
    """Persons of a household by fiscal code."""
    codes = {fiscal_code_index(row.fiscal_code): row.fiscal_code for row in rows}
    found: dict[str, Person] = {}
    for some in pieces(sorted(codes)):
        known = Person.objects.filter(fiscal_code_index__in=some, household__isnull=False)
        found |= {codes[person.fiscal_code_index]: person for person in known}
    return found


def _unknown(row: RegisterRow) -> Problem:
    sentence = "No household here has this person: register it first, or remove the row."
    return Problem(row.row, "fiscal_code", "", Severity.ERROR, "unknown_person", sentence)
