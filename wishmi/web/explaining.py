"""An explanation in sentences: what the core answers to one household, piece by piece, in the language of the page."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wishmi.core.calls import CallRules
from wishmi.core.explanation import ConditionTold, Explanation, FactUsed, PointsTold
from wishmi.core.nearest import Deciding
from wishmi.core.rules.adjusted import Adjusted
from wishmi.core.rules.amounts import ByCase
from wishmi.core.rules.judging import Answer
from wishmi.core.rules.workings import AmountRule, Step
from wishmi.web.amount_words import at_most_in_words, bonus_in_words
from wishmi.web.fact_words import PRIVATE, Speech, label, source, together
from wishmi.web.rule_words import condition_in_words, keys_in_words
from wishmi.web.sentences import say
from wishmi.web.words import word

VERDICTS = {
    Answer.MET: gettext_lazy("All conditions of the call are met."),
    Answer.NOT_MET: gettext_lazy("Not all conditions of the call are met."),
    Answer.NOT_KNOWN: gettext_lazy("Something is not known yet, so there is no answer."),
}
ANSWERS = {
    Answer.MET: gettext_lazy("Met"),
    Answer.NOT_MET: gettext_lazy("Not met"),
    Answer.NOT_KNOWN: gettext_lazy("Not known yet"),
}


@dataclass(frozen=True, slots=True)
class ConditionSaid:
    """One condition: what it asks, the answer (`met`, `not_met` or `not_known`) and its word, facts and the reason."""

    asks: str
    state: str
    answer: str
    facts: tuple[str, ...]
    reason: str
    parts: tuple["ConditionSaid", ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A whole explanation, ready to be shown, printed or sent."""

    verdict: str
    conditions: tuple[ConditionSaid, ...]
    working: tuple[str, ...]
    amount: str
    points: tuple[str, ...]
    total: str
    place: tuple[str, ...]
    deciding: str

    def as_data(self) -> dict[str, object]:
        """Plain data."""
        return asdict(self)

    def sentences(self) -> Iterator[str]:
        """Every sentence, in order; for who checks them."""
        yield self.verdict
        yield from _of_conditions(self.conditions)
        yield from (*self.working, self.amount, *self.points, self.total, *self.place, self.deciding)


def _of_conditions(conditions: tuple[ConditionSaid, ...]) -> Iterator[str]:
    for one in conditions:
        yield from (one.asks, one.answer, *one.facts, one.reason)
        yield from _of_conditions(one.parts)


def explanation_in_words(told: Explanation, rules: CallRules, speech: Speech) -> Said:
    """Every piece of an explanation in the language of the page."""
    return Said(
        verdict=str(VERDICTS[told.answer]),
        conditions=tuple(_condition(one, speech) for one in told.conditions),
        working=tuple(_steps(told.working.steps, rules.amount, speech)) if told.eligible else (),
        amount=_("Amount: {amount}.").format(amount=speech.money(told.amount)) if told.eligible else "",
        points=tuple(_points(one, speech) for one in told.points),
        total=_("Points in all: {points}.").format(points=told.total) if told.points else "",
        place=tuple(_place(told)),
        deciding=_deciding(told.deciding, rules, speech) if told.deciding is not None else "",
    )


def _condition(told: ConditionTold, speech: Speech) -> ConditionSaid:
    reason = say(told.reason) if told.reason is not None else ""
    if told.missing:
        names = together(label(name) for name in told.missing)
        reason = _("We do not know this yet: {facts}.").format(facts=names)
    return ConditionSaid(
        asks=condition_in_words(told.condition, speech),
        state=str(told.answer),
        answer=str(ANSWERS[told.answer]),
        facts=tuple(_fact(fact, speech) for fact in told.facts if fact.name not in PRIVATE),
        reason=reason,
        parts=tuple(_condition(part, speech) for part in told.parts),
    )


def _fact(fact: FactUsed, speech: Speech) -> str:
    return _("{fact}: {value}. Who says so: {source}.").format(
        fact=label(fact.name), value=speech.value(fact.name, fact.value), source=source(fact.source)
    )


def _points(told: PointsTold, speech: Speech) -> str:
    return _("{name} ({value}): {points} points.").format(
        name=word("points", told.value.name),
        value=speech.value(told.value.name, told.value.value),
        points=told.points,
    )


def _steps(steps: tuple[Step, ...], rule: AmountRule | None, speech: Speech) -> Iterator[str]:
    for step in steps:
        yield _step(step, rule, speech)


def _step(step: Step, rule: AmountRule | None, speech: Speech) -> str:
    said, amount = dict(step.params), speech.money(step.amount)
    match step.kind:
        case "band":
            text = _("{fact} is {value}: this is band {band}, {amount}.")
            fact = str(said["fact"])
            shown = speech.number(fact, int(said["value"]))
            return text.format(fact=label(fact), value=shown, band=said["band"], amount=amount)
        case "case":
            condition = _cases(rule).cases[int(said["case"]) - 1][0]
            return _("{amount}, because this holds: {condition}").format(
                amount=amount, condition=condition_in_words(condition, speech)
            )
        case "bonus":
            assert isinstance(rule, Adjusted)
            condition = rule.bonuses[int(said["bonus"]) - 1][0]
            return bonus_in_words(step.amount, condition_in_words(condition, speech), speech)
        case "otherwise":
            return _("{amount}, because none of the other cases holds.").format(amount=amount)
        case "at_most":
            return at_most_in_words(step.amount, speech)
    return _counted(step, said, amount, speech)


def _counted(step: Step, said: dict[str, str | int], amount: str, speech: Speech) -> str:
    match step.kind:
        case "percent_of_cost":
            text = _("{percent} % of {cost} is {amount}.")
            cost = speech.money(int(said["cost_cents"]))
            return text.format(percent=said["percent"], cost=cost, amount=amount)
        case "per_month":
            text = _("Months: {months}. For each: {each}. Together: {amount}.")
            return text.format(
                months=said["months"], each=speech.money(int(said["each_cents"])), amount=amount
            )
        case "season":
            text = _("{season}: number of sessions {units}. They are worth at most {amount}.")
            season = speech.named("season", str(said["season"]))
            return text.format(season=season, units=said["units"], amount=amount)
        case "requested":
            asked = speech.money(int(said["requested_cents"]))
            return _("The project asks for {asked}. It can have {amount}.").format(asked=asked, amount=amount)
        case "for_each":
            text = _("{fact}, counted: {count}. Multiplied: {amount}.")
            return text.format(fact=label(str(said["fact"])), count=said["count"], amount=amount)
    return _("The same for everyone: {amount}.").format(amount=amount)


def _cases(rule: AmountRule | None) -> ByCase:
    if isinstance(rule, Adjusted):
        return _cases(rule.base)
    assert isinstance(rule, ByCase)
    return rule


def _place(told: Explanation) -> Iterator[str]:
    place = told.place
    if place is None:
        return
    yield _("Place on the list: {position}.").format(position=place.position)
    if place.cut_off is None:
        yield _("There was money for all.")
    else:
        yield _("The money was not enough from place {cut_off} on.").format(cut_off=place.cut_off)


def _deciding(found: Deciding, rules: CallRules, speech: Speech) -> str:
    if found.kind == "points":
        return _(
            "What decided: the points. They are {points}. The money was enough up to a place with {limit}."
        ).format(points=found.value, limit=found.limit)
    if found.kind == "order":
        return _("What decided: among equals, this counts, in this order: {keys}.").format(
            keys=keys_in_words(rules)
        )
    if found.kind == "place":
        return _("What decided: the place on the list.")
    if found.value is None or found.limit is None:
        return _("What decided: {fact}.").format(fact=label(found.fact))
    fact = "age" if found.fact == "born_on" else found.fact
    shown = {
        name: speech.number(fact, value) for name, value in (("value", found.value), ("limit", found.limit))
    }
    if found.kind == "amount":
        text = _("What decides the amount: {fact}. It is {value}. The nearest limit is {limit}.")
    else:
        text = _("What decided: {fact}. It is {value}. The limit of the call is {limit}.")
    return text.format(fact=label(fact), **shown)
