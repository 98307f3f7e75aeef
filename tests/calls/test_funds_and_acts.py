"""Funds and numbered acts: exact figures, and refusals that change nothing."""

from datetime import date, timedelta

import pytest

from tests import builders as make
from tests.builders import (
    ACCOUNTANT,
    DAY,
    EUROPE,
    NATION,
    NOW,
    RESPONSIBLE,
    assert_books_balance,
    done,
    figures,
)
from tests.builders_awards import refused
from wishmi.calls import selectors
from wishmi.calls.actions import (
    appropriate,
    create_fund,
    extend_use,
    load_call,
    move_between_funds,
    publish_call,
)
from wishmi.calls.document import DocumentRefused
from wishmi.calls.models import Call, CallAct, CallVersion, Fund, FundAct
from wishmi.core.reasons import ReasonCode as Code

pytestmark = pytest.mark.django_db
TEXT = make.CALL_PATH.read_bytes()
AWKWARD_NUMBERS = ["", "   ", "n" * 65, "DD\0 1", "DD 1\nDD 2"]


@pytest.fixture
def call():
    return make.funded_call(100_000)


@pytest.fixture
def funds(call):
    return Fund.objects.get(code=EUROPE), Fund.objects.get(code=NATION)


def test_the_first_act_appropriates_and_later_ones_top_up(funds):
    fund, _ = funds
    done(appropriate(NOW, ACCOUNTANT, fund.pk, 1, "BIL 2/2022", "more"))
    assert list(fund.acts.order_by("id").values_list("kind", "amount")) == [
        ("appropriation", 100_000),
        ("top_up", 1),
    ]
    assert figures(EUROPE) == {"appropriated": 100_001, "available": 100_001}
    assert_books_balance()


@pytest.mark.parametrize("amount", [0, -1, 10**15 + 1, 2**70])
def test_an_amount_no_fund_can_have_is_refused(funds, amount):
    fund, other = funds
    refused(Code.INCOMPLETE, appropriate, NOW, ACCOUNTANT, fund.pk, amount, "X 1")
    refused(Code.INCOMPLETE, move_between_funds, NOW, ACCOUNTANT, fund.pk, other.pk, amount, "X 1", "why")


@pytest.mark.parametrize("number", AWKWARD_NUMBERS)
def test_a_number_no_act_can_have_is_refused(call, funds, number):
    fund, other = funds
    until = date(2024, 1, 1)
    refused(Code.INCOMPLETE, appropriate, NOW, ACCOUNTANT, fund.pk, 1, number)
    refused(Code.INCOMPLETE, move_between_funds, NOW, ACCOUNTANT, fund.pk, other.pk, 1, number, "why")
    refused(Code.INCOMPLETE, extend_use, NOW, RESPONSIBLE, call.pk, until, number, "why")
    refused(Code.INCOMPLETE, publish_call, NOW, RESPONSIBLE, call.versions.get().pk, number)


def test_an_act_of_the_same_number_is_done_once(call, funds):
    fund, other = funds
    refused(Code.ALREADY_DONE, appropriate, NOW, ACCOUNTANT, fund.pk, 1, "BIL 1/2022")
    refused(Code.ALREADY_DONE, move_between_funds, NOW, ACCOUNTANT, fund.pk, other.pk, 1, "BIL 1/2022", "why")
    refused(Code.ALREADY_DONE, extend_use, NOW, RESPONSIBLE, call.pk, date(2024, 1, 1), "DD 1/2022", "why")


def test_money_moves_between_funds_and_both_show_it(funds):
    fund, other = funds
    done(move_between_funds(NOW, ACCOUNTANT, fund.pk, other.pk, 30_000, "GC 1/2023", "Council decision 1"))
    assert figures(EUROPE) == {"appropriated": 70_000, "available": 70_000}
    assert figures(NATION) == {"appropriated": 130_000, "available": 130_000}
    assert_books_balance()
    act = FundAct.objects.get(kind="move")
    assert (act.fund_id, act.target_id, act.amount) == (fund.pk, other.pk, 30_000)


def test_no_more_moves_than_is_available(funds):
    fund, other = funds
    answer = refused(
        Code.FUND_INSUFFICIENT, move_between_funds, NOW, ACCOUNTANT, fund.pk, other.pk, 100_001, "GC 1", "why"
    )
    assert answer.reasons[0].params == {"available_cents": 100_000}


def test_a_move_needs_two_funds_of_one_unit_and_a_reason(funds):
    fund, other = funds
    refused(Code.INCOMPLETE, move_between_funds, NOW, ACCOUNTANT, fund.pk, fund.pk, 1, "GC 1", "why")
    refused(Code.INCOMPLETE, move_between_funds, NOW, ACCOUNTANT, fund.pk, other.pk, 1, "GC 1", "  ")
    sessions = done(create_fund(NOW, ACCOUNTANT, "SESSIONS", "Sessions", unit="sessions"))
    refused(Code.NOT_ALLOWED, move_between_funds, NOW, ACCOUNTANT, fund.pk, sessions.pk, 1, "GC 1", "why")


def test_a_fund_code_is_given_once(funds):
    refused(Code.ALREADY_DONE, create_fund, NOW, ACCOUNTANT, EUROPE, "Another")


def test_a_document_is_stored_once_and_numbers_go_up(call):
    same = done(load_call(NOW, RESPONSIBLE, TEXT))
    assert same.pk == call.versions.get().pk
    refused(Code.ALREADY_DONE, load_call, NOW, RESPONSIBLE, TEXT + b"\n# another comment\n")


def test_a_document_with_a_fault_stores_nothing():
    with pytest.raises(DocumentRefused):
        load_call(NOW, RESPONSIBLE, b"format: 1\n")
    assert Call.objects.count() == 0


def test_a_call_is_published_once_with_its_funds_in_order(call):
    assert [fund.code for fund in selectors.funds_of(call)] == [EUROPE, NATION]
    refused(Code.ALREADY_DONE, publish_call, NOW, RESPONSIBLE, call.versions.get().pk, "DD 9/2022")
    assert CallAct.objects.filter(kind="publication").count() == 1


def test_a_fund_of_another_unit_is_not_tied_to_a_call():
    done(create_fund(NOW, ACCOUNTANT, NATION, "Counted in sessions", unit="sessions"))
    version = done(load_call(NOW, RESPONSIBLE, TEXT))
    refused(Code.WRONG_STATE, publish_call, NOW, RESPONSIBLE, version.pk, "DD 1/2022")
    assert list(Fund.objects.values_list("code", flat=True)) == [NATION]


def test_the_last_day_of_use_is_only_ever_extended(call):
    rules = selectors.rules_of(call.versions.get())
    assert selectors.use_until(call, rules) == "2023-07-31"
    refused(Code.WRONG_STATE, extend_use, NOW, RESPONSIBLE, call.pk, date(2023, 7, 31), "DD 5", "why")
    done(extend_use(NOW, RESPONSIBLE, call.pk, date(2023, 9, 30), "DD 5", "why"))
    refused(Code.WRONG_STATE, extend_use, NOW, RESPONSIBLE, call.pk, date(2023, 8, 31), "DD 6", "why")
    refused(Code.INCOMPLETE, extend_use, NOW, RESPONSIBLE, call.pk, date(2023, 10, 1), "DD 6", " ")
    assert selectors.use_until(call, rules) == "2023-09-30"


def test_what_is_not_published_is_not_extended():
    version = done(load_call(NOW, RESPONSIBLE, TEXT))
    refused(Code.WRONG_STATE, extend_use, NOW, RESPONSIBLE, version.call_id, date(2024, 1, 1), "DD 5", "why")


def test_the_window_opens_at_its_first_moment_and_closes_before_its_last(call):
    rules = selectors.rules_of(CallVersion.objects.get())
    tick = timedelta(microseconds=1)
    for moment, is_open in (
        (rules.opens_at - tick, False),
        (rules.opens_at, True),
        (rules.closes_at - tick, True),
        (rules.closes_at, False),
    ):
        assert selectors.window_open(call, rules, moment) is is_open
    assert selectors.observations_until(call, NOW, rules) == NOW + 10 * DAY
