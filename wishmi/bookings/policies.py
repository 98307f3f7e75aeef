"""Who may book, answer, mark, reverse and expire."""

from wishmi.infra.actor import Actor, Role


def may_book(actor: Actor, household: int | None) -> bool:
    """A family books, waits and cancels for its own household."""
    return household is not None and actor.is_any(Role.FAMILY) and actor.household == household


def may_answer(actor: Actor, provider: int) -> bool:
    """Staff confirms, refuses, marks and cancels what is booked with its own provider."""
    return actor.is_any(Role.PROVIDER) and actor.provider == provider


def may_reverse(actor: Actor) -> bool:
    """The office takes a use back."""
    return actor.is_any(Role.CASE_OFFICER, Role.RESPONSIBLE)


def may_decide(actor: Actor) -> bool:
    """The office decides what a family disputes."""
    return actor.is_any(Role.CASE_OFFICER, Role.RESPONSIBLE)


def may_keep_time(actor: Actor) -> bool:
    """Only time itself expires bookings and serves waiting lists."""
    return actor.is_any(Role.SYSTEM)


def may_state(actor: Actor) -> bool:
    """Accounting puts uses into statements."""
    return actor.is_any(Role.ACCOUNTING, Role.SYSTEM)
