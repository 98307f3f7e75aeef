"""Issuing vouchers, answering an award, giving money back, extending.

Locks: funds by id, then vouchers by id, then accounts by id.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from wishmi.applications.models import Candidacy
from wishmi.awards.actions import end_awards, record_awards
from wishmi.awards.models import Award, AwardPart, Stage
from wishmi.calls.actions import extend_use, purse
from wishmi.calls.models import Call, CallAct, Fund
from wishmi.calls.selectors import rules_of, use_until
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.infra.audit import Act
from wishmi.infra.clock import local_day
from wishmi.infra.pieces import pieces
from wishmi.infra.refs import new_code
from wishmi.ledger.actions import Draft, OverdrawnError, Purse, lock, open_accounts, post
from wishmi.ledger.chart import Kind, TransferReason
from wishmi.vouchers.models import Voucher, VoucherPart
from wishmi.vouchers.policies import may_answer, may_extend, may_issue, may_let_lapse

_BATCH = 2000
CODE_LENGTH = 12
State = Voucher.State


def issue_vouchers(moment: datetime, actor: Actor, stage_id: int) -> list[Voucher] | Refused:
    """Award what a published stage says: the money leaves the funds at once, every child awarded gets a voucher.

    All or none: refused if a fund no longer covers the stage.
    """
    if not may_issue(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        call = Call.objects.select_for_update().get(stages=stage_id)
        list(Fund.objects.select_for_update().filter(call_funds__call=call).order_by("id"))
        stage = (
            Stage.objects.select_for_update(of=("self",)).select_related("version", "call").get(pk=stage_id)
        )
        if stage.issued_at is not None:
            return Refused.because(ReasonCode.ALREADY_DONE)
        if stage.published_at is None or stage.kind == Stage.Kind.PROVISIONAL:
            return Refused.because(ReasonCode.WRONG_STATE)
        awards = record_awards(moment, actor, stage)
        until = date.fromisoformat(use_until(call, rules_of(stage.version)))
        vouchers = _write_vouchers(awards, until)
        try:
            _commit_money(awards, vouchers, moment)
        except OverdrawnError as error:
            transaction.set_rollback(True)
            return Refused.because(ReasonCode.FUND_INSUFFICIENT, available_cents=error.fault.free)
        stage.issued_at = moment
        stage.save(update_fields=["issued_at"])
        audit.record(
            moment, actor, "vouchers.issued", f"stage:{call.code}/{stage.number}", count=len(vouchers)
        )
        outbox.emit(moment, "vouchers.issued", stage=stage.pk, count=len(vouchers))
    return vouchers


def _write_vouchers(awards: Sequence[Award], until: date) -> list[Voucher]:
    minors = dict(
        pair
        for some in pieces(awards)
        for pair in Candidacy.objects.filter(pk__in=[award.candidacy_id for award in some]).values_list(
            "id", "minor_id"
        )
    )
    vouchers = [
        Voucher(
            ref=award.ref,
            award=award,
            call_id=award.call_id,
            minor_id=minors[award.candidacy_id],
            code=new_code(CODE_LENGTH),
            use_until=until,
        )
        for award in awards
    ]
    Voucher.objects.bulk_create(vouchers, batch_size=_BATCH)
    return vouchers


def _commit_money(awards: Sequence[Award], vouchers: Sequence[Voucher], moment: datetime) -> None:
    by_award = {award.pk: voucher for award, voucher in zip(awards, vouchers, strict=True)}
    parts: list[AwardPart] = []
    for some in pieces(awards):
        ids = [award.pk for award in some]
        parts += AwardPart.objects.filter(award__in=ids).select_related("fund").order_by("award_id", "order")
    purses = {
        (part.pk, kind): Purse(by_award[part.award_id].ref, kind, part.fund.ref, part.fund.unit)
        for part in parts
        for kind in (Kind.UNSPENT, Kind.SPENT)
    }
    funds = {part.fund_id: part.fund for part in parts}
    kinds = (Kind.AVAILABLE, Kind.AWARDED, Kind.COMMITTED)
    accounts = open_accounts(
        [*purses.values(), *(purse(fund, kind) for fund in funds.values() for kind in kinds)]
    )
    drafts, rows = [], []
    for part in parts:
        voucher, fund = by_award[part.award_id], part.fund
        unspent, spent = accounts[purses[part.pk, Kind.UNSPENT]], accounts[purses[part.pk, Kind.SPENT]]
        budget = (accounts[purse(fund, Kind.AVAILABLE)], accounts[purse(fund, Kind.AWARDED)])
        key = f"award:{voucher.ref}:{fund.pk}"
        drafts.append(Draft(*budget, part.amount, TransferReason.AWARD, f"{key}:budget"))
        committed = accounts[purse(fund, Kind.COMMITTED)]
        drafts.append(Draft(committed, unspent, part.amount, TransferReason.AWARD, f"{key}:voucher"))
        rows.append(
            VoucherPart(voucher=voucher, fund=fund, order=part.order, unspent_id=unspent, spent_id=spent)
        )
    post(drafts, moment)
    VoucherPart.objects.bulk_create(rows, batch_size=_BATCH)


def accept_awards(moment: datetime, actor: Actor, award_ids: Sequence[int]) -> list[Award] | Refused:
    """Accept awards within their days: their vouchers can be used. All or none."""
    with transaction.atomic():
        rows = _locked_awards(award_ids)
        if len(rows) != len(set(award_ids)):
            return Refused.because(ReasonCode.WRONG_STATE)
        for award in rows:
            refused = _why_not_accept(moment, actor, award)
            if refused is not None:
                return refused
        ids = [award.pk for award in rows]
        for some in pieces(ids):
            Voucher.objects.filter(award__in=some).update(state=State.ACTIVE)
            Award.objects.filter(pk__in=some).update(state=Award.State.ACCEPTED)
        for award in rows:
            award.state = Award.State.ACCEPTED
        audit.record_many(moment, actor, [Act("award.accepted", f"award:{award.ref}") for award in rows])
        outbox.emit_many(moment, "award.accepted", [{"award": award.ref} for award in rows])
    return rows


def accept_award(moment: datetime, actor: Actor, award_id: int) -> Award | Refused:
    """Accept one award."""
    done = accept_awards(moment, actor, [award_id])
    return done if isinstance(done, Refused) else done[0]


def _locked_awards(award_ids: Sequence[int]) -> list[Award]:
    """Awards with their vouchers locked, in order."""
    rows: list[Award] = []
    wanted = sorted(set(award_ids))
    for some in pieces(wanted):
        list(Voucher.objects.select_for_update().filter(award__in=some).order_by("id"))
        rows += Award.objects.filter(pk__in=some).select_related("candidacy__application").order_by("id")
    return rows


def _why_not_accept(moment: datetime, actor: Actor, award: Award) -> Refused | None:
    if not may_answer(actor, award.candidacy.application.household_id):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if award.state == Award.State.ACCEPTED:
        return Refused.because(ReasonCode.ALREADY_DONE)
    # A reserve must be lifted first, whether it is still asked about or not.
    if award.state != Award.State.OFFERED or award.candidacy.state != Candidacy.State.ADMITTED:
        return Refused.because(ReasonCode.WRONG_STATE)
    if moment > award.accept_by:
        return Refused.because(ReasonCode.TERM_EXPIRED, due_on=local_day(award.accept_by).isoformat())
    return None


def renounce_award(moment: datetime, actor: Actor, award_id: int) -> Award | Refused:
    """Renounce an award: what is not spent returns to its funds at once. Live bookings must be cancelled first."""
    with transaction.atomic():
        award = Award.objects.select_related("candidacy__application", "voucher").get(pk=award_id)
        if not may_answer(actor, award.candidacy.application.household_id):
            return Refused.because(ReasonCode.NOT_ALLOWED)
        _lock_funds_of([award.voucher.pk])
        voucher = Voucher.objects.select_for_update().get(pk=award.voucher.pk)
        award.refresh_from_db()
        if voucher.state == State.CLOSED:
            return Refused.because(ReasonCode.WRONG_STATE)
        balances = lock(voucher.parts.values_list("unspent_id", flat=True))
        if any(balance.debits_pending for balance in balances.values()):
            return Refused.because(ReasonCode.ALREADY_BOOKED)
        _close(moment, actor, [voucher], Award.State.RENOUNCED, TransferReason.RENUNCIATION)
        award.refresh_from_db()
    return award


def _lock_funds_of(voucher_ids: Sequence[int]) -> None:
    ids: set[int] = set()
    for some in pieces(voucher_ids):
        parts = VoucherPart.objects.filter(voucher__in=some)
        ids.update(parts.values_list("fund_id", flat=True))
    list(Fund.objects.select_for_update().filter(pk__in=ids).order_by("id"))


def _close(
    moment: datetime, actor: Actor, vouchers: Sequence[Voucher], state: Award.State, reason: TransferReason
) -> int:
    """End vouchers and give back what is free; returns the amount. Funds and vouchers are locked by the caller."""
    given = _give_back(moment, [voucher.pk for voucher in vouchers], reason)
    awards: list[Award] = []
    for some in pieces([voucher.pk for voucher in vouchers]):
        Voucher.objects.filter(pk__in=some).update(state=State.CLOSED)
        awards += Award.objects.filter(voucher__in=some).order_by("id")
    end_awards(moment, awards, state)
    by_ref = given.by_voucher
    acts = [
        Act(f"award.{state}", f"award:{award.ref}", {"returned": by_ref.get(award.ref, 0)})
        for award in awards
    ]
    audit.record_many(moment, actor, acts)
    outbox.emit_many(moment, f"award.{state}", [{"award": award.ref} for award in awards])
    return sum(by_ref.values())


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What went back to the funds, by voucher reference, in minor units."""

    by_voucher: dict[str, int]


def _give_back(moment: datetime, voucher_ids: Sequence[int], reason: TransferReason) -> GivenBack:
    """Return to each fund what is free on the parts of these vouchers; what is held stays until its booking ends."""
    parts: list[VoucherPart] = []
    for some in pieces(voucher_ids):
        rows = VoucherPart.objects.filter(voucher__in=some)
        parts += rows.select_related("fund", "voucher").order_by("id")
    funds = {part.fund_id: part.fund for part in parts}
    kinds = (Kind.GIVEN_BACK, Kind.RETURNED, Kind.AVAILABLE)
    accounts = open_accounts(purse(fund, kind) for fund in funds.values() for kind in kinds)
    balances = lock([*accounts.values(), *(part.unspent_id for part in parts)])
    drafts: list[Draft] = []
    by_voucher: dict[str, int] = {}
    for part in parts:
        balance = balances[part.unspent_id]
        if balance.free <= 0:
            continue
        # What was debited before tells two returns from the same part apart.
        key = f"give-back:{part.pk}:{balance.debits_posted}"
        given, returned, available = (accounts[purse(part.fund, kind)] for kind in kinds)
        drafts.append(Draft(part.unspent_id, given, balance.free, reason, f"{key}:voucher"))
        drafts.append(Draft(returned, available, balance.free, reason, f"{key}:budget"))
        by_voucher[part.voucher.ref] = by_voucher.get(part.voucher.ref, 0) + balance.free
    post(drafts, moment)
    return GivenBack(by_voucher)


def give_back_rest(
    moment: datetime, voucher_ids: Iterable[int], reason: TransferReason = TransferReason.LAPSE
) -> int:
    """Return what became free on closed vouchers, when holds on them ended; returns the amount. Living ones keep it.

    A step of the bookings' acts, in their transaction. The caller holds the vouchers' rows. All in one call: the funds'
    accounts are locked in one order, or two calls with several vouchers each would wait for each other.
    """
    wanted = sorted(set(voucher_ids))
    closed: list[int] = []
    for some in pieces(wanted):
        rows = Voucher.objects.filter(pk__in=some, state=State.CLOSED)
        closed += rows.order_by("id").values_list("id", flat=True)
    return sum(_give_back(moment, closed, reason).by_voucher.values())


def let_offers_lapse(moment: datetime, actor: Actor, call_id: int) -> int | Refused:
    """End the awards of a call that nobody accepted in time; returns how many. Their money returns at once."""
    if not may_let_lapse(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    rows = Voucher.objects.filter(call_id=call_id, state=State.OFFERED, award__accept_by__lt=moment)
    return _lapse(moment, actor, rows.values_list("id", flat=True), Award.State.NOT_ACCEPTED)


def let_vouchers_lapse(moment: datetime, actor: Actor, call_id: int) -> int | Refused:
    """End the vouchers of a call whose last day of use has passed; returns how many."""
    if not may_let_lapse(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    rows = Voucher.objects.filter(call_id=call_id, state=State.ACTIVE, use_until__lt=local_day(moment))
    return _lapse(moment, actor, rows.values_list("id", flat=True), Award.State.LAPSED)


def _lapse(moment: datetime, actor: Actor, ids: Iterable[int], state: Award.State) -> int:
    reasons = {
        Award.State.NOT_ACCEPTED: (TransferReason.NOT_ACCEPTED, State.OFFERED),
        Award.State.LAPSED: (TransferReason.LAPSE, State.ACTIVE),
    }
    reason, wanted = reasons[state]
    done = 0
    with transaction.atomic():
        found = sorted(ids)
        _lock_funds_of(found)
        for some in pieces(found, _BATCH):
            # Read again behind the lock: an extension or an acceptance may have come first.
            rows: list[Voucher] = []
            for few in pieces(some):
                rows += (
                    Voucher.objects.select_for_update(of=("self",))
                    .select_related("award")
                    .filter(pk__in=few)
                    .order_by("id")
                )
            ready = [row for row in rows if row.state == wanted and _is_over(row, moment)]
            _close(moment, actor, ready, state, reason)
            done += len(ready)
    return done


def _is_over(voucher: Voucher, moment: datetime) -> bool:
    if voucher.state == State.OFFERED:
        return voucher.award.accept_by < moment
    return voucher.use_until < local_day(moment)


def extend_for_all(
    moment: datetime, actor: Actor, call_id: int, until: date, number: str, reason: str
) -> CallAct | Refused:
    """Extend the last day of use of every living voucher of a call, by a numbered act."""

    def apply(call: Call) -> None:
        living = Voucher.objects.filter(call=call, use_until__lt=until).exclude(state=State.CLOSED)
        # Locked in the order of all others: an update alone would lock as the engine pleases.
        list(living.select_for_update().order_by("id").values_list("id", flat=True))
        living.update(use_until=until, extension_reason=reason.strip()[:200])

    return extend_use(moment, actor, call_id, until, number, reason, apply)


def extend_one(
    moment: datetime, actor: Actor, voucher_id: int, until: date, reason: str
) -> Voucher | Refused:
    """Extend one voucher for a reason of its own."""
    if not may_extend(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if not reason.strip():
        return Refused.because(ReasonCode.INCOMPLETE)
    with transaction.atomic():
        voucher = Voucher.objects.select_for_update().get(pk=voucher_id)
        if voucher.state == State.CLOSED or until <= voucher.use_until:
            return Refused.because(ReasonCode.WRONG_STATE)
        voucher.use_until = until
        voucher.extension_reason = reason.strip()[:200]
        voucher.save(update_fields=["use_until", "extension_reason"])
        audit.record(moment, actor, "voucher.extended", f"voucher:{voucher.ref}", use_until=until)
        outbox.emit(moment, "voucher.extended", voucher=voucher.ref)
    return voucher


def reissue_code(moment: datetime, actor: Actor, voucher_id: int) -> Voucher | Refused:
    """A new code for a lost one: the old one stops to work, the balance stays."""
    with transaction.atomic():
        voucher = Voucher.objects.select_for_update(of=("self",)).select_related("minor").get(pk=voucher_id)
        if not may_answer(actor, voucher.minor.household_id or 0):
            return Refused.because(ReasonCode.NOT_ALLOWED)
        if voucher.state == State.CLOSED:
            return Refused.because(ReasonCode.WRONG_STATE)
        voucher.code = new_code(CODE_LENGTH)
        voucher.save(update_fields=["code"])
        audit.record(moment, actor, "voucher.reissued", f"voucher:{voucher.ref}")
        outbox.emit(moment, "voucher.reissued", voucher=voucher.ref)
    return voucher
