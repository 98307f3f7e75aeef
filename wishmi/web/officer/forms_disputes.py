"""What the office decides of a disputed use."""

from django import forms
from django.utils.translation import gettext_lazy as _

from wishmi.web.officer.fields import TextField


class DisputeForm(forms.Form):
    """Whether it counts, and why."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            ("used", _("It was used as marked: the voucher pays")),
            ("unused", _("It does not count: the voucher pays nothing")),
        ],
        widget=forms.RadioSelect,
    )
    reason = TextField(label=_("Reason, as the family and the organiser will read it"), max_length=500)

    def was_used(self) -> bool:
        """Whether it counts as the provider marked it."""
        return bool(self.cleaned_data["decision"] == "used")
