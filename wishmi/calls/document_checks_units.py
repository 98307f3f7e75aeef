"""Checks of a call that counts sessions: what can only be said of money contradicts it."""

from collections.abc import Iterator

from wishmi.calls.document_amounts import BySeason
from wishmi.calls.document_faults import Fault, euro
from wishmi.calls.document_sections import CallBody

WHOLE = "A session is not divided"


def unit_faults(call: CallBody) -> Iterator[Fault]:
    """Everything that does not go with sessions; nothing for a call in money."""
    if isinstance(call.amount, BySeason):
        yield from _award(call, call.amount)
        yield from _use(call)
        yield from _payment(call, call.amount)


def _award(call: CallBody, node: BySeason) -> Iterator[Fault]:
    changes = {
        "for_each": node.for_each is not None,
        "bonuses": bool(node.bonuses),
        "at_most_in_all": node.at_most_in_all is not None,
        "sharing": node.sharing != "whole",
    }
    for name, is_said in changes.items():
        if is_said:
            yield (
                ("amount", name),
                "Sessions are counted, not worked out: write their number, and leave this out.",
            )
    if call.allocation.partial_last:
        yield ("allocation", "partial_last"), f"{WHOLE}: write partial_last: false."
    if call.allocation.split_funds and len(call.funds) > 1:
        yield ("allocation", "split_funds"), f"{WHOLE} between funds: write split_funds: false."
    if call.award.carry_over != "none":
        yield ("award", "carry_over"), "Sessions end with their season: write carry_over: none."
    for name in ("yearly", "recredits"):
        if getattr(call.award, name):
            yield ("award", name), "Sessions come season by season: leave this out."


def _use(call: CallBody) -> Iterator[Fault]:
    for name in ("per_month", "per_year", "per_category", "per_provider", "indivisible", "share_percent"):
        if getattr(call.use, name):
            yield ("use", name), "The voucher counts sessions and has no amount to limit: leave this out."
    if call.bookings.late_percent not in {0, 100}:
        yield ("bookings", "late_percent"), f"{WHOLE}, so it is lost whole or not at all: write 0 or 100."


def _payment(call: CallBody, node: BySeason) -> Iterator[Fault]:
    payment = call.payment
    if payment.to != "provider":
        yield ("payment", "to"), "Sessions are given, not paid back: write provider."
    if call.award.refund_within_days is not None:
        yield ("award", "refund_within_days"), "Sessions are given, not paid back: leave this out."
    if payment.moment != "after_use":
        sentence = "What a session cost less than the tariff returns when it was used: write after_use."
        yield ("payment", "moment"), sentence
    if payment.rates:
        yield ("payment", "rates"), "Rates go by what vouchers spent in money: leave them out."
    if payment.fixed_unit is not None and payment.fixed_unit > node.tariff:
        sentence = (
            f"The funds commit {euro(node.tariff)} for each session: write no more, or a larger tariff."
        )
        yield ("payment", "fixed_unit"), sentence
