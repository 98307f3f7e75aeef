"""Whether a call's next list can be frozen: one line for each thing that must be so, and what is still missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wishmi.applications.selectors import counts_by_state, newest_intake
from wishmi.awards.models import Stage
from wishmi.awards.selectors import observations_to_decide
from wishmi.calls.selectors import funds_of, observations_until
from wishmi.core.money import is_currency
from wishmi.ledger.selectors import fund_figures
from wishmi.web import formats
from wishmi.web.officer.call_desk import CallDesk

KINDS = Stage.Kind


@dataclass(frozen=True, slots=True)
class Line:
    """One thing: what it is, whether it is so, how it stands."""

    words: str
    is_so: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Readiness:
    """What comes next, if anything, and every line."""

    kind: Stage.Kind | None
    lines: tuple[Line, ...]

    @property
    def is_ready(self) -> bool:
        """Whether freezing can be tried."""
        return self.kind is not None and all(line.is_so for line in self.lines)


def readiness(desk: CallDesk, stages: list[Stage], moment: datetime) -> Readiness:
    """How a call stands for its next list; the act itself checks everything again."""
    intake = newest_intake(desk.call)
    of_window = [stage for stage in stages if intake is not None and stage.window == intake.window]
    published = next((stage for stage in of_window if stage.published_at is not None), None)
    kind = _next_kind(published)
    lines = [*_lines_of_cases(desk), *_lines_of_stage(desk, published, kind, moment), _money(desk)]
    return Readiness(kind, tuple(lines))


def _next_kind(published: Stage | None) -> Stage.Kind | None:
    if published is None:
        return KINDS.PROVISIONAL
    return KINDS.FINAL if published.kind == KINDS.PROVISIONAL else KINDS.ROUND


def _lines_of_cases(desk: CallDesk) -> Iterator[Line]:
    intake = newest_intake(desk.call)
    sealed = (
        _("{count} children sealed under {root}…").format(
            count=formats.number(intake.count), root=intake.root[:16]
        )
        if intake
        else _("The window must be closed first.")
    )
    yield Line(_("The window is closed and the intake sealed"), intake is not None, sealed)
    counts = counts_by_state(desk.call.pk, intake.window if intake else 1)
    undecided = counts.get("submitted", 0) + counts.get("integration", 0)
    text = ngettext("{count} child is still open.", "{count} children are still open.", undecided)
    detail = text.format(count=formats.number(undecided)) if undecided else ""
    yield Line(_("Every child has been decided on"), undecided == 0, detail)


def _lines_of_stage(
    desk: CallDesk, published: Stage | None, kind: Stage.Kind | None, moment: datetime
) -> Iterator[Line]:
    if kind == KINDS.FINAL and published is not None and published.published_at is not None:
        until = observations_until(desk.call, published.published_at, desk.rules)
        detail = _("Until {moment}.").format(moment=formats.moment(until))
        yield Line(_("The days for observations are over"), moment >= until, detail)
        waiting = observations_to_decide().get(desk.call.pk, 0)
        yield Line(
            _("Every observation has been decided"), waiting == 0, formats.number(waiting) if waiting else ""
        )
    if kind == KINDS.ROUND and published is not None:
        yield Line(_("The vouchers of the last list were issued"), published.issued_at is not None)


def _money(desk: CallDesk) -> Line:
    funds = funds_of(desk.call)
    figures = [row for row in fund_figures(fund.ref for fund in funds) if is_currency(row.unit)]
    available = sum(row.available_cents for row in figures)
    detail = ", ".join(
        f"{fund.code} {formats.money(row.available_cents)}"
        for fund in funds
        for row in figures
        if row.fund == fund.ref
    )
    return Line(_("There is money to award"), available > 0, detail)
