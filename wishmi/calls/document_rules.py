"""From the sections of a document to the frozen rules of the core."""

from dataclasses import replace

from wishmi.calls.document_amounts import ByIndicator, EqualShare
from wishmi.calls.document_build import base_of, condition_of
from wishmi.calls.document_sections import CallBody, PointsNode
from wishmi.core.calls import (
    AllocationRule,
    AwardMode,
    Band,
    CallRules,
    DrawRule,
    Fit,
    FundRule,
    LifeRule,
    Method,
    OrderKey,
    PaymentRule,
    Unserved,
    UseRule,
    WindowRule,
)
from wishmi.core.conditions import ApplicantIs
from wishmi.core.rules.adjusted import Adjusted
from wishmi.core.rules.distribution import Discretion, GrantCap, Reserve, Sharing
from wishmi.core.rules.judging import Condition
from wishmi.core.rules.life import Acceptance, CarryOver, Recheck, Transfer
from wishmi.core.rules.payment import Moment, Payee, RateStep
from wishmi.core.rules.use import Confirmation, CoPayment, NoShow
from wishmi.core.rules.workings import AmountRule
from wishmi.core.scoring import Criterion, PointsEach, PointsIf, PointsOneOf


def conditions_of(call: CallBody) -> tuple[Condition, ...]:
    """Who may apply, then every condition in the order it is written; nobody applies for what comes by itself."""
    written = tuple(condition_of(node, call.parameters) for node in call.eligibility.all)
    if call.award.mode == AwardMode.AUTOMATIC:
        return written
    return (ApplicantIs(tuple(call.applicants.roles)), *written)


def amount_of(call: CallBody) -> AmountRule | None:
    """The amount rule; None where the bands of the indicator stand for it, without anything that changes them."""
    node = call.amount
    base = base_of(node, call.parameters)
    if isinstance(node, ByIndicator) and not (node.for_each or node.bonuses or node.at_most_in_all):
        return None
    if not (node.for_each or node.bonuses or node.at_most_in_all):
        return base
    bonuses = tuple((condition_of(case.when, call.parameters), case.amount) for case in node.bonuses)
    each = node.for_each
    return Adjusted(
        base, each.fact if each else None, each.up_to if each else 0, bonuses, node.at_most_in_all
    )


def _criterion(node: PointsNode) -> Criterion:
    if node.words:
        return PointsOneOf(node.fact, tuple(node.words), node.if_true or 0)
    if node.if_true is not None:
        return PointsIf(node.fact, node.if_true)
    # The checks across sections have made sure that a count has both.
    return PointsEach(node.fact, node.each or 0, node.at_most or 0)


def _draw(call: CallBody) -> DrawRule | None:
    draw = call.selection.draw
    return None if draw is None else DrawRule(draw.beacon, draw.scheme, draw.public_key, draw.round)


def _more_windows(call: CallBody) -> tuple[WindowRule, ...]:
    """The later windows: the draw's beacon and key are the same in all, its round is each one's own."""
    first = _draw(call)
    return tuple(
        WindowRule(
            *call.window.moments(one),
            None if first is None or one.draw is None else replace(first, round=one.draw.round),
        )
        for one in call.window.again
    )


def _life(call: CallBody) -> LifeRule:
    award = call.award
    return LifeRule(
        accept_within_days=award.accept_within_days or 0,
        use_until=award.use_until,
        acceptance=Acceptance.EXPLICIT if award.accept_within_days else Acceptance.NOT_NEEDED,
        valid_days=award.valid_days,
        until_age=award.until_age,
        yearly=award.yearly,
        carry_over=CarryOver(award.carry_over),
        carry_at_most=award.carry_at_most or 0,
        recredits=tuple((one.age, one.amount) for one in award.recredits),
        transfer=Transfer(award.transfer),
        recheck=Recheck(award.recheck),
        refund_within_days=award.refund_within_days,
    )


def _use(call: CallBody) -> UseRule:
    use, bookings = call.use, call.bookings
    return UseRule(
        confirm_within_days=bookings.confirm_within_days,
        free_cancellation_hours=bookings.free_cancellation_hours,
        minimum_price=use.minimum_price,
        maximum_price=use.maximum_price,
        co_payment=CoPayment(use.co_payment),
        share_percent=use.share_percent or 0,
        per_month=use.per_month,
        per_year=use.per_year,
        per_category=tuple((cap.category, cap.at_most) for cap in use.per_category),
        per_provider=use.per_provider,
        services=use.services if use.several_activities else use.services or 1,
        forbidden=tuple(use.forbidden),
        indivisible=use.indivisible,
        confirmation=Confirmation(use.confirmation),
        late_percent=bookings.late_percent,
        no_show=NoShow(bookings.no_show),
        free_trials=use.free_trials,
        mark_within_days=bookings.mark_within_days,
        confirm_use_within_days=bookings.confirm_use_within_days,
    )


def _payment(call: CallBody) -> PaymentRule:
    payment = call.payment
    return PaymentRule(
        holding_days=payment.holding_days,
        moment=Moment(payment.moment),
        payee=Payee(payment.to),
        rates=tuple(RateStep(rate.above, rate.percent) for rate in payment.rates),
        category_rates=tuple((rate.category, rate.percent) for rate in payment.category_rates),
        fixed_unit=payment.fixed_unit,
        per_head=payment.per_head,
        instalments=tuple((part.percent, part.after_days) for part in payment.instalments),
        claim_days=payment.claim_within_days,
    )


def sharing_of(call: CallBody) -> Sharing:
    """How awards share the money when it is short."""
    return Sharing.EQUAL if isinstance(call.amount, EqualShare) else Sharing(call.amount.sharing)


def _reserves(call: CallBody) -> tuple[Reserve, ...]:
    return tuple(
        Reserve(one.code, one.percent, condition_of(one.when, call.parameters), one.rest == "to_all")
        for one in call.allocation.reserves
    )


def grant_cap_of(call: CallBody) -> GrantCap | None:
    """The cap of awards per household that turns on who lives there."""
    grants = call.allocation.grants_per_household
    if grants is None:
        return None
    return GrantCap(tuple((step.minors, step.at_most) for step in grants.steps), grants.one_more_for)


def rules_of(call: CallBody) -> CallRules:
    """All rules of a checked document."""
    allocation, discretion = call.allocation, call.allocation.discretionary
    automatic = call.award.automatic_for
    bands = call.amount.bands if isinstance(call.amount, ByIndicator) else []
    return CallRules(
        code=call.identity.code,
        version=call.identity.version,
        unit=call.amount.unit,
        opens_at=call.window.opens,
        closes_at=call.window.closes,
        observation_days=call.window.observation_days,
        conditions=conditions_of(call),
        bands=tuple(Band(band.to, band.to_inclusive, band.amount) for band in bands),
        criteria=tuple(_criterion(node) for node in call.selection.points),
        order=tuple(OrderKey(key) for key in call.selection.order),
        draw=_draw(call),
        funds=tuple(FundRule(fund.code, fund.amount, tuple(fund.categories)) for fund in call.funds),
        allocation=AllocationRule(
            Fit(allocation.fit), allocation.partial_last, allocation.split_funds, allocation.household_cap
        ),
        life=_life(call),
        use=_use(call),
        payment=_payment(call),
        facts=tuple(fact for entry in call.data for fact in entry.facts),
        amount=amount_of(call),
        method=Method(call.selection.method),
        mode=AwardMode(call.award.mode),
        classes=tuple(condition_of(node, call.parameters) for node in call.selection.classes),
        reserves=_reserves(call),
        grant_cap=grant_cap_of(call),
        sharing=sharing_of(call),
        discretion=None if discretion is None else Discretion(discretion.percent),
        automatic_for=None if automatic is None else condition_of(automatic, call.parameters),
        more_windows=_more_windows(call),
        unserved=Unserved(call.window.unserved or Unserved.APPLY_AGAIN),
        provider_phase=None if call.window.providers is None else call.window.moments(call.window.providers),
    )
