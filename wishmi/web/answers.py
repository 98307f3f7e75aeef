"""How a view answers a form: what it did, or the sentences of why not, with what was typed still there."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.web.sentences import say

REFUSED_STATUS = 422
"""The status of a page that shows a form again because it could not be accepted."""


def key_of(request: HttpRequest) -> str | None:
    """The idempotency key of a form (made by `{% key %}`), or None where it is no key."""
    try:
        return str(uuid.UUID(request.POST.get("key", "")))
    except ValueError:
        return None


def no_key() -> Refused:
    """The refusal of a form that moves value and came without its key."""
    return Refused.because(ReasonCode.INCOMPLETE)


def sentences_of(refused: Refused) -> list[str]:
    """The sentences of a refusal, in the language of the page."""
    return [say(reason) for reason in refused.reasons]


def add_refusal(form: forms.BaseForm, refused: Refused) -> None:
    """Put the sentences of a refusal on a form, to be shown at its top."""
    for sentence in sentences_of(refused):
        form.add_error(None, sentence)


def tell_refusal(request: HttpRequest, refused: Refused) -> None:
    """Show the sentences of a refusal on the next page."""
    for sentence in sentences_of(refused):
        messages.error(request, sentence)
