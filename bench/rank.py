"""Rank and award a column of applications in the core, against the bare sort of the same keys.

What is timed: `rank_columns` (conditions, points, order, draw) and `allocate_stage` (two funds, exact cut-off) of the
reference call, from ready columns of facts to a share for every ranked child. Kept are every condition each child
fails, its points one by one, its amount, its place, its part of each fund and why it got none. The floor is
`numpy.lexsort` of the very keys the core sorts by (points, indicator, birth), made ready before, of the very rows it
ranks. Not timed: making the columns from rows or files.
"""

import argparse
import gc
import json
import math
import statistics
import subprocess
import sys
import tracemalloc
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

from bench.figures import Figure, compared, rounded, spread_of
from wishmi.calls.document import parse_call
from wishmi.core.allocation import Allocation
from wishmi.core.calls import CallRules
from wishmi.core.columns import Columns
from wishmi.core.ranking import Ranking, rank_columns
from wishmi.core.stages import allocate_stage

CALL = Path(__file__).resolve().parents[1] / "policy" / "milano-2022-individuale" / "call.yaml"
SEED = b"bench"
BYTES_AN_APPLICATION = 1024
LOAD = "reference call"


@dataclass(frozen=True)
class Field:
    """Applications as the core takes them."""

    rules: CallRules
    codes: tuple[str, ...]
    households: tuple[str, ...]
    columns: Columns
    available: tuple[int, ...]


def field_of(rows: int) -> Field:
    """Synthetic applications: nine in ten meet every condition, and the money covers about two fifths of those."""
    rules = parse_call(CALL.read_bytes()).rules()
    chance = np.random.default_rng(20221116)

    def among(low: int, high: int) -> np.ndarray:
        return chance.integers(low, high, rows, dtype=np.int64)

    has_indicator = chance.random(rows) < 0.98
    isee = np.where(chance.random(rows) < 0.95, among(0, 2_700_001), among(2_700_001, 4_000_000))
    columns = Columns(
        born_on=among(2005, 2022) * 10_000 + among(1, 13) * 100 + among(1, 29),
        submitted_on=np.full(rows, 20221005, dtype=np.int64),
        resident=chance.random(rows) < 0.98,
        isee_cents=np.where(has_indicator, isee, -1),
        isee_kind=np.where(has_indicator, 1, 0),
        isee_issued_on=np.where(has_indicator, 20220300 + among(1, 29), 0),
        isee_valid_until=np.where(has_indicator, 20221231, 0),
        minors=among(1, 5),
        lone_parent=chance.random(rows) < 0.2,
        disabled_members=(chance.random(rows) < 0.06).astype(np.int64),
        applicant_role=np.zeros(rows, dtype=np.int64),
    )
    codes = tuple(f"{number * 2_654_435_761 % 2**40:010X}" for number in range(rows))
    households = tuple(f"H{number // 2:08d}" for number in range(rows))
    return Field(rules, codes, households, columns, (rows * 6_500, rows * 3_300))


def run_core(field: Field) -> tuple[Ranking, Allocation]:
    """What is measured."""
    ranking = rank_columns(field.rules, field.codes, field.columns, [], SEED)
    return ranking, allocate_stage(ranking, field.households, field.available, {})


def floor_keys(field: Field) -> tuple[np.ndarray, ...]:
    """The keys of the rows the core ranks, least important first, as `numpy.lexsort` wants them."""
    ranking, _ = run_core(field)
    places = np.sort(ranking.order)
    keys = (-field.columns.born_on, field.columns.isee_cents, -ranking.totals)
    return tuple(np.ascontiguousarray(key[places]) for key in keys)


def measure(rows: int, repeats: int) -> tuple[list[float], list[float]]:
    """Seconds of the core and of the floor, in turns; the first turn warms up and does not count."""
    field = field_of(rows)
    keys = floor_keys(field)
    core, floor = [], []
    for _ in range(repeats):
        gc.collect()
        begin = perf_counter()
        np.lexsort(keys)
        middle = perf_counter()
        kept = run_core(field)
        end = perf_counter()
        del kept
        floor.append(middle - begin)
        core.append(end - middle)
    return core, floor


def measure_memory(rows: int) -> float:
    """Bytes an application at the peak, what goes in and what comes out included. Run in a process of its own."""
    tracemalloc.start()
    field = field_of(rows)
    gc.collect()
    tracemalloc.reset_peak()
    kept = run_core(field)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(kept[1].shares) == len(kept[0].order)
    return peak / rows


def _in_own_process(rows: int) -> float:
    command = [sys.executable, "-m", "bench.rank", str(rows)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
    return float(json.loads(done.stdout))


def growth(sizes: Sequence[int], medians: Sequence[float]) -> list[float]:
    """How much longer than n log n each size takes, the first size being the measure."""
    per = [seconds / (rows * math.log(rows)) for rows, seconds in zip(sizes, medians, strict=True)]
    return [each / per[0] for each in per]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this benchmark."""
    parser.add_argument("--rows", type=int, default=225_000, help="applications (225000)")
    parser.add_argument("--repeats", type=int, default=5, help="paired repeats (5)")
    parser.add_argument("--no-growth", action="store_true", help="leave out a tenth and ten times the rows")


def run(options: argparse.Namespace) -> int:
    """Measure and print."""
    rows, repeats = max(options.rows, 10), max(options.repeats, 1)
    core, floor = measure(rows, repeats)
    names = ("rank", "core", f"{LOAD}, {rows} applications")
    compared((*names, "seconds"), core, floor, unit="s", target="ratio <= 4").tell()
    peak = _in_own_process(rows)
    ratio = rounded(peak / BYTES_AN_APPLICATION)
    Figure(
        *(*names, "memory"),
        value=rounded(peak),
        floor=BYTES_AN_APPLICATION,
        ratio=ratio,
        spread=0.0,
        unit="bytes an application",
        target="ratio <= 1",
        note="floor is the limit of 1 KB; peak of allocations, input and output included",
    ).tell()
    if not options.no_growth:
        _tell_growth(rows, statistics.median(core), min(repeats, 3))
    return 0


def _tell_growth(rows: int, middle: float, repeats: int) -> None:
    small, _ = measure(max(rows // 10, 10), max(repeats, 5))
    large, _ = measure(rows * 10, repeats)
    sizes = [max(rows // 10, 10), rows, rows * 10]
    medians = [statistics.median(small), middle, statistics.median(large)]
    for size, seconds, off in zip(sizes[1:], medians[1:], growth(sizes, medians)[1:], strict=True):
        Figure(
            *("rank", "core", f"{LOAD}, {sizes[0]} to {size} applications", "growth"),
            value=rounded(seconds),
            floor=rounded(seconds / off),
            ratio=rounded(off),
            spread=spread_of(small if size == rows else large),
            unit="s",
            target="ratio <= 2",
            note="floor is n log n from the smaller size",
        ).tell()


if __name__ == "__main__":
    print(json.dumps(measure_memory(int(sys.argv[1]))))
