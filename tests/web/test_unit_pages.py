"""Pages of a voucher that counts sessions: what is left of which days, what a booking takes, both books of the fund."""

from datetime import date

import pytest

from tests.builders_credits import at
from tests.builders_units import SUMMER, child, place, units_call
from tests.web.conftest import browser_of
from tests.web.test_credit_pages import plain
from wishmi.bookings.models import Booking
from wishmi.calls.models import Fund
from wishmi.infra import clock
from wishmi.web.officer.fund_figures import fund_rows

pytestmark = pytest.mark.django_db
MAY = at(date(2025, 5, 2))


@pytest.fixture(autouse=True)
def may(settings, tmp_path, monkeypatch):
    settings.WISHMI_DATA, settings.WISHMI_CURRENCY = tmp_path, "GBP"
    monkeypatch.setattr(clock, "now", lambda: MAY)


def test_a_family_books_the_summer_in_may_and_reads_what_it_takes():
    home, voucher = child(units_call())
    where, client = place(SUMMER), browser_of(home)
    text = plain(client.get(f"/family/book/{where.pk}/"))
    assert (
        "Dal 23 luglio 2025 al 31 agosto 2025 il voucher ha 16 incontri . Questa attività ne usa: 1 incontro ."
        in text
    )
    assert "Usa meno voucher" not in text
    wallet = plain(client.get(f"/family/wallet/{voucher.ref}/"))
    assert "Estate" in wallet
    assert "16 incontri" in wallet
    none = plain(client.get(f"/family/book/{place(date(2025, 9, 10)).pk}/"))
    assert "Il voucher non ha più incontri per quel giorno. Scegli un altro giorno." in none


def test_the_fund_has_its_units_beside_its_money():
    _home, _voucher = child(units_call())
    row = fund_rows(Fund.objects.all())[0]
    assert row.holds
    assert (row.figures["awarded"], row.figures["unspent"]) == (84_000, 84_000)
    (book,) = row.counted
    assert (book.unit, [value for _label, value in book.named]) == ("sessions", [24, 0, 24, 0, 0])
    assert Booking.objects.count() == 0
