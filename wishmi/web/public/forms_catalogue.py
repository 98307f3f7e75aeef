"""What a family looks for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from wishmi.catalogue.selectors import Filters
from wishmi.territory.models import District
from wishmi.web.words import CATEGORIES


class CatalogueForm(forms.Form):
    """Filters of the catalogue; they stand in the address, so a search can be shared."""

    text = forms.CharField(label=_("Words"), max_length=80, required=False)
    age = forms.IntegerField(
        label=_("Age of the child"),
        min_value=0,
        max_value=25,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    category = forms.ChoiceField(label=_("Kind"), required=False)
    district = forms.ChoiceField(label=_("District"), required=False)
    voucher = forms.BooleanField(label=_("Only where a voucher can be used"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", _("All kinds")), *CATEGORIES.items()]
        districts = District.objects.order_by("name", "id").values_list("id", "name")
        self.fields["district"].choices = [
            ("", _("The whole city")),
            *((str(pk), name) for pk, name in districts),
        ]

    def filters(self) -> Filters:
        """What the catalogue is asked; a field that could not be read is left out, and said to be wrong."""
        data = self.cleaned_data
        return Filters(
            category=data.get("category") or "",
            district=int(data["district"]) if data.get("district") else None,
            age=data.get("age"),
            text=data.get("text") or "",
            voucher_accepted=True if data.get("voucher") else None,
        )


class RankingForm(forms.Form):
    """Which call and which publication code."""

    call = forms.ChoiceField(label=_("Which voucher?"))
    code = forms.CharField(
        label=_("Your code"),
        max_length=24,
        help_text=_("You find it on the receipt of your application."),
        widget=forms.TextInput(
            attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: object, choices: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["call"].choices = choices

    def clean_code(self) -> str:
        """As it is published: capital letters, no spaces."""
        return "".join(self.cleaned_data["code"].split()).upper()
