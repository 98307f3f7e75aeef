"""Statements: drawn for uses that were held long enough, then agreed to or disputed by the provider."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from wishmi.bookings.actions import state_uses
from wishmi.calls.models import Fund
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.core.settlement import draw, is_due
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.infra.clock import local_day
from wishmi.payouts.models import Statement, StatementLine
from wishmi.payouts.policies import may_answer, may_draw
from wishmi.payouts.snapshots import unstated_uses

_BATCH = 2000


def lock_funds() -> list[Fund]:
    """The first lock of this room's acts over many providers: one of them at a time, and numbers without a gap."""
    return list(Fund.objects.select_for_update(no_key=True).order_by("id"))


def draw_statements(moment: datetime, actor: Actor, until: date) -> list[Statement] | Refused:
    """Draw one statement per provider and fund for the uses up to a day that their calls hold no longer.

    What stands in a statement is never edited; a use that is taken back later is compensated.
    """
    if not may_draw(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        lock_funds()
        today = local_day(moment)
        uses = [use for use in unstated_uses(_day_after(min(until, today))) if is_due(use, until, today)]
        able = state_uses(moment, actor, [use.part for use in uses])
        if isinstance(able, Refused):
            return able
        stated = set(able)
        drafts = draw((use for use in uses if use.part in stated), until, today)
        first = Statement.objects.filter(number__startswith=f"{today.year}-").count() + 1
        statements = [
            Statement(
                number=f"{today.year}-{number:04d}",
                provider_id=draft.provider,
                fund_id=draft.fund,
                until=until,
                amount=draft.amount,
                drawn_at=moment,
            )
            for number, draft in enumerate(drafts, first)
        ]
        Statement.objects.bulk_create(statements, batch_size=_BATCH)
        lines = [
            StatementLine(statement=statement, part_id=use.part, amount=use.amount)
            for statement, draft in zip(statements, drafts, strict=True)
            for use in draft.uses
        ]
        StatementLine.objects.bulk_create(lines, batch_size=_BATCH)
        acts = [
            audit.Act("statement.drawn", f"statement:{row.number}", {"amount": row.amount})
            for row in statements
        ]
        audit.record_many(moment, actor, acts)
        outbox.emit_many(moment, "statement.drawn", [{"statement": row.number} for row in statements])
    return statements


def _day_after(day: date) -> datetime:
    """The first moment after a day of the city."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(settings.TIME_ZONE))


def agree_statement(moment: datetime, actor: Actor, statement_id: int) -> Statement | Refused:
    """A provider agrees to a statement, also to one it has disputed: it will be paid with the next batch."""
    able = (Statement.State.DRAWN, Statement.State.DISPUTED)
    return _answer(moment, actor, statement_id, able, Statement.State.AGREED, "")


def dispute_statement(moment: datetime, actor: Actor, statement_id: int, text: str) -> Statement | Refused:
    """A provider objects to a statement, in words: it is not paid until it agrees."""
    if not text.strip():
        return Refused.because(ReasonCode.INCOMPLETE, field="text")
    able = (Statement.State.DRAWN,)
    return _answer(moment, actor, statement_id, able, Statement.State.DISPUTED, text.strip()[:4000])


def _answer(
    moment: datetime,
    actor: Actor,
    statement_id: int,
    able: tuple[Statement.State, ...],
    to: Statement.State,
    text: str,
) -> Statement | Refused:
    with transaction.atomic():
        statement = Statement.objects.select_for_update().get(pk=statement_id)
        if not may_answer(actor, statement.provider_id):
            return Refused.because(ReasonCode.NOT_ALLOWED)
        if statement.state not in able:
            return Refused.because(ReasonCode.WRONG_STATE, state=statement.state)
        statement.state, statement.answered_at = to, moment
        statement.dispute = text or statement.dispute
        statement.save(update_fields=["state", "answered_at", "dispute"])
        audit.record(moment, actor, f"statement.{to}", f"statement:{statement.number}")
        outbox.emit(moment, f"statement.{to}", statement=statement.number)
    return statement
