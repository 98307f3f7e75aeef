"""The sentences of what the rules of a call answer: the wider vocabulary of conditions, amounts and uses."""

from django.utils.translation import gettext_lazy as _

from wishmi.core.reasons import ReasonCode

GENERAL = {
    ReasonCode.NO_ALTERNATIVE_MET: _(
        "The call asks for at least one of several things, and none of them holds."
    ),
    ReasonCode.TOO_YOUNG: _("The age is below the one the call asks for."),
    ReasonCode.ABOVE_AGE: _("The age is above the one the call asks for."),
    ReasonCode.BORN_OUTSIDE: _("The birth date is outside the dates of the call."),
    ReasonCode.BIRTH_YEAR_OUTSIDE: _("The year of birth is not one of those of the call."),
    ReasonCode.DAY_MISSING: _("A date that the call needs is missing. Write it and try again."),
    ReasonCode.DAY_TOO_LATE: _("A date is later than the call allows."),
    ReasonCode.CLAIMED_TOO_LATE: _("The request came too late after the payment."),
    ReasonCode.RESIDENCE_TOO_SHORT: _(
        "Nobody in the family whom the call counts has lived here for long enough."
    ),
    ReasonCode.NOT_DOMICILED: _("The person does not have their home here."),
    ReasonCode.SCHOOL_ELSEWHERE: _("The school is not in the area of the call."),
    ReasonCode.DISTRICT_NOT_ADMITTED: _("The call is for other districts."),
    ReasonCode.SCHOOL_NOT_ADMITTED: _("The call is for other schools."),
    ReasonCode.SCHOOL_LEVEL_NOT_ADMITTED: _("The call is for another kind of school."),
    ReasonCode.HOUSEHOLD_TYPE_NOT_ADMITTED: _("The call is for other kinds of household."),
    ReasonCode.FIELD_NOT_ADMITTED: _("The call does not pay for this field of activity."),
    ReasonCode.NOT_LONE_PARENT: _("There is more than one parent in the family."),
    ReasonCode.NO_UNEMPLOYED_PARENT: _("No parent is registered as unemployed."),
    ReasonCode.NO_DISABILITY: _("No disability is recorded."),
    ReasonCode.TOO_FEW: _("A number is lower than the call asks for."),
    ReasonCode.TOO_MANY: _("A number is higher than the call allows."),
    ReasonCode.NO_BENEFIT_HELD: _(
        "The family does not receive any of the benefits that give a right to this."
    ),
    ReasonCode.NOT_IN_TARGET_GROUP: _("The call is for people in other situations."),
    ReasonCode.NOT_ON_LIST: _(
        "The name is not on the list of who can get this. Ask the office if you think it should be."
    ),
    ReasonCode.ALREADY_FUNDED: _("The same cost is already paid by another aid."),
    ReasonCode.INCOME_MISSING: _("The income of the family is not known. Bring a document that shows it."),
    ReasonCode.INCOME_TOO_HIGH: _("The income of the family is above the limit of this call."),
    ReasonCode.ASSETS_MISSING: _("The savings and goods of the family are not known. Declare them."),
    ReasonCode.ASSETS_TOO_HIGH: _("The savings and goods of the family are above the limit of this call."),
    ReasonCode.COST_MISSING: _("The cost of the activity is not known. Write it."),
    ReasonCode.COST_TOO_HIGH: _("The activity costs more than the call allows."),
    ReasonCode.COST_TOO_LOW: _("The activity costs less than the call asks for."),
    ReasonCode.NO_AMOUNT: _("All conditions are met, but no amount is foreseen for this case."),
    ReasonCode.GROUP_ELSEWHERE: _("Not all of the group live, stay or go to school here."),
    ReasonCode.PROVIDER_NOT_LISTED: _("The organiser is not on the list of the call."),
    ReasonCode.REQUEST_TOO_HIGH: _("The project asks for more money than the call gives to one project."),
    ReasonCode.REQUEST_TOO_LOW: _("The project asks for less money than the call gives at least."),
    ReasonCode.DISCRETION_NOT_FORESEEN: _("The call lets nobody in who does not meet its conditions."),
    ReasonCode.DISCRETION_USED_UP: _("The part of the money for special cases is used up."),
    ReasonCode.CAP_REACHED: _("A limit on how the voucher can be used has been reached."),
    ReasonCode.CODE_NEEDED: _("This use needs the code of the voucher. Ask the family to show it."),
    ReasonCode.CODE_WRONG: _("No booking of this date has this code. Look at it again and retry."),
    ReasonCode.SERVICES_USED_UP: _("The voucher has already been used for as many activities as it can pay."),
    ReasonCode.WHOLE_PRICE_ONLY: _(
        "This voucher must pay the whole price. Choose something that costs less."
    ),
    ReasonCode.FORBIDDEN_GOODS: _("The voucher does not pay for this."),
    ReasonCode.INDIVISIBLE: _(
        "This voucher is used all at once. Choose something that costs at least as much."
    ),
    ReasonCode.NOT_YET_POSSIBLE: _("The program cannot carry out a part of this call yet."),
    ReasonCode.AGREEMENT_MISSING: _("Not everyone who was asked has agreed to this text yet."),
}

EXACT = {
    ReasonCode.CAP_REACHED: _(
        "The voucher pays at most {most_cents} {cap}. You have used or booked all of it."
    ),
    ReasonCode.SERVICES_USED_UP: _(
        "The voucher pays for {most} activities at most. You have used or booked them all."
    ),
    ReasonCode.INDIVISIBLE: _(
        "This voucher is used all at once. Choose something that costs at least {left_cents}."
    ),
    ReasonCode.WHOLE_PRICE_ONLY: _(
        "The price is {price_cents}. This voucher must pay all of it and can pay only {most_cents}."
    ),
    ReasonCode.NOT_YET_POSSIBLE: _("The program cannot carry out a part of this call yet: {what}."),
    ReasonCode.AGREEMENT_MISSING: _("The agreement of {who} to this text is missing."),
    ReasonCode.TOO_YOUNG: _("The age on {on} was {age}. The call asks for at least {least}."),
    ReasonCode.ABOVE_AGE: _("The age on {on} was {age}. The call asks for at most {most}."),
    ReasonCode.BORN_OUTSIDE: _(
        "The birth date is {born_on}. The call is for who was born from {first_on} to {last_on}."
    ),
    ReasonCode.BIRTH_YEAR_OUTSIDE: _(
        "The year of birth is {year}. The call is for who was born from {first} to {last}."
    ),
    ReasonCode.DAY_MISSING: _("This date is missing: “{fact}”. Write it and try again."),
    ReasonCode.DAY_TOO_LATE: _("This date is after {until}, the last day of the call: “{fact}”."),
    ReasonCode.CLAIMED_TOO_LATE: _("The request must come within {days} days after the payment."),
    ReasonCode.TOO_FEW: _("“{fact}” is {count}. The call asks for at least {least}."),
    ReasonCode.TOO_MANY: _("“{fact}” is {count}. The call allows at most {most}."),
    ReasonCode.INCOME_TOO_HIGH: _(
        "The income of the family is {income_cents}. The limit of this call is {at_most_cents}."
    ),
    ReasonCode.ASSETS_TOO_HIGH: _(
        "The savings and goods of the family are {assets_cents}. The limit of this call is {at_most_cents}."
    ),
    ReasonCode.COST_TOO_HIGH: _("The activity costs {cost_cents}. The call allows at most {at_most_cents}."),
    ReasonCode.COST_TOO_LOW: _(
        "The activity costs {cost_cents}. The call asks for at least {at_least_cents}."
    ),
    ReasonCode.REQUEST_TOO_HIGH: _(
        "The project asks for {requested_cents}. One project gets at most {at_most_cents}."
    ),
    ReasonCode.DISCRETION_USED_UP: _(
        "The part of the money for special cases is used up: {left_cents} is left."
    ),
}
