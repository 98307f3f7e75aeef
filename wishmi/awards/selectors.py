"""What can be asked about rankings and awards."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from wishmi.applications.models import Candidacy
from wishmi.awards.models import UNTOLD, Award, DiscretionaryCase, Observation, Stage, StageRow
from wishmi.calls.models import Fund
from wishmi.core.rules.distribution import Discretion
from wishmi.ledger.selectors import fund_figures, kept_by_owner


def published_stages(call_id: int) -> list[Stage]:
    """The published stages of a call, newest first."""
    return list(Stage.objects.filter(call_id=call_id, published_at__isnull=False).order_by("-number"))


def row_by_code(call_id: int, code: str) -> StageRow | None:
    """The row of a publication code in the newest published stage of a window; the last window that has it counts."""
    newest: dict[int, int] = {}
    for stage in published_stages(call_id):
        newest.setdefault(stage.window, stage.pk)
    rows = StageRow.objects.filter(stage__in=newest.values(), candidacy__code=code.strip().upper())
    return rows.select_related("stage", "candidacy").order_by("-stage__window").first()


def rows_of_child(candidacy: Candidacy) -> list[StageRow]:
    """What the published stages say of one child, newest first."""
    rows = candidacy.stage_rows.filter(stage__published_at__isnull=False)
    return list(rows.select_related("stage").order_by("-stage__number"))


def last_points_with_money(stage: Stage) -> int | None:
    """The points of the last place the money covered, as the list publishes them; None where it does not tell them."""
    cut_off = stage.public_cut_off
    if cut_off is None:
        return None
    row = stage.rows.filter(position=cut_off - 1).first()
    return row.points if row is not None and row.label == str(row.points) else None


def outcome_counts(stage: Stage) -> dict[str, int]:
    """How many children have each outcome in a stage."""
    rows = stage.rows.values("outcome").annotate(count=Count("id")).order_by("outcome")
    return {row["outcome"]: row["count"] for row in rows}


def public_counts(stage: Stage) -> dict[str, int]:
    """The same as everybody may know it: how many children have each published outcome."""
    rows = stage.rows.values("outcome", "is_told").annotate(count=Count("id")).order_by("outcome", "is_told")
    counts: dict[str, int] = {}
    for row in rows:
        outcome = row["outcome"] if row["is_told"] else UNTOLD
        counts[outcome] = counts.get(outcome, 0) + row["count"]
    return counts


def awards_of(household_id: int) -> list[Award]:
    """The awards of a household's children, newest first."""
    rows = Award.objects.filter(candidacy__application__household_id=household_id)
    return list(rows.select_related("candidacy__minor", "call", "stage").order_by("-id"))


def stages_at_the_desk(call_id: int) -> list[Stage]:
    """Every stage of a call, frozen ones too, newest first. One query."""
    return list(Stage.objects.filter(call_id=call_id).select_related("call", "version").order_by("-number"))


def stage_at_the_desk(call_code: str, number: int) -> Stage | None:
    """One stage of a call, published or not."""
    rows = Stage.objects.filter(call__code=call_code, number=number)
    return rows.select_related("call", "version", "previous").first()


def stage_rows(stage: Stage, outcome: str = "", code: str = "") -> QuerySet[StageRow]:
    """The rows of a stage, the ranked in order of place and then the excluded; by outcome, by code."""
    rows = stage.rows.select_related("candidacy__application")
    if outcome:
        rows = rows.filter(outcome=outcome)
    if code:
        rows = rows.filter(candidacy__code__iexact=code)
    return rows.order_by(F("position").asc(nulls_last=True), "id")


def sums_by_fund(stage: Stage) -> dict[str, int]:
    """What a stage gives out of each fund in all, earlier awards that stay included. One query."""
    rows = stage.rows.filter(outcome=StageRow.Outcome.AWARDED)
    return _sums(rows.order_by("id").values_list("shares", flat=True))


@dataclass(frozen=True, slots=True)
class ToAward:
    """What issuing a stage would do: new awards, and what leaves each fund."""

    count: int
    by_fund: dict[str, int]


def to_award(stage: Stage) -> ToAward:
    """The awards a stage newly makes. One query."""
    rows = stage.rows.filter(outcome=StageRow.Outcome.AWARDED, candidacy__award__isnull=True)
    shares = list(rows.order_by("id").values_list("shares", flat=True))
    return ToAward(len(shares), _sums(shares))


def _sums(shares: Iterable[dict[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for share in shares:
        for code, amount in share.items():
            sums[code] = sums.get(code, 0) + amount
    return sums


def observations_of(stage: Stage) -> list[Observation]:
    """All observations on a stage, those to be decided first. One query."""
    rows = Observation.objects.filter(stage=stage).select_related("candidacy__application")
    return sorted(rows.order_by("filed_at", "id"), key=lambda row: row.decision != "")


def observations_to_decide() -> dict[int, int]:
    """How many observations wait, by call. One query."""
    rows = Observation.objects.filter(decision="").values("stage__call_id").annotate(count=Count("id"))
    return {row["stage__call_id"]: row["count"] for row in rows.order_by("stage__call_id")}


def discretion_used(fund: Fund) -> int:
    """What cases let in by discretion hold or have spent of a fund, in all its calls. What they gave back is free."""
    refs = Award.objects.filter(case__fund=fund).order_by("id").values_list("ref", flat=True)
    return sum(kept_by_owner(refs, fund.ref, fund.unit).values())


@dataclass(frozen=True, slots=True)
class DiscretionaryShare:
    """The part of a fund for cases that fail the test: how much it is, what is used, what is left."""

    fund: Fund
    percent: int
    appropriated: int
    limit: int
    used: int

    @property
    def left(self) -> int:
        """What may still be given."""
        return max(0, self.limit - self.used)


def discretionary_share(fund: Fund, rule: Discretion | None) -> DiscretionaryShare:
    """The share of one fund, of all that was appropriated to it so far."""
    figures = next((one for one in fund_figures([fund.ref]) if one.unit == fund.unit), None)
    appropriated = 0 if figures is None else figures.appropriated_cents
    rule = rule or Discretion(0)
    return DiscretionaryShare(
        fund, rule.percent, appropriated, rule.limit(appropriated), discretion_used(fund)
    )


def cases_of(call_id: int) -> list[DiscretionaryCase]:
    """Cases put forward in a call, those to be decided first. One query."""
    rows = DiscretionaryCase.objects.filter(candidacy__call_id=call_id)
    rows = rows.select_related("candidacy__application", "candidacy__minor", "fund", "award")
    return sorted(rows.order_by("-id"), key=lambda row: row.state != DiscretionaryCase.State.OPEN)


def unfinished_stages() -> list[Stage]:
    """Stages frozen and not published, and lists that award and were not issued. One query."""
    frozen = Q(published_at__isnull=True)
    to_issue = Q(published_at__isnull=False, issued_at__isnull=True) & ~Q(kind=Stage.Kind.PROVISIONAL)
    return list(Stage.objects.filter(frozen | to_issue).select_related("call").order_by("id"))
