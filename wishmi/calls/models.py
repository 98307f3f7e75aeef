"""Funds, calls, their immutable versions, the numbered acts on them, and drafts of versions to come."""

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
    """A numbered, dated act on a call, append-only: `version` is the one it puts in force or rests on.

    `text_it` and `text_en` are what people read; `data` what the program goes by.
    """

    class Kind(models.TextChoices):
        """What the act does."""

        PUBLICATION = "publication"
        CLOSING = "closing"
        RANKING = "ranking"
        EXTENSION = "extension"
        CORRECTION = "correction"
        SUSPENSION = "suspension"
        REOPENING = "reopening"
        ANNULMENT = "annulment"

    call = models.ForeignKey(Call, models.PROTECT, related_name="acts")
    version = models.ForeignKey(CallVersion, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind)
    number = models.CharField(max_length=64)
    reason = models.TextField(blank=True)
    signatory = models.CharField(max_length=120, blank=True)
    text_it = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["call", "number"], name="one_call_act_per_number"),)


class CallDraft(models.Model):
    """A document that is being written. `revision` is the number of its newest text."""

    class State(models.TextChoices):
        """Whether it is still worked on."""

        OPEN = "open"
        LOADED = "loaded"
        DISCARDED = "discarded"

    title = models.CharField(max_length=200)
    base = models.ForeignKey(CallVersion, models.PROTECT, null=True, related_name="+")
    version = models.OneToOneField(CallVersion, models.PROTECT, null=True, related_name="draft")
    state = models.CharField(max_length=16, choices=State, default=State.OPEN)
    revision = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=64)
    changed_at = models.DateTimeField()


class DraftRevision(models.Model):
    """One text of a draft, kept for ever: any of them can be taken up again. `what` says what was changed."""

    draft = models.ForeignKey(CallDraft, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    what = models.CharField(max_length=160)
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["draft", "number"], name="one_text_per_revision"),)


class DraftRemark(models.Model):
    """A comment on a passage, or a proposal of other words for it. `place` is a section or a place inside one."""

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        SETTLED = "settled"

    draft = models.ForeignKey(CallDraft, models.PROTECT, related_name="remarks")
    revision = models.PositiveIntegerField()
    place = models.CharField(max_length=200)
    text = models.TextField()
    proposed = models.TextField(blank=True)
    state = models.CharField(max_length=16, choices=State, default=State.OPEN)
    answer = models.TextField(blank=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=64, blank=True)


class DraftParty(models.Model):
    """A department or partner whose agreement is asked; without a `login` the responsible records its answer."""

    draft = models.ForeignKey(CallDraft, models.PROTECT, related_name="parties")
    name = models.CharField(max_length=160)
    login = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["draft", "name"], name="one_party_per_name"),)


class DraftAgreement(models.Model):
    """What a party said of one revision; a later text asks it anew."""

    party = models.ForeignKey(DraftParty, models.PROTECT, related_name="answers")
    revision = models.PositiveIntegerField()
    agrees = models.BooleanField()
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
