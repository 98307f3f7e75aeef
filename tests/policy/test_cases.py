"""Every preset's worked cases, judged, ranked and paid by the core: see docs/call-document.md for their form."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from wishmi.calls.document import parse_call
from wishmi.calls.document_values import read_cents, read_day, read_flag, whole
from wishmi.calls.document_yaml import read_yaml
from wishmi.core.allocation import Claim, allocate
from wishmi.core.calls import CallRules
from wishmi.core.columns import Columns
from wishmi.core.eligibility import assess, assess_columns
from wishmi.core.facts import ChildFacts
from wishmi.core.ranking import Entry, rank
from wishmi.core.scoring import score

POLICY = Path(__file__).resolve().parents[2] / "policy"
FOLDERS = sorted(path.parent for path in POLICY.glob("*/cases.yaml"))
READERS = {
    "born_on": read_day,
    "submitted_on": read_day,
    "resident": read_flag,
    "isee": read_cents,
    "isee_issued_on": read_day,
    "isee_valid_until": read_day,
    "minors": whole(0, 99),
    "lone_parent": read_flag,
    "disabled_members": whole(0, 99),
}


@dataclass(frozen=True)
class Case:
    """One case with the rules and the child it changes."""

    rules: CallRules
    child: dict[str, Any]
    said: dict[str, Any]


def cases(kind: str) -> list[Any]:
    """All cases of a kind, over all presets, as parameters of a test."""
    found = []
    for folder in FOLDERS:
        rules = parse_call((folder / "call.yaml").read_bytes(), f"{folder.name}/call.yaml").rules()
        tree = read_yaml((folder / "cases.yaml").read_bytes(), f"{folder.name}/cases.yaml").tree
        found += [
            pytest.param(Case(rules, tree["child"], said), id=f"{folder.name}: {said['name']}")
            for said in tree[kind]
        ]
    return found


def facts(case: Case, change: dict[str, Any]) -> ChildFacts:
    """The facts of the case's child, changed."""
    texts = {**case.child, **{name: value for name, value in change.items() if name != "code"}}
    values = {name: None if value is None else READERS.get(name, str)(value) for name, value in texts.items()}
    values["isee_cents"] = values.pop("isee")
    return ChildFacts(**values)


def money(values: list[str]) -> tuple[int, ...]:
    """Amounts in cents."""
    return tuple(read_cents(value) for value in values)


@pytest.mark.parametrize("case", cases("judge"))
def test_a_child_is_judged(case):
    child = facts(case, case.said["change"])
    expect = case.said["expect"]
    verdict = assess(case.rules, child)
    reasons = expect.get("reasons", [])
    assert [str(reason.code) for reason in verdict.reasons] == reasons
    assert verdict.eligible is not bool(reasons)
    assert verdict.amount == (0 if reasons else read_cents(expect["amount"]))
    if "points" in expect:
        assert score(case.rules.criteria, child).total == int(expect["points"])
    column = assess_columns(case.rules, Columns.of([child]))
    assert bool(column.eligible[0]) is verdict.eligible
    assert int(column.amount[0]) == verdict.amount


@pytest.mark.parametrize("case", cases("rank"))
@pytest.mark.parametrize("backwards", [False, True])
def test_children_are_ranked(case, backwards):
    entries = [Entry(child["code"], facts(case, child)) for child in case.said["children"]]
    if backwards:
        entries.reverse()
    ranking = rank(case.rules, entries, bytes.fromhex(case.said["seed"]))
    expect = case.said["expect"]
    assert [ranking.codes[place] for place in ranking.order] == expect["order"]
    assert [ranking.codes[place] for place in ranking.excluded] == expect["excluded"]


@pytest.mark.parametrize("case", cases("allocate"))
def test_money_meets_the_ranking(case):
    said, expect = case.said, case.said["expect"]
    assert list(said["available"]) == [fund.code for fund in case.rules.funds]
    repeat = said.get("repeat")
    claimed = [repeat["claim"]] * int(repeat["times"]) if repeat else said["claims"]
    claims = [Claim(f"h{place}", read_cents(amount)) for place, amount in enumerate(claimed)]
    made = allocate(case.rules.allocation, claims, money(list(said["available"].values())))
    assert made.remaining == money(expect["remaining"])
    assert made.cut_off == (None if expect["cut_off"] is None else int(expect["cut_off"]))
    if "shares" in expect:
        assert [share.parts for share in made.shares] == [money(parts) for parts in expect["shares"]]
    if "awarded" in expect:
        assert sum(share.amount > 0 for share in made.shares) == int(expect["awarded"])


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_preset_is_named_as_its_folder(folder):
    call = parse_call((folder / "call.yaml").read_bytes())
    assert call.identity.code == folder.name


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
