"""Run as a program of its own: books, confirms, cancels and marks for ever, and says each act once it is done."""

import os
import random
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wishmi.config.settings")
django.setup()

from wishmi.bookings.actions import (  # noqa: E402
    book_session,
    cancel_booking,
    confirm_booking,
    record_attendance,
)
from wishmi.bookings.models import Booking  # noqa: E402
from wishmi.catalogue.models import Session  # noqa: E402
from wishmi.cli.demo.scene import family, staff_of  # noqa: E402
from wishmi.cli.schedule import run_events, seal  # noqa: E402
from wishmi.core.outcome import Refused  # noqa: E402
from wishmi.infra.clock import now  # noqa: E402
from wishmi.vouchers.models import Voucher  # noqa: E402


def act(chance: random.Random, number: int) -> str | None:
    """One act at random; what to say of it, or None where it was refused."""
    moment = now()
    live = list(Booking.objects.filter(state__in=Booking.LIVE).order_by("id").values_list("id", flat=True))
    if live and chance.random() < 0.5:
        booking = Booking.objects.select_related("session__activity", "minor").get(pk=chance.choice(live))
        staff = staff_of(booking.session.activity.provider_id)
        kind = chance.choice(("confirmed", "attended", "cancelled"))
        if kind == "confirmed":
            done = confirm_booking(moment, staff, booking.pk)
        elif kind == "attended":
            done = record_attendance(booking.session.starts_at + timedelta(hours=1), staff, booking.pk, True)
        else:
            done = cancel_booking(moment, family(booking.minor.household_id or 0), booking.pk)
        return None if isinstance(done, Refused) else f"{kind} {booking.ref}"
    voucher = chance.choice(
        list(Voucher.objects.filter(state="active").select_related("minor").order_by("id"))
    )
    session = chance.choice(list(Session.objects.filter(starts_at__gt=moment).order_by("id")))
    made = book_session(
        moment,
        family(voucher.minor.household_id or 0),
        session.pk,
        voucher.minor_id,
        voucher.pk,
        f"crash-{os.getpid()}-{number}",
        most_cents=500,
    )
    return None if isinstance(made, Refused) else f"held {made.ref}"


def main() -> None:
    """Act until killed."""
    chance = random.Random(int(sys.argv[1]))
    number = 0
    print("ready", flush=True)
    while True:
        number += 1
        said = act(chance, number)
        if said:
            print(said, flush=True)
        if number % 7 == 0:
            run_events(now())
            seal(now())


main()
