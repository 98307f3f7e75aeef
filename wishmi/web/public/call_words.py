"""A call in plain words: what its document says, ready to be shown in the language of the page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from wishmi.calls import selectors as calls
from wishmi.calls.document import CallDocument
from wishmi.calls.models import Call, CallAct, CallVersion
from wishmi.calls.selectors import Window
from wishmi.core.calls import CallRules
from wishmi.web import formats
from wishmi.web.amount_words import Band, amounts_in_words, worth_in_words
from wishmi.web.fact_words import Speech
from wishmi.web.questions import QUESTIONS
from wishmi.web.rule_words import condition_in_words, criterion_in_words, order_in_words
from wishmi.web.words import word


@dataclass(frozen=True, slots=True)
class Asked:
    """What an application asks, and why; the reason in the language it is written in."""

    facts: tuple[str, ...]
    why: str
    language: str


@dataclass(frozen=True, slots=True)
class CallInWords:
    """Everything the pages of a call show. `state` is upcoming, open, closed, suspended or annulled.

    `text_language` is the language its own texts are really in.
    """

    call: Call
    version: CallVersion
    document: CallDocument
    rules: CallRules
    title: str
    text_language: str
    summary: str
    state: str
    use_until: date
    window: Window
    windows: tuple[Window, ...]

    @property
    def closes_at(self) -> datetime:
        """Until when applications are taken, in the window the call has come to."""
        return self.window.closes_at

    @property
    def opens_at(self) -> datetime:
        """From when they are taken in it."""
        return self.window.opens_at

    @property
    def later_windows(self) -> list[Window]:
        """The windows after the one of now."""
        return [one for one in self.windows if one.number > self.window.number]

    @property
    def speech(self) -> Speech:
        """How the call is spoken about: the words it names, its money."""
        return Speech(self.document.names, self.rules.unit)

    @property
    def worth(self) -> str:
        """How much one gets, in one short sentence."""
        return worth_in_words(self.rules, self.speech)

    @property
    def until(self) -> str:
        """Until when one can apply, as a sentence."""
        return _("You can apply until {day}.").format(day=formats.moment(self.closes_at))

    def bands(self) -> list[Band]:
        """Every line of how much it gives."""
        return list(amounts_in_words(self.rules, self.speech))

    def conditions(self) -> list[str]:
        """Who can apply, one sentence for each condition."""
        return [condition_in_words(one, self.speech) for one in self.rules.conditions]

    def order(self) -> list[str]:
        """Who comes first, and what parts those who are level."""
        return order_in_words(self.rules, self.speech)

    def bring(self) -> list[str | Promise]:
        """What to have at hand."""
        return list(_bring(self.rules))

    def points(self) -> list[str]:
        """What gives points, one sentence each."""
        return [criterion_in_words(one, self.speech) for one in self.rules.criteria]

    def asked(self) -> list[Asked]:
        """Which facts are asked, and why."""
        language = formats.current_language()
        return [
            Asked(
                tuple(str(word("fact", fact)) for fact in row.facts),
                row.why.in_language(language),
                row.why.language_of(language),
            )
            for row in self.document.data
        ]

    def names_of(self, fact: str) -> dict[str, str]:
        """The words the call names for a fact, in the language of the page."""
        language = formats.current_language()
        named = self.document.names.get(fact, {})
        return {name: text.in_language(language) for name, text in named.items()}

    def funds(self) -> list[tuple[str, int, str]]:
        """The funds behind the call: name, amount, what they rest on."""
        language = formats.current_language()
        return [
            (fund.name.in_language(language), fund.amount, fund.reference) for fund in self.document.funds
        ]


@dataclass(frozen=True, slots=True)
class ActInWords:
    """An act on a call as families read it; `text_language` is the language its text is in."""

    kind: str
    number: str
    at: datetime
    signatory: str
    version: int | None
    text: str
    text_language: str


def acts_in_words(call: Call) -> list[ActInWords]:
    """The acts on a call with their own texts, newest first; Italian is the text of the law."""
    return [_act_in_words(act) for act in calls.acts_to_tell(call)]


def act_that_stops(call: Call) -> ActInWords | None:
    """The act that suspends or annuls a call now, if one does."""
    act = calls.act_that_stops(call)
    return _act_in_words(act) if act else None


def _act_in_words(act: CallAct) -> ActInWords:
    is_italian = formats.current_language() == "it"
    return ActInWords(
        act.kind,
        act.number,
        act.at,
        act.signatory,
        act.version.number if act.version else None,
        act.text_it if is_italian else act.text_en,
        "it" if is_italian else "en",
    )


def in_words(call: Call, version: CallVersion, moment: datetime) -> CallInWords:
    """A call in the language of the page, as it stands at a moment."""
    document, rules = calls.document_of(version), calls.rules_of(version)
    language = formats.current_language()
    return CallInWords(
        call=call,
        version=version,
        document=document,
        rules=rules,
        title=document.texts.title.in_language(language),
        text_language=document.texts.title.language_of(language),
        summary=document.texts.summary.in_language(language),
        state=_state(call, rules, moment),
        use_until=date.fromisoformat(calls.use_until(call, rules)),
        window=calls.window_now(call, rules),
        windows=calls.windows(call, rules),
    )


def all_in_words(moment: datetime) -> list[CallInWords]:
    """Every call in force: open ones first, then those to come or stopped, then the closed."""
    order = {"open": 0, "upcoming": 1, "suspended": 1, "closed": 2, "annulled": 2}
    found = [in_words(call, version, moment) for call, version in calls.published_calls()]
    return sorted(found, key=lambda one: order[one.state])


def _state(call: Call, rules: CallRules, moment: datetime) -> str:
    stopped = calls.act_that_stops(call)
    if stopped is not None:
        return "annulled" if stopped.kind == CallAct.Kind.ANNULMENT else "suspended"
    window = calls.window_now(call, rules)
    if window.is_open(moment):
        return "open"
    return "upcoming" if moment < window.opens_at and not window.is_closed else "closed"


def _bring(rules: CallRules) -> Iterator[str | Promise]:
    """The papers that show what a call asks, each once."""
    yield _("A document of yours, and the tax code of each child.")
    yield from dict.fromkeys(QUESTIONS[name].bring for name in rules.facts if QUESTIONS[name].bring)
    yield _("An e-mail address or a telephone number, if you have one.")
