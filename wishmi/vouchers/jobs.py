"""What time does to vouchers: thin loops over actions, safe to run again."""

from datetime import datetime

from wishmi.calls.models import Call
from wishmi.infra.actor import SYSTEM
from wishmi.vouchers.actions import let_offers_lapse, let_vouchers_lapse, open_unreserved, settle_credits


def run(moment: datetime) -> None:
    """End what was not accepted or used in time, post what came and end what ended, call by call."""
    for call in Call.objects.filter(vouchers__isnull=False).distinct().order_by("id"):
        open_unreserved(moment, SYSTEM, call.pk)
        let_offers_lapse(moment, SYSTEM, call.pk)
        let_vouchers_lapse(moment, SYSTEM, call.pk)
        settle_credits(moment, SYSTEM, call.pk)
