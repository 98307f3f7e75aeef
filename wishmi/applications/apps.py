"""Application of the applications room."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """The applications room."""

    name = "wishmi.applications"
    label = "applications"
