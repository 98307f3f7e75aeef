"""From awards to vouchers: their rows, their whole schedule of credits, and the money out of the funds.

Steps of the acts that award, in their transaction; funds are locked by the caller.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from wishmi.applications.models import Candidacy
from wishmi.awards.models import Award, AwardPart
from wishmi.calls.actions import purse
from wishmi.calls.models import Fund
from wishmi.core.calls import CallRules
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

    def is_first(self, planned: Slice) -> bool:
        """Whether a credit is there from the beginning; all others are kept back until their day."""
        return planned.credit.on <= self.awarded_on


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
    slices = spread(schedule_of(rules, award, minor.born_on, until), [part.amount for part in parts])
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
    return Planned(voucher, parts, tuple(slices), awarded_on)


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
            drafts.append(Draft(*budget, amount, TransferReason.AWARD, key))
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
            names += [
                voucher_purse(one.voucher, kind, fund, planned_slice.number)
                for kind in (Kind.UNSPENT, Kind.SPENT)
            ]
            if not one.is_first(planned_slice):
                names.append(voucher_purse(one.voucher, Kind.UNRELEASED, fund))
    return names


def voucher_purse(voucher: Voucher, kind: Kind, fund: Fund, number: int = 0) -> Purse:
    """An account of a voucher in a fund; of what is kept back there is one for all credits."""
    return Purse(voucher.ref, kind, fund.ref, fund.unit, number)


def _into_voucher(one: Planned, place: int, accounts: Mapping[Purse, int]) -> list[Draft]:
    """The transfers of one fund into a voucher: credits that are there at once, and what is kept back, in one sum."""
    voucher, fund = one.voucher, one.parts[place].fund
    committed = accounts[purse(fund, Kind.COMMITTED)]
    key = f"award:{voucher.ref}:{fund.pk}:voucher"
    drafts, later = [], 0
    for planned_slice in one.slices:
        if planned_slice.place != place:
            continue
        if not one.is_first(planned_slice):
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


def _rows(one: Planned, accounts: Mapping[Purse, int]) -> list[VoucherPart]:
    rows = []
    for planned_slice in one.slices:
        part, credit, is_first = (
            one.parts[planned_slice.place],
            planned_slice.credit,
            one.is_first(planned_slice),
        )
        kept = None if is_first else accounts[voucher_purse(one.voucher, Kind.UNRELEASED, part.fund)]
        unspent, spent = (
            accounts[voucher_purse(one.voucher, kind, part.fund, planned_slice.number)]
            for kind in (Kind.UNSPENT, Kind.SPENT)
        )
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
                state=VoucherPart.State.CAME if is_first else VoucherPart.State.PLANNED,
                unspent_id=unspent,
                spent_id=spent,
                unreleased_id=kept,
            )
        )
    return rows
