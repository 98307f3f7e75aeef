"""The ranking room: whether the next list can be frozen, the lists there are, a list with its rows."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wishmi.applications.selectors import newest_intake
from wishmi.awards.actions import freeze_ranking, publish_stage
from wishmi.awards.models import Stage, StageRow
from wishmi.awards.selectors import (
    observations_of,
    outcome_counts,
    stage_at_the_desk,
    stage_rows,
    stages_at_the_desk,
    sums_by_fund,
    to_award,
)
from wishmi.calls.selectors import rules_of
from wishmi.core.calls import DrawRule
from wishmi.core.outcome import Refused
from wishmi.core.windows import in_window
from wishmi.infra import clock
from wishmi.infra.actor import Role
from wishmi.people.selectors import names_of
from wishmi.web import formats
from wishmi.web.answers import add_refusal
from wishmi.web.audience import for_officer
from wishmi.web.officer.acting import act_once, status_of
from wishmi.web.officer.call_desk import CallDesk
from wishmi.web.officer.confirming import Confirmation, Table, confirmation_page
from wishmi.web.officer.exports import Cents, csv_answer, wants_csv
from wishmi.web.officer.fields import ActForm
from wishmi.web.officer.forms_ranking import FreezeForm
from wishmi.web.officer.lists import asked, page_of
from wishmi.web.officer.readiness import readiness
from wishmi.web.officer.roles import CASES_SEEN, SIGNS
from wishmi.web.officer.terms import OUTCOME, state
from wishmi.web.officer.views_calls import desk_or_404
from wishmi.web.words import list_title

OUTCOMES = frozenset(StageRow.Outcome.values)


def standing_of(stage: Stage) -> str:
    """Where a list stands: frozen, published, issued."""
    if stage.issued_at is not None:
        return "issued"
    return "published" if stage.published_at is not None else "frozen"


def stage_or_404(code: str, number: int) -> Stage:
    """A list of a call."""
    stage = stage_at_the_desk(code, number)
    if stage is None:
        raise Http404
    return stage


@for_officer(*CASES_SEEN)
@require_safe
def ranking(request: HttpRequest, code: str) -> HttpResponse:
    """Can the next list be made, and which lists are there."""
    return _ranking_page(request, code, None)


def _draw_of(desk: CallDesk) -> DrawRule | None:
    """The round that draws in the window whose list comes next."""
    intake = newest_intake(desk.call)
    return in_window(desk.rules, intake.window if intake else 1).draw


def _ranking_page(request: HttpRequest, code: str, form: FreezeForm | None) -> HttpResponse:
    desk = desk_or_404(code)
    stages = stages_at_the_desk(desk.call.pk)
    is_demo = settings.WISHMI_MODE == "demo"
    form = form or FreezeForm(rule=_draw_of(desk), is_demo=is_demo)
    context = {
        "desk": desk,
        "readiness": readiness(desk, stages, clock.now()),
        "stages": [(stage, standing_of(stage)) for stage in stages],
        "form": form,
        "may_sign": request.actor.is_any(*SIGNS),
    }
    return render(request, "officer/ranking.html", context, status=status_of(form))


@for_officer(Role.RESPONSIBLE)
@require_http_methods(["POST"])
def freeze(request: HttpRequest, code: str) -> HttpResponse:
    """Freeze the next list with the call's draw; a frozen list that was not published is replaced."""
    desk = desk_or_404(code)
    stages = stages_at_the_desk(desk.call.pk)
    kind = readiness(desk, stages, clock.now()).kind
    is_demo = settings.WISHMI_MODE == "demo"
    form = FreezeForm(request.POST, request.FILES, rule=_draw_of(desk), is_demo=is_demo)
    if kind is None or not form.is_valid():
        return _ranking_page(request, code, form)
    draw = form.cleaned_data["draw"]

    def act(moment: object) -> object:
        made = freeze_ranking(moment, request.actor, desk.call.pk, kind, draw)
        return made if isinstance(made, Refused) else {"number": made.number}

    answer = act_once(request, act)
    if isinstance(answer, Refused):
        add_refusal(form, answer)
        return _ranking_page(request, code, form)
    messages.success(request, _("The list is frozen. Nobody sees it before it is published."))
    return redirect("officer:stage", code, answer["number"])


@for_officer(*CASES_SEEN)
@require_safe
def stage_page(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A list: outcomes, cut-off, what it takes from each fund, and every row."""
    stage = stage_or_404(code, number)
    outcome, wanted = asked(request, "outcome", OUTCOMES), asked(request, "code")
    rows = stage_rows(stage, outcome, wanted)
    funds = list(stage.available)
    if wants_csv(request):
        return _stage_csv(stage, rows, funds)
    counts, sums = outcome_counts(stage), sums_by_fund(stage)
    page = page_of(request, rows)
    context = {
        "stage": stage,
        "standing": standing_of(stage),
        "counts": [(name, counts[name]) for name in OUTCOME if name in counts],
        "all": sum(counts.values()),
        "funds": [
            (fund, money, sums.get(fund, 0), money - sums.get(fund, 0))
            for fund, money in stage.available.items()
        ],
        "page": page,
        "rows": [(row, [row.shares.get(fund) for fund in funds]) for row in page],
        "fund_codes": funds,
        "outcome": outcome,
        "wanted": wanted,
        "observations": observations_of(stage) if stage.kind == Stage.Kind.PROVISIONAL else [],
        "to_award": to_award(stage) if standing_of(stage) == "published" else None,
        "criteria": [criterion.fact for criterion in rules_of(stage.version).criteria],
        "may_sign": request.actor.is_any(*SIGNS),
        "names": names_of([stage.frozen_by]),
    }
    return render(request, "officer/stage.html", context)


def _stage_csv(stage: Stage, rows: object, funds: list[str]) -> HttpResponse:
    header = [_("Place"), _("Code"), _("Outcome"), _("Points"), _("Amount"), *funds]
    cells = (
        [
            row.position,
            row.candidacy.code,
            state("outcome", row.outcome)[0],
            row.points,
            Cents(row.claim),
            *(Cents(row.shares.get(fund, 0)) for fund in funds),
        ]
        for row in rows.iterator(chunk_size=2000)
    )
    return csv_answer(f"list-{stage.call.code}-{stage.number}", header, cells)


@for_officer(Role.RESPONSIBLE)
@require_http_methods(["GET", "HEAD", "POST"])
def stage_publish(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Publish a frozen list under a numbered act."""
    stage = stage_or_404(code, number)
    form = ActForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act_number = form.cleaned_data["number"].strip()
        answer = act_once(request, lambda moment: publish_stage(moment, request.actor, stage.pk, act_number))
        if not isinstance(answer, Refused):
            messages.success(
                request, _("The list is published under act {number}.").format(number=act_number)
            )
            return redirect("officer:stage", code, number)
        add_refusal(form, answer)
    counts = outcome_counts(stage)
    rows = [(str(state("outcome", name)[0]), formats.number(counts.get(name, 0))) for name in OUTCOME]
    kind = list_title(stage)
    said = Confirmation(
        title=_("Publish “{kind}” of {code}?").format(kind=kind, code=code),
        button=_("Publish the list"),
        back=reverse("officer:stage", args=[code, number]),
        effect=_("Everybody can look up a code and check the list with its files. Names are nowhere in it."),
        facts=[
            (_("Frozen"), formats.moment(stage.frozen_at)),
            (
                _("First place without money"),
                formats.number(stage.cut_off) if stage.cut_off else _("none: the money is enough"),
            ),
            (_("Digest of the inputs"), f"{stage.inputs_digest[:16]}…"),
        ],
        warning=_(
            "A published list never changes. If anything changed since it was frozen, this is refused."
        ),
        table=Table(_("Outcomes"), [_("Outcome"), _("Children")], rows),
    )
    return confirmation_page(request, said, form)
