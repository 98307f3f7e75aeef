"""Which fact to ask next: the anonymous pre-check asks only what can still change what some call answers."""

from collections.abc import Collection, Iterator, Sequence

from wishmi.core.calls import CallRules
from wishmi.core.eligibility import Verdict, assess_known
from wishmi.core.rules.judging import Answer, missing_of
from wishmi.core.rules.vocabulary import Known


def next_question(
    calls: Sequence[CallRules], known: Known, passed_over: Collection[str] = frozenset()
) -> str | None:
    """The fact that decides most of what the calls still leave open; None when no answer can change any verdict.

    `passed_over` are facts nobody can answer: they are not asked, and what hangs on them stays not known. A fact that
    can end a call by itself comes before one that needs others, then one that more calls wait for, then the order in
    which the calls are written, so that the same answers always lead to the same question.
    """
    weights: dict[str, tuple[int, int]] = {}
    for rules in calls:
        verdict = assess_known(rules, known)
        for name in missing_in(verdict):
            alone, waiting = weights.get(name, (0, 0))
            weights[name] = (alone + _decides_alone(verdict, name), waiting + 1)
    asked = {name: weight for name, weight in weights.items() if name not in passed_over}
    # Of equal weights `max` takes the first, and the names stand in the order of the calls.
    return max(asked, key=asked.__getitem__, default=None)


def missing_in(verdict: Verdict) -> tuple[str, ...]:
    """What a verdict still waits for; nothing once it is settled, whatever stayed unsaid."""
    return verdict.missing if verdict.answer is Answer.NOT_KNOWN else ()


def _decides_alone(verdict: Verdict, name: str) -> bool:
    """Whether one condition waits for this fact and nothing else: its answer may end the call."""
    return any(check.judgement.missing == (name,) for check in verdict.checks)


def still_open(
    calls: Sequence[CallRules], known: Known, passed_over: Collection[str] = frozenset()
) -> tuple[str, ...]:
    """Every fact that may still be asked before all is settled, whatever is answered: a bound, to say honestly how
    much is left.
    """
    names: dict[str, None] = {}
    for rules in calls:
        if assess_known(rules, known).answer is Answer.NOT_KNOWN:
            names |= dict.fromkeys(missing_of(tuple(facts_read(rules)), known))
    return tuple(name for name in names if name not in passed_over)


def facts_read(rules: CallRules) -> Iterator[str]:
    """The facts on which the answer and the amount of a call rest; points and order need others."""
    for condition in rules.conditions:
        yield from condition.facts
    if rules.amount is None:
        yield "isee_cents"
    else:
        yield from rules.amount.facts
