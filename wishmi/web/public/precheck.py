"""The pre-check without login: what was answered so far, carried from page to page and kept nowhere.

Each page holds the answers in hidden fields and sends them back in the body, so that nothing of them stands in an
address, a cookie, a log or the database. What comes in is read at the door like anything typed: unknown names, values
outside the vocabulary and words no open call names are left out, and asked again.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.http import QueryDict

from wishmi.applications.declarations import HELPING_ROLES, MOST_CENTS, MOST_COUNTED, MOST_MONTHS
from wishmi.applications.file_cells import YEARS
from wishmi.core.asking import facts_read, next_question, still_open
from wishmi.core.calls import CallRules
from wishmi.core.rules.vocabulary import FACTS_OF_ONE, ROLES, VOCABULARY, FactKind, Value, why_not_value
from wishmi.web.public.call_words import CallInWords

MOST_CHILDREN = 6
LONGEST = 600
"""Characters of one carried answer at most: a set of many words."""
_PLACE = re.compile(r"(h|c[0-5])\.([a-z_]{1,40})", re.ASCII)
_NOT_ASKED = frozenset({"submitted_on", "applicant", "arrival", "commission_score"})
"""Facts nobody is asked: the day is today, the others come later or tell nothing about a right."""
NOT_KNOWN, NOTHING = "?", "-"


class Unsaid(StrEnum):
    """The answer of who does not know."""

    NOT_KNOWN = "not_known"


Told = Value | Unsaid
Place = tuple[str, str]
"""Of whom (`h` the household, `c0` the first child) and which fact."""


@dataclass(slots=True)
class Check:
    """The answers so far, in the order they were given, about `children` children of one household."""

    calls: Sequence[CallInWords]
    today: date
    children: int = 1
    told: dict[Place, Told] = field(default_factory=dict)

    @property
    def rules(self) -> list[CallRules]:
        """The rules of the calls that are looked at."""
        return [call.rules for call in self.calls]

    def words_of(self, name: str) -> dict[str, str]:
        """The words that any of the calls names for a fact."""
        found: dict[str, str] = {}
        for call in self.calls:
            found = {**call.names_of(name), **found}
        return found

    def roles(self) -> tuple[str, ...]:
        """Who may apply to any of the calls; who only helps others does not ask for its own child."""
        admitted = {role for call in self.calls for role in call.document.applicants.roles}
        return tuple(role for role in ROLES if role in admitted and role not in (*HELPING_ROLES, "provider"))

    def known(self, child: int) -> dict[str, Value]:
        """What is known of one child, its household's facts among it, on the day of today."""
        known: dict[str, Value] = {"submitted_on": self.today}
        for (whose, name), value in self.told.items():
            if whose in {"h", f"c{child}"} and not isinstance(value, Unsaid):
                known[name] = value
        return known

    def passed_over(self, child: int) -> set[str]:
        """What is not asked of one child: what nobody can say, and what was answered with not knowing."""
        unsaid = {
            name
            for (whose, name), value in self.told.items()
            if whose in {"h", f"c{child}"} and isinstance(value, Unsaid)
        }
        return unsaid | _NOT_ASKED

    def next(self) -> Place | None:
        """What to ask now; None when nothing more can be asked that would change an answer."""
        child = self.children - 1
        name = next_question(self.rules, self.known(child), self.passed_over(child))
        return None if name is None else place_of(name, child)

    def left(self) -> int:
        """How many questions can still come at most, the one that is asked now among them."""
        child = self.children - 1
        return len(still_open(self.rules, self.known(child), self.passed_over(child)))

    def take_back(self) -> None:
        """Forget the last answer; a child of whom nothing is left is not asked about any more."""
        if self.told:
            (whose, _name), _value = self.told.popitem()
            if whose != "h":
                self.children = int(whose[1:]) + 1
        if self.children > 1 and not any(whose == f"c{self.children - 1}" for whose, _name in self.told):
            self.children -= 1

    def carried(self) -> Iterator[tuple[str, str]]:
        """The hidden fields of the next page."""
        yield "children", str(self.children)
        for (whose, name), value in self.told.items():
            yield f"{whose}.{name}", as_text(value)


def place_of(name: str, child: int) -> Place:
    """Where an answer is kept."""
    return (f"c{child}" if name in FACTS_OF_ONE else "h"), name


def read_check(calls: Sequence[CallInWords], today: date, sent: QueryDict) -> Check:
    """The answers of a page that came back; what cannot be one is left out."""
    check = Check(calls, today)
    number = sent.get("children", "")
    if number in {str(count) for count in range(1, MOST_CHILDREN + 1)}:
        check.children = int(number)
    read = {name for rules in check.rules for name in facts_read(rules)} - _NOT_ASKED
    words = {name: frozenset(check.words_of(name)) for name in read}
    for key in sent:
        match = _PLACE.fullmatch(key)
        if match is None or match[2] not in read:
            continue
        whose, name = match[1], match[2]
        is_there = (whose != "h") is (name in FACTS_OF_ONE) and (
            whose == "h" or int(whose[1:]) < check.children
        )
        text = sent.get(key, "")
        if is_there and len(text) <= LONGEST:
            try:
                check.told[whose, name] = from_text(name, text, words[name])
            except ValueError:
                continue
    return check


def as_text(value: Told) -> str:
    """An answer as it is carried."""
    if isinstance(value, Unsaid):
        return NOT_KNOWN
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return " ".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def from_text(name: str, text: str, words: frozenset[str]) -> Told:
    """The inverse; raises ValueError for what cannot be the answer to a question."""
    if text == NOT_KNOWN:
        return Unsaid.NOT_KNOWN
    value = None if text == NOTHING else _value(VOCABULARY[name].kind, name, text)
    named = value if isinstance(value, tuple) else (value,)
    is_named = VOCABULARY[name].kind not in {FactKind.WORD, FactKind.WORDS} or value is None
    if why_not_value(name, value) is not None or not (is_named or set(named) <= words):
        message = f"{name} cannot be this"
        raise ValueError(message)
    return value


def _value(kind: FactKind, name: str, text: str) -> Value:
    match kind:
        case FactKind.FLAG:
            return {"yes": True, "no": False}.get(text, text)
        case FactKind.COUNT:
            return _number(text, MOST_MONTHS if name == "course_months" else MOST_COUNTED)
        case FactKind.CENTS:
            return _number(text, MOST_CENTS)
        case FactKind.DAY:
            day = date.fromisoformat(text)
            if day.year not in YEARS:
                raise ValueError(text)
            return day
        case FactKind.WORDS:
            return tuple(text.split())
    return text


def _number(text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and int(text) <= most):
        raise ValueError(text)
    return int(text)


def household_of(check: Check) -> Mapping[str, Value]:
    """What was said of the household."""
    return {name: value for (whose, name), value in _said(check) if whose == "h"}


def children_by_birth(check: Check) -> dict[date, dict[str, Value]]:
    """What was said of each child whose birth date was said."""
    found: dict[date, dict[str, Value]] = {}
    for child in range(check.children):
        own = {name: value for (whose, name), value in _said(check) if whose == f"c{child}"}
        born_on = own.pop("born_on", None)
        if isinstance(born_on, date):
            found[born_on] = own
    return found


def _said(check: Check) -> Iterator[tuple[Place, Value]]:
    for place, value in check.told.items():
        if not isinstance(value, Unsaid):
            yield place, value
