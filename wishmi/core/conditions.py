"""The conditions nearly every call has: age, residence, applicant and the attested indicator; others in `rules`.

Each judges one child with reasons and a whole column; a property test holds `judge` and `met` to the same answer.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from wishmi.core.columns import NO_DATE, NO_INDICATOR, YEAR, Bools, Columns, among, apart, bools, ymd
from wishmi.core.dates import age_on
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.core.rules.judging import Answer, Condition, Judgement, Leaf, day, missing_of, number, text
from wishmi.core.rules.vocabulary import KINDS_OF_INDICATOR, ROLES, Known

__all__ = ["AgeUnder", "ApplicantIs", "Condition", "IndicatorAtMost", "IndicatorAttested", "Resident"]


@dataclass(frozen=True, slots=True)
class AgeUnder(Leaf):
    """The child has not completed `years` years on the day the application is sent."""

    years: int
    facts: ClassVar[tuple[str, ...]] = ("born_on", "submitted_on")

    def why_not(self, known: Known) -> Reason | None:
        """Too old, or born after the application."""
        born_on, submitted_on = day(known, "born_on"), day(known, "submitted_on")
        assert born_on is not None
        assert submitted_on is not None
        if born_on > submitted_on:
            return Reason(ReasonCode.NOT_YET_BORN, {"born_on": born_on.isoformat()})
        age = age_on(born_on, submitted_on)
        if age < self.years:
            return None
        return Reason(ReasonCode.TOO_OLD, {"age": age, "years": self.years})

    def met(self, columns: Columns) -> Bools:
        """Born, and younger than the limit."""
        far = apart(columns.born_on, columns.submitted_on)
        return bools((far >= 0) & (far < self.years * YEAR))


@dataclass(frozen=True, slots=True)
class Resident(Leaf):
    """The child lives in the municipality of the call."""

    facts: ClassVar[tuple[str, ...]] = ("resident",)

    def why_not(self, known: Known) -> Reason | None:
        """Not resident."""
        return None if known["resident"] else Reason(ReasonCode.NOT_RESIDENT)

    def met(self, columns: Columns) -> Bools:
        """Who is resident."""
        return columns.resident


@dataclass(frozen=True, slots=True)
class ApplicantIs(Leaf):
    """The applicant has one of the roles the call admits."""

    roles: tuple[str, ...]
    facts: ClassVar[tuple[str, ...]] = ("applicant_role",)

    def why_not(self, known: Known) -> Reason | None:
        """Another role."""
        role = text(known, "applicant_role")
        if role in self.roles:
            return None
        return Reason(ReasonCode.APPLICANT_NOT_ENTITLED, {"role": role})

    def met(self, columns: Columns) -> Bools:
        """Whose applicant has an admitted role."""
        return among(columns.applicant_role, [ROLES.index(role) for role in self.roles])


@dataclass(frozen=True, slots=True)
class IndicatorAttested(Leaf):
    """The household holds an attested indicator of an admitted kind, issued after a date, valid when sent."""

    kinds: tuple[str, ...]
    issued_from: date
    facts: ClassVar[tuple[str, ...]] = (
        "isee_cents",
        "isee_kind",
        "isee_issued_on",
        "isee_valid_until",
        "submitted_on",
    )

    def judge(self, known: Known) -> Judgement:
        """One part that cannot fit settles it: nobody is asked for the days of an indicator of the wrong kind."""
        missing = missing_of(self.facts, known)
        if not missing:
            return Leaf.judge(self, known)
        reason = self._ruled_out(known)
        if reason is None:
            return Judgement(Answer.NOT_KNOWN, missing=missing)
        return Judgement(Answer.NOT_MET, reason)

    def _ruled_out(self, known: Known) -> Reason | None:
        """Why it cannot be met any more, whatever is not known yet."""
        if any(name in known and known[name] in {None, ""} for name in self.facts[:4]):
            return Reason(ReasonCode.INDICATOR_MISSING)
        if "isee_kind" in known and text(known, "isee_kind") not in self.kinds:
            return Reason(ReasonCode.INDICATOR_WRONG_KIND, {"kind": text(known, "isee_kind")})
        days = {name: day(known, name) for name in self.facts[2:] if name in known}
        issued, until = days.get("isee_issued_on"), days.get("isee_valid_until")
        sent = days.get("submitted_on")
        in_order = [one for one in (self.issued_from, issued, sent, until) if one is not None]
        if in_order == sorted(in_order):
            return None
        said = {"issued_on": issued, "valid_until": until}
        return Reason(
            ReasonCode.INDICATOR_NOT_VALID, {name: one.isoformat() for name, one in said.items() if one}
        )

    def why_not(self, known: Known) -> Reason | None:
        """Missing, of another kind, or of another year."""
        issued_on, valid_until = day(known, "isee_issued_on"), day(known, "isee_valid_until")
        submitted_on, kind = day(known, "submitted_on"), text(known, "isee_kind")
        if known["isee_cents"] is None or issued_on is None or valid_until is None:
            return Reason(ReasonCode.INDICATOR_MISSING)
        if kind not in self.kinds:
            return Reason(ReasonCode.INDICATOR_WRONG_KIND, {"kind": kind})
        assert submitted_on is not None
        if self.issued_from <= issued_on <= submitted_on <= valid_until:
            return None
        issued, until = issued_on.isoformat(), valid_until.isoformat()
        return Reason(ReasonCode.INDICATOR_NOT_VALID, {"issued_on": issued, "valid_until": until})

    def met(self, columns: Columns) -> Bools:
        """Who holds such an indicator."""
        first = ymd(self.issued_from)
        attested = (columns.isee_cents != NO_INDICATOR) & (columns.isee_valid_until != NO_DATE)
        kind = among(columns.isee_kind, [KINDS_OF_INDICATOR.index(kind) for kind in self.kinds])
        issued = (columns.isee_issued_on >= first) & (columns.isee_issued_on <= columns.submitted_on)
        return bools(attested & kind & issued & (columns.submitted_on <= columns.isee_valid_until))


@dataclass(frozen=True, slots=True)
class IndicatorAtMost(Leaf):
    """The indicator does not pass a threshold in cents, itself included."""

    cents: int
    facts: ClassVar[tuple[str, ...]] = ("isee_cents",)

    def why_not(self, known: Known) -> Reason | None:
        """Above the threshold; a missing indicator is another condition's to say."""
        cents = number(known, "isee_cents")
        if cents is None or cents <= self.cents:
            return None
        return Reason(ReasonCode.INDICATOR_TOO_HIGH, {"isee_cents": cents, "at_most_cents": self.cents})

    def met(self, columns: Columns) -> Bools:
        """Whose indicator is low enough, or missing."""
        return bools(columns.isee_cents <= self.cents)
