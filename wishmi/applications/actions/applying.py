"""Applying: draft, submit, change, withdraw; and the same in bulk."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError, transaction

from wishmi.applications.actions.judging import open_version, taken, why_not_all, why_not_form
from wishmi.applications.entropy import SYSTEM_ENTROPY, Entropy
from wishmi.applications.forms import ApplicationForm, Submission
from wishmi.applications.models import Application, Candidacy, Intake, IntakeChange, ProtocolCounter
from wishmi.applications.policies import may_apply_for, may_run_checks
from wishmi.applications.snapshots import Declaration, facts_of
from wishmi.calls.models import Call, CallVersion
from wishmi.core import facts as core_facts
from wishmi.core.commitment import commit
from wishmi.core.facts import ChildFacts
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.infra.audit import Act
from wishmi.infra.clock import local_day
from wishmi.infra.pieces import pieces
from wishmi.infra.refs import new_ref
from wishmi.people.models import Household, IseeAttestation, Person

_BATCH = 2000
_Row = TypeVar("_Row", Household, Person)
State = Application.State


def save_draft(moment: datetime, actor: Actor, call_id: int, form: ApplicationForm) -> Application | Refused:
    """Keep a draft, or bring the household's draft up to date; nothing is sent."""
    if not may_apply_for(actor, form.household_id):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        call = Call.objects.select_for_update().get(pk=call_id)
        version = open_version(call, moment)
        if isinstance(version, Refused):
            return version
        refused = why_not_form(form, moment)
        if refused is not None:
            return refused
        live = call.applications.filter(household_id=form.household_id).exclude(state=State.WITHDRAWN)
        application = live.select_for_update().first()
        if application is not None and application.state != State.DRAFT:
            return Refused.because(ReasonCode.DUPLICATE_HOUSEHOLD, protocol=application.protocol or "")
        if application is None:
            application = Application(ref=new_ref(), call=call, created_at=moment)
        if taken(call, form.minor_ids, application.pk):
            return Refused.because(ReasonCode.DUPLICATE_CHILD)
        _fill(application, version, form)
        application.save()
        _set_children(application, form.minor_ids)
        audit.record(moment, actor, "application.saved", f"application:{application.ref}")
        outbox.emit(moment, "application.saved", application=application.ref)
    return application


def submit_application(
    moment: datetime, actor: Actor, application_id: int, entropy: Entropy = SYSTEM_ENTROPY
) -> Application | Refused:
    """Send a draft: it gets its protocol number, each child its code and commitment."""
    with transaction.atomic():
        application = _locked(application_id)
        if not may_apply_for(actor, application.household_id):
            return Refused.because(ReasonCode.NOT_ALLOWED)
        if application.state != State.DRAFT:
            return Refused.because(ReasonCode.ALREADY_DONE, protocol=application.protocol or "")
        version = open_version(application.call, moment)
        if isinstance(version, Refused):
            return version
        children = list(
            application.candidacies.select_related("minor").exclude(state=Candidacy.State.WITHDRAWN)
        )
        # Judged again: a guardian's proof may have ended since the draft was kept.
        refused = why_not_form(_form_of(application, children), moment)
        if refused is not None:
            return refused
        application.version = version
        application.state = State.SUBMITTED
        application.submitted_at = moment
        application.protocol = next_protocols(moment, 1)[0]
        application.save()
        _send_children(application, children, entropy)
        _tell_sent(actor, [application])
    return application


def change_application(
    moment: datetime,
    actor: Actor,
    application_id: int,
    form: ApplicationForm,
    entropy: Entropy = SYSTEM_ENTROPY,
) -> Application | Refused:
    """Change a sent application before the window closes: same number and moment of sending, new facts."""
    with transaction.atomic():
        application = _locked(application_id)
        same = form.household_id == application.household_id
        if not same or not may_apply_for(actor, application.household_id):
            return Refused.because(ReasonCode.NOT_ALLOWED)
        if application.state != State.SUBMITTED:
            return Refused.because(ReasonCode.WRONG_STATE)
        version = open_version(application.call, moment)
        if isinstance(version, Refused):
            return version
        refused = why_not_form(form, moment)
        if refused is not None:
            return refused
        if taken(application.call, form.minor_ids, application.pk):
            return Refused.because(ReasonCode.DUPLICATE_CHILD)
        _fill(application, version, form)
        application.save()
        _set_children(application, form.minor_ids)
        children = list(
            application.candidacies.select_related("minor").exclude(state=Candidacy.State.WITHDRAWN)
        )
        _send_children(application, children, entropy)
        audit.record(moment, actor, "application.changed", f"application:{application.ref}")
        outbox.emit(moment, "application.changed", application=application.ref)
    return application


def withdraw_application(moment: datetime, actor: Actor, application_id: int) -> Application | Refused:
    """Withdraw a draft or a sent application, as long as no award was made from it.

    After the intake was sealed the withdrawal is listed beside it, so that anyone can walk back to the seal.
    """
    with transaction.atomic():
        application = _locked(application_id)
        if not may_apply_for(actor, application.household_id):
            return Refused.because(ReasonCode.NOT_ALLOWED)
        if application.state == State.WITHDRAWN:
            return Refused.because(ReasonCode.ALREADY_DONE)
        if application.candidacies.filter(award__isnull=False).exists():
            return Refused.because(ReasonCode.WRONG_STATE)
        intake = Intake.objects.filter(call_id=application.call_id).first()
        live = application.candidacies.exclude(state=Candidacy.State.WITHDRAWN)
        if intake is not None and application.state == State.SUBMITTED:
            IntakeChange.objects.bulk_create(
                IntakeChange(
                    intake=intake,
                    candidacy=child,
                    kind=IntakeChange.Kind.WITHDRAWAL,
                    old=child.commitment,
                    at=moment,
                )
                for child in live.order_by("id")
            )
        live.update(state=Candidacy.State.WITHDRAWN)
        application.state = State.WITHDRAWN
        application.save(update_fields=["state"])
        audit.record(moment, actor, "application.withdrawn", f"application:{application.ref}")
        outbox.emit(moment, "application.withdrawn", application=application.ref)
    return application


def submit_many(
    actor: Actor,
    call_id: int,
    submissions: Sequence[Submission],
    entropy: Entropy = SYSTEM_ENTROPY,
    progress: Callable[[int], None] | None = None,
) -> list[Application] | Refused:
    """Send many applications, each at its own moment: all or none. The bulk form of saving and submitting."""
    if not may_run_checks(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if not submissions:
        return []
    try:
        with transaction.atomic():
            call = Call.objects.select_for_update().get(pk=call_id)
            version = open_version(call, submissions[0].moment)
            refused = version if isinstance(version, Refused) else why_not_all(version, submissions)
            if isinstance(version, Refused) or refused is not None:
                return refused or Refused.because(ReasonCode.WINDOW_NOT_OPEN)
            return _write_many(actor, call, version, submissions, entropy, progress)
    except IntegrityError:
        return Refused.because(ReasonCode.DUPLICATE_CHILD)


def _write_many(
    actor: Actor,
    call: Call,
    version: CallVersion,
    submissions: Sequence[Submission],
    entropy: Entropy,
    progress: Callable[[int], None] | None,
) -> list[Application]:
    numbers = _numbers(submissions)
    applications = []
    for one, number in zip(submissions, numbers, strict=True):
        application = Application(ref=new_ref(), call=call, created_at=one.moment, submitted_at=one.moment)
        _fill(application, version, one.form)
        application.state = State.SUBMITTED
        application.protocol = number
        applications.append(application)
    Application.objects.bulk_create(applications, batch_size=_BATCH)
    households = _in_bulk(Household, [application.household_id for application in applications])
    minors = _in_bulk(Person, [pk for one in submissions for pk in one.form.minor_ids])
    indicators = _indicators([application.household_id for application in applications])
    rows = []
    for application, one in zip(applications, submissions, strict=True):
        application.household = households[application.household_id]
        isee = _latest(indicators.get(application.household_id, []), one.moment)
        for pk in one.form.minor_ids:
            child = Candidacy(application=application, call=call, minor=minors[pk])
            _seal_child(child, application, isee, entropy)
            rows.append(child)
        if progress:
            progress(1)
    Candidacy.objects.bulk_create(rows, batch_size=_BATCH)
    _tell_sent(actor, applications)
    return applications


def _in_bulk(model: type[_Row], ids: Sequence[int]) -> dict[int, _Row]:
    """Rows by id, asked for in pieces that every engine takes."""
    found: dict[int, _Row] = {}
    for some in pieces(ids):
        found |= model._default_manager.in_bulk(some)
    return found


def _locked(application_id: int) -> Application:
    """An application behind the row of its call, which closing the window locks too: what is sealed stays as it is."""
    call_id = Application.objects.values_list("call_id", flat=True).get(pk=application_id)
    Call.objects.select_for_update().get(pk=call_id)
    rows = Application.objects.select_for_update(of=("self",)).select_related("call", "household")
    return rows.get(pk=application_id)


def _form_of(application: Application, children: Sequence[Candidacy]) -> ApplicationForm:
    """A draft as the form that would be sent."""
    return ApplicationForm(
        application.household_id,
        application.applicant_id,
        application.applicant_role,
        tuple(child.minor_id for child in children),
        Declaration.from_data(application.declared),
    )


def submitted(application: Application) -> datetime:
    """The moment of sending; a bug if there is none."""
    assert application.submitted_at is not None
    return application.submitted_at


def next_protocols(moment: datetime, count: int) -> list[str]:
    """The next protocol numbers of the year, in order, without gaps; the counter stays locked until the commit."""
    year = local_day(moment).year
    ProtocolCounter.objects.get_or_create(year=year)
    counter = ProtocolCounter.objects.select_for_update().get(year=year)
    first = counter.last + 1
    counter.last += count
    counter.save(update_fields=["last"])
    return [f"WM-{year}-{number:06d}" for number in range(first, first + count)]


def _numbers(submissions: Sequence[Submission]) -> list[str]:
    years = Counter(local_day(one.moment).year for one in submissions)
    first = {local_day(one.moment).year: one.moment for one in submissions}
    stock = {year: iter(next_protocols(first[year], count)) for year, count in years.items()}
    return [next(stock[local_day(one.moment).year]) for one in submissions]


def _fill(application: Application, version: CallVersion, form: ApplicationForm) -> None:
    application.version = version
    application.household_id = form.household_id
    application.applicant_id = form.applicant_id
    application.applicant_role = form.applicant_role
    application.declared = form.declared.as_data()


def _set_children(application: Application, minor_ids: Sequence[int]) -> None:
    """Bring the candidacies in line with the children named; a child taken out is withdrawn or, in a draft, removed."""
    gone = application.candidacies.exclude(minor_id__in=minor_ids)
    gone.filter(state=Candidacy.State.DRAFT).delete()
    gone.update(state=Candidacy.State.WITHDRAWN)
    live = set(
        application.candidacies.exclude(state=Candidacy.State.WITHDRAWN).values_list("minor_id", flat=True)
    )
    for pk in minor_ids:
        if pk not in live:
            Candidacy.objects.create(application=application, call=application.call, minor_id=pk)


def _send_children(application: Application, children: Sequence[Candidacy], entropy: Entropy) -> None:
    isee = _latest(_indicators([application.household_id])[application.household_id], submitted(application))
    for child in children:
        _seal_child(child, application, isee, entropy)
        child.save()


def _seal_child(
    child: Candidacy, application: Application, isee: IseeAttestation | None, entropy: Entropy
) -> None:
    """Fix the facts of a child as they are at sending, and commit to them."""
    facts = _facts(child, application, isee)
    subject = f"{application.protocol}:{child.minor.born_on}:{child.minor.fiscal_code}"
    salts = entropy.salts(subject)
    child.state = Candidacy.State.SUBMITTED
    child.code = child.code or entropy.code(subject)
    child.facts = core_facts.as_data(facts)
    child.salts = {group: salt.hex() for group, salt in salts.items()}
    child.commitment = commit(facts, salts).hex()


def _facts(child: Candidacy, application: Application, isee: IseeAttestation | None) -> ChildFacts:
    return facts_of(
        Declaration.from_data(application.declared),
        child.minor.born_on,
        local_day(submitted(application)),
        isee,
        application.applicant_role,
        application.household.ref,
    )


def _indicators(household_ids: Sequence[int]) -> dict[int, list[IseeAttestation]]:
    found: dict[int, list[IseeAttestation]] = {pk: [] for pk in household_ids}
    for some in pieces(household_ids):
        for row in IseeAttestation.objects.filter(household_id__in=some).order_by("issued_on", "id"):
            found[row.household_id].append(row)
    return found


def _latest(rows: Sequence[IseeAttestation], moment: datetime) -> IseeAttestation | None:
    day = local_day(moment)
    held = [row for row in rows if row.issued_on <= day]
    return held[-1] if held else None


def _tell_sent(actor: Actor, applications: Sequence[Application]) -> None:
    acts = [
        Act(
            "application.submitted",
            f"application:{one.ref}",
            {"protocol": one.protocol, "version": one.version_id},
            submitted(one),
        )
        for one in applications
    ]
    audit.record_many(submitted(applications[0]), actor, acts)
    events = [(submitted(one), {"application": one.ref, "protocol": one.protocol}) for one in applications]
    outbox.emit_dated("application.submitted", events)
