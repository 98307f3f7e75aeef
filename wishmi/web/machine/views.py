"""Liveness, readiness and measures. They say nothing of any person, and nothing that helps an attacker."""

from collections.abc import Iterator
from hmac import compare_digest

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric

from wishmi import __version__
from wishmi.infra.clock import now
from wishmi.infra.condition import condition, migrations_missing
from wishmi.web.audience import for_machine

MEASURES = {
    "events_waiting": "Events that wait to be delivered",
    "events_given_up": "Events whose handler failed too often",
    "oldest_event_seconds": "Age of the oldest waiting event; -1 without one",
    "records_unsealed": "Audit records that no seal covers yet",
    "last_seal_seconds": "Age of the newest seal; -1 without one",
}


@for_machine("anyone")
@never_cache
@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """The process answers. It asks the database nothing: a database that is away is no reason to be restarted."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@for_machine("anyone")
@never_cache
@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """Whether requests can be served: 200, or 503 with what is missing. A late worker is told and is no reason."""
    try:
        missing = migrations_missing()
        worker = "late" if condition(now()).worker_is_late else "ok"
        said = {"database": "ok", "migrations": "missing" if missing else "ok", "worker": worker}
    except (DatabaseError, InterfaceError):
        said = {"database": "away", "migrations": "unknown", "worker": "unknown"}
    is_ready = said["database"] == "ok" and said["migrations"] == "ok"
    return JsonResponse({"ready": is_ready, **said}, status=200 if is_ready else 503)


class _Measures:
    """What Prometheus collects; asked of the database at each collection, so that every process answers alike."""

    def collect(self) -> Iterator[Metric]:
        about = {"version": __version__, "engine": connection.vendor, "mode": settings.WISHMI_MODE}
        yield InfoMetricFamily("wishmi", "The installation", value=about)
        found = condition(now())
        for name, words in MEASURES.items():
            yield GaugeMetricFamily(f"wishmi_{name}", words, value=getattr(found, name))


@for_machine("token")
@never_cache
@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """Measures for Prometheus, for who knows the token; without a token in the environment there is no such page."""
    wanted = settings.WISHMI_METRICS_TOKEN
    if not wanted:
        raise Http404
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not compare_digest(given.encode(), wanted.encode()):
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Bearer realm="metrics"'})
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Measures())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
