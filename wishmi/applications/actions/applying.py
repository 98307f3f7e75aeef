"""Applying: draft, submit, change, withdraw; and the same in bulk."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Q

from wishmi.applications.actions.judging import (
    is_of_one_person,
    open_version,
    taken,
    why_not_all,
    why_not_form,
    why_not_in_window,
)
from wishmi.applications.actions.sending import Gathered, Sending, gather, seal, submitted
from wishmi.applications.declarations import Declaration
from wishmi.applications.entropy import SYSTEM_ENTROPY, Entropy
from wishmi.applications.forms import ApplicationForm, Submission
from wishmi.applications.models import Application, Candidacy, Intake, IntakeChange, ProtocolCounter
from wishmi.applications.policies import may_apply_as, may_apply_for, may_run_checks
from wishmi.calls.models import Call, CallVersion
from wishmi.calls.selectors import rules_of, window_now
from wishmi.core.calls import AwardMode
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.infra.audit import Act
from wishmi.infra.clock import local_day
from wishmi.infra.pieces import pieces
from wishmi.infra.refs import new_ref
from wishmi.people.models import Household, Person

_BATCH = 2000
_Row = TypeVar("_Row", Household, Person)
State = Application.State


def save_draft(moment: datetime, actor: Actor, call_id: int, form: ApplicationForm) -> Application | Refused:
    """Keep a draft, or bring the household's draft up to date; nothing is sent, and what is asked may be missing."""
    if not _may_send(actor, form):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        call = Call.objects.select_for_update().get(pk=call_id)
        version = open_version(call, moment)
        if isinstance(version, Refused):
            return version
        # Nobody applies for what comes by itself: the office enters those who get it.
        if rules_of(version).mode is AwardMode.AUTOMATIC:
            return Refused.because(ReasonCode.NOT_ALLOWED)
        refused = why_not_form(version, form, moment)
        if refused is not None:
            return refused
        application = _live(call, version, form)
        if application is not None and application.state != State.DRAFT:
            return Refused.because(ReasonCode.DUPLICATE_HOUSEHOLD, protocol=application.protocol or "")
        if application is None:
            application = Application(ref=new_ref(), call=call, created_at=moment)
        if taken(call, rules_of(version), form.minor_ids, application.pk):
            return Refused.because(ReasonCode.DUPLICATE_CHILD)
        _fill(application, version, form)
        application.window = window_now(call, rules_of(version)).number
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
        refused = why_not_form(version, _form_of(application, children), moment)
        if refused is not None:
            return refused
        application.version = version
        application.window = window_now(application.call, rules_of(version)).number
        application.state = State.SUBMITTED
        application.submitted_at = moment
        gathered = gather([Sending(application, children)])
        if any(one.missing for one in gathered):
            return _incomplete(gathered)
        application.protocol = next_protocols(moment, 1)[0]
        application.save()
        _seal_all(gathered, entropy)
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
        if not same or not _may_send(actor, form):
            return Refused.because(ReasonCode.NOT_ALLOWED)
        if application.state != State.SUBMITTED:
            return Refused.because(ReasonCode.WRONG_STATE)
        version = open_version(application.call, moment)
        if isinstance(version, Refused):
            return version
        refused = why_not_in_window(application, version) or why_not_form(version, form, moment)
        if refused is not None:
            return refused
        if taken(application.call, rules_of(version), form.minor_ids, application.pk):
            return Refused.because(ReasonCode.DUPLICATE_CHILD)
        _fill(application, version, form)
        application.save()
        _set_children(application, form.minor_ids)
        children = list(
            application.candidacies.select_related("minor").exclude(state=Candidacy.State.WITHDRAWN)
        )
        gathered = gather([Sending(application, children)])
        if any(one.missing for one in gathered):
            transaction.set_rollback(True)
            return _incomplete(gathered)
        _seal_all(gathered, entropy)
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
        sealed = {one.window: one for one in Intake.objects.filter(call_id=application.call_id)}
        live = application.candidacies.exclude(state=Candidacy.State.WITHDRAWN)
        if application.state == State.SUBMITTED:
            IntakeChange.objects.bulk_create(
                IntakeChange(
                    intake=sealed[child.window],
                    candidacy=child,
                    kind=IntakeChange.Kind.WITHDRAWAL,
                    old=child.commitment,
                    at=moment,
                )
                for child in live.order_by("id")
                if child.window in sealed
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
            refused = version if isinstance(version, Refused) else why_not_all(call, version, submissions)
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
) -> list[Application] | Refused:
    applications = []
    window = window_now(call, rules_of(version)).number
    for one in submissions:
        application = Application(
            ref=new_ref(), call=call, created_at=one.moment, submitted_at=one.moment, window=window
        )
        _fill(application, version, one.form)
        application.state = State.SUBMITTED
        applications.append(application)
    households = _in_bulk(Household, [application.household_id for application in applications])
    minors = _in_bulk(Person, [pk for one in submissions for pk in one.form.minor_ids])
    sendings = []
    for application, one in zip(applications, submissions, strict=True):
        application.household = households[application.household_id]
        rows = [
            Candidacy(application=application, call=call, minor=minors[pk], window=window)
            for pk in one.form.minor_ids
        ]
        sendings.append(Sending(application, rows, one.origin))
    gathered = gather(sendings)
    if any(one.missing for one in gathered):
        return _incomplete(gathered)
    for application, number in zip(applications, _numbers(submissions), strict=True):
        application.protocol = number
    Application.objects.bulk_create(applications, batch_size=_BATCH)
    for child in gathered:
        seal(child, entropy)
        # The row had no number when it was made.
        child.child.application = child.application
    Candidacy.objects.bulk_create([child.child for child in gathered], batch_size=_BATCH)
    if progress:
        progress(len(applications))
    _tell_sent(actor, applications)
    return applications


def _in_bulk(model: type[_Row], ids: Sequence[int]) -> dict[int, _Row]:
    """Rows by id, asked for in pieces that every engine takes."""
    found: dict[int, _Row] = {}
    for some in pieces(ids):
        found |= model._default_manager.in_bulk(some)
    return found


def _may_send(actor: Actor, form: ApplicationForm) -> bool:
    return may_apply_for(actor, form.household_id) and may_apply_as(actor, form.applicant_role)


def _live(call: Call, version: CallVersion, form: ApplicationForm) -> Application | None:
    """The draft, or the application of this window: the household's, or the person's where each applies for itself.

    Locked. What was sent in an earlier window is another application.
    """
    window = window_now(call, rules_of(version)).number
    live = call.applications.filter(Q(state=State.DRAFT) | Q(window=window), household_id=form.household_id)
    live = live.exclude(state=State.WITHDRAWN)
    if is_of_one_person(version):
        live = live.filter(own_id=form.minor_ids[0])
    return live.select_for_update().first()


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
    application.own_id = form.minor_ids[0] if is_of_one_person(version) else None
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
            Candidacy.objects.create(
                application=application, call=application.call, minor_id=pk, window=application.window
            )


def _seal_all(gathered: Sequence[Gathered], entropy: Entropy) -> None:
    for one in gathered:
        seal(one, entropy)
        one.child.window = one.application.window
        one.child.save()


def _incomplete(gathered: Sequence[Gathered]) -> Refused:
    """The refusal of an application that does not say all its call asks; names the first fact."""
    return Refused.because(
        ReasonCode.INCOMPLETE, fact=next(one.missing[0] for one in gathered if one.missing)
    )


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
