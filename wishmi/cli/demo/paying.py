"""Providers are paid: statements after the holding days, batches by two persons, the bank's answers, retries."""

from datetime import date, datetime, timedelta

from wishmi.cli.demo.scene import Scene, must, staff_of
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra.actor import Role
from wishmi.payouts.actions import (
    agree_statement,
    approve_batch,
    draw_statements,
    prepare_batch,
    record_bank_answers,
)
from wishmi.payouts.models import Payment, Statement
from wishmi.simulation.draws import uniform

REJECTED = 0.01
"""Share of payments the bank sends back the first time."""


def pay(scene: Scene, day: date) -> None:
    """One month's round: statements up to a day, agreement, batch, bank, and a second batch for what was sent back."""
    moment = scene.at(day.year, day.month, day.day)
    accountant = scene.office[Role.ACCOUNTING]
    drawn = draw_statements(moment, accountant, day)
    if isinstance(drawn, Refused) and set(drawn.codes) != {ReasonCode.INCOMPLETE}:
        must(drawn)
    open_rows = Statement.objects.filter(state=Statement.State.DRAWN).order_by("id")
    for pk, provider_id in list(open_rows.values_list("id", "provider_id")):
        must(agree_statement(moment + timedelta(days=1), staff_of(provider_id), pk))
    for attempt in range(2):
        if not _batch(scene, moment + timedelta(days=2 + 3 * attempt), attempt):
            break


def _batch(scene: Scene, moment: datetime, attempt: int) -> bool:
    """One batch through the bank; whether there was anything to pay."""
    accountant, second = scene.office[Role.ACCOUNTING], scene.second_accountant
    assert second is not None
    batch = prepare_batch(moment, accountant, (moment + timedelta(days=1)).date())
    if isinstance(batch, Refused):
        if set(batch.codes) != {ReasonCode.INCOMPLETE}:
            must(batch)
        return False
    must(approve_batch(moment + timedelta(hours=2), second, batch.pk))
    answers = []
    rows = Payment.objects.filter(batch=batch, state=Payment.State.IN_PAYMENT).order_by("id")
    for end_to_end in rows.values_list("end_to_end", flat=True):
        fails = attempt == 0 and uniform(scene.city.seed, "bank", end_to_end) < REJECTED
        answers.append((end_to_end, not fails, "AC04" if fails else ""))
        scene.add("rejected_payments" if fails else "payouts")
    if answers:
        must(record_bank_answers(moment + timedelta(days=2), accountant, batch.pk, answers))
    return True
