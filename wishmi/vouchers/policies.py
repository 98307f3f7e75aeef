"""Who may act on vouchers."""

from wishmi.infra.actor import Actor, Role


def may_issue(actor: Actor) -> bool:
    """The person responsible awards."""
    return actor.is_any(Role.RESPONSIBLE)


def may_answer(actor: Actor, household: int) -> bool:
    """A family accepts or renounces its own award; an officer takes it down at a desk."""
    own = actor.is_any(Role.FAMILY) and actor.household == household
    return own or actor.is_any(Role.CASE_OFFICER, Role.RESPONSIBLE)


def may_let_lapse(actor: Actor) -> bool:
    """Time, or the person responsible on its behalf."""
    return actor.is_any(Role.SYSTEM, Role.RESPONSIBLE)


def may_extend(actor: Actor) -> bool:
    """The person responsible, with a reason."""
    return actor.is_any(Role.RESPONSIBLE)
