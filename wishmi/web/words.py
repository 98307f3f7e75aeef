"""Words for the closed lists of the platform: categories, pillars, states, roles, kinds."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wishmi.awards.models import Stage

CATEGORIES = {
    "art": _("Art"),
    "health": _("Health"),
    "school_plus": _("School+"),
    "sport": _("Sport"),
    "stem": _("Science and technology"),
}
PILLARS = {
    "social_relations": _("Being with others"),
    "physical_activity": _("Moving"),
    "healthcare": _("Feeling well"),
    "education_training": _("Learning"),
    "talents_creativity": _("Talents and creativity"),
    "self_determination": _("Choosing for yourself"),
    "quality_common_spaces": _("Good places to be"),
}
LANGUAGES = {
    "it": _("Italian"),
    "en": _("English"),
    "ar": _("Arabic"),
    "zh-hans": _("Chinese"),
    "es": _("Spanish"),
    "fil": _("Filipino"),
    "si": _("Sinhala"),
    "ro": _("Romanian"),
    "uk": _("Ukrainian"),
    "fr": _("French"),
}
ROLES = {
    "parent": _("parent"),
    "guardian": _("guardian"),
    "foster_parent": _("foster parent"),
    "beneficiary": _("The person the award is for"),
    "school": _("School"),
    "intermediary": _("Person or service that helps the family"),
    "provider": _("Organiser of activities"),
}
KINDS = {
    "ordinary": _("ordinary ISEE"),
    "minors": _("ISEE for minors"),
    "current": _("current ISEE"),
    "socio_health": _("ISEE for social and health services"),
}
ISEE_KINDS = {**KINDS, "": _("No ISEE")}
HOUSEHOLD_TYPES = {
    "one_adult": _("One adult"),
    "one_adult_with_children": _("One adult with children"),
    "two_adults": _("Two adults"),
    "two_adults_with_children": _("Two adults with children"),
    "other": _("Other people"),
}
SCHOOL_LEVELS = {
    "none": _("No school"),
    "early": _("Nursery or nursery school"),
    "primary": _("Primary school"),
    "lower_secondary": _("Lower secondary school"),
    "upper_secondary": _("Upper secondary school"),
    "vocational": _("Vocational training"),
    "tertiary": _("University or higher school"),
}
POINTS = {
    "minors": _("Number of minors in the family"),
    "disabled_members": _("People with a disability in the family"),
    "lone_parent": _("Only one parent in the family"),
    "disabled_minors": _("Minors with a disability"),
    "household_size": _("People in the family"),
    "commission_score": _("Score of the commission"),
    "unemployed_parent": _("A parent is unemployed"),
    "disabled": _("Has a disability"),
    "target_groups": _("Situations the call is for"),
    "benefits": _("Benefits the family receives"),
}
GROUPS = {
    "residence": _("Where you live"),
    "income": _("ISEE"),
    "household": _("Your family"),
    "health": _("Disability"),
    "other": _("Birth date and day of the application"),
}
FACTS = {
    "resident": _("Lives in the city"),
    "isee_cents": _("ISEE"),
    "isee_kind": _("Kind of ISEE"),
    "isee_issued_on": _("ISEE issued on"),
    "isee_valid_until": _("ISEE valid until"),
    "minors": _("Minors in the family"),
    "lone_parent": _("Only one parent"),
    "applicant": _("Your family"),
    "applicant_role": _("Who applies"),
    "disabled_members": _("People with a disability"),
    "born_on": _("Birth date"),
    "submitted_on": _("Day of the application"),
    "child_resident_since": _("The child lives here since"),
    "applicant_resident_since": _("Who applies lives here since"),
    "parent_resident_since": _("One parent lives here since"),
    "domiciled": _("Has a home here"),
    "school_here": _("Goes to school here"),
    "district": _("District"),
    "income_cents": _("Income of the family"),
    "assets_cents": _("Savings and goods of the family"),
    "benefits": _("Benefits the family receives"),
    "approved_from": _("Benefit approved from"),
    "approved_until": _("Benefit approved until"),
    "other_schemes": _("Other aids for the same cost"),
    "household_size": _("People in the family"),
    "household_type": _("Kind of household"),
    "unemployed_parent": _("A parent is unemployed"),
    "target_groups": _("Situations the call is for"),
    "disabled_minors": _("Minors with a disability"),
    "disabled": _("Has a disability"),
    "arrival": _("Order of arrival"),
    "on_lists": _("On the list of who has a right"),
    "school_level": _("Kind of school"),
    "school_grade": _("Class"),
    "school": _("School"),
    "cost_cents": _("Cost of the activity"),
    "paid_on": _("Day of the payment"),
    "course_starts_on": _("Start of the course"),
    "course_months": _("Months of the course"),
    "requested_cents": _("Amount the project asks for"),
    "field": _("Field of activity"),
    "group_size": _("Children in the group"),
    "youngest": _("Age of the youngest"),
    "oldest": _("Age of the oldest"),
    "group_here": _("The whole group is from here"),
    "provider_listed": _("The organiser is on the list"),
    "report_on": _("Day of the report"),
    "commission_score": _("Score of the commission"),
}
JOBS = {
    "family": _("Family"),
    "provider": _("Organiser of activities"),
    "case_officer": _("Office: applications"),
    "responsible": _("Office: responsible"),
    "accounting": _("Office: accounting"),
    "auditor": _("Auditor"),
}
CALL_ACTS = {
    "publication": _("Publication"),
    "correction": _("Correction"),
    "extension": _("Extension"),
    "suspension": _("Suspension"),
    "reopening": _("Reopening"),
    "annulment": _("Annulment"),
}
STAGES = {
    "provisional": _("Provisional list"),
    "final": _("Final list"),
    "round": _("New round of the list"),
}

CREDIT_WHYS = {
    "award": _("With the voucher"),
    "year": _("Each year"),
    "month": _("Each month"),
    "birthday": _("Birthday"),
    "sibling": _("From a brother or sister"),
}

State = tuple[str | Promise, str, str]
"""Words, tone (good, wait, bad, info or nothing) and icon."""

CALL = {
    "upcoming": (_("Opens soon"), "info", "clock"),
    "open": (_("Open"), "good", "check"),
    "closed": (_("Closed"), "", "lock"),
    "suspended": (_("Stopped for now"), "wait", "warning"),
    "annulled": (_("Called off"), "bad", "cross"),
}
APPLICATION = {
    "draft": (_("Not sent yet"), "wait", "clock"),
    "submitted": (_("Sent"), "good", "check"),
    "withdrawn": (_("Withdrawn"), "", "cross"),
}
CANDIDACY = {
    "draft": (_("Not sent yet"), "wait", "clock"),
    "submitted": (_("We are checking it"), "info", "search"),
    "integration": (_("We need something from you"), "wait", "warning"),
    "admitted": (_("On the list"), "good", "check"),
    "reserve": (_("On the list, to be confirmed"), "wait", "clock"),
    "excluded": (_("Excluded"), "bad", "cross"),
    "withdrawn": (_("Withdrawn"), "", "cross"),
}
OUTCOME = {
    "awarded": (_("Gets the voucher"), "good", "check"),
    "waiting": (_("On the list, no money yet"), "wait", "clock"),
    "excluded": (_("Excluded"), "bad", "cross"),
    "renounced": (_("Given up"), "", "cross"),
    "untold": (_("Told to the family alone"), "", "info"),
}
AWARD = {
    "offered": (_("To be accepted"), "wait", "clock"),
    "accepted": (_("Accepted"), "good", "check"),
    "renounced": (_("Given up"), "", "cross"),
    "not_accepted": (_("Not accepted in time"), "bad", "cross"),
    "lapsed": (_("Ended"), "", "clock"),
    "revoked": (_("Taken back"), "bad", "cross"),
    "passed_on": (_("Passed to a brother or sister"), "info", "check"),
}
VOUCHER = {
    "offered": (_("To be accepted"), "wait", "clock"),
    "active": (_("Ready to use"), "good", "check"),
    "closed": (_("Closed"), "", "lock"),
}
CREDIT = {
    "planned": (_("Comes later"), "wait", "clock"),
    "came": (_("In the voucher"), "good", "check"),
    "withheld": (_("Did not come"), "bad", "warning"),
    "ended": (_("Ended"), "", "clock"),
    "dropped": (_("Given back"), "", "cross"),
}
BOOKING = {
    "held": (_("Waiting for the organiser"), "wait", "clock"),
    "confirmed": (_("Confirmed"), "good", "check"),
    "attended": (_("Done"), "good", "check"),
    "no_show": (_("Was not there"), "bad", "cross"),
    "refused": (_("Refused by the organiser"), "bad", "cross"),
    "expired": (_("Not confirmed in time"), "", "clock"),
    "cancelled": (_("Cancelled"), "", "cross"),
    "reversed": (_("Given back"), "info", "check"),
    "late": (_("Cancelled late"), "", "cross"),
    "absent": (_("Was not there: it cost nothing"), "", "cross"),
    "unmarked": (_("Given back: nobody noted who came"), "info", "check"),
    "marked": (_("Is it right? Answer"), "wait", "clock"),
    "disputed": (_("The office decides"), "info", "clock"),
    "unused": (_("It does not count"), "info", "check"),
}
OBSERVATION = {
    "": (_("We are reading it"), "info", "clock"),
    "accepted": (_("You were right"), "good", "check"),
    "rejected": (_("Not accepted"), "bad", "cross"),
}
CLAIM: dict[str, State] = {
    "submitted": (_("We are looking at it"), "wait", "clock"),
    "accepted": (_("Accepted: we pay it"), "good", "check"),
    "refused": (_("Not accepted"), "bad", "cross"),
}
STATES: dict[str, dict[str, State]] = {
    "call": CALL,
    "application": APPLICATION,
    "candidacy": CANDIDACY,
    "outcome": OUTCOME,
    "award": AWARD,
    "voucher": VOUCHER,
    "credit": CREDIT,
    "booking": BOOKING,
    "observation": OBSERVATION,
    "claim": CLAIM,
}
CAPS = {
    "per_month": _("for the activities of one month"),
    "per_year": _("for the activities of one year"),
    "per_category": _("for activities of this kind"),
    "per_provider": _("to one organiser"),
}
WORDS: dict[str, dict[str, str | Promise]] = {
    "cap": CAPS,
    "category": CATEGORIES,
    "pillar": PILLARS,
    "language": LANGUAGES,
    "role": ROLES,
    "kind": KINDS,
    "household_type": HOUSEHOLD_TYPES,
    "school_level": SCHOOL_LEVELS,
    "points": POINTS,
    "group": GROUPS,
    "fact": FACTS,
    "job": JOBS,
    "stage": STAGES,
    "credit_why": CREDIT_WHYS,
    "call_act": CALL_ACTS,
}
YES, NO = _("Yes"), _("No")
STORIES = (
    _("Responsible"),
    _("loads calls, ranks, publishes, awards"),
    _("Case officer"),
    _("checks applications, decides observations"),
    _("Accounting"),
    _("funds, statements, payment batches"),
    _("Accounting, second person"),
    _("approves batches"),
    _("Auditor"),
    _("reads the trail of everything"),
    _("has a voucher and can book"),
    _("was just offered a voucher and can accept it"),
    _("is on the waiting list"),
    _("was excluded and can read why"),
    _("has not applied yet and can"),
    _("staff of a provider"),
)
"""Who the persons of the demo are; their logins hold these words in English."""


def word(kind: str, value: str) -> str | Promise:
    """The word for a value of a closed list; an unknown value stays as it is."""
    return WORDS.get(kind, {}).get(value, value)


def list_title(stage: Stage) -> str:
    """What a published list is called: its kind, and its window if that is not the first."""
    kind = word("stage", stage.kind)
    if stage.window == 1:
        return str(kind)
    return gettext("{list}, window {number}").format(list=kind, number=stage.window)


def state(kind: str, value: str) -> State:
    """Words, tone and icon of a state; an unknown one stays as it is, without tone."""
    return STATES.get(kind, {}).get(value, (value, "", "info"))
