"""Funds, calls, their immutable versions and the numbered acts on them."""

from django.db import models
from django.db.models import Q


class Fund(models.Model):
    """A source of money (fondo) with its codes, its eligible period and categories. Its balance is the ledger's."""

    ref = models.CharField(max_length=36, unique=True)
    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=160)
    unit = models.CharField(max_length=16, default="EUR")
    cup = models.CharField(max_length=32, blank=True)
    legal_reference = models.CharField(max_length=160, blank=True)
    eligible_from = models.DateField(null=True)
    eligible_until = models.DateField(null=True)
    categories = models.JSONField(default=list)


class FundAct(models.Model):
    """A numbered act on a fund: appropriation, top-up, or a move to another fund."""

    class Kind(models.TextChoices):
        """What the act does."""

        APPROPRIATION = "appropriation"
        TOP_UP = "top_up"
        MOVE = "move"

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="acts")
    target = models.ForeignKey(Fund, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind)
    amount = models.BigIntegerField()
    number = models.CharField(max_length=64)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["fund", "number"], name="one_act_per_number"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="act_amount_positive"),
        )


class Call(models.Model):
    """A call (avviso): its code, and its versions."""

    code = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=200)


class CallVersion(models.Model):
    """One version of a call's document. Once published it never changes: triggers refuse it."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.TextField()
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["call", "number"], name="one_version_per_number"),)


class CallFund(models.Model):
    """A fund behind a call, in spending order."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="call_funds")
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="call_funds")
    order = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["call", "fund"], name="one_place_per_fund"),
            models.UniqueConstraint(fields=["call", "order"], name="one_fund_per_place"),
        )


class CallAct(models.Model):
    """A numbered, dated act on a call: publication, closing, extension of use, approval of a ranking. Append-only."""

    class Kind(models.TextChoices):
        """What the act does."""

        PUBLICATION = "publication"
        CLOSING = "closing"
        RANKING = "ranking"
        EXTENSION = "extension"

    call = models.ForeignKey(Call, models.PROTECT, related_name="acts")
    version = models.ForeignKey(CallVersion, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind)
    number = models.CharField(max_length=64)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["call", "number"], name="one_call_act_per_number"),)
