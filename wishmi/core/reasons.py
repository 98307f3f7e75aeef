"""Reason codes: why something was refused, excluded or placed. The web layer owns the sentences."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ReasonCode(StrEnum):
    """The closed list of reasons; each has a sentence in every language shipped."""

    # Eligibility, judged from the facts (calls, section 1).
    TOO_OLD = "too_old"
    NOT_YET_BORN = "not_yet_born"
    NOT_RESIDENT = "not_resident"
    INDICATOR_MISSING = "indicator_missing"
    INDICATOR_WRONG_KIND = "indicator_wrong_kind"
    INDICATOR_NOT_VALID = "indicator_not_valid"
    INDICATOR_TOO_HIGH = "indicator_too_high"
    APPLICANT_NOT_ENTITLED = "applicant_not_entitled"

    # Exclusion decided in case work.
    DUPLICATE_CHILD = "duplicate_child"
    DUPLICATE_HOUSEHOLD = "duplicate_household"
    INDICATOR_WITH_OMISSIONS = "indicator_with_omissions"
    INTEGRATION_NOT_RECEIVED = "integration_not_received"
    DECLARATION_NOT_CONFIRMED = "declaration_not_confirmed"

    # Allocation.
    FUNDS_EXHAUSTED = "funds_exhausted"
    HOUSEHOLD_CAP_REACHED = "household_cap_reached"

    # Acts that came at the wrong moment or from the wrong person.
    NOT_ALLOWED = "not_allowed"
    WINDOW_NOT_OPEN = "window_not_open"
    WRONG_STATE = "wrong_state"
    TERM_EXPIRED = "term_expired"
    ALREADY_DONE = "already_done"
    SAME_PERSON = "same_person"
    INCOMPLETE = "incomplete"

    # Funds, vouchers, bookings.
    FUND_INSUFFICIENT = "fund_insufficient"
    VOUCHER_INSUFFICIENT = "voucher_insufficient"
    VOUCHER_NOT_ACTIVE = "voucher_not_active"
    VOUCHER_EXPIRED = "voucher_expired"
    SESSION_FULL = "session_full"
    SESSION_PAST = "session_past"
    SESSION_NOT_OPEN = "session_not_open"
    ALREADY_BOOKED = "already_booked"
    CHILD_OUTSIDE_AGES = "child_outside_ages"
    VOUCHER_NOT_ACCEPTED_HERE = "voucher_not_accepted_here"
    TOO_LATE_TO_CANCEL = "too_late_to_cancel"
    TOO_EARLY = "too_early"
    IDEMPOTENCY_MISMATCH = "idempotency_mismatch"
    CHANGED_MEANWHILE = "changed_meanwhile"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason with the values its sentence needs (amounts in cents, dates in ISO form)."""

    code: ReasonCode
    params: Mapping[str, str | int] = field(default_factory=dict)

    def as_data(self) -> dict[str, object]:
        """Plain data for storing and for programs."""
        return {"code": str(self.code), "params": dict(self.params)}

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> "Reason":
        """The inverse of `as_data`."""
        params = data.get("params") or {}
        if not isinstance(params, Mapping):
            message = f"params must be an object: {params!r}"
            raise TypeError(message)
        return cls(ReasonCode(str(data["code"])), dict(params))
