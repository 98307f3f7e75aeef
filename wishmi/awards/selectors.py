"""What can be asked about rankings and awards."""

from django.db.models import Count

from wishmi.applications.models import Candidacy
from wishmi.awards.models import Award, Observation, Stage, StageRow


def published_stages(call_id: int) -> list[Stage]:
    """The published stages of a call, newest first."""
    return list(Stage.objects.filter(call_id=call_id, published_at__isnull=False).order_by("-number"))


def current_stage(call_id: int) -> Stage | None:
    """The newest stage, published or not."""
    return Stage.objects.filter(call_id=call_id).order_by("-number").first()


def row_by_code(call_id: int, code: str) -> StageRow | None:
    """The row of a publication code in the newest published stage."""
    stages = published_stages(call_id)
    if not stages:
        return None
    rows = StageRow.objects.filter(stage=stages[0], candidacy__code=code.strip().upper())
    return rows.select_related("stage", "candidacy").first()


def rows_of_child(candidacy: Candidacy) -> list[StageRow]:
    """What the published stages say of one child, newest first."""
    rows = candidacy.stage_rows.filter(stage__published_at__isnull=False)
    return list(rows.select_related("stage").order_by("-stage__number"))


def outcome_counts(stage: Stage) -> dict[str, int]:
    """How many children have each outcome in a stage."""
    rows = stage.rows.values("outcome").annotate(count=Count("id")).order_by("outcome")
    return {row["outcome"]: row["count"] for row in rows}


def awards_of(household_id: int) -> list[Award]:
    """The awards of a household's children, newest first."""
    rows = Award.objects.filter(candidacy__application__household_id=household_id)
    return list(rows.select_related("candidacy__minor", "call", "stage").order_by("-id"))


def award_counts(call_id: int) -> dict[str, int]:
    """How many awards of a call are in each state."""
    rows = Award.objects.filter(call_id=call_id).values("state").annotate(count=Count("id")).order_by("state")
    return {row["state"]: row["count"] for row in rows}


def open_observations(call_id: int) -> list[Observation]:
    """Observations nobody has decided yet, oldest first."""
    rows = Observation.objects.filter(stage__call_id=call_id, decision="")
    return list(
        rows.select_related("candidacy", "candidacy__application", "stage").order_by("filed_at", "id")
    )
