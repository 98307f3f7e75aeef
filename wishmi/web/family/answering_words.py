"""What a family is asked when its provider has marked a use, in the words of its pages."""

from django.utils.translation import gettext as _

from wishmi.bookings.models import Booking
from wishmi.web import formats


def say_marked(booking: Booking) -> str:
    """What the organiser says, until when to answer, and what silence means."""
    if booking.was_there:
        text = _("The organiser says: {name} was there on {day}. Answer by {until}. Silence means yes.")
    else:
        text = _(
            "The organiser says: {name} was not there on {day}, and the voucher pays. Answer by {until}."
            " Silence means yes."
        )
    return text.format(
        name=booking.minor.given_name,
        day=formats.day(booking.session.starts_at),
        until=formats.moment(booking.answer_by),
    )
