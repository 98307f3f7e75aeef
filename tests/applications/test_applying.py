"""Applying: what is sent is fixed, what is refused changes nothing, and other people's children are other people's."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests import builders as make
from tests.builders import DAY, OFFICER, done
from tests.builders_awards import (
    CLOSED,
    OPEN,
    applied,
    child_of,
    declaration,
    form,
    home_with_isee,
    isee,
    refused,
    sealed,
    unchanged,
)
from wishmi.applications.actions import (
    change_application,
    save_draft,
    seal_intake,
    submit_application,
    submit_many,
    withdraw_application,
)
from wishmi.applications.entropy import SeededEntropy
from wishmi.applications.forms import Submission
from wishmi.applications.models import Application, Candidacy, Intake, IntakeChange, ProtocolCounter
from wishmi.applications.snapshots import intake_of, stored_facts
from wishmi.calls.models import CallAct
from wishmi.core.commitment import commit
from wishmi.core.intake import intake_root, sealed_commitments
from wishmi.core.reasons import ReasonCode as Code
from wishmi.infra.actor import SYSTEM
from wishmi.people.actions import attest_isee
from wishmi.people.models import Guardianship

pytestmark = pytest.mark.django_db
BROTHERS = (date(2012, 3, 4), date(2015, 6, 7))


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.WISHMI_DATA = tmp_path
    return tmp_path


@pytest.fixture
def call():
    return make.funded_call()


@pytest.fixture
def home():
    return home_with_isee(500_000, *BROTHERS)


def salts_of(child):
    return {group: bytes.fromhex(salt) for group, salt in child.salts.items()}


def commitments(call):
    rows = Candidacy.objects.filter(call=call, application__state="submitted").exclude(state="withdrawn")
    return {child.code: bytes.fromhex(child.commitment) for child in rows.order_by("id")}


def test_a_sent_application_is_numbered_and_each_child_has_code_facts_and_commitment(call, home):
    application = applied(call, home, minors=2, lone_parent=True)
    assert (application.state, application.protocol, application.submitted_at) == (
        "submitted",
        "WM-2022-000001",
        OPEN,
    )
    children = list(application.candidacies.order_by("minor__born_on"))
    assert [child.state for child in children] == ["submitted", "submitted"]
    assert len({child.code for child in children}) == 2
    for child, born_on in zip(children, BROTHERS, strict=True):
        facts = stored_facts(child)
        assert (facts.born_on, facts.submitted_on, facts.isee_cents) == (born_on, date(2022, 10, 1), 500_000)
        assert (facts.minors, facts.lone_parent, facts.applicant) == (2, True, home.household.ref)
        assert commit(facts, salts_of(child)).hex() == child.commitment


def test_numbers_have_no_gaps_and_begin_anew_each_year(call):
    first = applied(call, home_with_isee())
    refused(Code.ALREADY_DONE, submit_application, OPEN, OFFICER, first.pk)
    assert applied(call, home_with_isee()).protocol == "WM-2022-000002"
    assert ProtocolCounter.objects.get().last == 2


@pytest.mark.parametrize("moment", [OPEN - 60 * DAY, CLOSED, CLOSED + DAY])
def test_outside_the_window_nothing_is_taken(call, home, moment):
    refused(Code.WINDOW_NOT_OPEN, save_draft, moment, home.actor, call.pk, form(home))
    draft = done(save_draft(OPEN, home.actor, call.pk, form(home)))
    refused(Code.WINDOW_NOT_OPEN, submit_application, moment, home.actor, draft.pk)
    sent = done(submit_application(OPEN, home.actor, draft.pk))
    refused(Code.WINDOW_NOT_OPEN, change_application, moment, home.actor, sent.pk, form(home))
    refused(Code.WINDOW_NOT_OPEN, submit_many, SYSTEM, call.pk, [Submission(form(home_with_isee()), moment)])


def test_a_sent_application_is_neither_drafted_nor_sent_again(call, home):
    sent = applied(call, home)
    answer = refused(Code.DUPLICATE_HOUSEHOLD, save_draft, OPEN, home.actor, call.pk, form(home))
    assert answer.reasons[0].params == {"protocol": sent.protocol}
    refused(Code.ALREADY_DONE, submit_application, OPEN, home.actor, sent.pk)


@pytest.mark.parametrize(
    "changes",
    [
        {"minor_ids": ()},
        {"applicant_role": "grandmother"},
        {"declared": declaration(minors=-1)},
        {"declared": declaration(disabled_members=2**70)},
        {"declared": declaration(minors=31)},
    ],
)
def test_a_form_that_says_nothing_possible_is_refused(call, home, changes):
    bad = replace(form(home), **changes)
    refused(Code.INCOMPLETE, save_draft, OPEN, home.actor, call.pk, bad)
    refused(Code.INCOMPLETE, submit_many, SYSTEM, call.pk, [Submission(bad, OPEN)])
    sent = applied(call, home)
    refused(Code.INCOMPLETE, change_application, OPEN, home.actor, sent.pk, bad)


def test_a_child_twice_in_one_form_is_refused(call, home):
    twice = replace(form(home), minor_ids=(home.minors[0].pk,) * 2)
    refused(Code.INCOMPLETE, save_draft, OPEN, home.actor, call.pk, twice)


def test_nobody_applies_for_the_children_of_others(call, home):
    other = home_with_isee()
    theirs = (other.minors[0].pk,)
    for bad in (
        replace(form(home), minor_ids=theirs),
        replace(form(home), minor_ids=(*form(home).minor_ids, *theirs)),
        replace(form(home), applicant_id=other.guardian.pk),
        replace(form(home), minor_ids=(home.guardian.pk,)),
    ):
        refused(Code.APPLICANT_NOT_ENTITLED, save_draft, OPEN, home.actor, call.pk, bad)
        refused(Code.APPLICANT_NOT_ENTITLED, save_draft, OPEN, OFFICER, call.pk, bad)
        refused(Code.APPLICANT_NOT_ENTITLED, submit_many, SYSTEM, call.pk, [Submission(bad, OPEN)])
    refused(Code.NOT_ALLOWED, save_draft, OPEN, home.actor, call.pk, form(other))
    sent = applied(call, home)
    refused(Code.NOT_ALLOWED, change_application, OPEN, home.actor, sent.pk, form(other))
    refused(Code.NOT_ALLOWED, change_application, OPEN, other.actor, sent.pk, form(other))
    refused(Code.NOT_ALLOWED, change_application, OPEN, OFFICER, sent.pk, form(other))
    refused(Code.NOT_ALLOWED, withdraw_application, OPEN, other.actor, sent.pk)


def test_a_proof_that_ended_since_the_draft_is_seen_when_it_is_sent(call, home):
    Guardianship.objects.update(proof_ends_on=OPEN.date())
    draft = done(save_draft(OPEN, home.actor, call.pk, form(home)))
    refused(Code.APPLICANT_NOT_ENTITLED, submit_application, OPEN + DAY, home.actor, draft.pk)
    done(submit_application(OPEN + timedelta(hours=3), home.actor, draft.pk))


def test_a_draft_is_brought_up_to_date_and_its_children_with_it(call, home):
    first = done(save_draft(OPEN, home.actor, call.pk, replace(form(home), minor_ids=(home.minors[0].pk,))))
    again = done(save_draft(OPEN, home.actor, call.pk, replace(form(home), minor_ids=(home.minors[1].pk,))))
    assert again.pk == first.pk
    assert [child.minor_id for child in Candidacy.objects.all()] == [home.minors[1].pk]
    sent = done(submit_application(OPEN, home.actor, again.pk))
    assert child_of(sent).minor_id == home.minors[1].pk


def test_a_change_keeps_number_moment_and_code_and_takes_new_salts(call, home):
    sent = applied(call, home)
    before = {child.minor_id: child for child in sent.candidacies.order_by("id")}
    changed = done(
        change_application(OPEN + DAY, home.actor, sent.pk, form(home, declared=declaration(minors=2)))
    )
    assert (changed.protocol, changed.submitted_at) == (sent.protocol, OPEN)
    for child in changed.candidacies.order_by("id"):
        was = before[child.minor_id]
        assert child.code == was.code
        assert stored_facts(child).minors == 2
        assert stored_facts(child).submitted_on == OPEN.date()
        assert set(child.salts.values()) & set(was.salts.values()) == set()
        assert child.commitment != was.commitment


def test_a_child_taken_out_is_withdrawn_and_may_come_back_under_a_new_code(call, home):
    sent = applied(call, home)
    one = replace(form(home), minor_ids=(home.minors[0].pk,))
    done(change_application(OPEN, home.actor, sent.pk, one))
    out = Candidacy.objects.get(minor=home.minors[1])
    assert out.state == "withdrawn"
    done(change_application(OPEN, home.actor, sent.pk, form(home)))
    back = Candidacy.objects.exclude(state="withdrawn").get(minor=home.minors[1])
    assert back.code not in (None, out.code)


def test_an_indicator_issued_after_sending_does_not_count(call):
    home = home_with_isee(2_000_000)
    done(attest_isee(OPEN, OFFICER, home.household.pk, isee(1, issued_on=OPEN.date() + DAY)))
    assert stored_facts(child_of(applied(call, home))).isee_cents == 2_000_000


def test_without_an_indicator_one_can_apply_and_is_told_later(call):
    facts = stored_facts(child_of(applied(call, home_with_isee(None))))
    assert (facts.isee_cents, facts.isee_kind, facts.isee_issued_on) == (None, "", None)


def test_who_withdraws_before_closing_may_apply_anew_and_is_not_in_the_intake(call, home):
    sent = applied(call, home)
    done(withdraw_application(OPEN, home.actor, sent.pk))
    refused(Code.ALREADY_DONE, withdraw_application, OPEN, home.actor, sent.pk)
    again = applied(call, home)
    assert again.protocol == "WM-2022-000002"
    assert sealed(call).count == 2
    assert not IntakeChange.objects.exists()


def submissions(*homes):
    return [Submission(form(home), OPEN + timedelta(minutes=place)) for place, home in enumerate(homes)]


def test_many_are_sent_as_one_by_one(call):
    homes = [home_with_isee(500_000 + place, *BROTHERS) for place in range(3)]
    made = done(submit_many(SYSTEM, call.pk, submissions(*homes), SeededEntropy("x")))
    assert [one.protocol for one in made] == ["WM-2022-000001", "WM-2022-000002", "WM-2022-000003"]
    assert [one.submitted_at for one in made] == [OPEN + timedelta(minutes=place) for place in range(3)]
    for child in Candidacy.objects.select_related("application__household", "minor"):
        facts = stored_facts(child)
        assert facts.applicant == child.application.household.ref
        assert facts.born_on == child.minor.born_on
        assert commit(facts, salts_of(child)).hex() == child.commitment
    assert submit_many(SYSTEM, call.pk, []) == []


def test_of_many_all_are_sent_or_none(call, home):
    other = home_with_isee()
    good = submissions(other)
    twice = [*good, *submissions(home, home)]
    refused(Code.DUPLICATE_CHILD, submit_many, SYSTEM, call.pk, twice)
    late = [*good, Submission(form(home), CLOSED)]
    refused(Code.WINDOW_NOT_OPEN, submit_many, SYSTEM, call.pk, late)
    wrong = [*good, Submission(replace(form(home), minor_ids=(other.minors[0].pk,)), OPEN)]
    refused(Code.APPLICANT_NOT_ENTITLED, submit_many, SYSTEM, call.pk, wrong)
    unknown = [*good, Submission(replace(form(home), minor_ids=(10**9,)), OPEN)]
    refused(Code.APPLICANT_NOT_ENTITLED, submit_many, SYSTEM, call.pk, unknown)
    applied(call, home)
    refused(Code.DUPLICATE_CHILD, submit_many, SYSTEM, call.pk, [*good, *submissions(home)])
    done(submit_many(SYSTEM, call.pk, good))


def test_a_draft_stands_in_the_way_of_the_same_household_in_a_file(call, home):
    done(save_draft(OPEN, home.actor, call.pk, form(home)))
    refused(Code.DUPLICATE_CHILD, submit_many, SYSTEM, call.pk, submissions(home))


def test_the_intake_seals_every_sent_child_and_no_draft(call, folder, django_capture_on_commit_callbacks):
    applied(call, home_with_isee())
    drafting = home_with_isee()
    done(save_draft(OPEN, drafting.actor, call.pk, form(drafting)))
    gone = home_with_isee()
    done(withdraw_application(OPEN, gone.actor, applied(call, gone).pk))
    with django_capture_on_commit_callbacks(execute=True):
        intake = sealed(call)
    assert intake.count == 1
    assert bytes.fromhex(intake.root) == intake_root(call.code, commitments(call))
    act = CallAct.objects.get(kind="closing")
    assert (act.number, act.data) == ("DD 2/2022", {"intake_root": intake.root})
    published = folder / "published" / call.code / "intake.json"
    assert published.read_bytes() == intake_of(intake, call.code).as_bytes()
    assert [path.name for path in published.parent.iterdir()] == ["intake.json"]


def test_the_window_is_closed_once_in_its_time_under_a_number_of_its_own(call, home):
    applied(call, home)
    refused(
        Code.TOO_EARLY, seal_intake, CLOSED - timedelta(seconds=1), make.RESPONSIBLE, call.pk, "DD 2/2022"
    )
    refused(Code.ALREADY_DONE, seal_intake, CLOSED, make.RESPONSIBLE, call.pk, "DD 1/2022")
    for number in ("", " ", "n" * 65, "DD\0"):
        refused(Code.INCOMPLETE, seal_intake, CLOSED, make.RESPONSIBLE, call.pk, number)
    sealed(call)
    refused(Code.ALREADY_DONE, seal_intake, CLOSED, make.RESPONSIBLE, call.pk, "DD 3/2022")


def test_once_closed_nothing_is_sent_even_if_its_moment_lies_before(call, home):
    """A request that was slow: its moment is inside the window, its turn comes after the sealing."""
    draft = done(save_draft(OPEN, home.actor, call.pk, form(home)))
    other = home_with_isee()
    sent = applied(call, other)
    sealed(call)
    refused(Code.WINDOW_NOT_OPEN, submit_application, OPEN, home.actor, draft.pk)
    refused(Code.WINDOW_NOT_OPEN, change_application, OPEN, OFFICER, sent.pk, form(other))
    assert Intake.objects.get().count == 1


def test_who_withdraws_after_closing_is_listed_so_that_anyone_can_walk_back(call, home):
    sent = applied(call, home)
    applied(call, home_with_isee())
    intake = sealed(call)
    done(withdraw_application(CLOSED + DAY, home.actor, sent.pk))
    now = intake_of(intake, call.code)
    assert sorted(gone.code for gone in now.withdrawals) == sorted(
        sent.candidacies.values_list("code", flat=True)
    )
    before = sealed_commitments(commitments(call).items(), now.withdrawals, now.replacements)
    assert intake_root(call.code, before) == bytes.fromhex(intake.root)


def test_a_draft_withdrawn_after_closing_is_not_listed(call, home):
    applied(call, home_with_isee())
    draft = done(save_draft(OPEN, home.actor, call.pk, form(home)))
    sealed(call)
    done(withdraw_application(CLOSED, home.actor, draft.pk))
    assert not IntakeChange.objects.exists()


def test_a_crash_while_sending_leaves_no_number_behind(call, home):
    class Broken(SeededEntropy):
        def salts(self, subject):
            raise RuntimeError("no salts")

    draft = done(save_draft(OPEN, home.actor, call.pk, form(home)))
    with unchanged(), pytest.raises(RuntimeError, match="no salts"):
        submit_application(OPEN, home.actor, draft.pk, Broken("x"))
    assert Application.objects.get().protocol is None
