"""What an application must meet to be taken at the door: the window, the form, the ties of who applies."""

from collections.abc import Sequence
from datetime import date, datetime

from wishmi.applications.forms import ApplicationForm, Submission
from wishmi.applications.models import Candidacy
from wishmi.calls.models import Call, CallVersion
from wishmi.calls.selectors import published_version, rules_of, window_open
from wishmi.core.facts import APPLICANT_ROLES
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra.clock import local_day
from wishmi.infra.pieces import pieces
from wishmi.people.models import Guardianship, Person


def open_version(call: Call, moment: datetime) -> CallVersion | Refused:
    """The version to apply under, while the window is open. The caller holds the call's row."""
    version = published_version(call)
    if version is None or not window_open(call, rules_of(version), moment):
        return Refused.because(ReasonCode.WINDOW_NOT_OPEN)
    return version


def why_not_form(form: ApplicationForm, moment: datetime) -> Refused | None:
    """What is wrong with a form: nobody to apply for, a child twice, a child the applicant may not act for."""
    return _why_not_forms([Submission(form, moment)])


def why_not_all(version: CallVersion, submissions: Sequence[Submission]) -> Refused | None:
    """The same for many, and whether each was sent inside the window, which is known not to be closed by an act."""
    rules = rules_of(version)
    if any(not rules.opens_at <= one.moment < rules.closes_at for one in submissions):
        return Refused.because(ReasonCode.WINDOW_NOT_OPEN)
    return _why_not_forms(submissions)


def _why_not_forms(submissions: Sequence[Submission]) -> Refused | None:
    forms = [one.form for one in submissions]
    if any(not form.minor_ids or len(set(form.minor_ids)) != len(form.minor_ids) for form in forms):
        return Refused.because(ReasonCode.INCOMPLETE)
    if not all(form.declared.is_plausible and form.applicant_role in APPLICANT_ROLES for form in forms):
        return Refused.because(ReasonCode.INCOMPLETE)
    minors = sorted({pk for form in forms for pk in form.minor_ids})
    ends: dict[tuple[int, int], date | None] = {}
    home: dict[int, int | None] = {}
    for some in pieces(minors):
        rows = Guardianship.objects.filter(minor_id__in=some).order_by("id")
        ends |= {(tie.guardian_id, tie.minor_id): tie.proof_ends_on for tie in rows}
        home |= dict(Person.objects.filter(pk__in=some).values_list("id", "household_id"))
    for one in submissions:
        day = local_day(one.moment)
        for pk in one.form.minor_ids:
            ends_on = ends.get((one.form.applicant_id, pk), date.min)
            if home.get(pk) != one.form.household_id or (ends_on is not None and ends_on < day):
                return Refused.because(ReasonCode.APPLICANT_NOT_ENTITLED)
    return None


def taken(call: Call, minor_ids: Sequence[int], application_id: int | None) -> bool:
    """Whether one of the children stands in another living application to the call."""
    rows = Candidacy.objects.filter(call=call, minor_id__in=minor_ids)
    rows = rows.exclude(state=Candidacy.State.WITHDRAWN)
    if application_id is not None:
        rows = rows.exclude(application_id=application_id)
    return rows.exists()
