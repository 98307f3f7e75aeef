"""The public check of a published folder: what anyone can find out without knowing a single fact about a
child.

A folder that agrees with itself proves only that it agrees with itself. The anchor is the root printed in the
signed act; the intake's root, printed at closing, shows besides that the office added or lost nobody
afterwards.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from wishmi.core import intake as intakes
from wishmi.core import manifest as manifests
from wishmi.core import merkle
from wishmi.core import publication as names
from wishmi.core.calls import CallRules
from wishmi.core.canonical import printable
from wishmi.core.draw import DEMO_BEACON, SignatureCheck, signature_stands, value_of
from wishmi.core.findings import Check, Finding, FindingCode, Findings
from wishmi.core.folder import KNOWN, REQUIRED, Folder, read_folder
from wishmi.core.publication import Leaf, Row, leaf_of
from wishmi.core.verification_money import check_money
from wishmi.core.verification_order import check_order
from wishmi.core.windows import rules_of_stage


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found, and the root that the bytes at hand lead to (None where no manifest could be read).

    `is_anchored`: that root is the one the reader brought along.
    """

    findings: tuple[Finding, ...]
    root: bytes | None
    is_anchored: bool

    @property
    def is_sound(self) -> bool:
        """Whether nothing wrong was found."""
        return not any(finding.is_wrong for finding in self.findings)


def verify_public(
    files: Mapping[str, bytes],
    rules: CallRules | None,
    signature_check: SignatureCheck,
    *,
    root: bytes | None = None,
    intake_root: bytes | None = None,
) -> Report:
    """Check a folder. `rules` are those of its `call.yaml`, None if that could not be parsed.

    `root` is the one printed in the act, `intake_root` the one printed at closing; either may be unknown.
    Never raises, whatever the bytes are.
    """
    found = Findings(Check.PUBLIC)
    folder = read_folder(files, found)
    if rules is None and names.CALL in files:
        found.add(FindingCode.CALL_UNREADABLE, names.CALL)
    computed = _check_manifest(folder, rules, found)
    rules = _in_its_window(folder, rules, found)
    is_anchored = _check_anchor(computed, root, found)
    _check_leaves(folder, found)
    _check_intake(folder, intake_root, found)
    _check_draw(folder, rules, signature_check, found)
    check_order(folder, rules, found)
    check_money(folder, rules, found)
    return Report(found.all, computed, is_anchored)


def _in_its_window(folder: Folder, rules: CallRules | None, found: Findings) -> CallRules | None:
    """The rules inside the window that the folder says it is of; None if the call has no such window."""
    if rules is None or folder.manifest is None:
        return rules
    inside = rules_of_stage(rules, folder.manifest.stage)
    if inside is None:
        found.add(FindingCode.WINDOW_UNKNOWN, manifests.NAME, stage=folder.manifest.stage)
    return inside


def _check_anchor(computed: bytes | None, root: bytes | None, found: Findings) -> bool:
    if root is None:
        found.add(FindingCode.NOT_ANCHORED)
        return False
    if computed is not None and computed != root:
        found.add(FindingCode.NOT_THIS_ROOT, manifests.NAME, expected=root.hex(), found=computed.hex())
    return computed == root


def _check_manifest(folder: Folder, rules: CallRules | None, found: Findings) -> bytes | None:
    """Digests, tree and root; returns the root that the files as they are lead to."""
    for name in folder.files:
        if not manifests.FILE.fullmatch(name):
            found.add(FindingCode.FILE_UNLISTED, printable(name))
    manifest = folder.manifest
    if manifest is None:
        return None
    digests = {
        name: hashlib.sha256(raw).digest()
        for name, raw in folder.files.items()
        if name != manifests.NAME and manifests.FILE.fullmatch(name)
    }
    _check_digests(digests, manifest.files, found)
    if folder.claimed_root != manifest.root:
        found.add(FindingCode.MANIFEST_ROOT_WRONG, manifests.NAME)
    _check_names(folder, rules, manifest.call, manifest.stage, found)
    if folder.leaves is not None:
        if len(folder.leaves) != manifest.leaves:
            found.add(
                FindingCode.LEAVES_MISCOUNTED,
                names.LEAVES,
                expected=manifest.leaves,
                found=len(folder.leaves),
            )
        if merkle.root([leaf.leaf for leaf in folder.leaves.values()]) != manifest.tree_root:
            found.add(FindingCode.TREE_ROOT_WRONG, names.LEAVES)
    return replace(manifest, files=digests).root


def _check_digests(actual: Mapping[str, bytes], listed: Mapping[str, bytes], found: Findings) -> None:
    """The manifest lists every file of the folder, and every byte of each is as it was."""
    for name in sorted(actual.keys() | listed.keys()):
        if name not in listed or name not in KNOWN:
            found.add(FindingCode.FILE_UNLISTED, name)
        elif name not in actual:
            if name not in REQUIRED:
                found.add(FindingCode.FILE_MISSING, name)
        elif actual[name] != listed[name]:
            found.add(FindingCode.DIGEST_WRONG, name)


def _check_names(folder: Folder, rules: CallRules | None, call: str, stage: str, found: Findings) -> None:
    """Every file speaks of the same call and stage."""
    if rules is not None and rules.code != call:
        found.add(FindingCode.CALL_DIFFERS, names.CALL, expected=call, found=rules.code)
    if folder.intake is not None and folder.intake.call != call:
        found.add(FindingCode.CALL_DIFFERS, names.INTAKE, expected=call, found=folder.intake.call)
    if folder.totals is not None and folder.totals.call != call:
        found.add(FindingCode.CALL_DIFFERS, names.TOTALS, expected=call, found=folder.totals.call)
    if folder.totals is not None and folder.totals.stage != stage:
        found.add(FindingCode.STAGE_DIFFERS, names.TOTALS, expected=stage, found=folder.totals.stage)


def _check_leaves(folder: Folder, found: Findings) -> None:
    """Each row has its leaf, each leaf its row, no code stands twice, and both lists have one order."""
    if folder.rows is None or folder.leaves is None or folder.manifest is None:
        return
    places = _places(names.LEAVES, folder.leaves, found)
    rows = _places(names.RANKING, folder.rows, found)
    call, stage = folder.manifest.call, folder.manifest.stage
    for code, line in rows.items():
        if code not in places:
            found.add(FindingCode.LEAF_MISSING, names.RANKING, line, code=code)
            continue
        proof = folder.leaves[places[code]]
        if leaf_of(call, stage, folder.rows[line], proof.commitment) != proof.leaf:
            found.add(FindingCode.LEAF_WRONG, names.RANKING, line, code=code)
    for code, line in places.items():
        if code not in rows:
            found.add(FindingCode.ROW_MISSING, names.LEAVES, line, code=code)
    both = [code for code in rows if code in places]
    for code, other in zip(both, [code for code in places if code in rows], strict=True):
        if code != other:
            found.add(FindingCode.LEAF_OUT_OF_ORDER, names.LEAVES, places[other], code=other)
            break


def _places(name: str, lines: Mapping[int, Row | Leaf], found: Findings) -> dict[str, int]:
    """The first line of every code; a code that stands again is found."""
    places: dict[str, int] = {}
    for line, row in lines.items():
        if row.code in places:
            found.add(FindingCode.CODE_DOUBLED, name, line, code=row.code, first=places[row.code])
        else:
            places[row.code] = line
    return places


def _check_intake(folder: Folder, printed: bytes | None, found: Findings) -> None:
    """The listed codes and commitments, less what changed since, are those that were sealed."""
    intake = folder.intake
    if intake is None:
        return
    if folder.manifest is not None and folder.manifest.intake_root != intake.root:
        found.add(FindingCode.INTAKE_ROOT_DIFFERS, names.INTAKE)
    if printed is not None and printed != intake.root:
        found.add(FindingCode.NOT_THIS_INTAKE, names.INTAKE, expected=printed.hex(), found=intake.root.hex())
    if folder.leaves is None:
        return
    listed = [(leaf.code, leaf.commitment) for leaf in folder.leaves.values()]
    lines = {leaf.code: line for line, leaf in folder.leaves.items()}
    for gone in intake.withdrawals:
        if gone.code in lines:
            found.add(FindingCode.INTAKE_CHANGE_UNKNOWN, names.LEAVES, lines[gone.code], code=gone.code)
            return
    sealed = intakes.sealed_commitments(listed, intake.withdrawals, intake.replacements)
    if isinstance(sealed, intakes.UnknownChange):
        found.add(FindingCode.INTAKE_CHANGE_UNKNOWN, names.INTAKE, code=sealed.code)
    elif len(sealed) != intake.applications:
        expected, actual = intake.applications, len(sealed)
        found.add(FindingCode.INTAKE_MISCOUNTED, names.INTAKE, expected=expected, found=actual)
    elif intakes.intake_root(intake.call, sealed) != intake.root:
        found.add(FindingCode.INTAKE_WRONG, names.INTAKE)


def _check_draw(
    folder: Folder, rules: CallRules | None, signature_check: SignatureCheck, found: Findings
) -> None:
    """The seed is the value of the round that the call names, signed by the key that the call names."""
    draw = folder.draw
    if rules is None:
        return
    if draw is None:
        if rules.draw is not None and names.DRAW not in folder.files:
            found.add(FindingCode.FILE_MISSING, names.DRAW)
        return
    if rules.draw is None:
        found.add(FindingCode.DRAW_UNEXPECTED, names.DRAW)
        return
    for field in ("beacon", "scheme", "public_key", "round"):
        if getattr(draw, field) != getattr(rules.draw, field):
            found.add(FindingCode.DRAW_DIFFERS, names.DRAW, field=field)
    if value_of(draw.signature) != draw.value:
        found.add(FindingCode.DRAW_VALUE_WRONG, names.DRAW)
    if not signature_stands(draw, signature_check):
        found.add(FindingCode.DRAW_SIGNATURE_WRONG, names.DRAW)
    if draw.beacon == DEMO_BEACON:
        found.add(FindingCode.DEMO_BEACON, names.DRAW)
