"""Who acts: an opaque reference and what the person may act for. Policies decide on it, audit records name it."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a login may be; a person can hold several."""

    FAMILY = "family"
    PROVIDER = "provider"
    CASE_OFFICER = "case_officer"
    RESPONSIBLE = "responsible"
    ACCOUNTING = "accounting"
    AUDITOR = "auditor"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor: `household` and `provider` are the ids of what a family or a provider's staff acts for."""

    ref: str
    roles: frozenset[Role] = field(default_factory=frozenset)
    person: int | None = None
    household: int | None = None
    provider: int | None = None

    def is_any(self, *roles: Role) -> bool:
        """Whether the actor holds one of the roles."""
        return bool(self.roles & set(roles))


SYSTEM = Actor("system", frozenset({Role.SYSTEM}))
"""Time itself: scheduled work such as expiry."""
