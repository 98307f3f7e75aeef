"""Who draws statements, answers them, pays and approves."""

from wishmi.infra.actor import Actor, Role


def may_draw(actor: Actor) -> bool:
    """Accounting draws statements, or time on its behalf."""
    return actor.is_any(Role.ACCOUNTING, Role.SYSTEM)


def may_answer(actor: Actor, provider: int) -> bool:
    """Staff agrees to or disputes the statements of its own provider."""
    return actor.is_any(Role.PROVIDER) and actor.provider == provider


def may_pay(actor: Actor) -> bool:
    """Accounting prepares and approves batches (two persons) and takes the bank's answers."""
    return actor.is_any(Role.ACCOUNTING)
