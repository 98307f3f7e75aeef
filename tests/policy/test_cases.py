"""Every preset's worked cases, judged, ranked, paid and credited by the core; docs/call-document.md has their form."""

from dataclasses import dataclass
from datetime import date
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
from wishmi.core.money import minor_digits
from wishmi.core.ranking import Entry, rank
from wishmi.core.reasons import Reason
from wishmi.core.rules.amounts import InUnits
from wishmi.core.rules.distribution import DiscretionaryCase, why_not_discretion
from wishmi.core.rules.life import Holder, available_on, credits_of
from wishmi.core.rules.payment import dues, paid_for
from wishmi.core.rules.use import Used, Wish, most_payable
from wishmi.core.rules.vocabulary import VOCABULARY, FactKind
from wishmi.core.scoring import score
from wishmi.core.stages import allocate_stage

POLICY = Path(__file__).resolve().parents[2] / "policy"
FOLDERS = sorted(path.parent for path in POLICY.glob("*/cases.yaml"))
KINDS = (
    "judge", "rank", "allocate", "distribute", "credits", "available", "last_day", "carried", "use", "pay", "dues",
    "discretion", "grants",
)  # fmt: skip
READERS = {
    FactKind.DAY: read_day,
    FactKind.FLAG: read_flag,
    FactKind.CENTS: read_cents,
    FactKind.COUNT: whole(0, 100_000),
    FactKind.WORDS: lambda words: tuple(sorted(words)),
}
LEAST_CASES = 12


@dataclass(frozen=True)
class Case:
    """One case with the rules and the child it changes."""

    rules: CallRules
    child: dict[str, Any]
    said: dict[str, Any]


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


def known(child: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """The facts of the case's child, changed; amounts are named without their ending."""
    values = {}
    for name, value in {**child, **change}.items():
        if name == "code":
            continue
        fact = name if name in VOCABULARY else f"{name}_cents"
        read = READERS.get(VOCABULARY[fact].kind, str)
        values[fact] = None if value is None else read(value)
    return values


def facts(case: Case, change: dict[str, Any]) -> ChildFacts:
    """The same, frozen."""
    return ChildFacts.of(known(case.child, change))


def amount_of(of: Case | CallRules, text: str) -> int:
    """An amount in the smallest part of the call's currency."""
    rules = of if isinstance(of, CallRules) else of.rules
    return read_cents(text) if minor_digits(rules.unit) else read_cents(text) // 100


def money(case: Case, values: list[str]) -> tuple[int, ...]:
    """Amounts in the same way."""
    return tuple(amount_of(case, value) for value in values)


def day(said: dict[str, Any], name: str) -> date | None:
    return read_day(said[name]) if name in said else None


def holder(said: dict[str, Any]) -> Holder:
    return Holder(
        read_day(said["awarded_on"]),
        day(said, "born_on"),
        day(said, "approved_from"),
        day(said, "approved_until"),
    )


@pytest.mark.parametrize("case", cases("judge"))
def test_a_child_is_judged(case):
    child = facts(case, case.said.get("change") or {})
    expect = case.said["expect"]
    verdict = assess(case.rules, child)
    reasons = expect.get("reasons", [])
    assert [str(reason.code) for reason in verdict.reasons] == reasons
    assert verdict.eligible is not bool(reasons)
    assert verdict.missing == ()
    assert verdict.amount == (0 if reasons else amount_of(case, expect["amount"]))
    if verdict.eligible and case.rules.sharing == "whole":
        assert case.rules.amounts() is None or verdict.amount in case.rules.amounts()
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
    claims = [Claim(f"h{place}", amount_of(case, amount)) for place, amount in enumerate(claimed)]
    made = allocate(case.rules.allocation, claims, money(case, list(said["available"].values())))
    assert made.remaining == money(case, expect["remaining"])
    assert made.cut_off == (None if expect["cut_off"] is None else int(expect["cut_off"]))
    if "shares" in expect:
        assert [share.parts for share in made.shares] == [money(case, parts) for parts in expect["shares"]]
    if "awarded" in expect:
        assert sum(share.amount > 0 for share in made.shares) == int(expect["awarded"])


@pytest.mark.parametrize("case", cases("distribute"))
def test_a_ranking_meets_money_that_is_divided(case):
    said, expect = case.said, case.said["expect"]
    children = said["children"]
    entries = [Entry(child["code"], facts(case, child)) for child in children]
    ranking = rank(case.rules, entries, bytes.fromhex(said.get("seed", "00")))
    available = money(case, list(said["available"].values()))
    assert list(said["available"]) == [fund.code for fund in case.rules.funds]
    made = allocate_stage(ranking, [entry.facts.applicant for entry in entries], available, {})
    given = {
        ranking.codes[place]: share.amount for place, share in zip(ranking.order, made.shares, strict=True)
    }
    assert given == {code: amount_of(case, amount) for code, amount in expect["amounts"].items()}
    assert made.remaining == money(case, expect["remaining"])
    for fund, money_of_fund in enumerate(available):
        assert sum(share.parts[fund] for share in made.shares) + made.remaining[fund] == money_of_fund


def amount_in(rules: CallRules, text: str) -> int:
    """An amount, or a number of units where the call counts units."""
    return int(text) if isinstance(rules.amount, InUnits) else amount_of(rules, text)


@pytest.mark.parametrize("case", cases("credits"))
def test_an_award_is_credited(case):
    said = case.said
    amount = amount_of(case, said["amount"]) if "amount" in said else 0
    made = credits_of(case.rules.life, amount, case.rules.amount, holder(said))
    assert [(one.on, one.until, one.amount) for one in made] == [
        (read_day(on), read_day(until), amount_in(case.rules, given)) for on, until, given in said["expect"]
    ]


@pytest.mark.parametrize("case", cases("available"))
def test_what_can_be_used_on_a_day(case):
    said = case.said
    amount = amount_of(case, said["amount"]) if "amount" in said else 0
    made = credits_of(case.rules.life, amount, case.rules.amount, holder(said))
    spent = [(read_day(on), amount_in(case.rules, given)) for on, given in said.get("spent", [])]
    if said["expect"] == "too_much":
        with pytest.raises(ValueError, match="more than there was"):
            available_on(made, spent, read_day(said["on"]))
        return
    assert available_on(made, spent, read_day(said["on"])) == amount_in(case.rules, said["expect"])


@pytest.mark.parametrize("case", cases("last_day"))
def test_an_award_ends(case):
    ends = case.rules.life.last_day(read_day(case.said["awarded_on"]), day(case.said, "born_on"))
    assert ends == read_day(case.said["expect"])


@pytest.mark.parametrize("case", cases("carried"))
def test_a_rest_is_carried_over(case):
    assert case.rules.life.carried(amount_of(case, case.said["left"])) == amount_of(case, case.said["expect"])


@pytest.mark.parametrize("case", cases("use"))
def test_a_voucher_pays(case):
    said = case.said
    wish = Wish(
        amount_of(case, said["price"]),
        said.get("category", ""),
        amount_of(case, said["left"]),
        said.get("goods", ""),
    )
    before = said.get("used", {})
    used = Used(
        this_month=amount_of(case, before.get("this_month", "0.00")),
        this_year=amount_of(case, before.get("this_year", "0.00")),
        by_category={name: amount_of(case, text) for name, text in before.get("by_category", {}).items()},
        at_provider=amount_of(case, before.get("at_provider", "0.00")),
        services=int(before.get("services", "0")),
    )
    answer = most_payable(case.rules.use, wish, used)
    if isinstance(answer, Reason):
        assert str(answer.code) == said["expect"]
    else:
        assert answer.amount == amount_of(case, said["expect"])


@pytest.mark.parametrize("case", cases("pay"))
def test_a_provider_is_paid(case):
    said = case.said
    turnover = amount_of(case, said.get("turnover", "0.00"))
    paid = paid_for(case.rules.payment, amount_of(case, said["price"]), turnover, said.get("category", ""))
    assert paid == amount_of(case, said["expect"])


@pytest.mark.parametrize("case", cases("dues"))
def test_a_provider_is_paid_on_days(case):
    said = case.said
    made = dues(
        case.rules.payment,
        amount_of(case, said["amount"]),
        read_day(said["started_on"]),
        read_day(said["used_on"]),
    )
    assert list(made) == [(read_day(on), amount_of(case, amount)) for on, amount in said["expect"]]


@pytest.mark.parametrize("case", cases("discretion"))
def test_a_case_is_let_in_by_discretion(case):
    said = case.said
    put = DiscretionaryCase(
        amount_of(case, said["amount"]),
        said.get("reason") or "",
        said["proposed_by"],
        said.get("approved_by") or "",
    )
    appropriated = sum(fund.appropriated for fund in case.rules.funds)
    reason = why_not_discretion(case.rules.discretion, appropriated, amount_of(case, said["used"]), put)
    assert (None if reason is None else str(reason.code)) == said["expect"]


@pytest.mark.parametrize("case", cases("grants"))
def test_a_household_has_so_many_awards(case):
    assert case.rules.grant_cap is not None
    made = case.rules.grant_cap.of_one(known(case.child, case.said["change"]))
    assert made == int(case.said["expect"])


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
