"""Laws of places, prices, terms and settlement."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wishmi.core.booking import Holder, Offered, free_until, why_not_book
from wishmi.core.calls import UseRule
from wishmi.core.capacity import Waiting, next_in_turn, open_places
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.core.settlement import Claim, Net, Owed, draw, is_due, net_payments
from wishmi.core.spending import PriceSplit, Purchase, Purse, split_price

cents = st.integers(0, 10**9)
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))
ANY = UseRule(confirm_within_days=3, free_cancellation_hours=48, minimum_price=0, maximum_price=None)
DAY = date(2023, 3, 10)


def purchase(price, category="art"):
    return Purchase(price, category, DAY)


class TestPrice:
    @given(
        cents,
        st.lists(st.builds(Purse, cents, st.sampled_from([(), ("art",), ("sport",)])), max_size=4),
        st.none() | st.integers(1, 10**9),
    )
    def test_who_pays_what_sums_to_the_price(self, price, purses, most):
        split = split_price(ANY, purchase(price), purses, most)
        if isinstance(split, Refused):
            able = [purse.free for purse in purses if purse.can_pay("art", DAY)]
            assert not able or (sum(able) == 0 and price > 0)
            return
        assert split.voucher + split.family == price
        assert split.family >= 0
        assert most is None or split.voucher <= most
        for share, purse in zip(split.shares, purses, strict=True):
            assert 0 <= share <= purse.free
            assert share == 0 or purse.can_pay("art", DAY)
        # A purse is touched only when those before it that may pay are empty.
        touched = [place for place, share in enumerate(split.shares) if share]
        for place in range(touched[-1] if touched else 0):
            if purses[place].can_pay("art", DAY):
                assert split.shares[place] == purses[place].free
        # The family pays no more than it must.
        wanted = price if most is None else min(price, most)
        free = sum(purse.free for purse in purses if purse.can_pay("art", DAY))
        assert split.voucher == min(wanted, free)

    def test_a_fund_pays_its_categories_in_its_period(self):
        purses = [
            Purse(5_000, ("sport",)),
            Purse(5_000, ("art",), eligible_until=date(2023, 3, 9)),
            Purse(5_000, (), eligible_from=date(2023, 3, 11)),
            Purse(3_000, ("art", "stem"), date(2023, 3, 10), date(2023, 3, 10)),
            Purse(9_000),
        ]
        assert split_price(ANY, purchase(10_000), purses) == PriceSplit((0, 0, 0, 3_000, 7_000), 0)

    @pytest.mark.parametrize(
        ("price", "is_good"), [(999, False), (1_000, True), (5_000, True), (5_001, False)]
    )
    def test_the_call_s_bounds_on_prices(self, price, is_good):
        use = UseRule(3, 48, minimum_price=1_000, maximum_price=5_000)
        answer = split_price(use, purchase(price), [Purse(90_000)])
        if is_good:
            assert answer == PriceSplit((price,), 0)
        else:
            assert answer.codes == (ReasonCode.COST_TOO_LOW if price < 1_000 else ReasonCode.COST_TOO_HIGH,)

    @pytest.mark.parametrize("most", [0, -1])
    def test_an_amount_to_spend_is_positive(self, most):
        assert split_price(ANY, purchase(100), [Purse(100)], most).codes == (ReasonCode.INCOMPLETE,)


waiting = st.lists(
    st.builds(Waiting, st.integers(1, 10**6), moments, st.booleans()),
    max_size=20,
    unique_by=lambda one: one.entry,
)


class TestPlaces:
    @given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 60))
    def test_open_places(self, places, taken, ahead):
        if taken > places:
            with pytest.raises(ValueError, match="not a session"):
                open_places(places, taken, ahead)
            return
        free = open_places(places, taken, ahead)
        assert free == max(0, places - taken - ahead)

    @given(st.integers(0, 20), waiting, st.randoms(use_true_random=False))
    def test_turns_follow_arrival_whatever_the_order_of_the_rows(self, places, rows, random):
        turn = next_in_turn(places, rows)
        shuffled = list(rows)
        random.shuffle(shuffled)
        assert next_in_turn(places, shuffled) == turn
        able = [one for one in sorted(rows, key=lambda one: (one.since, one.entry)) if one.is_able]
        assert turn.served == tuple(one.entry for one in able[:places])
        by_entry = {one.entry: one for one in rows}
        assert not any(by_entry[entry].is_able for entry in turn.passed)
        if len(turn.served) < places:
            assert set(turn.served) | set(turn.passed) == set(by_entry)
        elif turn.served:
            last = by_entry[turn.served[-1]]
            assert all(by_entry[entry].since <= last.since for entry in turn.passed)


class TestTerms:
    @given(moments, st.integers(0, 24 * 365), st.integers(0, 720))
    def test_cancelling_is_never_free_after_the_start(self, starts_at, ahead, hours):
        booked_at = starts_at - timedelta(hours=ahead)
        until = free_until(starts_at, booked_at, hours)
        assert booked_at <= until <= starts_at
        assert until >= min(starts_at, booked_at + timedelta(hours=hours))
        assert until >= starts_at - timedelta(hours=hours)

    @given(st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.integers(0, 2))
    def test_each_obstacle_is_named(self, is_open, accepts, is_active, is_booked, places):
        moment = datetime(2023, 3, 1, tzinfo=UTC)
        offered = Offered(moment + timedelta(days=1), date(2023, 3, 2), 6, 12, is_open, accepts, places)
        holder = Holder(date(2014, 1, 1), date(2023, 3, 1), is_active, date(2023, 7, 31), is_booked)
        expected = {
            ReasonCode.SESSION_NOT_OPEN: not is_open,
            ReasonCode.VOUCHER_NOT_ACCEPTED_HERE: not accepts,
            ReasonCode.VOUCHER_NOT_ACTIVE: not is_active,
            ReasonCode.ALREADY_BOOKED: is_booked,
            ReasonCode.SESSION_FULL: not is_booked and places == 0,
        }
        reasons = why_not_book(moment, offered, holder)
        assert [reason.code for reason in reasons] == [
            code for code, is_there in expected.items() if is_there
        ]

    def test_a_child_not_born_on_the_day_is_outside_the_ages(self):
        moment = datetime(2023, 3, 1, tzinfo=UTC)
        offered = Offered(moment + timedelta(days=1), date(2023, 3, 2), 0, 12, True, True, 1)
        holder = Holder(date(2023, 3, 3), date(2023, 3, 1), True, date(2023, 7, 31), False)
        assert [one.code for one in why_not_book(moment, offered, holder)] == [ReasonCode.CHILD_OUTSIDE_AGES]


payees = st.tuples(st.sampled_from(["household", "provider"]), st.integers(1, 3))
owed_rows = st.lists(
    st.builds(
        Owed,
        row=st.tuples(st.sampled_from(["claim_part", "due"]), st.integers(1, 10**6)),
        payee=payees,
        fund=st.integers(1, 2),
        amount=st.integers(1, 10**6),
        arose_on=days,
        due_on=days,
    ),
    max_size=30,
    unique_by=lambda one: one.row,
)


class TestSettlement:
    @given(owed_rows, days, days)
    def test_each_thing_due_stands_in_one_statement(self, rows, until, today):
        drafts = draw(rows, until, today)
        stated = [one for draft in drafts for one in draft.lines]
        due = [one for one in rows if is_due(one, until, today)]
        assert sorted(stated, key=lambda one: one.row) == sorted(due, key=lambda one: one.row)
        assert sum(draft.amount for draft in drafts) == sum(one.amount for one in due)
        keys = [(draft.payee, draft.fund) for draft in drafts]
        assert keys == sorted(set(keys))
        assert all(
            (one.payee, one.fund) == (draft.payee, draft.fund) for draft in drafts for one in draft.lines
        )
        assert draw(reversed(rows), until, today) == drafts

    @pytest.mark.parametrize(
        ("today", "until", "is_good"),
        [
            (date(2023, 3, 17), date(2023, 3, 10), True),
            (date(2023, 3, 16), date(2023, 3, 10), False),
            (date(2023, 3, 17), date(2023, 3, 9), False),
        ],
    )
    def test_a_use_is_due_after_the_holding_days(self, today, until, is_good):
        assert (
            is_due(Owed(("due", 1), ("provider", 1), 1, 100, DAY, DAY + timedelta(days=7)), until, today)
            is is_good
        )

    @given(
        st.lists(st.builds(Claim, payees, st.integers(1, 2), cents), max_size=10),
        st.dictionaries(st.tuples(payees, st.integers(1, 2)), cents),
    )
    def test_compensation_takes_what_is_owed_and_no_more(self, claims, owed):
        nets = net_payments(claims, owed)
        for claim, net in zip(claims, nets, strict=True):
            assert net.pay + net.compensate == claim.amount
            assert min(net.pay, net.compensate) >= 0
        for key in {(claim.payee, claim.fund) for claim in claims}:
            mine = [
                (claim, net)
                for claim, net in zip(claims, nets, strict=True)
                if (claim.payee, claim.fund) == key
            ]
            asked, taken = sum(one.amount for one, _net in mine), sum(net.compensate for _one, net in mine)
            assert taken == min(asked, owed.get(key, 0))

    def test_the_earlier_claim_is_compensated_first(self):
        one = ("provider", 1)
        claims = [Claim(one, 1, 50), Claim(one, 2, 50), Claim(one, 1, 50)]
        assert net_payments(claims, {(one, 1): 70}) == (Net(0, 50), Net(50, 0), Net(30, 20))
