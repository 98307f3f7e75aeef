"""Suspending a call and going on: what becomes of awards to be accepted and of vouchers in use."""

from datetime import date, datetime, timedelta

from django.db.models import F

from wishmi.applications.actions import prolong_integrations
from wishmi.awards.models import Award
from wishmi.calls import acts
from wishmi.calls.actions import Signed
from wishmi.calls.models import CallAct
from wishmi.core.outcome import Refused
from wishmi.infra.actor import Actor
from wishmi.infra.clock import local_day
from wishmi.infra.pieces import pieces
from wishmi.vouchers.actions import extend_locked
from wishmi.vouchers.models import Voucher

State = Voucher.State


def suspend_call(
    moment: datetime, actor: Actor, call_id: int, signed: Signed, *, stops_use: bool = False
) -> CallAct | Refused:
    """Suspend a call by a signed act; with `stops_use` nothing is accepted or newly booked meanwhile either."""

    def apply(act: CallAct) -> None:
        if stops_use:
            # Whoever books or accepts holds a voucher: it is done before this act, or sees it.
            _lock_living(act.call_id)

    return acts.suspend_call(moment, actor, call_id, signed, stops_use=stops_use, apply=apply)


def reopen_call(
    moment: datetime, actor: Actor, call_id: int, signed: Signed, *, prolongs: bool = False
) -> CallAct | Refused:
    """Go on after a suspension; where the act prolongs, every term that was running gets the time it lost.

    The window and the days for observations are worked out from the acts; the terms of awards, integrations and, where
    use was stopped, of vouchers stand in their rows and are moved here.
    """

    def apply(act: CallAct) -> None:
        if act.data["prolongs"]:
            _prolong(act)

    return acts.reopen_call(moment, actor, call_id, signed, prolongs=prolongs, apply=apply)


def _lock_living(call_id: int) -> list[Voucher]:
    """The living vouchers of a call, locked in the order of all others."""
    rows = Voucher.objects.select_for_update().filter(call_id=call_id).exclude(state=State.CLOSED)
    return list(rows.order_by("id"))


def _prolong(act: CallAct) -> None:
    suspended_at = datetime.fromisoformat(act.data["suspended_at"])
    lost = act.at - suspended_at
    days = -(-lost // timedelta(days=1))
    vouchers = _lock_living(act.call_id)
    offered = [one.award_id for one in vouchers if one.state == State.OFFERED]
    for some in pieces(offered):
        Award.objects.filter(pk__in=some, accept_by__gt=suspended_at).update(accept_by=F("accept_by") + lost)
    if act.data["stopped_use"]:
        by_day: dict[date, list[Voucher]] = {}
        for voucher in vouchers:
            if voucher.use_until >= local_day(suspended_at):
                by_day.setdefault(voucher.use_until + timedelta(days=days), []).append(voucher)
        for day, running in sorted(by_day.items()):
            extend_locked(running, day, act.reason)
    prolong_integrations(act.call_id, local_day(suspended_at), days)
