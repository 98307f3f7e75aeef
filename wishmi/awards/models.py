"""Stages of a ranking, observations on them, awards made from them."""

from django.db import models
from django.db.models import F, Q

from wishmi.core.stages import Outcome
from wishmi.infra.fields import EncryptedField

UNTOLD = str(Outcome.UNTOLD)
"""The published outcome of a row whose own would tell of health; no row has it in the office's books."""


class Stage(models.Model):
    """One frozen and then published state of a call's ranking: provisional, final, or a later round."""

    class Kind(models.TextChoices):
        """What the stage is."""

        PROVISIONAL = "provisional"
        FINAL = "final"
        ROUND = "round"

    call = models.ForeignKey("calls.Call", models.PROTECT, related_name="stages")
    version = models.ForeignKey("calls.CallVersion", models.PROTECT, related_name="+")
    window = models.PositiveSmallIntegerField(default=1)
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    frozen_at = models.DateTimeField()
    frozen_by = models.CharField(max_length=64)
    inputs_digest = models.CharField(max_length=64)
    draw = models.JSONField(null=True)
    available = models.JSONField(default=dict)
    cut_off = models.PositiveIntegerField(null=True)
    untold_from = models.PositiveIntegerField(null=True)
    previous = models.OneToOneField("self", models.PROTECT, null=True, related_name="next")
    act_number = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(null=True)
    folder = models.CharField(max_length=200, blank=True)
    root = models.CharField(max_length=64, blank=True)
    issued_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["call", "number"], name="one_stage_per_number"),)

    @property
    def public_cut_off(self) -> int | None:
        """The first place without money as everybody may know it: where outcomes are untold, the first of them."""
        return self.cut_off if self.untold_from is None else self.untold_from


class StageRow(models.Model):
    """One child in a stage. `parts` are the points one by one, `shares` the amount per fund code.

    `label` is how the published list writes the total of points, merged where it would tell of health.
    `reserve` is the reserve the amount comes from, which may tell of health: encrypted. `is_told` says whether the
    published list tells the outcome; the family and the office know it all the same.
    """

    class Outcome(models.TextChoices):
        """What the stage says of the child."""

        AWARDED = "awarded"
        WAITING = "waiting"
        EXCLUDED = "excluded"
        RENOUNCED = "renounced"

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="rows")
    candidacy = models.ForeignKey("applications.Candidacy", models.PROTECT, related_name="stage_rows")
    position = models.PositiveIntegerField(null=True)
    points = models.IntegerField(null=True)
    label = models.CharField(max_length=12, blank=True)
    parts = EncryptedField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome)
    reasons = EncryptedField(null=True)
    claim = models.PositiveIntegerField(default=0)
    shares = models.JSONField(default=dict)
    reserve = EncryptedField(null=True)
    is_told = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["stage", "candidacy"], name="one_row_per_child"),
            models.UniqueConstraint(
                fields=["stage", "position"],
                condition=Q(position__isnull=False),
                name="one_child_per_position",
            ),
        )

    @property
    def public_outcome(self) -> str:
        """The outcome as the published list has it."""
        return self.outcome if self.is_told else UNTOLD


class Observation(models.Model):
    """A family's objection to a provisional stage, and the decision on it."""

    class Decision(models.TextChoices):
        """What was decided."""

        ACCEPTED = "accepted"
        REJECTED = "rejected"

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="observations")
    candidacy = models.ForeignKey("applications.Candidacy", models.PROTECT, related_name="observations")
    text = EncryptedField()
    filed_at = models.DateTimeField()
    decision = models.CharField(max_length=12, choices=Decision, blank=True)
    decision_reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=64, blank=True)


class Award(models.Model):
    """An award to one child (assegnazione): its amount left the funds when it was made."""

    class State(models.TextChoices):
        """The life of an award."""

        OFFERED = "offered"
        ACCEPTED = "accepted"
        RENOUNCED = "renounced"
        NOT_ACCEPTED = "not_accepted"
        LAPSED = "lapsed"
        REVOKED = "revoked"
        PASSED_ON = "passed_on"

    ref = models.CharField(max_length=36, unique=True)
    call = models.ForeignKey("calls.Call", models.PROTECT, related_name="awards")
    candidacy = models.OneToOneField("applications.Candidacy", models.PROTECT, related_name="award")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="awards")
    amount = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State, default=State.OFFERED)
    awarded_at = models.DateTimeField()
    accept_by = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class DiscretionaryCase(models.Model):
    """A child that fails the test and may be let in by a person: put forward with a reason, approved by a second.

    Its award is paid from the fund's discretionary share, which no ranking uses.
    """

    class State(models.TextChoices):
        """Where the case is."""

        OPEN = "open"
        APPROVED = "approved"
        REJECTED = "rejected"

    candidacy = models.ForeignKey("applications.Candidacy", models.PROTECT, related_name="cases")
    fund = models.ForeignKey("calls.Fund", models.PROTECT, related_name="+")
    amount = models.PositiveIntegerField()
    reason = EncryptedField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=64)
    decision_reason = EncryptedField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=64, blank=True)
    award = models.OneToOneField(Award, models.PROTECT, null=True, related_name="case")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["candidacy"], condition=~Q(state="rejected"), name="one_case_per_child"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="case_positive"),
            models.CheckConstraint(
                condition=Q(state="approved", award__isnull=False)
                | (~Q(state="approved") & Q(award__isnull=True)),
                name="approved_case_is_awarded",
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("proposed_by")) | Q(state="rejected"), name="case_by_two"
            ),
        )


class AwardPart(models.Model):
    """What one fund pays of an award."""

    award = models.ForeignKey(Award, models.CASCADE, related_name="parts")
    fund = models.ForeignKey("calls.Fund", models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()
    amount = models.PositiveIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["award", "fund"], name="one_part_per_fund"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="part_positive"),
        )
