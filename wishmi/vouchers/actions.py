"""Issuing vouchers, answering an award, giving money back, extending.

Locks: funds by id, then vouchers by id, then accounts by id.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q

from wishmi.applications.models import Candidacy
from wishmi.awards.actions import end_awards, record_awards
from wishmi.awards.models import Award, Stage
from wishmi.calls.actions import extend_use
from wishmi.calls.models import Call, CallAct, CallVersion, Fund
from wishmi.calls.selectors import rules_of, stops_use, suspension, use_until, why_not_running
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.core.rules.life import Acceptance
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.infra.audit import Act
from wishmi.infra.clock import local_day
from wishmi.infra.pieces import pieces
from wishmi.infra.refs import new_code
from wishmi.ledger.actions import OverdrawnError, lock
from wishmi.ledger.chart import TransferReason
from wishmi.vouchers.crediting import bring_up_to_date, give_back_parts, open_books, release_withheld
from wishmi.vouchers.issuing import CODE_LENGTH, plan_vouchers, write_vouchers
from wishmi.vouchers.models import Voucher, VoucherPart
from wishmi.vouchers.policies import may_answer, may_extend, may_issue, may_let_lapse
from wishmi.vouchers.snapshots import last_day_of

_BATCH = 2000
_CHUNK = 200
State = Voucher.State
ENDED = (VoucherPart.State.ENDED, VoucherPart.State.DROPPED)


def issue_vouchers(moment: datetime, actor: Actor, stage_id: int) -> list[Voucher] | Refused:
    """Award what a published stage says: the money leaves the funds at once, every child awarded gets a voucher.

    What an award grows by later leaves the funds with it. All or none: refused if a fund no longer covers the stage.
    """
    if not may_issue(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        call = Call.objects.select_for_update().get(stages=stage_id)
        list(Fund.objects.select_for_update().filter(call_funds__call=call).order_by("id"))
        stage = (
            Stage.objects.select_for_update(of=("self",)).select_related("version", "call").get(pk=stage_id)
        )
        stopped = why_not_running(call)
        if stopped is not None:
            return stopped
        if stage.issued_at is not None:
            return Refused.because(ReasonCode.ALREADY_DONE)
        if stage.published_at is None or stage.kind == Stage.Kind.PROVISIONAL:
            return Refused.because(ReasonCode.WRONG_STATE)
        vouchers = open_vouchers(moment, call, stage.version, record_awards(moment, actor, stage))
        if isinstance(vouchers, Refused):
            return vouchers
        stage.issued_at = moment
        stage.save(update_fields=["issued_at"])
        audit.record(
            moment, actor, "vouchers.issued", f"stage:{call.code}/{stage.number}", count=len(vouchers)
        )
        outbox.emit(moment, "vouchers.issued", stage=stage.pk, count=len(vouchers))
    return vouchers


def open_vouchers(
    moment: datetime, call: Call, version: CallVersion, awards: Sequence[Award]
) -> list[Voucher] | Refused:
    """Write the vouchers of new awards and move their money out of the funds, which the caller has locked.

    Refused, and the transaction rolled back, if a fund no longer covers them.
    """
    rules = rules_of(version)
    until = date.fromisoformat(use_until(call, rules))
    try:
        return write_vouchers(plan_vouchers(rules, awards, until), moment)
    except OverdrawnError as error:
        transaction.set_rollback(True)
        return Refused.because(ReasonCode.FUND_INSUFFICIENT, available_cents=error.fault.free)


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
        for call_id in sorted({award.call_id for award in rows}):
            if stops_use(Call(pk=call_id)):
                return Refused.because(ReasonCode.CALL_SUSPENDED)
        _open(moment, actor, rows)
    return rows


def open_unreserved(moment: datetime, actor: Actor, call_id: int) -> int | Refused:
    """Make usable what needs no acceptance and waited for a reserve that was lifted; returns how many."""
    if not may_let_lapse(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    offered = Award.objects.filter(call_id=call_id, state=Award.State.OFFERED)
    admitted = offered.filter(candidacy__state=Candidacy.State.ADMITTED, accept_by__gte=moment)
    waiting = [
        award.pk
        for award in admitted.select_related("stage__version").order_by("id")
        if rules_of(award.stage.version).life.acceptance is Acceptance.NOT_NEEDED
    ]
    if not waiting:
        return 0
    with transaction.atomic():
        rows = [row for row in _locked_awards(waiting) if row.state == Award.State.OFFERED]
        _open(moment, actor, rows)
    return len(rows)


def _open(moment: datetime, actor: Actor, rows: Sequence[Award]) -> None:
    """Write that locked offers can be used."""
    for some in pieces([award.pk for award in rows]):
        Voucher.objects.filter(award__in=some).update(state=State.ACTIVE)
        Award.objects.filter(pk__in=some).update(state=Award.State.ACCEPTED)
        # What came while nobody had answered yet is there from now on.
        bring_up_to_date(moment, actor, list(Voucher.objects.filter(award__in=some).order_by("id")))
    for award in rows:
        award.state = Award.State.ACCEPTED
    audit.record_many(moment, actor, [Act("award.accepted", f"award:{award.ref}") for award in rows])
    outbox.emit_many(moment, "award.accepted", [{"award": award.ref} for award in rows])


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
        found = Award.objects.filter(pk__in=some).select_related("candidacy__application", "case")
        rows += found.order_by("id")
    return rows


def _why_not_accept(moment: datetime, actor: Actor, award: Award) -> Refused | None:
    if not may_answer(actor, award.candidacy.application.household_id):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if award.state == Award.State.ACCEPTED:
        return Refused.because(ReasonCode.ALREADY_DONE)
    # A reserve must be lifted first, whether it is still asked about or not. Two people have let in who is excluded.
    is_let_in = award.candidacy.state == Candidacy.State.ADMITTED or hasattr(award, "case")
    if award.state != Award.State.OFFERED or not is_let_in:
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
        lock_funds_of([award.voucher.pk])
        voucher = Voucher.objects.select_for_update().get(pk=award.voucher.pk)
        award.refresh_from_db()
        if voucher.state == State.CLOSED:
            return Refused.because(ReasonCode.WRONG_STATE)
        balances = lock(voucher.parts.values_list("unspent_id", flat=True))
        if any(balance.debits_pending for balance in balances.values()):
            return Refused.because(ReasonCode.ALREADY_BOOKED)
        close_vouchers(moment, actor, [voucher], Award.State.RENOUNCED, TransferReason.RENUNCIATION)
        award.refresh_from_db()
    return award


def lock_funds_of(voucher_ids: Sequence[int]) -> None:
    """Lock the funds behind vouchers, before the vouchers themselves."""
    ids: set[int] = set()
    for some in pieces(voucher_ids):
        parts = VoucherPart.objects.filter(voucher__in=some)
        ids.update(parts.values_list("fund_id", flat=True))
    list(Fund.objects.select_for_update().filter(pk__in=ids).order_by("id"))


def close_vouchers(
    moment: datetime, actor: Actor, vouchers: Sequence[Voucher], state: Award.State, reason: TransferReason
) -> int:
    """End vouchers and give back what is free; returns the amount. Funds and vouchers are locked by the caller."""
    by_ref = give_back_parts(moment, open_books([voucher.pk for voucher in vouchers]), reason)
    awards: list[Award] = []
    for some in pieces([voucher.pk for voucher in vouchers]):
        Voucher.objects.filter(pk__in=some).update(state=State.CLOSED, next_on=None)
        awards += Award.objects.filter(voucher__in=some).order_by("id")
    end_awards(moment, awards, state)
    acts = [
        Act(f"award.{state}", f"award:{award.ref}", {"returned": by_ref.get(award.ref, 0)})
        for award in awards
    ]
    audit.record_many(moment, actor, acts)
    outbox.emit_many(moment, f"award.{state}", [{"award": award.ref} for award in awards])
    return sum(by_ref.values())


def give_back_rest(
    moment: datetime, vouchers: Iterable[Voucher], reason: TransferReason = TransferReason.LAPSE
) -> int:
    """Return what became free on closed vouchers and ended credits, when holds on them ended; returns the amount.

    A step of the bookings' acts, in their transaction, with the rows as they locked them. All in one call: the funds'
    accounts are locked in one order, or two calls with several vouchers each would wait for each other.
    """
    state_of = {voucher.pk: voucher.state for voucher in vouchers}
    over: set[int] = set()
    for some in pieces(sorted(state_of)):
        closed = [pk for pk in some if state_of[pk] == State.CLOSED]
        ended = Q(voucher__in=closed) | Q(state__in=ENDED)
        over.update(VoucherPart.objects.filter(ended, voucher__in=some).values_list("id", flat=True))
    if not over:
        return 0
    books = open_books(sorted(state_of))
    ended_parts = tuple(part for part in books.parts if part.pk in over)
    return sum(give_back_parts(moment, replace(books, parts=ended_parts), reason).values())


def let_offers_lapse(moment: datetime, actor: Actor, call_id: int) -> int | Refused:
    """End the awards of a call that nobody accepted in time, unless it is suspended; returns how many."""
    if not may_let_lapse(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if suspension(Call(pk=call_id)) is not None:
        return 0
    rows = Voucher.objects.filter(call_id=call_id, state=State.OFFERED, award__accept_by__lt=moment)
    return _lapse(moment, actor, rows.values_list("id", flat=True), Award.State.NOT_ACCEPTED)


def let_vouchers_lapse(moment: datetime, actor: Actor, call_id: int) -> int | Refused:
    """End the vouchers of a call whose last day of use has passed; returns how many."""
    if not may_let_lapse(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if stops_use(Call(pk=call_id)):
        return 0
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
        lock_funds_of(found)
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
            close_vouchers(moment, actor, ready, state, reason)
            done += len(ready)
    return done


def _is_over(voucher: Voucher, moment: datetime) -> bool:
    if voucher.state == State.OFFERED:
        return voucher.award.accept_by < moment
    return voucher.use_until < local_day(moment)


def settle_credits(moment: datetime, actor: Actor, call_id: int) -> int | Refused:
    """Post and end the credits of a call up to today; returns how many vouchers changed. Safe to do again.

    Goes in small transactions, so that a job stopped half-way has done what it has done and goes on next time.
    """
    if not may_let_lapse(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if stops_use(Call(pk=call_id)):
        return 0
    rows = Voucher.objects.filter(call_id=call_id, state=State.ACTIVE, next_on__lte=local_day(moment))
    return sum(
        _settle(moment, actor, some) for some in pieces(sorted(rows.values_list("id", flat=True)), _CHUNK)
    )


def _settle(moment: datetime, actor: Actor, ids: Sequence[int]) -> int:
    with transaction.atomic():
        lock_funds_of(ids)
        locked = Voucher.objects.select_for_update().filter(pk__in=ids).order_by("id")
        return bring_up_to_date(moment, actor, list(locked))


def extend_for_all(
    moment: datetime, actor: Actor, call_id: int, until: date, number: str, reason: str
) -> CallAct | Refused:
    """Extend the last day of use of every living voucher of a call, by a numbered act."""

    def apply(call: Call) -> None:
        living = Voucher.objects.filter(call=call, use_until__lt=until).exclude(state=State.CLOSED)
        # Locked in the order of all others: an update alone would lock as the engine pleases.
        ids = list(living.select_for_update().order_by("id").values_list("id", flat=True))
        _extend_living(ids, until, reason)

    return extend_use(moment, actor, call_id, until, number, reason, apply)


def _extend_living(ids: Sequence[int], until: date, reason: str) -> None:
    """Extend locked vouchers to a day, each no further than its own life allows."""
    for some in pieces(ids):
        rows = Voucher.objects.filter(pk__in=some).select_related("award__stage__version", "minor")
        by_day: dict[date, list[Voucher]] = {}
        for row in rows.order_by("id"):
            rules = rules_of(row.award.stage.version)
            day = last_day_of(rules, row.award, row.minor.born_on, until)
            if day > row.use_until:
                by_day.setdefault(day, []).append(row)
        for day, vouchers in sorted(by_day.items()):
            extend_locked(vouchers, day, reason)


def extend_locked(vouchers: Sequence[Voucher], until: date, reason: str) -> None:
    """Move the last day of locked vouchers, and of the credits that ended with them."""
    for some in pieces(vouchers):
        ids = [voucher.pk for voucher in some]
        ending = VoucherPart.objects.filter(voucher__in=ids, until=F("voucher__use_until"))
        ending.exclude(state__in=ENDED).update(until=until)
        Voucher.objects.filter(pk__in=ids).update(use_until=until, extension_reason=reason.strip()[:200])
    for voucher in vouchers:
        voucher.use_until, voucher.extension_reason = until, reason.strip()[:200]


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
        extend_locked([voucher], until, reason)
        audit.record(moment, actor, "voucher.extended", f"voucher:{voucher.ref}", use_until=until)
        outbox.emit(moment, "voucher.extended", voucher=voucher.ref)
    return voucher


def let_credit_come(
    moment: datetime, actor: Actor, voucher_id: int, number: int, reason: str
) -> Voucher | Refused:
    """Let a credit come that was withheld, all its funds' parts, for a reason: a person overrules the second look."""
    if not may_extend(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if not reason.strip():
        return Refused.because(ReasonCode.INCOMPLETE, field="reason")
    with transaction.atomic():
        voucher = Voucher.objects.select_for_update().get(pk=voucher_id)
        bring_up_to_date(moment, actor, [voucher])
        if voucher.state != State.ACTIVE or not release_withheld(moment, voucher, number):
            return Refused.because(ReasonCode.WRONG_STATE)
        audit.record(moment, actor, "credit.let_come", f"voucher:{voucher.ref}", credit=number, reason=reason)
        outbox.emit(moment, "credit.came", voucher=voucher.ref)
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
