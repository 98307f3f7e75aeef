"""What can be done with bookings: book, answer, mark, confirm, dispute, end, wait, take back."""

from wishmi.bookings.actions.annulling import annul_call
from wishmi.bookings.actions.answering import (
    confirm_silent,
    confirm_use,
    decide_dispute,
    dispute_use,
    remind_of_answers,
)
from wishmi.bookings.actions.attending import (
    confirm_booking,
    confirm_bookings,
    record_attendance,
    record_attendances,
    record_copayment,
    redeem_by_code,
)
from wishmi.bookings.actions.ending import (
    cancel_booking,
    cancel_session,
    expire_unconfirmed,
    refuse_booking,
    release_unmarked,
    remind_of_marks,
)
from wishmi.bookings.actions.holding import Booked, book_session
from wishmi.bookings.actions.reversing import reverse_redemption, state_dues
from wishmi.bookings.actions.starting import owe_started
from wishmi.bookings.actions.waiting import (
    close_waiting,
    join_waiting_list,
    leave_waiting_list,
    serve_waiting,
)

__all__ = [
    "Booked",
    "annul_call",
    "book_session",
    "cancel_booking",
    "cancel_session",
    "close_waiting",
    "confirm_booking",
    "confirm_bookings",
    "confirm_silent",
    "confirm_use",
    "decide_dispute",
    "dispute_use",
    "expire_unconfirmed",
    "join_waiting_list",
    "leave_waiting_list",
    "owe_started",
    "record_attendance",
    "record_attendances",
    "record_copayment",
    "redeem_by_code",
    "refuse_booking",
    "release_unmarked",
    "remind_of_answers",
    "remind_of_marks",
    "reverse_redemption",
    "serve_waiting",
    "state_dues",
]
