"""Application of the bookings room."""

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    """The bookings room."""

    name = "wishmi.bookings"
    label = "bookings"
