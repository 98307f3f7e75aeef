"""Who would be affected by other rules: children judged by both versions of a call, counted and never named."""

from collections.abc import Iterable
from dataclasses import dataclass

from wishmi.core.calls import CallRules
from wishmi.core.eligibility import assess_known
from wishmi.core.facts import ChildFacts
from wishmi.core.rules.judging import Answer
from wishmi.core.rules.vocabulary import Known
from wishmi.core.scoring import Criterion


@dataclass(slots=True)
class Affected:
    """How many children fare differently; amounts in minor units, summed over the children eligible.

    A child counts once under eligibility (`becomes`, `no_longer`, `not_known`), or else under what differs for it:
    `other_amount`, `other_points`, or both. `not_known` are those whom the newer version asks facts that nobody knows.
    """

    children: int = 0
    becomes: int = 0
    no_longer: int = 0
    other_amount: int = 0
    other_points: int = 0
    unchanged: int = 0
    not_known: int = 0
    eligible_before: int = 0
    eligible_after: int = 0
    amount_before: int = 0
    amount_after: int = 0

    def as_data(self) -> dict[str, int]:
        """Plain data for programs."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def rejudge(before: CallRules, after: CallRules, children: Iterable[ChildFacts]) -> Affected:
    """Judge every child by both versions; takes one at a time, so that a city's list need never be held at once.

    Which place in the ranking a child would have is not worked out: that takes the whole list and the draw.
    """
    counted = Affected()
    for child in children:
        _count(counted, before, after, child.known())
    return counted


def _count(counted: Affected, before: CallRules, after: CallRules, known: Known) -> None:
    old, new = assess_known(before, known), assess_known(after, known)
    counted.children += 1
    counted.eligible_before += old.eligible
    counted.eligible_after += new.eligible
    counted.amount_before += old.amount
    counted.amount_after += new.amount
    if new.answer is Answer.NOT_KNOWN:
        counted.not_known += 1
    elif old.eligible != new.eligible:
        counted.becomes += new.eligible
        counted.no_longer += old.eligible
    elif not new.eligible:
        counted.unchanged += 1
    else:
        points = _points(before.criteria, known), _points(after.criteria, known)
        counted.other_amount += old.amount != new.amount
        counted.other_points += points[0] != points[1]
        counted.unchanged += old.amount == new.amount and points[0] == points[1]


def _points(criteria: tuple[Criterion, ...], known: Known) -> int | None:
    """The total of points, or None where a fact that gives points is not known."""
    if any(criterion.fact not in known for criterion in criteria):
        return None
    return sum(criterion.points(known) for criterion in criteria)
