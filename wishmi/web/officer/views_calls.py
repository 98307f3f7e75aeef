"""Calls: the list, a call with its acts, its versions in words and letter by letter, uploading a document."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from wishmi.applications.selectors import counts_by_call, counts_by_state
from wishmi.calls.actions import load_call
from wishmi.calls.document import DocumentRefused
from wishmi.calls.models import CallVersion
from wishmi.calls.selectors import call_at_the_desk, funds_of, use_until
from wishmi.core.outcome import Refused
from wishmi.infra import clock
from wishmi.infra.actor import Role
from wishmi.people.selectors import names_of
from wishmi.web.answers import add_refusal
from wishmi.web.audience import for_officer
from wishmi.web.officer.acting import status_of
from wishmi.web.officer.call_desk import CallDesk, all_desks, desk_of
from wishmi.web.officer.exports import csv_answer, wants_csv
from wishmi.web.officer.forms_calls import DocumentForm
from wishmi.web.officer.roles import CASES_SEEN, SIGNS
from wishmi.web.officer.terms import state
from wishmi.web.public.call_words import in_words


def desk_or_404(code: str) -> CallDesk:
    """A call as it stands now."""
    call = call_at_the_desk(code)
    desk = desk_of(call, clock.now()) if call else None
    if desk is None:
        raise Http404
    return desk


@for_officer()
@require_safe
def call_list(request: HttpRequest) -> HttpResponse:
    """Which calls are there, and where does each stand."""
    counts = counts_by_call()
    rows = [(desk, sum(counts.get(desk.call.pk, {}).values())) for desk in all_desks(clock.now())]
    if wants_csv(request):
        header = [_("Code"), _("Title"), _("State"), _("Version"), _("Opens"), _("Closes"), _("Children")]
        cells = (
            [
                desk.call.code,
                desk.call.title,
                state("call", desk.state)[0],
                desk.version.number,
                desk.opens_at,
                desk.closes_at,
                children,
            ]
            for desk, children in rows
        )
        return csv_answer("calls", header, cells)
    context = {"rows": rows, "may_sign": request.actor.is_any(*SIGNS)}
    return render(request, "officer/calls.html", context)


@for_officer()
@require_safe
def call_page(request: HttpRequest, code: str) -> HttpResponse:
    """One call: its dates, acts, versions, and what may be done now."""
    desk = desk_or_404(code)
    context = {
        "desk": desk,
        "counts": sorted(counts_by_state(desk.call.pk).items()),
        "funds": funds_of(desk.call),
        "use_until": date.fromisoformat(use_until(desk.call, desk.rules)),
        "names": names_of(act.actor for act in desk.acts),
        "may_sign": request.actor.is_any(*SIGNS),
        "sees_cases": request.actor.is_any(*CASES_SEEN),
    }
    return render(request, "officer/call.html", context)


@for_officer()
@require_safe
def version_page(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A version in plain words, beside the document letter by letter."""
    version = get_object_or_404(CallVersion.objects.select_related("call"), call__code=code, number=number)
    desk = desk_or_404(code)
    context = {
        "call": in_words(version.call, version, clock.now()),
        "desk": desk,
        "is_in_force": desk.is_published and desk.version.pk == version.pk,
        "lines": version.document.splitlines(),
        "may_sign": request.actor.is_any(*SIGNS),
    }
    return render(request, "officer/version.html", context)


@for_officer(Role.RESPONSIBLE)
@require_http_methods(["GET", "HEAD", "POST"])
def call_upload(request: HttpRequest) -> HttpResponse:
    """Load a document as the next version of its call; refused with every finding, line by line."""
    form = DocumentForm(request.POST or None, request.FILES or None)
    findings: list[dict[str, object]] = []
    if request.method == "POST" and form.is_valid():
        raw, name = form.cleaned_data["raw"], form.cleaned_data["name"]
        try:
            made = load_call(clock.now(), request.actor, raw, name)
        except DocumentRefused as refused:
            lines = raw.decode("utf-8", "replace").splitlines()
            findings = [
                {"finding": one, "text": lines[one.line - 1].strip() if one.line <= len(lines) else ""}
                for one in refused.findings
            ]
            text = _("The document cannot be used yet. Each finding below says where and what to do.")
            form.add_error(None, text)
            form = _with_text(form, raw)
        else:
            if not isinstance(made, Refused):
                text = _("Version {number} of {code} is loaded. Read it, then publish it.")
                messages.success(request, text.format(number=made.number, code=made.call.code))
                return redirect("officer:version", made.call.code, made.number)
            add_refusal(form, made)
            form = _with_text(form, raw)
    context = {"form": form, "findings": findings}
    return render(request, "officer/call_upload.html", context, status=status_of(form))


def _with_text(form: DocumentForm, raw: bytes) -> DocumentForm:
    """The same form with the file's text in its box, so that it can be corrected where it stands."""
    form.data = {**form.data.dict(), "text": raw.decode("utf-8", "replace")}
    return form
