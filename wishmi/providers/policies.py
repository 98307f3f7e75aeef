"""Who may keep the provider list."""

from wishmi.infra.actor import Actor, Role


def may_keep_list(actor: Actor) -> bool:
    """The office lists and suspends providers; setting up a demo does it as the system."""
    return actor.is_any(Role.CASE_OFFICER, Role.RESPONSIBLE, Role.SYSTEM)


def may_act_for(actor: Actor, provider: int) -> bool:
    """Staff acts for its own provider."""
    return actor.is_any(Role.PROVIDER) and actor.provider == provider
