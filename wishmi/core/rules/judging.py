"""Three answers: met, not met, not known yet; and what each condition says beside its answer."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar, Protocol, cast

from wishmi.core.columns import Bools, Columns
from wishmi.core.reasons import Reason
from wishmi.core.rules.vocabulary import Known


class Answer(StrEnum):
    """What a condition answers; `NOT_KNOWN` when a fact it needs is not known yet."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One answer: the reason when not met; the facts that could still change it when not known.

    `parts` are the judgements of the conditions inside a tree, in the order they are written.
    """

    answer: Answer
    reason: Reason | None = None
    missing: tuple[str, ...] = ()
    parts: tuple["Judgement", ...] = ()


MET = Judgement(Answer.MET)


class Condition(Protocol):
    """One condition: an answer for what is known of one person, and the same as a mask over a column."""

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts it reads, for the explanation."""

    def judge(self, known: Known) -> Judgement:
        """Met, not met with its reason, or not known yet with what is missing."""

    def met(self, columns: Columns) -> Bools:
        """Who meets it, where everything is known."""


class Leaf:
    """A condition without conditions inside: not known as long as one of its facts is not."""

    __slots__ = ()
    facts: ClassVar[tuple[str, ...]] = ()

    def judge(self, known: Known) -> Judgement:
        """What is missing comes first; then the reason, or none."""
        missing = missing_of(self.facts, known)
        if missing:
            return Judgement(Answer.NOT_KNOWN, missing=missing)
        reason = self.why_not(known)
        return MET if reason is None else Judgement(Answer.NOT_MET, reason)

    def why_not(self, known: Known) -> Reason | None:
        """The reason why it is not met, None if it is; every fact it reads is known."""
        raise NotImplementedError


def missing_of(names: tuple[str, ...], known: Known) -> tuple[str, ...]:
    """Which of the facts are not known yet."""
    for name in names:
        if name not in known:
            return tuple(one for one in names if one not in known)
    return ()


def number(known: Known, name: str) -> int | None:
    """A count or an amount."""
    return cast("int | None", known[name])


def day(known: Known, name: str) -> date | None:
    """A day."""
    return cast("date | None", known[name])


def text(known: Known, name: str) -> str:
    """A choice or a word; nothing is the empty word."""
    return cast("str | None", known[name]) or ""


def words(known: Known, name: str) -> tuple[str, ...]:
    """A set of words, sorted."""
    return cast("tuple[str, ...]", known[name])
