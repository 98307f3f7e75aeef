"""Forms of the calls."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from wishmi.calls.actions import Signed
from wishmi.web import formats
from wishmi.web.officer.fields import ActForm, DayField, MomentField, TextField

LARGEST = 200_000
"""Bytes of a call document; the reader refuses larger ones anyway."""


class DocumentForm(forms.Form):
    """A call document: a file, or its text as it was typed or corrected."""

    file = forms.FileField(
        label=_("File of the call"),
        required=False,
        help_text=_("A YAML file, as docs/call-document.md says."),
    )
    text = forms.CharField(
        label=_("Or its text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "form-control code wide"}),
    )

    def clean(self) -> dict[str, object]:
        """One of the two must be there; the file wins."""
        cleaned = super().clean()
        file = cleaned.get("file")
        return {
            **cleaned,
            "raw": self.raw_of(cleaned),
            "name": file.name if file is not None else "call.yaml",
        }

    @staticmethod
    def raw_of(cleaned: dict[str, object]) -> bytes:
        """The bytes of the file, or of the text; refused where there is neither."""
        file, text = cleaned.get("file"), cleaned.get("text") or ""
        if file is not None and file.size > LARGEST:
            raise forms.ValidationError(_("The file is too large for a call."))
        raw = file.read() if file is not None else text.replace("\r\n", "\n").encode()
        if not raw.strip():
            raise forms.ValidationError(_("Choose a file or write the text of the call."))
        return raw


class ExtendForm(ActForm):
    """The new last day of use, by an act with its reason."""

    until = DayField(label=_("New last day of use"))
    reason = TextField(label=_("Reason"))
    field_order = ("until", "reason", "number")

    def __init__(self, *args: object, now_until: date, **kwargs: object) -> None:
        """Only a later day extends."""
        super().__init__(*args, **kwargs)
        self.now_until = now_until

    def clean_until(self) -> date:
        """Later than it is now."""
        until = self.cleaned_data["until"]
        if until <= self.now_until:
            text = _("Choose a day after {day}: an extension cannot shorten.")
            raise forms.ValidationError(str(text).format(day=formats.day(self.now_until)))
        return until


class SignedForm(ActForm):
    """An act that families read: who signs it, why, and its own text in two languages."""

    signatory = forms.CharField(
        label=_("Who signs"), max_length=120, help_text=_("Name and office, as in the act.")
    )
    reason = TextField(label=_("Reason"))
    text_it = TextField(label=_("Text of the act in Italian"), max_length=5000)
    text_en = TextField(label=_("Text of the act in English"), max_length=5000)

    @property
    def signed(self) -> Signed:
        """What was typed, once it is valid."""
        names = ("number", "reason", "signatory", "text_it", "text_en")
        return Signed(**{name: self.cleaned_data[name].strip() for name in names})


class SuspendForm(SignedForm):
    """Whether what is awarded may be used meanwhile."""

    stops_use = forms.BooleanField(
        label=_("Stop the use of vouchers too"),
        required=False,
        help_text=_("Then nobody can accept or book. What is booked already goes on."),
    )


class ReopenForm(SignedForm):
    """Whether the terms get back the time they lost."""

    prolongs = forms.BooleanField(
        label=_("Give back the time that was lost"),
        required=False,
        help_text=_(
            "The window, observations, answers and acceptances last as much longer as the call stood still."
        ),
    )


class LengthenForm(SignedForm):
    """The new end of the window."""

    until = MomentField(label=_("New end of the window"))
    field_order = ("until",)
