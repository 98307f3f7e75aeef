"""Case work: what the rules decide, what a person decides, and that neither undoes the other by accident."""

from datetime import date, timedelta

import pytest

from tests import builders as make
from tests import builders_awards as way
from tests.builders import DAY, OFFICER, RESPONSIBLE, done
from tests.builders_awards import (
    CLOSED,
    OPEN,
    applied,
    child_of,
    declaration,
    home_with_isee,
    isee,
    refused,
    sealed,
)
from wishmi.applications.actions import (
    admit,
    admit_with_reserve,
    answer_integration,
    correct_facts,
    exclude,
    request_integration,
    run_checks,
    withdraw_application,
)
from wishmi.applications.models import Candidacy, IntakeChange, Integration
from wishmi.applications.snapshots import intake_of, stored_facts
from wishmi.core.commitment import commit
from wishmi.core.intake import intake_root, sealed_commitments
from wishmi.core.reasons import ReasonCode as Code
from wishmi.infra.models import AuditRecord
from wishmi.people.actions import attest_isee
from wishmi.vouchers.actions import accept_award, issue_vouchers

pytestmark = pytest.mark.django_db
DUE = date(2022, 12, 2)
WORKED = CLOSED + DAY


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.WISHMI_DATA = tmp_path


@pytest.fixture
def call():
    return make.funded_call()


@pytest.fixture
def home():
    return home_with_isee()


@pytest.fixture
def child(call, home):
    return child_of(applied(call, home))


def state(child):
    return Candidacy.objects.get(pk=child.pk).state


def ask(child, due_on=DUE):
    done(request_integration(WORKED, OFFICER, [child.pk], "Which account?", due_on))
    return child.integrations.latest("id")


def test_the_rules_admit_exclude_and_leave_doubts_to_a_person(call):
    good = child_of(applied(call, home_with_isee(2_700_000)))
    rich = child_of(applied(call, home_with_isee(2_700_001)))
    none = child_of(applied(call, home_with_isee(None)))
    old = child_of(applied(call, home_with_isee(1, date(2004, 10, 1))))
    omitted = child_of(applied(call, home_with_isee(1, omissions=True)))
    declared = child_of(applied(call, home_with_isee(1, attested=False)))
    result = done(run_checks(WORKED, OFFICER, call.pk))
    assert (result.admitted, result.excluded, result.to_look_at) == (1, 3, 2)
    states = [state(one) for one in (good, rich, none, old, omitted, declared)]
    assert states == ["admitted", "excluded", "excluded", "excluded", "submitted", "submitted"]
    again = done(run_checks(WORKED, OFFICER, call.pk))
    assert (again.admitted, again.excluded, again.to_look_at) == (0, 0, 2)


def test_a_later_attestation_does_not_cover_what_was_only_declared(call):
    """The points and the amount rest on the declared value: a person must look, whatever arrived since."""
    home = make.family()
    done(attest_isee(OPEN - DAY, home.actor, home.household.pk, isee(1, attested=False)))
    child = child_of(applied(call, home))
    done(attest_isee(OPEN + DAY, OFFICER, home.household.pk, isee(2_600_000, issued_on=date(2022, 10, 3))))
    assert done(run_checks(WORKED, OFFICER, call.pk)).to_look_at == 1
    assert state(child) == "submitted"


def test_an_attestation_of_the_very_same_indicator_clears_the_doubt(call):
    home = make.family()
    done(attest_isee(OPEN - DAY, home.actor, home.household.pk, isee(7, attested=False)))
    applied(call, home)
    done(attest_isee(OPEN + DAY, OFFICER, home.household.pk, isee(7)))
    assert done(run_checks(WORKED, OFFICER, call.pk)).admitted == 1


def test_what_a_person_decided_is_not_decided_again_by_the_rules(call, child):
    done(exclude(WORKED, OFFICER, [child.pk], [Code.DUPLICATE_HOUSEHOLD]))
    done(run_checks(WORKED, OFFICER, call.pk))
    kept = Candidacy.objects.get()
    assert (kept.state, kept.exclusion) == ("excluded", [{"code": "duplicate_household", "params": {}}])
    done(admit(WORKED, OFFICER, [child.pk]))
    assert (Candidacy.objects.get().state, Candidacy.objects.get().exclusion) == ("admitted", [])


@pytest.mark.parametrize("codes", [[], [Code.TOO_OLD], [Code.DUPLICATE_CHILD, Code.FUNDS_EXHAUSTED]])
def test_an_officer_excludes_for_the_reasons_of_case_work_only(child, codes):
    refused(Code.INCOMPLETE, exclude, WORKED, OFFICER, [child.pk], codes)


def test_of_several_children_all_are_decided_or_none(call, child):
    gone = applied(call, home_with_isee())
    done(withdraw_application(OPEN, OFFICER, gone.pk))
    both = [child.pk, gone.candidacies.get().pk]
    refused(Code.WRONG_STATE, admit, WORKED, OFFICER, both)
    refused(Code.WRONG_STATE, admit, WORKED, OFFICER, [child.pk, 10**9])
    refused(Code.WRONG_STATE, request_integration, WORKED, OFFICER, both, "Which?", DUE)


def test_a_question_is_answered_until_the_end_of_its_day_and_once(child, home):
    row = ask(child)
    assert state(child) == "integration"
    late = CLOSED.replace(month=12, day=2, hour=23, minute=0)
    refused(Code.TERM_EXPIRED, answer_integration, late, home.actor, row.pk, "This one.")
    in_time = late - timedelta(minutes=1)
    for text in ("", "  ", "x" * 4001):
        refused(Code.INCOMPLETE, answer_integration, in_time, home.actor, row.pk, text)
    refused(Code.NOT_ALLOWED, answer_integration, in_time, make.family().actor, row.pk, "Theirs.")
    assert done(answer_integration(in_time, home.actor, row.pk, " This one. ")).answer == "This one."
    assert state(child) == "submitted"
    refused(Code.ALREADY_DONE, answer_integration, in_time, home.actor, row.pk, "Another.")


@pytest.mark.parametrize(("question", "due_on"), [("  ", DUE), ("Which?", WORKED.date())])
def test_a_question_needs_words_and_a_day_ahead(child, question, due_on):
    refused(Code.INCOMPLETE, request_integration, WORKED, OFFICER, [child.pk], question, due_on)


def test_a_decision_closes_the_question(child, home):
    row = ask(child)
    done(exclude(WORKED, OFFICER, [child.pk], [Code.INTEGRATION_NOT_RECEIVED]))
    refused(Code.ALREADY_DONE, answer_integration, WORKED, home.actor, row.pk, "This one.")


def test_a_decision_on_very_many_closes_every_question(call):
    home = make.family(*[way.BORN] * 905)
    application = applied(call, home_with_isee())
    rows = Candidacy.objects.bulk_create(
        Candidacy(application=application, call=call, minor=minor, state="integration", code=f"X{minor.pk}")
        for minor in home.minors
    )
    Integration.objects.bulk_create(
        Integration(candidacy=row, question="Which?", asked_at=WORKED, due_on=DUE) for row in rows
    )
    assert done(admit(WORKED, OFFICER, [row.pk for row in rows])) == 905
    assert not Integration.objects.filter(closed_at__isnull=True).exists()


def test_who_withdrew_does_not_come_back_by_answering(call, home, child):
    row = ask(child)
    done(withdraw_application(WORKED, home.actor, child.application_id))
    refused(Code.WRONG_STATE, answer_integration, WORKED, home.actor, row.pk, "This one.")
    assert state(child) == "withdrawn"


def test_a_reserve_can_be_lifted_after_the_award_and_not_before_is_the_award_accepted(call, home, child):
    sealed(call)
    done(admit_with_reserve(WORKED, OFFICER, [child.pk]))
    stage = way.final(call)
    (voucher,) = done(issue_vouchers(way.ISSUED, RESPONSIBLE, stage.pk))
    moment = way.ISSUED + DAY
    refused(Code.WRONG_STATE, accept_award, moment, home.actor, voucher.award_id)
    done(request_integration(moment, OFFICER, [child.pk], "Which account?", date(2023, 1, 10)))
    refused(Code.WRONG_STATE, accept_award, moment, home.actor, voucher.award_id)
    refused(Code.WRONG_STATE, exclude, moment, OFFICER, [child.pk], [Code.DUPLICATE_CHILD])
    done(answer_integration(moment, home.actor, child.integrations.get().pk, "This one."))
    refused(Code.WRONG_STATE, accept_award, moment, home.actor, voucher.award_id)
    done(admit(moment, OFFICER, [child.pk]))
    done(accept_award(moment, home.actor, voucher.award_id))


# --- Corrected facts


def walked_back(call):
    """The root that today's list and the changes beside the seal lead back to."""
    now = intake_of(call.intakes.get(), call.code)
    rows = Candidacy.objects.filter(call=call, application__state="submitted").exclude(state="withdrawn")
    listed = [(child.code, bytes.fromhex(child.commitment)) for child in rows.order_by("id")]
    return intake_root(call.code, sealed_commitments(listed, now.withdrawals, now.replacements)).hex()


def test_corrected_facts_take_new_salts_and_stand_beside_the_seal(call, child):
    root = sealed(call).root
    way.checked(call)
    corrected = done(
        correct_facts(WORKED, OFFICER, child.pk, declaration(minors=3), "Register: three minors.")
    )
    assert corrected.code == child.code
    assert stored_facts(corrected).minors == 3
    assert set(corrected.salts.values()) & set(child.salts.values()) == set()
    salts = {group: bytes.fromhex(salt) for group, salt in corrected.salts.items()}
    assert commit(stored_facts(corrected), salts).hex() == corrected.commitment
    change = IntakeChange.objects.get()
    assert (change.kind, change.old, change.new, change.reason) == (
        "replacement",
        child.commitment,
        corrected.commitment,
        "Register: three minors.",
    )
    assert call.intakes.get().root == root == walked_back(call)
    assert corrected.application.declared["minors"] == 1


def test_several_corrections_and_a_withdrawal_are_walked_back_too(call, home, child):
    other = child_of(applied(call, home_with_isee()))
    root = sealed(call).root
    for minors in (2, 3):
        done(correct_facts(WORKED, OFFICER, child.pk, declaration(minors=minors), "why"))
    done(correct_facts(WORKED, OFFICER, other.pk, declaration(lone_parent=True), "why"))
    done(withdraw_application(WORKED, home.actor, child.application_id))
    assert walked_back(call) == root


def test_a_correction_is_recorded_without_facts_and_without_its_reason(call, child):
    sealed(call)
    done(correct_facts(WORKED, OFFICER, child.pk, declaration(disabled_members=1), "Signora Rossi"))
    record = AuditRecord.objects.get(verb="candidacy.corrected")
    assert record.subject == f"candidacy:{child.code}"
    corrected = Candidacy.objects.get(pk=child.pk).commitment
    assert record.data == f'{{"new":"{corrected}","old":"{child.commitment}","state":"submitted"}}'


def test_what_the_rules_decided_is_decided_again_with_the_new_facts(call, child):
    sealed(call)
    way.checked(call)
    done(correct_facts(WORKED, OFFICER, child.pk, declaration(resident=False), "why"))
    assert state(child) == "excluded"
    done(correct_facts(WORKED, OFFICER, child.pk, declaration(), "why"))
    assert state(child) == "admitted"


@pytest.mark.parametrize(
    ("decide", "kept"),
    [
        (lambda pk: exclude(WORKED, OFFICER, [pk], [Code.DUPLICATE_CHILD]), "excluded"),
        (lambda pk: admit_with_reserve(WORKED, OFFICER, [pk]), "reserve"),
        (lambda pk: request_integration(WORKED, OFFICER, [pk], "Which?", DUE), "integration"),
    ],
)
def test_what_a_person_decided_stays_when_facts_are_corrected(call, child, decide, kept):
    sealed(call)
    done(decide(child.pk))
    done(correct_facts(WORKED, OFFICER, child.pk, declaration(minors=2), "why"))
    assert state(child) == kept


def test_a_corrected_attestation_comes_in_and_a_later_one_does_not(call, home, child):
    sealed(call)
    done(attest_isee(WORKED, OFFICER, home.household.pk, isee(700_000)))
    done(attest_isee(WORKED, OFFICER, home.household.pk, isee(1, issued_on=date(2022, 11, 2))))
    corrected = done(correct_facts(WORKED, OFFICER, child.pk, declaration(), "Corrected attestation."))
    assert stored_facts(corrected).isee_cents == 700_000


def test_facts_are_corrected_only_between_the_sealing_and_an_award(call, home, child):
    plain = (WORKED, OFFICER, child.pk, declaration(minors=2), "why")
    refused(Code.WRONG_STATE, correct_facts, *plain)
    sealed(call)
    refused(Code.ALREADY_DONE, correct_facts, WORKED, OFFICER, child.pk, declaration(), "why")
    for reason, declared in (
        (" ", declaration()),
        ("x" * 4001, declaration()),
        ("why", declaration(minors=-1)),
    ):
        refused(Code.INCOMPLETE, correct_facts, WORKED, OFFICER, child.pk, declared, reason)
    way.checked(call)
    stage = way.final(call)
    done(issue_vouchers(way.ISSUED, RESPONSIBLE, stage.pk))
    refused(Code.WRONG_STATE, correct_facts, *plain)
    gone = child_of_withdrawn(call)
    refused(Code.WRONG_STATE, correct_facts, WORKED, OFFICER, gone.pk, declaration(minors=2), "why")


def child_of_withdrawn(call):
    child = Candidacy.objects.get(call=call)
    return Candidacy.objects.create(
        application=child.application,
        call=call,
        minor=make.family().minors[0],
        state="withdrawn",
        facts=child.facts,
    )
