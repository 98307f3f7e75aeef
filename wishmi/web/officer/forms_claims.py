"""What the office decides: claims line by line, and how many children were enrolled."""

from django import forms
from django.utils.translation import gettext_lazy as _

from wishmi.payouts.actions.heads import MOST_HEADS
from wishmi.payouts.models import ClaimLine
from wishmi.web import formats
from wishmi.web.officer.fields import TextField

_ENOUGH = 10**7


class ClaimForm(forms.Form):
    """What of each price is accepted, in euro; nothing of any refuses the claim."""

    def __init__(self, *args: object, lines: list[ClaimLine], **kwargs: object) -> None:
        """A field for each line, with its whole price to begin with."""
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            price = formats.money(line.price_cents)
            self.fields[f"line_{line.pk}"] = forms.DecimalField(
                label=_("Accepted for {name}, of {price}").format(
                    name=line.voucher.minor.full_name, price=price
                ),
                min_value=0,
                max_value=_ENOUGH,
                decimal_places=2,
                localize=True,
                initial=f"{line.price_cents / 100:.2f}",
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )
        self.fields["reason"] = TextField(
            label=_("Reason, as the family will read it"),
            help_text=_("Needed where not the whole price is accepted."),
            max_length=500,
            required=False,
        )

    def accepted(self) -> dict[int, int]:
        """Cents by line."""
        return {line.pk: int(self.cleaned_data[f"line_{line.pk}"] * 100) for line in self.lines}


class HeadsForm(forms.Form):
    """How many children the office has checked."""

    heads = forms.IntegerField(label=_("Children checked"), min_value=0, max_value=MOST_HEADS)
    reason = TextField(
        label=_("Reason"),
        help_text=_("Needed where it is another number than declared."),
        max_length=500,
        required=False,
    )
