"""Cases that fail the test and are let in by two people, out of the fund's discretionary share.

Putting forward and rejecting change no money; approving is an act of the vouchers room, which calls the steps here.
"""

from datetime import datetime, timedelta

from django.db import transaction

from wishmi.applications.models import Application, Candidacy
from wishmi.awards.models import Award, AwardPart, DiscretionaryCase, Stage, StageRow
from wishmi.awards.policies import may_propose
from wishmi.awards.selectors import discretionary_share
from wishmi.awards.snapshots import why_capped
from wishmi.calls.models import Call, Fund
from wishmi.calls.selectors import rules_of, why_not_running
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.core.rules.distribution import DiscretionaryCase as Proposed
from wishmi.core.rules.distribution import why_not_discretion
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.infra.refs import new_ref
from wishmi.people.selectors import is_same_person

LONGEST_REASON = 2000
State = DiscretionaryCase.State
_NOBODY = "a second person"
"""Who approves is not known when a case is put forward: anyone but who does."""


def propose_case(
    moment: datetime, actor: Actor, candidacy_id: int, fund_id: int, amount: int, reason: str
) -> DiscretionaryCase | Refused:
    """Put forward a child the last list that awards excluded: an amount of a fund, and why."""
    if not may_propose(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if amount <= 0 or not reason.strip() or len(reason) > LONGEST_REASON:
        return Refused.because(ReasonCode.INCOMPLETE)
    with transaction.atomic():
        call = Call.objects.select_for_update().get(pk=Candidacy.objects.get(pk=candidacy_id).call_id)
        child = _child(candidacy_id)
        fund = Fund.objects.filter(pk=fund_id, call_funds__call=call).first()
        if fund is None or excluding_stage(child) is None:
            return Refused.because(ReasonCode.WRONG_STATE)
        if child.cases.exclude(state=State.REJECTED).exists():
            return Refused.because(ReasonCode.ALREADY_DONE)
        case = DiscretionaryCase(
            candidacy=child, fund=fund, amount=amount, reason=reason.strip(),
            proposed_at=moment, proposed_by=actor.ref,
        )  # fmt: skip
        refused = why_not_let_in(case, _NOBODY)
        if refused is not None:
            return refused
        case.save()
        audit.record(moment, actor, "case.proposed", f"candidacy:{child.code}", fund=fund.code, amount=amount)
        outbox.emit(moment, "case.proposed", case=case.pk)
    return case


def reject_case(moment: datetime, actor: Actor, case_id: int, reason: str) -> DiscretionaryCase | Refused:
    """Decide against a case, with a reason; it may be put forward again."""
    if not may_propose(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if not reason.strip() or len(reason) > LONGEST_REASON:
        return Refused.because(ReasonCode.INCOMPLETE)
    with transaction.atomic():
        case = locked_case(case_id)
        if case.state != State.OPEN:
            return Refused.because(ReasonCode.ALREADY_DONE)
        _decide(case, moment, actor, State.REJECTED, reason.strip())
        audit.record(moment, actor, "case.rejected", f"candidacy:{case.candidacy.code}", case=case.pk)
        outbox.emit(moment, "case.rejected", case=case.pk)
    return case


def locked_case(case_id: int) -> DiscretionaryCase:
    """A case behind the rows of its call and of its fund, which lists and other cases lock too."""
    found = DiscretionaryCase.objects.select_related("candidacy").get(pk=case_id)
    Call.objects.select_for_update().get(pk=found.candidacy.call_id)
    Fund.objects.select_for_update().get(pk=found.fund_id)
    rows = DiscretionaryCase.objects.select_for_update(of=("self",))
    return rows.select_related("candidacy__application__household", "candidacy__call", "fund").get(pk=case_id)


def excluding_stage(child: Candidacy) -> Stage | None:
    """The newest published list that awards, if it excludes the child and the child holds no award."""
    stages = Stage.objects.filter(call_id=child.call_id, window=child.window, published_at__isnull=False)
    last = stages.exclude(kind=Stage.Kind.PROVISIONAL).select_related("version").order_by("-number").first()
    is_sent = child.application.state == Application.State.SUBMITTED
    if last is None or not is_sent or child.state == Candidacy.State.WITHDRAWN or hasattr(child, "award"):
        return None
    if _applied_again(child):
        return None
    row = last.rows.filter(candidacy=child).first()
    return last if row is not None and row.outcome == StageRow.Outcome.EXCLUDED else None


def _applied_again(child: Candidacy) -> bool:
    """Whether the child stands in a later window: then that one decides."""
    later = Candidacy.objects.filter(call=child.call_id, minor=child.minor_id, window__gt=child.window)
    return later.exclude(state=Candidacy.State.WITHDRAWN).exists()


def why_not_let_in(case: DiscretionaryCase, approver: str) -> Refused | None:
    """Whether the call runs and foresees it, two people act, the share covers it and the household's cap allows it."""
    stopped = why_not_running(case.candidacy.call)
    if stopped is not None:
        return stopped
    stage = excluding_stage(case.candidacy)
    if stage is None:
        return Refused.because(ReasonCode.WRONG_STATE)
    rules = rules_of(stage.version)
    share = discretionary_share(case.fund, rules.discretion)
    proposed = Proposed(case.amount, case.reason, case.proposed_by, approver)
    reason = why_not_discretion(rules.discretion, share.appropriated, share.used, proposed)
    reason = reason or why_capped(case.candidacy, rules)
    return None if reason is None else Refused((reason,))


def record_case_award(moment: datetime, actor: Actor, case: DiscretionaryCase) -> Award:
    """Write the award of an approved case: a step of `vouchers.approve_case`, which moves the money."""
    stage = excluding_stage(case.candidacy)
    assert stage is not None
    award = Award.objects.create(
        ref=new_ref(),
        call=case.candidacy.call,
        candidacy=case.candidacy,
        stage=stage,
        amount=case.amount,
        awarded_at=moment,
        accept_by=moment + timedelta(days=rules_of(stage.version).life.accept_within_days),
    )
    AwardPart.objects.create(award=award, fund=case.fund, order=0, amount=case.amount)
    case.award = award
    _decide(case, moment, actor, State.APPROVED, None)
    audit.record(moment, actor, "award.made", f"award:{award.ref}", amount=award.amount, case=case.pk)
    outbox.emit(moment, "award.made", award=award.ref)
    return award


def _child(candidacy_id: int) -> Candidacy:
    rows = Candidacy.objects.select_related("application__household", "call", "award")
    return rows.get(pk=candidacy_id)


def _decide(case: DiscretionaryCase, moment: datetime, actor: Actor, state: str, reason: str | None) -> None:
    case.state = state
    case.decision_reason = reason
    case.decided_at = moment
    case.decided_by = actor.ref
    case.save()


def is_by_same_person(case: DiscretionaryCase, actor: Actor) -> bool:
    """Whether who approves is who put the case forward, be it by another login."""
    return is_same_person(case.proposed_by, actor)
