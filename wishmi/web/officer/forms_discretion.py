"""Forms of the discretionary share."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from wishmi.calls.models import Fund
from wishmi.web.officer.fields import MoneyField, TextField


class CaseForm(forms.Form):
    """A case put forward: the fund, the amount and why."""

    fund = forms.ChoiceField(label=_("Fund"))
    amount = MoneyField(label=_("Amount of money"))
    reason = TextField(
        label=_("Why this child should be let in"),
        help_text=_("Who approves reads it, and so does an auditor. Nobody else."),
    )

    def __init__(self, *args: object, funds: Sequence[Fund], **kwargs: object) -> None:
        """The funds of the call."""
        super().__init__(*args, **kwargs)
        self.fields["fund"].choices = [(str(fund.pk), f"{fund.code} · {fund.name}") for fund in funds]


class CaseDecisionForm(forms.Form):
    """Approving needs nothing more; rejecting needs a reason."""

    reason = TextField(label=_("Reason, if you reject it"), required=False)

    def clean(self) -> dict[str, object]:
        """Which of the two buttons was pressed."""
        cleaned = super().clean()
        is_rejected = "reject" in self.data
        if is_rejected and not str(cleaned.get("reason") or "").strip():
            self.add_error("reason", _("Write why you reject it."))
        return {**cleaned, "is_rejected": is_rejected}
