"""Trees of conditions: all of them, or at least one."""

from dataclasses import dataclass

import numpy as np

from wishmi.core.columns import Bools, Columns, bools
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.core.rules.judging import MET, Answer, Condition, Judgement
from wishmi.core.rules.vocabulary import Known


def _facts(of: tuple[Condition, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for condition in of for name in condition.facts))


def _missing(parts: tuple[Judgement, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in parts for name in part.missing))


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every condition inside is met. One that is not met settles it, whatever is not known of the others."""

    of: tuple[Condition, ...]

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts of all inside."""
        return _facts(self.of)

    def judge(self, known: Known) -> Judgement:
        """The first reason of those inside stands for the whole."""
        parts = tuple(condition.judge(known) for condition in self.of)
        failed = next((part for part in parts if part.answer is Answer.NOT_MET), None)
        if failed is not None:
            return Judgement(Answer.NOT_MET, failed.reason, parts=parts)
        missing = _missing(parts)
        if missing:
            return Judgement(Answer.NOT_KNOWN, missing=missing, parts=parts)
        return Judgement(Answer.MET, parts=parts)

    def met(self, columns: Columns) -> Bools:
        """Who meets all."""
        return bools(np.logical_and.reduce([condition.met(columns) for condition in self.of]))


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one condition inside is met. One that is met settles it, whatever is not known of the others."""

    of: tuple[Condition, ...]

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts of all inside."""
        return _facts(self.of)

    def judge(self, known: Known) -> Judgement:
        """None met: the reason says how many there were, the parts say why each is not."""
        parts: list[Judgement] = []
        for condition in self.of:
            part = condition.judge(known)
            if part is MET or part.answer is Answer.MET:
                return Judgement(Answer.MET, parts=(*parts, part))
            parts.append(part)
        missing = _missing(tuple(parts))
        if missing:
            return Judgement(Answer.NOT_KNOWN, missing=missing, parts=tuple(parts))
        reason = Reason(ReasonCode.NO_ALTERNATIVE_MET, {"count": len(self.of)})
        return Judgement(Answer.NOT_MET, reason, parts=tuple(parts))

    def met(self, columns: Columns) -> Bools:
        """Who meets at least one."""
        return bools(np.logical_or.reduce([condition.met(columns) for condition in self.of]))
