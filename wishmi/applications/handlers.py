"""What this room does when something happened: an act on a call is told to every family that applied."""

from collections.abc import Mapping
from datetime import datetime

from wishmi.applications.models import Application
from wishmi.infra import outbox


@outbox.on("call.correction")
@outbox.on("call.extension")
@outbox.on("call.suspension")
@outbox.on("call.reopening")
@outbox.on("call.annulment")
def tell_families(moment: datetime, data: Mapping[str, object]) -> None:
    """One event for each application that is kept or sent: whoever sends notices takes them up from there."""
    rows = Application.objects.filter(call__code=data["call"]).exclude(state=Application.State.WITHDRAWN)
    told = [
        {"application": ref, "act": data["act"]} for ref in rows.order_by("id").values_list("ref", flat=True)
    ]
    outbox.emit_many(moment, "application.told", told)
