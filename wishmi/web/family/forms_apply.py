"""The questions of an application: one form a screen, in order."""

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wishmi.core.facts import APPLICANT_ROLES
from wishmi.people.models import Person
from wishmi.web.words import NO, ROLES, YES

YES_NO = (("yes", YES), ("no", NO))


class Question(forms.Form):
    """One screen. `asks` is its title; a subclass reads and writes one answer of the application."""

    asks: str | Promise = ""

    def answer(self) -> object:
        """The answer as it is kept."""
        return self.cleaned_data["answer"]


class Children(Question):
    asks = _("Which children do you apply for?")
    answer_error = {"required": _("Choose at least one child.")}

    def __init__(self, *args: object, minors: Sequence[Person], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"] = forms.MultipleChoiceField(
            label=_("Children in your family"),
            choices=[(str(minor.pk), minor.full_name) for minor in minors],
            widget=forms.CheckboxSelectMultiple,
            error_messages=self.answer_error,
        )

    def answer(self) -> object:
        return [int(pk) for pk in self.cleaned_data["answer"]]


class Role(Question):
    asks = _("Who are you for these children?")
    answer_error = {"required": _("Choose who you are.")}

    def __init__(self, *args: object, roles: Sequence[str] = APPLICANT_ROLES, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"] = forms.ChoiceField(
            label=_("I am their"),
            choices=[(role, ROLES[role]) for role in roles],
            widget=forms.RadioSelect,
            error_messages=self.answer_error,
        )


class _YesNo(Question):
    """A question answered by yes or no."""

    label: str | Promise = ""
    hint: str | Promise = ""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"] = forms.ChoiceField(
            label=self.label,
            help_text=self.hint,
            choices=YES_NO,
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose yes or no.")},
        )

    def answer(self) -> object:
        return self.cleaned_data["answer"] == "yes"


class Residence(_YesNo):
    asks = _("Do these children live in the city?")
    label = _("They are registered as residents of this city")


class LoneParent(_YesNo):
    asks = _("Are you the only parent in the family?")
    label = _("Only one parent lives with the children")
    hint = _("A family with only one parent has more points.")


class _Count(Question):
    """A question answered by a small number."""

    label: str | Promise = ""
    hint: str | Promise = ""
    least = 0

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"] = forms.IntegerField(
            label=self.label,
            help_text=self.hint,
            min_value=self.least,
            max_value=20,
            widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            error_messages={
                "required": _("Write a number."),
                "invalid": _("Write a number with digits, such as 2."),
            },
        )


class Minors(_Count):
    asks = _("How many children under 18 live in your family?")
    label = _("Children under 18")
    hint = _("Count all of them, also those you do not apply for.")
    least = 1


class Disability(_Count):
    asks = _("How many people with a disability live in your family?")
    label = _("People with a disability")
    hint = _(
        "Count certified disabilities of children and adults. Write 0 if there is nobody. We do not ask who."
    )


class Indicator(Question):
    """Shows the ISEE on record; nothing is asked."""

    asks = _("Is this your ISEE?")

    def answer(self) -> object:
        return True


class Declare(forms.Form):
    """The declaration before sending."""

    true = forms.BooleanField(
        label=_(
            "I declare that all this is true. I know that a false declaration is punished by law (DPR 445/2000)."
        ),
        error_messages={"required": _("To send the application you have to declare that it is true.")},
    )


@dataclass(frozen=True, slots=True)
class Step:
    """A screen of the application: its name in the address, its form, the answer it fills."""

    name: str
    form: type[Question]
    short: str | Promise


STEPS = (
    Step("children", Children, _("Children")),
    Step("role", Role, _("Who you are")),
    Step("residence", Residence, _("Residence")),
    Step("isee", Indicator, _("ISEE")),
    Step("minors", Minors, _("Children under 18")),
    Step("lone-parent", LoneParent, _("Only one parent")),
    Step("disability", Disability, _("People with a disability")),
)
BY_NAME = {step.name: step for step in STEPS}
