"""Application of the bookings room."""

from importlib import import_module

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    """The bookings room; listens to freed places."""

    name = "wishmi.bookings"
    label = "bookings"

    def ready(self) -> None:
        """Register the handlers."""
        import_module("wishmi.bookings.handlers")
