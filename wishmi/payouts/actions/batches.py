"""Payment batches: prepared by one person, approved by another, sent to the bank as one file."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from wishmi.core.iban import why_not_iban
from wishmi.core.outcome import Refused
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.core.settlement import Net, net_payments
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.infra.clock import local_day
from wishmi.ledger.actions import Draft, Purse, lock, open_accounts, post
from wishmi.ledger.chart import Kind, TransferReason
from wishmi.payouts.actions.statements import lock_funds
from wishmi.payouts.bank_file import (
    SEPA_CURRENCY,
    CreditTransfer,
    Order,
    bank_file,
    digest,
    message_id,
    payment_list,
    place,
    write_draft,
)
from wishmi.payouts.models import Batch, Payment, Statement
from wishmi.payouts.policies import may_pay
from wishmi.payouts.snapshots import claims_of, payee_of, recoverable_of
from wishmi.payouts.treasury import read_treasury
from wishmi.people.selectors import is_same_person

_BATCH = 2000


def payee_purse(statement: Statement, kind: Kind) -> Purse:
    """An account of a statement's payee in its fund."""
    return Purse(statement.payee_ref, kind, statement.fund.ref, statement.fund.unit)


def payouts_folder() -> Path:
    """Where bank files lie."""
    return Path(settings.WISHMI_DATA) / "payouts"


def prepare_batch(moment: datetime, actor: Actor, execute_on: date) -> Batch | Refused:
    """Put every agreed statement into a batch; what a payee owes back is taken off first.

    Refused when nothing was agreed, when the day has passed, or when a payee's IBAN is not well formed.
    """
    if not may_pay(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if execute_on < local_day(moment):
        return Refused.because(ReasonCode.TERM_EXPIRED, execute_on=execute_on.isoformat())
    with transaction.atomic():
        lock_funds()
        agreed = Statement.objects.select_for_update(of=("self",)).select_related(
            "provider", "household__family_account", "fund"
        )
        statements = list(agreed.filter(state=Statement.State.AGREED).order_by("id"))
        if not statements:
            return Refused.because(ReasonCode.INCOMPLETE, field="statements")
        faults = _unpayable(statements)
        if faults:
            return Refused(faults)
        year = local_day(moment).year
        number = Batch.objects.filter(number__startswith=f"P{year}-").count() + 1
        batch = Batch.objects.create(
            number=f"P{year}-{number:04d}", prepared_at=moment, prepared_by=actor.ref, execute_on=execute_on
        )
        payments = _compensated(moment, batch, statements)
        Statement.objects.filter(pk__in=[row.pk for row in statements]).update(state=Statement.State.IN_BATCH)
        audit.record(
            moment,
            actor,
            "batch.prepared",
            f"batch:{batch.number}",
            payments=len(payments),
            amount=sum(row.amount for row in payments),
            compensated=sum(row.compensated for row in payments),
        )
        outbox.emit(moment, "batch.prepared", batch=batch.number)
    return batch


def _unpayable(statements: Sequence[Statement]) -> tuple[Reason, ...]:
    wrong = {row.payee_ref for row in statements if why_not_iban(row.payee_iban)}
    return tuple(Reason(ReasonCode.INCOMPLETE, {"field": "iban", "payee": payee}) for payee in sorted(wrong))


def _compensated(moment: datetime, batch: Batch, statements: Sequence[Statement]) -> list[Payment]:
    """Write the payments of a batch and take off what is owed back."""
    kinds = (Kind.DUE, Kind.RECOVERABLE)
    accounts = open_accounts(payee_purse(row, kind) for row in statements for kind in kinds)
    owing = {(payee_of(row), row.fund_id): accounts[payee_purse(row, Kind.RECOVERABLE)] for row in statements}
    recoverable = recoverable_of(owing, lock(accounts.values()))
    nets: tuple[Net, ...] = net_payments(claims_of(statements), recoverable)
    payments = [
        Payment(
            batch=batch,
            statement=row,
            end_to_end=f"{batch.number}-{row.number}",
            amount=net.pay,
            compensated=net.compensate,
        )
        for row, net in zip(statements, nets, strict=True)
    ]
    Payment.objects.bulk_create(payments, batch_size=_BATCH)
    post(
        [
            Draft(
                accounts[payee_purse(payment.statement, Kind.DUE)],
                accounts[payee_purse(payment.statement, Kind.RECOVERABLE)],
                payment.compensated,
                TransferReason.COMPENSATION,
                f"compensate:{payment.end_to_end}",
            )
            for payment in payments
            if payment.compensated
        ],
        moment,
    )
    return payments


def approve_batch(moment: datetime, actor: Actor, batch_id: int) -> Batch | Refused:
    """Approve a batch prepared by another person: its money is in payment and the bank file is written.

    Refused once its day of execution has passed: then it is discarded and prepared anew.
    The file is on disk under a draft name before the batch counts as approved, and gets its own name after: neither a
    file without its batch nor a batch whose file cannot be found again. `place_file` mends a crash in between.
    """
    if not may_pay(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=batch_id)
        if batch.state != Batch.State.PREPARED:
            return Refused.because(ReasonCode.WRONG_STATE, state=batch.state)
        if is_same_person(batch.prepared_by, actor):
            return Refused.because(ReasonCode.SAME_PERSON)
        if batch.execute_on < local_day(moment):
            return Refused.because(ReasonCode.TERM_EXPIRED, due_on=batch.execute_on.isoformat())
        rows = Payment.objects.select_for_update(of=("self",)).filter(batch=batch)
        payments = list(
            rows.select_related(
                "statement__provider", "statement__household__family_account", "statement__fund"
            ).order_by("id")
        )
        faults = _unpayable([payment.statement for payment in payments])
        if faults:
            return Refused(faults)
        paying = [payment for payment in payments if payment.amount]
        _put_in_payment(moment, paying)
        settled = [payment.pk for payment in payments if not payment.amount]
        Payment.objects.filter(pk__in=settled).update(state=Payment.State.PAID, answered_at=moment)
        Statement.objects.filter(payments__in=settled).update(state=Statement.State.PAID)
        batch.state = Batch.State.APPROVED if paying else Batch.State.CLOSED
        batch.approved_at, batch.approved_by = moment, actor.ref
        if paying:
            data = _file_of(moment, batch, paying)
            ending = "xml" if settings.WISHMI_CURRENCY == SEPA_CURRENCY else "csv"
            batch.file, batch.file_digest = f"{batch.number}.{ending}", digest(data)
            write_draft(payouts_folder(), batch.file, data)
        batch.save(update_fields=["state", "approved_at", "approved_by", "file", "file_digest"])
        audit.record(
            moment,
            actor,
            "batch.approved",
            f"batch:{batch.number}",
            amount=sum(payment.amount for payment in paying),
            file_digest=batch.file_digest,
        )
        outbox.emit(moment, "batch.approved", batch=batch.number)
    place_file(batch)
    return batch


def place_file(batch: Batch) -> Path | None:
    """The bank file of an approved batch, under its own name; None for a batch that pays nothing."""
    return place(payouts_folder(), batch.file) if batch.file else None


def _put_in_payment(moment: datetime, payments: Sequence[Payment]) -> None:
    kinds = (Kind.DUE, Kind.IN_PAYMENT)
    accounts = open_accounts(payee_purse(one.statement, kind) for one in payments for kind in kinds)
    post(
        [
            Draft(
                accounts[payee_purse(payment.statement, Kind.DUE)],
                accounts[payee_purse(payment.statement, Kind.IN_PAYMENT)],
                payment.amount,
                TransferReason.BATCH,
                f"batch:{payment.pk}",
            )
            for payment in payments
        ],
        moment,
    )
    Payment.objects.filter(pk__in=[one.pk for one in payments]).update(state=Payment.State.IN_PAYMENT)


def _file_of(moment: datetime, batch: Batch, payments: Sequence[Payment]) -> bytes:
    treasury = read_treasury(Path(settings.WISHMI_CITY))
    prefix = "DEMO, NESSUN PAGAMENTO REALE - " if settings.WISHMI_MODE == "demo" else ""
    transfers = tuple(
        CreditTransfer(
            end_to_end=payment.end_to_end,
            name=payment.statement.payee_name,
            iban=payment.statement.payee_iban,
            amount_cents=payment.amount,
            text=f"{prefix}Rendiconto {payment.statement.number}",
        )
        for payment in payments
    )
    if settings.WISHMI_CURRENCY != SEPA_CURRENCY:
        return payment_list(transfers, batch.execute_on, settings.WISHMI_CURRENCY)
    created_at = moment.astimezone(ZoneInfo(settings.TIME_ZONE))
    return bank_file(treasury, Order(message_id(batch.number), created_at, batch.execute_on, transfers))
