"""Who is entitled without applying: the list that is brought in or computed, and entering who gets it by itself.

A list only names persons. Entering writes an application of the office for each household with what registers and the
household's rows say, so that case work, the list and the awards go the way of every other application.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from wishmi.applications.actions.applying import submit_many
from wishmi.applications.actions.judging import is_of_one_person, open_version
from wishmi.applications.actions.sending import Sending, gather
from wishmi.applications.declarations import Declaration, Origin, declared_names
from wishmi.applications.entitled_file import ReadEntitled, read_entitled
from wishmi.applications.entropy import SYSTEM_ENTROPY, Entropy
from wishmi.applications.forms import ApplicationForm, Submission
from wishmi.applications.models import Application, Candidacy, Entitlement
from wishmi.applications.policies import may_run_checks
from wishmi.applications.selectors import standing_in_the_way
from wishmi.calls.models import Call, CallVersion
from wishmi.calls.selectors import day_of, published_version, rules_of, window_now
from wishmi.core.calls import AwardMode, CallRules
from wishmi.core.eligibility import assess_known
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.core.rules.judging import Answer
from wishmi.core.rules.vocabulary import Value
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor
from wishmi.infra.pieces import pieces
from wishmi.people.actions import fiscal_code_index
from wishmi.people.models import Guardianship, Household, Person

PIECE = 1000
"""Rows, or households, of one transaction."""
Progress = Callable[[int], None]
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Listed:
    """What a file of the entitled brought: new on the list, there already, every problem; nothing if one is wrong."""

    added: int
    known: int
    read: ReadEntitled


@dataclass(frozen=True, slots=True)
class Entered:
    """Children, by what entering does with them; `amount` is what those entered would get in all, in minor units."""

    entered: int = 0
    already: int = 0
    not_entitled: int = 0
    not_known: int = 0
    without_guardian: int = 0
    amount: int = 0

    def __add__(self, other: "Entered") -> "Entered":
        """The sums."""
        names = self.__dataclass_fields__
        return Entered(**{name: getattr(self, name) + getattr(other, name) for name in names})


def import_entitled(
    moment: datetime,
    actor: Actor,
    call_id: int,
    source: BinaryIO,
    *,
    demo: bool = False,
    progress: Progress | None = None,
) -> Listed | Refused:
    """Put the persons of a file on a call's list; who is on it already is recognised, one wrong row refuses all."""
    if not may_run_checks(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    call = Call.objects.get(pk=call_id)
    version = published_version(call)
    if version is None or not has_list(rules_of(version)):
        return Refused.because(ReasonCode.WRONG_STATE)
    read = read_entitled(source, demo=demo)
    if read.is_refused:
        return Listed(0, 0, read)
    added = _put_on_list(
        moment,
        actor,
        call,
        [fiscal_code_index(code) for code in read.codes],
        Entitlement.Source.IMPORTED,
        progress,
    )
    return Listed(added, len(read.codes) - added, read)


def compute_entitled(
    moment: datetime, actor: Actor, call_id: int, progress: Progress | None = None
) -> int | Refused:
    """Put on the list whom nothing known speaks against; what is not known yet the family says when it claims."""
    if not may_run_checks(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    call = Call.objects.get(pk=call_id)
    version = published_version(call)
    if version is None or not has_list(rules_of(version)):
        return Refused.because(ReasonCode.WRONG_STATE)
    rules, added = rules_of(version), 0
    for some in pieces(household_ids(), PIECE):
        homes = _homes(call, version, moment, some)
        indexes = [
            child.minor.fiscal_code_index
            for home in homes
            for child, known in home.judged
            if assess_known(rules, known).answer is not Answer.NOT_MET
        ]
        added += _put_on_list(moment, actor, call, indexes, Entitlement.Source.COMPUTED, None)
        if progress:
            progress(len(some))
    return added


def enter_entitled(
    moment: datetime,
    actor: Actor,
    call_id: int,
    *,
    is_preview: bool = False,
    entropy: Entropy = SYSTEM_ENTROPY,
    progress: Progress | None = None,
) -> Entered | Refused:
    """Enter every child that gets the award without applying; run again, it enters only who came since. Who withdrew
    stays out.

    Where the call is automatic these are the children on its list, or all that are known where it has no list; else
    those that meet the condition that spares applying. A preview counts and changes nothing.
    """
    if not may_run_checks(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    version = open_version(Call.objects.get(pk=call_id), moment)
    if isinstance(version, Refused):
        return version
    rules = rules_of(version)
    if rules.mode is not AwardMode.AUTOMATIC and rules.automatic_for is None:
        return Refused.because(ReasonCode.WRONG_STATE)
    counted = Entered()
    for some in pieces(household_ids(), PIECE):
        with transaction.atomic():
            # Behind the call's row: of two who enter at once the second finds everyone in.
            call = Call.objects.select_for_update().get(pk=call_id)
            plans = [_plan(rules, version, home, moment) for home in _homes(call, version, moment, some)]
            submissions = [one for submitted, _ in plans for one in submitted]
            if submissions and not is_preview:
                done = submit_many(actor, call_id, submissions, entropy)
                if isinstance(done, Refused):
                    transaction.set_rollback(True)
                    return done
            counted = sum((found for _, found in plans), counted)
        if progress:
            progress(len(some))
    if not is_preview:
        audit.record(moment, actor, "applications.entered", f"call:{call.code}", count=counted.entered)
        outbox.emit(moment, "applications.entered", call=call.code, count=counted.entered)
    return counted


def has_list(rules: CallRules) -> bool:
    """Whether a call works with a list of who is entitled."""
    return rules.mode is not AwardMode.APPLICATION


def household_ids() -> list[int]:
    """Every household, in order."""
    return list(Household.objects.order_by("id").values_list("id", flat=True))


def _put_on_list(
    moment: datetime,
    actor: Actor,
    call: Call,
    indexes: Sequence[str],
    source: Entitlement.Source,
    progress: Progress | None,
) -> int:
    """Write those that are not there yet, piece by piece; returns how many."""
    added = 0
    for some in pieces(indexes, PIECE):
        with transaction.atomic():
            Call.objects.select_for_update().get(pk=call.pk)
            known: set[str] = set()
            for few in pieces(some):
                rows = call.entitlements.filter(fiscal_code_index__in=few)
                known.update(rows.values_list("fiscal_code_index", flat=True))
            new = [index for index in some if index not in known]
            Entitlement.objects.bulk_create(
                (
                    Entitlement(call=call, fiscal_code_index=index, source=source, listed_at=moment)
                    for index in new
                ),
                batch_size=_BATCH,
            )
            if new:
                audit.record(moment, actor, "call.listed", f"call:{call.code}", count=len(new), source=source)
                outbox.emit(moment, "call.listed", call=call.code, count=len(new))
            added += len(new)
        if progress:
            progress(len(some))
    return added


@dataclass(frozen=True, slots=True)
class _Home:
    """A household with its children and what is known of each of what the call asks, as if it applied now."""

    household: Household
    guardians: dict[int, list[Guardianship]]
    judged: tuple[tuple[Candidacy, dict[str, Value]], ...]
    already: frozenset[int]
    withdrawn: frozenset[int]
    listed: frozenset[int] | None
    declared: Declaration


def _homes(call: Call, version: CallVersion, moment: datetime, ids: Sequence[int]) -> list[_Home]:
    asked = rules_of(version).facts
    persons: dict[int, list[Person]] = {}
    guardians: dict[int, list[Guardianship]] = {}
    window = window_now(call, rules_of(version)).number
    applied: set[int] = set()
    withdrawn: set[int] = set()
    listed: set[str] = set()
    households: dict[int, Household] = {}
    for some in pieces(ids):
        households |= Household.objects.in_bulk(some)
        for person in Person.objects.filter(household__in=some).order_by("id"):
            persons.setdefault(person.household_id or 0, []).append(person)
        for tie in Guardianship.objects.filter(minor__household__in=some).order_by("id"):
            guardians.setdefault(tie.minor_id, []).append(tie)
        rows = standing_in_the_way(call, rules_of(version), window)
        applied.update(rows.filter(minor__household__in=some).values_list("minor_id", flat=True))
        rows = Candidacy.objects.filter(call=call, window=window, minor__household__in=some)
        withdrawn.update(rows.filter(state=Candidacy.State.WITHDRAWN).values_list("minor_id", flat=True))
    for few in pieces([one.fiscal_code_index for some in persons.values() for one in some]):
        found = call.entitlements.filter(fiscal_code_index__in=few)
        listed.update(found.values_list("fiscal_code_index", flat=True))
    has_any = call.entitlements.exists()
    sendings = []
    for pk in ids:
        members = persons.get(pk, [])
        minors = [one for one in members if one.household_role == Person.HouseholdRole.MINOR]
        application = Application(
            call=call, version=version, household=households[pk], submitted_at=moment,
            applicant_role=_role(guardians, minors),
            declared=_declared(households[pk], members, asked).as_data(),
        )  # fmt: skip
        rows_of = [Candidacy(application=application, call=call, minor=minor) for minor in minors]
        sendings.append(Sending(application, rows_of, Origin.RECORDED))
    known: dict[int, list[tuple[Candidacy, dict[str, Value]]]] = {}
    for one in gather(sendings):
        known.setdefault(one.application.household_id, []).append((one.child, one.known))
    return [
        _Home(
            household=sending.application.household,
            guardians=guardians,
            judged=tuple(known.get(sending.application.household_id, ())),
            already=frozenset(applied),
            withdrawn=frozenset(withdrawn),
            listed=frozenset(
                row.minor_id for row in sending.children if row.minor.fiscal_code_index in listed
            )
            if has_any
            else None,
            declared=Declaration.from_data(sending.application.declared),
        )
        for sending in sendings
    ]


def _role(guardians: dict[int, list[Guardianship]], minors: Sequence[Person]) -> str:
    """The role of the guardian who would apply: it is a fact of some calls."""
    ties = [tie for minor in minors for tie in guardians.get(minor.pk, [])]
    return str(ties[0].kind) if ties else str(Guardianship.Kind.PARENT)


def _declared(household: Household, members: Sequence[Person], asked: Sequence[str]) -> Declaration:
    """What the rows of a household say of what an applicant would declare; nothing else is made up."""
    minors = [one for one in members if one.household_role == Person.HouseholdRole.MINOR]
    said: dict[str, Value] = {
        "resident": household.resident,
        "lone_parent": household.lone_parent,
        "minors": len(minors),
        "household_size": len(members),
        "disabled_members": sum(bool(one.disabled) for one in members),
        "disabled_minors": sum(bool(one.disabled) for one in minors),
    }
    names = set(declared_names(asked))
    children: dict[int, dict[str, Value]] = {}
    if "disabled" in names:
        children = {one.pk: {"disabled": bool(one.disabled)} for one in minors}
    return Declaration({name: value for name, value in said.items() if name in names}, children)


def _plan(
    rules: CallRules, version: CallVersion, home: _Home, moment: datetime
) -> tuple[list[Submission], Entered]:
    """The applications to be entered for one household, and what becomes of each of its children."""
    day = day_of(version, moment)
    chosen: dict[int, list[int]] = {}
    kinds: dict[int, str] = {}
    amounts: dict[int, int] = {}
    already = not_entitled = not_known = without = 0
    has_applied = any(child.minor_id in home.already for child, _ in home.judged)
    for child, known in home.judged:
        verdict = assess_known(rules, known)
        if child.minor_id in home.already or child.minor_id in home.withdrawn:
            # Who withdrew has said no: a later run does not say yes for it.
            already += 1
        elif verdict.answer is Answer.NOT_KNOWN:
            not_known += 1
        elif verdict.answer is Answer.NOT_MET or not _is_spared(rules, home, child, known):
            not_entitled += 1
        else:
            ties = [
                tie
                for tie in home.guardians.get(child.minor_id, [])
                if tie.proof_ends_on is None or tie.proof_ends_on >= day
            ]
            if not ties:
                without += 1
                continue
            chosen.setdefault(ties[0].guardian_id, []).append(child.minor_id)
            kinds[ties[0].guardian_id] = str(ties[0].kind)
            amounts[child.minor_id] = verdict.amount
    forms = _forms(version, home, chosen, kinds, has_applied=has_applied)
    entered = [pk for form in forms for pk in form.minor_ids]
    # Of a household that applied already, or by another guardian, the office changes nothing by itself.
    already += len(amounts) - len(entered)
    amount = sum(amounts[pk] for pk in entered)
    counted = Entered(len(entered), already, not_entitled, not_known, without, amount)
    return [Submission(form, moment, Origin.RECORDED) for form in forms], counted


def _is_spared(rules: CallRules, home: _Home, child: Candidacy, known: dict[str, Value]) -> bool:
    """Whether the child gets it without applying: on the list of an automatic call, or by the call's condition."""
    if rules.mode is AwardMode.AUTOMATIC:
        return home.listed is None or child.minor_id in home.listed
    return rules.automatic_for is not None and rules.automatic_for.judge(known).answer is Answer.MET


def _forms(
    version: CallVersion,
    home: _Home,
    chosen: dict[int, list[int]],
    kinds: dict[int, str],
    *,
    has_applied: bool,
) -> list[ApplicationForm]:
    """One application per person, or one of the household by the guardian of most of its children."""

    def form(guardian: int, minors: Sequence[int]) -> ApplicationForm:
        of_each = {pk: home.declared.children[pk] for pk in minors if pk in home.declared.children}
        declared = Declaration(home.declared.household, of_each)
        return ApplicationForm(home.household.pk, guardian, kinds[guardian], tuple(minors), declared)

    if is_of_one_person(version):
        return [form(guardian, [minor]) for guardian, minors in chosen.items() for minor in minors]
    if has_applied or not chosen:
        return []
    guardian = max(chosen, key=lambda one: (len(chosen[one]), -one))
    return [form(guardian, chosen[guardian])]
