"""How a voucher is used: what it pays of a price, and the name of what keeps it from paying more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wishmi.core.reasons import Reason, ReasonCode
from wishmi.core.rules.use import (
    Ceiling,
    CoPayment,
    Payable,
    Used,
    UseRule,
    Wish,
    is_free_trial,
    most_payable,
)

USE = UseRule(3, 48, 0, None)


@given(
    st.sampled_from([CoPayment.FAMILY_AT_LEAST, CoPayment.VOUCHER_AT_MOST]),
    st.integers(1, 100),
    st.integers(0, 10**7),
)
def test_law_a_stated_share_is_kept_to_the_cent(co_payment, percent, price):
    rule = UseRule(3, 48, 0, None, co_payment=co_payment, share_percent=percent)
    voucher = rule.share_of(price)
    assert 0 <= voucher <= price
    if co_payment is CoPayment.FAMILY_AT_LEAST:
        assert 100 * (price - voucher) >= percent * price > 100 * (price - voucher - 1)
    else:
        assert 100 * voucher <= percent * price < 100 * (voucher + 1)


def test_the_voucher_pays_the_least_of_all_caps_or_says_which_is_reached():
    rule = UseRule(
        3,
        48,
        500,
        50_000,
        per_month=4_000,
        per_year=9_000,
        per_category=(("art", 3_000),),
        per_provider=6_000,
    )
    pays = {
        "sport": Payable(4_000, Ceiling("per_month", 4_000)),
        "art": Payable(3_000, Ceiling("per_category", 3_000)),
    }
    for category, payable in pays.items():
        assert most_payable(rule, Wish(5_000, category, 20_000), Used()) == payable
    assert most_payable(rule, Wish(5_000, "sport", 2_000), Used()) == Payable(2_000, Ceiling("left", 2_000))
    assert most_payable(rule, Wish(2_000, "sport", 2_000), Used()) == Payable(2_000)
    most = most_payable(rule, Wish(5_000, "art", 20_000), Used(this_year=8_999, by_category={"art": 1}))
    assert most == Payable(1, Ceiling("per_year", 9_000, 8_999))
    asked = most_payable(rule, Wish(5_000, "art", 20_000, wanted=50), Used())
    assert asked == Payable(50, Ceiling("wanted", 50))
    assert most_payable(rule, Wish(499, "sport", 2_000), Used()).code is ReasonCode.COST_TOO_LOW
    assert most_payable(rule, Wish(50_001, "sport", 2_000), Used()).code is ReasonCode.COST_TOO_HIGH
    for price in (500, 50_000):
        assert isinstance(most_payable(rule, Wish(price, "sport", 90_000), Used()), Payable)
    full = most_payable(rule, Wish(5_000, "sport", 20_000), Used(this_year=9_000))
    assert (full.code, full.params["cap"]) == (ReasonCode.CAP_REACHED, "per_year")


def test_a_voucher_that_cannot_be_split_is_used_whole_or_not_at_all():
    whole = UseRule(3, 48, 0, None, indivisible=True)
    assert most_payable(whole, Wish(5_999, "art", 6_000), Used()).code is ReasonCode.INDIVISIBLE
    assert most_payable(whole, Wish(6_000, "art", 6_000), Used()) == Payable(6_000)
    assert most_payable(whole, Wish(7_000, "art", 6_000), Used()) == Payable(6_000, Ceiling("left", 6_000))
    some = most_payable(whole, Wish(7_000, "art", 6_000, whole=6_001), Used())
    assert (some.code, some.params) == (ReasonCode.INDIVISIBLE, {"left_cents": 6_001})
    kept = most_payable(whole, Wish(7_000, "art", 6_000, wanted=5_999), Used())
    assert kept.code is ReasonCode.INDIVISIBLE


def test_without_a_part_by_the_family_the_voucher_pays_all_or_nothing():
    alone = UseRule(3, 48, 0, None, co_payment=CoPayment.NONE)
    assert most_payable(alone, Wish(6_000, "art", 6_000), Used()) == Payable(6_000)
    short = most_payable(alone, Wish(6_001, "art", 6_000), Used())
    assert (short.code, short.params["most_cents"]) == (ReasonCode.WHOLE_PRICE_ONLY, 6_000)
    assert most_payable(alone, Wish(1, "art", 0), Used()).code is ReasonCode.VOUCHER_INSUFFICIENT
    assert most_payable(USE, Wish(0, "art", 0), Used()) == Payable(0)


def test_a_share_that_rounds_to_nothing_leaves_the_whole_price_to_the_family():
    half = UseRule(
        3, 48, 0, None, co_payment=CoPayment.FAMILY_AT_LEAST, share_percent=50, services=1, per_month=5
    )
    alone = Payable(0, Ceiling("share", 0))
    assert most_payable(half, Wish(1, "art", 6_000), Used()) == alone
    assert most_payable(half, Wish(1, "art", 0), Used(this_month=9, services=1)) == alone
    assert most_payable(half, Wish(2, "art", 6_000), Used()) == Payable(1, Ceiling("share", 1))
    assert most_payable(half, Wish(2, "art", 0), Used()).code is ReasonCode.VOUCHER_INSUFFICIENT
    whole = UseRule(3, 48, 0, None, co_payment=CoPayment.VOUCHER_AT_MOST, share_percent=50, indivisible=True)
    kept = most_payable(whole, Wish(1, "art", 6_000, whole=7_000), Used())
    assert (kept.code, kept.params) == (ReasonCode.INDIVISIBLE, {"left_cents": 7_000})


def test_services_are_counted_where_the_voucher_pays_and_trials_apart():
    rule = UseRule(3, 48, 500, None, services=2, free_trials=1, forbidden=("cash",))
    assert isinstance(most_payable(rule, Wish(500, "art", 6_000), Used(services=1)), Payable)
    full = most_payable(rule, Wish(500, "art", 6_000), Used(services=2))
    assert (full.code, full.params) == (ReasonCode.SERVICES_USED_UP, {"most": 2})
    trial = Wish(100, "art", 0, is_trial=True)
    assert most_payable(rule, trial, Used(services=2)) == Payable(0, is_trial=True)
    assert most_payable(rule, trial, Used(trials=1)).code is ReasonCode.COST_TOO_LOW
    assert most_payable(USE, Wish(100, "art", 60, is_trial=True), Used()) == Payable(60, Ceiling("left", 60))
    forbidden = most_payable(rule, Wish(500, "art", 900, "cash", is_trial=True), Used())
    assert forbidden.code is ReasonCode.FORBIDDEN_GOODS
    assert isinstance(most_payable(rule, Wish(500, "art", 900, "books"), Used()), Payable)


@given(
    st.builds(
        UseRule,
        *(st.just(3), st.just(48), st.just(0), st.none()),
        co_payment=st.sampled_from(CoPayment),
        share_percent=st.integers(1, 100),
        per_month=st.none() | st.integers(1, 9_000),
        per_provider=st.none() | st.integers(1, 9_000),
        late_percent=st.integers(0, 100),
    ),
    st.integers(0, 9_000),
    st.integers(0, 9_000),
    st.integers(0, 9_000),
)
def test_law_nothing_is_paid_beyond_a_limit_and_the_limit_is_named(rule, price, left, before):
    used = Used(this_month=before, at_provider=before)
    answer = most_payable(rule, Wish(price, "art", left), used)
    assert 0 <= rule.lost_of(price) <= price
    if isinstance(answer, Reason):
        return
    assert answer.amount <= min(price, left, rule.share_of(price))
    assert rule.per_month is None or before + answer.amount <= max(rule.per_month, before)
    assert rule.per_provider is None or before + answer.amount <= max(rule.per_provider, before)
    assert (answer.ceiling is None) is (answer.amount == price)
    assert answer.ceiling is None or answer.ceiling.rest == answer.amount


@pytest.mark.parametrize(
    ("rule", "price", "share"),
    [
        ({}, 99, 99),
        ({"co_payment": CoPayment.NONE, "share_percent": 30}, 99, 99),
        ({"co_payment": CoPayment.FAMILY_AT_LEAST, "share_percent": 30}, 100, 70),
        ({"co_payment": CoPayment.FAMILY_AT_LEAST, "share_percent": 30}, 99, 69),
        ({"co_payment": CoPayment.VOUCHER_AT_MOST, "share_percent": 30}, 100, 30),
        ({"co_payment": CoPayment.VOUCHER_AT_MOST, "share_percent": 30}, 99, 29),
    ],
)
def test_the_share_of_a_price(rule, price, share):
    made = UseRule(3, 48, 0, None, **rule).share_of(price)
    assert (made, type(made)) == (share, int)


@pytest.mark.parametrize(
    ("percent", "amount", "lost"), [(100, 99, 99), (50, 99, 49), (0, 99, 0), (33, 300, 99)]
)
def test_what_a_late_cancellation_costs(percent, amount, lost):
    made = UseRule(3, 48, 0, None, late_percent=percent).lost_of(amount)
    assert (made, type(made)) == (lost, int)


def test_each_cap_is_named_when_it_is_reached():
    caps = {"per_month": 100, "per_year": 200, "per_category": (("art", 300),), "per_provider": 400}
    used = {
        "per_month": Used(this_month=100),
        "per_year": Used(this_year=200),
        "per_category": Used(by_category={"art": 300}),
        "per_provider": Used(at_provider=401),
    }
    wish = Wish(50, "art", 900)
    for name, most in caps.items():
        rule = UseRule(3, 48, 0, None, **{name: most})
        most_cents = 300 if name == "per_category" else most
        assert most_payable(rule, wish, used[name]) == Reason(
            ReasonCode.CAP_REACHED, {"cap": name, "most_cents": most_cents}
        )
        assert most_payable(rule, wish, Used()) == Payable(50)
        assert most_payable(rule, Wish(50, "sport", 900), Used()) == Payable(50)
    elsewhere = UseRule(3, 48, 0, None, per_category=(("art", 300),))
    assert most_payable(elsewhere, Wish(50, "sport", 900), used["per_category"]) == Payable(50)


def test_why_nothing_is_paid():
    assert most_payable(USE, Wish(50, "art", 0), Used()) == Reason(
        ReasonCode.VOUCHER_INSUFFICIENT, {"left_cents": 0}
    )
    assert most_payable(USE, Wish(50, "art", -3), Used()) == Reason(
        ReasonCode.VOUCHER_INSUFFICIENT, {"left_cents": 0}
    )
    assert most_payable(USE, Wish(50, "art", 9, wanted=0), Used()) == Reason(
        ReasonCode.VOUCHER_INSUFFICIENT, {"left_cents": 0}
    )
    small = UseRule(3, 48, 0, None, co_payment=CoPayment.VOUCHER_AT_MOST, share_percent=1)
    assert most_payable(small, Wish(99, "art", 9), Used()) == Payable(0, Ceiling("share", 0))
    assert most_payable(small, Wish(199, "art", 9), Used()) == Payable(1, Ceiling("share", 1))


def test_a_price_outside_the_bounds_of_the_call():
    rule = UseRule(3, 48, 500, 900)
    assert most_payable(rule, Wish(499, "art", 999), Used()) == Reason(
        ReasonCode.COST_TOO_LOW, {"cost_cents": 499, "at_least_cents": 500}
    )
    assert most_payable(rule, Wish(901, "art", 999), Used()) == Reason(
        ReasonCode.COST_TOO_HIGH, {"cost_cents": 901, "at_most_cents": 900}
    )
    assert most_payable(rule, Wish(0, "art", 999), Used()).code is ReasonCode.COST_TOO_LOW


def test_what_must_be_paid_whole():
    alone = UseRule(3, 48, 0, None, co_payment=CoPayment.NONE)
    assert most_payable(alone, Wish(61, "art", 60), Used()) == Reason(
        ReasonCode.WHOLE_PRICE_ONLY, {"price_cents": 61, "most_cents": 60}
    )
    whole = UseRule(3, 48, 0, None, indivisible=True)
    assert most_payable(whole, Wish(70, "art", 60, whole=60), Used()) == Payable(60, Ceiling("left", 60))
    assert most_payable(whole, Wish(59, "art", 60), Used()) == Reason(
        ReasonCode.INDIVISIBLE, {"left_cents": 60}
    )
    forbidden = UseRule(3, 48, 0, None, forbidden=("cash",))
    assert most_payable(forbidden, Wish(59, "art", 60, "cash"), Used()) == Reason(
        ReasonCode.FORBIDDEN_GOODS, {"goods": "cash"}
    )


def test_tries_that_cost_nothing():
    rule = UseRule(3, 48, 0, None, free_trials=2)
    trial = Wish(50, "art", 60, is_trial=True)
    assert [is_free_trial(rule, trial, Used(trials=done)) for done in (0, 1, 2)] == [True, True, False]
    assert not is_free_trial(rule, Wish(50, "art", 60), Used())
    assert most_payable(rule, trial, Used(trials=2)) == Payable(50)


def test_what_turns_on_earlier_uses():
    assert not USE.is_capped
    for cap in (
        {"per_month": 0},
        {"per_year": 1},
        {"per_provider": 1},
        {"services": 0},
        {"per_category": (("a", 1),)},
    ):
        assert UseRule(3, 48, 0, None, **cap).is_capped
