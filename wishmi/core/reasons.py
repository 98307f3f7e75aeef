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

    NO_ALTERNATIVE_MET = "no_alternative_met"
    TOO_YOUNG = "too_young"
    ABOVE_AGE = "above_age"
    BORN_OUTSIDE = "born_outside"
    BIRTH_YEAR_OUTSIDE = "birth_year_outside"
    DAY_MISSING = "day_missing"
    DAY_TOO_LATE = "day_too_late"
    CLAIMED_TOO_LATE = "claimed_too_late"
    RESIDENCE_TOO_SHORT = "residence_too_short"
    NOT_DOMICILED = "not_domiciled"
    SCHOOL_ELSEWHERE = "school_elsewhere"
    DISTRICT_NOT_ADMITTED = "district_not_admitted"
    SCHOOL_NOT_ADMITTED = "school_not_admitted"
    SCHOOL_LEVEL_NOT_ADMITTED = "school_level_not_admitted"
    HOUSEHOLD_TYPE_NOT_ADMITTED = "household_type_not_admitted"
    FIELD_NOT_ADMITTED = "field_not_admitted"
    NOT_LONE_PARENT = "not_lone_parent"
    NO_UNEMPLOYED_PARENT = "no_unemployed_parent"
    NO_DISABILITY = "no_disability"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    NO_BENEFIT_HELD = "no_benefit_held"
    NOT_IN_TARGET_GROUP = "not_in_target_group"
    NOT_ON_LIST = "not_on_list"
    ALREADY_FUNDED = "already_funded"
    INCOME_MISSING = "income_missing"
    INCOME_TOO_HIGH = "income_too_high"
    ASSETS_MISSING = "assets_missing"
    ASSETS_TOO_HIGH = "assets_too_high"
    COST_MISSING = "cost_missing"
    COST_TOO_HIGH = "cost_too_high"
    COST_TOO_LOW = "cost_too_low"
    NO_AMOUNT = "no_amount"

    # A project proposed by a provider.
    GROUP_ELSEWHERE = "group_elsewhere"
    PROVIDER_NOT_LISTED = "provider_not_listed"
    PROVIDER_NOT_IN_CALL = "provider_not_in_call"
    REQUEST_TOO_HIGH = "request_too_high"
    REQUEST_TOO_LOW = "request_too_low"

    # A case that fails the test and may be let in by a person.
    DISCRETION_NOT_FORESEEN = "discretion_not_foreseen"
    DISCRETION_USED_UP = "discretion_used_up"

    # An act stands against it.
    CALL_SUSPENDED = "call_suspended"
    CALL_ANNULLED = "call_annulled"
    CORRECTION_TOO_LATE = "correction_too_late"
    DRAW_COMES_BEFORE = "draw_comes_before"

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
    NEXT_WINDOW_COMES_BEFORE = "next_window_comes_before"
    WINDOW_BEFORE_UNFINISHED = "window_before_unfinished"
    WRONG_STATE = "wrong_state"
    TERM_EXPIRED = "term_expired"
    ALREADY_DONE = "already_done"
    SAME_PERSON = "same_person"
    INCOMPLETE = "incomplete"
    NOT_YET_POSSIBLE = "not_yet_possible"
    AGREEMENT_MISSING = "agreement_missing"

    # Funds, vouchers, bookings.
    FUND_INSUFFICIENT = "fund_insufficient"
    VOUCHER_INSUFFICIENT = "voucher_insufficient"
    NO_UNIT_LEFT = "no_unit_left"
    CAP_REACHED = "cap_reached"
    FORBIDDEN_GOODS = "forbidden_goods"
    SERVICES_USED_UP = "services_used_up"
    INDIVISIBLE = "indivisible"
    WHOLE_PRICE_ONLY = "whole_price_only"
    CODE_NEEDED = "code_needed"
    CODE_WRONG = "code_wrong"
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
    REFUND_ONLY = "refund_only"
    REFUND_NOT_FORESEEN = "refund_not_foreseen"
    FILE_TOO_LARGE = "file_too_large"
    FILE_KIND_NOT_TAKEN = "file_kind_not_taken"


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
