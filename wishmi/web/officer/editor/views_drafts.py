"""Drafts of calls: the list, a new one, where one stands, its whole text, its earlier texts."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wishmi.calls import drafting
from wishmi.calls.document import DocumentRefused
from wishmi.calls.models import CallDraft, DraftAgreement, DraftRevision
from wishmi.core.outcome import Refused
from wishmi.infra import clock
from wishmi.infra.actor import Role
from wishmi.people.selectors import names_of
from wishmi.web.answers import add_refusal
from wishmi.web.audience import for_officer
from wishmi.web.differing import said as differences
from wishmi.web.officer.acting import act_once, status_of
from wishmi.web.officer.confirming import Confirmation, confirmation_page
from wishmi.web.officer.editor.desk import DraftDesk, Text, draft_or_404
from wishmi.web.officer.editor.forms import NewDraftForm, NoForm, WholeTextForm
from wishmi.web.officer.roles import SIGNS
from wishmi.web.sentences import say


def may_write(request: HttpRequest, desk: DraftDesk) -> bool:
    """Whether who looks may also change the draft."""
    return desk.is_open and request.actor.is_any(*SIGNS)


def tell(request: HttpRequest, answer: object, done: str) -> None:
    """Say that it is done, or why it was refused."""
    if isinstance(answer, Refused):
        messages.error(request, " ".join(say(reason) for reason in answer.reasons))
    else:
        messages.success(request, done)


@for_officer()
@require_safe
def draft_list(request: HttpRequest) -> HttpResponse:
    """What is being written, what was loaded, what was put aside."""
    drafts = list(CallDraft.objects.select_related("version__call").order_by("-changed_at", "-id")[:200])
    context = {
        "drafts": drafts,
        "names": names_of(draft.opened_by for draft in drafts),
        "may_write": request.actor.is_any(*SIGNS),
    }
    return render(request, "officer/editor/drafts.html", context)


@for_officer(Role.RESPONSIBLE)
@require_http_methods(["GET", "HEAD", "POST"])
def draft_new(request: HttpRequest) -> HttpResponse:
    """Begin a draft from a version, a file or a text."""
    form = NewDraftForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        made = act_once(
            request,
            lambda moment: drafting.open_draft(
                moment, request.actor, asked["title"], asked["raw"], asked["base"]
            ),
        )
        if not isinstance(made, Refused):
            messages.success(request, _("The draft is begun. Nothing of it is public."))
            return redirect("officer:draft", made["id"])
        add_refusal(form, made)
    return render(request, "officer/editor/new.html", {"form": form}, status=status_of(form))


@for_officer()
@require_safe
def draft_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a draft stands: sections, findings, remarks, who agrees, and what it says."""
    desk = draft_or_404(pk)
    answers = list(
        DraftAgreement.objects.filter(party__draft=desk.draft).select_related("party").order_by("id")
    )
    last = {answer.party_id: answer for answer in answers}
    parties = [(party, last.get(party.pk)) for party in desk.draft.parties.order_by("name")]
    people = [one.actor for one in (*desk.remarks, *answers, desk.newest)]
    context = {
        "desk": desk,
        "call": desk.said.reading(),
        "parties": parties,
        "waiting": {party.pk for party in desk.waiting},
        "names": names_of([*people, desk.draft.opened_by, *(party.login for party, _answer in parties)]),
        "may_write": may_write(request, desk),
        "me": request.actor.ref,
    }
    return render(request, "officer/editor/draft.html", context)


@for_officer(Role.RESPONSIBLE)
@require_http_methods(["GET", "HEAD", "POST"])
def draft_text(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole document, letter by letter; an upload takes its place."""
    desk = draft_or_404(pk)
    form = WholeTextForm(request.POST or None, request.FILES or None, initial={"text": desk.newest.text})
    if request.method == "POST" and form.is_valid():
        made = drafting.revise(
            clock.now(), request.actor, pk, seen_of(request), form.cleaned_data["raw"], "whole text"
        )
        if not isinstance(made, Refused):
            messages.success(request, _("Revision {number} is saved.").format(number=made.number))
            return redirect("officer:draft", pk)
        add_refusal(form, made)
    context = {"desk": desk, "form": form, "may_write": may_write(request, desk)}
    return render(request, "officer/editor/text.html", context, status=status_of(form))


@for_officer()
@require_safe
def draft_file(_request: HttpRequest, pk: int) -> HttpResponse:
    """The newest text as a file."""
    desk = draft_or_404(pk)
    answer = HttpResponse(desk.newest.text, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="draft-{pk}-{desk.newest.number}.yaml"'
    return answer


@for_officer()
@require_safe
def revision_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Every text there has been, newest first."""
    desk = draft_or_404(pk)
    revisions = list(desk.draft.revisions.defer("text").order_by("-number"))
    context = {
        "desk": desk,
        "revisions": revisions,
        "names": names_of(one.actor for one in revisions),
    }
    return render(request, "officer/editor/revisions.html", context)


@for_officer()
@require_safe
def revision_page(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One earlier text, letter by letter and in plain words, and what changed since."""
    desk = draft_or_404(pk)
    revision = get_object_or_404(DraftRevision, draft=desk.draft, number=number)
    text = Text(revision.text)
    context = {
        "desk": desk,
        "revision": revision,
        "call": text.reading(),
        "findings": text.findings,
        "lines": revision.text.splitlines(),
        "changes": changes_between(text, desk.said),
        "names": names_of([revision.actor]),
        "may_write": may_write(request, desk),
    }
    return render(request, "officer/editor/revision.html", context)


def changes_between(before: Text, after: Text) -> list[str] | None:
    """What differs, in words; None where one of the two has faults and means nothing yet."""
    if before.document is None or after.document is None:
        return None
    return [one.sentence for one in differences(before.document, after.document)]


@for_officer(Role.RESPONSIBLE)
@require_POST
def revision_take_up(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Make an earlier text the newest again."""
    answer = drafting.take_up(clock.now(), request.actor, draft_or_404(pk).draft.pk, seen_of(request), number)
    tell(request, answer, _("The text of revision {number} is the newest again.").format(number=number))
    return redirect("officer:draft", pk)


@for_officer(Role.RESPONSIBLE)
@require_POST
def draft_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft aside, or take it to hand again."""
    desk = draft_or_404(pk)
    if request.POST.get("state") == "discarded":
        tell(request, drafting.discard(clock.now(), request.actor, pk), _("The draft is put aside."))
    else:
        tell(
            request, drafting.reopen(clock.now(), request.actor, desk.draft.pk), _("The draft is open again.")
        )
    return redirect("officer:draft", pk)


@for_officer(Role.RESPONSIBLE)
@require_http_methods(["GET", "HEAD", "POST"])
def draft_load(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the newest text the next version of its call; publishing it is another act."""
    desk = draft_or_404(pk)
    call = desk.said.reading()
    if call is None or not desk.is_open:
        raise Http404
    if request.method == "POST":
        answer = act_once(request, _loading(request, pk))
        if not isinstance(answer, Refused):
            messages.success(request, _("The draft is version {number} now. Read it, then publish it.").format(
                number=call.version.number
            ))  # fmt: skip
            return redirect("officer:version", call.call.code, call.version.number)
        tell(request, answer, "")
        return redirect("officer:draft", pk)
    said = Confirmation(
        title=_("Make this draft version {number} of {code}?").format(
            number=call.version.number, code=call.call.code
        ),
        button=_("Make it a version"),
        back=reverse("officer:draft", args=[pk]),
        effect=_(
            "The text can no longer be changed after this. Nothing is published by it: that is the next act."
        ),
        facts=[
            (_("Title"), call.title),
            (_("Revision"), desk.newest.number),
            (_("Asked to agree"), desk.draft.parties.count()),
            (_("Agreement still missing"), ", ".join(party.name for party in desk.waiting) or _("none")),
        ],
        hidden=[("seen", str(desk.newest.number))],
    )
    return confirmation_page(request, said, NoForm())


def _loading(request: HttpRequest, pk: int) -> Callable[[datetime], object]:
    def act(moment: datetime) -> object:
        try:
            return drafting.load_draft(moment, request.actor, pk, seen_of(request))
        except DocumentRefused as refused:
            raise Http404 from refused

    return act


def seen_of(request: HttpRequest) -> int:
    """The revision that the page showed which was sent."""
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isdecimal() and len(seen) < 10 else 0
