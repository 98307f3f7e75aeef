"""How providers are paid: at which rate, on which days, out of which funds, until when a cost is claimed back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wishmi.core.rules.payment import (
    Moment,
    Payee,
    PaymentRule,
    RateStep,
    claim_until,
    dues,
    head_grant,
    is_before_use,
    owed_for,
    paid_for,
)


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(0, 10**7))
def test_law_a_falling_rate_pays_never_more_for_a_split_than_the_whole_plus_rounding(first, second, before):
    rule = PaymentRule(7, rates=(RateStep(0, 100), RateStep(2_000_000, 95), RateStep(4_000_000, 92)))
    whole = paid_for(rule, first + second, before)
    parts = paid_for(rule, first, before) + paid_for(rule, second, before + first)
    assert parts == whole
    assert 92 * (first + second) // 100 <= whole <= first + second


@given(st.integers(0, 10**8))
def test_law_instalments_sum_to_the_amount(amount):
    rule = PaymentRule(7, Moment.INSTALMENTS, instalments=((33, 0), (33, 30), (34, 60)))
    made = dues(rule, amount, date(2025, 1, 31), date(2025, 2, 1))
    assert sum(part for _, part in made) == amount
    assert [when for when, _ in made] == [date(2025, 1, 31), date(2025, 3, 2), date(2025, 4, 1)]


def test_the_other_ways_to_pay():
    started, used = date(2025, 1, 1), date(2025, 6, 1)
    assert dues(PaymentRule(7), 100, started, used) == ((date(2025, 6, 8), 100),)
    assert dues(PaymentRule(7, Moment.AFTER_START), 100, started, used) == ((date(2025, 1, 8), 100),)
    assert dues(PaymentRule(7, Moment.IN_ADVANCE), 100, started, used) == ((date(2025, 1, 1), 100),)
    assert head_grant(PaymentRule(7, per_head=2_500), 30) == 75_000
    assert head_grant(PaymentRule(7), 30) == 0
    by_category = PaymentRule(7, rates=(RateStep(0, 90),), category_rates=(("books", 95),))
    assert [paid_for(by_category, 1_000, 0, category) for category in ("books", "art")] == [950, 900]


def test_rates_fall_on_the_part_above_their_step():
    rule = PaymentRule(7, rates=(RateStep(0, 100), RateStep(1_000, 95), RateStep(3_000, 90)))
    assert [paid_for(rule, price) for price in (0, 1, 1_000, 1_001, 1_100, 3_000, 3_010)] == [
        0, 1, 1_000, 1_000, 1_095, 2_900, 2_909,
    ]  # fmt: skip
    assert [paid_for(rule, 100, before) for before in (899, 900, 950, 1_000, 2_950, 3_000)] == [
        100, 100, 97, 95, 93, 90,
    ]  # fmt: skip


def test_a_fixed_unit_and_a_category_come_before_the_rates():
    rates = (RateStep(0, 90),)
    assert paid_for(PaymentRule(7, rates=rates, fixed_unit=0), 100) == 0
    assert paid_for(PaymentRule(7, rates=rates, fixed_unit=55), 100) == 55
    rule = PaymentRule(7, rates=rates, category_rates=(("art", 0), ("books", 95)))
    assert [paid_for(rule, 101, 0, category) for category in ("art", "books", "sport", "")] == [0, 95, 90, 90]
    assert paid_for(PaymentRule(7, category_rates=(("books", 95),)), 101) == 101
    assert type(paid_for(rule, 101, 0, "books")) is int


def test_a_use_is_told_from_a_category_by_name_only():
    rule = PaymentRule(7, category_rates=(("XXXX", 50),))
    assert paid_for(rule, 100) == 100
    assert owed_for(rule, (60, 40)) == (60, 40)


def test_what_is_owed_falls_on_the_parts_of_the_funds():
    rule = PaymentRule(7, rates=(RateStep(0, 90), RateStep(100, 50)))
    assert owed_for(rule, (60, 40)) == (54, 36)
    assert owed_for(rule, (60, 40), 100) == (30, 20)
    assert owed_for(rule, (30, 31), 50) == (25, 25)
    assert owed_for(rule, (0, 0)) == (0, 0)
    assert owed_for(rule, (1, 0)) == (0, 0)
    assert owed_for(PaymentRule(7, category_rates=(("art", 50),)), (60, 40), 0, "art") == (30, 20)


def test_only_after_use_waits_for_who_came():
    assert [is_before_use(PaymentRule(7, moment)) for moment in Moment] == [
        moment is not Moment.AFTER_USE for moment in Moment
    ]


@pytest.mark.parametrize(
    ("rule", "retroactive", "paid_on", "until"),
    [
        (PaymentRule(7), None, date(2025, 3, 1), None),
        (PaymentRule(7, claim_days=31), None, date(2025, 3, 1), date(2025, 4, 1)),
        (PaymentRule(7), 10, date(2025, 2, 28), date(2025, 3, 11)),
        (PaymentRule(7), 10, date(2025, 3, 1), None),
        (PaymentRule(7, claim_days=0), 10, date(2025, 2, 28), date(2025, 3, 11)),
        (PaymentRule(7, claim_days=60), 10, date(2025, 2, 28), date(2025, 4, 29)),
        (PaymentRule(7, payee=Payee.SCHOOL), None, date(2025, 3, 1), date.max),
        (PaymentRule(7, payee=Payee.SCHOOL, claim_days=1), None, date(2025, 3, 1), date(2025, 3, 2)),
        (PaymentRule(7, payee=Payee.FAMILY), None, date(2025, 3, 1), None),
    ],
)
def test_until_when_a_cost_is_claimed_back(rule, retroactive, paid_on, until):
    assert claim_until(rule, retroactive, paid_on, date(2025, 3, 1)) == until


def test_instalments_on_their_days():
    rule = PaymentRule(7, Moment.INSTALMENTS, instalments=((50, 0), (50, 30)))
    started = date(2025, 1, 31)
    assert dues(rule, 101, started, started) == ((started, 51), (date(2025, 3, 2), 50))
