"""Claims where they meet what else is said of a voucher: its caps, its credits' days, the rates of its providers."""

from datetime import date

import pytest

from tests import builders as make
from tests import builders_use as use
from tests.builders import DAY, EUROPE, NOW, assert_books_balance, done, figures
from wishmi.core import iban
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.outcomes.audit import check_everything
from wishmi.payouts import actions
from wishmi.payouts.actions import ClaimSpec
from wishmi.payouts.models import ClaimPart

pytestmark = pytest.mark.django_db
Code = ReasonCode
PROOF = b"%PDF-1.7 ricevuta della piscina"
IBAN = iban.build("99999", "99999", "77")
FAMILY = make.payment_of("dote-sport-2025")
AWARDED = NOW - 20 * DAY
WINDOW = ("  extendable:", "  refund_within_days: 30\n  extendable:")


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.WISHMI_DATA = tmp_path


def home_with(text, shares=None):
    home, voucher = make.child_with_voucher(make.funded_call(document=text.encode()), shares)
    done(actions.set_family_account(NOW, home.actor, "Nome Cognome", IBAN))
    return home, voucher


def ask(home, voucher, price, paid_on, moment=NOW):
    spec = ClaimSpec({voucher.pk: price}, paid_on, "Piscina Inventata", "art")
    return actions.submit_claim(moment, home.actor, spec, PROOF)


def held(claim):
    return sum(ClaimPart.objects.filter(line__claim=claim).values_list("held", flat=True))


def accept(claim, cents, moment):
    return actions.decide_claim(moment, make.OFFICER, claim.pk, {claim.lines.get().pk: cents})


def assert_sound():
    assert check_everything().differences == ()
    assert_books_balance()


def test_what_was_paid_before_the_award_counts_in_the_month_of_the_award():
    text = use.document("per_month: 100.00").decode().replace(*WINDOW)
    home, voucher = home_with(text)
    first = done(ask(home, voucher, 8_000, date(2023, 1, 10), AWARDED))
    second = done(ask(home, voucher, 8_000, date(2023, 1, 11), AWARDED))
    assert (held(first), held(second)) == (8_000, 2_000)
    third = ask(home, voucher, 8_000, date(2022, 12, 30), AWARDED)
    assert isinstance(third, Refused)
    assert third.codes == (Code.CAP_REACHED,)
    assert_sound()


@pytest.mark.parametrize(
    "rule",
    ["  fixed_unit: 50.00\n", "  rates:\n    - {above: 0.00, percent: 50}\n"],
)
def test_a_family_gets_back_what_it_paid_whatever_providers_are_paid_at(rule):
    head = "payment:\n  holding_days: 7\n  method: sepa\n  needs: debit_note\n"
    text = make.paying(head + rule).decode().replace(*WINDOW)
    home, voucher = home_with(text)
    claim = done(ask(home, voucher, 3_000, (AWARDED - DAY).date(), AWARDED))
    done(accept(claim, 3_000, NOW))
    assert figures(EUROPE) == {
        "appropriated": 1_000_000, "available": 970_000, "awarded": 30_000, "unspent": 27_000,
        "spent": 3_000, "due": 3_000,
    }  # fmt: skip
    assert_sound()


def test_a_credit_pays_nothing_that_was_paid_before_its_day():
    text = make.paying(FAMILY).decode().replace("eligible_to: 2023-12-31", "eligible_to: 2030-12-31")
    life = "use_until: 2024-12-31\n  yearly: true\n  carry_over: all"
    home, voucher = home_with(text.replace("use_until: 2023-07-31", life), {EUROPE: 10_000})
    january = NOW + (date(2024, 1, 10) - NOW.date())
    before = done(ask(home, voucher, 15_000, date(2023, 12, 20), january))
    assert held(before) == 10_000
    after = done(ask(home, voucher, 15_000, date(2024, 1, 1), january))
    assert held(after) == 10_000
    done(accept(before, 15_000, january))
    assert figures(EUROPE)["due"] == 10_000
    assert figures(EUROPE)["held"] == 10_000
    assert_sound()
