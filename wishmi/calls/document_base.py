"""What the sections of a call document are made of: closed models, texts for families, words of closed lists."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from wishmi.calls.document_values import (
    Text,
    choice,
    in_smallest_part,
    optional,
    pattern,
    read_cents,
    text_of,
    whole,
    written,
)
from wishmi.core.calls import Fit, OrderKey
from wishmi.core.facts import ISEE_KINDS
from wishmi.core.languages import LANGUAGES
from wishmi.core.rules.vocabulary import ROLES, VOCABULARY
from wishmi.core.scoring import COUNTS, FLAGS, SETS

FACTS = tuple(VOCABULARY)
NAMED = (
    "benefits", "category", "district", "field", "goods", "on_lists", "other_schemes", "school", "season",
    "target_groups",
)  # fmt: skip
"""What a document may name by words of its own, each with its text for families."""

_NAME = r"[a-z][a-z0-9_]{1,39}"


@written(
    **{
        "type": ["number", "string"],
        "minimum": 0,
        "pattern": r"^([0-9]{1,10}\.[0-9]{2}|[a-z][a-z0-9_]{1,39})$",
        "x-value": "figure",
    }
)
def read_figure(value: object) -> int | str:
    """An amount, or the name of a parameter that changes by date."""
    text = text_of(value, "an amount such as 1234.50, or the name of a parameter")
    return text if re.fullmatch(_NAME, text) else read_cents(text)


Role = Annotated[str, BeforeValidator(choice(*ROLES))]
Kind = Annotated[str, BeforeValidator(choice(*(kind for kind in ISEE_KINDS if kind)))]
FactName = Annotated[str, BeforeValidator(choice(*FACTS))]
PointFact = Annotated[str, BeforeValidator(choice(*COUNTS, *FLAGS, *SETS))]
Key = Annotated[str, BeforeValidator(choice(*OrderKey))]
FitWord = Annotated[str, BeforeValidator(choice(*Fit))]
Mark = Annotated[str, BeforeValidator(choice("certain", "press", "guess"))]
Word = Annotated[str, BeforeValidator(pattern(_NAME, "a word of small letters, digits and underscores"))]
Figure = Annotated[int | str, BeforeValidator(read_figure), AfterValidator(in_smallest_part)]
Percent = Annotated[int, BeforeValidator(whole(1, 100))]
Years = Annotated[int, BeforeValidator(whole(0, 120))]
MaybeYears = Annotated[int | None, BeforeValidator(optional(whole(0, 120)))]
Count = Annotated[int, BeforeValidator(whole(0, 100_000))]
MaybeCount = Annotated[int | None, BeforeValidator(optional(whole(0, 100_000)))]


class Section(BaseModel):
    """A part of the document: no unknown keys, no changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Words(Section):
    """A text in the languages families read: Italian and English always, others where a city has them."""

    it: Text
    en: Text
    ar: Text | None = None
    zh_hans: Annotated[Text | None, Field(alias="zh-hans")] = None
    es: Text | None = None
    fil: Text | None = None
    si: Text | None = None
    ro: Text | None = None
    uk: Text | None = None
    fr: Text | None = None

    def in_language(self, language: str) -> str:
        """The text in a language, in Italian where that is missing."""
        return self._written(language) or self.it

    def language_of(self, language: str) -> str:
        """The language that `in_language` really answers in."""
        return language if self._written(language) else "it"

    def _written(self, language: str) -> str | None:
        return getattr(self, language.replace("-", "_"), None) if language in LANGUAGES else None
