"""Applications, the children in them, the sealed intake and case work."""

from django.db import models
from django.db.models import Q

from wishmi.infra.fields import EncryptedField


class Application(models.Model):
    """A household's application to a call (domanda). Numbered and timed at submission."""

    class State(models.TextChoices):
        """Where the application is."""

        DRAFT = "draft"
        SUBMITTED = "submitted"
        WITHDRAWN = "withdrawn"

    ref = models.CharField(max_length=36, unique=True)
    call = models.ForeignKey("calls.Call", models.PROTECT, related_name="applications")
    version = models.ForeignKey("calls.CallVersion", models.PROTECT, related_name="+")
    household = models.ForeignKey("people.Household", models.PROTECT, related_name="applications")
    applicant = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    applicant_role = models.CharField(max_length=16)
    window = models.PositiveSmallIntegerField(default=1)
    """The window of the call it was sent in, or begun in while it is a draft."""
    own = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    """The one person it is for, where a call takes applications of persons and not of households."""
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    protocol = models.CharField(max_length=32, unique=True, null=True)
    declared = EncryptedField(null=True)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["call", "window", "household"],
                condition=~Q(state="withdrawn") & Q(own__isnull=True),
                name="one_live_application_per_household",
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(protocol__isnull=False, submitted_at__isnull=False)
                | Q(state="withdrawn"),
                name="submitted_is_numbered",
            ),
        )


class ProtocolCounter(models.Model):
    """The last protocol number given in a year; locked to give the next."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)


class Candidacy(models.Model):
    """One child in an application: a row of the ranking under its own random code."""

    class State(models.TextChoices):
        """What case work says of it."""

        DRAFT = "draft"
        SUBMITTED = "submitted"
        INTEGRATION = "integration"
        ADMITTED = "admitted"
        RESERVE = "reserve"
        EXCLUDED = "excluded"
        WITHDRAWN = "withdrawn"

    application = models.ForeignKey(Application, models.CASCADE, related_name="candidacies")
    call = models.ForeignKey("calls.Call", models.PROTECT, related_name="+")
    minor = models.ForeignKey("people.Person", models.PROTECT, related_name="candidacies")
    window = models.PositiveSmallIntegerField(default=1)
    """The last window it stands for: the one it was sent in, or a later one whose list it has stayed in."""
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    code = models.CharField(max_length=24, null=True)
    facts = EncryptedField(null=True)
    origins = models.JSONField(default=dict)
    """Where each fact comes from, by name: words of `declarations.Origin`."""
    salts = EncryptedField(null=True)
    commitment = models.CharField(max_length=64, blank=True)
    exclusion = models.JSONField(default=list)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["call", "code"], name="one_code_per_call"),
            models.UniqueConstraint(
                fields=["call", "window", "minor"],
                condition=~Q(state="withdrawn"),
                name="one_live_candidacy_per_child",
            ),
        )
        indexes = (models.Index(fields=["call", "state"]),)


class Entitlement(models.Model):
    """A person on the list of who may claim what a call gives, or gets it without applying: its fiscal code alone.

    The list comes from another register, or is computed from the persons known here.
    """

    class Source(models.TextChoices):
        """Where it comes from."""

        IMPORTED = "imported"
        COMPUTED = "computed"

    call = models.ForeignKey("calls.Call", models.PROTECT, related_name="entitlements")
    fiscal_code_index = models.CharField(max_length=64)
    source = models.CharField(max_length=8, choices=Source)
    listed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["call", "fiscal_code_index"], name="one_entitlement_per_person"),
        )


class Intake(models.Model):
    """The sealed list of who competes in a window, made when it closed: the Merkle root over codes and commitments."""

    call = models.ForeignKey("calls.Call", models.PROTECT, related_name="intakes")
    window = models.PositiveSmallIntegerField(default=1)
    count = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["call", "window"], name="one_intake_per_window"),)


class IntakeChange(models.Model):
    """A withdrawal or replacement after the intake was sealed: listed with its commitments."""

    class Kind(models.TextChoices):
        """What happened to a sealed entry."""

        WITHDRAWAL = "withdrawal"
        REPLACEMENT = "replacement"

    intake = models.ForeignKey(Intake, models.PROTECT, related_name="changes")
    candidacy = models.ForeignKey(Candidacy, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    old = models.CharField(max_length=64)
    new = models.CharField(max_length=64, blank=True)
    reason = EncryptedField(null=True)
    at = models.DateTimeField()


class Integration(models.Model):
    """Something asked of a family with a date (soccorso istruttorio), and its answer."""

    candidacy = models.ForeignKey(Candidacy, models.CASCADE, related_name="integrations")
    question = models.TextField()
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    answer = EncryptedField(null=True)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
