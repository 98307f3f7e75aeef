"""Case work (istruttoria): automatic checks, admission, reserve, integration, exclusion."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from wishmi.applications.models import Candidacy, Integration
from wishmi.applications.policies import may_apply_for, may_run_checks, may_work_cases
from wishmi.applications.snapshots import stored_facts
from wishmi.calls.models import Call
from wishmi.calls.selectors import published_version, rules_of
from wishmi.core.columns import Columns
from wishmi.core.eligibility import assess_columns
from wishmi.core.facts import ChildFacts
from wishmi.core.outcome import Refused
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.infra.audit import Act
from wishmi.infra.clock import local_day
from wishmi.infra.pieces import pieces
from wishmi.people.models import IseeAttestation

State = Candidacy.State
OPEN = (State.SUBMITTED, State.INTEGRATION)
"""States in which a person still has to decide."""

CASE_WORK_CODES = frozenset(
    {
        ReasonCode.DUPLICATE_CHILD,
        ReasonCode.DUPLICATE_HOUSEHOLD,
        ReasonCode.INDICATOR_WITH_OMISSIONS,
        ReasonCode.INTEGRATION_NOT_RECEIVED,
        ReasonCode.DECLARATION_NOT_CONFIRMED,
    }
)
"""Reasons an officer may exclude for; those of the regulation itself come from the rules, for everyone alike."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What the automatic checks found, counted by child."""

    admitted: int
    excluded: int
    to_look_at: int


def run_checks(moment: datetime, actor: Actor, call_id: int) -> CheckResult | Refused:
    """Check every child nobody has decided on yet: admit who meets the rules, mark who does not, leave doubts open.

    A doubt (an indicator with omissions or not attested) is for a person. Who fails a rule is ranked as excluded with
    the rule's own reasons, which an officer sees before anything is published.
    """
    if not may_run_checks(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        call = Call.objects.select_for_update().get(pk=call_id)
        version = published_version(call)
        if version is None:
            return Refused.because(ReasonCode.WRONG_STATE)
        waiting = Candidacy.objects.filter(call=call, state=State.SUBMITTED).select_related("application")
        children = list(waiting.order_by("id"))
        facts = [stored_facts(child) for child in children]
        eligible = assess_columns(rules_of(version), Columns.of(facts)).eligible
        doubtful = _doubtful(children, facts)
        decided: dict[str, list[Candidacy]] = {State.ADMITTED: [], State.EXCLUDED: []}
        for child, fits in zip(children, eligible.tolist(), strict=True):
            if not fits:
                decided[State.EXCLUDED].append(child)
            elif child.pk not in doubtful:
                decided[State.ADMITTED].append(child)
        for state, some in decided.items():
            _decide(moment, actor, some, state, automatic=True)
        result = CheckResult(
            admitted=len(decided[State.ADMITTED]),
            excluded=len(decided[State.EXCLUDED]),
            to_look_at=len(children) - len(decided[State.ADMITTED]) - len(decided[State.EXCLUDED]),
        )
        outbox.emit(moment, "applications.checked", call=call.code)
    return result


def _doubtful(children: Sequence[Candidacy], facts: Sequence[ChildFacts]) -> set[int]:
    """Children whose indicator, the one their facts were taken from, has omissions or was only declared.

    A newer attestation proves nothing of what was sent: it cannot cover a declared value.
    """
    wanted = sorted({child.application.household_id for child in children})
    newest: dict[tuple[object, ...], IseeAttestation] = {}
    for some in pieces(wanted):
        rows = IseeAttestation.objects.filter(household_id__in=some)
        for row in rows.order_by("id"):
            newest[row.household_id, row.kind, row.cents, row.issued_on, row.valid_until] = row
    doubtful = set()
    for child, one in zip(children, facts, strict=True):
        household = child.application.household_id
        key = (household, one.isee_kind, one.isee_cents, one.isee_issued_on, one.isee_valid_until)
        held = newest.get(key)
        if one.isee_cents is not None and (held is None or held.omissions or not held.attested):
            doubtful.add(child.pk)
    return doubtful


def _decide(
    moment: datetime,
    actor: Actor,
    children: Sequence[Candidacy],
    state: str,
    reasons: Sequence[Reason] = (),
    *,
    automatic: bool = False,
) -> None:
    """Write one decision for many children, with a record and an event of each."""
    exclusion = [reason.as_data() for reason in reasons]
    for some in pieces([child.pk for child in children]):
        Candidacy.objects.filter(pk__in=some).update(state=state, exclusion=exclusion, checked_at=moment)
    data = {"reasons": [str(reason.code) for reason in reasons], "automatic": automatic}
    acts = [Act(f"candidacy.{state}", f"candidacy:{child.code}", data) for child in children]
    audit.record_many(moment, actor, acts)
    outbox.emit_many(moment, f"candidacy.{state}", [{"code": child.code} for child in children])


def admit(moment: datetime, actor: Actor, candidacy_ids: Sequence[int]) -> int | Refused:
    """Admit children a person has looked at; also lifts a reserve or an exclusion by case work."""
    return _by_hand(moment, actor, candidacy_ids, State.ADMITTED, ())


def admit_with_reserve(moment: datetime, actor: Actor, candidacy_ids: Sequence[int]) -> int | Refused:
    """Admit children with reserve: they are ranked, but an award cannot be accepted until the reserve is lifted."""
    return _by_hand(moment, actor, candidacy_ids, State.RESERVE, ())


def exclude(
    moment: datetime, actor: Actor, candidacy_ids: Sequence[int], codes: Sequence[ReasonCode]
) -> int | Refused:
    """Exclude children by case work, for reasons of the closed list."""
    if not codes or not set(codes) <= CASE_WORK_CODES:
        return Refused.because(ReasonCode.INCOMPLETE)
    return _by_hand(moment, actor, candidacy_ids, State.EXCLUDED, [Reason(code) for code in codes])


def _by_hand(
    moment: datetime, actor: Actor, candidacy_ids: Sequence[int], state: str, reasons: Sequence[Reason]
) -> int | Refused:
    if not may_work_cases(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        children = _locked(candidacy_ids)
        if len(children) != len(set(candidacy_ids)) or any(_is_beyond(child, state) for child in children):
            return Refused.because(ReasonCode.WRONG_STATE)
        _decide(moment, actor, children, state, reasons)
        for some in pieces([child.pk for child in children]):
            open_rows = Integration.objects.filter(candidacy__in=some, closed_at__isnull=True)
            open_rows.update(closed_at=moment)
    return len(children)


def _locked(candidacy_ids: Iterable[int]) -> list[Candidacy]:
    """Children behind the rows of their calls, which checks, stages and awards lock too."""
    wanted = sorted(set(candidacy_ids))
    chunks = list(pieces(wanted))
    calls: set[int] = set()
    for some in chunks:
        calls.update(Candidacy.objects.filter(pk__in=some).values_list("call_id", flat=True))
    list(Call.objects.select_for_update().filter(pk__in=calls).order_by("id"))
    children: list[Candidacy] = []
    for some in chunks:
        rows = Candidacy.objects.select_for_update(of=("self",)).select_related("award")
        children += rows.filter(pk__in=some).order_by("id")
    return children


def _is_beyond(child: Candidacy, state: str) -> bool:
    """Whether a decision comes too early or too late: of an award's child only the reserve can still be lifted."""
    if child.state in (State.DRAFT, State.WITHDRAWN):
        return True
    is_reserved = child.state in (State.RESERVE, *OPEN)
    return hasattr(child, "award") and not (is_reserved and state == State.ADMITTED)


def request_integration(
    moment: datetime, actor: Actor, candidacy_ids: Sequence[int], question: str, due_on: date
) -> int | Refused:
    """Ask families to complete what they declared, by a day; never creates a requirement that was missing."""
    if not may_work_cases(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if not question.strip() or due_on <= local_day(moment):
        return Refused.because(ReasonCode.INCOMPLETE)
    with transaction.atomic():
        children = _locked(candidacy_ids)
        is_open = all(child.state in (*OPEN, State.RESERVE) for child in children)
        if not is_open or len(children) != len(set(candidacy_ids)):
            return Refused.because(ReasonCode.WRONG_STATE)
        for some in pieces([child.pk for child in children]):
            Candidacy.objects.filter(pk__in=some).update(state=State.INTEGRATION)
        Integration.objects.bulk_create(
            Integration(candidacy=child, question=question.strip(), asked_at=moment, due_on=due_on)
            for child in children
        )
        acts = [
            Act("candidacy.integration", f"candidacy:{child.code}", {"due_on": due_on}) for child in children
        ]
        audit.record_many(moment, actor, acts)
        outbox.emit_many(moment, "candidacy.integration", [{"code": child.code} for child in children])
    return len(children)


def answer_integration(
    moment: datetime, actor: Actor, integration_id: int, answer: str
) -> Integration | Refused:
    """The family's answer, until the end of the day it was due; a person looks at it then."""
    if not answer.strip() or len(answer) > 4000:
        return Refused.because(ReasonCode.INCOMPLETE)
    with transaction.atomic():
        row = (
            Integration.objects.select_for_update()
            .select_related("candidacy__application")
            .get(pk=integration_id)
        )
        if not may_apply_for(actor, row.candidacy.application.household_id):
            return Refused.because(ReasonCode.NOT_ALLOWED)
        if row.closed_at is not None or row.answered_at is not None:
            return Refused.because(ReasonCode.ALREADY_DONE)
        if row.candidacy.state != State.INTEGRATION:
            return Refused.because(ReasonCode.WRONG_STATE)
        if local_day(moment) > row.due_on:
            return Refused.because(ReasonCode.TERM_EXPIRED, due_on=row.due_on.isoformat())
        row.answer = answer.strip()
        row.answered_at = moment
        row.save(update_fields=["answer", "answered_at"])
        Candidacy.objects.filter(pk=row.candidacy_id).update(state=State.SUBMITTED)
        audit.record(moment, actor, "candidacy.integration_answered", f"candidacy:{row.candidacy.code}")
        outbox.emit(moment, "candidacy.integration_answered", code=row.candidacy.code)
    return row


def prolong_integrations(call_id: int, running_on: date, days: int) -> None:
    """Give more days to every request that was still open on a day; a step of reopening a call, in its transaction."""
    waiting = Integration.objects.filter(
        candidacy__call_id=call_id, answered_at__isnull=True, closed_at__isnull=True
    )
    rows = list(waiting.filter(due_on__gte=running_on).select_for_update(of=("self",)).order_by("id"))
    for row in rows:
        row.due_on += timedelta(days=days)
    Integration.objects.bulk_update(rows, ["due_on"], batch_size=400)
