"""The rule language: one person and a column get the same answer, and what is unknown never changes a settled one."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wishmi.calls.document import parse_call
from wishmi.core.calls import AllocationRule, CallRules, Fit
from wishmi.core.columns import Columns
from wishmi.core.conditions import AgeUnder, ApplicantIs, IndicatorAtMost, IndicatorAttested, Resident
from wishmi.core.divided import StageMoney, allocate_divided
from wishmi.core.eligibility import assess, assess_columns, assess_known
from wishmi.core.facts import GROUPS, ChildFacts, as_data, from_data, group_bytes
from wishmi.core.ranking import Entry, rank
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.core.rules.adjusted import Adjusted
from wishmi.core.rules.amounts import (
    AGE,
    ByBand,
    ByCase,
    Flat,
    InUnits,
    Matrix,
    PercentOfCost,
    PerMonth,
    Requested,
    Season,
    Stretch,
)
from wishmi.core.rules.distribution import (
    Discretion,
    DiscretionaryCase,
    GrantCap,
    Reserve,
    Sharing,
    equal_shares,
    pots,
    pro_rata,
    why_not_discretion,
)
from wishmi.core.rules.judging import Answer
from wishmi.core.rules.life import CarryOver, Holder, LifeRule, available_on, credits_of
from wishmi.core.rules.limits import Dated, Limit
from wishmi.core.rules.means import AmountWithin, Deduct, PerHead, Reduce
from wishmi.core.rules.payment import Moment, PaymentRule, RateStep, dues, head_grant, paid_for
from wishmi.core.rules.trees import AllOf, AnyOf
from wishmi.core.rules.use import Ceiling, CoPayment, Payable, Used, UseRule, Wish, most_payable
from wishmi.core.rules.vocabulary import SCHOOL_LEVELS, VOCABULARY, FactKind
from wishmi.core.rules.who import (
    FLAG_REASONS,
    AgeBetween,
    BornBetween,
    CountBetween,
    DayUntil,
    Holds,
    HoldsOneOf,
    IsOneOf,
    LivesHereFor,
    NotFundedBy,
    TurnsInYear,
)
from wishmi.core.stages import allocate_stage

POLICY = Path(__file__).resolve().parents[2] / "policy"
WORDS = ("alpha", "beta", "gamma")
# Few days around few borders, leap days among them, so that equal and neighbouring values are met often.
DAYS = st.one_of(
    st.sampled_from(
        [date(2008, 2, 29), date(2010, 2, 28), date(2024, 2, 29), date(2025, 12, 31), date(2026, 1, 1)]
    ),
    st.dates(date(2004, 1, 1), date(2027, 1, 1)),
)


def value_of(name: str) -> st.SearchStrategy:
    """Values of one fact, borders more often than not."""
    fact = VOCABULARY[name]
    values = {
        FactKind.FLAG: st.booleans(),
        FactKind.COUNT: st.integers(0, 7),
        FactKind.CENTS: st.one_of(st.sampled_from([0, 999, 1_000, 1_001]), st.integers(0, 4_000)),
        FactKind.DAY: DAYS,
        FactKind.CHOICE: st.sampled_from(fact.choices or ("",)),
        FactKind.WORD: st.sampled_from(WORDS),
        FactKind.WORDS: st.sets(st.sampled_from(WORDS)).map(lambda words: tuple(sorted(words))),
    }[fact.kind]
    return st.one_of(st.none(), values) if fact.may_be_nothing else values


PEOPLE = st.fixed_dictionaries({name: value_of(name) for name in VOCABULARY})
LIMIT = Limit(
    Dated("norm", ((date(2000, 1, 1), 1_000), (date(2015, 1, 1), 1_200))),
    ((CountBetween("minors", 3), 2_000),),
)
CONDITIONS = (
    AgeUnder(18),
    Resident(),
    ApplicantIs(("parent", "school")),
    IndicatorAttested(("ordinary", "minors"), date(2010, 1, 1)),
    IndicatorAtMost(1_000),
    AgeBetween(6, 12),
    AgeBetween(6, None, "course_starts_on"),
    AgeBetween(3, 12, date(2020, 2, 28)),
    BornBetween(date(2008, 2, 29), date(2020, 1, 1)),
    TurnsInYear(6, 12),
    LivesHereFor("parent_resident_since", 5),
    *(Holds(fact) for fact in FLAG_REASONS),
    CountBetween("school_grade", 1, 5),
    CountBetween("minors", 3),
    IsOneOf("district", ("alpha", "delta")),
    IsOneOf("school_level", ("primary", "early")),
    HoldsOneOf("benefits", ("beta", "delta")),
    NotFundedBy(("gamma",)),
    DayUntil("submitted_on", "paid_on", 31),
    DayUntil("report_on", until=date(2020, 1, 1)),
    AmountWithin("income_cents", LIMIT),
    AmountWithin("isee_cents", LIMIT, percent=120, may_be_missing=True),
    AmountWithin("cost_cents", Limit(2_000, ((Holds("disabled"), 3_000),)), Limit(1_000)),
    AmountWithin(
        "assets_cents",
        Limit(1_000),
        steps=(
            Deduct(100, "minors"),
            Deduct(200, "lone_parent"),
            PerHead("household_size"),
            Reduce(80, Holds("disabled")),
        ),
    ),
    AnyOf(
        (
            Holds("lone_parent"),
            AllOf((CountBetween("minors", 3), Holds("disabled"))),
            IsOneOf("school", WORDS[:1]),
        )
    ),
    AllOf((AgeBetween(0, 17), AnyOf((Resident(), Holds("domiciled"), Holds("school_here"))))),
)
BANDS = (Stretch(999, inclusive=True, amount=30), Stretch(2_000, inclusive=False, amount=20))
AMOUNTS = (
    Flat(100),
    Flat(Dated("ended", ((date(2000, 1, 1), 10), (date(2020, 1, 1), 0)))),
    Flat(Dated("flat", ((date(2000, 1, 1), 10), (date(2015, 1, 1), 20)))),
    ByBand("isee_cents", BANDS),
    ByBand(AGE, (Stretch(5, inclusive=True, amount=0), Stretch(12, inclusive=True, amount=7)), least=3),
    Matrix(
        "school_level", ((("primary",), ByBand("isee_cents", BANDS)), (SCHOOL_LEVELS[:2], ByBand(AGE, BANDS)))
    ),
    ByCase(((Holds("disabled"), 50), (CountBetween("minors", 3), 40)), otherwise=10),
    ByCase(((Holds("disabled"), 50), (CountBetween("minors", 3), 40)), add_up=True),
    PercentOfCost(50, 1_000),
    PerMonth(15, date(2024, 2, 1), date(2025, 1, 31)),
    InUnits("sessions", (Season("one", date(2025, 1, 1), date(2025, 2, 1), 4),), 35),
    Requested(1_000),
    Adjusted(Flat(100), "minors", 3, ((Holds("lone_parent"), 50), (Holds("disabled"), 25)), 300),
    Adjusted(ByBand("isee_cents", BANDS), None, 0, ((Holds("lone_parent"), 5),)),
)


def columns_of(people: list[dict]) -> Columns:
    return Columns.of([ChildFacts.of(one) for one in people])


@settings(max_examples=150, deadline=None)
@given(st.lists(PEOPLE, min_size=1, max_size=6))
def test_law_a_condition_gives_one_person_and_a_column_the_same_answer(people):
    columns = columns_of(people)
    for condition in CONDITIONS:
        alone = [condition.judge(one).answer is Answer.MET for one in people]
        assert condition.met(columns).tolist() == alone, condition


@settings(max_examples=150, deadline=None)
@given(st.lists(PEOPLE, min_size=1, max_size=6))
def test_law_an_amount_is_the_same_for_one_person_and_a_column(people):
    columns = columns_of(people)
    for rule in AMOUNTS:
        works = [rule.work_out(one) for one in people]
        assert rule.of(columns).tolist() == [work.amount for work in works], rule
        possible = rule.values()
        for work in works:
            assert work.amount is not None
            assert work.amount >= 0
            assert (work.amount == 0) is (work.reason is not None)
            assert possible is None or work.amount in {0, *possible}


@settings(max_examples=150, deadline=None)
@given(PEOPLE, st.sets(st.sampled_from(sorted(VOCABULARY))))
def test_law_what_is_settled_stays_settled_whatever_else_becomes_known(person, hidden):
    part = {name: value for name, value in person.items() if name not in hidden}
    for condition in CONDITIONS:
        early, late = condition.judge(part), condition.judge(person)
        assert late.answer is not Answer.NOT_KNOWN
        if early.answer is Answer.NOT_KNOWN:
            assert early.missing
            assert set(early.missing) <= hidden & set(condition.facts)
        else:
            assert early.answer is late.answer, condition
        assert (late.reason is not None) is (late.answer is Answer.NOT_MET)
    for rule in AMOUNTS:
        early_work, late_work = rule.work_out(part), rule.work_out(person)
        if early_work.amount is None:
            assert set(early_work.missing) <= hidden & set(rule.facts)
            assert early_work.missing
        else:
            assert early_work.amount == late_work.amount


@settings(max_examples=150, deadline=None)
@given(PEOPLE)
def test_law_facts_survive_their_data_and_every_group_holds_its_own(person):
    facts = ChildFacts.of(person)
    assert facts.known() == person
    assert ChildFacts.of(facts.known()) == facts
    assert from_data(as_data(facts), tuple(person)) == facts
    assert b"".join(group_bytes(facts, group) for group in GROUPS).count(b'"born_on"') == 1


def test_a_call_that_asks_less_commits_to_less():
    asked = {"born_on": date(2015, 1, 1), "applicant": "h1", "domiciled": True}
    facts = ChildFacts.of(asked)
    assert [group_bytes(facts, group) for group in GROUPS] == [
        b'{"domiciled":true}',
        b"{}",
        b'{"applicant":"h1"}',
        b"{}",
        b'{"born_on":"2015-01-01"}',
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"height": 3},
        {"minors": -1},
        {"minors": True},
        {"minors": None},
        {"lone_parent": 1},
        {"born_on": "2015-01-01"},
        {"school_level": "university"},
        {"benefits": ("b", "a")},
        {"benefits": ["a"]},
        {"cost_cents": 1.5},
    ],
)
def test_values_outside_the_vocabulary_are_refused(wrong):
    with pytest.raises(ValueError, match=r"fact|cannot"):
        ChildFacts.of(wrong)


def test_a_limit_is_settled_before_the_household_is_known():
    within = AmountWithin("isee_cents", Limit(2_000, ((CountBetween("disabled_minors", 1), 3_000),)))
    assert within.judge({"isee_cents": 2_000}).answer is Answer.MET
    assert within.judge({"isee_cents": 3_001}).answer is Answer.NOT_MET
    assert within.judge({"isee_cents": 2_001}).missing == ("disabled_minors",)


def test_a_pre_check_asks_only_what_still_matters():
    rules = parse_call((POLICY / "dote-sport-2025" / "call.yaml").read_bytes()).rules()
    verdict = assess_known(rules, {})
    assert verdict.answer is Answer.NOT_KNOWN
    assert {"born_on", "cost_cents", "isee_cents"} <= set(verdict.missing)
    old = {"born_on": date(1990, 1, 1), "submitted_on": date(2025, 10, 20)}
    assert assess_known(rules, old).answer is Answer.NOT_MET
    assert assess_known(rules, old).missing == ()


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in POLICY.glob("*/call.yaml")))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_law_a_preset_judges_one_and_many_alike(folder, data):
    rules = parse_call((POLICY / folder / "call.yaml").read_bytes()).rules()
    strategy = st.fixed_dictionaries({name: value_of(name) for name in rules.facts})
    people = [ChildFacts.of(one) for one in data.draw(st.lists(strategy, min_size=1, max_size=4))]
    verdict = assess_columns(rules, Columns.of(people))
    alone = [assess(rules, one) for one in people]
    assert verdict.eligible.tolist() == [one.eligible for one in alone]
    assert verdict.amount.tolist() == [one.amount for one in alone]
    for one in alone:
        assert one.eligible is not bool(one.reasons)
        assert one.missing == ()


@given(st.integers(0, 10**9), st.integers(0, 300), st.one_of(st.none(), st.integers(1, 10**7)))
def test_law_equal_shares_differ_by_one_unit_and_spend_the_pot_or_the_cap(pot, people, most):
    shares = equal_shares(pot, people, most)
    assert len(shares) == people
    if people:
        assert max(shares) - min(shares) <= 1
        assert sorted(shares, reverse=True) == list(shares)
        assert sum(shares) == (min(pot, most * people) if most else pot)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=40), st.integers(0, 10**7))
def test_law_pro_rata_spends_the_pot_to_the_unit_and_nobody_gets_more_than_asked(asked, pot):
    parts = pro_rata(asked, pot)
    assert sum(parts) == min(pot, sum(asked))
    assert all(0 <= part <= ask for part, ask in zip(parts, asked, strict=True))


@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=3),
    st.lists(st.integers(1, 100), max_size=4).filter(lambda percents: sum(percents) <= 100),
)
def test_law_reserves_and_the_rest_are_the_whole_fund(available, percents):
    reserves = [
        Reserve(f"R{place}", percent, Resident(), spills=True) for place, percent in enumerate(percents)
    ]
    kept, rest = pots(reserves, available)
    assert min(rest) >= 0
    assert [sum(pot[fund] for pot in kept) + rest[fund] for fund in range(len(available))] == available


def divided_rules(**changes) -> CallRules:
    base = parse_call((POLICY / "sport-285-milano" / "call.yaml").read_bytes()).rules()
    fields = {name: getattr(base, name) for name in CallRules.__slots__}
    return CallRules(**{**fields, "classes": (), **changes})


def child(code: str, **changes) -> Entry:
    facts = {
        "resident": True, "district": "pilot_one", "target_groups": (), "born_on": date(2012, 5, 5),
        "submitted_on": date(2023, 3, 10), "applicant": code, "applicant_role": "parent", "minors": 1,
        "disabled_minors": 0,
    }  # fmt: skip
    return Entry(code, ChildFacts.of({**facts, **changes}))


def given_to(
    rules: CallRules, entries: list[Entry], money: tuple[int, ...]
) -> tuple[dict, tuple, int | None]:
    ranking = rank(rules, entries, b"seed")
    made = allocate_stage(ranking, [entry.facts.applicant for entry in entries], money, {})
    shares = {ranking.codes[at]: share.amount for at, share in zip(ranking.order, made.shares, strict=True)}
    return shares, made.remaining, made.cut_off


ONE_OF = AllocationRule(Fit.STOP, partial_last=False, split_funds=True, household_cap=None)


def test_a_reserve_that_is_kept_stays_in_its_fund():
    kept = Reserve("KEPT", 50, IsOneOf("district", ("pilot_two",)), spills=False)
    rules = divided_rules(allocation=ONE_OF, reserves=(kept,))
    entries = [child(code, born_on=date(2012, 1, day)) for code, day in (("A", 9), ("B", 8), ("C", 7))]
    assert given_to(rules, entries, (40_000,)) == ({"A": 20_000, "B": 0, "C": 0}, (20_000,), 2)


def test_a_reserve_that_spills_goes_to_the_next_in_rank():
    spilling = Reserve("SPILLS", 50, IsOneOf("district", ("pilot_two",)), spills=True)
    rules = divided_rules(allocation=ONE_OF, reserves=(spilling,))
    entries = [child(code, born_on=date(2012, 1, day)) for code, day in (("A", 9), ("B", 8), ("C", 7))]
    assert given_to(rules, entries, (40_000,)) == ({"A": 20_000, "B": 20_000, "C": 0}, (0,), 3)


def test_equal_shares_over_two_funds_are_exact_to_the_cent():
    rules = divided_rules(allocation=ONE_OF, sharing=Sharing.EQUAL)
    entries = [child(code, born_on=date(2012, 1, day)) for code, day in (("A", 9), ("B", 8), ("C", 7))]
    assert given_to(rules, entries, (50, 50)) == ({"A": 34, "B": 33, "C": 33}, (0, 0), None)


def test_a_household_cap_follows_the_minors_and_counts_awards_that_stay():
    rules = divided_rules(allocation=ONE_OF, grant_cap=GrantCap(((0, 1), (3, 2)), "disabled_minors"))
    entries = [
        child(code, applicant="h", minors=3, born_on=date(2012, 1, day))
        for code, day in (("A", 9), ("B", 8), ("C", 7))
    ]
    assert given_to(rules, entries, (10**6,))[0] == {"A": 20_000, "B": 20_000, "C": 0}
    ranking = rank(rules, entries, b"seed")
    made = allocate_divided(ranking, ["h"] * 3, ranking.order, ["h"], StageMoney((10**6,), (10**6,)))
    assert [share.amount for share in made.shares] == [20_000, 0, 0]


def test_discretion_needs_a_rule_a_reason_a_second_person_and_money():
    case = DiscretionaryCase(100, "a reason", "anna", "bob")
    codes = [
        why_not_discretion(None, 1_000, 0, case),
        why_not_discretion(Discretion(10), 1_000, 0, DiscretionaryCase(100, " ", "anna", "bob")),
        why_not_discretion(Discretion(10), 1_000, 0, DiscretionaryCase(100, "x", "anna", "anna")),
        why_not_discretion(Discretion(10), 1_000, 1, case),
    ]
    assert [reason.code for reason in codes] == [
        ReasonCode.DISCRETION_NOT_FORESEEN,
        ReasonCode.INCOMPLETE,
        ReasonCode.SAME_PERSON,
        ReasonCode.DISCRETION_USED_UP,
    ]
    assert why_not_discretion(Discretion(10), 1_000, 0, case) is None


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
    assert whole - 1 <= parts <= whole
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
    rule = UseRule(3, 48, 0, None, services=2, free_trials=1, minimum_price=500, forbidden=("cash",))
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


def test_dates_are_counted_over_leap_days_as_the_calendar_does():
    people = []
    day = date(2023, 12, 1)
    for apart in range(800):
        facts = {"paid_on": day, "submitted_on": day + timedelta(days=apart)}
        people.append(ChildFacts.of(facts))
    met = DayUntil("submitted_on", "paid_on", 400).met(Columns.of(people))
    assert np.flatnonzero(met).tolist() == list(range(401))


def test_a_call_that_asks_the_usual_facts_commits_to_the_same_bytes_as_ever():
    facts = ChildFacts(
        born_on=date(2012, 5, 17),
        submitted_on=date(2022, 9, 20),
        resident=True,
        isee_cents=999_999,
        isee_kind="ordinary",
        isee_issued_on=date(2022, 2, 1),
        isee_valid_until=None,
        minors=2,
        lone_parent=False,
        disabled_members=1,
        applicant_role="parent",
        applicant="h1",
    )
    expected = [
        b'{"resident":true}',
        b'{"isee_cents":999999,"isee_issued_on":"2022-02-01","isee_kind":"ordinary","isee_valid_until":null}',
        b'{"applicant":"h1","applicant_role":"parent","lone_parent":false,"minors":2}',
        b'{"disabled_members":1}',
        b'{"born_on":"2012-05-17","submitted_on":"2022-09-20"}',
    ]
    assert [group_bytes(facts, group) for group in GROUPS] == expected
    assert ChildFacts.of(facts.known()) == facts


def test_sums_that_nobody_could_name_are_not_named():
    many = tuple((CountBetween("minors", least), 2**least) for least in range(40))
    assert ByCase(many, add_up=True).values() is None
    assert Adjusted(Flat(1), bonuses=many).values() is None
    assert ByCase(many[:2], otherwise=5, add_up=True).values() == (1, 2, 3)
