"""Conditions of eligibility: a small closed vocabulary, each judging one child with reasons and a whole column.

A property test holds `why_not` and `met` to the same answer.
"""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np

from wishmi.core.columns import NO_DATE, NO_INDICATOR, Bools, Columns, ages
from wishmi.core.dates import age_on
from wishmi.core.facts import APPLICANT_ROLES, ISEE_KINDS, ChildFacts
from wishmi.core.reasons import Reason, ReasonCode


class Condition(Protocol):
    """One condition: None when met, the reason when not; and the same as a mask over a column."""

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts it reads, for the explanation."""

    def why_not(self, child: ChildFacts) -> Reason | None:
        """The reason why the child does not meet it, None if it does."""

    def met(self, columns: Columns) -> Bools:
        """Who meets it."""


@dataclass(frozen=True, slots=True)
class AgeUnder:
    """The child has not completed `years` years on the day the application is sent."""

    years: int
    facts = ("born_on", "submitted_on")

    def why_not(self, child: ChildFacts) -> Reason | None:
        """Too old, or born after the application."""
        if child.born_on > child.submitted_on:
            return Reason(ReasonCode.NOT_YET_BORN, {"born_on": child.born_on.isoformat()})
        age = age_on(child.born_on, child.submitted_on)
        if age < self.years:
            return None
        return Reason(ReasonCode.TOO_OLD, {"age": age, "years": self.years})

    def met(self, columns: Columns) -> Bools:
        """Born, and younger than the limit."""
        born = columns.born_on <= columns.submitted_on
        return np.asarray(born & (ages(columns.born_on, columns.submitted_on) < self.years))


@dataclass(frozen=True, slots=True)
class Resident:
    """The child lives in the municipality of the call."""

    facts = ("resident",)

    def why_not(self, child: ChildFacts) -> Reason | None:
        """Not resident."""
        return None if child.resident else Reason(ReasonCode.NOT_RESIDENT)

    def met(self, columns: Columns) -> Bools:
        """Who is resident."""
        return columns.resident


@dataclass(frozen=True, slots=True)
class ApplicantIs:
    """The applicant has one of the roles the call admits."""

    roles: tuple[str, ...]
    facts = ("applicant_role",)

    def why_not(self, child: ChildFacts) -> Reason | None:
        """Another role."""
        if child.applicant_role in self.roles:
            return None
        return Reason(ReasonCode.APPLICANT_NOT_ENTITLED, {"role": child.applicant_role})

    def met(self, columns: Columns) -> Bools:
        """Whose applicant has an admitted role."""
        admitted = [APPLICANT_ROLES.index(role) for role in self.roles]
        return np.asarray(np.isin(columns.applicant_role, admitted))


@dataclass(frozen=True, slots=True)
class IndicatorAttested:
    """The household holds an attested indicator of an admitted kind, issued after a date, valid when sent."""

    kinds: tuple[str, ...]
    issued_from: date
    facts = ("isee_cents", "isee_kind", "isee_issued_on", "isee_valid_until")

    def why_not(self, child: ChildFacts) -> Reason | None:
        """Missing, of another kind, or of another year."""
        if child.isee_cents is None or child.isee_issued_on is None or child.isee_valid_until is None:
            return Reason(ReasonCode.INDICATOR_MISSING)
        if child.isee_kind not in self.kinds:
            return Reason(ReasonCode.INDICATOR_WRONG_KIND, {"kind": child.isee_kind})
        if self.issued_from <= child.isee_issued_on <= child.submitted_on <= child.isee_valid_until:
            return None
        issued, until = child.isee_issued_on.isoformat(), child.isee_valid_until.isoformat()
        return Reason(ReasonCode.INDICATOR_NOT_VALID, {"issued_on": issued, "valid_until": until})

    def met(self, columns: Columns) -> Bools:
        """Who holds such an indicator."""
        first = self.issued_from.year * 10_000 + self.issued_from.month * 100 + self.issued_from.day
        attested = (columns.isee_cents != NO_INDICATOR) & (columns.isee_valid_until != NO_DATE)
        kind = np.isin(columns.isee_kind, [ISEE_KINDS.index(kind) for kind in self.kinds])
        issued = (columns.isee_issued_on >= first) & (columns.isee_issued_on <= columns.submitted_on)
        return np.asarray(attested & kind & issued & (columns.submitted_on <= columns.isee_valid_until))


@dataclass(frozen=True, slots=True)
class IndicatorAtMost:
    """The indicator does not pass a threshold in cents, itself included."""

    cents: int
    facts = ("isee_cents",)

    def why_not(self, child: ChildFacts) -> Reason | None:
        """Above the threshold; a missing indicator is another condition's to say."""
        if child.isee_cents is None or child.isee_cents <= self.cents:
            return None
        return Reason(
            ReasonCode.INDICATOR_TOO_HIGH, {"isee_cents": child.isee_cents, "at_most_cents": self.cents}
        )

    def met(self, columns: Columns) -> Bools:
        """Whose indicator is low enough, or missing."""
        return np.asarray(columns.isee_cents <= self.cents)
