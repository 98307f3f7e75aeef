"""Vouchers and their parts. Balances are the ledger's."""

from django.db import models


class Voucher(models.Model):
    """A child's voucher: one per award. `code` is what a family shows; it can be re-issued."""

    class State(models.TextChoices):
        """Whether it can be used."""

        OFFERED = "offered"
        ACTIVE = "active"
        CLOSED = "closed"

    ref = models.CharField(max_length=36, unique=True)
    award = models.OneToOneField("awards.Award", models.PROTECT, related_name="voucher")
    call = models.ForeignKey("calls.Call", models.PROTECT, related_name="vouchers")
    minor = models.ForeignKey("people.Person", models.PROTECT, related_name="vouchers")
    code = models.CharField(max_length=16, unique=True)
    state = models.CharField(max_length=8, choices=State, default=State.OFFERED)
    use_until = models.DateField()
    extension_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = (models.Index(fields=["state", "use_until"]),)


class VoucherPart(models.Model):
    """The part of a voucher that one fund pays, with its two accounts in the ledger."""

    voucher = models.ForeignKey(Voucher, models.PROTECT, related_name="parts")
    fund = models.ForeignKey("calls.Fund", models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()
    unspent = models.OneToOneField("ledger.Account", models.PROTECT, related_name="+")
    spent = models.OneToOneField("ledger.Account", models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["voucher", "fund"], name="one_voucher_part_per_fund"),)
