"""What keeps a voucher from paying a whole price, in the words of the booking page."""

from django.utils.translation import gettext as _

from wishmi.core.rules.use import Ceiling
from wishmi.web import formats


def say_ceiling(ceiling: Ceiling, share_percent: int) -> str:
    """Which ceiling it is, and what of it was used already. `share_percent` is the voucher's share of a price."""
    match ceiling.name:
        case "share":
            text = _("In this call the voucher pays {percent}% of a price at most.")
            return text.format(percent=formats.number(share_percent))
        case "left":
            return _("This is all that the voucher can still pay for this activity.")
        case "wanted":
            return _("You chose how much of the voucher to use.")
        case "tariff":
            said = _("For one session the voucher pays at most {amount}.")
        case "per_month":
            said = _("The voucher pays at most {amount} for the activities of one month.")
        case "per_year":
            said = _("The voucher pays at most {amount} for the activities of one year.")
        case "per_category":
            said = _("The voucher pays at most {amount} for activities of this kind.")
        case _:
            said = _("The voucher pays at most {amount} to one organiser.")
    said = said.format(amount=formats.money(ceiling.most))
    if not ceiling.before:
        return said
    used = _("You have already used or booked {amount}.").format(amount=formats.money(ceiling.before))
    return f"{said} {used}"
