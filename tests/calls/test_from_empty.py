"""The scheme that docs/call-document.md takes a reader through: no preset has it, and it loads and judges."""

import re
from datetime import date
from pathlib import Path

import pytest

from wishmi.calls.document import parse_call
from wishmi.core.eligibility import assess
from wishmi.core.facts import ChildFacts
from wishmi.core.ranking import Entry, rank

ROOT = Path(__file__).resolve().parents[2]
DRAW = """
  draw:
    beacon: demo
    scheme: ed25519
    public_key: 2587b6f5cc6f37776c348deb9e007f3fe3107b6d85c4421a17d7d99f9dbf34b4
    round: 20260116
    expected_at: 2026-01-16T12:00
"""
NAMES = "names:\n  benefits: {rent_support: {it: Aiuto per l'affitto, en: Rent support}}\n"
DATA = """
data:
  - facts: [resident, born_on, submitted_on, benefits, minors, cost_cents, arrival, applicant, applicant_role]
    why: {it: Servono alle regole., en: The rules need them.}
"""


def sections(text: str) -> dict[str, str]:
    """The sections of a document by name."""
    parts = re.split(r"^(?=[a-z]+:)", text, flags=re.MULTILINE)
    return {part.partition(":")[0]: part for part in parts if re.match(r"[a-z]+:", part)}


@pytest.fixture(scope="module")
def rules():
    """The block of the page, with what its steps copy from the nearest preset."""
    (block,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "call-document.md").read_text(), re.DOTALL)
    made = sections((ROOT / "policy" / "estonia-hobby" / "call.yaml").read_text())
    made |= sections(block)
    method = re.search(r"\{method: (\w+), order: (\[.*?\])", made["selection"])
    made["selection"] = f"selection:\n  method: {method[1]}\n  order: {method[2]}{DRAW}"
    made["names"], made["data"] = NAMES, DATA
    made["marks"] = re.sub(r"^  \S+[.\[]\S* .*\n", "", made["marks"], flags=re.MULTILINE)
    return parse_call("\n".join(made.values()).encode()).rules()


PUPIL = {
    "resident": True, "born_on": date(2014, 5, 5), "submitted_on": date(2025, 3, 10), "benefits": ("rent_support",),
    "minors": 1, "cost_cents": 24_001, "arrival": 1, "applicant": "h1", "applicant_role": "parent",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "amount", "reasons"),
    [
        ({}, 12_000, []),
        ({"cost_cents": 40_000}, 15_000, []),
        ({"benefits": ()}, 0, ["no_alternative_met"]),
        ({"benefits": (), "minors": 3}, 12_000, []),
        ({"born_on": date(2017, 3, 11)}, 0, ["too_young"]),
        ({"born_on": date(2010, 3, 11)}, 12_000, []),
        ({"born_on": date(2010, 3, 10)}, 0, ["above_age"]),
    ],
)
def test_the_scheme_of_the_page_judges(rules, change, amount, reasons):
    verdict = assess(rules, ChildFacts.of({**PUPIL, **change}))
    assert (verdict.amount, [str(reason.code) for reason in verdict.reasons]) == (amount, reasons)


def test_the_scheme_of_the_page_ranks_by_arrival(rules):
    entries = [
        Entry(code, ChildFacts.of({**PUPIL, "arrival": place}))
        for code, place in (("A", 3), ("B", 1), ("C", 2))
    ]
    ranking = rank(rules, entries, b"seed")
    assert [ranking.codes[place] for place in ranking.order] == ["B", "C", "A"]
