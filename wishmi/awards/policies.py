"""Who may act on rankings."""

from wishmi.infra.actor import Actor, Role


def may_rank(actor: Actor) -> bool:
    """The person responsible freezes and publishes."""
    return actor.is_any(Role.RESPONSIBLE)


def may_object(actor: Actor, household: int) -> bool:
    """A family about its own child; an officer who takes it down at a desk."""
    own = actor.is_any(Role.FAMILY) and actor.household == household
    return own or actor.is_any(Role.CASE_OFFICER, Role.RESPONSIBLE)


def may_propose(actor: Actor) -> bool:
    """Case officers and the person responsible put a case forward; another person approves it."""
    return actor.is_any(Role.CASE_OFFICER, Role.RESPONSIBLE)


def may_decide(actor: Actor) -> bool:
    """Case officers and the person responsible decide observations."""
    return actor.is_any(Role.CASE_OFFICER, Role.RESPONSIBLE)
