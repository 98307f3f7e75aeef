"""An amount altered in either book of a voucher that counts sessions is found."""

import pytest
from django.db.models import F

from tests.builders_credits import at
from tests.builders_units import EASTER, attended, audited, child, confirmed, place, units_call
from wishmi.bookings.models import Booking, BookingPart
from wishmi.infra.triggers import lift, protect
from wishmi.ledger.models import Account, Transfer
from wishmi.outcomes.audit import check_everything
from wishmi.vouchers.models import VoucherPart

pytestmark = pytest.mark.django_db
BEFORE = at(EASTER.replace(day=7))


@pytest.fixture
def voucher(settings, tmp_path):
    """One session used at 20 pounds, one held; 15 pounds are the fund's again."""
    settings.WISHMI_DATA, settings.WISHMI_CURRENCY = tmp_path, "GBP"
    home, voucher = child(units_call(("fixed_unit: 35.00", "moment: after_use")))
    attended(home, voucher, place(EASTER), BEFORE)
    confirmed(home, voucher, place(EASTER, hour=18), BEFORE)
    audited()
    return voucher


def places():
    return {one.place.split()[0] for one in check_everything().differences}


@pytest.mark.parametrize(
    ("table", "change", "found"),
    [
        (VoucherPart, {"tariff": F("tariff") + 1}, {"voucher", "account"}),
        (VoucherPart, {"amount": F("amount") + 1}, {"voucher"}),
        (Booking, {"units": 2}, {"booking"}),
        (BookingPart, {"spent_cents": F("spent_cents") + 1}, {"account", "payee"}),
        (BookingPart, {"amount": 2}, {"account", "booking", "transfer"}),
    ],
)
def test_a_row_that_was_altered_is_found(voucher, table, change, found):
    table.objects.update(**change)
    assert places() == found


@pytest.mark.parametrize(
    ("unit", "kind"),
    [
        *(("sessions", kind) for kind in ("committed", "spent", "unspent")),
        *(("GBP", kind) for kind in ("committed", "given_back", "spent", "unreleased")),
    ],
)
def test_one_altered_transfer_is_found_in_either_book(voucher, unit, kind):
    """Even where both its accounts were altered along: the book, or the other one, no longer agrees."""
    account = Account.objects.filter(unit=unit, kind=kind).exclude(debits_posted=0, credits_posted=0)[0]
    side = "debit" if account.side == "debit" else "credit"
    row = Transfer.objects.filter(**{side: account}).exclude(phase="pending").order_by("id")[0]
    lift("ledger_transfer")
    Transfer.objects.filter(pk=row.pk).update(amount=F("amount") + 1)
    protect("ledger_transfer")
    Account.objects.filter(pk=row.debit_id).update(debits_posted=F("debits_posted") + 1)
    Account.objects.filter(pk=row.credit_id).update(credits_posted=F("credits_posted") + 1)
    assert places()
