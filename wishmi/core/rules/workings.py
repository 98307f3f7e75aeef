"""An amount with its working, and what every amount rule can be asked."""

from dataclasses import dataclass
from typing import Protocol

from wishmi.core.columns import Columns, Ints
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.core.rules.vocabulary import Known


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the working: its kind, the amount it gives, and the values its sentence needs."""

    kind: str
    amount: int
    params: tuple[tuple[str, str | int], ...] = ()


@dataclass(frozen=True, slots=True)
class Working:
    """An amount and how it came about; None with a reason when nothing is due, or with what is not known yet."""

    amount: int | None
    steps: tuple[Step, ...] = ()
    reason: Reason | None = None
    missing: tuple[str, ...] = ()


NOTHING_DUE = Working(0, reason=Reason(ReasonCode.NO_AMOUNT))


class AmountRule(Protocol):
    """One way to say how much; `values` are all amounts it can give, None where they follow from a price."""

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts it reads."""

    def work_out(self, known: Known) -> Working:
        """The amount of one child."""

    def of(self, columns: Columns) -> Ints:
        """The amount of every child; zero where nothing is due."""

    def values(self) -> tuple[int, ...] | None:
        """All amounts it can give."""
