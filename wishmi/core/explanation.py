"""Why: what a call answers to one person, told piece by piece, each with the facts it rests on and who says them.

Everything is worked out by the functions that decide, so that an explanation cannot say anything else. Of the others
in a ranking it knows nothing but what is published: the last place with money, and its points.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from wishmi.core.calls import CallRules
from wishmi.core.eligibility import assess_known
from wishmi.core.nearest import Deciding, nearest_condition, nearest_step
from wishmi.core.reasons import Reason
from wishmi.core.rules.described import described
from wishmi.core.rules.judging import Answer, Condition
from wishmi.core.rules.trees import AllOf, AnyOf
from wishmi.core.rules.vocabulary import VOCABULARY, Known, Source, Value
from wishmi.core.rules.workings import Step, Working
from wishmi.core.scoring import Criterion

Sources = Mapping[str, Source]
ADDED = frozenset({"case", "season", "bonus"})
"""Steps that add to what came before; all others give the amount as it stands after them."""


@dataclass(frozen=True, slots=True)
class FactUsed:
    """One fact, its value and who says so."""

    name: str
    value: Value
    source: Source


@dataclass(frozen=True, slots=True)
class ConditionTold:
    """A condition with its answer, the facts used, those still missing, and the same of the conditions inside it."""

    condition: Condition
    answer: Answer
    facts: tuple[FactUsed, ...]
    missing: tuple[str, ...]
    reason: Reason | None
    parts: tuple["ConditionTold", ...] = ()


@dataclass(frozen=True, slots=True)
class PointsTold:
    """What one criterion gives; `value` is the fact it reads."""

    criterion: Criterion
    value: FactUsed
    points: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a child stands in a published list: all of it is published, or the child's own.

    `cut_off` is the first place the money did not cover, None if there was money for all; `cut_off_points` the points
    of the last place it did cover; `awarded` what the child got, which may be a part at the cut-off.
    """

    position: int
    cut_off: int | None = None
    cut_off_points: int | None = None
    awarded: int | None = None

    @property
    def is_covered(self) -> bool:
        """Whether the money reached this place."""
        return self.cut_off is None or self.position < self.cut_off or bool(self.awarded)


@dataclass(frozen=True, slots=True)
class Explanation:
    """One person and one call. Amounts in minor units; `amount` is zero where the person is not eligible."""

    eligible: bool
    answer: Answer
    conditions: tuple[ConditionTold, ...]
    amount: int
    working: Working
    points: tuple[PointsTold, ...]
    place: Place | None = None
    deciding: Deciding | None = None
    missing: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """All points together."""
        return sum(one.points for one in self.points)

    def as_data(self) -> dict[str, object]:
        """Plain data, for programs."""
        place = self.place
        return {
            "eligible": self.eligible,
            "answer": str(self.answer),
            "conditions": [_condition_data(one) for one in self.conditions],
            "amount": self.amount,
            "working": _working_data(self.working),
            "points": [
                {"criterion": described(one.criterion), "fact": _fact_data(one.value), "points": one.points}
                for one in self.points
            ],
            "total_points": self.total,
            "place": described(place) if place is not None else None,
            "deciding": described(self.deciding) if self.deciding is not None else None,
            "missing": list(self.missing),
        }


def _fact_data(fact: FactUsed) -> dict[str, object]:
    return {"name": fact.name, "value": described(fact.value), "source": str(fact.source)}


def _condition_data(told: ConditionTold) -> dict[str, object]:
    return {
        "condition": described(told.condition),
        "answer": str(told.answer),
        "facts": [_fact_data(fact) for fact in told.facts],
        "missing": list(told.missing),
        "reason": told.reason.as_data() if told.reason else None,
        "parts": [_condition_data(part) for part in told.parts],
    }


def _working_data(working: Working) -> dict[str, object]:
    return {
        "amount": working.amount,
        "steps": [
            {"kind": step.kind, "amount": step.amount, "params": dict(step.params)} for step in working.steps
        ],
        "reason": working.reason.as_data() if working.reason else None,
        "missing": list(working.missing),
    }


def amount_of(steps: tuple[Step, ...]) -> int:
    """What the steps of a working come to."""
    amount = 0
    for step in steps:
        amount = amount + step.amount if step.kind in ADDED else step.amount
    return amount


def explain(
    rules: CallRules, known: Known, place: Place | None = None, sources: Sources | None = None
) -> Explanation:
    """Everything a call answers to what is known of one person.

    `sources` says of single facts who said them, where that differs from whom the vocabulary names.
    """
    said_by = sources or {}
    verdict = assess_known(rules, known)
    conditions = tuple(tell_condition(one, known, said_by) for one in rules.conditions)
    points = tuple(_points(one, known, said_by) for one in rules.criteria if one.fact in known)
    told = Explanation(
        eligible=verdict.eligible,
        answer=verdict.answer,
        conditions=conditions,
        amount=verdict.amount,
        working=verdict.working,
        points=points,
        place=place,
        missing=verdict.missing,
    )
    return replace(told, deciding=_deciding(rules, known, told))


def tell_condition(condition: Condition, known: Known, sources: Sources) -> ConditionTold:
    """One condition and, if it is a tree, every condition inside."""
    judged = condition.judge(known)
    inside = condition.of if isinstance(condition, AllOf | AnyOf) else ()
    return ConditionTold(
        condition=condition,
        answer=judged.answer,
        facts=tuple(used(name, known, sources) for name in condition.facts if name in known),
        missing=judged.missing,
        reason=judged.reason if judged.answer is Answer.NOT_MET else None,
        parts=tuple(tell_condition(one, known, sources) for one in inside),
    )


def used(name: str, known: Known, sources: Sources) -> FactUsed:
    """A known fact and who says it."""
    return FactUsed(name, known[name], sources.get(name, VOCABULARY[name].source))


def _points(criterion: Criterion, known: Known, sources: Sources) -> PointsTold:
    return PointsTold(criterion, used(criterion.fact, known, sources), criterion.points(known))


def failed_leaves(conditions: tuple[ConditionTold, ...]) -> Iterator[ConditionTold]:
    """The single conditions that are not met, inside trees that are not met."""
    for told in conditions:
        if told.answer is not Answer.NOT_MET:
            continue
        if told.parts:
            yield from failed_leaves(told.parts)
        else:
            yield told


def _deciding(rules: CallRules, known: Known, told: Explanation) -> Deciding | None:
    """What decided: the condition nearest to being met; else the points or the order; else what sets the amount."""
    if told.answer is Answer.NOT_KNOWN:
        return None
    failed = [(one.condition.facts, one.reason) for one in failed_leaves(told.conditions)]
    if failed:
        return nearest_condition(failed, known)
    if not told.eligible:
        facts = rules.amount.facts if rules.amount is not None else ("isee_cents",)
        return Deciding("no_amount", facts[0] if facts else "")
    place = told.place
    if place is not None and not place.is_covered:
        limit = place.cut_off_points
        if limit is not None and told.total < limit:
            return Deciding("points", value=told.total, limit=limit)
        return Deciding("order" if limit is not None or not rules.criteria else "place", value=place.position)
    return nearest_step(rules, told.working)
