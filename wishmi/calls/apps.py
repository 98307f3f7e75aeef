"""Application of the calls room."""

from django.apps import AppConfig


class CallsConfig(AppConfig):
    """The calls room."""

    name = "wishmi.calls"
    label = "calls"
