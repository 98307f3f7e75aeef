"""Money that is divided before it meets the ranking: reserves, equal shares, caps by family, cases by discretion."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wishmi.calls.document import parse_call
from wishmi.core.allocation import Allocation, Share
from wishmi.core.calls import AllocationRule, CallRules, Fit
from wishmi.core.columns import Columns
from wishmi.core.conditions import Resident
from wishmi.core.divided import StageMoney, allocate_divided, is_divided
from wishmi.core.facts import ChildFacts
from wishmi.core.ranking import Entry, rank
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.core.rules.distribution import (
    Discretion,
    DiscretionaryCase,
    GrantCap,
    Reserve,
    Sharing,
    equal_shares,
    own_rests,
    pots,
    pro_rata,
    shared,
    why_not_discretion,
)
from wishmi.core.rules.who import IsOneOf
from wishmi.core.stages import allocate_stage

POLICY = Path(__file__).resolve().parents[2] / "policy"


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


RESERVES = st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=1, max_size=4).filter(
    lambda parts: sum(percent for percent, _ in parts) <= 100
)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=3), RESERVES, st.data())
def test_law_what_reserves_have_left_is_never_more_than_is_free(available, parts, data):
    reserves = [Reserve(f"R{at}", percent, Resident(), spills) for at, (percent, spills) in enumerate(parts)]
    entitled, _ = pots(reserves, available)
    held = {
        reserve.code: tuple(data.draw(st.integers(0, most)) for most in entitled[at])
        for at, reserve in enumerate(reserves)
    }
    taken = [sum(of_one[fund] for of_one in held.values()) for fund in range(len(available))]
    others = [data.draw(st.integers(0, money - gone)) for money, gone in zip(available, taken, strict=True)]
    free = [money - gone - more for money, gone, more in zip(available, taken, others, strict=True)]
    own, rest = own_rests(reserves, available, held, free)
    for fund, money in enumerate(free):
        assert sum(pot[fund] for pot in own) + rest[fund] == money
        assert rest[fund] >= 0
        left = money
        for at in sorted(range(len(reserves)), key=lambda at: reserves[at].spills):
            # A reserve has all that is left of its part, or all the money there still is.
            assert own[at][fund] == min(left, entitled[at][fund] - held[reserves[at].code][fund])
            left -= own[at][fund]


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=3), RESERVES)
def test_law_a_first_list_divides_the_money_as_the_call_says(available, parts):
    reserves = [Reserve(f"R{at}", percent, Resident(), spills) for at, (percent, spills) in enumerate(parts)]
    assert own_rests(reserves, available, {}, available) == pots(reserves, available)


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


def test_discretion_says_what_is_left():
    def why_not(used: int, amount: int = 100, **changes: str) -> Reason | None:
        said = {"reason": "a reason", "proposed_by": "anna", "approved_by": "bob", **changes}
        return why_not_discretion(Discretion(10), 1_009, used, DiscretionaryCase(amount, **said))

    assert Discretion(10).limit(1_009) == 100
    assert why_not(0) is None
    assert why_not(1) == Reason(ReasonCode.DISCRETION_USED_UP, {"left_cents": 99, "percent": 10})
    assert why_not(100, 1) == Reason(ReasonCode.DISCRETION_USED_UP, {"left_cents": 0, "percent": 10})
    assert why_not(101, 1) == Reason(ReasonCode.DISCRETION_USED_UP, {"left_cents": 0, "percent": 10})
    assert why_not(0, approved_by="") == Reason(ReasonCode.INCOMPLETE)
    assert why_not(0, reason="") == Reason(ReasonCode.INCOMPLETE)


def test_shares_by_hand():
    assert equal_shares(100, 3, None) == (34, 33, 33)
    assert equal_shares(100, 3, 33) == (33, 33, 33)
    assert equal_shares(101, 3, 34) == (34, 34, 33)
    assert equal_shares(2, 3, None) == (1, 1, 0)
    assert equal_shares(5, 0, None) == ()
    assert pro_rata([], 0) == ()
    assert pro_rata([30, 60], 90) == (30, 60)
    assert pro_rata([30, 60], 89) == (30, 59)
    assert shared(Sharing.WHOLE, [30, 60], 10) == (30, 60)
    assert shared(Sharing.PRO_RATA, [30, 60], 45) == (15, 30)
    assert shared(Sharing.EQUAL, [30, 60], 45) == (23, 22)
    assert shared(Sharing.EQUAL, [30, 60], 900) == (60, 60)
    assert shared(Sharing.EQUAL, [], 45) == ()


def test_pots_are_rounded_down_and_the_rest_is_everyone_s():
    reserves = [Reserve("A", 10, Resident(), spills=True), Reserve("B", 50, Resident(), spills=True)]
    assert pots(reserves, (109, 0)) == (((10, 0), (54, 0)), (45, 0))
    assert pots([], (109,)) == ((), (109,))


@pytest.mark.parametrize(
    ("held", "free", "own", "rest"),
    [
        ({}, (100, 10), ((50, 5), (30, 3)), (20, 2)),
        ({"SPILLS": (20, 5)}, (80, 5), ((30, 0), (30, 3)), (20, 2)),
        ({"KEPT": (1, 3)}, (99, 7), ((50, 5), (29, 0)), (20, 2)),
        # More was once taken than the part is today: nothing is left of it.
        ({"SPILLS": (60, 0)}, (40, 10), ((0, 5), (30, 3)), (10, 2)),
        # Everyone's awards have used more than was everyone's: the reserve that keeps its rest comes first.
        ({}, (60, 2), ((30, 0), (30, 2)), (0, 0)),
        ({}, (0, 0), ((0, 0), (0, 0)), (0, 0)),
    ],
)
def test_what_each_reserve_still_has(held, free, own, rest):
    reserves = [
        Reserve("SPILLS", 50, Resident(), spills=True),
        Reserve("KEPT", 30, Resident(), spills=False),
    ]
    assert own_rests(reserves, (100, 10), held, free) == (own, rest)


def test_the_cap_of_a_household_by_its_minors():
    cap = GrantCap(((1, 1), (3, 2), (4, 3)))
    more = GrantCap(((1, 1), (3, 2)), "disabled_minors")
    people = [{"minors": minors, "disabled_minors": 2} for minors in (0, 1, 2, 3, 4, 5)]
    columns = Columns.of([ChildFacts.of(person) for person in people])
    assert [cap.of_one(person) for person in people] == cap.of(columns).tolist() == [0, 1, 1, 2, 3, 3]
    assert [more.of_one(person) for person in people] == more.of(columns).tolist() == [2, 3, 3, 4, 4, 4]
    assert more.of_one({"minors": 1, "disabled_minors": None}) == 1
    assert cap.of_one({"minors": None}) == 0
    assert cap.of(columns).dtype == np.int64
    assert (cap.facts, more.facts) == (("minors",), ("minors", "disabled_minors"))


def test_steps_are_taken_in_their_order():
    columns = Columns.of([ChildFacts.of({"minors": 1})])
    assert GrantCap(((1, 2),)).of(columns).tolist() == [2]


@pytest.mark.parametrize(
    "change",
    [
        {"reserves": (Reserve("R", 10, Resident(), spills=True),)},
        {"grant_cap": GrantCap(((0, 1),))},
        {"sharing": Sharing.EQUAL},
        {"sharing": Sharing.PRO_RATA},
    ],
)
def test_what_divides_the_money(change):
    plain = {"reserves": (), "grant_cap": None, "sharing": Sharing.WHOLE}
    assert is_divided(divided_rules(**plain)) is False
    assert is_divided(divided_rules(**{**plain, **change})) is True


def by_age(*codes: str, **changes) -> list[Entry]:
    """Children, the first the youngest and so the first in rank."""
    return [
        child(code, **{"born_on": date(2012, 1, 20 - place), **changes}) for place, code in enumerate(codes)
    ]


def test_too_many_for_the_pot_get_nothing_and_are_told_so():
    rules = divided_rules(allocation=ONE_OF, reserves=(), sharing=Sharing.EQUAL)
    entries = by_age("A", "B", "C")
    ranking = rank(rules, entries, b"seed")
    made = allocate_divided(ranking, ["h"] * 3, ranking.order, [], StageMoney((2,), (2,)))
    exhausted = Share((0,), ReasonCode.FUNDS_EXHAUSTED)
    assert made == Allocation((Share((1,)), Share((1,)), exhausted), (0,), 3)


def test_one_cent_each_is_an_award():
    rules = divided_rules(allocation=ONE_OF, reserves=(), sharing=Sharing.EQUAL)
    assert given_to(rules, by_age("A", "B"), (1, 1)) == ({"A": 1, "B": 1}, (0, 0), None)


def test_two_reserves_over_two_funds():
    """The first reserve's members are B and C, the second's only C; the second keeps what it does not use."""
    first = Reserve("FIRST", 40, IsOneOf("district", ("pilot_two",)), spills=True)
    second = Reserve("SECOND", 40, IsOneOf("district", ("pilot_three",)), spills=False)
    third = Reserve("THIRD", 10, IsOneOf("district", ("nowhere",)), spills=False)
    rules = divided_rules(allocation=ONE_OF, reserves=(first, second, third))
    entries = [
        *by_age("A"),
        *by_age("B", born_on=date(2012, 1, 9), district="pilot_two"),
        *by_age("C", born_on=date(2012, 1, 8), district="pilot_three"),
    ]
    # Pots of 100 and 50 thousand: 40+20 to the first, 40+20 to the second, 10+5 to the third, 10+5 to everyone.
    shares, remaining, cut_off = given_to(rules, entries, (100_000, 50_000))
    assert shares == {"A": 20_000, "B": 20_000, "C": 20_000}
    # B leaves 20+20 of the first to everyone, A takes 20 of it; C leaves 20+20 and the third all in their funds.
    assert (remaining, cut_off) == ((20_000 + 10_000 + 10_000, 25_000 + 20_000 + 5_000), None)


def test_an_award_is_told_by_the_reserve_it_comes_from():
    """B is a member of both reserves and is served by the first; A of none; C is left over for everyone's money."""
    first = Reserve("FIRST", 20, IsOneOf("district", ("pilot_two",)), spills=True)
    second = Reserve("SECOND", 40, IsOneOf("district", ("pilot_two", "pilot_three")), spills=True)
    rules = divided_rules(allocation=ONE_OF, reserves=(first, second))
    entries = [
        *by_age("A"),
        *by_age("B", born_on=date(2012, 1, 9), district="pilot_two"),
        *by_age("C", born_on=date(2012, 1, 8), district="pilot_three"),
        *by_age("D", born_on=date(2012, 1, 7), district="pilot_two"),
    ]
    ranking = rank(rules, entries, b"seed")
    made = allocate_stage(ranking, list("ABCD"), (100_000,), {})
    assert [(share.amount, share.reserve) for share in made.shares] == [
        (20_000, ""),
        (20_000, "FIRST"),
        (20_000, "SECOND"),
        (20_000, "SECOND"),
    ]


def test_awards_that_stay_count_by_household():
    rules = divided_rules(allocation=ONE_OF, reserves=(), grant_cap=GrantCap(((0, 2),)))
    entries = by_age("A", "B", "C", "D")
    ranking = rank(rules, entries, b"seed")
    holders = ["h", "h", "other"]
    money = StageMoney((10**6,), (10**6,))
    made = allocate_divided(ranking, ["h", "other", "other", "new"], ranking.order, holders, money)
    assert [(share.amount, share.reason) for share in made.shares] == [
        (0, ReasonCode.HOUSEHOLD_CAP_REACHED),
        (20_000, None),
        (0, ReasonCode.HOUSEHOLD_CAP_REACHED),
        (20_000, None),
    ]
    assert (made.remaining, made.cut_off) == ((960_000,), None)


def test_a_cap_by_family_holds_inside_a_reserve_and_after_it():
    reserve = Reserve("R", 50, IsOneOf("district", ("pilot_one",)), spills=True)
    rules = divided_rules(allocation=ONE_OF, reserves=(reserve,), grant_cap=GrantCap(((0, 1),)))
    entries = by_age("A", "B", "C", "D")
    ranking = rank(rules, entries, b"seed")
    made = allocate_stage(ranking, ["h", "h", "i", "j"], (80_000,), {}, ["j"])
    capped = (0, ReasonCode.HOUSEHOLD_CAP_REACHED, "")
    assert [(share.amount, share.reason, share.reserve) for share in made.shares] == [
        (20_000, None, "R"),
        capped,
        (20_000, None, "R"),
        capped,
    ]
    assert (made.remaining, made.cut_off) == ((40_000,), None)
