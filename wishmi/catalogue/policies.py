"""Who may publish and suspend activities."""

from wishmi.infra.actor import Actor, Role


def may_publish(actor: Actor, provider: int) -> bool:
    """Staff publishes for its own provider; setting up a demo does it as the system."""
    return actor.is_any(Role.SYSTEM) or (actor.is_any(Role.PROVIDER) and actor.provider == provider)


def may_suspend(actor: Actor, provider: int) -> bool:
    """A provider takes its activity out, and the office may."""
    return may_publish(actor, provider) or actor.is_any(Role.CASE_OFFICER, Role.RESPONSIBLE)
