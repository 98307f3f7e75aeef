"""Who may act on applications."""

from wishmi.applications.declarations import HELPING_ROLES
from wishmi.infra.actor import Actor, Role


def may_apply_for(actor: Actor, household: int) -> bool:
    """A family for itself; the office for a family at a desk, which is always logged with the officer's reference."""
    own = actor.is_any(Role.FAMILY) and actor.household == household
    return own or actor.is_any(Role.CASE_OFFICER, Role.RESPONSIBLE, Role.SYSTEM)


def may_apply_as(actor: Actor, role: str) -> bool:
    """Whether an actor may send an application in a role: that of a school or an intermediary is for the office to
    write down, nobody takes it on for their own family.
    """
    return role not in HELPING_ROLES or actor.is_any(Role.CASE_OFFICER, Role.RESPONSIBLE, Role.SYSTEM)


def may_work_cases(actor: Actor) -> bool:
    """Case officers and the person responsible."""
    return actor.is_any(Role.CASE_OFFICER, Role.RESPONSIBLE)


def may_run_checks(actor: Actor) -> bool:
    """Case work, or a scheduled run."""
    return may_work_cases(actor) or actor.is_any(Role.SYSTEM)


def may_close(actor: Actor) -> bool:
    """The person responsible closes the window; time itself may do it for them."""
    return actor.is_any(Role.RESPONSIBLE, Role.SYSTEM)
