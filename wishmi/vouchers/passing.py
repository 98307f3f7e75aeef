"""The unused rest of a voucher passes to a brother or sister, where the call allows it.

Locks: funds by id, then both vouchers by id, then accounts by id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from wishmi.applications.models import Application, Candidacy
from wishmi.awards.models import Award, AwardPart
from wishmi.calls.models import Call
from wishmi.calls.selectors import rules_of, stops_use
from wishmi.core.calls import CallRules
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.core.rules.life import Transfer
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.infra.clock import local_day
from wishmi.infra.refs import new_code, new_ref
from wishmi.ledger.actions import Draft, Purse, open_accounts, post
from wishmi.ledger.chart import Kind, TransferReason
from wishmi.vouchers.actions import close_vouchers, lock_funds_of
from wishmi.vouchers.crediting import Books, bring_up_to_date, next_change, open_books
from wishmi.vouchers.issuing import CODE_LENGTH, money_behind, voucher_purse
from wishmi.vouchers.models import Voucher, VoucherPart
from wishmi.vouchers.policies import may_answer
from wishmi.vouchers.selectors import siblings_for
from wishmi.vouchers.snapshots import last_day_of

State = VoucherPart.State


@dataclass(frozen=True, slots=True)
class Moved:
    """What passes of one part: the amount, kept back or free, and the days on which the other child can use it."""

    part: VoucherPart
    amount: int
    on: date
    until: date

    @property
    def is_kept_back(self) -> bool:
        """Whether it waits for its day outside what can be held."""
        return self.part.state == State.PLANNED and self.part.tariff is None

    @property
    def worth(self) -> int:
        """The same in money."""
        return self.part.worth(self.amount)

    @property
    def source(self) -> int:
        """The account it leaves."""
        if not self.is_kept_back:
            return self.part.unspent_id
        assert self.part.unreleased_id is not None
        return self.part.unreleased_id


def pass_to_sibling(moment: datetime, actor: Actor, voucher_id: int, minor_id: int) -> Voucher | Refused:
    """Pass everything a voucher has left, what is still to come included, to a sibling who is admitted to the call.

    Live bookings must be cancelled first. Credits keep their days, no longer than the sibling's own life allows; what
    it cannot use at all goes back to the fund. Returns the sibling's voucher.
    """
    with transaction.atomic():
        rows = Voucher.objects.select_related("award__stage__version", "minor")
        giver = rows.get(pk=voucher_id)
        if not may_answer(actor, giver.minor.household_id or 0):
            return Refused.because(ReasonCode.NOT_ALLOWED)
        rules = rules_of(giver.award.stage.version)
        if rules.life.transfer is not Transfer.SIBLINGS:
            return Refused.because(ReasonCode.NOT_ALLOWED)
        candidacy = siblings_for(giver).filter(minor_id=minor_id).first()
        if candidacy is None:
            return Refused.because(ReasonCode.NOT_ALLOWED)
        return _pass(moment, actor, giver, candidacy, rules)


def _pass(
    moment: datetime, actor: Actor, giver: Voucher, candidacy: Candidacy, rules: CallRules
) -> Voucher | Refused:
    living = Voucher.objects.filter(award__candidacy=candidacy)
    ids = [giver.pk, *living.values_list("id", flat=True)]
    lock_funds_of(ids)
    # The application is what an award of the sibling's own would hang on: a withdrawal waits, or came first.
    Application.objects.select_for_update().get(pk=candidacy.application_id)
    locked = {row.pk: row for row in Voucher.objects.select_for_update().filter(pk__in=ids).order_by("id")}
    candidacy.refresh_from_db()
    receiver = next((row for pk, row in locked.items() if pk != giver.pk), None)
    giver = locked[giver.pk]
    is_open = giver.state == Voucher.State.ACTIVE and local_day(moment) <= giver.use_until
    takes = receiver is None or receiver.state == Voucher.State.ACTIVE
    if not is_open or not takes or candidacy.state != Candidacy.State.ADMITTED:
        return Refused.because(ReasonCode.WRONG_STATE)
    if stops_use(Call(pk=giver.call_id)):
        return Refused.because(ReasonCode.CALL_SUSPENDED)
    bring_up_to_date(moment, actor, list(locked.values()))
    books = open_books([giver.pk])
    if any(books.balances[part.unspent_id].debits_pending for part in books.parts):
        return Refused.because(ReasonCode.ALREADY_BOOKED)
    last = _last_day(giver, candidacy, rules, receiver)
    moved = _moved(books, local_day(moment), last)
    if not moved:
        return Refused.because(ReasonCode.VOUCHER_INSUFFICIENT, free_cents=0)
    if receiver is None:
        receiver = _new_voucher(moment, giver, candidacy, moved, last)
    _move(moment, receiver, moved)
    close_vouchers(moment, actor, [giver], Award.State.PASSED_ON, TransferReason.CREDIT_ENDED)
    total = sum(one.worth for one in moved)
    audit.record(moment, actor, "voucher.passed_on", f"voucher:{giver.ref}", to=receiver.ref, amount=total)
    outbox.emit(moment, "voucher.passed_on", voucher=giver.ref, to=receiver.ref)
    return receiver


def _last_day(giver: Voucher, candidacy: Candidacy, rules: CallRules, receiver: Voucher | None) -> date:
    if receiver is not None:
        return receiver.use_until
    award = Award.objects.get(pk=giver.award_id)
    return last_day_of(rules, award, candidacy.minor.born_on, giver.use_until)


def _moved(books: Books, today: date, last: date) -> list[Moved]:
    """What can pass: free money and planned credits, for the days the sibling can still use."""
    found = []
    for part in books.parts:
        is_kept_back = part.state == State.PLANNED and part.tariff is None
        amount = part.amount if is_kept_back else books.balances[part.unspent_id].free
        on, until = max(part.on, today), min(part.until, last)
        if part.state in {State.PLANNED, State.CAME} and amount > 0 and on <= until:
            found.append(Moved(part, amount, on, until))
    return found


def _new_voucher(
    moment: datetime, giver: Voucher, candidacy: Candidacy, moved: Sequence[Moved], last: date
) -> Voucher:
    """An award of the sibling's own, with what each fund paid of what passes: later lists keep it as it is."""
    award = Award.objects.create(
        ref=new_ref(),
        call_id=giver.call_id,
        candidacy=candidacy,
        stage_id=Award.objects.values_list("stage_id", flat=True).get(pk=giver.award_id),
        amount=sum(one.worth for one in moved),
        state=Award.State.ACCEPTED,
        awarded_at=moment,
        accept_by=moment,
    )
    by_fund: dict[int, list[Moved]] = {}
    for one in moved:
        by_fund.setdefault(one.part.fund_id, []).append(one)
    AwardPart.objects.bulk_create(
        AwardPart(award=award, fund_id=fund, order=own[0].part.order, amount=sum(one.worth for one in own))
        for fund, own in sorted(by_fund.items())
    )
    return Voucher.objects.create(
        ref=award.ref,
        award=award,
        call_id=giver.call_id,
        minor_id=candidacy.minor_id,
        code=new_code(CODE_LENGTH),
        state=Voucher.State.ACTIVE,
        use_until=last,
        settled_on=local_day(moment),
    )


def _move(moment: datetime, receiver: Voucher, moved: Sequence[Moved]) -> None:
    """The transfers from one voucher to the other, and the sibling's credits."""
    highest = receiver.parts.aggregate(most=Max("number"))["most"]
    first = 0 if highest is None else highest + 1
    names = {number: _purses(receiver, one, number) for number, one in enumerate(moved, first)}
    accounts = open_accounts(name for own in names.values() for name in own.values())
    drafts, rows = [], []
    for number, one in enumerate(moved, first):
        part, own = one.part, {name: accounts[wanted] for name, wanted in names[number].items()}
        why, key = TransferReason.PASSED_ON, f"pass:{part.pk}"
        target = own["unreleased" if one.is_kept_back else "unspent"]
        drafts.append(Draft(one.source, target, one.amount, why, key))
        if part.backing_id is not None:
            drafts.append(Draft(part.backing_id, own["backing"], one.worth, why, f"{key}:money"))
        rows.append(
            VoucherPart(
                voucher=receiver,
                fund_id=part.fund_id,
                order=part.order,
                number=number,
                on=one.on,
                until=one.until,
                amount=one.amount,
                why="sibling",
                capped_after=_cap_of(one),
                state=part.state,
                tariff=part.tariff,
                **{f"{name}_id": account for name, account in own.items()},
            )
        )
    post(drafts, moment)
    VoucherPart.objects.bulk_create(rows)
    planned = [one.part.pk for one in moved if one.part.state == State.PLANNED]
    VoucherPart.objects.filter(pk__in=planned).update(state=State.DROPPED)
    _name_next_day(moment, receiver)


def _purses(receiver: Voucher, one: Moved, number: int) -> dict[str, Purse]:
    """The accounts of the sibling's part, by the names its row has for them."""
    fund, unit = one.part.fund, one.part.unspent.unit
    names = {
        "unspent": voucher_purse(receiver, Kind.UNSPENT, fund, number, unit),
        "spent": voucher_purse(receiver, Kind.SPENT, fund, number, unit),
    }
    if one.part.tariff is not None:
        names |= money_behind(receiver, fund)
    if one.is_kept_back:
        names["unreleased"] = voucher_purse(receiver, Kind.UNRELEASED, fund)
    return names


def _cap_of(one: Moved) -> date | None:
    """The end of its period, if what passes lasts longer than that."""
    capped = one.part.capped_after
    return capped if capped is not None and one.on <= capped < one.until else None


def _name_next_day(moment: datetime, receiver: Voucher) -> None:
    books = open_books([receiver.pk])
    receiver.next_on = next_change(receiver, books.standings(books.parts), local_day(moment))
    receiver.save(update_fields=["next_on"])
