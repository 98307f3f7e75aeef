"""Who may act on funds and calls."""

from wishmi.infra.actor import Actor, Role


def may_keep_funds(actor: Actor) -> bool:
    """Accounting appropriates and moves money; setting up a demo does it as the system."""
    return actor.is_any(Role.ACCOUNTING, Role.SYSTEM)


def may_keep_calls(actor: Actor) -> bool:
    """The person responsible loads and publishes calls, and signs acts on them."""
    return actor.is_any(Role.RESPONSIBLE, Role.SYSTEM)


def may_discuss_calls(actor: Actor) -> bool:
    """Every office reads drafts, comments on them, proposes, and answers for its department."""
    return actor.is_any(Role.CASE_OFFICER, Role.RESPONSIBLE, Role.ACCOUNTING, Role.AUDITOR)
