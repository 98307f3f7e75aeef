"""Who is entitled without applying: the list, and entering those who get the award by themselves."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from wishmi.applications.actions import Entered, compute_entitled, enter_entitled, import_entitled
from wishmi.applications.actions.entering import has_list
from wishmi.applications.file_rows import Problem
from wishmi.applications.selectors import count_entitled
from wishmi.core.calls import AwardMode, CallRules
from wishmi.core.outcome import Refused
from wishmi.infra import clock
from wishmi.web import formats
from wishmi.web.answers import add_refusal
from wishmi.web.audience import for_officer
from wishmi.web.officer.acting import act_once, status_of
from wishmi.web.officer.call_desk import CallDesk
from wishmi.web.officer.confirming import Confirmation, confirmation_page
from wishmi.web.officer.roles import CASES
from wishmi.web.officer.views_calls import desk_or_404

SHOWN = 200


class EntitledForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=gettext_lazy("File of who is entitled"),
        help_text=gettext_lazy("A CSV file in UTF-8 with one column, fiscal_code."),
    )


def spares_applying(rules: CallRules) -> bool:
    """Whether some children get the award without applying."""
    return rules.mode is AwardMode.AUTOMATIC or rules.automatic_for is not None


@for_officer(*CASES)
@require_http_methods(["GET", "HEAD", "POST"])
def entitled(request: HttpRequest, code: str) -> HttpResponse:
    """How many are on the list; a file brings more, wrong rows are said in words and change nothing."""
    desk = desk_or_404(code)
    if not (has_list(desk.rules) or spares_applying(desk.rules)):
        raise Http404
    form = EntitledForm(request.POST or None, request.FILES or None)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST" and form.is_valid():
        is_demo = settings.WISHMI_MODE == "demo"
        source = form.cleaned_data["file"].file
        done = import_entitled(clock.now(), request.actor, desk.call.pk, source, demo=is_demo)
        if isinstance(done, Refused):
            add_refusal(form, done)
        elif done.read.is_refused:
            problems = done.read.problems
            form.add_error(None, _("Nothing was imported. Repair the rows below and send the file again."))
        else:
            text = _("{added} persons are new on the list, {known} were on it already.")
            messages.success(
                request, text.format(added=formats.number(done.added), known=formats.number(done.known))
            )
            return redirect("officer:entitled", code)
    return _page(request, desk, form, problems)


def _page(
    request: HttpRequest, desk: CallDesk, form: EntitledForm, problems: tuple[Problem, ...] = ()
) -> HttpResponse:
    context = {
        "desk": desk,
        "form": form,
        "has_list": has_list(desk.rules),
        "problems": problems[:SHOWN],
        "count": count_entitled(desk.call.pk),
        "spares_applying": spares_applying(desk.rules),
    }
    return render(request, "officer/entitled.html", context, status=status_of(form))


@for_officer(*CASES)
@require_http_methods(["POST"])
def entitled_compute(request: HttpRequest, code: str) -> HttpResponse:
    """Put on the list whom nothing known speaks against."""
    desk = desk_or_404(code)
    answer = act_once(request, lambda moment: compute_entitled(moment, request.actor, desk.call.pk))
    if isinstance(answer, Refused):
        form = EntitledForm({})
        add_refusal(form, answer)
        return _page(request, desk, form)
    count = int(str(answer["count"]))
    text = ngettext("{count} person is new on the list.", "{count} persons are new on the list.", count)
    messages.success(request, text.format(count=formats.number(count)))
    return redirect("officer:entitled", code)


@for_officer(*CASES)
@require_http_methods(["GET", "HEAD", "POST"])
def entitled_enter(request: HttpRequest, code: str) -> HttpResponse:
    """See who would be entered and for how much; then enter them all."""
    desk = desk_or_404(code)
    if not spares_applying(desk.rules):
        raise Http404
    form = forms.Form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = act_once(request, lambda moment: _enter(moment, request, desk.call.pk))
        if not isinstance(answer, Refused):
            count = int(str(answer["count"]))
            text = ngettext("{count} child was entered.", "{count} children were entered.", count)
            messages.success(request, text.format(count=formats.number(count)))
            return redirect("officer:queue", code)
        add_refusal(form, answer)
    seen = enter_entitled(clock.now(), request.actor, desk.call.pk, is_preview=True)
    counted = Entered() if isinstance(seen, Refused) else seen
    said = Confirmation(
        title=_("Enter everyone who gets it without applying?"),
        button=_("Enter them"),
        back=reverse("officer:entitled", args=[code]),
        effect=_("Each household gets an application by the office. The list and the awards come after it."),
        facts=[
            (_("Children to be entered"), formats.number(counted.entered)),
            (_("In all"), formats.money(counted.amount)),
            (_("In already"), formats.number(counted.already)),
            (_("Do not meet the conditions"), formats.number(counted.not_entitled)),
            (_("Not known well enough"), formats.number(counted.not_known)),
            (_("Without a guardian on record"), formats.number(counted.without_guardian)),
        ],
        warning=_("The window is not open now.") if isinstance(seen, Refused) else "",
    )
    return confirmation_page(request, said, form)


def _enter(moment: object, request: HttpRequest, call_id: int) -> object:
    done = enter_entitled(moment, request.actor, call_id)
    return done if isinstance(done, Refused) else done.entered
