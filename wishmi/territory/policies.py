"""Who may change the city's districts."""

from wishmi.infra.actor import Actor, Role


def may_load(actor: Actor) -> bool:
    """The person responsible, or setting up an installation."""
    return actor.is_any(Role.RESPONSIBLE, Role.SYSTEM)
