"""Reasons in plain words: what each means and what to do. The core gives codes, this gives sentences.

A code has a sentence that always holds and, where its values may be known, one that names them. Values are shown by
the end of their name: `…_cents` is money, `…_on`, `…_until` and `…_at` are days.
"""

from collections.abc import Mapping
from datetime import date, datetime
from string import Formatter

from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from wishmi.core.reasons import Reason, ReasonCode
from wishmi.web import formats, sentences_rules
from wishmi.web.words import word

GENERAL = {
    ReasonCode.TOO_OLD: _(
        "The child was too old on the day of the application. This call is for younger children."
    ),
    ReasonCode.NOT_YET_BORN: _("The birth date is after the day of the application. Check the birth date."),
    ReasonCode.NOT_RESIDENT: _(
        "The child does not live in the city. This call is for children who live in the city."
    ),
    ReasonCode.INDICATOR_MISSING: _(
        "There is no ISEE. You can ask for one for free at a CAF or on the INPS website."
    ),
    ReasonCode.INDICATOR_WRONG_KIND: _(
        "This kind of ISEE is not accepted. Ask the CAF for the kind the call wants."
    ),
    ReasonCode.INDICATOR_NOT_VALID: _(
        "The ISEE was not valid on the day of the application. A new one is needed."
    ),
    ReasonCode.INDICATOR_TOO_HIGH: _("The ISEE is above the limit of this call."),
    ReasonCode.APPLICANT_NOT_ENTITLED: _(
        "Who applies must be a parent, a guardian or a foster parent. Ask that person to apply."
    ),
    ReasonCode.DUPLICATE_CHILD: _("There is already an application for this child. Only one counts."),
    ReasonCode.DUPLICATE_HOUSEHOLD: _("Your family has already applied to this call. Open that application."),
    ReasonCode.INDICATOR_WITH_OMISSIONS: _("The ISEE has errors or missing data. Ask the CAF to correct it."),
    ReasonCode.INTEGRATION_NOT_RECEIVED: _("We asked for more information and did not receive it in time."),
    ReasonCode.DECLARATION_NOT_CONFIRMED: _(
        "Something you declared does not match the registers. You can tell us why if you do not agree."
    ),
    ReasonCode.FUNDS_EXHAUSTED: _(
        "The money ended before this place. If someone gives up a voucher, the next on the list gets it."
    ),
    ReasonCode.HOUSEHOLD_CAP_REACHED: _("Your family already has all the vouchers that one family can have."),
    ReasonCode.NOT_ALLOWED: _("You cannot do this. Go back to your page, or ask for help."),
    ReasonCode.WINDOW_NOT_OPEN: _("It is not possible at this time. Look at the dates of the call."),
    ReasonCode.WRONG_STATE: _("This is not possible now: things have changed. Look again at how it stands."),
    ReasonCode.TERM_EXPIRED: _(
        "The last day for this has passed. If you think it is a mistake, ask for help."
    ),
    ReasonCode.ALREADY_DONE: _("This was already done. You do not have to do anything."),
    ReasonCode.SAME_PERSON: _("Two different people must do these two steps. Ask a colleague."),
    ReasonCode.INCOMPLETE: _("Something is missing. Complete the answers and try again."),
    ReasonCode.FUND_INSUFFICIENT: _("There is not enough money in the fund."),
    ReasonCode.VOUCHER_INSUFFICIENT: _(
        "There is not enough left on the voucher. Use less, and pay the rest yourself."
    ),
    ReasonCode.NO_UNIT_LEFT: _("The voucher has no session left for that date. Choose another date."),
    ReasonCode.VOUCHER_NOT_ACTIVE: _("This voucher cannot be used. Accept it first, or look at its state."),
    ReasonCode.VOUCHER_EXPIRED: _("The voucher can no longer be used: its last day has passed."),
    ReasonCode.SESSION_FULL: _("All places are taken. You can join the waiting list or choose another date."),
    ReasonCode.SESSION_PAST: _("This date has already begun. Choose another date."),
    ReasonCode.SESSION_NOT_OPEN: _("This date was cancelled or cannot be booked. Choose another date."),
    ReasonCode.ALREADY_BOOKED: _("This child already has a place on this date. Look at your bookings."),
    ReasonCode.CHILD_OUTSIDE_AGES: _(
        "This activity is for children of another age. Choose another activity."
    ),
    ReasonCode.VOUCHER_NOT_ACCEPTED_HERE: _(
        "This voucher cannot be used for this activity. Choose another activity."
    ),
    ReasonCode.TOO_LATE_TO_CANCEL: _(
        "It is too late to cancel for free. Call the organiser of the activity."
    ),
    ReasonCode.TOO_EARLY: _("It is too early for this. Come back later."),
    ReasonCode.CALL_SUSPENDED: _("This voucher is stopped for now. Look at its page: it says why."),
    ReasonCode.CALL_ANNULLED: _("This voucher was called off. Look at its page: it says why."),
    ReasonCode.CORRECTION_TOO_LATE: _("It is too late to change this part of the call."),
    ReasonCode.PROVIDER_NOT_IN_CALL: _(
        "This organiser does not take part in this voucher. Choose another activity."
    ),
    ReasonCode.NEXT_WINDOW_COMES_BEFORE: _("The window must close before the next one opens."),
    ReasonCode.WINDOW_BEFORE_UNFINISHED: _("The list of the window before must be finished first."),
    ReasonCode.DRAW_COMES_BEFORE: _("The window must close before the draw can be known."),
    ReasonCode.IDEMPOTENCY_MISMATCH: _(
        "This page was sent twice with different answers. Open it again and retry."
    ),
    ReasonCode.CHANGED_MEANWHILE: _("Something changed while you were reading. Look again and retry."),
    ReasonCode.REFUND_ONLY: _(
        "With this voucher you pay first. Then you ask for the money back with the receipt."
    ),
    ReasonCode.REFUND_NOT_FORESEEN: _("This call does not give money back for what was paid."),
    ReasonCode.FILE_TOO_LARGE: _("The file is too large. It must be smaller than 4 MB."),
    ReasonCode.FILE_KIND_NOT_TAKEN: _("We cannot read this file. Choose a PDF or a photo."),
}

GENERAL |= sentences_rules.GENERAL

EXACT = {
    ReasonCode.TOO_OLD: _(
        "The child was {age} years old on the day of the application. This call is for children under {years}."
    ),
    ReasonCode.INDICATOR_WRONG_KIND: _(
        "The ISEE is of the kind “{kind}”. This call accepts another kind: ask the CAF."
    ),
    ReasonCode.INDICATOR_NOT_VALID: _(
        "The ISEE was issued on {issued_on} and ends on {valid_until}. On the day of the application it was not valid."
    ),
    ReasonCode.INDICATOR_TOO_HIGH: _("The ISEE is {isee_cents}. The limit of this call is {at_most_cents}."),
    ReasonCode.APPLICANT_NOT_ENTITLED: _("Who applies is “{role}”. This call does not accept that role."),
    ReasonCode.FUND_INSUFFICIENT: _("There is not enough money in the fund: only {available_cents} is free."),
    ReasonCode.VOUCHER_EXPIRED: _("The voucher could be used until {use_until}. It can no longer be used."),
    ReasonCode.CHILD_OUTSIDE_AGES: _(
        "This activity is for ages {age_min} to {age_max}. Choose another activity."
    ),
    ReasonCode.TERM_EXPIRED: _(
        "The last day for this was {due_on}. If you think it is a mistake, ask for help."
    ),
    ReasonCode.CORRECTION_TOO_LATE: _(
        "It is too late to change these parts of the call: {places}. Leave them as they are."
    ),
    ReasonCode.DRAW_COMES_BEFORE: _(
        "The draw is known from {due_at}. The window must close before: name a later draw in a correction."
    ),
    ReasonCode.NEXT_WINDOW_COMES_BEFORE: _(
        "The next window opens on {opens_at}. This one must close before."
    ),
    ReasonCode.TOO_LATE_TO_CANCEL: _("You could cancel for free until {free_until}. Call the organiser."),
}
EXACT |= sentences_rules.EXACT


def sentence(code: ReasonCode | str, language: str, params: Mapping[str, str | int] | None = None) -> str:
    """The sentence of a code in a language; it names the values when all it needs are there."""
    code, given = ReasonCode(code), dict(params or {})
    with override(language):
        exact = EXACT.get(code)
        if exact is not None and placeholders(str(exact)) <= given.keys():
            shown = {name: _shown(name, value, language) for name, value in given.items()}
            return str(exact).format(**shown)
        return str(GENERAL[code])


def say(reason: Reason) -> str:
    """A reason in the language of the page."""
    return sentence(reason.code, formats.current_language(), reason.params)


def say_data(data: Mapping[str, object]) -> str:
    """A stored reason in the language of the page; one of an unknown code is said to be so."""
    try:
        return say(Reason.from_data(data))
    except (ValueError, KeyError, TypeError):
        return gettext("There is a reason that this page does not know. Ask for help.")


def placeholders(text: str) -> set[str]:
    """The names a sentence needs."""
    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name}


def _shown(name: str, value: str | int, language: str) -> str:
    if name.endswith("_cents"):
        return formats.money(int(value), language)
    if name.endswith(("_on", "_until", "_at")) or name in {"until", "on", "at"}:
        return _day(str(value), language)
    return str(word(name, str(value)))


def _day(value: str, language: str) -> str:
    """A day or a moment in ISO form; anything else stays as it is."""
    try:
        return formats.day(date.fromisoformat(value), language)
    except ValueError:
        pass
    try:
        return formats.moment(datetime.fromisoformat(value), language)
    except ValueError:
        return value
