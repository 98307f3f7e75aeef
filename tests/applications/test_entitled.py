"""The list of who is entitled, claims by it, and awards that nobody applies for."""

import io
from datetime import date

import pytest

from tests import builders_awards as way
from tests.awards.checks import assert_verifies
from tests.builders import CALL_PATH, DAY, OFFICER, RESPONSIBLE, assert_books_balance, done, figures
from tests.builders_awards import ISSUED, OPEN, declaration, form, home_with_isee, refused, unchanged
from tests.builders_selection import call_of
from wishmi.applications.actions import (
    compute_entitled,
    enter_entitled,
    import_entitled,
    save_draft,
    submit_application,
    withdraw_application,
)
from wishmi.applications.actions.entering import Entered
from wishmi.applications.entitled_file import MOST_ROWS, read_entitled
from wishmi.applications.models import Application, Candidacy, Entitlement
from wishmi.core.fiscal_code import build
from wishmi.core.reasons import ReasonCode as Code
from wishmi.infra.actor import Actor, Role
from wishmi.outcomes.audit import check_everything
from wishmi.people.actions import attest_isee
from wishmi.vouchers.actions import issue_vouchers
from wishmi.vouchers.models import Voucher

pytestmark = pytest.mark.django_db


def _asked(fact):
    """The entry of a call's data that asks one fact alone."""
    text = CALL_PATH.read_text("utf-8")
    start = text.index(f"  - facts: [{fact}]")
    return text[start : text.index("  - facts:", start + 1)]


MODE = "  accept_within_days: 30\n"
CLAIM = (MODE, f"{MODE}  mode: claim\n")
AUTOMATIC = (
    (MODE, "  accept_within_days: null\n  mode: automatic\n"),
    ("    - {fact: disabled_members, each: 10, at_most: 3}\n", ""),
    (_asked("disabled_members"), ""),
    ("[applicant, applicant_role]", "[applicant]"),
)  # fmt: skip
SPARED = (MODE, f"{MODE}  automatic_for: {{condition: number_of, fact: minors, at_least: 2}}\n")
GOOD, OTHER = (build("Rossi", name, date(2014, 2, 1), "F", "F205") for name in ("Ada", "Bea"))
WRONG = GOOD[:-1] + ("A" if GOOD[-1] != "A" else "B")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, monkeypatch):
    settings.WISHMI_DATA = tmp_path
    monkeypatch.setattr("wishmi.calls.actions.gaps", lambda _rules: ())


def file_of(*codes, header="fiscal_code"):
    return io.BytesIO("\n".join([header, *codes, ""]).encode())


def listed(call, *homes):
    """The children of these homes put on the list."""
    for home in homes:
        for minor in home.minors:
            Entitlement.objects.create(
                call=call, fiscal_code_index=minor.fiscal_code_index, source="imported", listed_at=OPEN
            )


def test_a_list_is_imported_once_and_again_without_harm():
    call = call_of(CLAIM)
    first = done(import_entitled(OPEN, OFFICER, call.pk, file_of(GOOD, OTHER, GOOD)))
    assert (first.added, first.known) == (2, 0)
    assert [(one.row, one.code, one.severity) for one in first.read.problems] == [(4, "doubled", "warning")]
    again = done(import_entitled(OPEN, OFFICER, call.pk, file_of(OTHER, GOOD)))
    assert (again.added, again.known) == (0, 2)
    assert Entitlement.objects.count() == 2
    assert GOOD not in str(Entitlement.objects.values())


@pytest.mark.parametrize(
    ("source", "row", "code"),
    [
        (file_of(GOOD, WRONG), 3, "fiscal_code_check_character"),
        (file_of("nonsense"), 2, "fiscal_code_wrong_length"),
        (file_of(f"{GOOD},x"), 2, "cells"),
        (file_of(GOOD, header="codice"), 1, "header"),
        (io.BytesIO(b""), 1, "empty"),
        (io.BytesIO(b"\xff\xfef\0"), 1, "utf_16"),
        (io.BytesIO(b"fiscal_code\n\xe8\n"), 2, "encoding"),
    ],
)
def test_a_wrong_row_refuses_the_file_in_a_sentence(source, row, code):
    call = call_of(CLAIM)
    with unchanged():
        answer = done(import_entitled(OPEN, OFFICER, call.pk, source))
    assert answer.read.is_refused
    found = [(one.row, one.code) for one in answer.read.problems]
    assert row in [one[0] for one in found]
    assert code in [one[1] for one in found]
    assert all(one.sentence.endswith((".", ":")) for one in answer.read.problems)
    assert (answer.added, answer.known) == (0, 0)


def test_a_file_too_long_is_refused():
    lines = b"fiscal_code\n" + f"{GOOD}\n".encode() * (MOST_ROWS + 1)
    assert [one.code for one in read_entitled(io.BytesIO(lines)).problems if one.severity == "error"] == [
        "too_many_rows"
    ]


def test_only_who_is_on_the_list_claims():
    call = call_of(CLAIM)
    inside, outside = home_with_isee(), home_with_isee()
    listed(call, inside)
    refused(Code.NOT_ON_LIST, save_draft, OPEN, outside.actor, call.pk, form(outside))
    claim = way.applied(call, inside)
    assert claim.state == "submitted"
    # Who is taken off between draft and claim claims no more.
    listed(call, outside)
    draft = done(save_draft(OPEN, outside.actor, call.pk, form(outside, declared=declaration())))
    Entitlement.objects.filter(fiscal_code_index=outside.minors[0].fiscal_code_index).delete()
    refused(Code.NOT_ON_LIST, submit_application, OPEN, outside.actor, draft.pk)


def test_the_list_is_computed_of_whom_nothing_known_speaks_against():
    call = call_of(CLAIM)
    fits, rich, old = home_with_isee(), home_with_isee(2_700_001), home_with_isee(500_000, date(2001, 1, 1))
    assert done(compute_entitled(OPEN, OFFICER, call.pk)) == 1
    assert done(compute_entitled(OPEN, OFFICER, call.pk)) == 0
    assert Entitlement.objects.get().fiscal_code_index == fits.minors[0].fiscal_code_index
    for home in (rich, old):
        refused(Code.NOT_ON_LIST, save_draft, OPEN, home.actor, call.pk, form(home))


def test_an_award_comes_by_itself_from_what_is_known():
    call = call_of(*AUTOMATIC)
    fits = home_with_isee(500_000, date(2014, 2, 1), date(2016, 3, 1))
    home_with_isee(2_700_001)
    later = home_with_isee(None)
    refused(Code.NOT_ALLOWED, save_draft, OPEN, fits.actor, call.pk, form(fits))
    refused(Code.NOT_ALLOWED, enter_entitled, OPEN, Actor("login:a", frozenset({Role.ACCOUNTING})), call.pk)
    wanted = Entered(entered=2, not_entitled=2, amount=80_000)
    with unchanged():
        assert done(enter_entitled(OPEN, OFFICER, call.pk, is_preview=True)) == wanted
    assert done(enter_entitled(OPEN, OFFICER, call.pk)) == wanted
    assert done(enter_entitled(OPEN, OFFICER, call.pk)) == Entered(already=2, not_entitled=2)
    done(attest_isee(OPEN, OFFICER, later.household.pk, way.isee()))
    seen = []
    assert done(enter_entitled(OPEN, OFFICER, call.pk, progress=seen.append)) == Entered(
        entered=1, already=2, not_entitled=1, amount=40_000
    )
    assert seen == [3]
    assert Application.objects.filter(applicant_role="parent", state="submitted").count() == 2
    way.sealed(call)
    way.checked(call)
    stage = way.final(call)
    assert_verifies(stage)
    assert len(done(issue_vouchers(ISSUED, RESPONSIBLE, stage.pk))) == 3
    refused(Code.ALREADY_DONE, issue_vouchers, ISSUED, RESPONSIBLE, stage.pk)
    assert set(Voucher.objects.values_list("state", flat=True)) == {"active"}
    assert figures("EU-UIA")["awarded"] == 120_000
    assert_books_balance()
    assert check_everything().is_sound


def test_who_withdrew_is_not_entered_again():
    call = call_of(*AUTOMATIC)
    home = home_with_isee()
    done(enter_entitled(OPEN, OFFICER, call.pk))
    done(withdraw_application(OPEN, home.actor, Application.objects.get().pk))
    with unchanged():
        assert done(enter_entitled(OPEN, OFFICER, call.pk, is_preview=True)) == Entered(already=1)
    assert done(enter_entitled(OPEN, OFFICER, call.pk)) == Entered(already=1)
    assert list(Application.objects.values_list("state", flat=True)) == ["withdrawn"]


def test_an_automatic_call_with_a_list_gives_to_the_list():
    call = call_of(*AUTOMATIC)
    inside, _ = home_with_isee(), home_with_isee()
    listed(call, inside)
    assert done(enter_entitled(OPEN, OFFICER, call.pk)) == Entered(entered=1, not_entitled=1, amount=40_000)
    assert Candidacy.objects.get().minor == inside.minors[0]


def test_who_is_known_is_spared_and_others_apply():
    call = call_of(SPARED)
    known = home_with_isee(500_000, date(2014, 2, 1), date(2016, 3, 1))
    other = home_with_isee()
    assert done(enter_entitled(OPEN, OFFICER, call.pk)) == Entered(entered=2, not_entitled=1, amount=80_000)
    assert way.applied(call, other).state == "submitted"
    assert done(enter_entitled(OPEN, OFFICER, call.pk)) == Entered(already=3)
    refused(Code.WRONG_STATE, import_entitled, OPEN, OFFICER, call.pk, file_of(GOOD))
    assert Application.objects.get(household=known.household).candidacies.count() == 2


def test_nobody_is_entered_without_a_guardian_or_outside_the_window():
    call = call_of(*AUTOMATIC)
    home = home_with_isee()
    home.minors[0].guardians.update(proof_ends_on=OPEN.date() - DAY)
    assert done(enter_entitled(OPEN, OFFICER, call.pk)) == Entered(without_guardian=1)
    refused(Code.WINDOW_NOT_OPEN, enter_entitled, way.CLOSED, OFFICER, call.pk)


def test_a_call_that_everyone_applies_to_enters_nobody():
    call = call_of((MODE, MODE))
    refused(Code.WRONG_STATE, enter_entitled, OPEN, OFFICER, call.pk)
    refused(Code.WRONG_STATE, compute_entitled, OPEN, OFFICER, call.pk)
