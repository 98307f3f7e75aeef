"""The links in the header: one list for each audience."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from wishmi.infra.actor import Actor, Role


@dataclass(frozen=True, slots=True)
class Link:
    """One link: the name of its route, its words, its icon, the roles it is for (none named: everyone)."""

    route: str
    words: str | Promise
    icon: str = ""
    roles: tuple[Role, ...] = ()

    @property
    def address(self) -> str:
        """Where it leads."""
        return reverse(self.route)

    def is_for(self, actor: Actor | None) -> bool:
        """Whether an actor of its audience is shown it."""
        return not self.roles or (actor is not None and actor.is_any(*self.roles))
