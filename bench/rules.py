"""Judge a city of households under every preset, against the same conditions written out in bare numpy.

What is timed: `assess_columns`, from ready columns of facts to who is eligible, the amount of each and every condition
each one fails. The floor is a hand-written numpy expression of the same call, in `bench/rules_floor.py`, that gives
eligibility and amount only; both answers are compared before anything is timed. Then one household: `assess` with every
reason kept, under twenty calls (the presets, in turns), in CPU time.
"""

import argparse
import gc
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from bench.figures import Figure, compared, rounded, spread_of
from bench.rules_floor import FLOORS
from wishmi.calls.document import CallDocument, parse_call
from wishmi.core.columns import Columns
from wishmi.core.eligibility import assess_columns, assess_known
from wishmi.core.facts import BASE
from wishmi.core.rules.vocabulary import VOCABULARY, FactKind, Value

POLICY = Path(__file__).resolve().parents[1] / "policy"
FIELDS = ("art", "health", "school_plus", "sport", "stem", "other")
CALLS = 20
MOST = {"isee_cents": 4_000_000, "income_cents": 300_000, "assets_cents": 3_000_000, "cost_cents": 120_000}
DAYS = {"born_on": (1945, 2025), "isee_issued_on": (2022, 2025), "isee_valid_until": (2024, 2027)}


def words_of(call: CallDocument, name: str) -> tuple[str, ...]:
    """The words a fact can hold under a call, one that no rule names included."""
    return FIELDS if name == "field" else tuple(sorted([*call.names.get(name, {}), "zz_other"]))


def column_of(call: CallDocument, name: str, rows: int, chance: np.random.Generator) -> np.ndarray:
    """Synthetic values of one fact: wide enough that every condition is met by some and not by others."""
    fact = VOCABULARY[name]

    def among(low: int, high: int) -> np.ndarray:
        return chance.integers(low, high, rows, dtype=np.int64)

    match fact.kind:
        case FactKind.FLAG:
            return chance.random(rows) < 0.7
        case FactKind.DAY:
            first, last = DAYS.get(name, (2014, 2025))
            return among(first, last) * 10_000 + among(1, 13) * 100 + among(1, 29)
        case FactKind.CHOICE:
            return among(0, len(fact.choices))
        case FactKind.WORD:
            return among(-1, len(words_of(call, name)))
        case FactKind.WORDS:
            return among(0, 1 << len(words_of(call, name)))
        case FactKind.CENTS:
            return among(-1 if fact.may_be_nothing else 0, MOST.get(name, 3_000_000))
    return among(0, 120 if name == "commission_score" else 20)


def columns_of(call: CallDocument, rows: int) -> Columns:
    """Columns of the facts a call asks; the day of the application lies in its window."""
    chance = np.random.default_rng(20221116)
    made = {
        name: column_of(call, name, rows, chance) for name in {*BASE, *call.rules().facts} - {"applicant"}
    }
    opens = call.window.opens_at
    made["submitted_on"] = np.full(rows, opens.year * 10_000 + opens.month * 100 + min(opens.day + 1, 28))
    words = {
        name: words_of(call, name)
        for name in made
        if VOCABULARY[name].kind in {FactKind.WORD, FactKind.WORDS}
    }
    more = {name: column for name, column in made.items() if name not in BASE}
    return Columns(**{name: made[name] for name in BASE if name in made}, more=more, words=words)


def measure(name: str, rows: int, repeats: int) -> tuple[list[float], list[float], float]:
    """Seconds of the core and of the floor, in turns, and the share of rows that are eligible."""
    call = parse_call((POLICY / name / "call.yaml").read_bytes())
    rules, columns, floor = call.rules(), columns_of(call, rows), FLOORS[name]
    verdict, (eligible, amount) = assess_columns(rules, columns), floor(columns)
    assert np.array_equal(verdict.eligible, eligible), name
    assert np.array_equal(verdict.amount, np.where(eligible, amount, 0)), name
    core, bare = [], []
    for _ in range(repeats):
        gc.collect()
        begin = perf_counter()
        floor(columns)
        middle = perf_counter()
        assess_columns(rules, columns)
        core.append(perf_counter() - middle)
        bare.append(middle - begin)
    return core, bare, float(eligible.mean())


def known_of(call: CallDocument) -> dict[str, Value]:
    """One household as a call asks it, by way of one row of its columns."""
    columns = columns_of(call, 1)
    known: dict[str, Value] = {"applicant": "h1"}
    for name in call.rules().facts:
        if name == "applicant":
            continue
        fact, value = VOCABULARY[name], columns.column(name)[0].item()
        known[name] = value
        if fact.kind is FactKind.CHOICE:
            known[name] = fact.choices[value]
        elif fact.kind is FactKind.WORD:
            known[name] = words_of(call, name)[value]
        elif fact.kind is FactKind.WORDS:
            known[name] = tuple(word for at, word in enumerate(words_of(call, name)) if value >> at & 1)
        elif fact.kind is FactKind.DAY:
            known[name] = np.datetime64(
                f"{value // 10_000}-{value // 100 % 100:02d}-{value % 100:02d}"
            ).item()
    return known


def measure_household(times: int) -> list[float]:
    """CPU seconds of one household under twenty calls."""
    calls = [parse_call((POLICY / name / "call.yaml").read_bytes()) for name in FLOORS]
    chosen = [calls[at % len(calls)] for at in range(CALLS)]
    asked = [(call.rules(), known_of(call)) for call in chosen]
    found = []
    for _ in range(times):
        begin = process_time()
        for rules, known in asked:
            assess_known(rules, known)
        found.append(process_time() - begin)
    return found


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this benchmark."""
    parser.add_argument("--rows", type=int, default=225_000, help="households (225000)")
    parser.add_argument("--repeats", type=int, default=9, help="paired repeats (9)")


def run(options: argparse.Namespace) -> int:
    """Measure and print."""
    rows, repeats = max(options.rows, 10), max(options.repeats, 1)
    for name in FLOORS:
        core, bare, share = measure(name, rows, repeats)
        names = ("rules", "core", f"{name}, {rows} households", "seconds")
        note = f"{100 * share:.1f} % eligible"
        compared(names, core, bare, unit="s", target="ratio <= 5", note=note).tell()
    found = measure_household(200)
    Figure(
        "rules", "core", f"one household, {CALLS} calls", "cpu seconds",
        value=rounded(float(np.median(found))), floor=0.001, ratio=rounded(float(np.median(found)) / 0.001),
        spread=spread_of(found), unit="s", target="ratio <= 1", note="floor is the limit of 1 ms",
    ).tell()  # fmt: skip
    return 0
