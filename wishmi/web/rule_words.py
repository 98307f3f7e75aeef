"""The rules of a call in sentences: every condition, order key and criterion, in the language of the page."""

from collections.abc import Callable, Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wishmi.core.calls import CallRules, Method, OrderKey
from wishmi.core.conditions import AgeUnder, ApplicantIs, IndicatorAtMost, IndicatorAttested, Resident
from wishmi.core.rules.judging import Condition
from wishmi.core.rules.limits import Dated, Figure, Limit
from wishmi.core.rules.means import AmountWithin, Deduct, PerHead, Step
from wishmi.core.rules.trees import AllOf, AnyOf
from wishmi.core.rules.who import (
    AgeBetween,
    BornBetween,
    CountBetween,
    DayUntil,
    Holds,
    HoldsOneOf,
    IsOneOf,
    LivesHereFor,
    NotFundedBy,
    TurnsInYear,
)
from wishmi.core.scoring import Criterion, PointsEach, PointsOneOf
from wishmi.web import formats
from wishmi.web.fact_words import Speech, label, role, together
from wishmi.web.words import word

WHO = {
    "child_resident_since": gettext_lazy("the child"),
    "applicant_resident_since": gettext_lazy("who applies"),
    "parent_resident_since": gettext_lazy("one parent"),
}
KEYS = {
    OrderKey.LOWER_INDICATOR: gettext_lazy("lower ISEE first"),
    OrderKey.LOWER_INCOME: gettext_lazy("lower income first"),
    OrderKey.YOUNGER: gettext_lazy("younger first"),
    OrderKey.ARRIVAL: gettext_lazy("earlier application first"),
    OrderKey.HIGHER_SCORE: gettext_lazy("higher score first"),
    OrderKey.DRAW: gettext_lazy("a public draw"),
    OrderKey.CODE: gettext_lazy("by code: it changes nothing for anyone"),
}
METHODS = {
    Method.UNIVERSAL: gettext_lazy("Everyone who meets the conditions gets it."),
    Method.FIRST_COME: gettext_lazy("Who applies first comes first."),
    Method.LOTTERY: gettext_lazy("A public draw decides the order."),
    Method.COMMISSION: gettext_lazy("A commission reads the projects and gives a score."),
    Method.CLASSES: gettext_lazy("Some come before others. Points count after that."),
    Method.POINTS: gettext_lazy(
        "If there is not enough money for all, these give points. It does not matter who applies first."
    ),
}


def condition_in_words(condition: Condition, speech: Speech) -> str:
    """One condition, whole: those inside a tree are numbered."""
    return " ".join(_sentences(condition, speech))


def _sentences(condition: Condition, speech: Speech) -> Iterator[str]:
    for kind, tell in _TOLD:
        if isinstance(condition, kind):
            yield from tell(condition, speech)
            return
    message = f"no words for {condition!r}"
    raise TypeError(message)


def _age_under(node: AgeUnder, _speech: Speech) -> Iterator[str]:
    yield _("Age under {years} on the day of the application.").format(years=node.years)


def _resident(_node: Resident, _speech: Speech) -> Iterator[str]:
    yield _("The child lives in the city.")


def _applicant(node: ApplicantIs, _speech: Speech) -> Iterator[str]:
    yield _("Who applies is one of these: {roles}.").format(roles=together(map(role, node.roles)))


def _attested(node: IndicatorAttested, _speech: Speech) -> Iterator[str]:
    text = _("The family has this: {kinds}, issued from {day}, and still valid.")
    kinds = together(word("kind", kind) for kind in node.kinds)
    yield text.format(kinds=kinds, day=formats.day(node.issued_from))


def _indicator(node: IndicatorAtMost, speech: Speech) -> Iterator[str]:
    yield _("The ISEE is at most {amount}.").format(amount=speech.money(node.cents))


def _age_between(node: AgeBetween, _speech: Speech) -> Iterator[str]:
    if node.most is None:
        text = _("Age at least {least}. The day that counts: {day}.")
    else:
        text = _("Age from {least} to {most}. The day that counts: {day}.")
    when = formats.day(node.on) if isinstance(node.on, date) else label(node.on)
    yield text.format(least=node.least, most=node.most, day=when)


def _born(node: BornBetween, _speech: Speech) -> Iterator[str]:
    yield _("Born from {first} to {last}.").format(first=formats.day(node.first), last=formats.day(node.last))


def _turns(node: TurnsInYear, _speech: Speech) -> Iterator[str]:
    text = _("In the year of the application the age becomes a number from {least} to {most}.")
    yield text.format(least=node.least, most=node.most)


def _lives(node: LivesHereFor, _speech: Speech) -> Iterator[str]:
    text = _("Has lived here for at least {years} years: {who}.")
    yield text.format(years=node.years, who=WHO.get(node.since, label(node.since)))


def _holds(node: Holds, _speech: Speech) -> Iterator[str]:
    yield _("This must be so: {fact}.").format(fact=label(node.fact))


def _count(node: CountBetween, _speech: Speech) -> Iterator[str]:
    yield _between(label(node.fact), str(node.least), None if node.most is None else str(node.most))


def _between(fact: str, least: str | None, most: str | None) -> str:
    if least is None:
        return _("{fact}: at most {most}.").format(fact=fact, most=most)
    if most is None:
        return _("{fact}: at least {least}.").format(fact=fact, least=least)
    return _("{fact}: from {least} to {most}.").format(fact=fact, least=least, most=most)


def _one_of(node: IsOneOf | HoldsOneOf, speech: Speech) -> Iterator[str]:
    text = _("{fact}: one of these: {words}.")
    yield text.format(fact=label(node.fact), words=speech.listed(node.fact, node.words))


def _not_funded(node: NotFundedBy, speech: Speech) -> Iterator[str]:
    text = _("The same cost is not paid by one of these: {words}.")
    yield text.format(words=speech.listed("other_schemes", node.schemes))


def _in_time(node: DayUntil, _speech: Speech) -> Iterator[str]:
    if node.of is None:
        assert node.until is not None
        yield _("{fact}: until {day}.").format(fact=label(node.fact), day=formats.day(node.until))
        return
    text = _("{fact}: within {days} days after this: {after}.")
    yield text.format(fact=label(node.fact), days=node.days, after=label(node.of))


def _within(node: AmountWithin, speech: Speech) -> Iterator[str]:
    def shown(figure: Figure) -> str:
        return speech.number(node.fact, _newest(figure) * node.percent // 100)

    least = None if node.at_least is None else shown(node.at_least.otherwise)
    most = None if node.at_most is None else shown(node.at_most.otherwise)
    yield _between(label(node.fact), least, most)
    for limit in (node.at_most, node.at_least):
        yield from _cases(limit, shown, speech)
    for step in node.steps:
        yield _step(step, speech)
    if node.may_be_missing:
        yield _("It is no problem if this is not known.")


def _newest(figure: Figure) -> int:
    """The number that holds last: what a person who asks now goes by."""
    return figure.steps[-1][1] if isinstance(figure, Dated) else figure


def _cases(limit: Limit | None, shown: Callable[[Figure], str], speech: Speech) -> Iterator[str]:
    for condition, figure in limit.cases if limit is not None else ():
        yield _("The limit is {amount} if this holds: {condition}").format(
            amount=shown(figure), condition=condition_in_words(condition, speech)
        )


def _step(step: Step, speech: Speech) -> str:
    match step:
        case Deduct(cents=cents, fact=fact):
            return _("Before that, {amount} are taken off for: {fact}.").format(
                amount=speech.money(cents), fact=label(fact)
            )
        case PerHead(fact=fact):
            return _("It is divided by this number: {fact}.").format(fact=label(fact))
    return _("It counts at {percent} % if this holds: {condition}").format(
        percent=step.percent, condition=condition_in_words(step.when, speech)
    )


def _tree(node: AllOf | AnyOf, speech: Speech) -> Iterator[str]:
    yield _("All of these hold.") if isinstance(node, AllOf) else _("At least one of these holds.")
    for place, inside in enumerate(node.of, start=1):
        yield f"({formats.number(place)}) {condition_in_words(inside, speech)}"


_TOLD: tuple[tuple[type | tuple[type, ...], Callable[..., Iterator[str]]], ...] = (
    (AgeUnder, _age_under),
    (Resident, _resident),
    (ApplicantIs, _applicant),
    (IndicatorAttested, _attested),
    (IndicatorAtMost, _indicator),
    (AgeBetween, _age_between),
    (BornBetween, _born),
    (TurnsInYear, _turns),
    (LivesHereFor, _lives),
    (Holds, _holds),
    (CountBetween, _count),
    ((IsOneOf, HoldsOneOf), _one_of),
    (NotFundedBy, _not_funded),
    (DayUntil, _in_time),
    (AmountWithin, _within),
    ((AllOf, AnyOf), _tree),
)


def criterion_in_words(criterion: Criterion, speech: Speech) -> str:
    """What gives points."""
    name = str(word("points", criterion.fact))
    if isinstance(criterion, PointsEach):
        text = _("{name}: {points} points for each, up to {most}.")
        return text.format(name=name, points=criterion.each, most=criterion.at_most)
    points = getattr(criterion, "points_if", 0)
    if isinstance(criterion, PointsOneOf):
        text = _("{name}: {points} points for one of these: {words}.")
        return text.format(name=name, points=points, words=speech.listed(criterion.fact, criterion.words))
    return _("{name}: {points} points.").format(name=name, points=points)


def order_in_words(rules: CallRules, speech: Speech) -> list[str]:
    """Who comes first: how the call selects, its classes, its points, and what parts those who are level."""
    lines = [str(METHODS[rules.method])]
    if rules.method is Method.POINTS and not rules.criteria:
        lines = []
    lines += [
        _("{place}. {condition}").format(place=place, condition=condition_in_words(one, speech))
        for place, one in enumerate(rules.classes, start=1)
    ]
    lines += [criterion_in_words(one, speech) for one in rules.criteria]
    if keys := keys_in_words(rules):
        lines.append(_("Among equals, this counts, in this order: {keys}.").format(keys=keys))
    return lines


def keys_in_words(rules: CallRules) -> str:
    """What parts those who are level, most important first."""
    return together(KEYS[key] for key in rules.order)
