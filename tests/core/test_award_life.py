"""The life of an award, its use and its payment: what is credited, what a price may take, when a provider is paid."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from wishmi.core.reasons import Reason, ReasonCode
from wishmi.core.rules.life import CarryOver, Holder, LifeRule, available_on, credits_of
from wishmi.core.rules.payment import Moment, PaymentRule, RateStep, dues, head_grant, paid_for
from wishmi.core.rules.use import Ceiling, CoPayment, Payable, Used, UseRule, Wish, most_payable

LIFE = LifeRule(0, date(2026, 12, 31))


def test_what_is_carried_over_lives_as_long_as_the_award():
    yearly = LifeRule(0, date(2026, 12, 31), yearly=True, carry_over=CarryOver.ALL)
    made = credits_of(yearly, 100, None, Holder(date(2025, 6, 1)))
    assert [(one.on, one.until) for one in made] == [
        (date(2025, 6, 1), date(2026, 12, 31)),
        (date(2026, 1, 1), date(2026, 12, 31)),
    ]
    assert yearly.carried(70) == 70
    assert LifeRule(0, date(2026, 1, 1), carry_over=CarryOver.CAPPED, carry_at_most=50).carried(70) == 50
    assert LIFE.carried(70) == 0


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 60)), max_size=8), st.integers(0, 800))
def test_law_what_can_be_used_is_what_was_credited_less_what_was_spent_or_lost(spent, later):
    start = date(2025, 1, 1)
    made = credits_of(LIFE, 1_000, None, Holder(start))
    outgo = [(start + timedelta(days=after), amount) for after, amount in spent]
    when = start + timedelta(days=later)
    left = available_on(made, outgo, when)
    assert left == (1_000 - sum(amount for _, amount in outgo) if when <= LIFE.use_until else 0)


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
