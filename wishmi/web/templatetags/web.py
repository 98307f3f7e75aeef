"""Tags and filters of the pages: `{% load web %}`.

| written | gives |
| --- | --- |
| `{{ cents|money }}`, `{{ value|day }}`, `|weekday`, `|moment`, `|hour`, `|number` | in the page's language |
| `{% icon "check" %}` | an icon of the sprite; meaning stands beside it in words |
| `{% errors form %}` | the list of errors at the top, each a link to its field |
| `{% field form.name %}` | label, hint, error and control of one field |
| `{% key %}` | the hidden idempotency key of a form that moves value |
| `{% state "booking" booking.state %}` | a state as a tag: words, tone, icon |
| `{{ value|word:"category" }}` | the word of a closed list |
| `{{ reason|say }}` | a reason (object or stored data) as a sentence |
| `{% notice "good" %}…{% endnotice %}` | a notice: good, wait, bad or nothing |
| `{% pages page %}` | links of a paginated list; keeps the filters of the address |
"""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from hashlib import sha256

from django import forms, template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.paginator import Page
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from wishmi.awards.models import Stage
from wishmi.calls import selectors as calls
from wishmi.calls.models import CallVersion
from wishmi.catalogue import selectors as catalogue
from wishmi.core.reasons import Reason
from wishmi.vouchers.models import Voucher
from wishmi.vouchers.selectors import Scheduled
from wishmi.web import formats, sentences, words
from wishmi.web.fact_words import Speech

register = template.Library()
NOTICE_ICONS = {"good": "check", "wait": "clock", "bad": "warning", "": "info"}


@register.filter
def money(cents: int) -> SafeString:
    """An amount that never breaks over two lines."""
    return format_html('<span class="money">{}</span>', formats.money(cents))


@register.filter
def in_unit(value: int, unit: str) -> SafeString:
    """An amount in its unit, money or not, that never breaks over two lines."""
    return format_html('<span class="money">{}</span>', formats.amount(value, unit))


@register.filter
def day(value: date | datetime) -> str:
    return formats.day(value)


@register.filter
def weekday(value: date | datetime) -> str:
    return formats.weekday(value)


@register.filter
def moment(value: datetime) -> str:
    return formats.moment(value)


@register.filter
def hour(value: datetime) -> str:
    return formats.hour(value)


@register.filter
def number(value: int) -> str:
    return formats.number(value)


@register.filter
def word(value: str, kind: str) -> object:
    return words.word(kind, value)


@register.simple_tag
def why_credited(credit: Scheduled, voucher: Voucher) -> str:
    """Why a credit comes; a season by the name its call gives it."""
    kind, _, name = credit.why.partition(" ")
    if kind != "season":
        return str(words.word("credit_why", credit.why))
    return Speech(calls.document_of(voucher.award.stage.version).names).named("season", name)


@register.filter
def list_title(stage: Stage) -> str:
    return words.list_title(stage)


@register.filter
def say(reason: Reason | Mapping[str, object]) -> str:
    return sentences.say(reason) if isinstance(reason, Reason) else sentences.say_data(reason)


@register.filter
def title(version: CallVersion) -> str:
    """The title of a call in the language of the page."""
    return calls.document_of(version).texts.title.in_language(formats.current_language())


@register.filter
def title_language(version: CallVersion) -> str:
    """The language that title is really in."""
    return calls.document_of(version).texts.title.language_of(formats.current_language())


@register.filter
def get(values: Mapping[str, object], name: str) -> object:
    """A value by a name that a template cannot write after a dot."""
    return values[name]


@register.simple_tag
def icon(name: str, css: str = "icon") -> SafeString:
    address = versioned("web/icons.svg")
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>', css, address, name
    )


@register.simple_tag(name="versioned")
def versioned_tag(path: str) -> str:
    return versioned(path)


def versioned(path: str) -> str:
    """The address of a static file with its digest, so that a browser may keep it for ever."""
    return f"{static(path)}?v={_digest(path)}"


def _digest(path: str) -> str:
    return _kept_digest(path) if settings.WISHMI_MODE == "production" else _fresh_digest(path)


def _fresh_digest(path: str) -> str:
    found = finders.find(path)
    if not found:
        return "0"
    with open(found, "rb") as file:  # noqa: PTH123  # finders give a plain string
        return sha256(file.read()).hexdigest()[:10]


@cache
def _kept_digest(path: str) -> str:
    return _fresh_digest(path)


@register.inclusion_tag("web/parts/errors.html")
def errors(form: forms.BaseForm) -> dict[str, object]:
    """Errors of a form, those of the whole form first; each of a field links to its control."""
    listed = [("", error) for error in form.non_field_errors()]
    for bound in form:
        listed += [(_anchor(bound), error) for error in bound.errors]
    return {"listed": listed}


def _anchor(bound: forms.BoundField) -> str:
    """The id that focus goes to: the control's, or that of the first choice of a group."""
    if isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return f"{bound.auto_id}_0"
    return bound.id_for_label


@register.inclusion_tag("web/parts/field.html")
def field(bound: forms.BoundField, *, is_plain: bool = False) -> dict[str, object]:
    """One field. Hint and error are tied to the control for who listens to the page.

    `is_plain` does not say which fields may stay empty: for searches, where all may.
    """
    widget = bound.field.widget
    is_group = isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
    is_check = isinstance(widget, forms.CheckboxInput)
    described = [
        f"{bound.auto_id}_{part}"
        for part, there in (("hint", bound.help_text), ("problem", bound.errors))
        if there
    ]
    attributes: dict[str, str] = {}
    if not is_group:
        css = "form-select" if isinstance(widget, forms.Select) else "form-control"
        attributes["class"] = "" if is_check else css + (" is-invalid" if bound.errors else "")
        if described:
            attributes["aria-describedby"] = " ".join(described)
        if bound.errors:
            attributes["aria-invalid"] = "true"
    return {
        "bound": bound,
        "control": bound.as_widget(attrs=attributes),
        "is_group": is_group,
        "is_check": is_check,
        "is_plain": is_plain,
        "is_hidden": bound.is_hidden,
        "is_optional": not bound.field.required and not is_check,
        "described": " ".join(described),
    }


@register.simple_tag
def key() -> SafeString:
    """A key made when the form is shown: a second press of the button repeats the answer, not the act."""
    return format_html('<input type="hidden" name="key" value="{}">', uuid.uuid4())


@register.inclusion_tag("web/parts/state.html")
def state(kind: str, value: str) -> dict[str, object]:
    text, tone, picture = words.state(kind, value)
    return {"text": text, "tone": tone, "picture": picture}


@register.simple_block_tag
def notice(content: str, tone: str = "") -> SafeString:
    css = f"notice notice-{tone}" if tone else "notice"
    return format_html(
        '<div class="{}">{}<div>{}</div></div>', css, icon(NOTICE_ICONS.get(tone, "info")), content
    )


@register.inclusion_tag("web/parts/pages.html", takes_context=True)
def pages(context: template.Context, page: Page | catalogue.Page) -> dict[str, object]:
    request: HttpRequest = context["request"]
    total = page.paginator.num_pages if isinstance(page, Page) else page.pages

    def address(number: int) -> str:
        query = request.GET.copy()
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    return {
        "number": page.number,
        "total": total,
        "before": address(page.number - 1) if page.number > 1 else "",
        "after": address(page.number + 1) if page.number < total else "",
    }
