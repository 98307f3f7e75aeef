"""Checks of conditions wherever they stand: bounds, words that are named, limits that are known, depth."""

from collections.abc import Iterator, Sequence
from itertools import chain

from wishmi.calls import document_conditions as nodes
from wishmi.calls.document_amounts import ByCase, BySeason, FlatAmount
from wishmi.calls.document_faults import Fault, doubled
from wishmi.calls.document_findings import Place
from wishmi.calls.document_sections import CATEGORIES, CallBody
from wishmi.calls.document_values import did_you_mean
from wishmi.core.rules.means import TOO_LOW
from wishmi.core.rules.vocabulary import VOCABULARY, FactKind

DEEPEST = 3
ONCE = (
    nodes.AgeUnderNode, nodes.ResidentNode, nodes.IndicatorAttestedNode, nodes.IndicatorAtMostNode,
    nodes.TurnsInYearNode,
)  # fmt: skip
Placed = tuple[Place, nodes.Node]


def conditions_in(call: CallBody) -> Iterator[Placed]:
    """Every condition of the document with its place, outer ones before those inside."""
    for place, node in enumerate(call.eligibility.all):
        yield from _inside(("eligibility", "all", place), node)
    if isinstance(call.amount, ByCase):
        for place, case in enumerate(call.amount.cases):
            yield from _inside(("amount", "cases", place, "when"), case.when)
    for place, bonus in enumerate(call.amount.bonuses):
        yield from _inside(("amount", "bonuses", place, "when"), bonus.when)
    for place, node in enumerate(call.selection.classes):
        yield from _inside(("selection", "classes", place), node)
    for place, reserve in enumerate(call.allocation.reserves):
        yield from _inside(("allocation", "reserves", place, "when"), reserve.when)
    if call.award.automatic_for is not None:
        yield from _inside(("award", "automatic_for"), call.award.automatic_for)


def _inside(place: Place, node: nodes.Node) -> Iterator[Placed]:
    yield place, node
    if isinstance(node, nodes.AllOfNode | nodes.AnyOfNode):
        for at, inner in enumerate(node.of):
            yield from _inside((*place, "of", at), inner)
    elif isinstance(node, nodes.AmountWithinNode):
        for at, case in enumerate(node.cases):
            yield from _inside((*place, "cases", at, "when"), case.when)
        for at, step in enumerate(node.adjusted_by):
            if step.when is not None:
                yield from _inside((*place, "adjusted_by", at, "when"), step.when)


def condition_faults(call: CallBody) -> Iterator[Fault]:
    """Everything about conditions that does not agree."""
    yield from _twice(call.eligibility.all, ("eligibility", "all"))
    for place, node in conditions_in(call):
        yield from _bounds(place, node)
        yield from _depth(place, node)
        if isinstance(node, nodes.AmountWithinNode):
            yield from _limits(call, place, node)
        if isinstance(node, nodes.IndicatorAttestedNode):
            yield from _attested(call, place, node)
        if isinstance(node, nodes.AllOfNode | nodes.AnyOfNode):
            yield from _twice(node.of, (*place, "of"))
    yield from _names(call)
    yield from _parameters(call)


def _twice(of: Sequence[nodes.Node], here: Place) -> Iterator[Fault]:
    """The same condition twice; some kinds can only stand once."""
    kinds = [node.condition if isinstance(node, ONCE) else repr(node) for node in of]
    for place, _ in doubled(kinds):
        yield (*here, place, "condition"), f"{of[place].condition} is written twice: keep one of the two."


def _bounds(place: Place, node: nodes.Node) -> Iterator[Fault]:
    match node:
        case nodes.AgeBetweenNode() | nodes.TurnsInYearNode() | nodes.CountNode():
            if node.at_most is not None and node.at_most < node.at_least:
                sentence = f"Nobody is from {node.at_least} to {node.at_most}: write {node.at_least} or more."
                yield (*place, "at_most"), sentence
        case nodes.BornBetweenNode():
            if node.last < node.first:
                yield (*place, "last"), "The last day comes before the first: write a later one."
        case nodes.InTimeNode():
            yield from _in_time(place, node)
        case nodes.IsOneOfNode() | nodes.HasAnyNode():
            for at, sentence in doubled(node.words):
                yield (*place, "words", at), sentence
        case nodes.NotFundedNode():
            for at, sentence in doubled(node.schemes):
                yield (*place, "schemes", at), sentence


def _in_time(place: Place, node: nodes.InTimeNode) -> Iterator[Fault]:
    if (node.after is None) == (node.until is None):
        yield (
            place,
            "A day is in time after another day or until a fixed one: write after, or until, not both.",
        )
    if (node.after is None) != (node.within_days is None):
        yield place, "after and within_days belong together: write both, or until alone."
    if node.after == node.day:
        yield (*place, "after"), "A day is always in time after itself: name another."


def _depth(place: Place, node: nodes.Node) -> Iterator[Fault]:
    deep = sum(part == "of" for part in place)
    if isinstance(node, nodes.AllOfNode | nodes.AnyOfNode) and deep >= DEEPEST - 1:
        yield (
            place,
            f"The tree is deeper than {DEEPEST} levels and could not be explained to a family: flatten it.",
        )


def _attested(call: CallBody, place: Place, node: nodes.IndicatorAttestedNode) -> Iterator[Fault]:
    for at, sentence in doubled(node.kinds):
        yield (*place, "kinds", at), sentence
    if node.issued_from > call.window.closes_at.date():
        sentence = "Indicators would have to be issued after the window closes: nobody could apply."
        yield (*place, "issued_from"), sentence


def _limits(call: CallBody, place: Place, node: nodes.AmountWithinNode) -> Iterator[Fault]:
    if node.at_most is None and node.at_least is None:
        yield place, "No limit is named: write at_most, at_least or both."
    if node.cases and node.at_most is None:
        yield (
            (*place, "cases"),
            "The cases change a limit that is not there: write at_most, the limit of all others.",
        )
    if node.at_least is not None and node.fact not in TOO_LOW:
        yield (*place, "at_least"), f"{node.fact} has no lower limit here: leave at_least out."
    if isinstance(node.at_least, int) and isinstance(node.at_most, int) and node.at_least > node.at_most:
        yield (*place, "at_least"), "The lower limit is above the upper one: nobody could apply."
    yield from _steps(place, node)
    for at, name in _figures(node):
        if name not in call.parameters:
            known = list(call.parameters) or ["an amount such as 1234.50"]
            yield (*place, *at), f"{name} is not a parameter of this document: {did_you_mean(name, known)}"


def _steps(place: Place, node: nodes.AmountWithinNode) -> Iterator[Fault]:
    for at, step in enumerate(node.adjusted_by):
        here: Place = (*place, "adjusted_by", at)
        ways = (step.subtract is not None, step.divide_by is not None, step.take_percent is not None)
        if sum(ways) != 1:
            yield here, "A step does one thing: write subtract, divide_by or take_percent."
        if (step.subtract is not None) != (step.for_each is not None):
            yield here, "subtract and for_each belong together: write both."
        if (step.take_percent is not None) != (step.when is not None):
            yield here, "take_percent and when belong together: write both."


def _figures(node: nodes.AmountWithinNode) -> Iterator[tuple[Place, str]]:
    """The parameters a limit names, with their places inside it."""
    for key, figure in (("at_most", node.at_most), ("at_least", node.at_least)):
        if isinstance(figure, str):
            yield (key,), figure
    for at, case in enumerate(node.cases):
        if isinstance(case.at_most, str):
            yield ("cases", at, "at_most"), case.at_most


def _parameters(call: CallBody) -> Iterator[Fault]:
    used: set[str] = set()
    for _, node in conditions_in(call):
        if isinstance(node, nodes.AmountWithinNode):
            used.update(name for _, name in _figures(node))
    if isinstance(call.amount, FlatAmount) and isinstance(call.amount.amount, str):
        used.add(call.amount.amount)
        if call.amount.amount not in call.parameters:
            yield (
                ("amount", "amount"),
                f"{call.amount.amount} is not a parameter of this document: define it.",
            )
    for name, steps in call.parameters.items():
        if name not in used:
            yield ("parameters", name), f"No rule reads {name}: use it or leave it out."
        for at in range(1, len(steps)):
            if steps[at].from_ <= steps[at - 1].from_:
                yield (
                    ("parameters", name, at, "from"),
                    "Steps go on in time: write a later day than the step before.",
                )


def _words_used(call: CallBody) -> Iterator[tuple[Place, str, str]]:
    """Every word a rule uses: its place, what it names, the word."""
    for place, node in conditions_in(call):
        if isinstance(node, nodes.IsOneOfNode | nodes.HasAnyNode):
            yield from (((*place, "words", at), node.fact, word) for at, word in enumerate(node.words))
        elif isinstance(node, nodes.NotFundedNode):
            yield from (
                ((*place, "schemes", at), "other_schemes", word) for at, word in enumerate(node.schemes)
            )
    yield from _words_of_terms(call)


def _words_of_terms(call: CallBody) -> Iterator[tuple[Place, str, str]]:
    for place, points in enumerate(call.selection.points):
        for at, word in enumerate(points.words):
            yield ("selection", "points", place, "words", at), points.fact, word
    if isinstance(call.amount, BySeason):
        for place, season in enumerate(call.amount.seasons):
            yield ("amount", "seasons", place, "name"), "season", season.name
    for at, word in enumerate(call.use.forbidden):
        yield ("use", "forbidden", at), "goods", word
    for place, cap in enumerate(call.use.per_category):
        yield ("use", "per_category", place, "category"), "category", cap.category
    for place, rate in enumerate(call.payment.category_rates):
        yield ("payment", "category_rates", place, "category"), "category", rate.category
    for place, fund in enumerate(call.funds):
        yield from (
            (("funds", place, "categories", at), "category", word) for at, word in enumerate(fund.categories)
        )


def _names(call: CallBody) -> Iterator[Fault]:
    """Every word has its text for families, and no text is without a rule."""
    used: dict[str, set[str]] = {}
    for place, fact, word in _words_used(call):
        kind = VOCABULARY[fact].kind if fact in VOCABULARY else FactKind.WORD
        if kind is FactKind.CHOICE:
            choices = list(VOCABULARY[fact].choices)
            if word not in choices:
                yield place, f"{word} is not known here: {did_you_mean(word, choices)}"
            continue
        used.setdefault(fact, set()).add(word)
        if word not in call.names.get(fact, {}) and not (
            fact in {"category", "field"} and word in CATEGORIES
        ):
            known = list(call.names.get(fact, {}))
            near = f" {did_you_mean(word, known)}" if known else ""
            yield place, f"Nothing says to families what {word} means: write it under names, {fact}.{near}"
    for fact, word in chain.from_iterable(
        ((fact, word) for word in words) for fact, words in call.names.items()
    ):
        if word not in used.get(fact, set()):
            yield ("names", fact, word), f"No rule of this call uses {word}: leave it out."
