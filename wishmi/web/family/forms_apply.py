"""The parts of an application: one question a screen, made from what its call asks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wishmi.applications.declarations import BENEFICIARY, ISEE, declared_names
from wishmi.core.rules.vocabulary import FACTS_OF_ONE
from wishmi.people.models import Person
from wishmi.web.fact_forms import FactForm
from wishmi.web.family.answers_apply import Desk
from wishmi.web.words import FACTS

CHILDREN, ROLE, INDICATOR = "children", "applicant_role", "isee"


class Children(forms.Form):
    """Whom it is for."""

    asks = _("Which children do you apply for?")

    def __init__(self, *args: object, minors: Sequence[Person], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"] = forms.MultipleChoiceField(
            label=_("Children in your family"),
            choices=[(str(minor.pk), minor.full_name) for minor in minors],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Choose at least one child.")},
        )

    def ids(self) -> list[int]:
        """The children chosen."""
        return [int(pk) for pk in self.cleaned_data["answer"]]


class Indicator(forms.Form):
    """Shows the ISEE on record; nothing is asked."""

    asks = _("Is this your ISEE?")


class Declare(forms.Form):
    """The declaration before sending."""

    true = forms.BooleanField(
        label=_(
            "I declare that all this is true. I know that a false declaration is punished by law (DPR 445/2000)."
        ),
        error_messages={"required": _("To send the application you have to declare that it is true.")},
    )


@dataclass(frozen=True, slots=True)
class Part:
    """A screen of the application: its name in the address, and its words in the list of answers."""

    name: str
    short: str | Promise

    @property
    def is_fact(self) -> bool:
        """Whether it asks a fact that is declared."""
        return self.name not in {CHILDREN, ROLE, INDICATOR}

    @property
    def is_of_each(self) -> bool:
        """Whether it is asked for each child."""
        return self.name in FACTS_OF_ONE


def parts_of(desk: Desk) -> tuple[Part, ...]:
    """The screens of an application: whom it is for and who applies, then every fact its call asks, in its order, the
    household's before those of each child. What a register attests is not asked.
    """
    return tuple(_parts(desk))


def _parts(desk: Desk) -> Iterator[Part]:
    role = Part(ROLE, _("Who you are"))
    choose_role = len(desk.roles) > 1
    # Who may apply for itself says so first: then nobody has to be chosen.
    if choose_role and BENEFICIARY in desk.roles:
        yield role
    if not desk.is_for_one:
        yield Part(CHILDREN, _("Children"))
    if choose_role and BENEFICIARY not in desk.roles:
        yield role
    asked = desk.call.rules.facts
    declared = set(declared_names(asked))
    for name in asked:
        if name == ISEE[0]:
            yield Part(INDICATOR, _("ISEE"))
        elif name in declared - FACTS_OF_ONE and not desk.attested(name, None):
            yield Part(name, FACTS[name])
    for name in asked:
        if name in declared & FACTS_OF_ONE and _unattested(desk, name):
            yield Part(name, FACTS[name])


def _unattested(desk: Desk, name: str) -> list[Person]:
    """Those of whom a fact has to be asked; before anybody is chosen, all that could be."""
    return [person for person in desk.chosen or desk.minors if not desk.attested(name, person)]


def is_answered(desk: Desk, part: Part) -> bool:
    """Whether a part needs no answer any more."""
    if part.name == CHILDREN:
        return bool(desk.chosen)
    if not part.is_fact:
        return True
    if part.is_of_each:
        return all(desk.told(part.name, person) for person in _unattested(desk, part.name))
    return desk.told(part.name)


def form_of(desk: Desk, part: Part, data: Mapping[str, object] | None) -> forms.Form:
    """The form of a screen, with what was answered before."""
    if part.name == CHILDREN:
        chosen = [str(minor.pk) for minor in desk.chosen]
        return Children(data, minors=desk.minors, initial={"answer": chosen})
    if part.name == INDICATOR:
        return Indicator(data)
    if part.name == ROLE:
        return FactForm(data, name=ROLE, choices=desk.roles, initial={"": str(desk.answers[ROLE])})
    words = desk.call.names_of(part.name)
    if not part.is_of_each:
        return FactForm(data, name=part.name, words_of=words, initial=_said(desk, part))
    about = [(f"-{person.pk}", person.given_name) for person in _unattested(desk, part.name)]
    return FactForm(data, name=part.name, about=about, words_of=words, initial=_said(desk, part))


def _said(desk: Desk, part: Part) -> dict[str, object]:
    """What was declared of a fact before, by the ending of its control."""
    if not part.is_of_each:
        return {"": desk.declared.household[part.name]} if desk.told(part.name) else {}
    of_each = desk.declared.children.items()
    return {f"-{pk}": known[part.name] for pk, known in of_each if part.name in known}
