"""Pages of vouchers that grow: what comes, what ends, who gets the rest; units in words."""

import re
from datetime import date
from html import unescape

import pytest
from django.utils.translation import override

from tests import builders as make
from tests.builders import EUROPE
from tests.builders_credits import life_call
from tests.web.conftest import browser_of
from tests.web.test_family_pages import words
from wishmi.vouchers.models import Voucher
from wishmi.web import formats

pytestmark = pytest.mark.django_db


def plain(answer):
    """The words of a page without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", words(answer))).split())


def test_a_family_reads_its_days_and_gives_the_rest_to_a_sister(stopped_clock):
    call = life_call("transfer: siblings; yearly: true", "2024-12-31")
    home = make.family(date(2014, 2, 1), date(2012, 5, 5))
    (voucher,) = make.vouchers(call, (home.minors[0], {EUROPE: 5_000}))
    make._candidacy(call, call.versions.get(), home.minors[1])
    client = browser_of(home)
    text = plain(client.get(f"/family/wallet/{voucher.ref}/"))
    assert "Deve ancora arrivare € 50,00" in text
    assert "1 gennaio 2024 31 dicembre 2024 Ogni anno Arriva dopo € 50,00 € 0,00" in text
    asked = words(client.get(f"/family/wallet/{voucher.ref}/pass/"))
    assert f"Dai a {home.minors[1].given_name}" in asked
    other = client.post(f"/family/wallet/{voucher.ref}/pass/", {"child": home.minors[0].pk})
    assert other.status_code == 404
    done = client.post(f"/family/wallet/{voucher.ref}/pass/", {"child": home.minors[1].pk}, follow=True)
    assert "Fatto. Quello che restava ora è nell'altro voucher." in plain(done)
    assert Voucher.objects.get(minor=home.minors[1]).state == "active"
    assert client.get(f"/family/wallet/{voucher.ref}/pass/").status_code == 404


def test_a_plain_voucher_shows_no_schedule(call):
    home, voucher = make.child_with_voucher(call)
    client = browser_of(home)
    assert "Cosa arriva e cosa finisce" not in words(client.get(f"/family/wallet/{voucher.ref}/"))
    assert client.get(f"/family/wallet/{voucher.ref}/pass/").status_code == 404


@pytest.mark.parametrize(
    ("value", "unit", "italian", "english"),
    [
        (40_000, "EUR", "€ 400,00", "€400.00"),
        (75_000, "ISK", "75.000 ISK", "ISK 75,000"),
        (3_500, "GBP", "35,00 £", "£35.00"),
        (1, "sessions", "1 incontro", "1 session"),
        (3, "sessions", "3 incontri", "3 sessions"),
        (1_200, "sessions", "1.200 incontri", "1,200 sessions"),
    ],
)
def test_an_amount_is_written_in_its_unit(value, unit, italian, english):
    said = {}
    for language in ("it", "en"):
        with override(language):
            said[language] = formats.amount(value, unit)
    assert said == {"it": italian, "en": english.replace("\u00a0", " ")}
