"""What a family writes to have money back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from wishmi.core.iban import compact, why_not_iban
from wishmi.infra.attachments import MOST_BYTES
from wishmi.web.words import word


class AccountForm(forms.Form):
    """Where the money goes."""

    holder = forms.CharField(label=_("Who owns the bank account"), max_length=70)
    iban = forms.CharField(
        label=_("IBAN"),
        max_length=34,
        help_text=_("It begins with IT and has 27 letters and digits."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean_iban(self) -> str:
        """Well formed, to the check digits."""
        iban = compact(self.cleaned_data["iban"])
        if why_not_iban(iban):
            raise forms.ValidationError(_("This IBAN has a mistake. Copy it again from your bank."))
        return iban


class RefundForm(forms.Form):
    """One cost with its receipt."""

    paid_to = forms.CharField(label=_("Who did you pay?"), max_length=160)
    category = forms.ChoiceField(label=_("For what?"))
    price = forms.DecimalField(
        label=_("How much did you pay, in euro?"),
        min_value=1,
        max_value=100000,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"invalid": _("Write an amount such as 50.")},
    )
    paid_on = forms.DateField(
        label=_("On which day did you pay?"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    proof = forms.FileField(
        label=_("Receipt"),
        help_text=_("A photo or a PDF of the receipt, smaller than 4 MB."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )

    def __init__(self, *args: object, categories: list[str], **kwargs: object) -> None:
        """Only what the voucher can pay for."""
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [(name, word("category", name)) for name in categories]

    def price_cents(self) -> int:
        """The price in cents."""
        return int(self.cleaned_data["price"] * 100)

    def proof_bytes(self) -> bytes:
        """The file, and one byte more than is taken of a file too large, so that the act refuses it."""
        return self.cleaned_data["proof"].read(MOST_BYTES + 1)
