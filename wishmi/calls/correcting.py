"""What of a call may still be corrected, by how far it has come: one ranking has the same rules for everyone.

Before anyone applies everything may change but the call's name and its currency. While applications are taken, rules
may change as long as those who applied can be judged by them: the same facts are asked and nobody loses time. Once the
window is over, what decides the ranking stands. Once a list is published, only what is told and explained may change.
"""

from enum import IntEnum

from wishmi.calls.difference import difference
from wishmi.calls.document import CallDocument


class Phase(IntEnum):
    """How far a call has come."""

    PUBLISHED = 0
    APPLIED = 1
    SEALED = 2
    RANKED = 3


_FIXED: dict[Phase, tuple[str, ...]] = {
    Phase.PUBLISHED: ("identity.code", "amount.unit"),
    Phase.APPLIED: (
        "identity.municipality",
        "applicants.application_of",
        "applicants.award_of",
        "window.time_zone",
        "window.opens_at",
    ),
    Phase.SEALED: (
        "window",
        "applicants",
        "parameters",
        "eligibility",
        "amount",
        "selection",
        "funds",
        "allocation",
    ),
    Phase.RANKED: ("award", "use", "bookings", "payment", "publication"),
}
"""From which phase on which places stand; each phase keeps those of the phases before it."""


def fixed_in(phase: Phase) -> tuple[str, ...]:
    """The places that may not change any more."""
    return tuple(place for one, places in _FIXED.items() if one <= phase for place in places)


def why_not_correct(before: CallDocument, after: CallDocument, phase: Phase) -> tuple[str, ...]:
    """The places that a correction changes and may not; none for one that may be signed."""
    fixed = fixed_in(phase)
    wrong = [
        change.path
        for change in difference(before, after)
        if any(change.path == place or change.path.startswith((f"{place}.", f"{place}[")) for place in fixed)
        or (change.path == "amount" and before.amount.unit != after.amount.unit)
    ]
    if phase >= Phase.APPLIED:
        if set(before.rules().facts) != set(after.rules().facts):
            wrong.append("data")
        if after.window.closes < before.window.closes:
            wrong.append("window.closes_at")
    return tuple(dict.fromkeys(wrong))
