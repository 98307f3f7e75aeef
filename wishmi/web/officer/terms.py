"""Words of the office: states as an officer means them, acts, reasons of the ledger. Family pages have their own."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wishmi.web import words

State = words.State

CANDIDACY: dict[str, State] = {
    "draft": (_("Draft"), "", "clock"),
    "submitted": (_("To be examined"), "info", "search"),
    "integration": (_("Integration requested"), "wait", "clock"),
    "admitted": (_("Admitted"), "good", "check"),
    "reserve": (_("Admitted with reserve"), "wait", "clock"),
    "excluded": (_("Excluded"), "bad", "cross"),
    "withdrawn": (_("Withdrawn"), "", "cross"),
}
CALL: dict[str, State] = {
    "loaded": (_("To be published"), "wait", "clock"),
    "waiting": (_("Published, not open yet"), "info", "clock"),
    "open": (_("Window open"), "good", "check"),
    "to_close": (_("Window over, to be closed"), "wait", "warning"),
    "closed": (_("Closed and sealed"), "info", "lock"),
    "suspended": (_("Suspended"), "wait", "warning"),
    "annulled": (_("Annulled"), "bad", "cross"),
}
DRAFT: dict[str, State] = {
    "open": (_("Being written"), "info", "clock"),
    "loaded": (_("Became a version"), "good", "check"),
    "discarded": (_("Put aside"), "", "cross"),
}
REMARK: dict[str, State] = {
    "open": (_("Open"), "wait", "clock"),
    "accepted": (_("Accepted"), "good", "check"),
    "declined": (_("Declined"), "bad", "cross"),
    "settled": (_("Dealt with"), "", "check"),
}
STAGE: dict[str, State] = {
    "frozen": (_("Frozen, to be published"), "wait", "clock"),
    "published": (_("Published"), "info", "check"),
    "issued": (_("Vouchers issued"), "good", "check"),
}
OUTCOME: dict[str, State] = {
    "awarded": (_("Awarded"), "good", "check"),
    "waiting": (_("Eligible, not funded"), "wait", "clock"),
    "excluded": (_("Excluded"), "bad", "cross"),
    "renounced": (_("Given up"), "", "cross"),
}
AWARD: dict[str, State] = {
    "offered": (_("Offered"), "wait", "clock"),
    "accepted": (_("Accepted"), "good", "check"),
    "renounced": (_("Renounced"), "", "cross"),
    "not_accepted": (_("Not accepted in time"), "bad", "cross"),
    "lapsed": (_("Lapsed"), "", "clock"),
    "revoked": (_("Revoked"), "bad", "cross"),
}
VOUCHER: dict[str, State] = {
    "offered": (_("Offered"), "wait", "clock"),
    "active": (_("Active"), "good", "check"),
    "closed": (_("Closed"), "", "lock"),
}
CASE: dict[str, State] = {
    "open": (_("To be approved"), "wait", "clock"),
    "approved": (_("Approved"), "good", "check"),
    "rejected": (_("Rejected"), "bad", "cross"),
}
OBSERVATION: dict[str, State] = {
    "": (_("To be decided"), "wait", "clock"),
    "accepted": (_("Accepted"), "good", "check"),
    "rejected": (_("Rejected"), "bad", "cross"),
}
BOOKING: dict[str, State] = {
    "held": (_("To be confirmed"), "wait", "clock"),
    "confirmed": (_("Confirmed"), "good", "check"),
    "attended": (_("Present"), "good", "check"),
    "no_show": (_("Absent"), "bad", "cross"),
    "refused": (_("Refused"), "bad", "cross"),
    "expired": (_("Not confirmed in time"), "", "clock"),
    "cancelled": (_("Cancelled"), "", "cross"),
    "reversed": (_("Taken back"), "info", "back"),
    "late": (_("Cancelled late"), "", "cross"),
    "absent": (_("Absent, at no cost"), "", "cross"),
    "unmarked": (_("Not marked in time"), "bad", "clock"),
    "marked": (_("Waits for the family"), "wait", "clock"),
    "disputed": (_("Disputed by the family"), "bad", "warning"),
    "unused": (_("Decided: not used"), "", "cross"),
}
STATEMENT: dict[str, State] = {
    "drawn": (_("Waiting for the provider"), "wait", "clock"),
    "agreed": (_("Agreed, to be paid"), "info", "check"),
    "disputed": (_("Disputed"), "bad", "warning"),
    "in_batch": (_("In a payment batch"), "info", "clock"),
    "paid": (_("Paid"), "good", "check"),
}
CLAIM: dict[str, State] = {
    "submitted": (_("To be decided"), "wait", "clock"),
    "accepted": (_("Refund accepted"), "good", "check"),
    "refused": (_("Refund refused"), "bad", "cross"),
}
GRANT: dict[str, State] = {
    "declared": (_("To be checked"), "wait", "clock"),
    "checked": (_("Checked"), "good", "check"),
}
BATCH: dict[str, State] = {
    "prepared": (_("To be approved"), "wait", "clock"),
    "approved": (_("At the bank"), "info", "clock"),
    "closed": (_("Closed"), "good", "check"),
    "discarded": (_("Discarded"), "", "cross"),
}
PAYMENT: dict[str, State] = {
    "prepared": (_("Prepared"), "", "clock"),
    "in_payment": (_("At the bank"), "info", "clock"),
    "paid": (_("Paid"), "good", "check"),
    "rejected": (_("Rejected by the bank"), "bad", "cross"),
    "discarded": (_("Discarded"), "", "cross"),
}
STATES: dict[str, dict[str, State]] = {
    "candidacy": CANDIDACY,
    "call": CALL,
    "draft": DRAFT,
    "remark": REMARK,
    "stage": STAGE,
    "outcome": OUTCOME,
    "case": CASE,
    "award": AWARD,
    "voucher": VOUCHER,
    "observation": OBSERVATION,
    "booking": BOOKING,
    "statement": STATEMENT,
    "claim": CLAIM,
    "grant": GRANT,
    "batch": BATCH,
    "payment": PAYMENT,
}
FUND_ACTS = {
    "appropriation": _("Appropriation"),
    "top_up": _("Top-up"),
    "move": _("Move to another fund"),
}
CALL_ACTS = {
    **words.CALL_ACTS,
    "closing": _("Closing and seal of the intake"),
    "ranking": _("Ranking"),
}
TRANSFERS = {
    "appropriation": _("Appropriation"),
    "top_up": _("Top-up"),
    "move_out": _("Moved to another fund"),
    "move_in": _("Moved from another fund"),
    "award": _("Award"),
    "renunciation": _("Returned: renounced"),
    "not_accepted": _("Returned: not accepted in time"),
    "lapse": _("Returned: lapsed"),
    "revocation": _("Returned: revoked"),
    "credit_ended": _("Returned: credit ended"),
    "excess": _("Returned: a session cost less than its tariff"),
    "grant": _("Granted to a provider"),
    "reversal": _("Grant taken back"),
}
ORIGINS = {
    "declared": _("Declared by the applicant"),
    "imported": _("Imported from a file"),
    "attested": _("Attested by a register"),
    "recorded": _("Recorded by the program"),
    "corrected": _("Corrected in case work"),
}
EXCLUSIONS = {
    "duplicate_child": _("Another application for the same child"),
    "duplicate_household": _("Another application of the same household"),
    "indicator_with_omissions": _("ISEE with omissions or differences"),
    "integration_not_received": _("Integration not received in time"),
    "declaration_not_confirmed": _("Declaration not confirmed by the checks"),
}
ORDERS = {
    "lower_indicator": _("the lower ISEE comes first"),
    "younger": _("the younger child comes first"),
    "draw": _("the public draw decides"),
    "lower_income": _("the lower income comes first"),
    "arrival": _("who applied first comes first"),
    "higher_score": _("the higher score of the commission comes first"),
    "code": _("everyone is served: the order changes nothing"),
}
UNITS = {"EUR": "€"}
CONDITIONS = {
    "AgeUnder": _("Age"),
    "Resident": _("Residence"),
    "ApplicantIs": _("Who applies"),
    "IndicatorAttested": _("ISEE: kind and validity"),
    "IndicatorAtMost": _("ISEE: threshold"),
    "AllOf": _("All of several conditions"),
    "AnyOf": _("One of several conditions"),
    "AgeBetween": _("Age"),
    "BornBetween": _("Birth date"),
    "TurnsInYear": _("Year of birth"),
    "LivesHereFor": _("Years of residence"),
    "Holds": _("A fact that holds"),
    "CountBetween": _("A number"),
    "IsOneOf": _("One of those named"),
    "HoldsOneOf": _("Benefits, groups, lists"),
    "NotFundedBy": _("No other aid for the same cost"),
    "DayUntil": _("A date in time"),
    "AmountWithin": _("An amount within its limits"),
}
WORDS: dict[str, dict[str, str | Promise]] = {
    "fund_act": FUND_ACTS,
    "call_act": CALL_ACTS,
    "transfer": TRANSFERS,
    "exclusion": EXCLUSIONS,
    "origin": ORIGINS,
    "order": ORDERS,
    "unit": UNITS,
    "condition": CONDITIONS,
}


def term(kind: str, value: str) -> str | Promise:
    """The office's word for a value; the family's where the office has none of its own."""
    known = WORDS.get(kind, {}).get(value)
    return words.word(kind, value) if known is None else known


def state(kind: str, value: str) -> State:
    """Words, tone and icon of a state."""
    return STATES.get(kind, {}).get(value) or words.state(kind, value)
