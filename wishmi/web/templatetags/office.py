"""Tags of the office's and the providers' pages: `{% load office %}`.

| written | gives |
| --- | --- |
| `{% standing "candidacy" child.state %}` | a state in the office's words, as a tag |
| `{{ value|term:"fund_act" }}` | the office's word of a closed list |
| `{{ name|fact:value }}` | the value of a fact of an application, shown by its name |
| `{{ moment|stamp }}`, `{{ day|short }}` | a moment and a day, short enough for a table |
| `{{ act.actor|named:names }}` | the name behind a reference to a login |
| `{% table_links %}` | how many rows there are, and the table as a file |
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.utils.safestring import SafeString

from wishmi.web import formats, words
from wishmi.web.officer import terms
from wishmi.web.officer.exports import csv_address
from wishmi.web.templatetags.web import money

register = template.Library()


@register.inclusion_tag("web/parts/state.html")
def standing(kind: str, value: str) -> dict[str, object]:
    text, tone, picture = terms.state(kind, value)
    return {"text": text, "tone": tone, "picture": picture}


@register.filter
def term(value: str, kind: str) -> object:
    return terms.term(kind, value)


@register.filter
def fact(name: str, value: object) -> object:
    """A fact as people read it: money, a day, yes or no, a word."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return words.YES if value else words.NO
    if name.endswith("_cents"):
        return money(int(str(value)))
    if isinstance(value, date):
        return formats.day(value)
    kinds = {"isee_kind": "kind", "applicant_role": "role"}
    return words.word(kinds[name], str(value)) if name in kinds else value


@register.filter
def stamp(value: datetime | None) -> str:
    """`05/03/2024 12:00`, in the city's time."""
    return value.astimezone(ZoneInfo(settings.TIME_ZONE)).strftime("%d/%m/%Y\u00a0%H:%M") if value else "—"


@register.filter
def short(value: date | datetime | None) -> str:
    """`05/03/2024`."""
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    return value.strftime("%d/%m/%Y") if value else "—"


@register.filter
def amount(cents: int | None) -> SafeString | str:
    """Money, or a dash where there is none to speak of."""
    return money(cents) if cents is not None else "—"


@register.filter
def named(ref: str, names: dict[str, str]) -> str:
    """The name of a login where it has one, else its reference."""
    return names.get(ref, ref)


@register.inclusion_tag("officer/parts/table_links.html", takes_context=True)
def table_links(context: template.Context, count: int) -> dict[str, object]:
    request: HttpRequest = context["request"]
    return {"count": count, "csv": csv_address(request)}
