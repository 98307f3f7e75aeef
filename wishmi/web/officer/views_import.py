"""Importing a file of applications: all of it or nothing, with every problem row by row."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from wishmi.applications.actions import import_applications
from wishmi.applications.files import COLUMNS, Problem, Severity, write_problems
from wishmi.core.outcome import Refused
from wishmi.infra import clock
from wishmi.web import formats
from wishmi.web.answers import add_refusal
from wishmi.web.audience import for_officer
from wishmi.web.officer.acting import status_of
from wishmi.web.officer.roles import CASES
from wishmi.web.officer.views_calls import desk_or_404

SHOWN = 200
KEPT = 2000
REPORT = "import_report"
"""Where the session keeps the last report: places and sentences, never a person's value."""


class ImportForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=gettext_lazy("File of applications"),
        help_text=gettext_lazy("A CSV file in UTF-8 with the columns of docs/files.md."),
    )


@for_officer(*CASES)
@require_http_methods(["GET", "HEAD", "POST"])
def import_file(request: HttpRequest, code: str) -> HttpResponse:
    """Upload; a file with one wrong row changes nothing and says which."""
    desk = desk_or_404(code)
    form = ImportForm(request.POST or None, request.FILES or None)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST" and form.is_valid():
        source = form.cleaned_data["file"].file
        is_demo = settings.WISHMI_MODE == "demo"
        done = import_applications(clock.now(), request.actor, desk.call.pk, source, demo=is_demo)
        if isinstance(done, Refused):
            add_refusal(form, done)
        else:
            problems = done.problems
            _keep(request, code, problems)
            if not done.is_refused:
                text = _("{applications} applications with {children} children were imported.")
                shown = {"applications": done.applications, "children": done.children}
                messages.success(
                    request, text.format(**{name: formats.number(value) for name, value in shown.items()})
                )
                return redirect("officer:queue", code)
            form.add_error(None, _("Nothing was imported. Repair the rows below and send the file again."))
    context = {
        "desk": desk,
        "form": form,
        "problems": problems[:SHOWN],
        "errors": sum(problem.severity is Severity.ERROR for problem in problems),
        "warnings": sum(problem.severity is not Severity.ERROR for problem in problems),
        "more": max(0, len(problems) - SHOWN),
        "columns": COLUMNS,
    }
    return render(request, "officer/import.html", context, status=status_of(form))


def _keep(request: HttpRequest, code: str, problems: tuple[Problem, ...]) -> None:
    rows = [[one.row, one.column, one.value, one.severity, one.code, one.sentence] for one in problems[:KEPT]]
    request.session[REPORT] = {"call": code, "rows": rows}


@for_officer(*CASES)
@require_safe
def import_report(request: HttpRequest, code: str) -> HttpResponse:
    """The report of the last upload as a file."""
    kept = request.session.get(REPORT)
    if not kept or kept["call"] != code:
        raise Http404
    problems = [
        Problem(row, column, value, Severity(severity), what, sentence)
        for row, column, value, severity, what, sentence in kept["rows"]
    ]
    answer = HttpResponse(write_problems(problems), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="problems-{code}.csv"'
    return answer
