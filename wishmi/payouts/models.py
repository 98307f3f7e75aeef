"""Claims, grants by head, statements, batches and payments."""

from django.db import models
from django.db.models import Q

from wishmi.infra.fields import EncryptedField


class FamilyAccount(models.Model):
    """Where a household is refunded: holder and IBAN (conto della famiglia)."""

    household = models.OneToOneField("people.Household", models.PROTECT, related_name="family_account")
    holder = models.CharField(max_length=70)
    iban = EncryptedField()
    changed_at = models.DateTimeField()


class Claim(models.Model):
    """What was paid and is asked back against proof (richiesta di rimborso): by a household, or a school for many."""

    class State(models.TextChoices):
        """Where it stands."""

        SUBMITTED = "submitted"
        ACCEPTED = "accepted"
        REFUSED = "refused"

    ref = models.CharField(max_length=36, unique=True)
    call = models.ForeignKey("calls.Call", models.PROTECT, related_name="+")
    household = models.ForeignKey("people.Household", models.PROTECT, null=True, related_name="claims")
    provider = models.ForeignKey("providers.Provider", models.PROTECT, null=True, related_name="claims")
    state = models.CharField(max_length=9, choices=State, default=State.SUBMITTED)
    paid_on = models.DateField()
    paid_to = models.CharField(max_length=160)
    category = models.CharField(max_length=32, blank=True)
    proof = models.ForeignKey("infra.Attachment", models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = (models.Index(fields=["state", "submitted_at"]),)
        constraints = (
            models.CheckConstraint(
                condition=Q(household__isnull=False, provider__isnull=True)
                | Q(household__isnull=True, provider__isnull=False),
                name="claim_of_one_payee",
            ),
        )


class ClaimLine(models.Model):
    """One child's part of a claim: the price paid for it, and what of it the office accepted."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="lines")
    voucher = models.ForeignKey("vouchers.Voucher", models.PROTECT, related_name="+")
    price_cents = models.PositiveIntegerField()
    accepted_cents = models.PositiveIntegerField(null=True)


class ClaimPart(models.Model):
    """What one voucher part spends on a claim: held until the decision, then spent and owed from a day on."""

    line = models.ForeignKey(ClaimLine, models.PROTECT, related_name="parts")
    voucher_part = models.ForeignKey("vouchers.VoucherPart", models.PROTECT, related_name="+")
    hold = models.OneToOneField("ledger.Transfer", models.PROTECT, related_name="+")
    held = models.PositiveIntegerField()
    spent = models.PositiveIntegerField(default=0)
    owed = models.PositiveIntegerField(default=0)
    due_on = models.DateField(null=True)
    stated_at = models.DateTimeField(null=True)


class HeadGrant(models.Model):
    """A grant to a provider for each child enrolled in a year: declared by it, checked by the office."""

    class State(models.TextChoices):
        """Where it stands."""

        DECLARED = "declared"
        CHECKED = "checked"

    provider = models.ForeignKey("providers.Provider", models.PROTECT, related_name="head_grants")
    call = models.ForeignKey("calls.Call", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.DECLARED)
    declared = models.PositiveIntegerField()
    declared_at = models.DateTimeField()
    declared_by = models.CharField(max_length=64)
    checked = models.PositiveIntegerField(null=True)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["provider", "call", "year"], name="one_head_grant_per_year"),
        )


class HeadGrantPart(models.Model):
    """What one fund pays of a grant by head, and from which day on."""

    grant = models.ForeignKey(HeadGrant, models.PROTECT, related_name="parts")
    fund = models.ForeignKey("calls.Fund", models.PROTECT, related_name="+")
    amount = models.PositiveBigIntegerField()
    due_on = models.DateField()
    stated_at = models.DateTimeField(null=True)


class Statement(models.Model):
    """What one fund owes one payee for a period (rendiconto): a provider, or a family for its claims."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAWN = "drawn"
        AGREED = "agreed"
        DISPUTED = "disputed"
        IN_BATCH = "in_batch"
        PAID = "paid"

    number = models.CharField(max_length=32, unique=True)
    provider = models.ForeignKey("providers.Provider", models.PROTECT, null=True, related_name="statements")
    household = models.ForeignKey("people.Household", models.PROTECT, null=True, related_name="statements")
    fund = models.ForeignKey("calls.Fund", models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.DRAWN)
    until = models.DateField()
    amount = models.PositiveBigIntegerField()
    drawn_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    dispute = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="statement_positive"),
            models.CheckConstraint(
                condition=Q(household__isnull=False, provider__isnull=True)
                | Q(household__isnull=True, provider__isnull=False),
                name="statement_of_one_payee",
            ),
        )

    @property
    def payee_ref(self) -> str:
        """The owner of its accounts in the ledger."""
        payee = self.provider or self.household
        assert payee is not None
        return payee.ref

    @property
    def payee_name(self) -> str:
        """Whom the bank pays."""
        return self.provider.name if self.provider else self._account.holder

    @property
    def payee_iban(self) -> str:
        """Where it is paid."""
        return str(self.provider.iban if self.provider else self._account.iban)

    @property
    def _account(self) -> FamilyAccount:
        assert self.household is not None
        return self.household.family_account


class StatementLine(models.Model):
    """One thing owed, in a statement and in one only: a use's due, a part of a claim, or a part of a grant by head."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="lines")
    due = models.OneToOneField("bookings.Due", models.PROTECT, null=True, related_name="statement_line")
    claim_part = models.OneToOneField(ClaimPart, models.PROTECT, null=True, related_name="statement_line")
    grant_part = models.OneToOneField(HeadGrantPart, models.PROTECT, null=True, related_name="statement_line")
    amount = models.PositiveBigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(due__isnull=False, claim_part__isnull=True, grant_part__isnull=True)
                | Q(due__isnull=True, claim_part__isnull=False, grant_part__isnull=True)
                | Q(due__isnull=True, claim_part__isnull=True, grant_part__isnull=False),
                name="line_of_one_thing",
            ),
        )


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
