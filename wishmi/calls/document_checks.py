"""Checks across the sections of a call document: what each part says must agree with the others.

Every check yields places and sentences; none raises. A document that passes can be explained to a family.
"""

from collections.abc import Iterable, Iterator

from wishmi.calls.document_amounts import BySeason
from wishmi.calls.document_build import condition_of
from wishmi.calls.document_checks_amounts import amount_faults
from wishmi.calls.document_checks_conditions import condition_faults
from wishmi.calls.document_checks_selection import selection_faults
from wishmi.calls.document_checks_units import unit_faults
from wishmi.calls.document_checks_windows import window_faults
from wishmi.calls.document_faults import Fault, doubled, euro, why_not_moment
from wishmi.calls.document_findings import Place
from wishmi.calls.document_rules import amount_of, conditions_of, grant_cap_of
from wishmi.calls.document_sections import CallBody
from wishmi.core.calls import AwardMode, Fit, Method, OrderKey
from wishmi.core.rules.use import Confirmation
from wishmi.core.rules.vocabulary import VOCABULARY, Source

__all__ = ["MARKED_SECTIONS", "euro", "facts_read", "faults", "why_not_moment"]

MARKED_SECTIONS = (
    "window",
    "applicants",
    "eligibility",
    "amount",
    "selection",
    "funds",
    "allocation",
    "award",
    "use",
    "bookings",
    "payment",
    "publication",
    "data",
)


def faults(call: CallBody, paths: Iterable[str]) -> Iterator[Fault]:
    """Everything that does not agree; `paths` are the places the document holds, for its marks."""
    yield from window_faults(call)
    yield from condition_faults(call)
    yield from amount_faults(call)
    yield from unit_faults(call)
    yield from selection_faults(call)
    yield from _terms(call)
    yield from _life(call)
    yield from _use(call)
    yield from _both(call)
    yield from _payment(call)
    yield from _data(call)
    yield from _marks(call, set(paths))


def _terms(call: CallBody) -> Iterator[Fault]:
    closes = max([call.window.closes_at, *(span.closes_at for span in call.window.again)]).date()
    # Where everyone is served there is no ranking to wait for: the last day of use may be the last to apply.
    is_too_early = (
        call.award.use_until < closes
        if call.selection.method == Method.UNIVERSAL
        else call.award.use_until <= closes
    )
    if is_too_early:
        yield ("award", "use_until"), "Vouchers would end before the window closes: write a later day."
    if call.allocation.fit == Fit.PASS_OVER and call.allocation.partial_last:
        sentence = (
            "pass_over and partial_last contradict each other: with pass_over nobody is the last."
            " Write partial_last: false, or fit: stop."
        )
        yield ("allocation", "partial_last"), sentence


def _life(call: CallBody) -> Iterator[Fault]:
    award = call.award
    if (award.carry_over == "capped") != (award.carry_at_most is not None):
        sentence = "carry_over: capped and carry_at_most belong together: write both, or neither."
        yield ("award", "carry_over"), sentence
    if award.carry_over != "none" and not award.yearly and not isinstance(call.amount, BySeason):
        sentence = (
            "Nothing is carried over where no new period begins: write yearly: true, or carry_over: none."
        )
        yield ("award", "carry_over"), sentence
    for place in range(1, len(award.recredits)):
        if award.recredits[place].age <= award.recredits[place - 1].age:
            yield ("award", "recredits", place, "age"), "Birthdays follow each other: write a higher age."
    for place, one in enumerate(award.recredits):
        if one.amount == 0:
            yield ("award", "recredits", place, "amount"), "The amount is zero: write more, or leave it out."
        if award.until_age is not None and one.age >= award.until_age:
            sentence = f"The award ends before the birthday of {award.until_age}: leave it out."
            yield ("award", "recredits", place, "age"), sentence
    if award.mode == AwardMode.AUTOMATIC and award.accept_within_days is not None:
        sentence = "What comes by itself need not be accepted: write accept_within_days: null."
        yield ("award", "accept_within_days"), sentence
    if award.automatic_for is not None and award.mode != AwardMode.APPLICATION:
        yield ("award", "automatic_for"), "Only who would have to apply can be spared it: leave it out."


def _use(call: CallBody) -> Iterator[Fault]:
    use = call.use
    if use.maximum_price is not None and use.maximum_price < max(use.minimum_price, 1):
        yield (
            ("use", "maximum_price"),
            "The highest price is below the lowest, or zero: write a larger amount.",
        )
    needs_share = use.co_payment in {"family_at_least", "voucher_at_most"}
    if needs_share != (use.share_percent is not None):
        sentence = "share_percent goes with family_at_least and voucher_at_most: write both, or neither."
        yield ("use", "share_percent"), sentence
    if use.indivisible and use.several_activities:
        sentence = "A voucher that cannot be split pays one activity: write several_activities: false."
        yield ("use", "several_activities"), sentence
    caps = {name: getattr(use, name) for name in ("per_month", "per_year", "per_provider")}
    for name, cap in caps.items():
        if cap == 0:
            yield ("use", name), "The cap is zero, so nothing could be used: write more, or leave it out."
    if use.indivisible and (any(cap is not None for cap in caps.values()) or use.per_category):
        sentence = "A voucher that cannot be split cannot be capped: leave the caps out."
        yield ("use", "indivisible"), sentence
    if not use.several_activities and (use.services or 1) > 1:
        yield ("use", "services"), "One activity only, but several services: write several_activities: true."
    for place, sentence in doubled(cap.category for cap in use.per_category):
        yield ("use", "per_category", place, "category"), sentence


def _both(call: CallBody) -> Iterator[Fault]:
    """A family's part in confirming a use."""
    by_both = call.use.confirmation == Confirmation.BOTH
    if by_both != (call.bookings.confirm_use_within_days is not None):
        sentence = (
            "A family confirms by a term: confirmation: both and confirm_use_within_days belong together."
        )
        yield ("bookings", "confirm_use_within_days"), sentence
    if by_both and call.payment.moment != "after_use":
        sentence = (
            "What is paid before use waits for no answer: write moment: after_use, or another confirmation."
        )
        yield ("payment", "moment"), sentence


def _payment(call: CallBody) -> Iterator[Fault]:
    payment = call.payment
    if payment.rates and payment.rates[0].above != 0:
        yield ("payment", "rates", 0, "above"), "The first rate begins at 0.00, or small providers have none."
    for place in range(1, len(payment.rates)):
        if payment.rates[place].above <= payment.rates[place - 1].above:
            yield (
                ("payment", "rates", place, "above"),
                "Rates follow the turnover upwards: write a larger amount.",
            )
    if payment.fixed_unit is not None and (payment.rates or payment.category_rates):
        sentence = "A fixed unit is paid whatever the price, so no rate applies: leave one of the two out."
        yield ("payment", "fixed_unit"), sentence
    if (payment.moment == "instalments") != bool(payment.instalments):
        sentence = "moment: instalments and the list of instalments belong together: write both, or neither."
        yield ("payment", "moment"), sentence
    total = sum(part.percent for part in payment.instalments)
    if payment.instalments and total != 100:
        yield ("payment", "instalments"), f"The instalments make {total} per cent: write 100 in all."
    if (payment.to == "family") != (payment.claim_within_days is not None):
        sentence = (
            "A family is refunded against proof by a term: to: family and claim_within_days belong together."
        )
        yield ("payment", "claim_within_days"), sentence
    by_rate = bool(payment.rates) or payment.fixed_unit is not None
    if payment.to != "provider" and (payment.moment != "after_use" or by_rate):
        sentence = "What is paid back against proof is paid once: leave moment, rates and fixed_unit out."
        yield ("payment", "to"), sentence
    for place, sentence in doubled(rate.category for rate in payment.category_rates):
        yield ("payment", "category_rates", place, "category"), sentence


def facts_read(call: CallBody) -> set[str]:
    """The facts the call's rules read; `applicant` always, since an application is a household's."""
    read = {"applicant"}
    for rule in conditions_of(call):
        read.update(rule.facts)
    amount = amount_of(call)
    read.update(("isee_cents",) if amount is None else amount.facts)
    read.update(node.fact for node in call.selection.points)
    others = [*call.selection.classes, *(reserve.when for reserve in call.allocation.reserves)]
    if call.award.automatic_for is not None:
        others.append(call.award.automatic_for)
    for node in others:
        read.update(condition_of(node, call.parameters).facts)
    cap = grant_cap_of(call)
    read.update(cap.facts if cap is not None else ())
    if call.award.recredits or call.award.until_age is not None:
        read.add("born_on")
    by_key = {
        OrderKey.YOUNGER: "born_on",
        OrderKey.LOWER_INDICATOR: "isee_cents",
        OrderKey.LOWER_INCOME: "income_cents",
        OrderKey.ARRIVAL: "arrival",
        OrderKey.HIGHER_SCORE: "commission_score",
    }
    read.update(by_key[OrderKey(key)] for key in call.selection.order if key in by_key)
    return read


def _data(call: CallBody) -> Iterator[Fault]:
    read = facts_read(call)
    asked: set[str] = set()
    is_automatic = call.award.mode == AwardMode.AUTOMATIC
    for place, entry in enumerate(call.data):
        for position, fact in enumerate(entry.facts):
            here: Place = ("data", place, "facts", position)
            if fact in asked:
                yield here, f"{fact} is written twice: keep one of the two."
            elif fact not in read:
                yield here, f"No rule of this call reads {fact}: do not ask families for it."
            elif is_automatic and VOCABULARY[fact].source is Source.APPLICANT:
                yield here, f"Nobody applies, so nobody can declare {fact}: leave out the rule that reads it."
            asked.add(fact)
    for fact in sorted(read - asked):
        yield (
            ("data",),
            f"The rules read {fact}, but the document does not say why it is asked: add it with a reason.",
        )


def _marks(call: CallBody, paths: set[str]) -> Iterator[Fault]:
    for marked in call.marks:
        if marked not in paths:
            yield (
                ("marks", marked),
                f"{marked} is not a place of this document: write a section or a place inside one.",
            )
    roots = {marked.split(".")[0].split("[")[0] for marked in call.marks}
    for section in MARKED_SECTIONS:
        if section not in roots:
            yield ("marks",), f"Nothing says how sure {section} is: add {section}: certain, press or guess."
