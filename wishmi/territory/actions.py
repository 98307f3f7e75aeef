"""Loading the city's districts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from wishmi.infra import audit
from wishmi.infra.actor import Actor
from wishmi.territory.models import District


@dataclass(frozen=True, slots=True)
class DistrictSpec:
    """A district as the city's folder gives it; the point in degrees (EPSG:4326)."""

    number: int
    name: str
    area: str
    lat: float
    lon: float
    residents: int


def load_city(moment: datetime, actor: Actor, specs: Iterable[DistrictSpec]) -> dict[int, District]:
    """Write the districts, or bring those that exist up to date; returns them by number."""
    with transaction.atomic():
        for spec in specs:
            values = {"name": spec.name, "area": spec.area, "lat": spec.lat, "lon": spec.lon}
            District.objects.update_or_create(
                number=spec.number, defaults={**values, "residents": spec.residents}
            )
        audit.record(moment, actor, "territory.loaded", "territory:districts", count=District.objects.count())
    return {district.number: district for district in District.objects.order_by("number")}
