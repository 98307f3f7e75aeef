"""The second page of a weighty act: what will happen, and the number of the act before it does."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wishmi.web.officer.acting import status_of


@dataclass(frozen=True, slots=True)
class Table:
    """A small table on a page of confirmation; the first cell of a row names it."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the page says. `facts` are pairs of label and value; `hidden` are pairs of name and value; `lists` are
    headings with their lines.
    """

    title: str
    button: str
    back: str
    facts: Sequence[tuple[str, object]] = ()
    effect: str = ""
    warning: str = ""
    table: Table | None = None
    lists: Sequence[tuple[str, Sequence[str]]] = ()
    hidden: Sequence[tuple[str, str]] = field(default=())
    is_hard: bool = False
    can_edit: bool = False


def confirmation_page(request: HttpRequest, said: Confirmation, form: forms.BaseForm) -> HttpResponse:
    """Show it, with the form as it was filled in."""
    context = {name: getattr(said, name) for name in said.__dataclass_fields__}
    return render(request, "officer/confirm.html", {**context, "form": form}, status=status_of(form))
