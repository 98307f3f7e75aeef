"""Every fact a call may ask, as a question in plain words: one text for the application and for the pre-check.

`asks` is the title of a screen, `label` stands at its control, `hint` says what is meant, `nothing` is the answer that
there is none, and `bring` is the paper that shows it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wishmi.web.words import HOUSEHOLD_TYPES, ISEE_KINDS, ROLES, SCHOOL_LEVELS

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Question:
    """The words of one question."""

    asks: Text
    label: Text
    hint: Text = ""
    nothing: Text = ""
    bring: Text = ""


CHOICES: Mapping[str, Mapping[str, Text]] = {
    "applicant_role": ROLES,
    "isee_kind": ISEE_KINDS,
    "household_type": HOUSEHOLD_TYPES,
    "school_level": SCHOOL_LEVELS,
}
"""The words of facts whose values are a closed list of the program; other words come from the call."""

_HOME = {
    "resident": Question(
        _("Do these children live in the city?"),
        _("They are registered as residents of this city"),
        _("Residence is the address on the identity card."),
    ),
    "child_resident_since": Question(
        _("Since when does the child live here?"),
        _("First day of residence"),
        _("If you do not know the day, write the first of the month."),
        _("The child does not live here"),
    ),
    "applicant_resident_since": Question(
        _("Since when do you live here?"),
        _("First day of residence"),
        _("If you do not know the day, write the first of the month."),
        _("I do not live here"),
    ),
    "parent_resident_since": Question(
        _("Since when does one parent live here?"),
        _("First day of residence"),
        _("One parent is enough. Take the one who has been here longer."),
        _("No parent lives here"),
    ),
    "domiciled": Question(
        _("Does the child have its home here?"),
        _("The child really lives here"),
        _("Home is where somebody lives, even if the residence is elsewhere."),
    ),
    "school_here": Question(
        _("Does the child go to school here?"),
        _("The school is in this city"),
        _("A nursery counts too."),
    ),
    "district": Question(
        _("In which area do you live?"),
        _("Area"),
        _("Choose the area of your address."),
        _("Another area"),
    ),
}
_MEANS = {
    "isee_cents": Question(
        _("How much is your ISEE?"),
        _("ISEE in euro"),
        _("It stands on the paper of the ISEE. A CAF makes it for free."),
        _("We have no ISEE"),
        _("The ISEE. If you do not have it, a CAF makes it for free. It takes some days."),
    ),
    "isee_kind": Question(
        _("Which kind of ISEE is it?"), _("Kind of ISEE"), _("It is written at the top of the paper.")
    ),
    "isee_issued_on": Question(
        _("When was the ISEE made?"),
        _("Day of issue"),
        _("The day is on the first page."),
        _("We have no ISEE"),
    ),
    "isee_valid_until": Question(
        _("Until when is the ISEE valid?"),
        _("Last day"),
        _("Nearly always it is the end of the year."),
        _("We have no ISEE"),
    ),
    "income_cents": Question(
        _("How much does the family earn in a month?"),
        _("Euro in a month, after tax"),
        _("Count the pay of all adults together."),
        _("I cannot say"),
        _("The last pay slips of the adults."),
    ),
    "assets_cents": Question(
        _("How much has the family saved?"),
        _("Savings in euro"),
        _("Count money in the bank and other goods. Write 0 if there is nothing."),
        _("I cannot say"),
        _("A statement of the bank account."),
    ),
    "benefits": Question(
        _("Which of these aids does the family receive?"),
        _("Aids"),
        _("Mark all that you receive now. If there is none, leave all empty."),
        bring=_("The letter that grants the aid."),
    ),
    "approved_from": Question(
        _("From which day is the aid granted?"),
        _("First day of the aid"),
        _("It is written in the letter that grants the aid."),
        _("There is no aid"),
        _("The letter that grants the aid."),
    ),
    "approved_until": Question(
        _("Until which day is the aid granted?"),
        _("Last day of the aid"),
        _("It is written in the letter that grants the aid."),
        _("There is no aid"),
        _("The letter that grants the aid."),
    ),
    "other_schemes": Question(
        _("Does another aid pay the same cost?"),
        _("Other aids"),
        _("Mark those that pay this cost already. If there is none, leave all empty."),
    ),
}
_FAMILY = {
    "minors": Question(
        _("How many children under 18 live in your family?"),
        _("Children under 18"),
        _("Count all of them, also those you do not apply for."),
    ),
    "lone_parent": Question(
        _("Are you the only parent in the family?"),
        _("Only one parent lives with the children"),
        _("Yes, if no other parent and no partner lives with you."),
    ),
    "applicant_role": Question(
        _("Who are you for these children?"),
        _("I am their"),
        _("Choose what is written in the papers."),
        bring=_("If you are a guardian or foster parent: the act that says so."),
    ),
    "applicant": Question(
        _("Which family are you?"), _("Family"), _("We know it when you sign in. You write nothing.")
    ),
    "household_size": Question(
        _("How many people live in your family?"), _("People"), _("Count adults and children, and yourself.")
    ),
    "household_type": Question(
        _("Who lives together in your home?"), _("Who lives there"), _("Count who is registered there.")
    ),
    "unemployed_parent": Question(
        _("Is a parent without work?"),
        _("A parent is registered as unemployed"),
        _("One parent is enough."),
        bring=_("The paper of the job centre."),
    ),
    "target_groups": Question(
        _("Does one of these hold for the child?"),
        _("Situations"),
        _("Mark those that hold. If none does, leave all empty."),
    ),
    "disabled_members": Question(
        _("How many people with a disability live in your family?"),
        _("People with a disability"),
        _(
            "Count certified disabilities of children and adults. Write 0 if there is nobody. We do not ask who."
        ),
        bring=_("The paper that certifies the disability, if there is one."),
    ),
    "disabled_minors": Question(
        _("How many children with a disability live in your family?"),
        _("Children with a disability"),
        _("Count certified disabilities of children under 18. Write 0 if there is none."),
        bring=_("The paper that certifies the disability, if there is one."),
    ),
    "disabled": Question(
        _("Is there a disability?"),
        _("There is a certified disability"),
        _("We ask only yes or no. We do not ask which."),
        bring=_("The paper that certifies the disability, if there is one."),
    ),
}
_CHILD = {
    "born_on": Question(
        _("When was your child born?"),
        _("Birth date"),
        _("If you ask for yourself, write your own birth date."),
    ),
    "submitted_on": Question(_("When do you apply?"), _("Day"), _("We take the day on which you send it.")),
    "arrival": Question(
        _("Which number did your application get?"), _("Number"), _("The office counts. You write nothing.")
    ),
    "on_lists": Question(
        _("Is the name on one of these lists?"),
        _("Lists"),
        _("Mark those you were told of. If there is none, leave all empty."),
    ),
    "school_level": Question(
        _("Which school does the child go to?"), _("Kind of school"), _("Take the school of this year.")
    ),
    "school_grade": Question(
        _("Which class is the child in?"),
        _("Class"),
        _("Write the number, such as 3 for the third."),
        _("No class"),
    ),
    "school": Question(
        _("What is the name of the school?"),
        _("School"),
        _("Choose the school of this year."),
        _("Another school"),
    ),
    "cost_cents": Question(
        _("How much does the activity cost?"),
        _("Cost in euro"),
        _("Write the full price, before any aid."),
        _("I have not chosen one yet"),
        _("The receipt of the activity, or its price in writing."),
    ),
    "paid_on": Question(
        _("When did you pay?"),
        _("Day of the payment"),
        _("It is written on the receipt."),
        _("I have not paid yet"),
        _("The receipt of the activity, or its price in writing."),
    ),
    "course_starts_on": Question(
        _("When does the course begin?"),
        _("First day of the course"),
        _("Ask the organiser if you do not know."),
        _("I have not chosen one yet"),
    ),
    "course_months": Question(
        _("How many months does the course last?"),
        _("Months"),
        _("Count a month that has only begun as one."),
        _("I have not chosen one yet"),
    ),
}
_PROJECT = {
    "requested_cents": Question(
        _("How much money does the project ask for?"), _("Amount in euro"), _("Write the whole amount.")
    ),
    "field": Question(_("Which field is the project in?"), _("Field"), _("Choose the one that fits best.")),
    "group_size": Question(
        _("How many children are in the group?"), _("Children in the group"), _("Count who takes part.")
    ),
    "youngest": Question(
        _("How old is the youngest of the group?"), _("Age in years"), _("Years that are complete.")
    ),
    "oldest": Question(
        _("How old is the oldest of the group?"), _("Age in years"), _("Years that are complete.")
    ),
    "group_here": Question(
        _("Is the whole group from here?"),
        _("All live here, stay here or go to school here"),
        _("Look at each child of the group."),
    ),
    "provider_listed": Question(
        _("Is the organiser on the list?"),
        _("The organiser is on the list of the city"),
        _("The city keeps a list of organisers it has checked."),
    ),
    "report_on": Question(
        _("When will the report be ready?"),
        _("Day of the report"),
        _("The report says what was done with the money."),
        _("I cannot say"),
    ),
    "commission_score": Question(
        _("How many points did the commission give?"),
        _("Points"),
        _("The commission says it. You write nothing."),
        _("No points yet"),
    ),
}
QUESTIONS: Mapping[str, Question] = {**_HOME, **_MEANS, **_FAMILY, **_CHILD, **_PROJECT}
"""By the name of the fact."""
