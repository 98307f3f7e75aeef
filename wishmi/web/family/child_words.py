"""What is known of each child of an application, ready to be shown to its family."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from wishmi.applications.models import Application, Candidacy, Integration
from wishmi.awards import selectors as awards
from wishmi.awards.models import Award, Observation, Stage, StageRow
from wishmi.calls.selectors import observations_until, rules_of
from wishmi.web.family.child_explained import Explained, explained


@dataclass(frozen=True, slots=True)
class ChildInWords:
    """One child: its row of the newest published list, its award, what was asked and objected."""

    candidacy: Candidacy
    row: StageRow | None
    award: Award | None
    integrations: list[Integration]
    observations: list[Observation]
    observe_until: datetime | None
    has_receipt: bool
    is_too_late: bool
    explained: Explained | None

    @property
    def points(self) -> list[tuple[str, int]]:
        """The points, one by one."""
        return [(str(fact), int(points)) for fact, points in (self.row.parts or [])] if self.row else []

    @property
    def reasons(self) -> list[object]:
        """Why, as stored reasons."""
        if self.row is not None:
            return list(self.row.reasons or [])
        return list(self.candidacy.exclusion)

    @property
    def can_accept(self) -> bool:
        """Whether the award waits for an answer."""
        return self.award is not None and self.award.state == Award.State.OFFERED and not self.is_too_late

    @property
    def can_renounce(self) -> bool:
        """Whether there is an award to give up."""
        return self.award is not None and self.award.state in {Award.State.OFFERED, Award.State.ACCEPTED}


def children_in_words(application: Application, moment: datetime) -> list[ChildInWords]:
    """The children of an application, in the order they were named."""
    return list(_children(application, moment))


def _children(application: Application, moment: datetime) -> Iterator[ChildInWords]:
    given = {award.candidacy_id: award for award in awards.awards_of(application.household_id)}
    for candidacy in sorted(application.candidacies.all(), key=lambda one: one.pk):
        row = next(iter(awards.rows_of_child(candidacy)), None)
        award = given.get(candidacy.pk)
        yield ChildInWords(
            candidacy=candidacy,
            row=row,
            award=award,
            is_too_late=award is not None and award.state == Award.State.OFFERED and moment > award.accept_by,
            integrations=sorted(candidacy.integrations.all(), key=lambda one: one.pk),
            observations=list(candidacy.observations.order_by("id")),
            observe_until=_observe_until(row, moment),
            explained=explained(candidacy, row),
            has_receipt=row is not None and bool(row.stage.folder),
        )


def _observe_until(row: StageRow | None, moment: datetime) -> datetime | None:
    """Until when the family can object; None when it cannot now."""
    if row is None or row.stage.kind != Stage.Kind.PROVISIONAL or row.stage.published_at is None:
        return None
    until = observations_until(row.stage.call, row.stage.published_at, rules_of(row.stage.version))
    return until if moment < until else None
