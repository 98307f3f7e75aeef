"""What of a call's rules no room can carry out yet: a call that needs it loads and is judged, but is not published.

Each room that learns to do one of these takes its line away; docs/transitions.md lists them.
"""

from django.conf import settings

from wishmi.core.calls import CallRules
from wishmi.core.conditions import ApplicantIs
from wishmi.core.money import minor_digits
from wishmi.core.rules.vocabulary import VOCABULARY, FactKind


def gaps(rules: CallRules) -> tuple[str, ...]:
    """The parts of a call that no room carries out yet, by name; none for a call that may be published."""
    found = {
        "projects": _is_for_projects(rules),
        "currency": not _is_payable(rules),
        "commission": "commission_score" in rules.facts,
    }
    return tuple(name for name, is_missing in found.items() if is_missing)


def _is_for_projects(rules: CallRules) -> bool:
    """Whether a provider applies, with a project: families and persons do, as far as rooms go today."""
    return any(
        isinstance(condition, ApplicantIs) and "provider" in condition.roles for condition in rules.conditions
    )


def _is_payable(rules: CallRules) -> bool:
    """Whether a call is in the city's currency; what families say of their income is read in hundredths."""
    asks_amounts = any(VOCABULARY[name].kind is FactKind.CENTS for name in rules.facts)
    has_hundredths = minor_digits(rules.unit) == 2
    return rules.unit == settings.WISHMI_CURRENCY and (has_hundredths or not asks_amounts)
