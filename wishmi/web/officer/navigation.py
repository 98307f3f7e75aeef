"""The links of the header on officer pages."""

from wishmi.web.navigation import Link

LINKS: tuple[Link, ...] = ()
