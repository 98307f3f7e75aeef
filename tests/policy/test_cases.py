"""Every preset's worked cases, run by the one runner that officers use too; docs/call-document.md has their form."""

from pathlib import Path
from typing import Any

import pytest

from wishmi.calls.cases import KINDS, Case, amount_of, facts, fault_of, known, run_cases
from wishmi.calls.document import parse_call
from wishmi.calls.document_values import read_cents
from wishmi.calls.document_yaml import read_yaml
from wishmi.core.calls import CallRules

__all__ = ["FOLDERS", "POLICY", "PRESETS", "cases", "facts", "known", "read_cents"]

POLICY = Path(__file__).resolve().parents[2] / "policy"
FOLDERS = sorted(path.parent for path in POLICY.glob("*/cases.yaml"))
LEAST_CASES = 12


def loaded(folder: Path) -> tuple[CallRules, dict[str, Any]]:
    """The rules of a preset and the tree of its cases."""
    rules = parse_call((folder / "call.yaml").read_bytes(), f"{folder.name}/call.yaml").rules()
    tree = read_yaml((folder / "cases.yaml").read_bytes(), f"{folder.name}/cases.yaml").tree
    return rules, tree


PRESETS = {folder.name: loaded(folder) for folder in FOLDERS}


def cases(kind: str) -> list[Any]:
    """All cases of a kind, over all presets, as parameters of a test."""
    return [
        pytest.param(Case(rules, tree["child"], said), id=f"{name}: {said['name']}")
        for name, (rules, tree) in PRESETS.items()
        for said in tree.get(kind) or []
    ]


ALL = [pytest.param(kind, *case.values, id=f"{kind}: {case.id}") for kind in KINDS for case in cases(kind)]


@pytest.mark.parametrize(("kind", "case"), ALL)
def test_a_case_comes_out_as_it_says(kind, case):
    assert fault_of(kind, case) == ""
    if kind == "judge" and "amount" in case.said["expect"] and case.rules.sharing == "whole":
        amounts = case.rules.amounts()
        assert amounts is None or amount_of(case.rules, case.said["expect"]["amount"]) in amounts


WRONG = {
    "judge": ("amount: 400.00}", "amount: 399.00}", "399"),
    "rank": ("    expect: {order: [", "    expect: {order: [zz, ", "zz"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_case_that_comes_out_otherwise_is_told_with_its_line(kind):
    old, new, part = WRONG[kind]
    folder = POLICY / "milano-2022-individuale"
    text = (folder / "cases.yaml").read_text("utf-8")
    start = text.index(f"\n{kind}:")
    assert old in text[start:]
    text = text[:start] + text[start:].replace(old, new, 1)
    (wrong,) = [one for one in run_cases(PRESETS[folder.name][0], text.encode()) if one.fault]
    assert wrong.kind == kind
    assert part in wrong.fault
    assert 1 < wrong.line <= text.count("\n")


@pytest.mark.parametrize(
    "text",
    ["judge: [1]", "child: {}\njudge: [{name: x}]", "child: {a: b}\njudge: [{expect: {}}]", "strange: []",
     "child: {}\nrank: [{children: 3, seed: zz}]", "[]", "child: {}\nallocate: [{available: [], expect: {}}]",
     "child: {}\ngrants: [{expect: x, change: {}}]", "child: {}\nuse: [{price: 1}]"],
)  # fmt: skip
def test_a_case_that_is_not_written_as_it_should_be_is_told(text):
    results = run_cases(PRESETS["milano-2022-individuale"][0], text.encode())
    assert any(one.fault for one in results)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_preset_is_named_as_its_folder(folder):
    call = parse_call((folder / "call.yaml").read_bytes())
    assert call.identity.code == folder.name


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_has_enough_cases_and_no_kind_of_its_own(name):
    rules, tree = PRESETS[name]
    assert set(tree) <= {"child", *KINDS}
    told = sum(len(tree.get(kind) or []) for kind in KINDS)
    assert told >= LEAST_CASES or "demonstration" in (POLICY / name / "call.yaml").read_text()
    assert set(known(tree["child"], {})) == set(rules.facts)


def test_every_preset_has_its_cases():
    presets = sorted(path.parent for path in POLICY.glob("*/call.yaml"))
    assert presets == FOLDERS


def test_the_reference_preset_says_what_the_sources_say():
    call = parse_call((POLICY / "milano-2022-individuale" / "call.yaml").read_bytes())
    rules = call.rules()
    assert [(fund.code, fund.appropriated) for fund in rules.funds] == [
        ("EU-UIA", 176_166_000),
        ("LEGGE-285", 89_834_000),
    ]
    assert [(band.up_to_cents, band.inclusive, band.amount) for band in rules.bands] == [
        (1_000_000, False, 40_000),
        (1_600_000, True, 30_000),
        (2_200_000, True, 20_000),
        (2_700_000, True, 10_000),
    ]
    assert rules.life.use_until.isoformat() == "2023-07-31"
    assert rules.opens_at.isoformat() == "2022-09-15T09:00:00+02:00"
    assert rules.closes_at.isoformat() == "2022-11-15T12:00:00+01:00"
