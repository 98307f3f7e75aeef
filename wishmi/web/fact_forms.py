"""One question as a form: the control fits the kind of the fact, and the answer is the fact's own value."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from wishmi.applications.declarations import MOST_CENTS, MOST_COUNTED, MOST_MONTHS
from wishmi.applications.file_cells import YEARS, CellRefused, read_cents
from wishmi.core.rules.vocabulary import VOCABULARY, FactKind, Value
from wishmi.web import formats, words
from wishmi.web.questions import CHOICES, QUESTIONS, Text
from wishmi.web.templatetags.web import money

YES_NO = (("yes", words.YES), ("no", words.NO))
NOTHING = "-"
"""Stands in a list of choices for none of them."""
Asked = tuple[str, Text]
"""Who a control is about: the ending of its name (empty for the household), and the words beside it."""


class FactForm(forms.Form):
    """The question about one fact, once or for each of some children.

    `words_of` are the words a call names for it; `choices` narrows a closed list, such as the roles a call admits.
    """

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        name: str,
        about: Sequence[Asked] = (("", ""),),
        words_of: Mapping[str, str] | None = None,
        choices: Sequence[str] = (),
        initial: Mapping[str, Value] | None = None,
    ) -> None:
        super().__init__(data)
        self.name = name
        self.question = QUESTIONS[name]
        self.asks = self.question.asks
        self.about = tuple(about)
        for ending, text in self.about:
            made = _field(name, words_of or {}, choices)
            made.label = text or self.question.label
            made.help_text = self.question.hint
            self.fields[f"answer{ending}"] = made
            if _has_tick(name):
                self.fields[f"none{ending}"] = forms.BooleanField(label=self.question.nothing, required=False)
            if initial is not None and ending in initial:
                self._propose(ending, initial[ending])

    def _propose(self, ending: str, value: Value) -> None:
        self.initial[f"answer{ending}"] = written(self.name, value)
        self.initial[f"none{ending}"] = value is None

    def clean(self) -> dict[str, Any]:
        """What stands empty is an error, unless it was said that there is none."""
        data = dict(super().clean() or {})
        for ending, _text in self.about:
            place = f"answer{ending}"
            if place in self.errors or self.name in _MAY_STAY_EMPTY:
                continue
            if data.get(f"none{ending}"):
                data[place] = None
            elif data.get(place) in (None, ""):
                self.add_error(place, _empty(self.name))
        return data

    def values(self) -> dict[str, Value]:
        """The value of the fact for each it was asked about, by the ending of the control."""
        return {
            ending: _value(self.name, self.cleaned_data[f"answer{ending}"]) for ending, _text in self.about
        }


_MAY_STAY_EMPTY = frozenset(name for name, fact in VOCABULARY.items() if fact.kind is FactKind.WORDS)


def _has_tick(name: str) -> bool:
    """Whether "there is none" has a box of its own; among choices it is one of them."""
    fact = VOCABULARY[name]
    return fact.may_be_nothing and fact.kind is not FactKind.WORD


def _empty(name: str) -> Text:
    match VOCABULARY[name].kind:
        case FactKind.FLAG:
            return _("Choose yes or no.")
        case FactKind.COUNT | FactKind.CENTS:
            return _("Write a number.")
        case FactKind.DAY:
            return _("Write a date.")
    return _("Choose who you are.") if name == "applicant_role" else _("Choose one answer.")


class MoneyField(forms.CharField):
    """Euro as people write them: 9.999,99 or 9999.99; what could be read in two ways is asked again."""

    def clean(self, value: Any) -> int | None:
        """Cents, or None where nothing is written."""
        text = super().clean(value).replace("€", "").replace(" ", "")
        try:
            cents = read_cents(text)
        except CellRefused:
            raise ValidationError(_("Write an amount such as 9999,50, without other signs.")) from None
        if cents is not None and cents > MOST_CENTS:
            raise ValidationError(_("Write an amount such as 9999,50, without other signs."))
        return cents


class DayField(forms.DateField):
    """A day of a plausible year."""

    input_formats = ("%Y-%m-%d", "%d/%m/%Y")

    def clean(self, value: Any) -> date | None:
        """The day, or None where nothing is written."""
        found: date | None = super().clean(value)
        if found is not None and found.year not in YEARS:
            raise ValidationError(self.error_messages["invalid"])
        return found


def _field(name: str, words_of: Mapping[str, str], choices: Sequence[str]) -> forms.Field:
    match VOCABULARY[name].kind:
        case FactKind.FLAG:
            return forms.ChoiceField(choices=YES_NO, widget=forms.RadioSelect, required=False)
        case FactKind.COUNT:
            return _count(name)
        case FactKind.CENTS:
            box = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
            return MoneyField(max_length=20, required=False, widget=box)
        case FactKind.DAY:
            calendar = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"})
            wrong = {"invalid": _("Write a date such as 31/12/2015.")}
            return DayField(required=False, widget=calendar, error_messages=wrong)
        case FactKind.WORDS:
            ticks = forms.CheckboxSelectMultiple
            return forms.MultipleChoiceField(choices=list(words_of.items()), required=False, widget=ticks)
        case FactKind.WORD:
            listed = [*words_of.items(), *([(NOTHING, QUESTIONS[name].nothing)] if _or_none(name) else [])]
            return forms.ChoiceField(choices=listed, required=False, widget=forms.RadioSelect)
    named = CHOICES[name]
    listed = [(one, named[one]) for one in choices or VOCABULARY[name].choices if one]
    return forms.ChoiceField(choices=listed, required=False, widget=forms.RadioSelect)


def _or_none(name: str) -> bool:
    return VOCABULARY[name].may_be_nothing


def _count(name: str) -> forms.Field:
    return forms.IntegerField(
        min_value=0,
        max_value=MOST_MONTHS if name == "course_months" else MOST_COUNTED,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("Write a number with digits, such as 2.")},
    )


def _value(name: str, answer: Any) -> Value:
    """The value of the fact from what its control gives."""
    match VOCABULARY[name].kind:
        case FactKind.FLAG:
            return bool(answer == "yes")
        case FactKind.WORDS:
            return tuple(sorted(answer or ()))
        case FactKind.WORD:
            return None if answer == NOTHING else str(answer)
    value: Value = answer
    return value


def written(name: str, value: Value) -> object:
    """A value as its control shows it: the inverse of reading it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return list(value)
    if value is None:
        return NOTHING if VOCABULARY[name].kind is FactKind.WORD else None
    if VOCABULARY[name].kind is FactKind.CENTS and isinstance(value, int):
        return f"{value // 100},{value % 100:02d}"
    return value


def said(name: str, value: Value, words_of: Mapping[str, str] | None = None) -> object:
    """A value as a person reads it, in the language of the page."""
    named = {**CHOICES.get(name, {}), **(words_of or {})}
    if isinstance(value, bool):
        return words.YES if value else words.NO
    if value is None:
        return QUESTIONS[name].nothing or "—"
    if isinstance(value, tuple):
        return ", ".join(str(named.get(one, one)) for one in value) or "—"
    if isinstance(value, date):
        return formats.day(value)
    if VOCABULARY[name].kind is FactKind.CENTS:
        return money(int(value))
    return named.get(value, value) if isinstance(value, str) else value
