"""Talking about a draft: remarks on passages, proposals, and who agrees."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wishmi.calls import drafting
from wishmi.calls.document import DocumentRefused
from wishmi.calls.models import DraftParty, DraftRemark
from wishmi.core.outcome import Refused
from wishmi.infra import clock
from wishmi.infra.actor import Role
from wishmi.people.selectors import office_logins
from wishmi.web.answers import add_refusal
from wishmi.web.audience import for_officer
from wishmi.web.officer.acting import act_once, status_of
from wishmi.web.officer.editor.desk import SECTIONS, draft_or_404, section_of
from wishmi.web.officer.editor.forms import AgreementForm, AnswerForm, PartyForm, RemarkForm
from wishmi.web.officer.editor.nodes import place_of
from wishmi.web.officer.editor.views_drafts import seen_of, tell


@for_officer()
@require_http_methods(["GET", "HEAD", "POST"])
def remark_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Comment on a passage, or propose other words for it."""
    desk = draft_or_404(pk)
    name = str(request.POST.get("place") or request.GET.get("place", ""))[:200]
    section = name.split("/", 1)[0]
    if section not in SECTIONS:
        name = section = SECTIONS[0]
    form = RemarkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        answer = act_once(
            request,
            lambda moment: drafting.remark(
                moment, request.actor, desk.draft.pk, name, asked["text"], asked["proposed"]
            ),
        )
        if not isinstance(answer, Refused):
            messages.success(request, _("Your remark is kept with the draft."))
            return redirect("officer:draft_section", pk, section)
        add_refusal(form, answer)
    context = {"desk": desk, "form": form, "place": name, "section": section}
    return render(request, "officer/editor/remark.html", context, status=status_of(form))


@for_officer(Role.RESPONSIBLE)
@require_POST
def remark_settle(request: HttpRequest, pk: int, remark: int) -> HttpResponse:
    """Accept a proposal, decline it with a reason, or close a comment that was dealt with."""
    found = get_object_or_404(DraftRemark, pk=remark, draft=pk)
    form = AnswerForm(request.POST)
    answer = form.cleaned_data["answer"] if form.is_valid() else ""
    section = section_of(found.place)
    moment = clock.now()
    if request.POST.get("what") == "accept":
        try:
            made = drafting.accept(
                moment, request.actor, found.pk, seen_of(request), place_of(found.place), answer
            )
        except (DocumentRefused, IndexError):
            messages.error(
                request, _("It cannot be put in by machine: write it yourself, then close the remark.")
            )
        else:
            tell(request, made, _("The proposal stands in the draft now."))
    else:
        declines = request.POST.get("what") == "decline"
        made = drafting.settle(moment, request.actor, found.pk, declines=declines, answer=answer)
        tell(request, made, _("The remark is settled."))
    return redirect("officer:draft_section", pk, section)


@for_officer(Role.RESPONSIBLE)
@require_http_methods(["GET", "HEAD", "POST"])
def party_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Name a department or partner whose agreement is asked."""
    desk = draft_or_404(pk)
    form = PartyForm(request.POST or None, logins=office_logins())
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        answer = act_once(
            request,
            lambda moment: drafting.ask_party(
                moment, request.actor, desk.draft.pk, asked["name"], asked["login"]
            ),
        )
        if not isinstance(answer, Refused):
            messages.success(request, _("{name} is asked to agree.").format(name=asked["name"]))
            return redirect("officer:draft", pk)
        add_refusal(form, answer)
    return render(request, "officer/editor/party.html", {"desk": desk, "form": form}, status=status_of(form))


@for_officer()
@require_http_methods(["GET", "HEAD", "POST"])
def party_answer(request: HttpRequest, pk: int, party: int) -> HttpResponse:
    """Say, for a party, whether it agrees to the newest text."""
    desk = draft_or_404(pk)
    found = get_object_or_404(DraftParty, pk=party, draft=desk.draft)
    form = AgreementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        agrees = request.POST.get("what") == "agree"
        answer = act_once(
            request,
            lambda moment: drafting.agree(
                moment,
                request.actor,
                found.pk,
                seen_of(request),
                agrees=agrees,
                text=form.cleaned_data["text"],
            ),
        )
        if not isinstance(answer, Refused):
            messages.success(request, _("The answer of {name} is recorded.").format(name=found.name))
            return redirect("officer:draft", pk)
        add_refusal(form, answer)
    context = {"desk": desk, "party": found, "form": form, "call": desk.said.reading()}
    return render(request, "officer/editor/answer.html", context, status=status_of(form))
