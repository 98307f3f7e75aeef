"""From rows to the core's credits, and what eligibility says again: the only file that knows both shapes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from wishmi.applications.models import Candidacy
from wishmi.applications.snapshots import stored_facts
from wishmi.awards.models import Award
from wishmi.calls.selectors import rules_of
from wishmi.core.calls import CallRules
from wishmi.core.eligibility import assess_known
from wishmi.core.reasons import Reason
from wishmi.core.rules.adjusted import Adjusted
from wishmi.core.rules.amounts import PerMonth
from wishmi.core.rules.crediting import Standing, State, scaled
from wishmi.core.rules.life import Credit, Holder, credits_of
from wishmi.core.rules.vocabulary import Value
from wishmi.core.rules.who import DayUntil
from wishmi.core.transfers import Balance
from wishmi.infra.clock import local_day
from wishmi.people.selectors import latest_isee
from wishmi.vouchers.models import VoucherPart

_GROWTH = ("year", "birthday")
"""Credits that come on top of what the list awards; the first year's is the list's own."""


@dataclass(frozen=True, slots=True)
class Slice:
    """What one fund, by its place in the award, pays of the credit with a number."""

    number: int
    place: int
    credit: Credit


def schedule_of(rules: CallRules, award: Award, born_on: date | None, until: date) -> tuple[Credit, ...]:
    """Every credit of one award, with the last day of use of its call; those of nothing are left out."""
    base = rules.amount.base if isinstance(rules.amount, Adjusted) else rules.amount
    known = _known(award.candidacy) if isinstance(base, PerMonth) else {}
    holder = Holder(
        local_day(award.awarded_at), born_on, _day(known, "approved_from"), _day(known, "approved_until")
    )
    made = credits_of(replace(rules.life, use_until=until), award.amount, base, holder)
    if rules.counted is not None:
        whole = rules.counted.units * rules.counted.tariff
        return tuple(one for one in scaled(made, whole, min(whole, award.amount)) if one.amount)
    if isinstance(base, PerMonth):
        own = [one for one in made if one.why not in _GROWTH]
        whole = base.work_out(known).amount or 0
        made = (*scaled(own, whole, award.amount), *(one for one in made if one.why in _GROWTH))
    return tuple(one for one in made if one.amount)


def _known(candidacy: Candidacy) -> dict[str, Value]:
    return stored_facts(candidacy).known() if candidacy.facts else {}


def _day(known: dict[str, Value], name: str) -> date | None:
    value = known.get(name)
    return value if isinstance(value, date) else None


def spread(schedule: Sequence[Credit], shares: Sequence[int]) -> list[Slice]:
    """Which fund of an award pays how much of each credit.

    The funds pay in their order up to what the list gave out of each; what the life adds to that is the last one's.
    """
    left = list(shares)
    slices = []
    has_first_year = False
    for number, credit in enumerate(schedule):
        is_added = credit.why == "birthday" or (credit.why == "year" and has_first_year)
        has_first_year = has_first_year or credit.why == "year"
        parts = _added(credit.amount, len(left)) if is_added else _taken(credit.amount, left)
        slices += [
            Slice(number, place, replace(credit, amount=part)) for place, part in enumerate(parts) if part
        ]
    return slices


def _added(amount: int, funds: int) -> list[int]:
    return [0] * (funds - 1) + [amount]


def _taken(amount: int, left: list[int]) -> list[int]:
    """Take an amount from what is left of the shares, in their order."""
    parts = []
    for place, share in enumerate(left):
        parts.append(min(amount, share))
        left[place] -= parts[-1]
        amount -= parts[-1]
    return parts


def standing_of(part: VoucherPart, balance: Balance) -> Standing:
    """A part as the core's rules of credits see it."""
    credit = Credit(part.on, part.until, part.amount, part.why, part.capped_after)
    state = State(part.state)
    return Standing(credit, state, balance.free if state is State.CAME else 0)


def rules_of_awards(awards: Iterable[Award]) -> dict[int, CallRules]:
    """The rules under which awards were made, by award; their stages with versions are at hand."""
    return {award.pk: rules_of(award.stage.version) for award in awards}


def why_not_again(rules: CallRules, candidacy: Candidacy, day: date) -> tuple[Reason, ...]:
    """Why a child is no longer eligible on a day, by the facts known then; empty where nothing speaks against it.

    The facts are those of the application, as corrected, with the indicator attested by then. Terms of the application
    itself were kept once and are not asked again.
    """
    known = _known(candidacy)
    if not known:
        return ()
    known["submitted_on"] = day
    if "isee_cents" in known:
        isee = latest_isee(candidacy.application.household_id, day)
        known["isee_cents"] = isee.cents if isee else None
        if "isee_kind" in known:
            known["isee_kind"] = isee.kind if isee else ""
        if "isee_issued_on" in known:
            known["isee_issued_on"] = isee.issued_on if isee else None
        if "isee_valid_until" in known:
            known["isee_valid_until"] = isee.valid_until if isee else None
    lasting = tuple(one for one in rules.conditions if not isinstance(one, DayUntil))
    checks = assess_known(replace(rules, conditions=lasting), known).checks
    return tuple(check.reason for check in checks if check.reason is not None)


def last_day_of(rules: CallRules, award: Award, born_on: date | None, until: date) -> date:
    """The last day of one voucher, given the last day of its call."""
    return replace(rules.life, use_until=until).last_day(local_day(award.awarded_at), born_on)
