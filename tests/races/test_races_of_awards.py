"""Officers, families and time meeting on one ranking, one award, one fund: each race shown with the lock off too."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError

from tests import builders as make
from tests import builders_awards as way
from tests.applications.test_entitled import AUTOMATIC
from tests.awards.test_discretion import LATER, SECOND, left, listed, proposed
from tests.builders import (
    ACCOUNTANT,
    EUROPE,
    NATION,
    OFFICER,
    RESPONSIBLE,
    assert_books_balance,
    done,
    figures,
)
from tests.builders_awards import CLOSED, ISSUED, OPEN, PROVISIONAL, home_with_isee, ranked_call
from tests.builders_credits import life_call
from tests.builders_selection import call_of
from wishmi.applications.actions import (
    entering,
    exclude,
    save_draft,
    seal_intake,
    submit_application,
    withdraw_application,
)
from wishmi.applications.models import Application, Candidacy, IntakeChange
from wishmi.awards import actions as awards
from wishmi.awards.models import Award, Stage
from wishmi.bookings.actions import book_session
from wishmi.calls.actions import appropriate, move_between_funds
from wishmi.calls.models import CallAct, Fund
from wishmi.core import intake as core_intake
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode as Code
from wishmi.infra import audit, chain
from wishmi.infra.actor import SYSTEM
from wishmi.infra.models import AuditRecord, Seal
from wishmi.ledger import actions as ledger
from wishmi.ledger.actions import OverdrawnError
from wishmi.vouchers import actions as vouchers
from wishmi.vouchers import crediting, discretion, passing
from wishmi.vouchers.models import Voucher

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
OVER = datetime(2023, 8, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.WISHMI_DATA = tmp_path


def is_refused(answer, code):
    return isinstance(answer, Refused) and answer.codes == (code,)


def order_of(*verbs):
    """The verbs in the order in which they were recorded."""
    return list(AuditRecord.objects.filter(verb__in=verbs).order_by("id").values_list("verb", flat=True))


# --- Two officers publish one ranking


def two_publish(race):
    call, _, _ = ranked_call(500_000)
    frozen = done(
        awards.freeze_ranking(PROVISIONAL, RESPONSIBLE, call.pk, Stage.Kind.PROVISIONAL, way.the_draw(call))
    )

    def publish(number):
        return lambda: awards.publish_stage(PROVISIONAL, RESPONSIBLE, frozen.pk, number)

    return race(publish("DD 3"), publish("DD 4"), awards, "rebuild")


def test_of_two_officers_who_publish_one_ranking_one_does(race):
    first, second = two_publish(race)
    assert isinstance(first, Stage)
    assert is_refused(second, Code.ALREADY_DONE)
    assert list(CallAct.objects.filter(kind="ranking").values_list("number", flat=True)) == ["DD 3"]


def test_control_without_locks_one_ranking_is_published_under_two_acts(race, without_locks):
    without_locks()
    two_publish(race)
    assert CallAct.objects.filter(kind="ranking").count() == 2


# --- Two issue the vouchers of one stage


def two_issue(race):
    call, _, _ = ranked_call(500_000, 600_000)
    stage = way.final(call)

    def issue():
        return vouchers.issue_vouchers(ISSUED, RESPONSIBLE, stage.pk)

    return race(issue, issue, vouchers, "record_awards")


def test_the_vouchers_of_a_stage_are_issued_once(race):
    first, second = two_issue(race)
    assert len(first) == 2
    assert is_refused(second, Code.ALREADY_DONE)
    assert Voucher.objects.count() == 2
    assert_books_balance()


def test_control_without_locks_only_the_constraint_keeps_an_award_from_being_made_twice(race, without_locks):
    without_locks()
    _first, second = two_issue(race)
    assert isinstance(second, IntegrityError)
    assert Voucher.objects.count() == 2


# --- Accepting and renouncing at once


def accept_and_renounce(race):
    call, homes, _ = ranked_call(500_000)
    (voucher,) = done(vouchers.issue_vouchers(ISSUED, RESPONSIBLE, way.final(call).pk))
    answers = race(
        lambda: vouchers.accept_award(ISSUED, OFFICER, voucher.award_id),
        lambda: vouchers.renounce_award(ISSUED, homes[0].actor, voucher.award_id),
        vouchers,
        "_why_not_accept",
    )
    voucher.refresh_from_db()
    return answers, (voucher.state, Award.objects.get().state)


def test_who_accepts_and_renounces_at_once_has_renounced(race):
    answers, state = accept_and_renounce(race)
    assert not any(isinstance(answer, Refused | Exception) for answer in answers), answers
    assert state == ("closed", "renounced")
    assert "unspent" not in figures(EUROPE)
    assert_books_balance()


def test_control_without_locks_an_award_that_was_given_back_is_accepted(race, without_locks):
    without_locks()
    _answers, state = accept_and_renounce(race)
    assert state == ("active", "accepted")
    assert "unspent" not in figures(EUROPE)


# --- The lapse job twice


def lapse_twice(race):
    call, homes, _ = ranked_call(500_000)
    (voucher,) = done(vouchers.issue_vouchers(ISSUED, RESPONSIBLE, way.final(call).pk))
    done(vouchers.accept_award(ISSUED, homes[0].actor, voucher.award_id))

    def lapse():
        return vouchers.let_vouchers_lapse(OVER, SYSTEM, call.pk)

    return race(lapse, lapse, vouchers, "_is_over")


def test_a_voucher_lapses_once_though_the_job_runs_twice(race):
    assert lapse_twice(race) == (1, 0)
    assert order_of("award.lapsed") == ["award.lapsed"]
    assert figures(EUROPE)["available"] == 1_000_000
    assert_books_balance()


def test_control_without_locks_it_lapses_twice(race, without_locks):
    without_locks()
    lapse_twice(race)
    assert order_of("award.lapsed") == ["award.lapsed"] * 2


# --- The credits of one voucher, settled by two workers at once


def settle_twice(race):
    call = life_call("yearly: true", "2024-12-31")
    make.child_with_voucher(call, {EUROPE: 5_000})

    def settle():
        return vouchers.settle_credits(datetime(2024, 1, 1, 9, tzinfo=UTC), SYSTEM, call.pk)

    return race(settle, settle, crediting, "due_changes")


def test_a_credit_comes_once_though_two_workers_settle(race):
    assert settle_twice(race) == (1, 0)
    assert order_of("credit.came") == ["credit.came"]
    assert figures(EUROPE)["unspent"] == 5_000
    assert_books_balance()


def test_control_without_locks_only_the_ledger_keeps_it_from_coming_twice(race, without_locks):
    """By the key of the transfer, or by an account that is empty by then: as far as the other one had come."""
    without_locks()
    answers = settle_twice(race)
    assert 1 in answers
    assert [isinstance(one, IntegrityError | OverdrawnError) for one in answers].count(True) == 1
    assert figures(EUROPE)["unspent"] == 5_000


# --- A rest that passes on while the child books


def pass_and_book(race):
    call = life_call("transfer: siblings", "2023-12-31")
    home = make.family(date(2014, 2, 1), date(2012, 5, 5))
    (voucher,) = make.vouchers(call, (home.minors[0], {EUROPE: 5_000}))
    make._candidacy(call, call.versions.get(), home.minors[1])
    place = make.session(price_cents=4_000)
    return race(
        lambda: passing.pass_to_sibling(make.NOW, home.actor, voucher.pk, home.minors[1].pk),
        lambda: book_session(make.NOW, home.actor, place.pk, home.minors[0].pk, voucher.pk, "key"),
        passing,
        "_moved",
    )


def test_who_books_while_the_rest_passes_on_finds_the_voucher_closed(race):
    passed, booked = pass_and_book(race)
    assert isinstance(passed, Voucher)
    assert isinstance(booked, Refused)
    assert figures(EUROPE)["unspent"] == 5_000
    assert_books_balance()


def test_control_without_locks_the_same_money_is_booked_and_passed(race, without_locks):
    without_locks()
    passed, booked = pass_and_book(race)
    assert isinstance(passed, IntegrityError | ledger.OverdrawnError)
    assert not isinstance(booked, Refused | Exception)


# --- A top-up against the issue


def top_up_and_issue(race):
    call, _, _ = ranked_call(500_000)
    stage = way.final(call)
    fund = Fund.objects.get(code=EUROPE)
    return race(
        lambda: vouchers.issue_vouchers(ISSUED, RESPONSIBLE, stage.pk),
        lambda: appropriate(ISSUED, ACCOUNTANT, fund.pk, 500, "BIL 2"),
        vouchers,
        "record_awards",
    )


def test_a_top_up_waits_for_the_issue(race):
    top_up_and_issue(race)
    assert order_of("vouchers.issued", "fund.top_up") == ["vouchers.issued", "fund.top_up"]
    assert figures(EUROPE)["available"] == 1_000_000 - 40_000 + 500
    assert_books_balance()


def test_control_without_locks_a_top_up_comes_between(race, without_locks):
    without_locks()
    top_up_and_issue(race)
    assert order_of("vouchers.issued", "fund.top_up") == ["fund.top_up", "vouchers.issued"]


# --- Two moves that together overdraw a fund


def two_moves(race):
    make.funded_call(100)
    europe, nation = Fund.objects.get(code=EUROPE), Fund.objects.get(code=NATION)

    def move(number):
        return lambda: move_between_funds(ISSUED, ACCOUNTANT, europe.pk, nation.pk, 60, number, "why")

    return race(move("GC 1"), move("GC 2"), ledger, "lock")


def test_of_two_moves_that_together_overdraw_one_is_refused(race):
    _first, second = two_moves(race)
    assert is_refused(second, Code.FUND_INSUFFICIENT)
    assert figures(EUROPE) == {"appropriated": 40, "available": 40}
    assert_books_balance()


def test_control_without_locks_only_the_constraint_refuses_to_overdraw(race, without_locks):
    without_locks()
    answers = two_moves(race)
    assert any(isinstance(answer, IntegrityError) for answer in answers)
    assert figures(EUROPE) == {"appropriated": 40, "available": 40}


# --- The window closes while somebody withdraws or sends


def seal_and(race, act):
    call = make.funded_call()
    sent = way.applied(call, home_with_isee())
    late = home_with_isee()
    draft = done(save_draft(OPEN, late.actor, call.pk, way.form(late)))
    answers = race(
        lambda: seal_intake(CLOSED, RESPONSIBLE, call.pk, "DD 2"),
        lambda: act(sent, draft),
        core_intake,
        "seal",
    )
    return answers[1]


def withdrawing(sent, _draft):
    return withdraw_application(CLOSED, OFFICER, sent.pk)


def sending(_sent, draft):
    return submit_application(OPEN, OFFICER, draft.pk)


def test_who_withdraws_while_the_intake_is_sealed_is_listed_beside_it(race):
    assert isinstance(seal_and(race, withdrawing), Application)
    assert IntakeChange.objects.count() == 1


def test_control_without_locks_who_withdraws_is_sealed_and_gone(race, without_locks):
    without_locks()
    assert isinstance(seal_and(race, withdrawing), Application)
    assert IntakeChange.objects.count() == 0


def test_nothing_is_sent_while_the_intake_is_sealed(race):
    assert is_refused(seal_and(race, sending), Code.WINDOW_NOT_OPEN)


def test_control_without_locks_an_application_is_sent_and_not_sealed(race, without_locks):
    without_locks()
    assert isinstance(seal_and(race, sending), Application)


# --- A child is excluded while its award is made


def exclude_and_issue(race):
    call, _, sent = ranked_call(500_000)
    stage, child = way.final(call), way.child_of(sent[0])
    _first, second = race(
        lambda: vouchers.issue_vouchers(ISSUED, RESPONSIBLE, stage.pk),
        lambda: exclude(ISSUED, OFFICER, [child.pk], [Code.DUPLICATE_CHILD]),
        awards,
        "_tell_awards",
    )
    return second, Candidacy.objects.get().state, Award.objects.count()


def test_who_is_awarded_is_not_excluded_at_the_same_time(race):
    second, state, count = exclude_and_issue(race)
    assert is_refused(second, Code.WRONG_STATE)
    assert (state, count) == ("admitted", 1)


def test_control_without_locks_an_excluded_child_has_an_award(race, without_locks):
    without_locks()
    _second, state, count = exclude_and_issue(race)
    assert (state, count) == ("excluded", 1)


# --- The chain is sealed by two at once


def two_seal(race):
    audit.record(ISSUED, OFFICER, "thing.done", "thing:1")
    chain.seal(ISSUED)
    audit.record(ISSUED, OFFICER, "thing.done", "thing:2")
    return race(lambda: chain.seal(ISSUED), lambda: chain.seal(ISSUED), chain, "_unsealed")


def test_two_who_seal_at_once_make_one_chain(race):
    assert two_seal(race) == (1, 0)
    assert list(Seal.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert list(chain.check()) == []


def test_control_without_locks_one_of_them_is_stopped_by_the_constraint(race, without_locks):
    without_locks()
    assert any(isinstance(answer, IntegrityError) for answer in two_seal(race))


# --- Two officers let two children in, and the share covers one


def two_let_in(race):
    call, _, children = listed(excluded=2)
    cases = [proposed(child, 10_000) for child in children]

    def approve(case, actor):
        return lambda: discretion.approve_case(LATER, actor, case.pk)

    return call, race(approve(cases[0], RESPONSIBLE), approve(cases[1], SECOND), discretion, "why_not_let_in")


def test_the_last_of_the_discretionary_share_is_given_once(race):
    call, (first, second) = two_let_in(race)
    assert first.amount == 10_000
    assert is_refused(second, Code.DISCRETION_USED_UP)
    assert left(call) == 5_000
    assert_books_balance()


def test_control_without_locks_only_a_last_look_keeps_the_share(race, without_locks):
    without_locks()
    call, (first, second) = two_let_in(race)
    assert is_refused(first, Code.DISCRETION_USED_UP)
    assert second.amount == 10_000
    assert left(call) == 5_000


# --- Two officers enter everyone who gets it without applying


def two_enter(race, monkeypatch):
    monkeypatch.setattr("wishmi.calls.actions.gaps", lambda _rules: ())
    call = call_of(*AUTOMATIC)
    home_with_isee(), home_with_isee()

    def enter():
        return entering.enter_entitled(OPEN, OFFICER, call.pk)

    return race(enter, enter, entering, "_homes")


def test_everyone_is_entered_once(race, monkeypatch):
    first, second = two_enter(race, monkeypatch)
    assert (first.entered, second.entered, second.already) == (2, 0, 2)
    assert Candidacy.objects.count() == 2


def test_control_without_locks_only_the_constraint_keeps_them_from_being_entered_twice(
    race, without_locks, monkeypatch
):
    without_locks()
    first, second = two_enter(race, monkeypatch)
    assert any(isinstance(one, Refused | Exception) for one in (first, second))
    assert Candidacy.objects.count() == 2
