"""Deciding on children, one or many: a page that shows whom it touches, then the act; and the automatic checks."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from wishmi.applications.actions import run_checks
from wishmi.applications.actions.case_work import CheckResult
from wishmi.applications.models import Candidacy
from wishmi.applications.selectors import children_in, counts_by_state, queue
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.web import formats
from wishmi.web.answers import add_refusal
from wishmi.web.audience import for_officer
from wishmi.web.officer.acting import act_once, status_of
from wishmi.web.officer.confirming import Confirmation, confirmation_page
from wishmi.web.officer.decisions import ACTIONS
from wishmi.web.officer.lists import asked
from wishmi.web.officer.roles import CASES
from wishmi.web.officer.views_applications import STATES
from wishmi.web.officer.views_calls import desk_or_404

SAMPLE = 10
MOST = 20_000
"""Children one decision may touch: more is a decision of the regulation, and that is the automatic checks'."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom a decision would touch; `left_out` are in a state it does not fit."""

    children: list[Candidacy]
    left_out: int

    @property
    def ids(self) -> list[int]:
        """Their ids, in order."""
        return [child.pk for child in self.children]

    @property
    def digest(self) -> str:
        """A mark of exactly these children: the act is refused if they are others by then."""
        return sha256(",".join(str(pk) for pk in self.ids).encode()).hexdigest()[:16]


def _chosen(request: HttpRequest, call_id: int, states: frozenset[str]) -> Chosen:
    """Those ticked, or all that the filters of the queue show."""
    if request.GET.get("scope") == "all":
        rows = list(queue(call_id, asked(request, "state", STATES), asked(request, "text"))[: MOST + 1])
    else:
        asked_for = request.GET.getlist("child")[:500]
        ids = [int(one) for one in asked_for if one.isascii() and one.isdigit() and len(one) < 18]
        rows = [child for child in children_in(ids) if child.call_id == call_id]
    if len(rows) > MOST:
        raise Http404
    fitting = [child for child in rows if child.state in states]
    return Chosen(fitting, len(rows) - len(fitting))


@for_officer(*CASES)
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, code: str) -> HttpResponse:
    """Show whom a decision touches, with a sample; then take it."""
    desk = desk_or_404(code)
    name = asked(request, "action", frozenset(ACTIONS))
    if not name:
        raise Http404
    action = ACTIONS[name]
    chosen = _chosen(request, desk.call.pk, action.states)
    form = action.form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = act_once(
            request,
            lambda moment: (
                action.perform(moment, request.actor, chosen.ids, form.cleaned_data)
                if chosen.digest == request.POST.get("digest") and chosen.children
                else Refused.because(ReasonCode.CHANGED_MEANWHILE)
            ),
        )
        if not isinstance(answer, Refused):
            messages.success(request, _told(name, int(str(answer["count"]))))
            return redirect(_back(chosen.children, code))
        add_refusal(form, answer)
    context = {
        "desk": desk,
        "form": form,
        "action": action,
        "chosen": chosen,
        "count": len(chosen.children),
        "sentence": _foreseen(name, len(chosen.children)),
        "sample": chosen.children[:SAMPLE],
        "is_sample": len(chosen.children) > SAMPLE,
        "back": _back(chosen.children, code),
    }
    return render(request, "officer/decide.html", context, status=status_of(form))


def _back(children: Sequence[Candidacy], code: str) -> str:
    """To the application where there is one alone, else to the queue."""
    refs = {child.application.ref for child in children}
    if len(refs) == 1:
        return reverse("officer:application", args=[refs.pop()])
    return reverse("officer:queue", args=[code])


def _foreseen(name: str, count: int) -> str:
    shown = formats.number(count)
    texts = {
        "admit": ngettext("This will admit {count} child.", "This will admit {count} children.", count),
        "reserve": ngettext(
            "This will admit {count} child with reserve.",
            "This will admit {count} children with reserve.",
            count,
        ),
        "integration": ngettext(
            "This will ask the family of {count} child to complete its application.",
            "This will ask the families of {count} children to complete their applications.",
            count,
        ),
        "exclude": ngettext("This will exclude {count} child.", "This will exclude {count} children.", count),
    }
    return texts[name].format(count=shown)


def _told(name: str, count: int) -> str:
    shown = formats.number(count)
    texts = {
        "admit": ngettext("{count} child was admitted.", "{count} children were admitted.", count),
        "reserve": ngettext(
            "{count} child was admitted with reserve.", "{count} children were admitted with reserve.", count
        ),
        "integration": ngettext(
            "An integration was requested for {count} child.",
            "An integration was requested for {count} children.",
            count,
        ),
        "exclude": ngettext("{count} child was excluded.", "{count} children were excluded.", count),
    }
    return texts[name].format(count=shown)


@for_officer(*CASES)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Run the automatic checks over every child that nobody has decided on."""
    desk = desk_or_404(code)
    form = forms.Form(request.POST or None)
    counts = counts_by_state(desk.call.pk)
    if request.method == "POST" and form.is_valid():
        answer = act_once(request, lambda moment: _checked(run_checks(moment, request.actor, desk.call.pk)))
        if not isinstance(answer, Refused):
            text = _(
                "{admitted} admitted, {excluded} excluded by the rules, {to_look_at} for a person to look at."
            )
            shown = {name: formats.number(int(str(count))) for name, count in answer.items()}
            messages.success(request, text.format(**shown))
            return redirect("officer:queue", code)
        add_refusal(form, answer)
    said = Confirmation(
        title=_("Run the automatic checks of {code}?").format(code=code),
        button=_("Run the checks"),
        back=reverse("officer:queue", args=[code]),
        effect=_(
            "Who meets every rule is admitted. Who does not is excluded with the rule's own reasons."
            " An ISEE with omissions or not attested is left for a person."
        ),
        facts=[(_("Children to be examined"), formats.number(counts.get("submitted", 0)))],
    )
    return confirmation_page(request, said, form)


def _checked(result: CheckResult | Refused) -> object:
    if isinstance(result, Refused):
        return result
    return {"admitted": result.admitted, "excluded": result.excluded, "to_look_at": result.to_look_at}
