"""Bookings, the parts of a voucher they hold, waiting entries."""

from django.db import models
from django.db.models import F, Q

from wishmi.infra.fields import EncryptedField


class Booking(models.Model):
    """A child's place in a session (prenotazione). Money is held by pending transfers until attendance or its end.

    `price_cents` is what it costs: nothing for a free trial (`is_trial`), whatever its session's price; of a late
    cancellation, what it lost. An absence is a use (`no_show`) or costs nothing (`absent`), as the call says. The
    provider marks it until `mark_by`; after that it is `unmarked` and costs nothing. `units` is how many it takes of a
    voucher that counts them.

    Where both confirm, it is `marked` (`was_there`) until the family answers, by `answer_by`; `disputed` until an
    officer decides; `unused` if that was no use. `reminded_at` is when who must act next was reminded.
    """

    class State(models.TextChoices):
        """The life of a booking."""

        HELD = "held"
        CONFIRMED = "confirmed"
        ATTENDED = "attended"
        NO_SHOW = "no_show"
        REFUSED = "refused"
        EXPIRED = "expired"
        CANCELLED = "cancelled"
        REVERSED = "reversed"
        LATE = "late"
        ABSENT = "absent"
        UNMARKED = "unmarked"
        MARKED = "marked"
        DISPUTED = "disputed"
        UNUSED = "unused"

    LIVE = (State.HELD, State.CONFIRMED)
    ASKED = (State.MARKED, State.DISPUTED)
    """Marked by the provider, not confirmed by the family: the money is held still."""
    USED = (State.ATTENDED, State.NO_SHOW)
    TAKEN = (*LIVE, *ASKED, *USED)
    """What occupies a place."""
    COUNTED = (*TAKEN, State.LATE)
    """What counts towards the caps of a voucher: held or spent, and not given back."""

    ref = models.CharField(max_length=36, unique=True)
    session = models.ForeignKey("catalogue.Session", models.PROTECT, related_name="bookings")
    voucher = models.ForeignKey("vouchers.Voucher", models.PROTECT, null=True, related_name="bookings")
    minor = models.ForeignKey("people.Person", models.PROTECT, related_name="bookings")
    state = models.CharField(max_length=10, choices=State, default=State.HELD)
    price_cents = models.PositiveIntegerField()
    voucher_cents = models.PositiveIntegerField()
    family_cents = models.PositiveIntegerField()
    units = models.PositiveSmallIntegerField(default=0)
    is_trial = models.BooleanField(default=False)
    family_paid_at = models.DateTimeField(null=True)
    booked_at = models.DateTimeField()
    confirm_by = models.DateTimeField()
    mark_by = models.DateTimeField(null=True)
    was_there = models.BooleanField(null=True)
    marked_at = models.DateTimeField(null=True)
    answer_by = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=16, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["state", "confirm_by"]),
            models.Index(fields=["session", "state"]),
            models.Index(fields=["mark_by"], name="booking_to_be_marked", condition=Q(state="confirmed")),
            models.Index(fields=["answer_by"], name="booking_to_be_answered", condition=Q(state="marked")),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["session", "minor"],
                condition=Q(state__in=["held", "confirmed", "marked", "disputed", "attended", "no_show"]),
                name="one_live_booking_per_child",
            ),
            models.CheckConstraint(
                condition=Q(price_cents=F("voucher_cents") + F("family_cents")), name="price_is_fully_covered"
            ),
        )


class Dispute(models.Model):
    """A family's no to what its provider marked (contestazione), in its words, and what an officer decided."""

    booking = models.OneToOneField(Booking, models.PROTECT, related_name="dispute")
    words = EncryptedField()
    disputed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=64, blank=True)
    was_used = models.BooleanField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["disputed_at"], name="dispute_to_be_decided", condition=Q(decided_at__isnull=True)
            ),
        )


class BookingPart(models.Model):
    """What one voucher part pays of a booking: the pending transfer that holds it.

    `redeemed_at`: since when it is spent and owed, by its dues: after use, or from the start where the call says so.
    Where `amount` counts units, `spent_cents` is what was spent of the money behind them.
    """

    booking = models.ForeignKey(Booking, models.PROTECT, related_name="parts")
    voucher_part = models.ForeignKey("vouchers.VoucherPart", models.PROTECT, related_name="+")
    amount = models.PositiveIntegerField()
    hold = models.OneToOneField("ledger.Transfer", models.PROTECT, related_name="+")
    spent_cents = models.PositiveIntegerField(null=True)
    redeemed_at = models.DateTimeField(null=True)
    reversed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["redeemed_at"]),)

    @property
    def spent(self) -> int:
        """What was spent of it in money, once it is redeemed."""
        return self.amount if self.spent_cents is None else self.spent_cents


class Due(models.Model):
    """What a used part makes owed to the provider on a day (scadenza): one, or one for each instalment.

    `stated_at`: since when it stands in a statement; from then on a reversal is owed back by the provider.
    """

    part = models.ForeignKey(BookingPart, models.PROTECT, related_name="dues")
    due_on = models.DateField()
    amount = models.PositiveIntegerField()
    stated_at = models.DateTimeField(null=True)
    reversed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(amount__gt=0), name="due_positive"),)
        indexes = (
            models.Index(
                fields=["due_on"],
                name="due_unstated",
                condition=Q(reversed_at__isnull=True, stated_at__isnull=True),
            ),
        )


class Turnover(models.Model):
    """What vouchers of a call spent at a provider in a year, counted where rates fall with it; locked to be read."""

    provider = models.ForeignKey("providers.Provider", models.PROTECT, related_name="+")
    call = models.ForeignKey("calls.Call", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    used = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["provider", "call", "year"], name="one_turnover_per_year"),
        )


class WaitingEntry(models.Model):
    """A child that waits for a place, in order of arrival; the first that can still be served gets it."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting"
        SERVED = "served"
        LEFT = "left"
        PASSED = "passed"

    session = models.ForeignKey("catalogue.Session", models.PROTECT, related_name="waiting")
    minor = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    voucher = models.ForeignKey("vouchers.Voucher", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["session", "minor"], condition=Q(state="waiting"), name="waits_once_per_session"
            ),
        )
