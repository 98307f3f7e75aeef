"""Providers and the logins that act for them."""

from django.db import models

from wishmi.infra.fields import EncryptedField


class Provider(models.Model):
    """A body on the list (ente): its identity, its state, where it is paid."""

    class State(models.TextChoices):
        """Where it stands with the city."""

        APPLIED = "applied"
        LISTED = "listed"
        SUSPENDED = "suspended"

    ref = models.CharField(max_length=36, unique=True)
    name = models.CharField(max_length=160)
    legal_form = models.CharField(max_length=32)
    vat_number = models.CharField(max_length=16, unique=True)
    iban = EncryptedField()
    district = models.ForeignKey("territory.District", models.PROTECT, null=True)
    email = models.EmailField(blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.APPLIED)
    decided_at = models.DateTimeField(null=True)


class Joining(models.Model):
    """A listed provider takes part in a call that asks providers first (adesione)."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="joinings")
    call = models.ForeignKey("calls.Call", models.PROTECT, related_name="joinings")
    joined_at = models.DateTimeField()
    joined_by = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["provider", "call"], name="one_joining_per_provider"),)


class ProviderMembership(models.Model):
    """A login that acts for a provider."""

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="memberships")
    login = models.OneToOneField("people.Login", models.CASCADE, related_name="provider_membership")
