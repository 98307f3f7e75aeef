"""What can be asked of the catalogue. Each answer costs the same number of queries however many rows it holds."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Min, Q, QuerySet

from wishmi.catalogue.models import Activity, Session
from wishmi.providers.models import Provider

PAGE = 24


@dataclass(frozen=True, slots=True)
class Filters:
    """What a family looks for; None or empty means any. `age` in completed years."""

    category: str = ""
    district: int | None = None
    age: int | None = None
    text: str = ""
    voucher_accepted: bool | None = None
    provider: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of activities, each with `next_at`, the start of its next session with a place, or None."""

    activities: list[Activity]
    number: int
    pages: int
    total: int


def visible_activities() -> QuerySet[Activity]:
    """Published activities of listed providers."""
    return Activity.objects.filter(state=Activity.State.PUBLISHED, provider__state=Provider.State.LISTED)


def find_activities(filters: Filters, moment: datetime, page: int = 1, size: int = PAGE) -> Page:
    """Activities that families see, by title; a page beyond the last is the last. Two queries."""
    rows = _filtered(visible_activities(), filters)
    total = rows.count()
    pages = max(1, -(-total // size))
    number = min(max(page, 1), pages)
    has_place = Q(
        sessions__starts_at__gt=moment,
        sessions__cancelled_at__isnull=True,
        sessions__taken__lt=F("sessions__places"),
    )
    rows = rows.annotate(next_at=Min("sessions__starts_at", filter=has_place))
    rows = rows.select_related("provider", "district").order_by("title", "id")
    return Page(list(rows[(number - 1) * size : number * size]), number, pages, total)


def _filtered(rows: QuerySet[Activity], filters: Filters) -> QuerySet[Activity]:
    if filters.category:
        rows = rows.filter(category=filters.category)
    if filters.district is not None:
        rows = rows.filter(district_id=filters.district)
    if filters.age is not None:
        rows = rows.filter(age_min__lte=filters.age, age_max__gte=filters.age)
    if filters.voucher_accepted is not None:
        rows = rows.filter(voucher_accepted=filters.voucher_accepted)
    if filters.provider is not None:
        rows = rows.filter(provider_id=filters.provider)
    for word in filters.text.split()[:8]:
        rows = rows.filter(
            Q(title__icontains=word) | Q(summary_it__icontains=word) | Q(summary_en__icontains=word)
        )
    return rows


def activity_with_sessions(activity_id: int) -> tuple[Activity, list[Session]] | None:
    """An activity that families see, and its sessions that were not cancelled, in order of time. Two queries."""
    rows = visible_activities().select_related("provider", "district")
    activity = rows.filter(pk=activity_id).first()
    if activity is None:
        return None
    sessions = Session.objects.filter(activity=activity, cancelled_at__isnull=True)
    return activity, list(sessions.order_by("starts_at", "id"))


def sessions_open_for_booking(activity: Activity, moment: datetime) -> list[Session]:
    """The sessions of an activity that lie ahead and have a place, in order of time. One query."""
    rows = Session.objects.filter(
        activity=activity, starts_at__gt=moment, cancelled_at__isnull=True, taken__lt=F("places")
    )
    return list(rows.order_by("starts_at", "id"))


def activities_of_provider(provider_id: int) -> list[Activity]:
    """Every activity of a provider, by title: for its staff. One query."""
    rows = Activity.objects.filter(provider_id=provider_id).select_related("district")
    return list(rows.order_by("title", "id"))


def activity_of_provider(activity_id: int, provider_id: int) -> Activity | None:
    """One activity of a provider. One query."""
    return Activity.objects.filter(pk=activity_id, provider_id=provider_id).first()


def session_of_provider(session_id: int, provider_id: int) -> Session | None:
    """One session of a provider with its activity. One query."""
    rows = Session.objects.filter(pk=session_id, activity__provider_id=provider_id)
    return rows.select_related("activity").first()


def sessions_of_provider(provider_id: int, since: datetime | None = None) -> list[Session]:
    """Sessions of a provider with their activity, in order of time. One query."""
    rows = Session.objects.filter(activity__provider_id=provider_id).select_related("activity")
    if since is not None:
        rows = rows.filter(ends_at__gte=since)
    return list(rows.order_by("starts_at", "id"))
