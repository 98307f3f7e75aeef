"""What can be asked about applications."""

from collections.abc import Iterator, Sequence
from datetime import date

from django.db.models import Count, Q, QuerySet

from wishmi.applications.models import Application, Candidacy, Entitlement, Intake, Integration
from wishmi.applications.snapshots import stored_facts
from wishmi.calls.models import Call
from wishmi.calls.selectors import published_version, rules_of
from wishmi.core.calls import CallRules, Unserved
from wishmi.core.eligibility import Verdict, assess
from wishmi.core.facts import ChildFacts
from wishmi.core.scoring import Score, score
from wishmi.infra.pieces import pieces


def applications_of(household_id: int) -> list[Application]:
    """A household's applications with their children, newest first."""
    rows = Application.objects.filter(household_id=household_id).select_related(
        "call", "version", "applicant"
    )
    return list(rows.prefetch_related("candidacies__minor").order_by("-id"))


def application(ref: str, household_id: int | None = None) -> Application | None:
    """One application; for a family only its own."""
    rows = Application.objects.select_related("call", "version", "household", "applicant")
    if household_id is not None:
        rows = rows.filter(household_id=household_id)
    return rows.prefetch_related("candidacies__minor", "candidacies__integrations").filter(ref=ref).first()


def newest_intake(call: Call) -> Intake | None:
    """The intake that was sealed last: lists are made of its window."""
    return call.intakes.order_by("-window").first()


def is_finished(call: Call, window: int) -> bool:
    """Whether a window has nothing more to decide: its newest list is issued, or nobody competed in it.

    Only then is it known who was not served, and what money is left. A window before the first is finished.
    """
    last = call.stages.filter(window=window, published_at__isnull=False).order_by("-number").first()
    if last is not None:
        return last.issued_at is not None
    intake = call.intakes.filter(window=window).first()
    return window == 0 or (intake is not None and not _competing(call, window).exists())


def _competing(call: Call, window: int) -> QuerySet[Candidacy]:
    sent = Candidacy.objects.filter(call=call, window=window, application__state=Application.State.SUBMITTED)
    return sent.exclude(state=Candidacy.State.WITHDRAWN)


def who_waits(call: Call, window: int) -> QuerySet[Candidacy]:
    """Children who wait on the last list of a finished window, and hold nothing."""
    last = call.stages.filter(window=window, published_at__isnull=False).order_by("-number").first()
    if last is None:
        return Candidacy.objects.none()
    waiting = last.rows.filter(outcome="waiting").values("candidacy")
    return _competing(call, window).filter(pk__in=waiting, award__isnull=True)


def standing_in_the_way(call: Call, rules: CallRules, window: int) -> QuerySet[Candidacy]:
    """Living candidacies that keep their children from applying in a window.

    Drafts, those of the window itself, of a window that is not finished, and those that were awarded; of others those
    that stay, where the call lets them. Who was served once by a call does not apply to it again.
    """
    rows = Candidacy.objects.filter(call=call).exclude(state=Candidacy.State.WITHDRAWN)
    if window == 1:
        return rows
    free = Q(pk__in=())
    for before in range(1, window):
        if not is_finished(call, before):
            continue
        unserved = Q(window=before, award__isnull=True, application__state=Application.State.SUBMITTED)
        if rules.unserved is Unserved.STAY:
            unserved &= ~Q(pk__in=who_waits(call, before).values("pk"))
        free |= unserved
    return rows.exclude(pk__in=Candidacy.objects.filter(free, call=call).values("pk"))


def counts_by_state(call_id: int, window: int | None = None) -> dict[str, int]:
    """How many children of a call, or of one of its windows, are in each state."""
    of_window = Q() if window is None else Q(window=window)
    rows = (
        Candidacy.objects.filter(of_window, call_id=call_id)
        .values("state")
        .annotate(count=Count("id"))
        .order_by("state")
    )
    return {row["state"]: row["count"] for row in rows}


def count_entitled(call_id: int) -> int:
    """How many persons are on the list of a call. One query."""
    return Entitlement.objects.filter(call_id=call_id).count()


def queue(call_id: int, state: str = "", text: str = "") -> QuerySet[Candidacy]:
    """The queue of case work: children of a call, by state, found by protocol number, code or family name."""
    rows = Candidacy.objects.filter(call_id=call_id).select_related("application", "minor").order_by("id")
    if state:
        rows = rows.filter(state=state)
    if text:
        rows = rows.filter(
            Q(application__protocol__iexact=text)
            | Q(code__iexact=text)
            | Q(minor__family_name__istartswith=text)
        )
    return rows


def next_to_examine(call_id: int, after: int) -> Candidacy | None:
    """The next child of a call that waits to be examined, after one of the queue. One query."""
    return queue(call_id, Candidacy.State.SUBMITTED).filter(pk__gt=after).first()


def children_in(ids: Sequence[int]) -> list[Candidacy]:
    """Candidacies by id, with child and application, in order; ids that are not there are left out."""
    found: list[Candidacy] = []
    wanted = sorted(set(ids))
    for some in pieces(wanted):
        rows = Candidacy.objects.filter(pk__in=some)
        found += rows.select_related("application", "minor").order_by("id")
    return found


def overdue_integrations(day: date) -> int:
    """How many requests were not answered by their day and are still open. One query."""
    rows = Integration.objects.filter(answered_at__isnull=True, closed_at__isnull=True, due_on__lt=day)
    return rows.count()


def open_integrations(household_id: int) -> list[Integration]:
    """What is asked of a household and not answered yet."""
    rows = Integration.objects.filter(
        candidacy__application__household_id=household_id, answered_at__isnull=True, closed_at__isnull=True
    )
    return list(rows.select_related("candidacy__minor", "candidacy__application").order_by("due_on", "id"))


def explanation(candidacy: Candidacy) -> tuple[Verdict, Score]:
    """Every condition and point of one child, judged by the version in force: everyone in one ranking is."""
    version = published_version(candidacy.application.call) or candidacy.application.version
    rules = rules_of(version)
    facts = stored_facts(candidacy)
    return assess(rules, facts), score(rules.criteria, facts)


def facts_received(call_id: int) -> Iterator[ChildFacts]:
    """The facts of every child whose application was sent and not withdrawn; read in pieces."""
    rows = Candidacy.objects.filter(call_id=call_id, application__submitted_at__isnull=False)
    sent = rows.exclude(state__in=[Candidacy.State.WITHDRAWN, Candidacy.State.DRAFT]).exclude(
        facts__isnull=True
    )
    for child in sent.order_by("id").iterator(chunk_size=500):
        yield stored_facts(child)


def counts_by_call() -> dict[int, dict[str, int]]:
    """How many children of every call are in each state. One query."""
    rows = (
        Candidacy.objects.values("call_id", "state").annotate(count=Count("id")).order_by("call_id", "state")
    )
    counts: dict[int, dict[str, int]] = {}
    for row in rows:
        counts.setdefault(row["call_id"], {})[row["state"]] = row["count"]
    return counts
