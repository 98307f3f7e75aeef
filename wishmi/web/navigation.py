"""The links in the header: one list for each audience."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Link:
    """One link: the name of its route, its words, its icon."""

    route: str
    words: str | Promise
    icon: str = ""

    @property
    def address(self) -> str:
        """Where it leads."""
        return reverse(self.route)
