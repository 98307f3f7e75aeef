"""A call in plain words: what its document says, ready to be shown in the language of the page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from wishmi.calls import selectors as calls
from wishmi.calls.document import CallDocument
from wishmi.calls.models import Call, CallVersion
from wishmi.core.calls import CallRules
from wishmi.core.conditions import AgeUnder, ApplicantIs, IndicatorAtMost, IndicatorAttested, Resident
from wishmi.web import formats
from wishmi.web.words import word


@dataclass(frozen=True, slots=True)
class Band:
    """One line of the table of amounts."""

    words: str
    amount: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What an application asks, and why; the reason in the language it is written in."""

    facts: tuple[str, ...]
    why: str
    language: str


@dataclass(frozen=True, slots=True)
class CallInWords:
    """Everything the pages of a call show. `state` is upcoming, open or closed.

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

    @property
    def opens_at(self) -> datetime:
        """From when applications are taken."""
        return self.rules.opens_at

    @property
    def closes_at(self) -> datetime:
        """Until when."""
        return self.rules.closes_at

    @property
    def least(self) -> int:
        """The smallest amount of a voucher, in cents."""
        return min(self.rules.amounts() or (0,))

    @property
    def most(self) -> int:
        """The largest amount, in cents."""
        return max(self.rules.amounts() or (0,))

    def bands(self) -> list[Band]:
        """Amounts by ISEE."""
        return list(_bands(self.rules))

    def conditions(self) -> list[str]:
        """Who can apply, one sentence each."""
        return list(_conditions(self.rules))

    def bring(self) -> list[str]:
        """What to have at hand."""
        return list(_bring(self.rules))

    def points(self) -> list[str]:
        """What gives points, one sentence each."""
        return list(_points(self.document))

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
    )


def all_in_words(moment: datetime) -> list[CallInWords]:
    """Every call in force: open ones first, then those to come, then the closed."""
    order = {"open": 0, "upcoming": 1, "closed": 2}
    found = [in_words(call, version, moment) for call, version in calls.published_calls()]
    return sorted(found, key=lambda one: order[one.state])


def _state(call: Call, rules: CallRules, moment: datetime) -> str:
    if calls.window_open(call, rules, moment):
        return "open"
    return "upcoming" if moment < rules.opens_at and not calls.is_closed(call) else "closed"


def _bands(rules: CallRules) -> Iterator[Band]:
    low, low_inclusive = None, True
    for band in rules.bands:
        high = formats.money(band.up_to_cents)
        top = _("up to {high}") if band.inclusive else _("less than {high}")
        if low is None:
            words = top.format(high=high)
        else:
            bottom = _("from {low}") if low_inclusive else _("more than {low}")
            words = f"{bottom.format(low=low)}, {top.format(high=high)}"
        yield Band(words, band.amount)
        low, low_inclusive = high, not band.inclusive


def _conditions(rules: CallRules) -> Iterator[str]:
    for condition in rules.conditions:
        match condition:
            case AgeUnder(years=years):
                yield _("The child is under {years} on the day you apply.").format(years=years)
            case Resident():
                yield _("The child lives in the city.")
            case ApplicantIs(roles=roles):
                names = ", ".join(str(word("role", role)) for role in roles)
                yield _("Who applies is one of these: {roles}.").format(roles=names)
            case IndicatorAttested(kinds=kinds, issued_from=issued):
                names = ", ".join(str(word("kind", kind)) for kind in kinds)
                text = _("The family has this: {kinds}, issued from {day}, and still valid.")
                yield text.format(kinds=names, day=formats.day(issued))
            case IndicatorAtMost(cents=cents):
                yield _("The ISEE is at most {amount}.").format(amount=formats.money(cents))


def _bring(rules: CallRules) -> Iterator[str]:
    yield _("A document of yours, and the tax code of each child.")
    for condition in rules.conditions:
        if isinstance(condition, IndicatorAttested):
            yield _("The ISEE. If you do not have it, a CAF makes it for free. It takes some days.")
        if isinstance(condition, ApplicantIs) and set(condition.roles) - {"parent"}:
            yield _("If you are a guardian or foster parent: the act that says so.")
    yield _("An e-mail address or a telephone number, if you have one.")


def _points(document: CallDocument) -> Iterator[str]:
    for node in document.selection.points:
        name = word("points", node.fact)
        if node.if_true is not None:
            yield _("{name}: {points} points.").format(name=name, points=node.if_true)
        else:
            text = _("{name}: {points} points for each, up to {most}.")
            yield text.format(name=name, points=node.each, most=node.at_most)
