"""A stage of a ranking as a folder of files that anyone can check: [docs/verification.md] describes them all."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from wishmi.core import manifest as manifests
from wishmi.core import merkle
from wishmi.core.allocation import Allocation
from wishmi.core.disclosure import (
    LEAST,
    SENSITIVE,
    hides_outcomes,
    point_labels,
    reserve_masks,
    sensitive_masks,
    told_until,
)
from wishmi.core.draw import Draw
from wishmi.core.intake import Intake
from wishmi.core.manifest import Manifest
from wishmi.core.ranking import Ranking
from wishmi.core.reasons import ReasonCode
from wishmi.core.stages import Outcome, Standing
from wishmi.core.totals import Changes, changes_of, totals_of

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")
RANKING_HEADER = "position,code,points,outcome"
LEAVES_HEADER = "code,commitment,leaf"
RANKING, LEAVES, CALL, DRAW, TOTALS, INTAKE = (
    "ranking.csv",
    "leaves.csv",
    "call.yaml",
    "draw.json",
    "totals.json",
    "intake.json",
)


class Row(NamedTuple):
    """One published row: `position` is None and `points` empty for the excluded."""

    position: int | None
    code: str
    points: str
    outcome: Outcome

    @property
    def line(self) -> str:
        """The row as it stands in `ranking.csv`."""
        return f"{'' if self.position is None else self.position},{self.code},{self.points},{self.outcome}"


class Leaf(NamedTuple):
    """One row of `leaves.csv`."""

    code: str
    commitment: bytes
    leaf: bytes

    @property
    def line(self) -> str:
        """The row as it stands in the file."""
        return f"{self.code},{self.commitment.hex()},{self.leaf.hex()}"


@dataclass(frozen=True, slots=True)
class Stage:
    """What a publication is made of beside the ranking and the money.

    `name` is the stage (lower-case letters, digits and hyphens), `act` the numbered act, `previous_root` the
    root of the stage before, None for the first. `tells_amounts` is False for a stage that keeps the totals
    of money to itself (see `totals.Changes`).
    """

    name: str
    act: str
    previous_root: bytes | None
    call_document: bytes
    intake: Intake
    draw: Draw | None = None
    tells_amounts: bool = True
    sensitive: tuple[str, ...] = SENSITIVE


@dataclass(frozen=True, slots=True)
class Money:
    """The allocation of a stage over the ranked children, the money of each fund, and what was before it."""

    allocation: Allocation
    available: tuple[int, ...]
    standing: Mapping[str, Standing]


@dataclass(frozen=True, slots=True)
class Published:
    """A folder as file names and bytes, with its root and what receipts are cut from."""

    files: Mapping[str, bytes]
    root: bytes
    manifest: Manifest
    rows: tuple[Row, ...]
    leaves: tuple[Leaf, ...]
    tree: merkle.Tree


def leaf_of(call: str, stage: str, row: Row, commitment: bytes) -> bytes:
    """The hash that stands for one row of one stage."""
    position = "" if row.position is None else str(row.position)
    parts = (call, stage, position, row.code, row.points, row.outcome)
    return merkle.leaf(*[part.encode() for part in parts], commitment)


def told_positions(ranking: Ranking, money: Money) -> int:
    """How many positions, from the first on, tell their outcome: all, unless a reserve rests on a fact of health.

    Where one does, the first child the money does not cover ends them: whoever is awarded below it was served from a
    reserve. So does a child that gave back an award nobody was told of.
    """
    if not hides_outcomes(ranking.rules):
        return len(ranking.order)
    can_be_told = []
    for place, share in zip(ranking.order.tolist(), money.allocation.shares, strict=True):
        held = money.standing.get(ranking.codes[place])
        is_gone = held is not None and held.outcome is Outcome.RENOUNCED
        was_told = held is not None and held.is_told
        can_be_told.append(was_told if is_gone else share.reason is not ReasonCode.FUNDS_EXHAUSTED)
    return told_until(can_be_told, reserve_masks(ranking.rules, ranking.columns, ranking.order))


def rows_of(ranking: Ranking, money: Money, sensitive: Sequence[str] = SENSITIVE) -> tuple[Row, ...]:
    """The rows to publish: the ranked by position, then the excluded by code.

    Raises ValueError if the shares are not those of the ranked children, or if a child that renounced has
    money.
    """
    masks = sensitive_masks(ranking.rules, ranking.columns, ranking.order, sensitive)
    labels = point_labels(ranking.totals[ranking.order], masks)
    codes = [ranking.codes[place] for place in ranking.order.tolist()]
    told = told_positions(ranking, money)
    rows = []
    for position, (code, label, share) in enumerate(
        zip(codes, labels, money.allocation.shares, strict=True), start=1
    ):
        outcome = Outcome.AWARDED if share.amount else Outcome.WAITING
        held = money.standing.get(code)
        if held is not None and held.outcome is Outcome.RENOUNCED:
            if share.amount:
                message = f"{code} renounced and cannot hold an award"
                raise ValueError(message)
            outcome = Outcome.RENOUNCED
        rows.append(Row(position, code, label, outcome if position <= told else Outcome.UNTOLD))
    excluded = sorted(ranking.codes[place] for place in ranking.excluded.tolist())
    return (*rows, *(Row(None, code, "", Outcome.EXCLUDED) for code in excluded))


def csv_of(header: str, lines: Sequence[str]) -> bytes:
    """A CSV file: UTF-8, line feeds, no quotes, since no field holds a comma."""
    return "\n".join([header, *lines, ""]).encode()


def ranking_csv(rows: Sequence[Row]) -> bytes:
    """The file `ranking.csv`."""
    return csv_of(RANKING_HEADER, [row.line for row in rows])


def leaves_csv(leaves: Sequence[Leaf]) -> bytes:
    """The file `leaves.csv`."""
    return csv_of(LEAVES_HEADER, [leaf.line for leaf in leaves])


def totals_json(
    ranking: Ranking, money: Money, rows: Sequence[Row], stage: str, *, tells_amounts: bool
) -> bytes:
    """The file `totals.json`."""
    codes = [row.code for row in rows if row.position is not None]
    changes = changes_of(codes, money.allocation, money.standing, tells_amounts=tells_amounts)
    allocation = money.allocation
    if hides_outcomes(ranking.rules):
        changes, cut_off = _without_reserves(rows, money, changes)
        allocation = replace(allocation, cut_off=cut_off)
    outcomes = (row.outcome for row in rows)
    return totals_of(ranking.rules, stage, outcomes, allocation, money.available, changes).as_bytes()


def _without_reserves(rows: Sequence[Row], money: Money, changes: Changes) -> tuple[Changes, int | None]:
    """What the totals tell where some outcomes are untold, and from which position on they are.

    The number of awards would tell how many of the untold have one: it is told in a first list only, where at least
    `LEAST` of them have one and as many have none. Of awards that stay, those with a told outcome are counted.
    """
    untold = [row for row in rows if row.outcome is Outcome.UNTOLD]
    amounts = {row.code: share.amount for row, share in zip(rows, money.allocation.shares, strict=False)}
    served = sum(amounts[row.code] > 0 for row in untold)
    is_safe = not untold or LEAST <= served <= len(untold) - LEAST
    kept = sum(
        row.outcome is Outcome.AWARDED
        and row.code in money.standing
        and money.standing[row.code].outcome is Outcome.AWARDED
        for row in rows
    )
    are_told = changes.are_told and is_safe and not money.standing
    return replace(changes, kept=kept, are_told=are_told), untold[0].position if untold else None


def publish(stage: Stage, ranking: Ranking, money: Money, commitments: Mapping[str, bytes]) -> Published:
    """All files of a stage. `commitments` has one for each code of the ranking.

    Raises ValueError for inputs that do not belong together, KeyError for a code without a commitment: the
    shell has checked them before, so either is a bug.
    """
    call = ranking.rules.code
    if not manifests.STAGE.fullmatch(stage.name) or not all(CODE.fullmatch(code) for code in ranking.codes):
        message = "the stage or a publication code is not of the right form"
        raise ValueError(message)
    if stage.intake.call != call or (stage.draw is None) != (ranking.rules.draw is None):
        message = "the intake and the draw must be those of the call"
        raise ValueError(message)
    rows = rows_of(ranking, money, stage.sensitive)
    leaves = tuple(
        Leaf(row.code, commitments[row.code], leaf_of(call, stage.name, row, commitments[row.code]))
        for row in rows
    )
    files = {
        RANKING: ranking_csv(rows),
        LEAVES: leaves_csv(leaves),
        CALL: stage.call_document,
        TOTALS: totals_json(ranking, money, rows, stage.name, tells_amounts=stage.tells_amounts),
        INTAKE: stage.intake.as_bytes(),
    }
    if stage.draw is not None:
        files[DRAW] = stage.draw.as_bytes()
    return _close(files, stage, call, rows, leaves)


def _close(
    files: dict[str, bytes], stage: Stage, call: str, rows: tuple[Row, ...], leaves: tuple[Leaf, ...]
) -> Published:
    """Put the manifest on top of the files."""
    tree = merkle.Tree.of([leaf.leaf for leaf in leaves])
    manifest = Manifest(
        call=call,
        stage=stage.name,
        act=stage.act,
        previous_root=stage.previous_root,
        intake_root=stage.intake.root,
        leaves=len(leaves),
        tree_root=tree.root,
        files={name: hashlib.sha256(files[name]).digest() for name in sorted(files)},
    )
    everything = {**files, manifests.NAME: manifest.as_bytes()}
    return Published(everything, manifest.root, manifest, rows, leaves, tree)
