"""One section of a draft as a form, saved with each press, and checked while it is filled in."""

from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wishmi.calls import drafting
from wishmi.calls.document import DocumentRefused
from wishmi.calls.document_editing import rewritten
from wishmi.core.outcome import Refused
from wishmi.infra import clock
from wishmi.infra.actor import Role
from wishmi.people.selectors import names_of
from wishmi.web.audience import for_officer
from wishmi.web.officer.editor.desk import SECTIONS, DraftDesk, Text, draft_or_404
from wishmi.web.officer.editor.forms import AnswerForm, RemarkForm
from wishmi.web.officer.editor.nodes import Node, name_of, node_at
from wishmi.web.officer.editor.posting import press, tree_of
from wishmi.web.officer.editor.views_drafts import may_write, seen_of, tell


def _open(pk: int, section: str) -> DraftDesk:
    if section not in SECTIONS:
        raise Http404
    return draft_or_404(pk)


@for_officer()
@require_http_methods(["GET", "HEAD", "POST"])
def section_page(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """The form of a section beside what the call says, with the remarks on it."""
    desk = _open(pk, section)
    if not desk.said.has_form:
        messages.error(request, _("The text is no YAML at one place: mend it letter by letter first."))
        return redirect("officer:draft", pk)
    if request.method == "POST":
        if not may_write(request, desk):
            tell(request, drafting.revise(clock.now(), request.actor, pk, 0, "-", section), "")
            return redirect("officer:draft_section", pk, section)
        return _save(request, desk, section)
    return _shown(request, desk, section, desk.said)


def _save(request: HttpRequest, desk: DraftDesk, section: str) -> HttpResponse:
    """Keep what was filled in, and do what the pressed button says; what is wrong is shown, and kept all the same."""
    pk, seen = desk.draft.pk, seen_of(request)
    # The form was made of the text that was shown: its places mean nothing in a text that came after it.
    shown = desk.text_of(seen)
    tree = tree_of(request.POST, shown.tree, section)
    tree, place = press(request.POST, tree, section)
    try:
        text = rewritten(shown.text, tree)
    except DocumentRefused as refused:
        messages.error(request, refused.findings[0].sentence)
        return _shown(request, desk, section, desk.said, status=422)
    made = drafting.revise(clock.now(), request.actor, pk, seen, text, section)
    if isinstance(made, Refused):
        tell(request, made, "")
        return _shown(request, desk, section, Text(text), status=409, seen=shown.number)
    address = reverse("officer:draft_section", args=[pk, section])
    if "next" in request.POST:
        after = SECTIONS[(SECTIONS.index(section) + 1) % len(SECTIONS)]
        return redirect("officer:draft_section", pk, after)
    messages.success(request, _("Saved as revision {number}.").format(number=made.number))
    return redirect(f"{address}#at-{quote(name_of(place))}" if len(place) > 1 else address)


def _shown(
    request: HttpRequest,
    desk: DraftDesk,
    section: str,
    said: Text,
    status: int = 200,
    seen: int | None = None,
) -> HttpResponse:
    """The page of a section; `seen` where it shows what was made of an older text, and may not go over the newest."""
    remarks = desk.remarks_on(section)
    context = {
        "desk": desk,
        "section": section,
        "seen": desk.newest.number if seen is None else seen,
        "sections": desk.sections(),
        **_answers(said, section),
        "remarks": remarks,
        "remark_form": RemarkForm(),
        "answer_form": AnswerForm(),
        "names": names_of([one.actor for one in remarks] + [one.settled_by for one in remarks]),
        "may_write": may_write(request, desk),
        "may_sign": request.actor.is_any(Role.RESPONSIBLE),
    }
    return render(request, "officer/editor/section.html", context, status=status)


def _answers(said: Text, section: str) -> dict[str, object]:
    """The form, what is wrong with it, and the reading: what a check gives as well as a page."""
    by_place = said.by_place()
    node = node_at(said.tree, (section,), by_place)
    shown = {one.path for one in _all(node)} if node else set()
    here = [finding for finding in said.findings if finding.path.startswith(section)]
    return {
        "node": node,
        "elsewhere": [finding for finding in said.findings if finding not in here],
        "loose": [finding for finding in here if finding.path not in shown],
        "findings": said.findings,
        "call": said.reading(),
    }


def _all(node: Node) -> list[Node]:
    return [node, *(one for child in node.children for one in _all(child))]


@for_officer(Role.RESPONSIBLE)
@require_POST
def section_check(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """What the check says of a form that is still being filled in; nothing is kept."""
    desk = _open(pk, section)
    if not desk.said.has_form:
        raise Http404
    tree = tree_of(request.POST, desk.said.tree, section)
    try:
        said = Text(rewritten(desk.newest.text, tree))
    except DocumentRefused:
        said = desk.said
    return render(request, "officer/editor/live.html", {"section": section, **_answers(said, section)})
