"""What an application must meet to be taken at the door: the window, the form, the ties of who applies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from wishmi.applications.declarations import (
    BENEFICIARY,
    FAMILY_ROLES,
    HELPING_ROLES,
    LEAST_AGE_ALONE,
)
from wishmi.applications.forms import ApplicationForm, Submission
from wishmi.applications.models import Application, Entitlement
from wishmi.applications.selectors import standing_in_the_way
from wishmi.calls.models import Call, CallVersion
from wishmi.calls.selectors import (
    day_of,
    document_of,
    published_version,
    rules_of,
    why_not_running,
    window_now,
    window_open,
)
from wishmi.core.calls import AwardMode, CallRules
from wishmi.core.dates import age_on
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra.pieces import pieces
from wishmi.people.models import Guardianship, Person


def open_version(call: Call, moment: datetime) -> CallVersion | Refused:
    """The version to apply under, while the window is open. The caller holds the call's row."""
    version = published_version(call)
    stopped = why_not_running(call)
    if version is None or stopped is not None:
        return stopped or Refused.because(ReasonCode.WINDOW_NOT_OPEN)
    if not window_open(call, rules_of(version), moment):
        return Refused.because(ReasonCode.WINDOW_NOT_OPEN)
    return version


def why_not_in_window(application: Application, version: CallVersion) -> Refused | None:
    """Why a sent application is not changed any more: the window it was sent in is over, whatever is open now."""
    now = window_now(application.call, rules_of(version))
    return None if application.window == now.number else Refused.because(ReasonCode.WINDOW_NOT_OPEN)


def why_not_form(version: CallVersion, form: ApplicationForm, moment: datetime) -> Refused | None:
    """What is wrong with a form: nobody to apply for, a child twice, a child the applicant may not act for."""
    return _why_not_forms(version, [Submission(form, moment)])


def why_not_all(call: Call, version: CallVersion, submissions: Sequence[Submission]) -> Refused | None:
    """The same for many, and whether each was sent inside the window, which is known not to be closed by an act."""
    rules = rules_of(version)
    window = window_now(call, rules)
    if not all(window.is_open(one.moment) for one in submissions):
        return Refused.because(ReasonCode.WINDOW_NOT_OPEN)
    if window.number > 1 and taken(call, rules, [pk for one in submissions for pk in one.form.minor_ids]):
        return Refused.because(ReasonCode.DUPLICATE_CHILD)
    return _why_not_forms(version, submissions)


def why_not_listed(version: CallVersion, submissions: Sequence[Submission]) -> Refused | None:
    """Whether everyone who claims is on the list, where a call gives to a list only."""
    if rules_of(version).mode is not AwardMode.CLAIM:
        return None
    minors = sorted({pk for one in submissions for pk in one.form.minor_ids})
    indexes = [
        index
        for some in pieces(minors)
        for index in Person.objects.filter(pk__in=some)
        .order_by("id")
        .values_list("fiscal_code_index", flat=True)
    ]
    rows = Entitlement.objects.filter(call_id=version.call_id)
    listed = sum(rows.filter(fiscal_code_index__in=some).count() for some in pieces(indexes))
    return None if listed == len(minors) else Refused.because(ReasonCode.NOT_ON_LIST)


def is_of_one_person(version: CallVersion) -> bool:
    """Whether a call takes an application of each person, instead of one of the household."""
    return document_of(version).applicants.application_of == "person"


def _why_not_forms(version: CallVersion, submissions: Sequence[Submission]) -> Refused | None:
    forms = [one.form for one in submissions]
    most = 1 if is_of_one_person(version) else None
    if any(not form.minor_ids or len(set(form.minor_ids)) != len(form.minor_ids) for form in forms):
        return Refused.because(ReasonCode.INCOMPLETE)
    if any(most is not None and len(form.minor_ids) > most for form in forms):
        return Refused.because(ReasonCode.INCOMPLETE)
    if not all(form.declared.is_plausible and form.applicant_role in FAMILY_ROLES for form in forms):
        return Refused.because(ReasonCode.INCOMPLETE)
    if any(set(form.declared.children) - set(form.minor_ids) for form in forms):
        return Refused.because(ReasonCode.INCOMPLETE)
    refused = why_not_listed(version, submissions)
    if refused is not None:
        return refused
    ties = _ties(forms)
    if all(ties.admit(one.form, day_of(version, one.moment)) for one in submissions):
        return None
    return Refused.because(ReasonCode.APPLICANT_NOT_ENTITLED)


@dataclass(slots=True)
class _Ties:
    """What ties applicants to children: until when a proof holds, who lives where, who was born when."""

    ends: dict[tuple[int, int], date | None]
    persons: dict[int, tuple[int | None, date]]

    def admit(self, form: ApplicationForm, day: date) -> bool:
        """Whether the applicant may apply for all these children on a day, in the role it says."""
        if any(self.persons.get(pk, (None,))[0] != form.household_id for pk in form.minor_ids):
            return False
        if form.applicant_role == BENEFICIARY:
            return form.minor_ids == (form.applicant_id,) and self._is_old_enough(form.applicant_id, day)
        if form.applicant_role in HELPING_ROLES:
            return self.persons.get(form.applicant_id, (form.household_id,))[0] != form.household_id
        ends = [self.ends.get((form.applicant_id, pk), date.min) for pk in form.minor_ids]
        return all(end is None or end >= day for end in ends)

    def _is_old_enough(self, person_id: int, day: date) -> bool:
        born_on = self.persons[person_id][1]
        return born_on <= day and age_on(born_on, day) >= LEAST_AGE_ALONE


def _ties(forms: Sequence[ApplicationForm]) -> _Ties:
    minors = sorted({pk for form in forms for pk in form.minor_ids})
    helpers = {form.applicant_id for form in forms if form.applicant_role in HELPING_ROLES}
    ties = _Ties({}, {})
    for some in pieces(minors):
        rows = Guardianship.objects.filter(minor_id__in=some).order_by("id")
        ties.ends |= {(tie.guardian_id, tie.minor_id): tie.proof_ends_on for tie in rows}
    for some in pieces(sorted({*minors, *helpers})):
        rows_of = Person.objects.filter(pk__in=some).values_list("id", "household_id", "born_on")
        ties.persons |= {pk: (household, born_on) for pk, household, born_on in rows_of}
    return ties


def taken(call: Call, rules: CallRules, minor_ids: Sequence[int], application_id: int | None = None) -> bool:
    """Whether one of the children stands in another living application to the call, or was served by it already."""
    rows = standing_in_the_way(call, rules, window_now(call, rules).number)
    if application_id is not None:
        rows = rows.exclude(application_id=application_id)
    return any(rows.filter(minor_id__in=some).exists() for some in pieces(minor_ids))
