"""The links of the header on public pages."""

from django.utils.translation import gettext_lazy as _

from wishmi.web.navigation import Link

LINKS: tuple[Link, ...] = (
    Link("catalogue", _("Activities"), "search"),
    Link("calls", _("Vouchers"), "voucher"),
    Link("ranking", _("My place"), "list"),
    Link("figures", _("Open figures"), "chart"),
    Link("help", _("Help"), "help"),
)
