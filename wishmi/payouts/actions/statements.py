"""Statements: drawn for what is due, then agreed to or disputed by the provider."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from wishmi.bookings.actions import owe_started, state_dues
from wishmi.calls.models import Fund
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.core.settlement import Draft as StatementDraft
from wishmi.core.settlement import Owed, Reference, draw, is_due
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.infra.clock import day_begins, local_day
from wishmi.infra.pieces import pieces
from wishmi.payouts.models import ClaimPart, HeadGrantPart, Statement, StatementLine
from wishmi.payouts.policies import may_answer, may_draw
from wishmi.payouts.snapshots import unstated

_BATCH = 2000


def lock_funds() -> list[Fund]:
    """The first lock of this room's acts over many providers: one of them at a time, and numbers without a gap."""
    return list(Fund.objects.select_for_update(no_key=True).order_by("id"))


def draw_statements(moment: datetime, actor: Actor, until: date) -> list[Statement] | Refused:
    """Draw one statement per payee and fund for what arose up to a day and is due by now.

    What a call pays before use is made owed first. A provider agrees to its statement; a family's was decided with its
    claim. What stands in a statement is never edited; a use that is taken back later is compensated.
    """
    if not may_draw(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        lock_funds()
        started = owe_started(moment, actor)
        if isinstance(started, Refused):
            return started
        today = local_day(moment)
        owed = [
            one
            for one in unstated(day_begins(min(until, today) + timedelta(days=1)))
            if is_due(one, until, today)
        ]
        able = _state(moment, actor, owed)
        if isinstance(able, Refused):
            return able
        drafts = draw((one for one in owed if one.row in able), until, today)
        statements = _write(moment, until, drafts)
        acts = [
            audit.Act("statement.drawn", f"statement:{row.number}", {"amount": row.amount})
            for row in statements
        ]
        audit.record_many(moment, actor, acts)
        outbox.emit_many(moment, "statement.drawn", [{"statement": row.number} for row in statements])
    return statements


def _state(moment: datetime, actor: Actor, owed: Sequence[Owed]) -> set[Reference] | Refused:
    """Mark what is owed as stated; what was taken back or stated in the meantime is left out."""
    ids: dict[str, list[int]] = {"due": [], "claim_part": [], "grant_part": []}
    for one in owed:
        ids[one.row[0]].append(one.row[1])
    stated = state_dues(moment, actor, ids["due"])
    if isinstance(stated, Refused):
        return stated
    # Claims and grants are stated under the lock of the funds alone: no other act touches what was decided.
    for some in pieces(ids["claim_part"]):
        ClaimPart.objects.filter(pk__in=some).update(stated_at=moment)
    for some in pieces(ids["grant_part"]):
        HeadGrantPart.objects.filter(pk__in=some).update(stated_at=moment)
    able = {("due", pk) for pk in stated}
    return able | {one.row for one in owed if one.row[0] != "due"}


def _write(moment: datetime, until: date, drafts: Sequence[StatementDraft]) -> list[Statement]:
    year = local_day(moment).year
    first = Statement.objects.filter(number__startswith=f"{year}-").count() + 1
    statements = []
    for number, draft in enumerate(drafts, first):
        kind, payee = draft.payee
        is_family = kind == "household"
        statements.append(
            Statement(
                number=f"{year}-{number:04d}",
                provider_id=None if is_family else payee,
                household_id=payee if is_family else None,
                fund_id=draft.fund,
                state=Statement.State.AGREED if is_family else Statement.State.DRAWN,
                until=until,
                amount=draft.amount,
                drawn_at=moment,
            )
        )
    Statement.objects.bulk_create(statements, batch_size=_BATCH)
    lines = [
        StatementLine(statement=statement, amount=one.amount, **{f"{one.row[0]}_id": one.row[1]})
        for statement, draft in zip(statements, drafts, strict=True)
        for one in draft.lines
    ]
    StatementLine.objects.bulk_create(lines, batch_size=_BATCH)
    return statements


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
        if statement.provider_id is None or not may_answer(actor, statement.provider_id):
            return Refused.because(ReasonCode.NOT_ALLOWED)
        if statement.state not in able:
            return Refused.because(ReasonCode.WRONG_STATE, state=statement.state)
        statement.state, statement.answered_at = to, moment
        statement.dispute = text or statement.dispute
        statement.save(update_fields=["state", "answered_at", "dispute"])
        audit.record(moment, actor, f"statement.{to}", f"statement:{statement.number}")
        outbox.emit(moment, f"statement.{to}", statement=statement.number)
    return statement
