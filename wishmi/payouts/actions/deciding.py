"""The office's decision on a claim: what of each price it accepts, and why not the rest."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from wishmi.bookings.actions.locks import lock_vouchers
from wishmi.bookings.actions.owing import Owing, owe
from wishmi.bookings.snapshots import rules_of_vouchers
from wishmi.core.calls import CallRules
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.core.rules.payment import owed_for
from wishmi.core.transfers import Phase
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.infra.clock import local_day
from wishmi.ledger.actions import Draft, post, resolve
from wishmi.ledger.chart import TransferReason
from wishmi.payouts.actions.claiming import ClaimSpec, Deciding, judge_price
from wishmi.payouts.models import Claim, ClaimLine, ClaimPart
from wishmi.payouts.policies import may_decide
from wishmi.vouchers.actions import give_back_rest
from wishmi.vouchers.models import Voucher


def decide_claim(
    moment: datetime, actor: Actor, claim_id: int, accepted: Mapping[int, int], reason: str = ""
) -> Claim | Refused:
    """Accept what of each line's price the proof bears out, in cents by line; nothing of any line refuses the claim.

    What is accepted is spent and owed by the core's rules, at most what was held; the rest is the voucher's again. A
    reason is needed for whatever is not accepted whole.
    """
    if not may_decide(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        named = ClaimLine.objects.filter(claim=claim_id)
        vouchers = lock_vouchers(named.values_list("voucher_id", flat=True))
        claim = Claim.objects.select_for_update().get(pk=claim_id)
        if claim.state != Claim.State.SUBMITTED:
            return Refused.because(ReasonCode.WRONG_STATE, state=claim.state)
        lines = list(named.order_by("id"))
        if accepted.keys() != {line.pk for line in lines}:
            return Refused.because(ReasonCode.INCOMPLETE, field="accepted")
        if any(not 0 <= accepted[line.pk] <= line.price_cents for line in lines):
            return Refused.because(ReasonCode.INCOMPLETE, field="accepted")
        if any(accepted[line.pk] < line.price_cents for line in lines) and not reason.strip():
            return Refused.because(ReasonCode.INCOMPLETE, field="reason")
        rules = rules_of_vouchers(vouchers)
        _let_go(moment, lines)
        for line in lines:
            line.accepted_cents = accepted[line.pk]
            refused = _settle(moment, claim, line, vouchers[line.voucher_id], rules[line.voucher_id])
            if refused is not None:
                transaction.set_rollback(True)
                return refused
        _close(moment, actor, claim, lines, reason)
        give_back_rest(moment, vouchers.values(), TransferReason.LAPSE)
    return claim


def _let_go(moment: datetime, lines: list[ClaimLine]) -> None:
    """Void what was held: what is accepted is spent anew, so that it may be less."""
    holds = ClaimPart.objects.filter(line__in=lines).values_list("hold_id", flat=True)
    resolve(holds, Phase.VOID, TransferReason.CLAIM_DECIDED, moment)


def _settle(
    moment: datetime, claim: Claim, line: ClaimLine, voucher: Voucher, rules: CallRules
) -> Refused | None:
    """Spend and owe what was accepted of one line, from the parts that held it."""
    if not line.accepted_cents:
        return None
    spec = ClaimSpec({}, claim.paid_on, claim.paid_to, claim.category)
    rows = list(ClaimPart.objects.filter(line=line).select_related("voucher_part__fund").order_by("id"))
    deciding = Deciding(line.pk, sum(row.held for row in rows))
    asked = judge_price(voucher, rules, spec, line.accepted_cents, deciding)
    if isinstance(asked, Refused):
        return asked
    left = asked.split.voucher
    for row in rows:
        # The parts that held it pay it, in their order: never one that was not held.
        row.spent = min(row.held, left)
        left -= row.spent
    paying = [row for row in rows if row.spent]
    # A turnover's rates and a fixed unit are a provider's for its uses; what was paid is given back as it was paid.
    rule = replace(rules.payment, rates=(), fixed_unit=None)
    shares = owed_for(rule, tuple(row.spent for row in paying), 0, claim.category)
    for row, share in zip(paying, shares, strict=True):
        row.owed = share
        row.due_on = local_day(moment) + timedelta(days=rules.payment.holding_days)
    ClaimPart.objects.bulk_update(paying, ["spent", "owed", "due_on"])
    _post(moment, claim, paying)
    return None


def _post(moment: datetime, claim: Claim, rows: list[ClaimPart]) -> None:
    drafts = [
        Draft(
            row.voucher_part.unspent_id,
            row.voucher_part.spent_id,
            row.spent,
            TransferReason.REFUND,
            f"refund:{row.pk}",
        )
        for row in rows
    ]
    post(drafts, moment)
    payee = claim.household or claim.provider
    assert payee is not None
    owe(
        moment,
        [Owing(f"claim:{row.pk}", payee.ref, row.voucher_part.fund, row.spent, row.owed) for row in rows],
    )


def _close(moment: datetime, actor: Actor, claim: Claim, lines: list[ClaimLine], reason: str) -> None:
    ClaimLine.objects.bulk_update(lines, ["accepted_cents"])
    got = any(line.accepted_cents for line in lines)
    claim.state = Claim.State.ACCEPTED if got else Claim.State.REFUSED
    claim.decided_at, claim.decided_by, claim.reason = moment, actor.ref, reason.strip()[:500]
    claim.save(update_fields=["state", "decided_at", "decided_by", "reason"])
    owed = sum(ClaimPart.objects.filter(line__claim=claim).values_list("owed", flat=True))
    audit.record(moment, actor, f"claim.{claim.state}", f"claim:{claim.ref}", owed=owed)
    outbox.emit(moment, f"claim.{claim.state}", claim=claim.ref)
