"""Forms of the ranking room."""

import json

from django import forms
from django.utils.translation import gettext_lazy as _

from wishmi.awards.models import Observation
from wishmi.core.calls import DrawRule
from wishmi.core.canonical import MalformedError
from wishmi.core.draw import DEMO_BEACON, Draw, drawn, read_draw
from wishmi.infra.beacon import DemoBeacon
from wishmi.web.officer.fields import TextField

LARGEST = 10_000


class FreezeForm(forms.Form):
    """The round of the beacon that the call names, as a file; in a demo the demo beacon's own round."""

    file = forms.FileField(
        label=_("File of the draw"),
        required=False,
        help_text=_("The draw.json of the round that the call names."),
    )

    def __init__(self, *args: object, rule: DrawRule | None, is_demo: bool, **kwargs: object) -> None:
        """Without a draw in the call nothing is asked."""
        super().__init__(*args, **kwargs)
        self.rule = rule
        self.can_demo = is_demo and rule is not None and rule.beacon == DEMO_BEACON
        if rule is None:
            del self.fields["file"]

    def clean(self) -> dict[str, object]:
        """The draw, checked in its form; whether it is the call's round and truly signed the act checks."""
        cleaned = super().clean()
        return {**cleaned, "draw": self._draw(cleaned.get("file"))}

    def _draw(self, file: object) -> Draw | None:
        if self.rule is None:
            return None
        if self.can_demo and "demo" in self.data:
            return drawn(self.rule, DemoBeacon.of().signature_of(self.rule.round))
        if file is None:
            raise forms.ValidationError(_("Choose the file of the draw: the call names a round of a beacon."))
        if file.size > LARGEST:
            raise forms.ValidationError(_("This is not a file of a draw: it is too large."))
        try:
            return read_draw(json.loads(file.read()))
        except (ValueError, TypeError, RecursionError, MalformedError):
            raise forms.ValidationError(_("This is not a file of a draw.")) from None


class DecisionForm(forms.Form):
    """What is decided on an observation, and why."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            (Observation.Decision.ACCEPTED, _("Accepted")),
            (Observation.Decision.REJECTED, _("Rejected")),
        ],
        widget=forms.RadioSelect,
    )
    reason = TextField(label=_("Reason, as the family will read it"))


class SureForm(forms.Form):
    """The number of the act the list was published under, written again."""

    number = forms.CharField(label=_("Number of the list's act"), max_length=64)

    def __init__(self, *args: object, wanted: str, **kwargs: object) -> None:
        """Whose number must be met."""
        super().__init__(*args, **kwargs)
        self.wanted = wanted

    def clean_number(self) -> str:
        """It must be the same, or the wrong list is open."""
        number = self.cleaned_data["number"].strip()
        if number != self.wanted:
            raise forms.ValidationError(
                _("This list was published under another act. Look again which list it is.")
            )
        return number
