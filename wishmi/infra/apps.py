"""Application of the infra room."""

from django.apps import AppConfig

from wishmi.infra import chain_sources


class InfraConfig(AppConfig):
    """The ground floor; puts audit records under the chain."""

    name = "wishmi.infra"
    label = "infra"

    def ready(self) -> None:
        """Register the audit records."""
        chain_sources.register(
            chain_sources.Source(
                "audit", "infra.AuditRecord", ("id", "at", "actor", "verb", "subject", "data")
            )
        )
