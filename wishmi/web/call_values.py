"""The words of the closed lists of a call document, by the field they stand in."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wishmi.web.words import CATEGORIES, FACTS, KINDS, ROLES

CLOSED: dict[str, dict[str, str | Promise]] = {
    "condition": {
        "age_under": _("age below a limit"),
        "years_old": _("age between two limits"),
        "born_between": _("born between two days"),
        "turns_in_year": _("age reached in the year"),
        "resident": _("lives in the city"),
        "resident_for": _("years of residence"),
        "holds": _("a fact is true"),
        "number_of": _("a number between two limits"),
        "is_one_of": _("one word of a list"),
        "has_any": _("at least one word of a list"),
        "not_funded_by": _("not funded otherwise"),
        "in_time": _("a day in time"),
        "indicator_attested": _("a valid ISEE"),
        "indicator_at_most": _("ISEE up to a limit"),
        "amount_within": _("an amount within limits"),
        "all_of": _("all of these"),
        "any_of": _("at least one of these"),
    },
    "by": {
        "indicator": _("by ISEE bands"),
        "flat": _("the same for everyone"),
        "age": _("by age"),
        "school_level": _("by kind of school"),
        "case": _("by case"),
        "cost": _("by cost"),
        "month": _("by month"),
        "sessions": _("in sessions"),
        "request": _("by what the project asks"),
        "equal_share": _("in equal shares"),
    },
    "who": {
        "child": _("the child"),
        "applicant": _("who applies"),
        "parent": _("one parent"),
    },
    "AmountSection.sharing": {
        "whole": _("each gets all or nothing"),
        "pro_rata": _("everyone gets less in proportion"),
    },
    "AwardLife.mode": {
        "application": _("by application"),
        "claim": _("by claim"),
        "automatic": _("automatic"),
    },
    "AwardLife.carry_over": {
        "none": _("it is lost"),
        "all": _("all of it is kept"),
        "capped": _("a part of it is kept"),
    },
    "AwardLife.transfer": {
        "forbidden": _("never"),
        "siblings": _("between siblings"),
    },
    "AwardLife.recheck": {
        "never": _("never"),
        "each_period": _("in each period"),
    },
    "Use.co_payment": {
        "none": _("the family pays nothing"),
        "rest_by_family": _("the family pays the rest"),
        "family_at_least": _("the family pays at least a share"),
        "voucher_at_most": _("the voucher pays at most a share"),
    },
    "Use.confirmation": {
        "provider": _("by the organiser"),
        "both": _("by family and organiser"),
        "code": _("by a code"),
    },
    "Use.tax_nature": {
        "multi_purpose": _("multi-purpose voucher"),
        "single_purpose": _("single-purpose voucher"),
        "social_benefit": _("social benefit outside VAT"),
    },
    "Bookings.no_show": {
        "used": _("used"),
        "free": _("not used"),
    },
    "PaymentNode.method": {
        "sepa": _("bank transfer"),
    },
    "PaymentNode.needs": {
        "invoice": _("invoice"),
        "debit_note": _("debit note"),
        "invoice_or_debit_note": _("invoice or debit note"),
    },
    "PaymentNode.moment": {
        "after_use": _("after use"),
        "after_start": _("after the start"),
        "instalments": _("in instalments"),
        "in_advance": _("in advance"),
    },
    "PaymentNode.to": {
        "provider": _("the organiser"),
        "family": _("the family"),
        "school": _("the school"),
    },
    "mark": {
        "certain": _("certain"),
        "press": _("from the press"),
        "guess": _("a guess"),
    },
    "Applicants.application_of": {
        "household": _("the family"),
        "person": _("the person"),
        "provider": _("the organiser"),
    },
    "Applicants.award_of": {
        "child": _("the child"),
        "person": _("the person"),
        "project": _("the project"),
    },
    "Selection.method": {
        "points": _("by points"),
        "universal": _("everyone is served"),
        "first_come": _("in order of arrival"),
        "classes": _("by classes"),
        "lottery": _("by draw"),
        "commission": _("by the score of a commission"),
    },
    "Selection.order": {
        "lower_indicator": _("lower ISEE first"),
        "lower_income": _("lower income first"),
        "younger": _("younger first"),
        "arrival": _("earlier application first"),
        "higher_score": _("higher score first"),
        "draw": _("by draw"),
        "code": _("by code"),
    },
    "AllocationNode.fit": {
        "stop": _("the list stops there"),
        "pass_over": _("the list goes on to the next"),
    },
    "ReserveNode.rest": {
        "to_all": _("it goes to everyone"),
        "kept": _("it is kept"),
    },
    "level": {
        "none": _("no school"),
        "early": _("early childhood"),
        "primary": _("primary school"),
        "lower_secondary": _("lower secondary school"),
        "upper_secondary": _("upper secondary school"),
        "vocational": _("vocational training"),
        "tertiary": _("higher education"),
    },
    "on": {
        "submission": _("the day of the application"),
        "submitted_on": _("the day of the application"),
        "course_starts_on": _("the start of the course"),
    },
}
_SHARED = {
    "fact": FACTS, "facts": FACTS, "day": FACTS, "after": FACTS, "for_each": FACTS, "divide_by": FACTS,
    "one_more_for": FACTS, "on": FACTS, "roles": ROLES | KINDS, "kinds": KINDS, "category": CATEGORIES,
    "categories": CATEGORIES, "levels": CLOSED["level"], "marks": CLOSED["mark"],
}  # fmt: skip


def word_of(field: str, value: str) -> str | None:
    """The word for a value of a closed list, found by its field; None for any other text."""
    name = field.rpartition(".")[2]
    for found in (CLOSED.get(field), CLOSED.get(name), _SHARED.get(name)):
        if found is not None and value in found:
            return str(found[value])
    return None
