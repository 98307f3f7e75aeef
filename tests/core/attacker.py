"""What an attacker can do to a folder: change its files, and work out again whatever a tool can work out."""

import hashlib
import json
from collections.abc import Callable

from tests.core.small_city import bytes_of, lines_of
from wishmi.core import merkle
from wishmi.core.canonical import dump, load
from wishmi.core.findings import Check, Findings
from wishmi.core.folder import read_folder
from wishmi.core.intake import intake_root
from wishmi.core.manifest import Manifest, read_manifest
from wishmi.core.publication import Row, leaf_of
from wishmi.core.stages import Outcome

Files = dict[str, bytes]
RANKING, LEAVES, TOTALS, INTAKE, DRAW, MANIFEST = (
    "ranking.csv",
    "leaves.csv",
    "totals.json",
    "intake.json",
    "draw.json",
    "manifest.json",
)


def edit_lines(files: Files, name: str, change: Callable[[list[str]], object]) -> None:
    lines = lines_of(files[name])
    change(lines)
    files[name] = bytes_of(lines)


def edit_json(files: Files, name: str, change: Callable[[dict], object]) -> None:
    data = json.loads(files[name])
    change(data)
    files[name] = dump(data)


def edit_field(files: Files, line: int, field: int, change: Callable[[str], str]) -> None:
    """Change one field of a line (from 1) of the ranking."""

    def write(lines: list[str]) -> None:
        fields = lines[line - 1].split(",")
        fields[field] = change(fields[field])
        lines[line - 1] = ",".join(fields)

    edit_lines(files, RANKING, write)


def field_of(files: Files, line: int, field: int) -> str:
    return lines_of(files[RANKING])[line - 1].split(",")[field]


def renumber(files: Files) -> None:
    """Give the ranked rows the positions 1 to n."""

    def write(lines: list[str]) -> None:
        position = 0
        for place, line in enumerate(lines[1:], start=1):
            if not line.startswith(","):
                position += 1
                lines[place] = f"{position},{line.split(',', 1)[1]}"

    edit_lines(files, RANKING, write)


def recount(files: Files) -> None:
    """Make the counts of outcomes in the totals those of the ranking."""
    outcomes = [line.split(",")[3] for line in lines_of(files[RANKING])[1:]]
    edit_json(files, TOTALS, lambda data: data.update(outcomes={o.value: outcomes.count(o) for o in Outcome}))


def reseal(files: Files) -> None:
    """Make the intake that of the leaves, as if it had been sealed with them."""
    listed = dict(line.split(",")[:2] for line in lines_of(files[LEAVES])[1:])
    commitments = {code: bytes.fromhex(commitment) for code, commitment in listed.items()}

    def write(data: dict) -> None:
        data["applications"] = len(commitments)
        data["root"] = intake_root(data["call"], commitments).hex()
        data["withdrawals"] = data["replacements"] = []

    edit_json(files, INTAKE, write)


def recompute(files: Files) -> None:
    """Work out every leaf, the tree, all digests and the root again, so that the folder agrees with itself."""
    manifest, _ = read_manifest(load(files[MANIFEST]))
    commitments: dict[str, list[str]] = {}
    for line in lines_of(files[LEAVES])[1:]:
        code, commitment, _ = line.split(",")
        commitments.setdefault(code, []).append(commitment)
    leaves = []
    for line in lines_of(files[RANKING])[1:]:
        position, code, points, outcome = line.split(",")
        known = commitments.get(code) or [hashlib.sha256(code.encode()).hexdigest()]
        commitment = bytes.fromhex(known.pop(0) if len(known) > 1 else known[0])
        row = Row(int(position) if position else None, code, points, Outcome(outcome))
        leaves.append((code, commitment, leaf_of(manifest.call, manifest.stage, row, commitment)))
    files[LEAVES] = bytes_of(
        ["code,commitment,leaf", *(f"{code},{one.hex()},{two.hex()}" for code, one, two in leaves)]
    )
    made = Manifest(
        call=manifest.call,
        stage=manifest.stage,
        act=manifest.act,
        previous_root=manifest.previous_root,
        intake_root=bytes.fromhex(json.loads(files[INTAKE])["root"]),
        leaves=len(leaves),
        tree_root=merkle.root([leaf for _, _, leaf in leaves]),
        files={name: hashlib.sha256(raw).digest() for name, raw in files.items() if name != MANIFEST},
    )
    files[MANIFEST] = made.as_bytes()


def lines_with(files: Files, wanted: Callable[[Row], bool]) -> list[int]:
    """The lines of the ranking whose row is wanted."""
    folder = read_folder(files, Findings(Check.PUBLIC))
    return [line for line, row in (folder.rows or {}).items() if wanted(row)]
