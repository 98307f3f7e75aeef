"""The window: applications come in, some are changed or withdrawn, the intake is sealed, cases are worked."""

from collections.abc import Sequence
from datetime import date, timedelta

from wishmi.applications.actions import (
    admit,
    admit_with_reserve,
    answer_integration,
    change_application,
    exclude,
    request_integration,
    run_checks,
    save_draft,
    seal_intake,
    submit_many,
    withdraw_application,
)
from wishmi.applications.declarations import Declaration
from wishmi.applications.forms import ApplicationForm, Submission
from wishmi.applications.models import Application, Candidacy, Integration
from wishmi.cli.demo.scene import Scene, family, must
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra.actor import SYSTEM, Role
from wishmi.infra.pieces import pieces
from wishmi.simulation.applications import SyntheticApplication, plan_applications
from wishmi.simulation.draws import uniform

_BATCH = 2_000
CHANGED, WITHDRAWN, RESERVED, ANSWERED = 0.01, 0.005, 0.02, 0.7
"""Shares of those who change, withdraw; of doubtful cases admitted with reserve; of integrations answered in time."""
QUESTION = (
    "L'attestazione ISEE presenta omissioni o difformità. Invii una nuova attestazione oppure i documenti che spiegano"
    " le omissioni."
)


def plan(scene: Scene) -> tuple[list[SyntheticApplication], dict[int, SyntheticApplication]]:
    """All applications in order of submission, and the first of each household by its number."""
    planned = list(plan_applications(scene.city, scene.at(2022, 9, 15, 9), scene.at(2022, 11, 15, 12)))
    first: dict[int, SyntheticApplication] = {}
    for one in planned:
        first.setdefault(one.household_number, one)
    return planned, first


def _form(scene: Scene, one: SyntheticApplication, disabled_members: int) -> ApplicationForm:
    number = one.household_number
    household = scene.city.household(number)
    declared = Declaration(
        {
            "resident": one.resident,
            "minors": len(household.minors),
            "lone_parent": household.family_type == "single",
            "disabled_members": disabled_members,
        }
    )
    minors = tuple(scene.minors[number][place] for place in one.minors)
    applicant = scene.guardians[number][one.applicant]
    return ApplicationForm(scene.households[number], applicant, "parent", minors, declared)


def receive(scene: Scene, planned: Sequence[SyntheticApplication]) -> None:
    """Applications in the order they come; a household that applies twice is refused."""
    call = scene.reference_call
    seen: set[int] = set()
    with scene.step("Applications", len(planned)) as bar:
        pending: list[Submission] = []
        for one in planned:
            disabled = int(scene.city.other.disabled_members[one.household_number - 1])
            form = _form(scene, one, disabled)
            if one.household_number in seen:
                _flush(scene, pending)
                again = save_draft(one.submitted_at, family(form.household_id), call.pk, form)
                assert isinstance(again, Refused)
                assert again.codes == (ReasonCode.DUPLICATE_HOUSEHOLD,)
                scene.add("refused_duplicates")
            else:
                seen.add(one.household_number)
                pending.append(Submission(form, one.submitted_at))
            if len(pending) >= _BATCH:
                _flush(scene, pending)
            bar.forward()
        _flush(scene, pending)
    _second_thoughts(scene)


def _flush(scene: Scene, pending: list[Submission]) -> None:
    if pending:
        made = must(submit_many(SYSTEM, scene.reference_call.pk, pending, scene.entropy))
        scene.add("applications", len(made))
        pending.clear()


def _second_thoughts(scene: Scene) -> None:
    """On the last morning some families correct their application, and some withdraw it."""
    moment = scene.at(2022, 11, 15, 9)
    rows = Application.objects.filter(call=scene.reference_call, state=Application.State.SUBMITTED)
    for application in list(rows.prefetch_related("candidacies").order_by("id")):
        point = uniform(scene.city.seed, "second thoughts", application.protocol or "")
        actor = family(application.household_id)
        if point < WITHDRAWN:
            must(withdraw_application(moment, actor, application.pk))
            scene.add("withdrawn")
        elif point < WITHDRAWN + CHANGED:
            declared = Declaration.from_data(application.declared)
            minors = tuple(child.minor_id for child in application.candidacies.all())
            form = ApplicationForm(
                application.household_id,
                application.applicant_id,
                application.applicant_role,
                minors,
                declared,
            )
            must(change_application(moment, actor, application.pk, form, scene.entropy))
            scene.add("changed")


def close(scene: Scene) -> None:
    """The window closes: what was received is sealed, before anybody can know the draw."""
    moment = scene.at(2022, 11, 15, 13)
    must(seal_intake(moment, scene.office[Role.RESPONSIBLE], scene.reference_call.pk, "DD 9200/2022"))


def work_cases(scene: Scene) -> None:
    """Automatic checks; doubts are put to the families, who answer or do not."""
    call, officer = scene.reference_call, scene.office[Role.CASE_OFFICER]
    must(run_checks(scene.at(2022, 11, 18), officer, call.pk))
    doubtful = Candidacy.objects.filter(call=call, state=Candidacy.State.SUBMITTED).order_by("id")
    ids = list(doubtful.values_list("id", flat=True))
    for some in pieces(ids):
        must(request_integration(scene.at(2022, 11, 18, 15), officer, some, QUESTION, date(2022, 12, 2)))
    admitted: list[int] = []
    reserved: list[int] = []
    open_rows = Integration.objects.filter(
        candidacy__call=call, answered_at__isnull=True, closed_at__isnull=True
    )
    for row in list(open_rows.select_related("candidacy__application").order_by("id")):
        code = row.candidacy.code or ""
        if uniform(scene.city.seed, "answers integration", code) >= ANSWERED:
            continue
        days = int(uniform(scene.city.seed, "integration day", code) * 12)
        moment = scene.at(2022, 11, 19) + timedelta(days=days)
        answer = (
            "Attestazione ISEE corretta allegata: l'omissione riguardava un conto corrente ora dichiarato."
        )
        must(answer_integration(moment, family(row.candidacy.application.household_id), row.pk, answer))
        is_reserved = uniform(scene.city.seed, "reserve", code) < RESERVED
        (reserved if is_reserved else admitted).append(row.candidacy_id)
    decided = scene.at(2022, 12, 5)
    must(admit(decided, officer, admitted))
    must(admit_with_reserve(decided, officer, reserved))
    silent = Candidacy.objects.filter(call=call, state=Candidacy.State.INTEGRATION).order_by("id")
    must(
        exclude(
            decided, officer, list(silent.values_list("id", flat=True)), [ReasonCode.INTEGRATION_NOT_RECEIVED]
        )
    )
