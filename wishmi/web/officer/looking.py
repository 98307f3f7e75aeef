"""Who looked at what: pages that show a family's facts or the trail itself leave a record of their own."""

from django.http import HttpRequest

from wishmi.infra import audit, clock


def record_look(request: HttpRequest, verb: str, subject: str, **data: object) -> None:
    """Write that the actor of a request looked at something."""
    audit.record(clock.now(), request.actor, verb, subject, **data)
