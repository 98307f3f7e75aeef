"""Figures as JSON lines: medians of interleaved repeats, and how far the repeats lie apart."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """One figure.

    `value` and `floor` are medians in the metric's unit; `ratio` is the median of the repeats' own ratios, `spread`
    the distance between the largest and the smallest of them, as a share of that median. `floor`, `ratio` and
    `spread` are None where nothing was measured beside it.
    """

    bench: str
    engine: str
    load: str
    metric: str
    value: float
    floor: float | None = None
    ratio: float | None = None
    spread: float | None = None
    unit: str = ""
    target: str = ""
    note: str = ""

    def tell(self) -> None:
        """Print it as one line."""
        print(json.dumps(asdict(self)), flush=True)


def rounded(number: float) -> float:
    """Four significant digits: more would claim what no such run can know."""
    return float(f"{number:.4g}")


def spread_of(values: Sequence[float]) -> float:
    """The distance between the largest and the smallest, as a share of the median."""
    middle = statistics.median(values)
    return rounded((max(values) - min(values)) / middle) if middle else 0.0


def compared(
    names: tuple[str, str, str, str], values: Sequence[float], floors: Sequence[float], **more: str
) -> Figure:
    """A figure of paired repeats; `names` are bench, engine, load and metric."""
    ratios = [value / floor if floor else 0.0 for value, floor in zip(values, floors, strict=True)]
    return Figure(
        *names,
        value=rounded(statistics.median(values)),
        floor=rounded(statistics.median(floors)),
        ratio=rounded(statistics.median(ratios)),
        spread=spread_of(ratios),
        **more,
    )
