"""Claims: what was paid and is asked back against proof; by a family for its child, by a school for many children.

Locks: vouchers by id, then the claim, then accounts. What a claim may get is held until it is decided, so that a
voucher that lapses or is claimed with meanwhile cannot spend it twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction

from wishmi.bookings.actions.locks import lock_vouchers
from wishmi.bookings.snapshots import purses_of, rules_of_vouchers
from wishmi.core.calls import CallRules
from wishmi.core.iban import compact, why_not_iban
from wishmi.core.outcome import Refused
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.core.rules.payment import Payee, claim_until
from wishmi.core.spending import PriceSplit, Purchase, split_price
from wishmi.core.transfers import Phase
from wishmi.infra import audit, outbox
from wishmi.infra.actor import SYSTEM, Actor, Role
from wishmi.infra.attachments import attach, why_not_attach
from wishmi.infra.clock import local_day
from wishmi.infra.refs import new_ref
from wishmi.ledger.actions import Draft, lock, post
from wishmi.ledger.chart import TransferReason
from wishmi.payouts.models import Claim, ClaimLine, ClaimPart, FamilyAccount
from wishmi.payouts.policies import may_claim_for
from wishmi.payouts.snapshots import claimed_of
from wishmi.people.models import Household
from wishmi.providers.models import Provider
from wishmi.providers.selectors import why_not_in_call
from wishmi.vouchers.crediting import bring_up_to_date
from wishmi.vouchers.models import Voucher, VoucherPart
from wishmi.vouchers.selectors import parts_in_order

_LONGEST = 160


@dataclass(frozen=True, slots=True)
class ClaimSpec:
    """What is asked: prices in cents by voucher, all of one call; when, to whom and in which category paid."""

    prices: Mapping[int, int]
    paid_on: date
    paid_to: str
    category: str = ""


def set_family_account(moment: datetime, actor: Actor, holder: str, iban: str) -> FamilyAccount | Refused:
    """A family says where it is refunded; payments prepared from now on go there."""
    if actor.household is None or not actor.is_any(Role.FAMILY):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if not holder.strip():
        return Refused.because(ReasonCode.INCOMPLETE, field="holder")
    if why_not_iban(compact(iban)):
        return Refused.because(ReasonCode.INCOMPLETE, field="iban")
    with transaction.atomic():
        household = Household.objects.select_for_update().get(pk=actor.household)
        account, _made = FamilyAccount.objects.update_or_create(
            household=household,
            defaults={"holder": holder.strip()[:70], "iban": compact(iban), "changed_at": moment},
        )
        audit.record(moment, actor, "family_account.changed", f"household:{household.ref}")
    return account


def submit_claim(moment: datetime, actor: Actor, spec: ClaimSpec, proof: bytes) -> Claim | Refused:
    """Ask for what was paid; what it may get of each voucher is held until the office decides.

    A family claims for its own children where the call refunds families, or in its window for what was paid before the
    award, once it has said where to pay; a listed school for any child whose voucher it holds, where the call pays
    schools.
    """
    flaw = why_not_attach(proof) or _why_not_ask(moment, spec)
    if flaw is not None:
        return Refused((flaw,))
    with transaction.atomic():
        vouchers = lock_vouchers(spec.prices)
        # What ended before today can not be claimed from, what came can: no job need have run first.
        bring_up_to_date(moment, SYSTEM, list(vouchers.values()))
        rules = rules_of_vouchers(vouchers)
        actor = _as_paid(actor, rules.values())
        refused = _why_not_claim(moment, actor, spec, vouchers, rules)
        if refused is not None:
            return refused
        splits: list[_Asked] = []
        for pk, voucher in vouchers.items():
            asked = judge_price(voucher, rules[pk], spec, spec.prices[pk])
            if isinstance(asked, Refused):
                return asked
            splits.append(asked)
        claim = _write(moment, actor, spec, splits, proof)
        audit.record(moment, actor, "claim.submitted", f"claim:{claim.ref}", asked=sum(spec.prices.values()))
        outbox.emit(moment, "claim.submitted", claim=claim.ref)
    return claim


def _as_paid(actor: Actor, rules: Iterable[CallRules]) -> Actor:
    """As whom an actor claims: of a parent who is a school's staff too, only the one that the call pays."""
    is_school = any(one.payment.payee is Payee.SCHOOL for one in rules)
    return replace(actor, household=None) if is_school else replace(actor, provider=None)


def _why_not_ask(moment: datetime, spec: ClaimSpec) -> Reason | None:
    """What is wrong with a claim before any voucher is looked at."""
    wrong = {
        "paid_to": not 0 < len(spec.paid_to.strip()) <= _LONGEST,
        "prices": not spec.prices or min(spec.prices.values()) <= 0,
        "paid_on": spec.paid_on > local_day(moment),
    }
    return next(
        (Reason(ReasonCode.INCOMPLETE, {"field": name}) for name, is_so in wrong.items() if is_so), None
    )


def _why_not_claim(
    moment: datetime,
    actor: Actor,
    spec: ClaimSpec,
    vouchers: Mapping[int, Voucher],
    rules: Mapping[int, CallRules],
) -> Refused | None:
    if vouchers.keys() != set(spec.prices) or len({one.call_id for one in vouchers.values()}) != 1:
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if actor.provider and not _is_listed(actor.provider):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    for pk, voucher in vouchers.items():
        reason = _why_not_one(moment, actor, spec, voucher, rules[pk])
        if reason is not None:
            return Refused((reason,))
    if actor.household and not FamilyAccount.objects.filter(household=actor.household).exists():
        return Refused.because(ReasonCode.INCOMPLETE, field="iban")
    return None


def _is_listed(provider_id: int) -> bool:
    """Whether a school is on the list: one that is suspended holds no child's money by a claim."""
    return Provider.objects.filter(pk=provider_id, state=Provider.State.LISTED).exists()


def _why_not_one(
    moment: datetime, actor: Actor, spec: ClaimSpec, voucher: Voucher, rules: CallRules
) -> Reason | None:
    is_school = rules.payment.payee is Payee.SCHOOL
    if not may_claim_for(actor, voucher.minor.household_id, is_school=is_school):
        return Reason(ReasonCode.NOT_ALLOWED)
    if voucher.state != Voucher.State.ACTIVE:
        return Reason(ReasonCode.VOUCHER_NOT_ACTIVE)
    elsewhere = why_not_in_call(rules, voucher.call_id, actor.provider) if actor.provider else None
    if elsewhere is not None:
        return elsewhere
    awarded_on = local_day(voucher.award.awarded_at)
    until = claim_until(rules.payment, rules.life.refund_within_days, spec.paid_on, awarded_on)
    if until is None:
        return Reason(ReasonCode.REFUND_NOT_FORESEEN)
    if local_day(moment) > until:
        return Reason(ReasonCode.TERM_EXPIRED, {"due_on": until.isoformat()})
    if spec.paid_on > voucher.use_until:
        return Reason(ReasonCode.VOUCHER_EXPIRED, {"use_until": voucher.use_until.isoformat()})
    return None


@dataclass(frozen=True, slots=True)
class Deciding:
    """A line that is being decided, and what was held for it."""

    line: int
    held: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """A price that may be claimed: the parts of the voucher that pay it, and how much each."""

    voucher: Voucher
    price: int
    parts: tuple[VoucherPart, ...]
    split: PriceSplit

    @property
    def paying(self) -> list[tuple[VoucherPart, int]]:
        """The parts that pay something."""
        return [(part, share) for part, share in zip(self.parts, self.split.shares, strict=True) if share]


def judge_price(
    voucher: Voucher, rules: CallRules, spec: ClaimSpec, price: int, deciding: Deciding | None = None
) -> _Asked | Refused:
    """What a locked voucher pays of a price, by the rules of use and of each fund; what was claimed before counts.

    What was paid before the award counts as of the day of the award, for the credits; not for the funds' own days.
    At a decision it pays at most what the line held, and the line itself does not count as claimed before.
    """
    parts = tuple(parts_in_order(voucher).select_related("fund"))
    balances = lock(account for part in parts for account in (part.unspent_id, part.spent_id))
    day = max(spec.paid_on, local_day(voucher.award.awarded_at))
    purses = [
        replace(purse, free=0) if _is_before(part, spec.paid_on, day) else purse
        for part, purse in zip(parts, purses_of(parts, balances, rules), strict=True)
    ]
    used = claimed_of(voucher, day, spec.category, deciding.line if deciding else None)
    most = deciding.held if deciding else None
    split = split_price(rules.use, Purchase(price, spec.category, day), purses, most, used)
    return split if isinstance(split, Refused) else _Asked(voucher, price, parts, split)


def _is_before(part: VoucherPart, paid_on: date, day: date) -> bool:
    """Whether the fund did not pay yet when it was paid, or the credit was still to come on the day that counts."""
    eligible_from = part.fund.eligible_from
    return day < part.on or (eligible_from is not None and paid_on < eligible_from)


def _write(moment: datetime, actor: Actor, spec: ClaimSpec, asked: Sequence[_Asked], proof: bytes) -> Claim:
    claim = Claim.objects.create(
        ref=new_ref(),
        call_id=asked[0].voucher.call_id,
        household_id=actor.household,
        provider_id=None if actor.household else actor.provider,
        paid_on=spec.paid_on,
        paid_to=spec.paid_to.strip(),
        category=spec.category,
        proof=attach(moment, proof),
        submitted_at=moment,
    )
    for one in asked:
        line = ClaimLine.objects.create(claim=claim, voucher=one.voucher, price_cents=one.price)
        _hold(moment, line, one)
    return claim


def _hold(moment: datetime, line: ClaimLine, asked: _Asked) -> None:
    drafts = [
        Draft(
            part.unspent_id,
            part.spent_id,
            share,
            TransferReason.CLAIM,
            f"claim:{line.pk}:{part.pk}",
            Phase.PENDING,
        )
        for part, share in asked.paying
    ]
    holds = post(drafts, moment)
    ClaimPart.objects.bulk_create(
        [
            ClaimPart(line=line, voucher_part=part, hold_id=hold, held=share)
            for (part, share), hold in zip(asked.paying, holds, strict=True)
        ]
    )
