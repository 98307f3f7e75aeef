"""The unused rest passes to a brother or sister: everything or nothing, in the same funds, on the same days."""

from datetime import date

import pytest

from tests import builders as make
from tests.builders import EUROPE, NATION, NOW, OFFICER, RESPONSIBLE, book, done, figures
from tests.builders_awards import refused
from tests.builders_credits import at, credits_of, free, life_call, run_on
from tests.vouchers.test_credits import audited, place
from wishmi.awards.models import Award
from wishmi.core.reasons import ReasonCode as Code
from wishmi.vouchers.actions import let_credit_come
from wishmi.vouchers.models import Voucher, VoucherPart
from wishmi.vouchers.passing import pass_to_sibling

pytestmark = pytest.mark.django_db
SIBLINGS = "transfer: siblings; yearly: true"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.WISHMI_DATA = tmp_path


def two(call, both=False):
    """A household with two children of one call: the first has a voucher, the second one too if told so."""
    home = make.family(date(2014, 2, 1), date(2012, 5, 5))
    awards = [(home.minors[0], {EUROPE: 1_000, NATION: 4_000})]
    awards += [(home.minors[1], {EUROPE: 700})] if both else []
    vouchers = make.vouchers(call, *awards)
    if not both:
        make._candidacy(call, call.versions.get(), home.minors[1])
    return home, vouchers


def test_everything_left_passes_to_a_sibling_without_a_voucher_of_its_own():
    home, (voucher,) = two(life_call(SIBLINGS, "2024-12-31"))
    received = done(pass_to_sibling(NOW, home.actor, voucher.pk, home.minors[1].pk))
    assert received.minor_id == home.minors[1].pk
    assert credits_of(received) == [
        ("2023-03-01", "2023-12-31", 1_000, "came"),
        ("2023-03-01", "2023-12-31", 4_000, "came"),
        ("2024-01-01", "2024-12-31", 5_000, "planned"),
    ]
    giver = Award.objects.get(voucher=voucher)
    assert (giver.state, Voucher.objects.get(pk=voucher.pk).state) == ("passed_on", "closed")
    assert (free(voucher), free(received)) == (0, 5_000)
    assert figures(NATION)["awarded"] == 9_000
    assert "returned" not in figures(NATION)
    run_on(date(2024, 1, 1))
    assert free(received) == 5_000
    assert figures(NATION)["returned"] == 4_000
    audited()


def test_what_passes_joins_the_voucher_the_sibling_has_and_pays_with_it():
    call = life_call(SIBLINGS, "2023-12-31")
    home, (voucher, other) = two(call, both=True)
    spent = book(home, voucher, place(date(2023, 3, 2), 1_500), at(date(2023, 3, 1)))
    refused(Code.ALREADY_BOOKED, pass_to_sibling, NOW, home.actor, voucher.pk, home.minors[1].pk)
    make.bookings.cancel_booking(
        at(date(2023, 3, 1), 10), make.staff(spent.session.activity.provider), spent.pk
    )
    received = done(pass_to_sibling(at(date(2023, 3, 1), 11), OFFICER, voucher.pk, home.minors[1].pk))
    assert (received.pk, free(other)) == (other.pk, 5_700)
    paid = book(home, other, place(date(2023, 4, 1), 9_000), at(date(2023, 3, 3)), minor=home.minors[1])
    assert (paid.voucher_cents, paid.family_cents) == (5_700, 3_300)
    audited()


def test_nothing_passes_where_the_call_forbids_it_or_to_whom_it_does_not_name():
    forbidden = life_call("yearly: true", "2023-12-31")
    home, (voucher,) = two(forbidden)
    refused(Code.NOT_ALLOWED, pass_to_sibling, NOW, home.actor, voucher.pk, home.minors[1].pk)


def test_nothing_passes_to_another_family_nor_from_one():
    call = life_call(SIBLINGS, "2023-12-31")
    home, (voucher,) = two(call)
    stranger, _ = make.child_with_voucher(call)
    refused(Code.NOT_ALLOWED, pass_to_sibling, NOW, home.actor, voucher.pk, stranger.minors[0].pk)
    refused(Code.NOT_ALLOWED, pass_to_sibling, NOW, stranger.actor, voucher.pk, home.minors[1].pk)
    refused(Code.NOT_ALLOWED, pass_to_sibling, NOW, home.actor, voucher.pk, home.minors[0].pk)
    done(pass_to_sibling(NOW, home.actor, voucher.pk, home.minors[1].pk))
    refused(Code.WRONG_STATE, pass_to_sibling, NOW, home.actor, voucher.pk, home.minors[1].pk)


def test_what_the_sibling_is_too_old_for_goes_back_to_the_fund():
    call = life_call(f"{SIBLINGS}; until_age: 11", "2024-12-31")
    home, (voucher,) = two(call)
    # The sibling turns eleven on 5 May 2023: what comes later is not for it.
    received = done(pass_to_sibling(NOW, home.actor, voucher.pk, home.minors[1].pk))
    assert received.use_until == date(2023, 5, 4)
    assert {row[1] for row in credits_of(received)} == {"2023-05-04"}
    assert figures(NATION)["returned"] == 5_000
    audited()


def test_a_person_lets_a_withheld_credit_come():
    call = life_call("yearly: true", "2024-12-31")
    _, voucher = make.child_with_voucher(call, {EUROPE: 5_000})
    VoucherPart.objects.filter(state="planned").update(state="withheld", reasons=None)
    refused(Code.NOT_ALLOWED, let_credit_come, at(date(2024, 1, 2)), OFFICER, voucher.pk, 1, "Seen")
    refused(Code.INCOMPLETE, let_credit_come, NOW, RESPONSIBLE, voucher.pk, 1, "  ")
    refused(Code.WRONG_STATE, let_credit_come, NOW, RESPONSIBLE, voucher.pk, 0, "Seen at the desk")
    done(let_credit_come(at(date(2024, 1, 2)), RESPONSIBLE, voucher.pk, 1, "Seen at the desk"))
    assert free(voucher) == 5_000
    refused(Code.WRONG_STATE, let_credit_come, at(date(2024, 1, 2)), RESPONSIBLE, voucher.pk, 1, "Again")
    audited()
