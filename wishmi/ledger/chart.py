"""The chart of accounts: kinds, their side and layer. See docs/chain.md."""

from enum import StrEnum

from wishmi.core.transfers import Side


class Kind(StrEnum):
    """What an account is for."""

    APPROPRIATED = "appropriated"
    AVAILABLE = "available"
    AWARDED = "awarded"
    GRANTED = "granted"
    RETURNED = "returned"
    COMMITTED = "committed"
    GIVEN_BACK = "given_back"
    UNRELEASED = "unreleased"
    UNSPENT = "unspent"
    SPENT = "spent"
    COST = "cost"
    GRANT = "grant"
    KEPT = "kept"
    DUE = "due"
    IN_PAYMENT = "in_payment"
    PAID = "paid"
    RECOVERABLE = "recoverable"


DEBIT_SIDE = frozenset(
    {Kind.APPROPRIATED, Kind.RETURNED, Kind.COMMITTED, Kind.COST, Kind.GRANT, Kind.RECOVERABLE}
)

LAYERS: dict[str, frozenset[Kind]] = {
    "budget": frozenset({Kind.APPROPRIATED, Kind.RETURNED, Kind.AVAILABLE, Kind.AWARDED, Kind.GRANTED}),
    "vouchers": frozenset({Kind.COMMITTED, Kind.GIVEN_BACK, Kind.UNRELEASED, Kind.UNSPENT, Kind.SPENT}),
    "settlement": frozenset(
        {Kind.COST, Kind.GRANT, Kind.DUE, Kind.IN_PAYMENT, Kind.PAID, Kind.KEPT, Kind.RECOVERABLE}
    ),
}


def side_of(kind: Kind) -> Side:
    """The side on which an account of a kind grows."""
    return Side.DEBIT if kind in DEBIT_SIDE else Side.CREDIT


class TransferReason(StrEnum):
    """Why value moved."""

    APPROPRIATION = "appropriation"
    TOP_UP = "top_up"
    MOVE_OUT = "move_out"
    MOVE_IN = "move_in"
    AWARD = "award"
    RENUNCIATION = "renunciation"
    NOT_ACCEPTED = "not_accepted"
    LAPSE = "lapse"
    REVOCATION = "revocation"
    RELEASE = "release"
    CREDIT_ENDED = "credit_ended"
    PASSED_ON = "passed_on"
    BOOKING = "booking"
    CANCELLATION = "cancellation"
    LATE_CANCELLATION = "late_cancellation"
    EXPIRY = "expiry"
    REDEMPTION = "redemption"
    REVERSAL = "reversal"
    KEPT = "kept"
    EXCESS = "excess"
    GRANT = "grant"
    CLAIM = "claim"
    CLAIM_DECIDED = "claim_decided"
    REFUND = "refund"
    BATCH = "batch"
    EXECUTED = "executed"
    REJECTED = "rejected"
    COMPENSATION = "compensation"
    DISCARD = "discard"
