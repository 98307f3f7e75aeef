"""From awards to vouchers: their rows, their whole schedule of credits, and the money out of the funds.

Steps of the acts that award, in their transaction; funds are locked by the caller.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from wishmi.applications.models import Candidacy
from wishmi.awards.models import Award, AwardPart
from wishmi.calls.actions import purse, purse_in
from wishmi.calls.models import Fund
from wishmi.core.calls import CallRules
from wishmi.core.rules.amounts import InUnits
from wishmi.core.rules.crediting import Standing, State
from wishmi.core.rules.life import Acceptance
from wishmi.infra.clock import end_of, local_day
from wishmi.infra.pieces import pieces
from wishmi.infra.refs import new_code
from wishmi.ledger.actions import Draft, Purse, open_accounts, post
from wishmi.ledger.chart import Kind, TransferReason
from wishmi.vouchers.crediting import next_change
from wishmi.vouchers.models import Voucher, VoucherPart
from wishmi.vouchers.snapshots import Slice, last_day_of, schedule_of, spread

_BATCH = 2000
CODE_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Planned:
    """A voucher to be written, with what each fund of its award pays of each credit."""

    voucher: Voucher
    parts: tuple[AwardPart, ...]
    slices: tuple[Slice, ...]
    awarded_on: date
    counted: InUnits | None = None

    def is_first(self, planned: Slice) -> bool:
        """Whether a credit is there from the beginning; all others are kept back until their day."""
        return planned.credit.on <= self.awarded_on

    def is_kept_back(self, planned: Slice) -> bool:
        """Whether it waits outside what can be held: units do not, they can be booked ahead for their days."""
        return self.counted is None and not self.is_first(planned)

    def worth(self, amount: int) -> int:
        """An amount of its credits in money: units at their tariff."""
        return amount if self.counted is None else amount * self.counted.tariff


def plan_vouchers(rules: CallRules, awards: Sequence[Award], until: date) -> list[Planned]:
    """Vouchers of awards with every credit of their life; `until` is the last day of use of the call."""
    candidacies: dict[int, Candidacy] = {}
    parts: dict[int, list[AwardPart]] = {award.pk: [] for award in awards}
    for some in pieces(awards):
        ids = [award.pk for award in some]
        for part in (
            AwardPart.objects.filter(award__in=ids).select_related("fund").order_by("award_id", "order")
        ):
            parts[part.award_id].append(part)
        rows = Candidacy.objects.filter(award__in=ids).select_related("minor")
        candidacies |= {row.pk: row for row in rows}
    planned = []
    for award in awards:
        award.candidacy = candidacies[award.candidacy_id]
        planned.append(_plan(rules, award, tuple(parts[award.pk]), until))
    return planned


def _plan(rules: CallRules, award: Award, parts: tuple[AwardPart, ...], until: date) -> Planned:
    minor = award.candidacy.minor
    counted = rules.counted
    shares = [part.amount if counted is None else part.amount // counted.tariff for part in parts]
    slices = spread(schedule_of(rules, award, minor.born_on, until), shares)
    needs_no_answer = rules.life.acceptance is Acceptance.NOT_NEEDED
    # Two people have let in who is excluded.
    case_work = award.candidacy.state
    is_let_in = case_work == Candidacy.State.EXCLUDED and hasattr(award, "case")
    is_admitted = case_work == Candidacy.State.ADMITTED or is_let_in
    awarded_on = local_day(award.awarded_at)
    voucher = Voucher(
        ref=award.ref,
        award=award,
        call_id=award.call_id,
        minor=minor,
        code=new_code(CODE_LENGTH),
        state=Voucher.State.ACTIVE if needs_no_answer and is_admitted else Voucher.State.OFFERED,
        use_until=last_day_of(rules, award, minor.born_on, until),
        settled_on=awarded_on,
    )
    standings = [
        Standing(one.credit, State.CAME if one.credit.on <= awarded_on else State.PLANNED, 0)
        for one in slices
    ]
    if needs_no_answer and not is_admitted:
        # Nobody answers for it: it waits for its reserve to be lifted as long as it could be used.
        award.accept_by = end_of(voucher.use_until)
        award.save(update_fields=["accept_by"])
    voucher.next_on = next_change(voucher, standings, awarded_on)
    return Planned(voucher, parts, tuple(slices), awarded_on, counted)


def write_vouchers(planned: Sequence[Planned], moment: datetime) -> list[Voucher]:
    """Write vouchers and commit the money of their whole life; raises `OverdrawnError` if a fund is short."""
    vouchers = [one.voucher for one in planned]
    Voucher.objects.bulk_create(vouchers, batch_size=_BATCH)
    active = [one.award_id for one in vouchers if one.state == Voucher.State.ACTIVE]
    for some in pieces(active):
        Award.objects.filter(pk__in=some).update(state=Award.State.ACCEPTED)
    _commit_money(planned, moment)
    return vouchers


def _commit_money(planned: Sequence[Planned], moment: datetime) -> None:
    """Everything of a life leaves the funds at once; what is not due yet is kept back in the voucher."""
    accounts = open_accounts(_purses(planned))
    drafts: list[Draft] = []
    rows: list[VoucherPart] = []
    for one in planned:
        committed: dict[int, int] = {}
        for planned_slice in one.slices:
            place = planned_slice.place
            committed[place] = committed.get(place, 0) + planned_slice.credit.amount
        for place, amount in sorted(committed.items()):
            fund = one.parts[place].fund
            budget = (accounts[purse(fund, Kind.AVAILABLE)], accounts[purse(fund, Kind.AWARDED)])
            key = f"award:{one.voucher.ref}:{fund.pk}:budget"
            drafts.append(Draft(*budget, one.worth(amount), TransferReason.AWARD, key))
            drafts += _into_voucher(one, place, accounts)
        rows += _rows(one, accounts)
    post(drafts, moment)
    VoucherPart.objects.bulk_create(rows, batch_size=_BATCH)


def _purses(planned: Sequence[Planned]) -> list[Purse]:
    funds = {part.fund_id: part.fund for one in planned for part in one.parts}
    kinds = (Kind.AVAILABLE, Kind.AWARDED, Kind.COMMITTED)
    names = [purse(fund, kind) for fund in funds.values() for kind in kinds]
    for one in planned:
        for planned_slice in one.slices:
            fund = one.parts[planned_slice.place].fund
            names += _own_purses(one, planned_slice).values()
            if one.counted is not None:
                names.append(purse_in(fund, Kind.COMMITTED, one.counted.unit))
    return names


def _own_purses(one: Planned, planned_slice: Slice) -> dict[str, Purse]:
    """The accounts of one part, by the names its row has for them."""
    voucher, fund, number = one.voucher, one.parts[planned_slice.place].fund, planned_slice.number
    unit = one.counted.unit if one.counted else ""
    names = {
        "unspent": voucher_purse(voucher, Kind.UNSPENT, fund, number, unit),
        "spent": voucher_purse(voucher, Kind.SPENT, fund, number, unit),
    }
    if one.counted is not None:
        names |= money_behind(voucher, fund)
    if one.is_kept_back(planned_slice):
        names["unreleased"] = voucher_purse(voucher, Kind.UNRELEASED, fund)
    return names


def voucher_purse(voucher: Voucher, kind: Kind, fund: Fund, number: int = 0, unit: str = "") -> Purse:
    """An account of a voucher in a fund, in its money or in a countable unit; what is kept back has one for all."""
    return Purse(voucher.ref, kind, fund.ref, unit or fund.unit, number)


def money_behind(voucher: Voucher, fund: Fund) -> dict[str, Purse]:
    """The two accounts of the money behind units of a voucher: what is not spent of it, and what is."""
    kinds = {"backing": Kind.UNRELEASED, "paid": Kind.SPENT}
    return {name: voucher_purse(voucher, kind, fund) for name, kind in kinds.items()}


def _into_voucher(one: Planned, place: int, accounts: Mapping[Purse, int]) -> list[Draft]:
    """The transfers of one fund into a voucher: credits that are there at once, and what is kept back, in one sum."""
    voucher, fund = one.voucher, one.parts[place].fund
    if one.counted is not None:
        return _counted_into_voucher(one, place, accounts)
    committed = accounts[purse(fund, Kind.COMMITTED)]
    key = f"award:{voucher.ref}:{fund.pk}:voucher"
    drafts, later = [], 0
    for planned_slice in one.slices:
        if planned_slice.place != place:
            continue
        if one.is_kept_back(planned_slice):
            later += planned_slice.credit.amount
            continue
        name = voucher_purse(voucher, Kind.UNSPENT, fund, planned_slice.number)
        own_key = f"{key}:{planned_slice.number}" if planned_slice.number else key
        drafts.append(
            Draft(committed, accounts[name], planned_slice.credit.amount, TransferReason.AWARD, own_key)
        )
    if later:
        kept = accounts[voucher_purse(voucher, Kind.UNRELEASED, fund)]
        drafts.append(Draft(committed, kept, later, TransferReason.AWARD, f"{key}:later"))
    return drafts


def _counted_into_voucher(one: Planned, place: int, accounts: Mapping[Purse, int]) -> list[Draft]:
    """The units of every credit in their own book, and the money behind all of them, at the tariff, in one sum."""
    assert one.counted is not None
    fund, why = one.parts[place].fund, TransferReason.AWARD
    key = f"award:{one.voucher.ref}:{fund.pk}:voucher"
    units = accounts[purse_in(fund, Kind.COMMITTED, one.counted.unit)]
    own = [planned_slice for planned_slice in one.slices if planned_slice.place == place]
    behind = accounts[money_behind(one.voucher, fund)["backing"]]
    whole = one.worth(sum(planned_slice.credit.amount for planned_slice in own))
    return [
        Draft(accounts[purse(fund, Kind.COMMITTED)], behind, whole, why, key),
        *(
            Draft(
                units,
                accounts[_own_purses(one, planned_slice)["unspent"]],
                planned_slice.credit.amount,
                why,
                f"{key}:units:{planned_slice.number}",
            )
            for planned_slice in own
        ),
    ]


def _rows(one: Planned, accounts: Mapping[Purse, int]) -> list[VoucherPart]:
    rows = []
    for planned_slice in one.slices:
        part, credit = one.parts[planned_slice.place], planned_slice.credit
        own = {f"{name}_id": accounts[wanted] for name, wanted in _own_purses(one, planned_slice).items()}
        rows.append(
            VoucherPart(
                voucher=one.voucher,
                fund=part.fund,
                order=part.order,
                number=planned_slice.number,
                on=credit.on,
                until=credit.until,
                amount=credit.amount,
                why=credit.why,
                capped_after=credit.capped_after,
                state=VoucherPart.State.CAME if one.is_first(planned_slice) else VoucherPart.State.PLANNED,
                tariff=one.counted.tariff if one.counted else None,
                **own,
            )
        )
    return rows
