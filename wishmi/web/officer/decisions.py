"""What can be decided on children in case work, single or many: the action, its states, its form."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wishmi.applications.actions import admit, admit_with_reserve, exclude, request_integration
from wishmi.applications.models import Candidacy
from wishmi.core.reasons import ReasonCode
from wishmi.infra import clock
from wishmi.infra.actor import Actor
from wishmi.web.officer.fields import DayField, TextField
from wishmi.web.officer.terms import EXCLUSIONS

State = Candidacy.State
DECIDED = frozenset({State.ADMITTED, State.RESERVE, State.EXCLUDED})
OPEN = frozenset({State.SUBMITTED, State.INTEGRATION})


class ExcludeForm(forms.Form):
    """Why: reasons of the closed list."""

    codes = forms.MultipleChoiceField(
        label=_("Reasons"), choices=list(EXCLUSIONS.items()), widget=forms.CheckboxSelectMultiple
    )


class IntegrationForm(forms.Form):
    """What is asked, and until when."""

    question = TextField(
        label=_("What the family should send or clarify"),
        help_text=_("In plain words. It completes what was declared; it cannot add what was missing."),
    )
    due_on = DayField(label=_("Until the end of this day"))

    def clean_due_on(self) -> date:
        """A family needs at least a day."""
        due_on = self.cleaned_data["due_on"]
        if due_on <= clock.today():
            raise forms.ValidationError(_("Choose a day after today."))
        return due_on


Perform = Callable[[datetime, Actor, Sequence[int], dict[str, object]], object]


@dataclass(frozen=True, slots=True)
class Action:
    """One decision: on children of which states, asked with which form, done by which act."""

    button: str | Promise
    states: frozenset[str]
    form: type[forms.Form]
    perform: Perform
    is_hard: bool = False


def _exclude(moment: datetime, actor: Actor, ids: Sequence[int], asked: dict[str, object]) -> object:
    return exclude(moment, actor, ids, [ReasonCode(code) for code in asked["codes"]])


def _integrate(moment: datetime, actor: Actor, ids: Sequence[int], asked: dict[str, object]) -> object:
    return request_integration(moment, actor, ids, str(asked["question"]), asked["due_on"])


ACTIONS: dict[str, Action] = {
    "admit": Action(
        _("Admit"),
        OPEN | DECIDED - {State.ADMITTED},
        forms.Form,
        lambda moment, actor, ids, _asked: admit(moment, actor, ids),
    ),
    "reserve": Action(
        _("Admit with reserve"),
        OPEN | DECIDED - {State.RESERVE},
        forms.Form,
        lambda moment, actor, ids, _asked: admit_with_reserve(moment, actor, ids),
    ),
    "integration": Action(
        _("Request integration"),
        OPEN | {State.RESERVE},
        IntegrationForm,
        _integrate,
    ),
    "exclude": Action(
        _("Exclude"),
        OPEN | DECIDED - {State.EXCLUDED},
        ExcludeForm,
        _exclude,
        is_hard=True,
    ),
}
