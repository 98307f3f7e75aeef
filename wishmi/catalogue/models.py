"""Activities and their sessions."""

from django.db import models
from django.db.models import F, Q


class Activity(models.Model):
    """An offer of a provider (attività). `goods` says what is sold where a call may forbid it; empty for a service."""

    class State(models.TextChoices):
        """Whether families see it."""

        DRAFT = "draft"
        PUBLISHED = "published"
        SUSPENDED = "suspended"

    ref = models.CharField(max_length=36, unique=True)
    provider = models.ForeignKey("providers.Provider", models.PROTECT, related_name="activities")
    title = models.CharField(max_length=160)
    summary_it = models.TextField()
    summary_en = models.TextField(blank=True)
    category = models.CharField(max_length=16)
    goods = models.CharField(max_length=40, blank=True)
    pillars = models.JSONField(default=list)
    district = models.ForeignKey("territory.District", models.PROTECT)
    place = models.CharField(max_length=160, blank=True)
    lat = models.FloatField()
    lon = models.FloatField()
    age_min = models.PositiveSmallIntegerField()
    age_max = models.PositiveSmallIntegerField()
    price_cents = models.PositiveIntegerField()
    voucher_accepted = models.BooleanField(default=True)
    languages = models.JSONField(default=list)
    state = models.CharField(max_length=12, choices=State, default=State.PUBLISHED)

    class Meta:
        indexes = (models.Index(fields=["state", "category", "district"]),)
        constraints = (models.CheckConstraint(condition=Q(age_min__lte=F("age_max")), name="ages_in_order"),)


class Session(models.Model):
    """One session or course with a price and places (incontro). `taken` is locked, checked and never above places.

    `is_trial`: who has a free trial left comes without paying; everyone else pays the price.
    """

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="sessions")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    places = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)
    price_cents = models.PositiveIntegerField()
    is_trial = models.BooleanField(default=False)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["starts_at"]),)
        constraints = (
            models.CheckConstraint(condition=Q(taken__lte=F("places")), name="never_oversold"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_has_length"),
        )

    @property
    def left(self) -> int:
        """Places still free."""
        return self.places - self.taken
