"""The links of the header on provider pages."""

from wishmi.web.navigation import Link

LINKS: tuple[Link, ...] = ()
