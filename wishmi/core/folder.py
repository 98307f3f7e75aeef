"""A published folder, read with suspicion: whatever is in it becomes data or a finding, never an exception."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from wishmi.core import manifest as manifests
from wishmi.core import publication as names
from wishmi.core.canonical import MalformedError, is_canonical, load
from wishmi.core.draw import Draw, read_draw
from wishmi.core.findings import FindingCode, Findings
from wishmi.core.intake import Intake, read_intake
from wishmi.core.manifest import Manifest, read_manifest
from wishmi.core.publication import LEAVES_HEADER, RANKING_HEADER, Leaf, Row
from wishmi.core.stages import Outcome
from wishmi.core.totals import Totals, read_totals

Read = TypeVar("Read")

REQUIRED = (names.RANKING, names.LEAVES, names.CALL, names.TOTALS, names.INTAKE, manifests.NAME)
KNOWN = (*REQUIRED, names.DRAW)
_OUTCOMES = {outcome.value: outcome for outcome in Outcome}
_CODE = names.CODE.pattern
_RANKED = re.compile(
    rf"([1-9][0-9]{{0,8}}),({_CODE}),((?:0|[1-9][0-9]{{0,8}})\+?),(awarded|waiting|renounced|untold)"
)
_EXCLUDED = re.compile(rf"(),({_CODE}),(),(excluded)")
_LEAF = re.compile(rf"({_CODE}),([0-9a-f]{{64}}),([0-9a-f]{{64}})")


@dataclass(slots=True)
class Folder:
    """What could be read; None for a file that is missing or unreadable.

    Rows and leaves stand under the line of their file (its header is line 1); unreadable lines are left out.
    """

    manifest: Manifest | None = None
    claimed_root: bytes | None = None
    rows: dict[int, Row] | None = None
    leaves: dict[int, Leaf] | None = None
    draw: Draw | None = None
    totals: Totals | None = None
    intake: Intake | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)


def read_folder(files: Mapping[str, bytes], found: Findings) -> Folder:
    """Read every file of a folder; what is missing or malformed is a finding."""
    for name in REQUIRED:
        if name not in files:
            found.add(FindingCode.FILE_MISSING, name)
    folder = Folder(files=files)
    claimed = _json(files, manifests.NAME, read_manifest, found)
    if claimed is not None:
        folder.manifest, folder.claimed_root = claimed
    folder.rows = _csv(files, names.RANKING, RANKING_HEADER, _row, found)
    folder.leaves = _csv(files, names.LEAVES, LEAVES_HEADER, _leaf, found)
    folder.draw = _json(files, names.DRAW, read_draw, found)
    folder.totals = _json(files, names.TOTALS, read_totals, found)
    folder.intake = _json(files, names.INTAKE, read_intake, found)
    return folder


def _json(
    files: Mapping[str, bytes], name: str, read: Callable[[object], Read], found: Findings
) -> Read | None:
    if name not in files:
        return None
    try:
        data = load(files[name])
        value = read(data)
    except MalformedError as fault:
        found.add(FindingCode.FILE_UNREADABLE, name, field=fault.field, why=fault.why)
        return None
    if not is_canonical(files[name], data):
        found.add(FindingCode.FILE_NOT_CANONICAL, name)
    return value


def _csv(
    files: Mapping[str, bytes], name: str, header: str, read: Callable[[str], Read | None], found: Findings
) -> dict[int, Read] | None:
    if name not in files:
        return None
    # Latin-1 gives every byte a letter, so that one bad byte spoils its own line only; no format lets it
    # through.
    lines = files[name].decode("latin-1").split("\n")
    if lines[0] != header:
        found.add(FindingCode.HEADER_WRONG, name, 1, expected=header)
    if lines[-1] and len(lines) > 1:
        found.add(FindingCode.ROW_UNREADABLE, name, len(lines))
    rows = {}
    for line, text in enumerate(lines[1:-1], start=2):
        row = read(text)
        if row is None:
            found.add(FindingCode.ROW_UNREADABLE, name, line)
        else:
            rows[line] = row
    return rows


def _row(text: str) -> Row | None:
    match = _RANKED.fullmatch(text) or _EXCLUDED.fullmatch(text)
    if match is None:
        return None
    position, code, points, outcome = match.groups()
    return Row(int(position) if position else None, code, points, _OUTCOMES[outcome])


def _leaf(text: str) -> Leaf | None:
    match = _LEAF.fullmatch(text)
    if match is None:
        return None
    code, commitment, leaf = match.groups()
    return Leaf(code, bytes.fromhex(commitment), bytes.fromhex(leaf))
