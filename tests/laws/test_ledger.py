"""The ledger against a toy of it: pending, posted, voided; two units that never mix; books that always balance."""

from dataclasses import dataclass

import hypothesis
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.builders import NOW
from wishmi.core.transfers import Phase
from wishmi.ledger import selectors
from wishmi.ledger.actions import Draft, OverdrawnError, Purse, lock, open_accounts, post, resolve
from wishmi.ledger.chart import DEBIT_SIDE, Kind, TransferReason
from wishmi.ledger.models import Account, Transfer

pytestmark = pytest.mark.django_db
KINDS = (Kind.APPROPRIATED, Kind.AVAILABLE, Kind.AWARDED, Kind.UNSPENT, Kind.SPENT, Kind.RECOVERABLE)
SUMS = ("debits_posted", "credits_posted", "debits_pending", "credits_pending")


@dataclass
class Toy:
    """An account of the toy: what was debited and credited, for good and pending."""

    is_debit: bool
    debited: int = 0
    credited: int = 0
    leaving: int = 0
    coming: int = 0

    @property
    def free(self) -> int:
        if self.is_debit:
            return self.debited - self.credited - self.coming
        return self.credited - self.debited - self.leaving


class Books(RuleBasedStateMachine):
    """Any moves at all, between any accounts; the toy says which of them the ledger must take."""

    pending = Bundle("pending")

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        purses = [
            Purse(f"owner-{unit}", kind, "fund", unit) for unit in ("EUR", "sessions") for kind in KINDS
        ]
        ids = open_accounts(purses)
        self.units = [[ids[purse] for purse in purses if purse.unit == unit] for unit in ("EUR", "sessions")]
        self.toys = {ids[purse]: Toy(purse.kind in DEBIT_SIDE) for purse in purses}
        self.waiting = {}
        self.count = 0

    def teardown(self):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def draft(self, pair, amount, phase):
        self.count += 1
        return Draft(*pair, amount, TransferReason.AWARD, f"key-{self.count}", phase)

    def play(self, drafts):
        """Whether the toy takes all of them in order; it is left as it was if it does not."""
        before = {pk: Toy(**vars(toy)) for pk, toy in self.toys.items()}
        for one in drafts:
            debit, credit = self.toys[one.debit], self.toys[one.credit]
            if one.phase in (Phase.POSTED, Phase.POST):
                debit.debited += one.amount
                credit.credited += one.amount
            sign = {Phase.POSTED: 0, Phase.PENDING: 1}.get(one.phase, -1)
            debit.leaving += sign * one.amount
            credit.coming += sign * one.amount
            if debit.free < 0 or credit.free < 0:
                self.toys = before
                return False
        return True

    @rule(
        unit=st.integers(0, 1),
        moves=st.lists(
            st.tuples(st.integers(0, 5), st.integers(1, 5), st.integers(1, 50)), min_size=1, max_size=3
        ),
    )
    def move(self, unit, moves):
        accounts = self.units[unit]
        drafts = [
            self.draft((accounts[at], accounts[(at + step) % 6]), amount, Phase.POSTED)
            for at, step, amount in moves
        ]
        self.attempt(drafts)

    @rule(
        target=pending,
        unit=st.integers(0, 1),
        at=st.integers(0, 5),
        step=st.integers(1, 5),
        amount=st.integers(1, 50),
    )
    def hold(self, unit, at, step, amount):
        accounts = self.units[unit]
        draft = self.draft((accounts[at], accounts[(at + step) % 6]), amount, Phase.PENDING)
        made = self.attempt([draft])
        if made:
            self.waiting[made[0]] = draft
            return made[0]
        return None

    def attempt(self, drafts):
        if self.play(drafts):
            return post(drafts, NOW)
        rows = Transfer.objects.count()
        with pytest.raises(OverdrawnError), transaction.atomic():
            post(drafts, NOW)
        assert Transfer.objects.count() == rows
        return []

    @rule(held=consumes(pending), is_posted=st.booleans())
    def end(self, held, is_posted):
        if held is None:
            return
        phase = Phase.POST if is_posted else Phase.VOID
        draft = self.waiting.pop(held)
        was = Draft(draft.debit, draft.credit, draft.amount, TransferReason.REDEMPTION, "", phase)
        # Posting may be what an account of the debit side was never asked for: the ledger refuses, and so does the toy.
        if not self.play([was]):
            self.waiting[held] = draft
            with pytest.raises(OverdrawnError), transaction.atomic():
                resolve([held], phase, TransferReason.REDEMPTION, NOW)
            return
        assert resolve([held], phase, TransferReason.REDEMPTION, NOW) == {held: draft.amount}
        again = Phase.VOID if is_posted else Phase.POST
        with pytest.raises((IntegrityError, ValueError, OverdrawnError)), transaction.atomic():
            resolve([held], again, TransferReason.EXPIRY, NOW)

    @rule(amount=st.integers(1, 50))
    def mix_units(self, amount):
        with pytest.raises(ValueError, match="not a transfer"), transaction.atomic():
            post([self.draft((self.units[0][0], self.units[1][1]), amount, Phase.POSTED)], NOW)

    @invariant()
    def the_books_are_the_toy_and_balance(self):
        rows = Account.objects.filter(pk__in=self.toys).order_by("id").values_list("id", *SUMS)
        found = {pk: tuple(sums) for pk, *sums in rows}
        assert found == {
            pk: (toy.debited, toy.credited, toy.leaving, toy.coming) for pk, toy in self.toys.items()
        }
        for accounts in self.units:
            assert sum(found[pk][0] - found[pk][1] for pk in accounts) == 0
            assert sum(found[pk][2] - found[pk][3] for pk in accounts) == 0
        assert list(selectors.differences()) == []
        assert list(selectors.mismatched_resolutions()) == []
        assert selectors.unresolved_holds() == {pk: draft.amount for pk, draft in self.waiting.items()}


def test_the_ledger_is_its_toy_whatever_happens():
    run_state_machine_as_test(Books, settings=hypothesis.settings(stateful_step_count=15, max_examples=40))


def purses(unit="EUR"):
    ids = open_accounts(
        Purse("o", kind, "f", unit) for kind in (Kind.APPROPRIATED, Kind.AVAILABLE, Kind.AWARDED)
    )
    return list(ids.values())


def test_voiding_restores_every_sum():
    source, available, awarded = purses()
    post([Draft(source, available, 100, TransferReason.APPROPRIATION, "a")], NOW)
    before = list(Account.objects.order_by("id").values())
    (held,) = post([Draft(available, awarded, 70, TransferReason.BOOKING, "b", Phase.PENDING)], NOW)
    with pytest.raises(OverdrawnError) as short, transaction.atomic():
        post([Draft(available, awarded, 31, TransferReason.AWARD, "c")], NOW)
    assert (short.value.fault.account, short.value.fault.free) == (available, 30)
    resolve([held], Phase.VOID, TransferReason.EXPIRY, NOW)
    assert list(Account.objects.order_by("id").values()) == before


def test_a_key_is_used_once_and_nothing_of_the_second_act_stays():
    source, available, awarded = purses()
    post([Draft(source, available, 100, TransferReason.APPROPRIATION, "same")], NOW)
    before = list(Account.objects.order_by("id").values())
    with pytest.raises(IntegrityError), transaction.atomic():
        post(
            [
                Draft(available, awarded, 5, TransferReason.AWARD, "other"),
                Draft(source, available, 100, TransferReason.APPROPRIATION, "same"),
            ],
            NOW,
        )
    assert list(Account.objects.order_by("id").values()) == before
    assert Transfer.objects.count() == 1


def test_sums_beyond_32_bits_are_added_up_exactly():
    source, available, _awarded = purses()
    for place in range(3):
        post([Draft(source, available, 3 * 10**9 + place, TransferReason.TOP_UP, f"big-{place}")], NOW)
    assert list(selectors.differences()) == []
    assert lock([available])[available].free == 9 * 10**9 + 3


def test_nothing_is_moved_for_nothing():
    assert post([], NOW) == []
    source, available, _awarded = purses()
    with pytest.raises(ValueError, match="not a transfer"):
        post([Draft(source, available, 0, TransferReason.TOP_UP, "zero")], NOW)
    with pytest.raises(ValueError, match="not a transfer"):
        post([Draft(source, source, 1, TransferReason.TOP_UP, "self")], NOW)
    with pytest.raises(ValueError, match="not all of"):
        resolve([1], Phase.POST, TransferReason.REDEMPTION, NOW)


def test_an_account_is_opened_once_for_its_purpose():
    assert purses() == purses()
    assert set(purses()) & set(purses("sessions")) == set()


@pytest.mark.parametrize("kind", [Kind.AVAILABLE, Kind.RECOVERABLE])
def test_the_database_itself_refuses_an_overdrawn_account(kind):
    (pk,) = open_accounts([Purse("o", kind, "f", "EUR")]).values()
    column = "credits_posted" if kind in DEBIT_SIDE else "debits_posted"
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=pk).update(**{column: 1})
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=pk).update(debits_pending=-1)


@pytest.mark.parametrize(
    "statement", ["UPDATE ledger_transfer SET amount = amount + 1", "DELETE FROM ledger_transfer"]
)
def test_a_transfer_is_never_changed_nor_removed(statement):
    source, available, _awarded = purses()
    post([Draft(source, available, 100, TransferReason.APPROPRIATION, "a")], NOW)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert list(Transfer.objects.values_list("amount", flat=True)) == [100]
