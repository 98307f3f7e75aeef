"""From the sections of a document to the frozen rules of the core."""

from wishmi.calls.document_sections import (
    AgeUnderNode,
    Applicants,
    CallBody,
    Eligibility,
    IndicatorAtMostNode,
    IndicatorAttestedNode,
    PointsNode,
    ResidentNode,
)
from wishmi.core.calls import (
    AllocationRule,
    Band,
    CallRules,
    DrawRule,
    Fit,
    FundRule,
    LifeRule,
    OrderKey,
    PaymentRule,
    UseRule,
)
from wishmi.core.conditions import (
    AgeUnder,
    ApplicantIs,
    Condition,
    IndicatorAtMost,
    IndicatorAttested,
    Resident,
)
from wishmi.core.scoring import Criterion, PointsEach, PointsIf

Node = AgeUnderNode | ResidentNode | IndicatorAttestedNode | IndicatorAtMostNode


def conditions_of(applicants: Applicants, eligibility: Eligibility) -> tuple[Condition, ...]:
    """Who may apply, then every condition in the order it is written."""
    return (ApplicantIs(tuple(applicants.roles)), *(_condition(node) for node in eligibility.all))


def _condition(node: Node) -> Condition:
    match node:
        case AgeUnderNode():
            return AgeUnder(node.years)
        case ResidentNode():
            return Resident()
        case IndicatorAttestedNode():
            return IndicatorAttested(tuple(node.kinds), node.issued_from)
        case IndicatorAtMostNode():
            return IndicatorAtMost(node.at_most)


def _criterion(node: PointsNode) -> Criterion:
    if node.if_true is not None:
        return PointsIf(node.fact, node.if_true)
    # The checks across sections have made sure that a count has both.
    assert node.each is not None
    assert node.at_most is not None
    return PointsEach(node.fact, node.each, node.at_most)


def _draw(call: CallBody) -> DrawRule | None:
    draw = call.selection.draw
    return None if draw is None else DrawRule(draw.beacon, draw.scheme, draw.public_key, draw.round)


def rules_of(call: CallBody) -> CallRules:
    """All rules of a checked document."""
    allocation = call.allocation
    return CallRules(
        code=call.identity.code,
        version=call.identity.version,
        unit=call.amount.unit,
        opens_at=call.window.opens,
        closes_at=call.window.closes,
        observation_days=call.window.observation_days,
        conditions=conditions_of(call.applicants, call.eligibility),
        bands=tuple(Band(band.to, band.to_inclusive, band.amount) for band in call.amount.bands),
        criteria=tuple(_criterion(node) for node in call.selection.points),
        order=tuple(OrderKey(key) for key in call.selection.order),
        draw=_draw(call),
        funds=tuple(FundRule(fund.code, fund.amount, tuple(fund.categories)) for fund in call.funds),
        allocation=AllocationRule(
            Fit(allocation.fit), allocation.partial_last, allocation.split_funds, allocation.household_cap
        ),
        life=LifeRule(call.award.accept_within_days, call.award.use_until),
        use=UseRule(
            confirm_within_days=call.bookings.confirm_within_days,
            free_cancellation_hours=call.bookings.free_cancellation_hours,
            minimum_price=call.use.minimum_price,
            maximum_price=call.use.maximum_price,
        ),
        payment=PaymentRule(call.payment.holding_days),
    )
