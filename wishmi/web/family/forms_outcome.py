"""What a family writes about an outcome."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wishmi.core.money import minor_digits


class ObservationForm(forms.Form):
    """An objection to a provisional list."""

    text = forms.CharField(
        label=_("What is wrong?"),
        help_text=_("Write it in your own words. A person reads it and answers."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write what is wrong.")},
    )


class IntegrationForm(forms.Form):
    """The answer to a request of the office."""

    answer = forms.CharField(
        label=_("Your answer"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write your answer.")},
    )


class BookForm(forms.Form):
    """How much of the voucher to use, in euro."""

    most = forms.DecimalField(
        label=_("Use at most, in euro"),
        min_value=1,
        max_value=100000,
        decimal_places=2,
        required=False,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"invalid": _("Write an amount such as 50.")},
    )

    def most_cents(self) -> int | None:
        """The amount in cents, None for as much as possible."""
        most = self.cleaned_data.get("most") if self.is_valid() else None
        return int(most * 10 ** minor_digits(settings.WISHMI_CURRENCY)) if most else None
