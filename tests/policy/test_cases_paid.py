"""The cases of `pay` and `dues` once more, by the real acts: a use under the preset's rule, and its statements."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from tests import builders as make
from tests.builders import EUROPE, NOW, assert_books_balance, done
from tests.policy.test_cases import PRESETS
from wishmi.bookings import actions as bookings
from wishmi.bookings.models import Due
from wishmi.calls.document_values import read_cents, read_day
from wishmi.core.outcome import Refused
from wishmi.core.rules.payment import Payee
from wishmi.outcomes.audit import check_everything
from wishmi.payouts import actions
from wishmi.payouts.actions import ClaimSpec

pytestmark = pytest.mark.django_db
START = NOW + timedelta(days=10)
LATE = START + timedelta(days=60)


def cases(kind):
    return [
        pytest.param(name, said, id=f"{name}: {said['name']}")
        for name, (_rules, tree) in PRESETS.items()
        for said in tree.get(kind) or []
    ]


def call_of(preset):
    """The two-fund call with a preset's rule of payment, and money enough for every case."""
    return make.funded_call(100_000_000, make.paying(make.payment_of(preset)))


def drawn(moment, until):
    rows = done(actions.draw_statements(moment, make.ACCOUNTANT, until))
    return sum(row.amount for row in rows)


def assert_sound():
    assert check_everything().differences == ()
    assert_books_balance()


@pytest.mark.parametrize(("preset", "said"), cases("pay"))
def test_a_use_is_paid_in_its_statement(preset, said):
    call, host = call_of(preset), make.activity()
    before, price = read_cents(said.get("turnover", "0.00")), read_cents(said["price"])
    used = []
    for cents in filter(None, (before, price)):
        home, voucher = make.child_with_voucher(call, {EUROPE: cents})
        used.append(make.used(home, voucher, make.session(host, price_cents=cents)))
    owed = sum(Due.objects.filter(part__booking=used[-1]).values_list("amount", flat=True))
    assert owed == read_cents(said["expect"])
    everything = sum(Due.objects.values_list("amount", flat=True))
    assert drawn(LATE, LATE.date()) == everything
    assert_sound()


@pytest.mark.parametrize(("preset", "said"), cases("dues"))
def test_what_is_owed_is_stated_on_its_days(preset, said):
    amount, started_on = read_cents(said["amount"]), read_day(said["started_on"])
    starts_at = datetime.combine(started_on, time(15), ZoneInfo(settings.TIME_ZONE))
    assert starts_at > NOW
    home, voucher = make.child_with_voucher(call_of(preset), {EUROPE: amount})
    place = make.session(price_cents=amount, starts_at=starts_at)
    booking = make.book(home, voucher, place)
    done(bookings.confirm_booking(NOW, make.staff(place.activity.provider), booking.pk))
    for day, part in said["expect"]:
        moment = datetime.combine(read_day(day), time(9), ZoneInfo(settings.TIME_ZONE))
        if read_day(day) > started_on:
            eve = moment - timedelta(days=1)
            assert drawn(eve, eve.date()) == 0
        assert drawn(moment, moment.date()) == read_cents(part)
    assert_sound()


@pytest.mark.parametrize(
    "preset", [name for name, (rules, _tree) in PRESETS.items() if rules.payment.payee is Payee.FAMILY]
)
@pytest.mark.parametrize("beyond", [0, 1])
def test_a_family_claims_to_the_last_day(preset, beyond, settings, tmp_path):
    settings.WISHMI_DATA = tmp_path
    days = PRESETS[preset][0].payment.claim_days
    home, voucher = make.child_with_voucher(call_of(preset), {EUROPE: 10_000})
    done(actions.set_family_account(NOW, home.actor, "Nome Cognome", make.provider_spec().iban))
    spec = ClaimSpec({voucher.pk: 10_000}, NOW.date(), "Piscina Inventata", "art")
    moment = NOW + timedelta(days=days + beyond)
    claim = actions.submit_claim(moment, home.actor, spec, b"%PDF-1.7")
    assert isinstance(claim, Refused) is bool(beyond)
    if not beyond:
        line = claim.lines.get()
        done(actions.decide_claim(moment, make.OFFICER, claim.pk, {line.pk: 10_000}))
        assert drawn(moment, moment.date()) == 10_000
    assert_sound()
