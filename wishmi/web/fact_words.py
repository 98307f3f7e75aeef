"""Facts in words: their values, who says them, and the words a call names itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wishmi.calls.document_base import Words
from wishmi.core.rules.vocabulary import Source, Value
from wishmi.web import formats
from wishmi.web.words import CATEGORIES, word

SOURCES: dict[Source, str | Promise] = {
    Source.APPLICANT: gettext_lazy("you declared it"),
    Source.POPULATION: gettext_lazy("population register"),
    Source.WELFARE: gettext_lazy("social security register"),
    Source.SCHOOL: gettext_lazy("school register"),
    Source.OFFICE: gettext_lazy("the office"),
    Source.COMMISSION: gettext_lazy("the commission"),
    Source.PROVIDER: gettext_lazy("the organiser"),
}
CHOICES: dict[str, dict[str, str | Promise]] = {
    "household_type": {
        "one_adult": gettext_lazy("One adult"),
        "one_adult_with_children": gettext_lazy("One adult with children"),
        "two_adults": gettext_lazy("Two adults"),
        "two_adults_with_children": gettext_lazy("Two adults with children"),
        "other": gettext_lazy("Other"),
    },
    "school_level": {
        "none": gettext_lazy("No school"),
        "early": gettext_lazy("Nursery and kindergarten"),
        "primary": gettext_lazy("Primary school"),
        "lower_secondary": gettext_lazy("Lower secondary school"),
        "upper_secondary": gettext_lazy("Upper secondary school"),
        "vocational": gettext_lazy("Vocational training"),
        "tertiary": gettext_lazy("University"),
    },
}
AGE = gettext_lazy("Age")
PLACES = frozenset({"district", "school"})
LISTED = {"ar": "، ", "zh-hans": "、"}
"""What stands between the things of a list; a comma elsewhere."""


@dataclass(frozen=True, slots=True)
class Speech:
    """How one call is spoken about: the words it names itself, and the unit of its money."""

    names: Mapping[str, Mapping[str, Words]] = field(default_factory=dict)
    unit: str = "EUR"

    def money(self, cents: int) -> str:
        """An amount in the call's money."""
        return formats.money(cents, unit=self.unit)

    def named(self, kind: str, name: str) -> str:
        """A word of a call in the language of the page, else as the call has it; it keeps its own order."""
        found = self.names.get(kind, {}).get(name)
        if found is not None:
            return formats.isolated(found.in_language(formats.current_language()))
        if kind in {"field", "category"} and name in CATEGORIES:
            return str(CATEGORIES[name])
        # A place bears its own name; a word the call does not name would mean nothing to a person.
        return formats.isolated(name) if kind in PLACES else _("Other")

    def listed(self, kind: str, names: tuple[str, ...]) -> str:
        """Several of them."""
        return together(self.choice(kind, name) for name in names)

    def choice(self, fact: str, value: str) -> str:
        """A word of a fact: of a closed list, or one the call names."""
        closed = CHOICES.get(fact, {}).get(value)
        if closed is not None:
            return str(closed)
        kind = {"applicant_role": "role", "isee_kind": "kind"}.get(fact)
        if kind == "role":
            return role(value)
        return str(word(kind, value)) if kind else self.named(fact, value)

    def number(self, fact: str, value: int) -> str:
        """A number of a fact: money for amounts, else a plain number."""
        return self.money(value) if fact.endswith("_cents") else formats.number(value)

    def value(self, fact: str, value: Value) -> str:
        """What is known of a fact."""
        if value is None or value in ("", ()):
            return _("none")
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(value, int):
            return self.number(fact, value)
        if isinstance(value, date):
            return formats.day(value)
        if isinstance(value, tuple):
            return self.listed(fact, value)
        return self.choice(fact, value)


def role(value: str) -> str:
    """Who applies; the ones only some calls know stand among the kinds."""
    return str(word("role", value) if word("role", value) != value else word("kind", value))


def together(parts: object) -> str:
    """Things one after the other, parted as the language parts them."""
    return LISTED.get(formats.current_language(), ", ").join(str(part) for part in parts)  # type: ignore[attr-defined]


def label(fact: str) -> str:
    """The name of a fact."""
    return str(AGE) if fact == "age" else str(word("fact", fact))


def source(value: Source) -> str:
    """Who says a fact."""
    return str(SOURCES[value])


PRIVATE = frozenset({"applicant"})
"""Facts that name somebody to the program and say nothing to a person."""
