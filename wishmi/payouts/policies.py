"""Who claims, decides, draws statements, answers them, pays and approves."""

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


def may_claim_for(actor: Actor, household: int | None, *, is_school: bool) -> bool:
    """A family claims for its own children; where the call pays schools, a provider for those whose vouchers it has."""
    if is_school:
        return actor.is_any(Role.PROVIDER) and actor.provider is not None
    return household is not None and actor.is_any(Role.FAMILY) and actor.household == household


def may_decide(actor: Actor) -> bool:
    """The office decides claims and checks grants; paying them is for others."""
    return actor.is_any(Role.CASE_OFFICER, Role.RESPONSIBLE)
