"""Statements, batches and payments."""

from django.db import models
from django.db.models import Q


class Statement(models.Model):
    """What one fund owes one provider for the uses of a period, after the holding days (rendiconto)."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAWN = "drawn"
        AGREED = "agreed"
        DISPUTED = "disputed"
        IN_BATCH = "in_batch"
        PAID = "paid"

    number = models.CharField(max_length=32, unique=True)
    provider = models.ForeignKey("providers.Provider", models.PROTECT, related_name="statements")
    fund = models.ForeignKey("calls.Fund", models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.DRAWN)
    until = models.DateField()
    amount = models.PositiveBigIntegerField()
    drawn_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    dispute = models.TextField(blank=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(amount__gt=0), name="statement_positive"),)


class StatementLine(models.Model):
    """One use in a statement; a use stands in one statement only."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="lines")
    part = models.OneToOneField("bookings.BookingPart", models.PROTECT, related_name="statement_line")
    amount = models.PositiveIntegerField()


class Batch(models.Model):
    """A payment batch (lotto di pagamento): one bank file, two persons."""

    class State(models.TextChoices):
        """Where it stands."""

        PREPARED = "prepared"
        APPROVED = "approved"
        CLOSED = "closed"
        DISCARDED = "discarded"

    number = models.CharField(max_length=32, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.PREPARED)
    prepared_at = models.DateTimeField()
    prepared_by = models.CharField(max_length=64)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=64, blank=True)
    discarded_at = models.DateTimeField(null=True)
    discarded_by = models.CharField(max_length=64, blank=True)
    discard_reason = models.CharField(max_length=500, blank=True)
    execute_on = models.DateField()
    file = models.CharField(max_length=200, blank=True)
    file_digest = models.CharField(max_length=64, blank=True)


class Payment(models.Model):
    """One credit transfer of a batch: a statement, less what is recovered from the provider."""

    class State(models.TextChoices):
        """What the bank says; discarded with its batch, the bank never heard of it."""

        PREPARED = "prepared"
        IN_PAYMENT = "in_payment"
        PAID = "paid"
        REJECTED = "rejected"
        DISCARDED = "discarded"

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="payments")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="payments")
    end_to_end = models.CharField(max_length=35, unique=True)
    amount = models.PositiveBigIntegerField()
    compensated = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.PREPARED)
    bank_reason = models.CharField(max_length=64, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["statement"],
                condition=~Q(state__in=["rejected", "discarded"]),
                name="one_live_payment_per_statement",
            ),
        )
