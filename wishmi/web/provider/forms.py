"""Forms of the provider's pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from wishmi.bookings.selectors import Attendee
from wishmi.web.officer.fields import TextField


class ReasonForm(forms.Form):
    """Why, in words the family will read."""

    reason = forms.CharField(
        label=_("Reason, as the family will read it"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DisputeForm(forms.Form):
    """What is wrong with a statement."""

    text = TextField(label=_("What is wrong with it"), help_text=_("Name the uses and the amounts."))


class GoodsForm(forms.Form):
    """What kind of goods an activity sells."""

    goods = forms.ChoiceField(label=_("Kind of goods"), required=False)

    def __init__(self, *args: object, kinds: list[tuple[str, str]], **kwargs: object) -> None:
        """The kinds that the calls in force name; none for a service."""
        super().__init__(*args, **kwargs)
        self.fields["goods"].choices = [("", _("None of these: it is an activity or a service")), *kinds]


class CodeForm(forms.Form):
    """The code that a family shows."""

    code = forms.CharField(
        label=_("Code of the voucher"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class ConfirmForm(forms.Form):
    """Which bookings are confirmed together."""

    booking = forms.MultipleChoiceField(
        error_messages={
            "required": _("Tick at least one booking."),
            "invalid_choice": _("One of these no longer waits for an answer. Look again and retry."),
        }
    )

    def __init__(self, *args: object, ids: list[int], **kwargs: object) -> None:
        """Only those that wait."""
        super().__init__(*args, **kwargs)
        self.fields["booking"].choices = [(str(pk), pk) for pk in ids]


class AttendanceForm(forms.Form):
    """Present or absent, for every child of a session at once."""

    CHOICES = (("yes", _("Present")), ("no", _("Absent")))

    def __init__(self, *args: object, waiting: list[Attendee], **kwargs: object) -> None:
        """A pair of choices for each booking that was not marked yet."""
        super().__init__(*args, **kwargs)
        self.ids = [one.booking for one in waiting]
        for one in waiting:
            self.fields[f"mark_{one.booking}"] = forms.ChoiceField(
                label=one.child, choices=self.CHOICES, required=False
            )

    def clean(self) -> dict[str, object]:
        """At least one mark."""
        cleaned = super().clean()
        marks = [
            (pk, cleaned[f"mark_{pk}"] == "yes")
            for pk in self.ids
            if cleaned.get(f"mark_{pk}") in {"yes", "no"}
        ]
        if not marks and not self.errors:
            raise forms.ValidationError(_("Mark at least one child as present or absent."))
        return {**cleaned, "marks": marks}
