"""Grants by head: a provider declares how many children were enrolled in a year, the office checks and grants."""

from datetime import date, datetime, timedelta

from django.db import transaction

from wishmi.bookings.actions.owing import Owing, owe
from wishmi.calls.models import Call, Fund
from wishmi.calls.selectors import published_version, rules_of
from wishmi.core.calls import CallRules
from wishmi.core.money import take_in_order
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.core.rules.payment import head_grant
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.infra.clock import local_day
from wishmi.ledger.chart import Kind
from wishmi.ledger.selectors import free_of
from wishmi.payouts.models import HeadGrant, HeadGrantPart
from wishmi.payouts.policies import may_answer, may_decide
from wishmi.providers.models import Provider
from wishmi.providers.selectors import why_not_in_call

MOST_HEADS = 100_000


def declare_heads(moment: datetime, actor: Actor, call_id: int, year: int, heads: int) -> HeadGrant | Refused:
    """A provider declares its enrolled children of a year of the call; anew until the office has checked."""
    if actor.provider is None or not may_answer(actor, actor.provider):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if not 0 < heads <= MOST_HEADS:
        return Refused.because(ReasonCode.INCOMPLETE, field="heads")
    with transaction.atomic():
        provider = Provider.objects.select_for_update().get(pk=actor.provider)
        rules = _rules(Call.objects.get(pk=call_id))
        if rules is None or rules.payment.per_head is None or provider.state != Provider.State.LISTED:
            return Refused.because(ReasonCode.NOT_ALLOWED)
        elsewhere = why_not_in_call(rules, call_id, provider.pk)
        if elsewhere is not None:
            return Refused((elsewhere,))
        if not rules.opens_at.year <= year <= local_day(moment).year:
            return Refused.because(ReasonCode.INCOMPLETE, field="year")
        grant = HeadGrant.objects.filter(provider=provider, call=call_id, year=year).first()
        if grant is not None and grant.state != HeadGrant.State.DECLARED:
            return Refused.because(ReasonCode.ALREADY_DONE)
        grant = grant or HeadGrant(provider=provider, call_id=call_id, year=year)
        grant.declared, grant.declared_at, grant.declared_by = heads, moment, actor.ref
        grant.save()
        audit.record(
            moment, actor, "heads.declared", f"provider:{provider.ref}", year=year, heads=heads, call=call_id
        )
        outbox.emit(moment, "heads.declared", grant=grant.pk)
    return grant


def check_heads(
    moment: datetime, actor: Actor, grant_id: int, heads: int, reason: str = ""
) -> HeadGrant | Refused:
    """The office grants what the call gives for the children it has checked; a reason where the count is another.

    The call's funds pay in their order; refused where they do not cover it. No child checked grants nothing.
    """
    if not may_decide(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if not 0 <= heads <= MOST_HEADS:
        return Refused.because(ReasonCode.INCOMPLETE, field="heads")
    with transaction.atomic():
        call_id = HeadGrant.objects.values_list("call_id", flat=True).get(pk=grant_id)
        call = Call.objects.get(pk=call_id)
        funds = _lock_funds(call)
        grant = HeadGrant.objects.select_for_update(of=("self",)).select_related("provider").get(pk=grant_id)
        rules = _rules(call)
        if grant.state != HeadGrant.State.DECLARED or rules is None:
            return Refused.because(ReasonCode.WRONG_STATE, state=grant.state)
        if heads != grant.declared and not reason.strip():
            return Refused.because(ReasonCode.INCOMPLETE, field="reason")
        free = [free_of(fund.ref, Kind.AVAILABLE, fund.ref, fund.unit) for fund in funds]
        shares = take_in_order(head_grant(rules.payment, heads), free)
        if shares is None:
            return Refused.because(ReasonCode.FUND_INSUFFICIENT, available_cents=sum(free))
        due_on = local_day(moment) + timedelta(days=rules.payment.holding_days)
        _grant(moment, grant, list(zip(funds, shares, strict=True)), due_on)
        grant.state, grant.checked = HeadGrant.State.CHECKED, heads
        grant.checked_at, grant.checked_by, grant.reason = moment, actor.ref, reason.strip()[:500]
        grant.save()
        amount = sum(shares)
        subject = f"provider:{grant.provider.ref}"
        audit.record(moment, actor, "heads.checked", subject, year=grant.year, heads=heads, amount=amount)
        outbox.emit(moment, "heads.checked", grant=grant.pk)
    return grant


def _rules(call: Call) -> CallRules | None:
    version = published_version(call)
    return None if version is None else rules_of(version)


def _lock_funds(call: Call) -> list[Fund]:
    """A call's funds in spending order, locked in the order of all."""
    list(Fund.objects.select_for_update().filter(call_funds__call=call).order_by("id"))
    return list(Fund.objects.filter(call_funds__call=call).order_by("call_funds__order"))


def _grant(moment: datetime, grant: HeadGrant, shares: list[tuple[Fund, int]], due_on: date) -> None:
    parts = [
        HeadGrantPart.objects.create(grant=grant, fund=fund, amount=share, due_on=due_on)
        for fund, share in shares
        if share
    ]
    owe(moment, [Owing(f"head:{part.pk}", grant.provider.ref, part.fund, 0, part.amount) for part in parts])
