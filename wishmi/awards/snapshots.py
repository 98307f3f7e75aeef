"""From rows to everything a stage is computed from, frozen."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F, Q

from wishmi.applications.models import Application, Candidacy
from wishmi.applications.models import Intake as SealedIntake
from wishmi.applications.snapshots import entries_of, intake_of, stored_facts
from wishmi.awards.models import Award, Stage, StageRow
from wishmi.awards.selectors import discretionary_share
from wishmi.calls.models import Call, CallVersion, Fund
from wishmi.calls.selectors import funds_of, rules_of
from wishmi.core import facts as core_facts
from wishmi.core.calls import CallRules
from wishmi.core.intake import Intake
from wishmi.core.ranking import Entry
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.core.stages import Outcome, Standing
from wishmi.core.windows import in_window
from wishmi.ledger.chart import Kind
from wishmi.ledger.selectors import free_of, kept_by_owner

LIVE = (Award.State.OFFERED, Award.State.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a stage is made of. `available` includes what earlier awards hold, per fund in the call's order."""

    rules: CallRules
    funds: tuple[Fund, ...]
    candidacies: tuple[Candidacy, ...]
    entries: tuple[Entry, ...]
    standing: Mapping[str, Standing]
    available: tuple[int, ...]
    commitments: Mapping[str, bytes]
    intake: Intake
    served: Mapping[str, int]

    @property
    def holders(self) -> list[str]:
        """Households once for each award they hold from elsewhere in the call, which counts against their cap."""
        return [household for household, count in sorted(self.served.items()) for _ in range(count)]

    @property
    def households(self) -> list[str]:
        """The household of each entry, for the cap."""
        return [entry.facts.applicant for entry in self.entries]

    def digest(self) -> str:
        """SHA-256 over all of it in a fixed order: a stage is published only from the inputs it was frozen with."""
        digest = hashlib.sha256(self.rules.code.encode())
        for entry in sorted(self.entries, key=lambda entry: entry.code):
            exclusion = [reason.as_data() for reason in entry.exclusion]
            row = [entry.code, core_facts.as_data(entry.facts), exclusion, self.commitments[entry.code].hex()]
            digest.update(json.dumps(row, sort_keys=True).encode())
        for code in sorted(self.standing):
            held = self.standing[code]
            told = [held.reserve, held.is_told]
            digest.update(json.dumps([code, held.outcome, *held.parts, *told]).encode())
        digest.update(json.dumps([self.available, sorted(self.served.items())]).encode())
        digest.update(self.intake.as_bytes())
        return digest.hexdigest()


def inputs_of(call: Call, version: CallVersion, intake: SealedIntake) -> Inputs:
    """The inputs of a window's list as they stand now. Call it with the call's row and its funds locked.

    Awards of earlier windows stand in no list of this one: their money is not there, and they count for the cap.
    """
    window = intake.window
    rows = Candidacy.objects.filter(call=call, window=window, application__state=Application.State.SUBMITTED)
    candidacies = tuple(
        rows.exclude(state=Candidacy.State.WITHDRAWN).select_related("application").order_by("id")
    )
    funds = tuple(funds_of(call))
    rules = in_window(rules_of(version), window)
    standing = standing_of(call, funds, window)
    kept = [held.parts for held in standing.values() if held.outcome is Outcome.AWARDED]
    free = [free_for_ranking(fund, rules) for fund in funds]
    available = tuple(money + sum(parts[place] for parts in kept) for place, money in enumerate(free))
    return Inputs(
        rules=rules,
        funds=funds,
        candidacies=candidacies,
        entries=tuple(entries_of(candidacies)),
        standing=standing,
        available=available,
        commitments={str(child.code): bytes.fromhex(child.commitment) for child in candidacies},
        intake=intake_of(intake, call.code),
        served=_served(call, funds, window) if rules.caps_households else {},
    )


def free_for_ranking(fund: Fund, rules: CallRules) -> int:
    """What a ranking may use of a fund: all that is free, less what is left of the discretionary share.

    A case that is approved takes as much out of the share as out of the fund, so no list shows it.
    """
    free = free_of(fund.ref, Kind.AVAILABLE, fund.ref, fund.unit)
    if rules.discretion is None:
        return free
    return max(0, free - discretionary_share(fund, rules.discretion).left)


def _served(call: Call, funds: Sequence[Fund], window: int) -> dict[str, int]:
    """Awards made otherwise than by this window's ranking, by household: those that live or of which some was used."""
    elsewhere = call.awards.filter(Q(case__isnull=False) | Q(stage__window__lt=window)).order_by("id")
    awards = list(elsewhere.select_related("candidacy__application__household"))
    return _by_household(awards, funds)


def _by_household(awards: Sequence[Award], funds: Sequence[Fund]) -> dict[str, int]:
    ended = [award.ref for award in awards if award.state not in LIVE]
    kept = [kept_by_owner(ended, fund.ref, fund.unit) for fund in funds]
    counts: dict[str, int] = {}
    for award in awards:
        if award.state in LIVE or any(of_fund.get(award.ref, 0) for of_fund in kept):
            household = award.candidacy.application.household.ref
            counts[household] = counts.get(household, 0) + 1
    return counts


def why_capped(candidacy: Candidacy, rules: CallRules) -> Reason | None:
    """Why one more award would pass the cap of the child's household, None if it would not."""
    if not rules.caps_households:
        return None
    call = candidacy.call
    awards = list(call.awards.select_related("candidacy__application__household").order_by("id"))
    held = _by_household(awards, funds_of(call)).get(candidacy.application.household.ref, 0)
    cap = rules.cap_of(stored_facts(candidacy).known())
    return None if cap is None or held < cap else Reason(ReasonCode.HOUSEHOLD_CAP_REACHED)


def standing_of(call: Call, funds: Sequence[Fund], window: int = 1) -> dict[str, Standing]:
    """What each child with an award brings into the next stage of its window.

    An award that lives stays whole. One that ended keeps what was spent or is held; one of which nothing was spent
    is given up. Beside it stands what the last list that told amounts gave the child.
    """
    ranked = call.awards.filter(case__isnull=True, stage__window=window)
    awards = list(ranked.select_related("candidacy").prefetch_related("parts").order_by("id"))
    if not awards:
        return {}
    told = _told(call, funds, window)
    reserves, untold = _reserves(call), _untold(call, window)
    ended = [award.ref for award in awards if award.state not in LIVE]
    kept = [kept_by_owner(ended, fund.ref, fund.unit) for fund in funds]
    nothing = (0,) * len(funds)
    standing: dict[str, Standing] = {}
    for award in awards:
        by_fund = {part.fund_id: part.amount for part in award.parts.all()}
        whole = tuple(by_fund.get(fund.pk, 0) for fund in funds)
        parts = whole if award.state in LIVE else tuple(of_fund.get(award.ref, 0) for of_fund in kept)
        before = told.get(award.candidacy_id, nothing)
        is_told = award.candidacy_id not in untold
        if any(parts):
            reserve = reserves.get(award.candidacy_id, "")
            entry = Standing(Outcome.AWARDED, parts, None if before == parts else before, reserve, is_told)
        else:
            entry = Standing(Outcome.RENOUNCED, before, is_told=is_told)
        standing[str(award.candidacy.code)] = entry
    return standing


def _reserves(call: Call) -> dict[int, str]:
    """The reserve an award was made from, by candidacy."""
    rows = StageRow.objects.filter(
        stage__call=call, stage=F("candidacy__award__stage"), reserve__isnull=False
    )
    pairs = rows.order_by("id").values_list("candidacy_id", "reserve")
    return {candidacy: str(reserve) for candidacy, reserve in pairs}


def _untold(call: Call, window: int) -> set[int]:
    """Whose outcome the last published list did not tell, by candidacy."""
    last = call.stages.filter(published_at__isnull=False, window=window).order_by("-number").first()
    if last is None:
        return set()
    return set(last.rows.filter(is_told=False).order_by("id").values_list("candidacy_id", flat=True))


def _told(call: Call, funds: Sequence[Fund], window: int) -> dict[int, tuple[int, ...]]:
    """What the last published list that told amounts gave, by candidacy."""
    stages = call.stages.filter(published_at__isnull=False, window=window).exclude(
        kind=Stage.Kind.PROVISIONAL
    )
    last = stages.order_by("-number").first()
    if last is None:
        return {}
    rows = last.rows.filter(outcome=StageRow.Outcome.AWARDED).values_list("candidacy_id", "shares")
    return {
        candidacy: tuple(int(shares.get(fund.code, 0)) for fund in funds)
        for candidacy, shares in rows.order_by("id")
    }
