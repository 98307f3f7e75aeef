"""The links of the header on provider pages."""

from django.utils.translation import gettext_lazy as _

from wishmi.web.navigation import Link

LINKS: tuple[Link, ...] = (
    Link("provider:home", _("To do"), "home"),
    Link("provider:bookings", _("Bookings"), "check"),
    Link("provider:sessions", _("Sessions"), "calendar"),
    Link("provider:offer", _("Activities"), "search"),
    Link("provider:calls", _("Calls to join"), "document"),
    Link("provider:statements", _("Statements"), "list"),
    Link("provider:payments", _("Payments"), "euro"),
    Link("help", _("Help"), "help"),
)
