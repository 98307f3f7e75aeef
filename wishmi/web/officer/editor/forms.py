"""Forms around a draft: beginning it, its whole text, remarks, parties, answers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from wishmi.calls.document_findings import DocumentRefused
from wishmi.calls.document_yaml import read_yaml
from wishmi.calls.models import CallVersion
from wishmi.web.officer.fields import TextField
from wishmi.web.officer.forms_calls import DocumentForm


class NewDraftForm(forms.Form):
    """A name for the work, and where it starts: a version that is there, a file, or a text."""

    title = forms.CharField(label=_("Name of the draft"), max_length=200)
    base = forms.ModelChoiceField(
        CallVersion.objects.none(),
        label=_("Start from"),
        required=False,
        empty_label=_("A file or a text of your own"),
    )
    file = DocumentForm.base_fields["file"]
    text = DocumentForm.base_fields["text"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Every version of every call can be started from, the newest first."""
        super().__init__(*args, **kwargs)
        self.fields["base"].queryset = CallVersion.objects.select_related("call").order_by("-id")
        self.fields["base"].label_from_instance = lambda version: _("{call}, version {number}").format(
            call=version.call.title, number=version.number
        )

    def clean(self) -> dict[str, object]:
        """One start must be there; a version that was chosen wins."""
        cleaned = super().clean()
        base = cleaned.get("base")
        if base is not None:
            return {**cleaned, "raw": base.document}
        return {**cleaned, "raw": text_of(cleaned)}


def text_of(cleaned: dict[str, object]) -> str:
    """The text of an uploaded file or of the box; refused in a sentence where neither can be read."""
    raw = DocumentForm.raw_of(cleaned)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise forms.ValidationError(_("The file is not UTF-8: save it again as UTF-8.")) from None


class WholeTextForm(forms.Form):
    """The whole document, letter by letter, or another file in its place."""

    file = DocumentForm.base_fields["file"]
    text = DocumentForm.base_fields["text"]

    def clean(self) -> dict[str, object]:
        """The file wins."""
        cleaned = super().clean()
        return {**cleaned, "raw": text_of(cleaned)}


class RemarkForm(forms.Form):
    """A comment on a passage, and perhaps other words for it."""

    text = TextField(label=_("What do you want to say?"))
    proposed = forms.CharField(
        label=_("Proposed value"),
        required=False,
        max_length=2000,
        help_text=_("What should stand there, written as in the document. Leave it empty for a comment."),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "class": "form-control code"}),
    )

    def clean_proposed(self) -> str:
        """It must be readable on its own, so that it can be put in by machine."""
        proposed = self.cleaned_data["proposed"].replace("\r\n", "\n").strip()
        try:
            read_yaml(proposed.encode(), "proposal")
        except DocumentRefused as refused:
            raise forms.ValidationError(refused.findings[0].sentence) from None
        return proposed


class AnswerForm(forms.Form):
    """What becomes of a remark."""

    answer = forms.CharField(
        label=_("Answer"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class PartyForm(forms.Form):
    """A department or partner whose agreement is asked."""

    name = forms.CharField(label=_("Department or partner"), max_length=160)
    login = forms.ChoiceField(
        label=_("Who answers for it"),
        required=False,
        help_text=_("A partner without a login: you record its answer, and say where it stands."),
    )

    def __init__(self, *args: object, logins: list[tuple[str, str]], **kwargs: object) -> None:
        """Anyone of the offices can answer for a department."""
        super().__init__(*args, **kwargs)
        self.fields["login"].choices = [("", _("A partner without a login")), *logins]


class AgreementForm(forms.Form):
    """What a party says of the newest text."""

    text = forms.CharField(
        label=_("In words"),
        required=False,
        max_length=2000,
        help_text=_("Needed for a no, and for a partner without a login: number and date of its letter."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class NoForm(forms.Form):
    """A confirmation that asks nothing but the press of its button."""
