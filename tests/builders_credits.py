"""Makers for calls whose awards grow, end and carry over in their own way."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from tests import builders as make
from wishmi.calls.models import Call
from wishmi.vouchers import jobs
from wishmi.vouchers.models import Voucher, VoucherPart
from wishmi.vouchers.selectors import wallet

_PLAIN = make.CALL_PATH.read_text(encoding="utf-8")
ROME = ZoneInfo("Europe/Rome")


def life_call(
    life: str, until: str = "2026-12-31", cents: int = 10_000_000, **changes: tuple[str, str]
) -> Call:
    """The call of Milan 2022 with other lines in `award`, published, with money in its two funds."""
    text = _PLAIN.replace("use_until: 2023-07-31", "\n  ".join([f"use_until: {until}", *life.split("; ")]))
    text = text.replace("eligible_to: 2023-12-31", "eligible_to: 2030-12-31")
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new)
    return make.funded_call(cents, text.encode())


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of a day in the city."""
    return datetime.combine(day, time(hour, minute), ROME)


def run_on(day: date, hour: int = 9, minute: int = 0) -> None:
    """The job on a day."""
    jobs.run(at(day, hour, minute))


def credits_of(voucher: Voucher) -> list[tuple[str, str, int, str]]:
    """Every credit of a voucher: its days, its amount, where it stands."""
    rows = VoucherPart.objects.filter(voucher=voucher).order_by("on", "until", "order", "number")
    return [(f"{row.on}", f"{row.until}", row.amount, row.state) for row in rows]


def free(voucher: Voucher) -> int:
    """What the voucher has free now."""
    found = wallet(voucher.ref, voucher.minor.household_id)
    assert found is not None
    return found.free
