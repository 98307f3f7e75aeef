"""Application of the awards room."""

from django.apps import AppConfig


class AwardsConfig(AppConfig):
    """The awards room."""

    name = "wishmi.awards"
    label = "awards"
