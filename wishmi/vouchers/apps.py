"""Application of the vouchers room."""

from django.apps import AppConfig


class VouchersConfig(AppConfig):
    """The vouchers room."""

    name = "wishmi.vouchers"
    label = "vouchers"
