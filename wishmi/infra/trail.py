"""Reading the audit trail: what happened to a thing, what a person did, how the chain stands."""

from dataclasses import dataclass

from django.db.models import QuerySet

from wishmi.infra.chain_sources import SOURCES
from wishmi.infra.models import AuditRecord, Seal, SealLink


def search(subject: str = "", actor: str = "", verb: str = "") -> QuerySet[AuditRecord]:
    """Records, newest first: of a subject or all subjects that begin so, of one actor, of verbs that begin so."""
    rows = AuditRecord.objects.order_by("-id")
    if subject:
        rows = rows.filter(subject__startswith=subject)
    if actor:
        rows = rows.filter(actor=actor)
    if verb:
        rows = rows.filter(verb__startswith=verb)
    return rows


def of_subject(subject: str) -> list[AuditRecord]:
    """Everything that was recorded of one thing, oldest first. One query."""
    return list(AuditRecord.objects.filter(subject=subject).order_by("id"))


@dataclass(frozen=True, slots=True)
class ChainStatus:
    """How the chain stands: the last seal, and by kind how many rows there are and how many are sealed."""

    last: Seal | None
    seals: int
    rows: tuple[tuple[str, int, int], ...]

    @property
    def waiting(self) -> int:
        """Rows that no seal covers yet."""
        return sum(count - sealed for _kind, count, sealed in self.rows)


def chain_status() -> ChainStatus:
    """The status now, without checking the chain. Two queries, and two for each kind."""
    rows = tuple(
        (kind, source.rows().count(), SealLink.objects.filter(kind=kind).count())
        for kind, source in sorted(SOURCES.items())
    )
    return ChainStatus(Seal.objects.order_by("-number").first(), Seal.objects.count(), rows)


def newest_seals(most: int) -> list[Seal]:
    """The newest seals with their heads. One query."""
    return list(Seal.objects.order_by("-number")[:most])
