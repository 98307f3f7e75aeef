"""Conditions on who somebody is: age, birth, school, where they live, what holds of the household, lists."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from wishmi.core.columns import NO_DATE, NOTHING, YEAR, Bools, Columns, Ints, among, apart, bools, ints, ymd
from wishmi.core.dates import age_on
from wishmi.core.reasons import Reason, ReasonCode
from wishmi.core.rules.judging import Answer, Judgement, Leaf, day, number, text, words
from wishmi.core.rules.vocabulary import VOCABULARY, FactKind, Known

When = str | date
"""A day that is a fact of its own, by name, or a day the call names."""


def when_facts(when: When) -> tuple[str, ...]:
    """What must be known to know the day."""
    return (when,) if isinstance(when, str) else ()


def when_of(when: When, known: Known) -> date | None:
    """The day."""
    return day(known, when) if isinstance(when, str) else when


def whens_of(when: When, columns: Columns) -> Ints:
    """The day of every row."""
    if isinstance(when, str):
        return columns.column(when)
    return columns.each(ymd(when))


@dataclass(frozen=True, slots=True)
class AgeBetween(Leaf):
    """Completed years from `least` to `most` (None: no upper bound) on a day."""

    least: int
    most: int | None
    on: When = "submitted_on"

    @property
    def facts(self) -> tuple[str, ...]:  # type: ignore[override]
        """The birth date, and the day."""
        return ("born_on", *when_facts(self.on))

    def judge(self, known: Known) -> Judgement:
        """Without the day, no birth date helps."""
        if isinstance(self.on, str) and self.on in known and known[self.on] is None:
            return Judgement(Answer.NOT_MET, Reason(ReasonCode.DAY_MISSING, {"fact": self.on}))
        return Leaf.judge(self, known)

    def why_not(self, known: Known) -> Reason | None:
        """Not born, too young, too old."""
        born_on, when = day(known, "born_on"), when_of(self.on, known)
        assert born_on is not None
        assert when is not None
        if born_on > when:
            return Reason(ReasonCode.NOT_YET_BORN, {"born_on": born_on.isoformat()})
        age = age_on(born_on, when)
        if age < self.least:
            return Reason(ReasonCode.TOO_YOUNG, {"age": age, "least": self.least, "on": when.isoformat()})
        if self.most is None or age <= self.most:
            return None
        return Reason(ReasonCode.ABOVE_AGE, {"age": age, "most": self.most, "on": when.isoformat()})

    def met(self, columns: Columns) -> Bools:
        """Who is of that age on that day."""
        # A day that is not there is written 0, which lies before every birth.
        far = apart(columns.born_on, whens_of(self.on, columns))
        fits = far >= self.least * YEAR
        return bools(fits if self.most is None else fits & (far < (self.most + 1) * YEAR))


@dataclass(frozen=True, slots=True)
class BornBetween(Leaf):
    """Born from one day to another, both included."""

    first: date
    last: date
    facts: ClassVar[tuple[str, ...]] = ("born_on",)

    def why_not(self, known: Known) -> Reason | None:
        """Born before or after."""
        born_on = day(known, "born_on")
        assert born_on is not None
        if self.first <= born_on <= self.last:
            return None
        said = {
            "born_on": born_on.isoformat(),
            "first_on": self.first.isoformat(),
            "last_on": self.last.isoformat(),
        }
        return Reason(ReasonCode.BORN_OUTSIDE, said)

    def met(self, columns: Columns) -> Bools:
        """Who was born in between."""
        return bools((columns.born_on >= ymd(self.first)) & (columns.born_on <= ymd(self.last)))


@dataclass(frozen=True, slots=True)
class TurnsInYear(Leaf):
    """The age somebody reaches in the calendar year of the application, from `least` to `most`."""

    least: int
    most: int
    facts: ClassVar[tuple[str, ...]] = ("born_on", "submitted_on")

    def why_not(self, known: Known) -> Reason | None:
        """Born in another year."""
        born_on, submitted_on = day(known, "born_on"), day(known, "submitted_on")
        assert born_on is not None
        assert submitted_on is not None
        age = submitted_on.year - born_on.year
        if self.least <= age <= self.most:
            return None
        said = {
            "year": born_on.year,
            "first": submitted_on.year - self.most,
            "last": submitted_on.year - self.least,
        }
        return Reason(ReasonCode.BIRTH_YEAR_OUTSIDE, said)

    def met(self, columns: Columns) -> Bools:
        """Who reaches such an age."""
        age = columns.submitted_on // 10_000 - columns.born_on // 10_000
        return bools((age >= self.least) & (age <= self.most))


@dataclass(frozen=True, slots=True)
class LivesHereFor(Leaf):
    """Child, applicant or one parent has lived here for so many years on the day of the application."""

    since: str
    years: int

    @property
    def facts(self) -> tuple[str, ...]:  # type: ignore[override]
        """Since when, and the day."""
        return (self.since, "submitted_on")

    def judge(self, known: Known) -> Judgement:
        """Who has never lived here need not say more."""
        if self.since in known and known[self.since] is None:
            return Judgement(
                Answer.NOT_MET,
                Reason(ReasonCode.RESIDENCE_TOO_SHORT, {"fact": self.since, "years": self.years}),
            )
        return Leaf.judge(self, known)

    def why_not(self, known: Known) -> Reason | None:
        """Not for long enough, or only from a later day on."""
        since, submitted_on = day(known, self.since), day(known, "submitted_on")
        assert since is not None
        assert submitted_on is not None
        if since <= submitted_on and age_on(since, submitted_on) >= self.years:
            return None
        return Reason(
            ReasonCode.RESIDENCE_TOO_SHORT,
            {"fact": self.since, "years": self.years, "since_on": since.isoformat()},
        )

    def met(self, columns: Columns) -> Bools:
        """Whose years are enough."""
        since, days = columns.column(self.since), columns.submitted_on
        return bools((since != NO_DATE) & (apart(since, days) >= self.years * YEAR))


FLAG_REASONS = {
    "resident": ReasonCode.NOT_RESIDENT,
    "domiciled": ReasonCode.NOT_DOMICILED,
    "school_here": ReasonCode.SCHOOL_ELSEWHERE,
    "lone_parent": ReasonCode.NOT_LONE_PARENT,
    "unemployed_parent": ReasonCode.NO_UNEMPLOYED_PARENT,
    "disabled": ReasonCode.NO_DISABILITY,
    "group_here": ReasonCode.GROUP_ELSEWHERE,
    "provider_listed": ReasonCode.PROVIDER_NOT_LISTED,
}
"""The yes-or-no facts a call may require, and what it means when one does not hold."""


@dataclass(frozen=True, slots=True)
class Holds(Leaf):
    """A yes-or-no fact holds."""

    fact: str

    @property
    def facts(self) -> tuple[str, ...]:  # type: ignore[override]
        """The fact."""
        return (self.fact,)

    def why_not(self, known: Known) -> Reason | None:
        """It does not hold."""
        return None if known[self.fact] else Reason(FLAG_REASONS[self.fact])

    def met(self, columns: Columns) -> Bools:
        """For whom it holds."""
        return bools(columns.column(self.fact))


@dataclass(frozen=True, slots=True)
class CountBetween(Leaf):
    """A counted fact lies from `least` to `most` (None: no upper bound)."""

    fact: str
    least: int
    most: int | None = None

    @property
    def facts(self) -> tuple[str, ...]:  # type: ignore[override]
        """The fact."""
        return (self.fact,)

    def why_not(self, known: Known) -> Reason | None:
        """Not known to be any number, too few, too many."""
        count = number(known, self.fact)
        if count is None or count < self.least:
            return Reason(ReasonCode.TOO_FEW, {"fact": self.fact, "count": count or 0, "least": self.least})
        if self.most is None or count <= self.most:
            return None
        return Reason(ReasonCode.TOO_MANY, {"fact": self.fact, "count": count, "most": self.most})

    def met(self, columns: Columns) -> Bools:
        """Whose number fits."""
        counts = columns.column(self.fact)
        fits = (counts != NOTHING) & (counts >= self.least)
        return bools(fits if self.most is None else fits & (counts <= self.most))


WORD_REASONS = {
    "district": ReasonCode.DISTRICT_NOT_ADMITTED,
    "school": ReasonCode.SCHOOL_NOT_ADMITTED,
    "school_level": ReasonCode.SCHOOL_LEVEL_NOT_ADMITTED,
    "household_type": ReasonCode.HOUSEHOLD_TYPE_NOT_ADMITTED,
    "field": ReasonCode.FIELD_NOT_ADMITTED,
}
"""The facts of one word a call may restrict, and what it means when the word is another."""


@dataclass(frozen=True, slots=True)
class IsOneOf(Leaf):
    """A fact of one word is one of those named."""

    fact: str
    words: tuple[str, ...]

    @property
    def facts(self) -> tuple[str, ...]:  # type: ignore[override]
        """The fact."""
        return (self.fact,)

    def why_not(self, known: Known) -> Reason | None:
        """Another word, or none."""
        word = text(known, self.fact)
        return None if word in self.words else Reason(WORD_REASONS[self.fact], {self.fact: word})

    def met(self, columns: Columns) -> Bools:
        """Whose word is named."""
        column = columns.column(self.fact)
        fact = VOCABULARY[self.fact]
        known = fact.choices if fact.kind is FactKind.CHOICE else columns.words[self.fact]
        return among(column, [place for place, word in enumerate(known) if word in self.words])


SET_REASONS = {
    "benefits": ReasonCode.NO_BENEFIT_HELD,
    "target_groups": ReasonCode.NOT_IN_TARGET_GROUP,
    "on_lists": ReasonCode.NOT_ON_LIST,
}
"""The sets of words of which a call may require one."""


@dataclass(frozen=True, slots=True)
class HoldsOneOf(Leaf):
    """A set of words (benefits held, target groups, lists) holds at least one of those named."""

    fact: str
    words: tuple[str, ...]

    @property
    def facts(self) -> tuple[str, ...]:  # type: ignore[override]
        """The fact."""
        return (self.fact,)

    def why_not(self, known: Known) -> Reason | None:
        """None of them."""
        held = words(known, self.fact)
        return None if any(word in held for word in self.words) else Reason(SET_REASONS[self.fact])

    def met(self, columns: Columns) -> Bools:
        """Who holds one."""
        return bools((columns.column(self.fact) & columns.bits(self.fact, self.words)) != 0)


@dataclass(frozen=True, slots=True)
class NotFundedBy(Leaf):
    """The same cost is not funded by another scheme already; a scheme that is not named may be added up with."""

    schemes: tuple[str, ...]
    facts: ClassVar[tuple[str, ...]] = ("other_schemes",)

    def why_not(self, known: Known) -> Reason | None:
        """The first scheme that funds it."""
        held = words(known, "other_schemes")
        found = next((scheme for scheme in self.schemes if scheme in held), None)
        return None if found is None else Reason(ReasonCode.ALREADY_FUNDED, {"scheme": found})

    def met(self, columns: Columns) -> Bools:
        """Who has none of them."""
        return bools((columns.column("other_schemes") & columns.bits("other_schemes", self.schemes)) == 0)


@dataclass(frozen=True, slots=True)
class DayUntil(Leaf):
    """A day that is a fact comes at most `days` days after another day, and not before it; or until a fixed day.

    With `of` None the fact must not pass `until`.
    """

    fact: str
    of: str | None = None
    days: int = 0
    until: date | None = None

    @property
    def facts(self) -> tuple[str, ...]:  # type: ignore[override]
        """The days it compares."""
        return (self.fact,) if self.of is None else (self.fact, self.of)

    def judge(self, known: Known) -> Judgement:
        """One day that is not there settles it."""
        if any(name in known and known[name] is None for name in self.facts):
            return Judgement(Answer.NOT_MET, Reason(ReasonCode.DAY_MISSING, {"fact": self.fact}))
        return Leaf.judge(self, known)

    def why_not(self, known: Known) -> Reason | None:
        """Too late."""
        given = day(known, self.fact)
        assert given is not None
        if self.of is not None:
            start = day(known, self.of)
            assert start is not None
            late = not 0 <= (given - start).days <= self.days
            return Reason(ReasonCode.CLAIMED_TOO_LATE, {"days": self.days}) if late else None
        assert self.until is not None
        if given <= self.until:
            return None
        return Reason(ReasonCode.DAY_TOO_LATE, {"fact": self.fact, "until": self.until.isoformat()})

    def met(self, columns: Columns) -> Bools:
        """Whose day is in time."""
        given = columns.column(self.fact)
        if self.of is None:
            assert self.until is not None
            return bools((given != NO_DATE) & (given <= ymd(self.until)))
        start = columns.column(self.of)
        known = (given != NO_DATE) & (start != NO_DATE)
        apart = _ordinals(given) - _ordinals(start)
        return bools(known & (apart >= 0) & (apart <= self.days))


def _ordinals(days: Ints) -> Ints:
    """Days counted on, from yyyymmdd, by the civil calendar; years begin in March so that leap days come last."""
    year, month, of_month = days // 10_000, days // 100 % 100, days % 100
    year = year - (month <= 2)
    shifted = (month + 9) % 12
    counted = 365 * year + year // 4 - year // 100 + year // 400 + (153 * shifted + 2) // 5 + of_month
    return ints(counted)
