"""Undoing a batch that was prepared and should not be paid as it stands."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.ledger.actions import Draft, open_accounts, post
from wishmi.ledger.chart import Kind, TransferReason
from wishmi.payouts.actions.batches import payee_purse
from wishmi.payouts.actions.statements import lock_funds
from wishmi.payouts.models import Batch, Payment, Statement
from wishmi.payouts.policies import may_pay


def discard_batch(moment: datetime, actor: Actor, batch_id: int, reason: str) -> Batch | Refused:
    """Discard a batch nobody has approved: its statements are agreed again, what was taken off is owed back again.

    It keeps its number and its payments, so that the trail stays whole; the next batch is another one.
    """
    if not may_pay(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if not reason.strip():
        return Refused.because(ReasonCode.INCOMPLETE, field="reason")
    with transaction.atomic():
        lock_funds()
        batch = Batch.objects.select_for_update().get(pk=batch_id)
        if batch.state != Batch.State.PREPARED:
            return Refused.because(ReasonCode.WRONG_STATE, state=batch.state)
        rows = Payment.objects.select_for_update(of=("self",)).filter(batch=batch)
        payments = list(
            rows.select_related("statement__provider", "statement__household", "statement__fund").order_by(
                "id"
            )
        )
        _owe_again(moment, [payment for payment in payments if payment.compensated])
        Payment.objects.filter(batch=batch).update(state=Payment.State.DISCARDED)
        Statement.objects.filter(payments__batch=batch).update(state=Statement.State.AGREED)
        batch.state = Batch.State.DISCARDED
        batch.discarded_at, batch.discarded_by = moment, actor.ref
        batch.discard_reason = reason.strip()[:500]
        batch.save(update_fields=["state", "discarded_at", "discarded_by", "discard_reason"])
        audit.record(
            moment,
            actor,
            "batch.discarded",
            f"batch:{batch.number}",
            payments=len(payments),
            amount=sum(payment.amount for payment in payments),
        )
        outbox.emit(moment, "batch.discarded", batch=batch.number)
    return batch


def _owe_again(moment: datetime, payments: Sequence[Payment]) -> None:
    kinds = (Kind.DUE, Kind.RECOVERABLE)
    accounts = open_accounts(payee_purse(one.statement, kind) for one in payments for kind in kinds)
    post(
        [
            Draft(
                accounts[payee_purse(payment.statement, Kind.RECOVERABLE)],
                accounts[payee_purse(payment.statement, Kind.DUE)],
                payment.compensated,
                TransferReason.DISCARD,
                f"discard:{payment.end_to_end}",
            )
            for payment in payments
        ],
        moment,
    )
