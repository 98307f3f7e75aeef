"""Makers for a call that counts sessions instead of money, in its own currency and year."""

from datetime import date, datetime

from tests import builders as make
from tests.builders import NOW, RESPONSIBLE, assert_books_balance, done
from tests.builders_credits import at
from wishmi.awards.models import Stage, StageRow
from wishmi.bookings import actions as bookings
from wishmi.bookings.models import Booking
from wishmi.calls.models import Call, Fund
from wishmi.ledger.models import Account
from wishmi.outcomes.audit import check_everything
from wishmi.people.models import Person
from wishmi.vouchers.actions import issue_vouchers
from wishmi.vouchers.models import Voucher
from wishmi.vouchers.selectors import wallet

PATH = make.CALL_PATH.parents[1] / "haf-england" / "call.yaml"
FUND = "HAF"
AWARDED = date(2025, 3, 12)
EASTER, SUMMER, CHRISTMAS = date(2025, 4, 10), date(2025, 7, 25), date(2025, 12, 22)
BORN = date(2015, 5, 5)
WHOLE = 84_000
"""24 sessions at 35 pounds."""


def document(*changes: tuple[str, str]) -> bytes:
    """The preset, changed."""
    text = PATH.read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text.encode()


def units_call(*changes: tuple[str, str], pence: int = 1_000_000) -> Call:
    """The preset published, with money in its fund."""
    return make.funded_call(pence, document(*changes))


def issued(call: Call, *minors: Person, on: date = AWARDED, pence: int = WHOLE) -> list[Voucher]:
    """What children are awarded on a day; nobody need accept it."""
    stage = Stage.objects.create(
        call=call, version=call.versions.get(), number=call.stages.count() + 1, kind=Stage.Kind.FINAL, frozen_at=NOW,
        frozen_by=RESPONSIBLE.ref, inputs_digest="0" * 64, published_at=NOW,
    )  # fmt: skip
    for position, minor in enumerate(minors, 1):
        StageRow.objects.create(
            stage=stage, candidacy=make._candidacy(call, call.versions.get(), minor), position=position,
            outcome=StageRow.Outcome.AWARDED, claim=pence, shares={FUND: pence},
        )  # fmt: skip
    rows = done(issue_vouchers(at(on), RESPONSIBLE, stage.pk))
    return list(Voucher.objects.filter(pk__in=[row.pk for row in rows]).order_by("id"))


def child(call: Call, **more) -> tuple[make.Family, Voucher]:
    """A family with one child and its sessions."""
    home = make.family(BORN)
    return home, issued(call, home.minors[0], **more)[0]


def place(day: date, price: int = 2_000, hour: int = 15, **more):
    """A session on a day, at 20 pounds."""
    offer = more.pop("of", None) or make.activity(age_min=0, age_max=18, price_cents=price)
    return make.session(offer, starts_at=at(day, hour), price_cents=price, **more)


def confirmed(home, voucher, where, on: datetime) -> Booking:
    """A booking that its provider confirmed."""
    booking = make.book(home, voucher, where, on)
    done(bookings.confirm_booking(on, make.staff(where.activity.provider), booking.pk))
    return booking


def attended(home, voucher, where, on: datetime) -> Booking:
    """A session the child was at."""
    booking = confirmed(home, voucher, where, on)
    actor = make.staff(where.activity.provider)
    return done(bookings.record_attendance(where.starts_at, actor, booking.pk, present=True))


def pounds() -> dict[str, int]:
    """The figures of the fund in money that are not nothing."""
    return make.figures(FUND)


def units() -> dict[str, int]:
    """The book of the units: what each kind of account holds."""
    sums: dict[str, int] = {}
    for row in Account.objects.filter(fund=Fund.objects.get(code=FUND).ref, unit="sessions").order_by("id"):
        value = abs(row.credits_posted - row.debits_posted) - row.debits_pending
        sums[row.kind] = sums.get(row.kind, 0) + value
        sums["held"] = sums.get("held", 0) + row.debits_pending
    return {kind: value for kind, value in sums.items() if value}


def left(voucher: Voucher) -> tuple[int, int, int, int]:
    """Free now, held, used, still to come."""
    found = wallet(voucher.ref, voucher.minor.household_id)
    assert found is not None
    return found.free, found.held, found.spent, found.later


def audited() -> None:
    """Sound but for the chain, which is sealed after commits that a test does not make."""
    assert [f"{one.place}: {one.what}" for one in check_everything().differences] == []
    assert_books_balance()
