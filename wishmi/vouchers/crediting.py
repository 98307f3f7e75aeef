"""The credits of a voucher in rows and in the ledger: planned at the award, posted and ended on their days.

Steps of the vouchers' acts, in their transaction: the caller holds the vouchers' rows. Accounts are locked last.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from wishmi.awards.models import Award
from wishmi.calls.actions import purse, purse_in
from wishmi.calls.models import Fund
from wishmi.core.reasons import Reason
from wishmi.core.rules.crediting import WAITING, Change, Standing, Step, due_changes, next_day
from wishmi.core.rules.life import Recheck
from wishmi.core.transfers import Balance
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.infra.audit import Act
from wishmi.infra.clock import local_day
from wishmi.infra.pieces import pieces
from wishmi.ledger.actions import Draft, lock, open_accounts, post
from wishmi.ledger.chart import Kind, TransferReason
from wishmi.vouchers.models import Voucher, VoucherPart
from wishmi.vouchers.snapshots import rules_of_awards, standing_of, why_not_again

_BACK = (Kind.GIVEN_BACK, Kind.RETURNED, Kind.AVAILABLE)
_AFTER = {
    Step.COME: VoucherPart.State.CAME,
    Step.WITHHOLD: VoucherPart.State.WITHHELD,
    Step.END: VoucherPart.State.ENDED,
    Step.DROP: VoucherPart.State.DROPPED,
}


@dataclass(frozen=True, slots=True)
class Books:
    """The parts of vouchers with their accounts locked, and those of their funds."""

    parts: tuple[VoucherPart, ...]
    funds: dict[tuple[int, Kind], int]
    units_back: dict[int, int]
    balances: dict[int, Balance]

    def standings(self, parts: Sequence[VoucherPart]) -> list[Standing]:
        """Parts as the core sees them."""
        return [standing_of(part, self.balances[part.unspent_id]) for part in parts]

    def back(self, part: VoucherPart, source: int, amount: int, why: TransferReason, key: str) -> list[Draft]:
        """Transfers that return an amount of a part to its fund; of units, the money behind them as well."""
        given, returned, available = (self.funds[part.fund_id, kind] for kind in _BACK)
        worth, drafts = part.worth(amount), []
        if part.backing_id is not None:
            drafts.append(Draft(source, self.units_back[part.pk], amount, why, f"{key}:units"))
            source = part.backing_id
        return [
            *drafts,
            Draft(source, given, worth, why, f"{key}:voucher"),
            Draft(returned, available, worth, why, f"{key}:budget"),
        ]


def open_books(voucher_ids: Sequence[int]) -> Books:
    """Read the parts of vouchers and lock all accounts an end of theirs can touch."""
    parts: list[VoucherPart] = []
    for some in pieces(sorted(voucher_ids)):
        rows = VoucherPart.objects.filter(voucher__in=some)
        parts += rows.select_related("fund", "voucher", "unspent").order_by("id")
    funds: dict[int, Fund] = {part.fund_id: part.fund for part in parts}
    named = {(fund.pk, kind): purse(fund, kind) for fund in funds.values() for kind in _BACK}
    counted = {
        part.pk: purse_in(part.fund, Kind.GIVEN_BACK, part.unspent.unit) for part in parts if part.tariff
    }
    ids = open_accounts([*named.values(), *counted.values()])
    accounts = {place: ids[name] for place, name in named.items()}
    units_back = {pk: ids[name] for pk, name in counted.items()}
    own = [
        account
        for part in parts
        for account in (part.unspent_id, part.unreleased_id, part.backing_id)
        if account is not None
    ]
    balances = lock([*accounts.values(), *units_back.values(), *own])
    return Books(tuple(parts), accounts, units_back, balances)


def give_back_parts(moment: datetime, books: Books, reason: TransferReason) -> dict[str, int]:
    """Return what is free on parts, and what is still kept back, to their funds; returns money by voucher.

    What bookings hold stays until they end.
    """
    drafts: list[Draft] = []
    by_voucher: dict[str, int] = {}
    dropped: list[int] = []
    for part in books.parts:
        balance = books.balances[part.unspent_id]
        if balance.free > 0:
            # What was debited before tells two returns from the same part apart.
            key = f"give-back:{part.pk}:{balance.debits_posted}"
            drafts += books.back(part, part.unspent_id, balance.free, reason, key)
            by_voucher[part.voucher.ref] = by_voucher.get(part.voucher.ref, 0) + part.worth(balance.free)
        if part.state in WAITING:
            dropped.append(part.pk)
        if part.state in WAITING and part.unreleased_id is not None:
            key = f"credit-dropped:{part.pk}"
            drafts += books.back(part, part.unreleased_id, part.amount, reason, key)
            by_voucher[part.voucher.ref] = by_voucher.get(part.voucher.ref, 0) + part.amount
    post(drafts, moment)
    for some in pieces(dropped):
        VoucherPart.objects.filter(pk__in=some).update(state=VoucherPart.State.DROPPED)
    return by_voucher


def bring_up_to_date(moment: datetime, actor: Actor, vouchers: Sequence[Voucher]) -> int:
    """Post what came, return what ended, up to today, on vouchers that can be used; returns how many changed.

    Safe to do again, and exact after any pause. What ends with the voucher itself is left to its lapse.
    """
    today = local_day(moment)
    due = [one for one in vouchers if one.state == Voucher.State.ACTIVE and _is_due(one, today)]
    if not due:
        return 0
    books = open_books([voucher.pk for voucher in due])
    awards = _awards_of(due)
    rules = rules_of_awards(awards.values())
    drafts: list[Draft] = []
    acts: list[Act] = []
    for voucher in due:
        own = [part for part in books.parts if part.voucher_id == voucher.pk]
        award = awards[voucher.award_id]
        # Who was let in by a person failed the test on the first day: it is not asked again.
        is_asked = rules[award.pk].life.recheck is Recheck.EACH_PERIOD and not hasattr(award, "case")
        recheck = _Recheck(award, is_asked)
        standings = books.standings(own)
        most = rules[award.pk].life.carry_at_most
        changes = due_changes(standings, voucher.settled_on, today, most, recheck.is_passed)
        for change in changes:
            drafts += _drafts_of(books, own[change.place], change)
            acts.append(_take_down(books, own[change.place], change, recheck))
        VoucherPart.objects.bulk_update(own, ["state", "reasons"])
        _settle(voucher, books.standings(own), today)
    post(drafts, moment)
    audit.record_many(moment, actor, acts)
    _tell(moment, acts)
    return len(due)


def _is_due(voucher: Voucher, today: date) -> bool:
    return voucher.next_on is not None and voucher.next_on <= today <= voucher.use_until


def _awards_of(vouchers: Sequence[Voucher]) -> dict[int, Award]:
    found: dict[int, Award] = {}
    for some in pieces(sorted({voucher.award_id for voucher in vouchers})):
        rows = Award.objects.filter(pk__in=some)
        found |= {
            row.pk: row for row in rows.select_related("stage__version", "candidacy__application", "case")
        }
    return found


class _Recheck:
    """The answer of eligibility judged again, day by day, with its reasons kept."""

    def __init__(self, award: Award, is_asked: bool) -> None:
        self.award, self.is_asked = award, is_asked
        self.reasons: dict[date, tuple[Reason, ...]] = {}

    def is_passed(self, day: date) -> bool:
        """Whether a credit of a day may come."""
        if self.is_asked and day not in self.reasons:
            rules = rules_of_awards([self.award])[self.award.pk]
            self.reasons[day] = why_not_again(rules, self.award.candidacy, day)
        return not self.reasons.get(day)


def _drafts_of(books: Books, part: VoucherPart, change: Change) -> list[Draft]:
    """The transfers of one change."""
    ended = TransferReason.CREDIT_ENDED
    if part.tariff is not None:
        # Units are in the voucher from the start: a day only ends them, and what a booking holds stays until it ends.
        free = _moves(books, part, change)
        key = f"credit-{change.step}:{part.pk}:{change.on}"
        is_over = change.step in {Step.END, Step.DROP} and free > 0
        return books.back(part, part.unspent_id, free, ended, key) if is_over else []
    if change.step is Step.COME:
        assert part.unreleased_id is not None
        key = f"release:{part.pk}"
        return [Draft(part.unreleased_id, part.unspent_id, change.amount, TransferReason.RELEASE, key)]
    if change.step is Step.DROP:
        assert part.unreleased_id is not None
        return books.back(part, part.unreleased_id, change.amount, ended, f"credit-dropped:{part.pk}")
    if not change.amount:
        return []
    return books.back(
        part, part.unspent_id, change.amount, ended, f"credit-{change.step}:{part.pk}:{change.on}"
    )


def _moves(books: Books, part: VoucherPart, change: Change) -> int:
    """How much a change moves; of units that end, what no booking holds or has used."""
    if part.tariff is not None and change.step in {Step.END, Step.DROP}:
        return books.balances[part.unspent_id].free
    return change.amount


def _take_down(books: Books, part: VoucherPart, change: Change, recheck: _Recheck) -> Act:
    """Write the change into the row; what is told of it names no reason, which may be a family's fact."""
    part.state = _AFTER.get(change.step, part.state)
    if change.step is Step.WITHHOLD:
        part.reasons = [reason.as_data() for reason in recheck.reasons[change.on]]
    data = {
        "credit": part.number,
        "fund": part.fund.code,
        "on": change.on,
        "amount": _moves(books, part, change),
    }
    return Act(f"credit.{_VERBS[change.step]}", f"voucher:{part.voucher.ref}", data)


_VERBS = {
    Step.COME: "came",
    Step.WITHHOLD: "withheld",
    Step.END: "ended",
    Step.CUT: "cut",
    Step.DROP: "dropped",
}


def release_withheld(moment: datetime, voucher: Voucher, number: int) -> bool:
    """Post the parts of a credit that was withheld; False if there are none."""
    withheld = VoucherPart.objects.filter(voucher=voucher, number=number, state=VoucherPart.State.WITHHELD)
    parts = list(withheld.order_by("id"))
    for part in parts:
        part.state, part.reasons = VoucherPart.State.CAME, None
    drafts = []
    for part in parts:
        if part.tariff is not None:
            continue
        assert part.unreleased_id is not None
        key = f"release:{part.pk}"
        drafts.append(Draft(part.unreleased_id, part.unspent_id, part.amount, TransferReason.RELEASE, key))
    post(drafts, moment)
    VoucherPart.objects.bulk_update(parts, ["state", "reasons"])
    return bool(parts)


def _settle(voucher: Voucher, standings: Sequence[Standing], today: date) -> None:
    voucher.settled_on = today
    voucher.next_on = next_change(voucher, standings, today)
    voucher.save(update_fields=["settled_on", "next_on"])


def next_change(voucher: Voucher, standings: Sequence[Standing], today: date) -> date | None:
    """The next day on which a credit changes while the voucher lasts."""
    when = next_day(standings, today)
    return when if when is not None and when <= voucher.use_until else None


def _tell(moment: datetime, acts: Sequence[Act]) -> None:
    """One event for each voucher and kind of change: a family hears once, not once for every fund."""
    topics = sorted({(act.verb, act.subject) for act in acts})
    for topic, subject in topics:
        outbox.emit(moment, topic, voucher=subject.removeprefix("voucher:"))
