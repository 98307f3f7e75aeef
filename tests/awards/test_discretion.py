"""The discretionary share: a reason, two people, exact cents, and no list that shows it."""

import json

import pytest
from django.db import IntegrityError, transaction

from tests import builders_awards as way
from tests.awards.checks import assert_verifies, files_of
from tests.builders import DAY, EUROPE, NATION, OFFICER, RESPONSIBLE, assert_books_balance, done, figures
from tests.builders_awards import ISSUED, refused
from tests.builders_selection import CAP, apply_all, call_of
from wishmi.applications.actions import admit, withdraw_application
from wishmi.awards.discretion import propose_case, reject_case
from wishmi.awards.models import Award, DiscretionaryCase, Stage
from wishmi.awards.selectors import cases_of, discretionary_share
from wishmi.awards.snapshots import inputs_of, why_capped
from wishmi.calls.models import Fund
from wishmi.calls.selectors import published_version, rules_of
from wishmi.core.reasons import ReasonCode as Code
from wishmi.infra.actor import Actor, Role
from wishmi.outcomes.audit import check_everything
from wishmi.vouchers.actions import accept_award, issue_vouchers, renounce_award
from wishmi.vouchers.discretion import approve_case
from wishmi.vouchers.models import Voucher

pytestmark = pytest.mark.django_db
SHARE = (CAP, CAP + "  discretionary: {percent: 15}\n")
REASON = "Lost the job in September, after the indicator was issued."
SECOND = Actor("login:second-responsible", frozenset({Role.RESPONSIBLE}))
LATER = ISSUED + 2 * DAY


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.WISHMI_DATA = tmp_path


def listed(cents=100_001, excluded=3, change=SHARE):
    """A call with 1,000.01 in each fund, two who are eligible and some who are not, its final list issued."""
    call = call_of(change, cents=cents)
    apply_all(call, (2, 100_000, {}), (excluded, 2_700_100, {}))
    way.sealed(call)
    way.checked(call)
    stage = way.final(call)
    done(issue_vouchers(ISSUED, RESPONSIBLE, stage.pk))
    out = list(call.applications.filter(candidacies__state="excluded").order_by("id"))
    return call, stage, [one.candidacies.get() for one in out]


def fund(code=EUROPE):
    return Fund.objects.get(code=code)


def left(call, code=EUROPE):
    return discretionary_share(fund(code), rules_of(published_version(call)).discretion).left


def proposed(child, amount, code=EUROPE):
    return done(propose_case(LATER, OFFICER, child.pk, fund(code).pk, amount, REASON))


def test_a_case_is_let_in_by_two_people_out_of_the_share():
    call, stage, children = listed()
    # 15 % of 1,000.01 euro, rounded down; the ranking has the rest.
    assert stage.available == {EUROPE: 100_001 - 15_000, NATION: 100_001 - 15_000}
    assert left(call) == 15_000
    case = proposed(children[0], 9_999)
    refused(
        Code.SAME_PERSON, approve_case, LATER, Actor("login:officer", frozenset({Role.RESPONSIBLE})), case.pk
    )
    award = done(approve_case(LATER, RESPONSIBLE, case.pk))
    assert (award.amount, award.state, award.candidacy) == (9_999, "offered", children[0])
    assert left(call) == 5_001
    assert [(one.state, one.decided_by) for one in cases_of(call.pk)] == [("approved", RESPONSIBLE.ref)]
    done(accept_award(LATER, OFFICER, award.pk))
    assert Voucher.objects.get(award=award).state == "active"
    assert figures(EUROPE)["available"] == 100_001 - 80_000 - 9_999
    assert_books_balance()
    assert check_everything().is_sound


def test_the_share_is_exact_to_the_cent_and_given_back_it_is_there_again():
    call, _, children = listed()
    first = done(approve_case(LATER, RESPONSIBLE, proposed(children[0], 14_999).pk))
    answer = refused(
        Code.DISCRETION_USED_UP, propose_case, LATER, OFFICER, children[1].pk, fund().pk, 2, REASON
    )
    assert answer.reasons[0].params == {"left_cents": 1, "percent": 15}
    done(approve_case(LATER, RESPONSIBLE, proposed(children[1], 1).pk))
    assert left(call) == 0
    refused(Code.DISCRETION_USED_UP, propose_case, LATER, OFFICER, children[2].pk, fund().pk, 1, REASON)
    done(renounce_award(LATER, OFFICER, first.pk))
    assert left(call) == 14_999
    done(approve_case(LATER, RESPONSIBLE, proposed(children[2], 14_999).pk))
    assert left(call) == 0
    assert_books_balance()


def test_two_open_cases_do_not_both_get_what_is_left():
    _, _, children = listed()
    cases = [proposed(child, 10_000) for child in children[:2]]
    done(approve_case(LATER, RESPONSIBLE, cases[0].pk))
    refused(Code.DISCRETION_USED_UP, approve_case, LATER, RESPONSIBLE, cases[1].pk)
    refused(Code.ALREADY_DONE, approve_case, LATER, SECOND, cases[0].pk)


@pytest.mark.parametrize(
    ("code", "actor", "amount", "reason"),
    [
        (Code.INCOMPLETE, OFFICER, 100, " "),
        (Code.INCOMPLETE, OFFICER, 100, "x" * 2_001),
        (Code.INCOMPLETE, OFFICER, 0, REASON),
        (Code.INCOMPLETE, OFFICER, -1, REASON),
        (Code.NOT_ALLOWED, Actor("login:a", frozenset({Role.ACCOUNTING})), 100, REASON),
        (Code.DISCRETION_USED_UP, OFFICER, 15_001, REASON),
    ],
)
def test_a_case_that_may_not_be_put_forward(code, actor, amount, reason):
    _, _, children = listed(excluded=1)
    refused(code, propose_case, LATER, actor, children[0].pk, fund().pk, amount, reason)


def test_only_who_the_list_excluded_and_only_where_the_call_says_so():
    call, _, children = listed(excluded=1)
    inside = call.applications.exclude(candidacies=children[0]).first().candidacies.get()
    refused(Code.WRONG_STATE, propose_case, LATER, OFFICER, inside.pk, fund().pk, 100, REASON)
    proposed(children[0], 100)
    refused(Code.ALREADY_DONE, propose_case, LATER, OFFICER, children[0].pk, fund().pk, 100, REASON)


def test_a_call_without_a_share_lets_nobody_in():
    _, stage, children = listed(excluded=1, change=(CAP, CAP))
    assert stage.available == {EUROPE: 100_001, NATION: 100_001}
    refused(
        Code.DISCRETION_NOT_FORESEEN, propose_case, LATER, OFFICER, children[0].pk, fund().pk, 100, REASON
    )


@pytest.mark.parametrize(
    "role", [Role.CASE_OFFICER, Role.ACCOUNTING, Role.AUDITOR, Role.FAMILY, Role.PROVIDER]
)
def test_only_the_person_responsible_approves(role):
    _, _, children = listed(excluded=1)
    case = proposed(children[0], 100)
    refused(Code.NOT_ALLOWED, approve_case, LATER, Actor("login:x", frozenset({role})), case.pk)


def test_a_rejected_case_can_be_put_forward_again():
    _, _, children = listed(excluded=1)
    case = proposed(children[0], 100)
    refused(Code.INCOMPLETE, reject_case, LATER, RESPONSIBLE, case.pk, "")
    assert done(reject_case(LATER, RESPONSIBLE, case.pk, "No proof.")).state == "rejected"
    refused(Code.ALREADY_DONE, approve_case, LATER, RESPONSIBLE, case.pk)
    assert proposed(children[0], 200).state == "open"


def test_who_withdraws_is_not_let_in_and_who_is_let_in_stays_so():
    _, _, children = listed(excluded=2)
    case = proposed(children[0], 100)
    done(withdraw_application(LATER, OFFICER, children[0].application_id))
    refused(Code.WRONG_STATE, approve_case, LATER, RESPONSIBLE, case.pk)
    done(approve_case(LATER, RESPONSIBLE, proposed(children[1], 100).pk))
    refused(Code.WRONG_STATE, admit, LATER, OFFICER, [children[1].pk])


def test_no_later_list_shows_who_was_let_in_or_how_many():
    call, first, children = listed()
    done(approve_case(LATER, RESPONSIBLE, proposed(children[0], 15_000).pk))
    stage = way.staged(call, LATER + DAY, Stage.Kind.ROUND, "DD 5/2022")
    assert stage.available == first.available
    assert files_of(stage)["ranking.csv"] == files_of(first)["ranking.csv"]
    funds = [json.loads(files_of(one)["totals.json"])["funds"] for one in (first, stage)]
    assert funds[0] == funds[1]
    assert stage.rows.get(candidacy=children[0]).outcome == "excluded"
    assert_verifies(stage)
    done(issue_vouchers(LATER + 2 * DAY, RESPONSIBLE, stage.pk))
    assert Award.objects.count() == 3


def test_the_household_cap_counts_an_award_by_discretion():
    change = (CAP, "  household_cap: 1\n  discretionary: {percent: 15}\n")
    call, _, children = listed(change=change)
    done(approve_case(LATER, RESPONSIBLE, proposed(children[0], 100).pk))
    inputs = inputs_of(call, published_version(call), call.intakes.get())
    assert inputs.served == {children[0].application.household.ref: 1}
    assert why_capped(children[0], inputs.rules).code == Code.HOUSEHOLD_CAP_REACHED
    assert why_capped(children[1], inputs.rules) is None
    assert_verifies(way.staged(call, LATER + DAY, Stage.Kind.ROUND, "DD 5/2022"))


def test_the_database_keeps_two_people_and_one_case_per_child():
    _, _, children = listed(excluded=1)
    case = proposed(children[0], 100)
    with pytest.raises(IntegrityError), transaction.atomic():
        DiscretionaryCase.objects.filter(pk=case.pk).update(decided_by=case.proposed_by, state="approved")
    with pytest.raises(IntegrityError), transaction.atomic():
        DiscretionaryCase.objects.create(
            candidacy=children[0], fund=fund(), amount=1, reason="x", proposed_at=LATER, proposed_by="login:x"
        )
