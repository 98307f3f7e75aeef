"""Vouchers and their credits, part by part. Balances are the ledger's."""

from django.db import models
from django.db.models import F, Q

from wishmi.infra.fields import EncryptedField


class Voucher(models.Model):
    """A child's voucher: one per award. `code` is what a family shows; it can be re-issued.

    `settled_on`: up to which day its credits were brought up to date; `next_on`: the next day on which one changes.
    """

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
    settled_on = models.DateField()
    next_on = models.DateField(null=True)

    class Meta:
        indexes = (models.Index(fields=["state", "use_until"]), models.Index(fields=["state", "next_on"]))


class VoucherPart(models.Model):
    """A credit of a voucher (accredito), as far as one fund pays it, with its accounts in the ledger.

    It can be used from `on` to `until`. What is kept back until its day is in `unreleased`, which the parts of one fund
    share. `order` is the place of the fund; `number` that of the part. `reasons` say why a credit was withheld.

    A credit in units (`amount` counts them) has them in `unspent` from the start, so that they can be held for its days
    before these come. The money behind the units that are not used is in `backing`, at the `tariff` for each, what was
    spent of it in `paid`; the credits of one fund share both.
    """

    class State(models.TextChoices):
        """Where it stands; the words are the core's."""

        PLANNED = "planned"
        CAME = "came"
        WITHHELD = "withheld"
        ENDED = "ended"
        DROPPED = "dropped"

    voucher = models.ForeignKey(Voucher, models.PROTECT, related_name="parts")
    fund = models.ForeignKey("calls.Fund", models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField(default=0)
    on = models.DateField()
    until = models.DateField()
    amount = models.BigIntegerField()
    why = models.CharField(max_length=64)
    capped_after = models.DateField(null=True)
    state = models.CharField(max_length=8, choices=State, default=State.CAME)
    reasons = EncryptedField(null=True)
    unspent = models.OneToOneField("ledger.Account", models.PROTECT, related_name="+")
    spent = models.OneToOneField("ledger.Account", models.PROTECT, related_name="+")
    unreleased = models.ForeignKey("ledger.Account", models.PROTECT, null=True, related_name="+")
    tariff = models.PositiveIntegerField(null=True)
    backing = models.ForeignKey("ledger.Account", models.PROTECT, null=True, related_name="+")
    paid = models.ForeignKey("ledger.Account", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["voucher", "fund", "number"], name="one_part_per_fund_and_number"
            ),
            models.CheckConstraint(
                condition=Q(tariff__isnull=True, backing__isnull=True, paid__isnull=True)
                | Q(tariff__gt=0, backing__isnull=False, paid__isnull=False, unreleased__isnull=True),
                name="units_have_money_behind",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="credit_positive"),
            models.CheckConstraint(condition=Q(on__lte=F("until")), name="credit_has_days"),
        )

    def worth(self, amount: int) -> int:
        """An amount of it in money: units at their tariff."""
        return amount if self.tariff is None else amount * self.tariff
