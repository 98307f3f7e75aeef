"""Published lists: a place by its code, the stages with their files, the open figures."""

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from wishmi.awards import selectors as awards
from wishmi.awards.actions import stage_name
from wishmi.awards.models import Stage, StageRow
from wishmi.awards.publishing import folder_of
from wishmi.calls import selectors as calls
from wishmi.core.money import is_currency
from wishmi.infra import clock
from wishmi.ledger.selectors import FundFigures, fund_figures
from wishmi.web.audience import public
from wishmi.web.public import throttle
from wishmi.web.public.call_words import CallInWords, all_in_words
from wishmi.web.public.forms_catalogue import RankingForm
from wishmi.web.public.views_calls import call_or_404

NO_ROBOTS = "noindex, nofollow, noarchive"


def _with_stages() -> list[tuple[CallInWords, list[Stage]]]:
    pairs = [(one, awards.published_stages(one.call.pk)) for one in all_in_words(clock.now())]
    return [(one, stages) for one, stages in pairs if stages]


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ranking(request: HttpRequest) -> HttpResponse:
    """What is my place? The public answer: place, points, outcome and cut-off; never the why.

    The code is posted: it stands in no address, so in no history, log or bookmark of others.
    """
    known = {one.call.code: one for one, _stages in _with_stages()}
    choices = [(code, one.title) for code, one in known.items()]
    form = RankingForm(request.POST if request.method == "POST" else None, choices=choices)
    row: StageRow | None = None
    if form.is_valid():
        row = _row_of(request, form, known[form.cleaned_data["call"]].call.pk)
    context = {"form": form, "row": row, "choices": choices}
    answer = render(request, "public/ranking.html", context, status=422 if form.errors else 200)
    answer["X-Robots-Tag"] = NO_ROBOTS
    return answer


def _row_of(request: HttpRequest, form: RankingForm, call_id: int) -> StageRow | None:
    """The row of a code; who tries many wrong ones has to wait."""
    moment = clock.now()
    wait = throttle.seconds_to_look(request, moment)
    if wait:
        minutes = -(-wait // 60)
        text = ngettext(
            "Too many wrong codes. Wait {minutes} minute, then try again.",
            "Too many wrong codes. Wait {minutes} minutes, then try again.",
            minutes,
        )
        form.add_error("code", text.format(minutes=minutes))
        return None
    row = awards.row_by_code(call_id, form.cleaned_data["code"])
    if row is None:
        throttle.missed(request, moment)
        form.add_error("code", _("This code is not on the list. Check each letter and number."))
    return row


@public
@require_safe
def stage_list(request: HttpRequest) -> HttpResponse:
    """Which lists were published."""
    answer = render(request, "public/stages.html", {"pairs": _with_stages()})
    answer["X-Robots-Tag"] = NO_ROBOTS
    return answer


def _stage_or_404(code: str, number: int) -> tuple[CallInWords, Stage]:
    one = call_or_404(code)
    for stage in awards.published_stages(one.call.pk):
        if stage.number == number:
            return one, stage
    raise Http404


@public
@require_safe
def stage_page(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What does this list say, and how can anyone check it."""
    call, stage = _stage_or_404(code, number)
    folder = folder_of(call.call.code, stage_name(stage))
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    context = {
        "call": call,
        "stage": stage,
        "counts": awards.public_counts(stage),
        "files": [(path.name, -(-path.stat().st_size // 1024)) for path in files if path.is_file()],
    }
    answer = render(request, "public/stage.html", context)
    answer["X-Robots-Tag"] = NO_ROBOTS
    return answer


@public
@require_safe
def stage_file(_request: HttpRequest, code: str, number: int, name: str) -> HttpResponse | FileResponse:
    """One file of a published folder, byte for byte."""
    call, stage = _stage_or_404(code, number)
    folder = folder_of(call.call.code, stage_name(stage))
    # The name is compared with what lies there, so no name can lead elsewhere.
    known = {path.name: path for path in folder.iterdir() if path.is_file()} if folder.is_dir() else {}
    path: Path | None = known.get(name)
    if path is None:
        raise Http404
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=name)
    answer["X-Robots-Tag"] = NO_ROBOTS
    answer["Cache-Control"] = "no-store"
    return answer


@public
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Where did the money go? Per fund, to the cent."""
    seen: dict[str, str] = {}
    for call, _version in calls.published_calls():
        seen.update({fund.ref: fund.name for fund in calls.funds_of(call)})
    found = fund_figures(seen)
    rows = [(seen[row.fund], row, _bar(row)) for row in found if row.unit == settings.WISHMI_CURRENCY]
    # What is counted is no part of any sum of money: it stands beside it.
    counted = [(seen[row.fund], row) for row in found if not is_currency(row.unit)]
    return render(request, "public/figures.html", {"rows": rows, "counted": counted})


def _bar(row: FundFigures) -> dict[str, str]:
    """Places in a bar of 100 units, as SVG writes numbers in any language; its table stands beside it."""
    whole = max(row.appropriated_cents, 1)
    spent = 100 * row.spent_cents / whole
    in_hands = 100 * (row.in_hands_cents + row.held_cents) / whole
    return {"spent": f"{spent:.2f}", "in_hands": f"{in_hands:.2f}"}
