"""Application of the ledger room."""

from django.apps import AppConfig

from wishmi.infra import chain_sources

COLUMNS = ("id", "debit_id", "credit_id", "amount", "unit", "phase", "reason", "at", "key", "pending_of_id")


class LedgerConfig(AppConfig):
    """Accounts and transfers; puts transfers under the audit chain."""

    name = "wishmi.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Register the transfers."""
        chain_sources.register(chain_sources.Source("transfer", "ledger.Transfer", COLUMNS))
