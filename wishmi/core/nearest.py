"""The fact that decided, and how near it was to deciding otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from wishmi.core.calls import CallRules
from wishmi.core.reasons import Reason
from wishmi.core.rules.adjusted import Adjusted
from wishmi.core.rules.amounts import ByBand, Matrix
from wishmi.core.rules.vocabulary import Known
from wishmi.core.rules.workings import AmountRule, Working

LIMITS = ("at_most_cents", "at_least_cents", "least", "most", "years")
"""The names under which reasons carry the limit that was passed."""


@dataclass(frozen=True, slots=True)
class Deciding:
    """What decided: a `condition`, `no_amount`, the `points`, the `order` among equals, the `place`, or the `amount`.

    `value` and `limit` are there where both are numbers: cents for facts that end in `_cents`, else counts or years.
    """

    kind: str
    fact: str = ""
    value: int | None = None
    limit: int | None = None

    @property
    def gap(self) -> Fraction | None:
        """How far the value is from the limit, as a part of the limit."""
        if self.value is None or self.limit is None:
            return None
        return Fraction(abs(self.value - self.limit), max(1, self.limit))


def nearest_condition(
    failed: Sequence[tuple[tuple[str, ...], Reason | None]], known: Known
) -> Deciding | None:
    """Of conditions that are not met the one that fails by least; the first where none can be measured."""
    made = [_of_reason(facts, reason, known) for facts, reason in failed if reason is not None]
    measured = [one for one in made if one.gap is not None]
    if measured:
        return min(measured, key=lambda one: one.gap or Fraction(0))
    return made[0] if made else None


def _of_reason(facts: tuple[str, ...], reason: Reason, known: Known) -> Deciding:
    limit = next((reason.params[name] for name in LIMITS if name in reason.params), None)
    fact = str(reason.params.get("fact", facts[0] if facts else ""))
    value = reason.params.get("age", reason.params.get("count", known.get(fact)))
    if "age" in reason.params:
        fact = "born_on"
    if type(value) is not int or type(limit) is not int:
        return Deciding("condition", fact)
    return Deciding("condition", fact, value, limit)


def nearest_step(rules: CallRules, working: Working) -> Deciding | None:
    """The bound of a band that is nearest to the value that fell into it; None where amounts go by no band."""
    step = next((one for one in working.steps if one.kind == "band"), None)
    if step is None:
        return None
    said = dict(step.params)
    value, band = said["value"], said["band"]
    assert isinstance(value, int)
    assert isinstance(band, int)
    bounds = _bounds(rules, str(said["fact"]), step.amount, band)
    near = [bounds[place] for place in (band - 2, band - 1) if 0 <= place < len(bounds)]
    if not near:
        return None
    limit = min(near, key=lambda bound: abs(bound - value))
    return Deciding("amount", str(said["fact"]), value, limit)


def _bounds(rules: CallRules, fact: str, amount: int, band: int) -> tuple[int, ...]:
    if rules.amount is None:
        return tuple(one.up_to_cents for one in rules.bands)
    for rule in _banded(rules.amount):
        if rule.fact == fact and len(rule.bands) >= band and rule.bands[band - 1].amount == amount:
            return tuple(one.up_to for one in rule.bands)
    return ()


def _banded(rule: AmountRule) -> tuple[ByBand, ...]:
    if isinstance(rule, Adjusted):
        return _banded(rule.base)
    if isinstance(rule, Matrix):
        return tuple(bands for _, bands in rule.rows)
    return (rule,) if isinstance(rule, ByBand) else ()
