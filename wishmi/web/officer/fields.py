"""Fields that several of the office's forms share."""

import re

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wishmi.core.money import minor_digits

_GROUPED = r"\d{1,3}(?P<mark>[.,’' ])\d{3}(?:(?P=mark)\d{3})*(?:(?!(?P=mark))[.,](?P<few>\d{1,2}))?"
_PLAIN = r"\d+(?:[.,](?P<cents>\d{1,2}))?"
_AMOUNT = re.compile(f"{_GROUPED}|{_PLAIN}")
LARGEST_CENTS = 10**13


class MoneyField(forms.CharField):
    """An amount of the city's currency as people write it, in Italian or English; gives its smallest part."""

    def __init__(self, **kwargs: object) -> None:
        """A text control that shows digits on a phone."""
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(**{"max_length": 20, "widget": widget, **kwargs})

    def clean(self, value: object) -> int | None:
        text = str(super().clean(value)).replace("\u00a0", " ").replace("€", "").strip()
        if not text:
            return None
        found = _AMOUNT.fullmatch(text)
        if found is None:
            raise forms.ValidationError(_("Write the amount with digits, such as 1500.00."))
        decimals = found["few"] or found["cents"] or ""
        whole = text[: len(text) - len(decimals) - 1] if decimals else text
        cents = int(re.sub(r"\D", "", whole)) * 100 + int(decimals.ljust(2, "0") or 0)
        if minor_digits(settings.WISHMI_CURRENCY) == 0:
            if cents % 100:
                raise forms.ValidationError(_("This currency has no cents: write a whole amount."))
            cents //= 100
        if not 0 < cents <= LARGEST_CENTS:
            raise forms.ValidationError(_("The amount must be greater than zero and not absurdly large."))
        return cents


class DayField(forms.DateField):
    """A day, with the browser's own calendar."""

    def __init__(self, **kwargs: object) -> None:
        """The control wants ISO form whatever the language of the page."""
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(**{"widget": widget, "input_formats": ["%Y-%m-%d", "%d/%m/%Y"], **kwargs})


class TextField(forms.CharField):
    """A few lines of text."""

    def __init__(self, **kwargs: object) -> None:
        """Bounded, since it is kept."""
        super().__init__(**{"max_length": 2000, "widget": forms.Textarea(attrs={"rows": 4}), **kwargs})


class MomentField(forms.DateTimeField):
    """A moment of the city's clock, with the browser's own calendar."""

    def __init__(self, **kwargs: object) -> None:
        """The control wants ISO form whatever the language of the page."""
        widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
        super().__init__(
            **{"widget": widget, "input_formats": ["%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M"], **kwargs}
        )


class ActForm(forms.Form):
    """The number of the act that a weighty step rests on."""

    number = forms.CharField(
        label=_("Number of the act"),
        max_length=64,
        help_text=_("As in the register of acts, such as DD 123/2026."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
