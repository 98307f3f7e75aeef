"""Accounts and transfers. Imported only from within the ledger.

Signs and units, once for all: every amount is a positive integer of the unit's smallest part (cents for EUR). A
transfer debits one account and credits another of the same unit. Transfers are append-only.
"""

from django.db import models
from django.db.models import CheckConstraint, F, Q


class Account(models.Model):
    """One purse of one owner in one fund and unit; the four sums are caches that the audit recomputes.

    `number` tells apart several purses of one kind, such as the credits of a voucher; 0 where there is one.
    """

    kind = models.CharField(max_length=16)
    side = models.CharField(max_length=6)
    owner = models.CharField(max_length=48)
    fund = models.CharField(max_length=48)
    unit = models.CharField(max_length=16)
    number = models.PositiveSmallIntegerField(default=0)
    debits_posted = models.BigIntegerField(default=0)
    credits_posted = models.BigIntegerField(default=0)
    debits_pending = models.BigIntegerField(default=0)
    credits_pending = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["owner", "kind", "fund", "unit", "number"], name="one_account_per_purpose"
            ),
            CheckConstraint(
                condition=Q(side="debit") | Q(debits_posted__lte=F("credits_posted") - F("debits_pending")),
                name="credit_side_not_overdrawn",
            ),
            CheckConstraint(
                condition=Q(side="credit") | Q(credits_posted__lte=F("debits_posted") - F("credits_pending")),
                name="debit_side_not_overdrawn",
            ),
            CheckConstraint(
                condition=Q(debits_pending__gte=0, credits_pending__gte=0), name="pending_never_negative"
            ),
        )
        indexes = (models.Index(fields=["fund", "kind"]),)


class Transfer(models.Model):
    """One row, one movement of value."""

    debit = models.ForeignKey(Account, models.PROTECT, related_name="+")
    credit = models.ForeignKey(Account, models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    unit = models.CharField(max_length=16)
    phase = models.CharField(max_length=8)
    reason = models.CharField(max_length=24)
    at = models.DateTimeField()
    key = models.CharField(max_length=120, unique=True)
    pending_of = models.OneToOneField("self", models.PROTECT, null=True, related_name="resolution")

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(amount__gt=0), name="amount_positive"),
            CheckConstraint(condition=~Q(debit=F("credit")), name="two_accounts"),
            CheckConstraint(
                condition=Q(phase__in=["post", "void"], pending_of__isnull=False)
                | Q(phase__in=["posted", "pending"], pending_of__isnull=True),
                name="resolution_names_its_pending",
            ),
        )
