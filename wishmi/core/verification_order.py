"""The public check of the order: positions, points, the draw, and who stands where among the excluded."""

from itertools import groupby, pairwise

from wishmi.core import publication as names
from wishmi.core.calls import CallRules, OrderKey
from wishmi.core.findings import FindingCode, Findings
from wishmi.core.folder import Folder
from wishmi.core.publication import Row
from wishmi.core.ranking import draw_key

Line = tuple[int, Row]


def check_order(folder: Folder, rules: CallRules | None, found: Findings) -> None:
    """Check the rows of `ranking.csv` against themselves and the draw."""
    if folder.rows is None:
        return
    lines = list(folder.rows.items())
    ranked = [(line, row) for line, row in lines if row.position is not None]
    _check_positions(lines, ranked, found)
    _check_points(ranked, found)
    if rules is not None:
        _check_groups(ranked, rules, None if folder.draw is None else folder.draw.value, found)


def _check_positions(lines: list[Line], ranked: list[Line], found: Findings) -> None:
    """Positions run from 1 to n; the excluded follow, by code. Only the first row out of step is named."""
    for expected, (line, row) in enumerate(ranked, start=1):
        if row.position != expected:
            found.add(FindingCode.POSITION_WRONG, names.RANKING, line, code=row.code, expected=expected)
            break
    previous = ""
    for line, row in lines:
        is_misplaced = bool(previous) if row.position is not None else row.code < previous
        if is_misplaced:
            found.add(FindingCode.EXCLUDED_MISPLACED, names.RANKING, line, code=row.code)
            break
        if row.position is None:
            previous = row.code


def least_points(label: str) -> int:
    """The least total a label stands for: 30 for `"30"` and for `"30+"`."""
    return int(label.removesuffix("+"))


def _check_points(ranked: list[Line], found: Findings) -> None:
    """Points never rise from one row to the next, and a number stands with or without its plus, not both."""
    for (_, before), (line, row) in pairwise(ranked):
        if row.points == before.points:
            continue
        if least_points(row.points) > least_points(before.points):
            found.add(FindingCode.POINTS_RISE, names.RANKING, line, code=row.code)
        elif least_points(row.points) == least_points(before.points):
            found.add(FindingCode.POINTS_UNCLEAR, names.RANKING, line, code=row.code)


def _check_groups(ranked: list[Line], rules: CallRules, seed: bytes | None, found: Findings) -> None:
    """Inside equal points: by the draw where it is the next key; otherwise say how many groups cannot be
    checked.
    """
    private = 0
    for points, rows in groupby(ranked, key=lambda line: line[1].points):
        group = list(rows)
        if len(group) == 1:
            continue
        if rules.classes or rules.order[:1] != (OrderKey.DRAW,) or points.endswith("+"):
            private += 1
        elif seed is not None:
            _check_draw_order(group, seed, found)
    if private:
        found.add(FindingCode.ORDER_PRIVATE, names.RANKING, groups=private)


def _check_draw_order(group: list[Line], seed: bytes, found: Findings) -> None:
    keys = [draw_key(seed, row.code) for _, row in group]
    for before, key, (line, row) in zip(keys, keys[1:], group[1:], strict=False):
        if key < before:
            found.add(FindingCode.DRAW_ORDER_WRONG, names.RANKING, line, code=row.code)
