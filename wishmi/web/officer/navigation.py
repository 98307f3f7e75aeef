"""The links of the header on officer pages; each office sees those that are for it."""

from django.utils.translation import gettext_lazy as _

from wishmi.web.navigation import Link
from wishmi.web.officer.roles import CASES_SEEN, MONEY_SEEN, TRAIL

LINKS: tuple[Link, ...] = (
    Link("officer:home", _("To do"), "home"),
    Link("officer:calls", _("Calls"), "document"),
    Link("officer:funds", _("Funds"), "euro"),
    Link("officer:claims", _("Refunds"), "back", CASES_SEEN),
    Link("officer:disputes", _("Disputes"), "warning", CASES_SEEN),
    Link("officer:statements", _("Statements"), "list", MONEY_SEEN),
    Link("officer:batches", _("Payments"), "download", MONEY_SEEN),
    Link("officer:audit", _("Trail"), "shield", TRAIL),
)
