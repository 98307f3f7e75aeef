"""Application of the applications room."""

from importlib import import_module

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """The applications room; listens to acts on calls."""

    name = "wishmi.applications"
    label = "applications"

    def ready(self) -> None:
        """Register the handlers."""
        import_module("wishmi.applications.handlers")
