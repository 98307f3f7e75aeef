"""Approving a case that fails the test: the award is made and its money leaves the fund's discretionary share."""

from datetime import datetime

from django.db import transaction

from wishmi.awards.discretion import is_by_same_person, locked_case, record_case_award, why_not_let_in
from wishmi.awards.models import Award, DiscretionaryCase
from wishmi.awards.selectors import discretionary_share
from wishmi.calls.selectors import rules_of
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.vouchers.actions import open_vouchers
from wishmi.vouchers.policies import may_issue


def approve_case(moment: datetime, actor: Actor, case_id: int) -> Award | Refused:
    """Let a child in that fails the test: another person than who put it forward, to the cent within the share."""
    if not may_issue(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        case = locked_case(case_id)
        if case.state != DiscretionaryCase.State.OPEN:
            return Refused.because(ReasonCode.ALREADY_DONE)
        if is_by_same_person(case, actor):
            return Refused.because(ReasonCode.SAME_PERSON)
        refused = why_not_let_in(case, actor.ref)
        if refused is not None:
            return refused
        award = record_case_award(moment, actor, case)
        opened = open_vouchers(moment, case.candidacy.call, award.stage.version, [award])
        if isinstance(opened, Refused):
            return opened
        # A life that grows commits more than its first credit: all of it is the share's.
        share = discretionary_share(case.fund, rules_of(award.stage.version).discretion)
        if share.used > share.limit:
            transaction.set_rollback(True)
            left = max(0, share.limit - share.used + case.amount)
            return Refused.because(ReasonCode.DISCRETION_USED_UP, left_cents=left, percent=share.percent)
        audit.record(moment, actor, "case.approved", f"candidacy:{case.candidacy.code}", award=award.ref)
        outbox.emit(moment, "case.approved", case=case.pk)
    return award
