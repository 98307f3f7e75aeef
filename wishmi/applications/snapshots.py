"""From rows to the core's facts and entries. The only file of the room that knows both shapes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from wishmi.applications.declarations import ISEE, Declaration, Origin
from wishmi.applications.models import Candidacy, Intake, IntakeChange
from wishmi.core import facts as core_facts
from wishmi.core import intake as core_intake
from wishmi.core.facts import ChildFacts
from wishmi.core.ranking import Entry
from wishmi.core.reasons import Reason
from wishmi.core.rules.vocabulary import Known, Value
from wishmi.people.models import IseeAttestation, Person


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What stands beside a declaration when it is judged: the day, the indicator, who applies, what registers attest.

    `registered` holds, by the id of the person (None: the household), the facts a register attests. They count before
    what is declared.
    """

    submitted_on: date
    isee: IseeAttestation | None
    applicant_role: str
    household_ref: str
    registered: Mapping[int | None, Known] = field(default_factory=dict)

    def attested_of(self, person_id: int) -> dict[str, Value]:
        """What registers say of one child, its household's facts among it."""
        return {**self.registered.get(None, {}), **self.registered.get(person_id, {})}


def known_of(
    asked: Sequence[str],
    declared: Declaration,
    child: Person,
    around: Circumstances,
    origin: Origin = Origin.DECLARED,
) -> tuple[dict[str, Value], dict[str, str]]:
    """What is known of one child of what a call asks, and where each fact comes from; nothing is made up.

    An indicator that is not there is known to be nothing; a score is known once a commission gave it.
    """
    recorded: dict[str, Value] = {
        "born_on": child.born_on,
        "submitted_on": around.submitted_on,
        "applicant": around.household_ref,
    }
    of_isee = _isee_facts(around.isee)
    said: dict[str, Value] = {"applicant_role": around.applicant_role, **declared.of(child.pk)}
    attested = around.attested_of(child.pk)
    sources = (
        (recorded, Origin.RECORDED),
        (of_isee, Origin.ATTESTED if around.isee is None or around.isee.attested else Origin.DECLARED),
        (attested, Origin.ATTESTED),
        (said, origin),
    )
    known: dict[str, Value] = {}
    origins: dict[str, str] = {}
    for name in asked:
        found = next(((one, why) for one, why in sources if name in one), None)
        if found is not None:
            known[name], origins[name] = found[0][name], str(found[1])
    return known, origins


def _isee_facts(isee: IseeAttestation | None) -> dict[str, Value]:
    if isee is None:
        return dict(zip(ISEE, (None, "", None, None), strict=True))
    return dict(zip(ISEE, (isee.cents, isee.kind, isee.issued_on, isee.valid_until), strict=True))


def stored_facts(candidacy: Candidacy) -> ChildFacts:
    """The facts a candidacy was sent with."""
    return core_facts.from_data(candidacy.facts, tuple(candidacy.facts))


def entries_of(candidacies: Iterable[Candidacy]) -> list[Entry]:
    """The core's entries of candidacies that have been sent."""
    return [
        Entry(
            code=str(candidacy.code),
            facts=stored_facts(candidacy),
            exclusion=tuple(Reason.from_data(item) for item in candidacy.exclusion),
        )
        for candidacy in candidacies
    ]


def intake_of(intake: Intake, call_code: str) -> core_intake.Intake:
    """The sealed intake with what changed since."""
    changes = list(intake.changes.select_related("candidacy").order_by("id"))
    return core_intake.Intake(
        call=call_code,
        applications=intake.count,
        root=bytes.fromhex(intake.root),
        withdrawals=tuple(
            core_intake.Withdrawal(str(change.candidacy.code), bytes.fromhex(change.old))
            for change in changes
            if change.kind == IntakeChange.Kind.WITHDRAWAL
        ),
        replacements=tuple(
            core_intake.Replacement(
                str(change.candidacy.code), bytes.fromhex(change.old), bytes.fromhex(change.new)
            )
            for change in changes
            if change.kind == IntakeChange.Kind.REPLACEMENT
        ),
    )
