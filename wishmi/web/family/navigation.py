"""The links of the header for a family."""

from django.utils.translation import gettext_lazy as _

from wishmi.web.navigation import Link

LINKS: tuple[Link, ...] = (
    Link("family:home", _("What to do"), "home"),
    Link("family:wallet", _("My vouchers"), "voucher"),
    Link("catalogue", _("Activities"), "search"),
    Link("family:bookings", _("Bookings"), "calendar"),
    Link("family:household", _("My family"), "people"),
    Link("help", _("Help"), "help"),
)
