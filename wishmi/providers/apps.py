"""Application of the providers room."""

from django.apps import AppConfig


class ProvidersConfig(AppConfig):
    """The providers room."""

    name = "wishmi.providers"
    label = "providers"
