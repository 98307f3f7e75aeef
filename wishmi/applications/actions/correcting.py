"""Correcting the facts of a child after the intake was sealed: an observation or an answer showed them to be wrong."""

from datetime import datetime

from django.db import transaction

from wishmi.applications.declarations import GIVEN_LATER, Declaration, Origin, declared_names
from wishmi.applications.entropy import SYSTEM_ENTROPY, Entropy
from wishmi.applications.models import Application, Candidacy, Intake, IntakeChange
from wishmi.applications.policies import may_work_cases
from wishmi.applications.snapshots import Circumstances, known_of, stored_facts
from wishmi.calls.models import Call
from wishmi.calls.selectors import published_version, rules_of
from wishmi.core import facts as core_facts
from wishmi.core.commitment import commit
from wishmi.core.eligibility import assess
from wishmi.core.facts import ChildFacts
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.core.rules.vocabulary import Value
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.people.selectors import latest_isee, register_facts

State = Candidacy.State
LONGEST_REASON = 4000


def correct_facts(
    moment: datetime,
    actor: Actor,
    candidacy_id: int,
    declared: Declaration,
    reason: str,
    entropy: Entropy = SYSTEM_ENTROPY,
) -> Candidacy | Refused:
    """Correct what one child was ranked by, with a reason; what the family declared stays as it was declared.

    The indicator is taken anew as it stood on the day of sending, so that a corrected attestation comes in and a
    later one does not. The commitment changes with new salts and is listed beside the seal as a replacement, so that
    anyone can walk back. What the rules alone decided is decided again; what a person decided stays. Only between the
    sealing of the intake and an award.
    """
    if not may_work_cases(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if not reason.strip() or len(reason) > LONGEST_REASON or not declared.is_plausible:
        return Refused.because(ReasonCode.INCOMPLETE)
    with transaction.atomic():
        child, intake = _locked(candidacy_id)
        if intake is None or child.state in (State.DRAFT, State.WITHDRAWN) or hasattr(child, "award"):
            return Refused.because(ReasonCode.WRONG_STATE)
        known, child.origins = _known(child, declared)
        if set(known) != set(child.facts):
            return Refused.because(ReasonCode.INCOMPLETE)
        facts = ChildFacts.of(known)
        if facts == stored_facts(child):
            return Refused.because(ReasonCode.ALREADY_DONE)
        old = child.commitment
        _write(child, facts, entropy, f"{child.code}:{old}")
        IntakeChange.objects.create(
            intake=intake,
            candidacy=child,
            kind=IntakeChange.Kind.REPLACEMENT,
            old=old,
            new=child.commitment,
            reason=reason.strip(),
            at=moment,
        )
        audit.record(
            moment,
            actor,
            "candidacy.corrected",
            f"candidacy:{child.code}",
            old=old,
            new=child.commitment,
            state=str(child.state),
        )
        outbox.emit(moment, "candidacy.corrected", code=child.code)
    return child


def _locked(candidacy_id: int) -> tuple[Candidacy, Intake | None]:
    """A child behind the row of its call, and the sealed intake of its window."""
    call_id = Candidacy.objects.values_list("call_id", flat=True).get(pk=candidacy_id)
    Call.objects.select_for_update().get(pk=call_id)
    rows = Candidacy.objects.select_for_update(of=("self",))
    rows = rows.select_related(
        "award", "minor", "application__household", "application__version", "application__call"
    )
    child = rows.get(pk=candidacy_id)
    return child, Intake.objects.filter(call_id=call_id, window=child.window).first()


def _known(child: Candidacy, declared: Declaration) -> tuple[dict[str, Value], dict[str, str]]:
    """What is known now of what was asked, as it stood on the day of sending; what changed is marked as corrected."""
    application: Application = child.application
    before = stored_facts(child).known()
    day, asked = stored_facts(child).submitted_on, tuple(child.facts)
    household = application.household_id
    around = Circumstances(
        submitted_on=day,
        isee=latest_isee(household, day),
        applicant_role=application.applicant_role,
        household_ref=application.household.ref,
        registered=dict(register_facts([household], declared_names(asked), day)[household]),
    )
    known, origins = known_of(asked, declared, child.minor, around)
    # What came after sending, such as its place in the order of arrival, is no matter of a correction.
    known |= {name: before[name] for name in GIVEN_LATER if name in before}
    kept = {name: child.origins.get(name, origin) for name, origin in origins.items()}
    changed = {name: str(Origin.CORRECTED) for name in known if known[name] != before.get(name)}
    return known, kept | changed


def _write(child: Candidacy, facts: ChildFacts, entropy: Entropy, subject: str) -> None:
    salts = entropy.salts(subject)
    child.facts = core_facts.as_data(facts)
    child.salts = {group: salt.hex() for group, salt in salts.items()}
    child.commitment = commit(facts, salts).hex()
    if child.state in (State.ADMITTED, State.EXCLUDED) and not child.exclusion:
        version = published_version(child.application.call) or child.application.version
        fits = assess(rules_of(version), facts).eligible
        child.state = State.ADMITTED if fits else State.EXCLUDED
    child.save(update_fields=["facts", "origins", "salts", "commitment", "state"])
