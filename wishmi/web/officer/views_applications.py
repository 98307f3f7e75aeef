"""The queue of case work and the page of an application."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wishmi.applications.declarations import Declaration
from wishmi.applications.models import Application, Candidacy
from wishmi.applications.selectors import (
    application,
    counts_by_state,
    explanation,
    next_to_examine,
    queue,
)
from wishmi.applications.snapshots import stored_facts
from wishmi.calls.selectors import document_of, rules_of
from wishmi.core.eligibility import Verdict
from wishmi.core.scoring import Score
from wishmi.infra import clock, trail
from wishmi.people.selectors import latest_isee, names_of
from wishmi.web.audience import for_officer
from wishmi.web.fact_forms import said
from wishmi.web.formats import current_language
from wishmi.web.officer.decisions import ACTIONS
from wishmi.web.officer.exports import csv_answer, wants_csv
from wishmi.web.officer.lists import asked, page_of
from wishmi.web.officer.looking import record_look
from wishmi.web.officer.roles import CASES, CASES_SEEN
from wishmi.web.officer.terms import CANDIDACY, state
from wishmi.web.officer.views_calls import desk_or_404

STATES = frozenset(Candidacy.State.values)


@for_officer(*CASES_SEEN)
@require_safe
def queue_page(request: HttpRequest, code: str) -> HttpResponse:
    """Which children wait, and for what."""
    desk = desk_or_404(code)
    wanted, text = asked(request, "state", STATES), asked(request, "text")
    rows = queue(desk.call.pk, wanted, text)
    if wants_csv(request):
        record_look(request, "queue.exported", f"call:{code}", state=wanted)
        header = [_("Code"), _("Protocol"), _("Child"), _("Born"), _("Sent"), _("State"), _("Checked")]
        cells = (
            [
                row.code,
                row.application.protocol,
                row.minor.full_name,
                row.minor.born_on,
                row.application.submitted_at,
                state("candidacy", row.state)[0],
                row.checked_at,
            ]
            for row in rows.iterator(chunk_size=2000)
        )
        return csv_answer(f"applications-{code}", header, cells)
    counts = counts_by_state(desk.call.pk)
    page = page_of(request, rows)
    context = {
        "desk": desk,
        "page": page,
        "counts": [(name, counts[name]) for name in CANDIDACY if name in counts],
        "all": sum(counts.values()),
        "wanted": wanted,
        "text": text,
        "waiting": counts.get("submitted", 0),
        "may_decide": request.actor.is_any(*CASES),
        "actions": [(name, action.button) for name, action in ACTIONS.items()],
    }
    return render(request, "officer/queue.html", context)


@dataclass(frozen=True, slots=True)
class FactOfChild:
    """A fact a child is judged by, as it is read, and where it comes from."""

    name: str
    says: object
    origin: str


@dataclass(frozen=True, slots=True)
class ChildCase:
    """One child of an application with everything that bears on the decision."""

    child: Candidacy
    verdict: Verdict | None
    score: Score | None
    history: list[object]
    facts: list[FactOfChild]

    @property
    def checks(self) -> list[tuple[str, object]]:
        """Each condition by its kind."""
        return (
            [(type(check.condition).__name__, check) for check in self.verdict.checks] if self.verdict else []
        )

    @property
    def can_be_proposed(self) -> bool:
        """Whether the call lets such a child in by discretion; whether it may now the act decides."""
        is_foreseen = rules_of(self.child.application.version).discretion is not None
        return is_foreseen and self.child.state == Candidacy.State.EXCLUDED

    @property
    def actions(self) -> list[tuple[str, str]]:
        """What can be decided on it now."""
        return [
            (name, str(action.button))
            for name, action in ACTIONS.items()
            if self.child.state in action.states
        ]


@for_officer(*CASES_SEEN)
@require_safe
def application_page(request: HttpRequest, ref: str) -> HttpResponse:
    """An application: what was declared, and for each child every condition and every point."""
    found = application(ref)
    if found is None:
        raise Http404
    record_look(request, "application.looked_at", f"application:{found.ref}")
    cases = [_case(found, child) for child in sorted(found.candidacies.all(), key=lambda one: one.pk)]
    waiting = next_to_examine(found.call_id, max((case.child.pk for case in cases), default=0))
    history = trail.of_subject(f"application:{found.ref}")
    records = [*history, *(record for case in cases for record in case.history)]
    context = {
        "names": names_of(record.actor for record in records),
        "application": found,
        "declared": _declared(found),
        "isee": latest_isee(found.household_id, clock.today()),
        "cases": cases,
        "next": waiting.application if waiting else None,
        "may_decide": request.actor.is_any(*CASES),
        "history": history,
    }
    return render(request, "officer/application.html", context)


def _declared(found: Application) -> list[tuple[str, object]]:
    """What was declared of the household; what is declared of a child stands with the child."""
    declared = Declaration.from_data(found.declared or {})
    return [(name, said(name, value, _words_of(found, name))) for name, value in declared.household.items()]


def _words_of(found: Application, name: str) -> dict[str, str]:
    """The words the call names for a fact, in the language of the page."""
    named = document_of(found.version).names.get(name, {})
    return {word: text.in_language(current_language()) for word, text in named.items()}


def _case(found: Application, child: Candidacy) -> ChildCase:
    child.application = found
    verdict, score = explanation(child) if child.facts else (None, None)
    history = trail.of_subject(f"candidacy:{child.code}") if child.code else []
    return ChildCase(child, verdict, score, history, _facts(found, child))


def _facts(found: Application, child: Candidacy) -> list[FactOfChild]:
    """Everything a child is judged by; before sending there is nothing. The reference of its household tells nobody
    anything.
    """
    known = stored_facts(child).known() if child.facts else {}
    return [
        FactOfChild(name, said(name, value, _words_of(found, name)), child.origins.get(name, ""))
        for name, value in known.items()
        if name != "applicant"
    ]
