"""What the bank says of a batch's payments."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from wishmi.core.outcome import Refused
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.ledger.actions import Draft, open_accounts, post
from wishmi.ledger.chart import Kind, TransferReason
from wishmi.payouts.actions.batches import payee_purse
from wishmi.payouts.bank_file import message_id
from wishmi.payouts.models import Batch, Payment, Statement
from wishmi.payouts.policies import may_pay
from wishmi.payouts.status_file import BankAnswer


def record_bank_answers(
    moment: datetime, actor: Actor, batch_id: int, answers: Sequence[BankAnswer | tuple[str, bool, str]]
) -> Batch | Refused:
    """Take the bank's answers, all or none: executed payments are paid, rejected ones are due again.

    A rejected payment's statement is agreed again and goes into the next batch. The same answer twice changes nothing;
    an answer that contradicts an earlier one or another one here, or names a payment or file of another batch, is
    refused. A batch with no payment left to answer is closed.
    """
    if not may_pay(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=batch_id)
        if batch.state not in (Batch.State.APPROVED, Batch.State.CLOSED):
            return Refused.because(ReasonCode.WRONG_STATE, state=batch.state)
        rows = Payment.objects.select_for_update(of=("self",)).filter(batch=batch)
        payments = list(
            rows.select_related("statement__provider", "statement__household", "statement__fund").order_by(
                "id"
            )
        )
        said = [BankAnswer(*answer) for answer in answers]
        named = {answer.end_to_end: answer for answer in said}
        faults = _foreign(batch, said, named) + _faults(payments, named)
        if faults:
            return Refused(faults)
        fresh = [
            (payment, answer)
            for payment in payments
            if payment.state == Payment.State.IN_PAYMENT
            and (answer := named.get(payment.end_to_end, named.get(""))) is not None
        ]
        _move(moment, fresh)
        _write(moment, actor, fresh)
        if not Payment.objects.filter(batch=batch, state=Payment.State.IN_PAYMENT).exists():
            batch.state = Batch.State.CLOSED
            batch.save(update_fields=["state"])
    return batch


def _foreign(batch: Batch, said: Sequence[BankAnswer], named: Mapping[str, BankAnswer]) -> tuple[Reason, ...]:
    """Answers that speak of another batch's file, or against one another."""
    ours = message_id(batch.number)
    other = {answer.message for answer in said if answer.message not in ("", ours)}
    torn = {answer.end_to_end for answer in said if answer.executed != named[answer.end_to_end].executed}
    faults = [Reason(ReasonCode.INCOMPLETE, {"message": message}) for message in sorted(other)]
    return tuple(faults + [Reason(ReasonCode.INCOMPLETE, {"payment": name}) for name in sorted(torn)])


def _faults(payments: Sequence[Payment], named: Mapping[str, BankAnswer]) -> tuple[Reason, ...]:
    known = {payment.end_to_end: payment for payment in payments}
    faults = []
    for name, answer in named.items():
        if not name:
            continue
        payment = known.get(name)
        said = Payment.State.PAID if answer.executed else Payment.State.REJECTED
        if payment is None:
            faults.append(Reason(ReasonCode.INCOMPLETE, {"payment": name}))
        elif payment.state not in (Payment.State.IN_PAYMENT, said):
            faults.append(Reason(ReasonCode.ALREADY_DONE, {"payment": name, "state": payment.state}))
    return tuple(faults)


def _move(moment: datetime, fresh: Sequence[tuple[Payment, BankAnswer]]) -> None:
    kinds = (Kind.DUE, Kind.IN_PAYMENT, Kind.PAID)
    accounts = open_accounts(
        payee_purse(payment.statement, kind) for payment, _answer in fresh for kind in kinds
    )
    drafts = []
    for payment, answer in fresh:
        target = Kind.PAID if answer.executed else Kind.DUE
        why = TransferReason.EXECUTED if answer.executed else TransferReason.REJECTED
        drafts.append(
            Draft(
                accounts[payee_purse(payment.statement, Kind.IN_PAYMENT)],
                accounts[payee_purse(payment.statement, target)],
                payment.amount,
                why,
                f"bank:{payment.pk}",
            )
        )
    post(drafts, moment)


def _write(moment: datetime, actor: Actor, fresh: Sequence[tuple[Payment, BankAnswer]]) -> None:
    acts, items = [], []
    for payment, answer in fresh:
        payment.state = Payment.State.PAID if answer.executed else Payment.State.REJECTED
        payment.bank_reason, payment.answered_at = answer.reason[:64], moment
        state = Statement.State.PAID if answer.executed else Statement.State.AGREED
        Statement.objects.filter(pk=payment.statement_id).update(state=state)
        data = {"amount": payment.amount, "bank_reason": payment.bank_reason}
        acts.append(audit.Act(f"payment.{payment.state}", f"payment:{payment.end_to_end}", data))
        items.append({"payment": payment.end_to_end, "state": str(payment.state)})
    Payment.objects.bulk_update(
        [payment for payment, _answer in fresh], ["state", "bank_reason", "answered_at"], batch_size=500
    )
    audit.record_many(moment, actor, acts)
    outbox.emit_many(moment, "payment.answered", items)
