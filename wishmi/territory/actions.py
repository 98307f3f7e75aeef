"""Loading the city's districts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra import audit
from wishmi.infra.actor import Actor
from wishmi.territory.models import District
from wishmi.territory.policies import may_load


@dataclass(frozen=True, slots=True)
class DistrictSpec:
    """A district as the city's folder gives it; the point in degrees (EPSG:4326)."""

    number: int
    name: str
    area: str
    lat: float
    lon: float
    residents: int


def load_city(moment: datetime, actor: Actor, specs: Iterable[DistrictSpec]) -> dict[int, District] | Refused:
    """Write the districts, or bring those that exist up to date; returns them by number."""
    if not may_load(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        for spec in specs:
            values = {"name": spec.name, "area": spec.area, "lat": spec.lat, "lon": spec.lon}
            District.objects.update_or_create(
                number=spec.number, defaults={**values, "residents": spec.residents}
            )
        audit.record(moment, actor, "territory.loaded", "territory:districts", count=District.objects.count())
    return {district.number: district for district in District.objects.order_by("number")}
