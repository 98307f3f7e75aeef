"""Forms of the funds."""

from django import forms
from django.utils.translation import gettext_lazy as _

from wishmi.calls.models import Fund
from wishmi.web.officer.fields import ActForm, MoneyField, TextField


class AppropriateForm(ActForm):
    """How much comes into a fund, by which act."""

    amount = MoneyField(label=_("Amount of money"), help_text=_("Such as 50000 or 1500.50."))
    reason = TextField(label=_("What the act says"), required=False)
    field_order = ("amount", "number", "reason")


class MoveForm(ActForm):
    """How much goes from a fund to which other, by which act and why."""

    target = forms.ModelChoiceField(
        label=_("To which fund"), queryset=Fund.objects.none(), empty_label=_("Choose a fund")
    )
    amount = MoneyField(label=_("Amount of money"), help_text=_("Only what is available can be moved."))
    reason = TextField(label=_("Reason, with the authority that allows it"))
    field_order = ("target", "amount", "number", "reason")

    def __init__(self, *args: object, source: Fund, **kwargs: object) -> None:
        """The targets are the other funds of the same unit."""
        super().__init__(*args, **kwargs)
        others = Fund.objects.filter(unit=source.unit).exclude(pk=source.pk).order_by("code")
        self.fields["target"].queryset = others
        self.fields["target"].label_from_instance = lambda fund: f"{fund.code} · {fund.name}"
