"""Application of the payouts room."""

from django.apps import AppConfig


class PayoutsConfig(AppConfig):
    """The payouts room."""

    name = "wishmi.payouts"
    label = "payouts"
