"""Application of the territory room."""

from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    """The territory room."""

    name = "wishmi.territory"
    label = "territory"
