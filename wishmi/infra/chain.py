"""The audit chain: rows of several tables sealed in batches, each seal's hash covering the one before.

Sealing runs off the hot path. Each sealed row keeps its digest in a link, so that a changed or removed row is found by
name; each seal covers its links and the seal before, so that a changed, inserted or removed link breaks the chain; the
heads are also written to a file outside the database, so that a chain cut off at its end is found too.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import models, transaction

from wishmi.infra.chain_sources import SOURCES, Source
from wishmi.infra.models import Seal, SealLink

BATCH = 20_000
GENESIS = "0" * 64
_LATE = 100_000
"""How far behind the newest sealed id a row may be committed and still be sealed by the regular run."""


def row_digest(kind: str, values: tuple[object, ...]) -> str:
    """SHA-256 of a row's covered values, each length-prefixed."""
    digest = hashlib.sha256(kind.encode())
    for value in values:
        text = value.isoformat() if isinstance(value, datetime) else str(value)
        raw = text.encode()
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()


def seal_hash(previous: str, number: int, digests: list[str]) -> str:
    """The hash of a seal: the previous one, its number and the digests of its rows in order."""
    digest = hashlib.sha256(f"{previous}:{number}:{len(digests)}".encode())
    for item in digests:
        digest.update(bytes.fromhex(item))
    return digest.hexdigest()


def _unsealed(source: Source, after: int, most: int) -> list[tuple[object, ...]]:
    linked = SealLink.objects.filter(kind=source.kind, subject_id=models.OuterRef("pk"))
    rows = source.rows().filter(pk__gt=after).filter(~models.Exists(linked)).order_by("pk")
    return list(rows.values_list(*source.columns)[:most])


def _newest(kind: str) -> int:
    return SealLink.objects.filter(kind=kind).aggregate(top=models.Max("subject_id"))["top"] or 0


def seal(moment: datetime, progress: Callable[[int], None] | None = None) -> int:
    """Seal everything that waits, in batches; returns how many rows were sealed."""
    done = 0
    for source in SOURCES.values():
        while True:
            count = _seal_batch(moment, source)
            done += count
            if progress and count:
                progress(count)
            if count < BATCH:
                break
    return done


def _seal_batch(moment: datetime, source: Source) -> int:
    with transaction.atomic():
        # Locked first, read after: who waited for the lock would take the last seal for what it was before.
        list(Seal.objects.select_for_update().order_by("-number")[:1])
        last = Seal.objects.order_by("-number").first()
        rows = _unsealed(source, max(0, _newest(source.kind) - _LATE), BATCH)
        if not rows:
            return 0
        digests = [row_digest(source.kind, row) for row in rows]
        number = last.number + 1 if last else 1
        previous = last.hash if last else GENESIS
        made = Seal.objects.create(
            number=number,
            sealed_at=moment,
            previous=previous,
            count=len(rows),
            hash=seal_hash(previous, number, digests),
        )
        links = [
            SealLink(seal=made, kind=source.kind, subject_id=int(str(row[0])), digest=digest)
            for row, digest in zip(rows, digests, strict=True)
        ]
        SealLink.objects.bulk_create(links, batch_size=5000)
        transaction.on_commit(lambda: write_head(made))
    return len(rows)


def heads_file() -> Path:
    """Where heads are written outside the database: an operator copies it elsewhere and prints the daily act."""
    return Path(settings.WISHMI_DATA) / "heads.txt"


def write_head(made: Seal) -> None:
    """Append one head: number, moment, hash; and first those that a crash kept from being written."""
    path = heads_file()
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    last = lines[-1].partition(" ")[0] if lines else ""
    after = int(last) if last.isdigit() else 0
    missing = Seal.objects.filter(number__gt=after, number__lt=made.number) if lines else Seal.objects.none()
    with path.open("a", encoding="utf-8") as file:
        for one in [*missing.order_by("number"), made]:
            file.write(f"{one.number} {one.sealed_at.isoformat()} {one.hash}\n")


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where the chain does not hold."""

    place: str
    kind: str


def check() -> Iterator[Fault]:
    """Walk the whole chain and yield every fault: changed, removed, inserted, cut off."""
    heads: dict[int, tuple[datetime, str]] = {}
    previous = GENESIS
    expected = 1
    for item in Seal.objects.order_by("number").iterator():
        if item.number != expected:
            yield Fault(f"seal {expected}", "removed")
            expected = item.number
        digests = list(item.links.order_by("id").values_list("digest", flat=True))
        holds = item.count == len(digests) and seal_hash(item.previous, item.number, digests) == item.hash
        if item.previous != previous or not holds:
            yield Fault(f"seal {item.number}", "changed")
        yield from _check_rows(item)
        previous = item.hash
        heads[item.number] = (item.sealed_at, item.hash)
        expected += 1
    yield from _check_heads(heads)
    yield from _inserted()


def _check_rows(item: Seal) -> Iterator[Fault]:
    by_kind: dict[str, list[tuple[int, str]]] = {}
    for kind, subject, digest in item.links.order_by("id").values_list("kind", "subject_id", "digest"):
        by_kind.setdefault(kind, []).append((subject, digest))
    for kind, links in by_kind.items():
        source = SOURCES.get(kind)
        if source is None:
            yield Fault(f"seal {item.number}: kind {kind}", "changed")
            continue
        lowest, highest = links[0][0], max(subject for subject, _ in links)
        found: dict[object, str] = {}
        span = source.rows().filter(pk__gte=min(lowest, links[-1][0]), pk__lte=highest).order_by("pk")
        for row in span.values_list(*source.columns).iterator(chunk_size=5000):
            found[row[0]] = row_digest(kind, row)
        for subject, digest in links:
            if subject not in found:
                yield Fault(f"{kind} {subject}", "removed")
            elif found[subject] != digest:
                yield Fault(f"{kind} {subject}", "changed")


def _check_heads(heads: Mapping[int, tuple[datetime, str]]) -> Iterator[Fault]:
    """The file outside the database says the same: a line of its own for each seal, and no line without one."""
    path = heads_file()
    if not path.exists():
        if heads:
            yield Fault(f"heads file {path.name}", "removed")
        return
    written: set[int] = set()
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        number, _, rest = line.partition(" ")
        at = int(number) if number.isascii() and number.isdigit() else 0
        if at and at not in heads:
            yield Fault(f"seal {number}", "cut off")
        elif not at or _head(rest) != heads[at]:
            yield Fault(f"seal {number}", "changed")
        written.add(at)
    for number in sorted(heads.keys() - written):
        yield Fault(f"head of seal {number} in {path.name}", "removed")


def _head(text: str) -> tuple[datetime, str] | None:
    """Moment and hash as a line has them; moments are compared as such, whatever the time zone."""
    moment, _, digest = text.partition(" ")
    try:
        return datetime.fromisoformat(moment), digest
    except ValueError:
        return None


def _inserted() -> Iterator[Fault]:
    """Rows without a link whose id lies far before the newest sealed one: nobody commits that late."""
    for source in SOURCES.values():
        last = Seal.objects.filter(links__kind=source.kind).order_by("-number").first()
        if last is None:
            continue
        first_of_last = last.links.filter(kind=source.kind).aggregate(low=models.Min("subject_id"))["low"]
        linked = SealLink.objects.filter(kind=source.kind, subject_id=models.OuterRef("pk"))
        strays = source.rows().filter(pk__lt=first_of_last).filter(~models.Exists(linked)).order_by("pk")
        for subject in strays.values_list("pk", flat=True)[:100]:
            yield Fault(f"{source.kind} {subject}", "inserted")
