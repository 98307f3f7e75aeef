"""Which tables stand under the audit chain: each room registers its own when its application is ready."""

from dataclasses import dataclass

from django.apps import apps
from django.db import models


@dataclass(frozen=True, slots=True)
class Source:
    """A table in the chain: the columns that are covered, in order, the id first."""

    kind: str
    model: str
    columns: tuple[str, ...]

    def rows(self) -> "models.QuerySet[models.Model]":
        """All rows of the table."""
        model = apps.get_model(self.model)
        manager: models.Manager[models.Model] = model._default_manager
        return manager.all()


SOURCES: dict[str, Source] = {}


def register(source: Source) -> None:
    """Put a table under the chain; called when a room's application is ready."""
    SOURCES[source.kind] = source
