"""Who may see and change persons."""

from wishmi.infra.actor import Actor, Role


def may_register(actor: Actor) -> bool:
    """The office and the system register households."""
    return actor.is_any(Role.CASE_OFFICER, Role.RESPONSIBLE, Role.SYSTEM)


def may_act_for(actor: Actor, household: int) -> bool:
    """A family acts for its own household."""
    return actor.is_any(Role.FAMILY) and actor.household == household
