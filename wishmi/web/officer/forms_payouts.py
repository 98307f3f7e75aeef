"""Forms of the payouts."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from wishmi.infra import clock
from wishmi.payouts.models import Payment
from wishmi.payouts.status_file import MOST_BYTES, BankAnswer
from wishmi.web.officer.fields import DayField, TextField


class DrawForm(forms.Form):
    """Up to which day uses are put into statements."""

    until = DayField(
        label=_("Uses up to the end of this day"),
        help_text=_("Uses that their call still holds are left for the next time."),
    )

    def clean_until(self) -> date:
        """A day that is over."""
        until = self.cleaned_data["until"]
        if until > clock.today():
            raise forms.ValidationError(_("Choose today or a day before."))
        return until


class PrepareForm(forms.Form):
    """When the bank should pay."""

    execute_on = DayField(label=_("Day of execution"))

    def clean_execute_on(self) -> date:
        """Not in the past."""
        day = self.cleaned_data["execute_on"]
        if day < clock.today():
            raise forms.ValidationError(_("Choose today or a day after."))
        return day


class SureForm(forms.Form):
    """The number of the batch, written again."""

    number = forms.CharField(label=_("Number of the batch"), max_length=32)

    def __init__(self, *args: object, wanted: str, **kwargs: object) -> None:
        """Whose number must be met."""
        super().__init__(*args, **kwargs)
        self.wanted = wanted

    def clean_number(self) -> str:
        """It must be the same, or the wrong batch is open."""
        number = self.cleaned_data["number"].strip()
        if number != self.wanted:
            raise forms.ValidationError(
                _("This is the number of another batch. Look again which batch it is.")
            )
        return number


class DiscardForm(forms.Form):
    """Why a batch is not paid as it stands."""

    reason = TextField(label=_("Reason"), max_length=500)


class StatusFileForm(forms.Form):
    """The bank's status file."""

    file = forms.FileField(label=_("Status file of the bank (pain.002)"))

    def clean_file(self) -> object:
        """Bounded."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is too large."))
        return file


class AnswersForm(forms.Form):
    """What the bank says of each payment, written by hand."""

    CHOICES = (("", _("no answer yet")), ("paid", _("executed")), ("rejected", _("rejected")))

    def __init__(self, *args: object, payments: list[Payment], **kwargs: object) -> None:
        """Two fields for each payment that waits."""
        super().__init__(*args, **kwargs)
        self.payments = [one for one in payments if one.state == Payment.State.IN_PAYMENT]
        for one in self.payments:
            self.fields[f"said_{one.pk}"] = forms.ChoiceField(
                choices=self.CHOICES, required=False, label=_("Answer")
            )
            self.fields[f"reason_{one.pk}"] = forms.CharField(
                max_length=64, required=False, label=_("Reason of the bank")
            )

    @property
    def rows(self) -> list[tuple[Payment, forms.BoundField, forms.BoundField]]:
        """Each payment with its two fields."""
        return [(one, self[f"said_{one.pk}"], self[f"reason_{one.pk}"]) for one in self.payments]

    def clean(self) -> dict[str, object]:
        """At least one answer."""
        cleaned = super().clean()
        answers = [
            BankAnswer(
                one.end_to_end, cleaned[f"said_{one.pk}"] == "paid", cleaned.get(f"reason_{one.pk}", "")
            )
            for one in self.payments
            if cleaned.get(f"said_{one.pk}")
        ]
        if not answers:
            raise forms.ValidationError(_("Choose an answer for at least one payment."))
        return {**cleaned, "answers": answers}
