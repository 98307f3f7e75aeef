"""A city whose currency has no smaller part: fund, award, booking, statement and payment in whole units."""

import csv
import io

import pytest

from tests import builders as make
from tests.builders import (
    ACCOUNTANT,
    DAY,
    EUROPE,
    NATION,
    NOW,
    SECOND_ACCOUNTANT,
    assert_books_balance,
    child_with_voucher,
    done,
    figures,
    used,
)
from wishmi.calls.document import parse_call
from wishmi.calls.models import Fund
from wishmi.calls.readiness import gaps
from wishmi.outcomes.audit import check_everything
from wishmi.payouts.actions import agree_statement, approve_batch, draw_statements, place_file, prepare_batch
from wishmi.payouts.bank_file import SCHEMA
from wishmi.payouts.models import Statement
from wishmi.web.officer.exports import Cents, written
from wishmi.web.officer.fields import MoneyField

pytestmark = pytest.mark.django_db
LATER = NOW + 40 * DAY
_NO_INCOME = make.CALL_PATH.parent.parent / "reykjavik-fristundakort" / "call.yaml"


@pytest.fixture(autouse=True)
def kronur(settings, tmp_path):
    settings.WISHMI_DATA = tmp_path
    settings.WISHMI_CURRENCY = "ISK"


def test_a_call_is_published_in_the_citys_currency_alone(settings):
    euro = parse_call(make.CALL_PATH.read_bytes()).rules()
    krona = parse_call(_NO_INCOME.read_bytes()).rules()
    assert ("currency" in gaps(euro), "currency" in gaps(krona)) == (True, False)
    settings.WISHMI_CURRENCY = "EUR"
    assert ("currency" in gaps(euro), "currency" in gaps(krona)) == (False, True)


def test_where_amounts_of_families_cannot_be_read_no_call_asks_for_them():
    text = make.CALL_PATH.read_text(encoding="utf-8").replace("unit: EUR", "unit: ISK")
    assert "currency" in gaps(parse_call(text.encode()).rules())


def test_every_krona_from_the_fund_to_the_list_of_payments(monkeypatch):
    text = make.CALL_PATH.read_text(encoding="utf-8").replace("unit: EUR", "unit: ISK")
    monkeypatch.setattr("wishmi.calls.actions.gaps", lambda _rules: ())
    call = make.funded_call(1_000_000, text.encode())
    assert set(Fund.objects.values_list("unit", flat=True)) == {"ISK"}
    home, voucher = child_with_voucher(call, {EUROPE: 12_000, NATION: 63_000})
    place = make.session(price_cents=20_001)
    booking = used(home, voucher, place)
    assert (booking.voucher_cents, booking.family_cents) == (20_001, 0)
    statements = done(draw_statements(LATER, ACCOUNTANT, LATER.date()))
    assert [row.amount for row in statements] == [12_000, 8_001]
    for row in Statement.objects.order_by("id"):
        done(agree_statement(LATER, make.staff(place.activity.provider), row.pk))
    batch = done(prepare_batch(LATER, ACCOUNTANT, LATER.date()))
    batch = done(approve_batch(LATER, SECOND_ACCOUNTANT, batch.pk))
    path = place_file(batch)
    assert path is not None
    assert path.suffix == ".csv"
    assert SCHEMA.encode() not in path.read_bytes()
    lines = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert [(line["amount"], line["currency"]) for line in lines] == [("12000", "ISK"), ("8001", "ISK")]
    assert figures(NATION)["in_payment"] == 8_001
    assert_books_balance()
    assert [one.what for one in check_everything().differences] == []


def test_amounts_are_read_and_written_whole(settings):
    assert MoneyField().clean("75.000") == 75_000
    assert written(Cents(75_000), ",") == "75000"
    with pytest.raises(Exception, match=r"whole amount|intero"):
        MoneyField().clean("75.000,50")
    settings.WISHMI_CURRENCY = "EUR"
    assert MoneyField().clean("75.000,50") == 7_500_050
    assert written(Cents(75_050), ",") == "750,50"
