"""Importing a file: everything in it goes in, or nothing does, households included."""

import io
from dataclasses import replace
from datetime import date, datetime

import pytest

from tests import builders as make
from tests.applications.rows import ROME, code_of, row
from tests.builders import OFFICER, RESPONSIBLE, done
from tests.builders_awards import CLOSED, OPEN, refused, sealed, unchanged
from wishmi.applications.actions import import_applications
from wishmi.applications.files import write_applications
from wishmi.applications.models import Application, Candidacy
from wishmi.applications.snapshots import stored_facts
from wishmi.core.reasons import ReasonCode as Code
from wishmi.people.models import Household, IseeAttestation, Person

pytestmark = pytest.mark.django_db
SENT = datetime(2022, 10, 3, 9, tzinfo=ROME)


@pytest.fixture
def call(settings, tmp_path):
    settings.WISHMI_DATA = tmp_path
    return make.funded_call()


def child(given, born_on, **changes):
    own = {"child_given_name": given, "child_born_on": born_on, "submitted_at": SENT}
    return row(**own | {"child_fiscal_code": code_of("Prova", given, born_on)} | changes)


def other_family(number=2, **changes):
    born_on = date(2013, 1, number)
    names = {
        "protocol": f"2022/00000{number}",
        "applicant_family_name": "Altra",
        "applicant_fiscal_code": code_of("Altra", "Anna", date(1984, 3, number)),
        "child_family_name": "Altra",
    }
    made = child("Zoe", born_on, **names | changes)
    return replace(made, child_fiscal_code=changes.get("child_fiscal_code", code_of("Altra", "Zoe", born_on)))


def file_of(*rows):
    return io.BytesIO(write_applications(rows))


def take(call, *rows, moment=OPEN, actor=OFFICER):
    return import_applications(moment, actor, call.pk, file_of(*rows), demo=True)


LIA, TEO = child("Lia", date(2012, 5, 17)), child("Teo", date(2015, 2, 1))


def test_siblings_become_one_application_of_one_new_household(call):
    made = done(take(call, LIA, TEO, other_family()))
    assert (made.applications, made.children, made.is_refused) == (2, 3, False)
    assert (Household.objects.count(), Person.objects.count(), IseeAttestation.objects.count()) == (2, 5, 2)
    first = Application.objects.order_by("id").first()
    assert first.candidacies.count() == 2
    facts = stored_facts(Candidacy.objects.get(minor__born_on=date(2012, 5, 17)))
    assert (facts.isee_cents, facts.minors, facts.submitted_on) == (999_999, 2, SENT.date())


def errors(answer):
    assert (answer.applications, answer.children) == (0, 0)
    return sorted({problem.code for problem in answer.problems if problem.severity == "error"})


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (other_family(submitted_at=CLOSED), "outside_window"),
        (other_family(child_fiscal_code=LIA.child_fiscal_code), "child_twice"),
    ],
)
def test_one_wrong_row_keeps_the_whole_file_out(call, bad, code):
    bad = replace(bad, child_born_on=LIA.child_born_on) if code == "child_twice" else bad
    with unchanged():
        answer = take(call, LIA, TEO, bad)
    assert code in errors(answer)
    assert answer.is_refused


def test_what_was_imported_is_not_imported_again(call):
    done(take(call, LIA, TEO))
    with unchanged():
        assert errors(take(call, LIA, TEO)) == ["child_applied", "household_applied"]
        assert errors(take(call, other_family(), LIA)) == ["child_applied", "household_applied"]


def test_a_child_of_another_household_keeps_the_file_out(call):
    done(take(call, LIA))
    Application.objects.update(state="withdrawn")
    Candidacy.objects.update(state="withdrawn")
    stolen = replace(
        other_family(),
        child_fiscal_code=LIA.child_fiscal_code,
        child_family_name="Prova",
        child_given_name="Lia",
    )
    with unchanged():
        assert errors(take(call, replace(stolen, child_born_on=LIA.child_born_on))) == ["other_household"]
        assert errors(take(call, TEO)) == ["unknown_child"]
    again = done(take(call, LIA))
    assert (again.applications, Household.objects.count()) == (1, 1)


def test_a_draft_of_the_household_keeps_the_file_out_with_its_new_households(call):
    done(take(call, LIA))
    Application.objects.update(state="draft")
    with unchanged():
        assert errors(take(call, other_family(), LIA)) == ["child_applied", "household_applied"]


def test_after_closing_nothing_goes_in(call):
    sealed(call)
    with unchanged():
        assert errors(take(call, LIA)) == ["outside_window"]


def test_a_file_that_is_none_and_a_file_without_rows_change_nothing(call):
    with unchanged():
        assert errors(import_applications(OPEN, OFFICER, call.pk, io.BytesIO(b"\xff\x00nonsense"), demo=True))
        answer = take(call)
        assert (answer.applications, answer.children) == (0, 0)


def test_a_call_that_is_not_published_takes_nothing():
    version = done(make.load_call(OPEN, RESPONSIBLE, make.CALL_PATH.read_bytes()))
    refused(
        Code.WINDOW_NOT_OPEN, import_applications, OPEN, OFFICER, version.call_id, file_of(LIA), demo=True
    )
