"""What a school asks back for many children, and how many children a provider declares."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from wishmi.calls.models import Call
from wishmi.infra.attachments import MOST_BYTES
from wishmi.payouts.actions.heads import MOST_HEADS
from wishmi.web.officer.fields import DayField, MoneyField
from wishmi.web.words import word

MOST_LINES = 300


class SchoolClaimForm(forms.Form):
    """One bill for many children: a line for each, with the code of its voucher and its price."""

    paid_to = forms.CharField(label=_("Who was paid"), max_length=160)
    category = forms.ChoiceField(label=_("For what"))
    paid_on = DayField(label=_("Paid on"))
    lines = forms.CharField(
        label=_("Children"),
        help_text=_(
            "One line for each child: the code of the voucher, a semicolon, the price. ABCDEFGHJKLM; 12.50"
        ),
        max_length=MOST_LINES * 64,
        widget=forms.Textarea(attrs={"rows": 10, "class": "code", "autocomplete": "off"}),
    )
    proof = forms.FileField(label=_("Proof"), help_text=_("A PDF or a photo, smaller than 4 MB."))

    def __init__(self, *args: object, categories: list[str], **kwargs: object) -> None:
        """Only what the funds pay for."""
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [(name, word("category", name)) for name in categories]

    def clean_lines(self) -> dict[str, int]:
        """Cents by code; each code once."""
        prices: dict[str, int] = {}
        rows = [row for row in self.cleaned_data["lines"].splitlines() if row.strip()]
        if len(rows) > MOST_LINES:
            raise forms.ValidationError(_("These are too many lines for one claim."))
        for number, row in enumerate(rows, 1):
            code, _mark, price = row.partition(";")
            code = code.strip().upper()
            try:
                cents = MoneyField().clean(price.strip())
            except forms.ValidationError:
                cents = None
            if not code or not cents or code in prices:
                raise forms.ValidationError(
                    _("Line {number} is not a new code with a price.").format(number=number)
                )
            prices[code] = cents
        return prices

    def proof_bytes(self) -> bytes:
        """The file, and one byte more than is taken of a file too large, so that the act refuses it."""
        return self.cleaned_data["proof"].read(MOST_BYTES + 1)


class DeclareForm(forms.Form):
    """How many children were enrolled in a year."""

    call = forms.ChoiceField(label=_("Call"))
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    heads = forms.IntegerField(label=_("Children enrolled"), min_value=1, max_value=MOST_HEADS)

    def __init__(self, *args: object, calls: list[Call], today: date, **kwargs: object) -> None:
        """Only calls that grant by head."""
        super().__init__(*args, initial={"year": today.year}, **kwargs)
        self.fields["call"].choices = [(str(one.pk), one.title) for one in calls]
