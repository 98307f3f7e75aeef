"""The cases of the preset that counts sessions, by the real acts: its credits, what can be used, what is paid."""

import pytest

from tests import builders as make
from tests.builders_credits import at, credits_of, run_on
from tests.builders_units import attended, audited, child, place, units_call
from tests.policy.test_cases import PRESETS
from wishmi.bookings.actions import book_session
from wishmi.bookings.models import Due
from wishmi.calls.document_values import read_cents, read_day
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode as Code
from wishmi.vouchers.selectors import wallet

pytestmark = pytest.mark.django_db


def cases(kind):
    return [pytest.param(said, id=said["name"]) for said in PRESETS["haf-england"][1][kind]]


@pytest.fixture(autouse=True)
def pound(settings, tmp_path):
    settings.WISHMI_DATA, settings.WISHMI_CURRENCY = tmp_path, "GBP"


@pytest.mark.parametrize("said", cases("credits"))
def test_the_sessions_of_each_holiday_stand_in_the_voucher(said):
    _home, voucher = child(units_call(), on=read_day(said["awarded_on"]))
    wanted = [(first, last, int(units)) for first, last, units in said["expect"]]
    assert [row[:3] for row in credits_of(voucher)] == wanted
    audited()


@pytest.mark.parametrize("said", cases("available"))
def test_what_can_be_used_on_a_day(said):
    home, voucher = child(units_call(), on=read_day(said["awarded_on"]))
    answers = []
    for on, count in said.get("spent", []):
        moment = at(read_day(on), 1)
        run_on(moment.date(), 1)
        for hour in range(8, 8 + int(count)):
            where = place(moment.date(), hour=hour)
            answers.append(
                book_session(moment, home.actor, where.pk, home.minors[0].pk, voucher.pk, f"case-{hour}")
            )
    if said["expect"] == "too_much":
        assert isinstance(answers[-1], Refused)
        assert answers[-1].codes == (Code.NO_UNIT_LEFT,)
        assert not any(isinstance(answer, Refused) for answer in answers[:-1])
    else:
        run_on(read_day(said["on"]))
        found = wallet(voucher.ref, home.household.pk)
        assert found is not None
        assert found.free == int(said["expect"])
    audited()


@pytest.mark.parametrize("said", cases("pay"))
def test_a_use_is_paid_as_the_call_says(said):
    home, voucher = child(units_call())
    where = place(at(read_day("2025-04-10")).date(), read_cents(said["price"]))
    attended(home, voucher, where, at(read_day("2025-04-07")))
    assert Due.objects.get().amount == read_cents(said["expect"])
    assert make.figures("HAF")["due"] == read_cents(said["expect"])
    audited()
