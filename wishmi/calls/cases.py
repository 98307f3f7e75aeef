"""The worked cases of a call, judged, ranked, paid and credited by the core; docs/call-document.md has their form.

Tests, `wishmi call check --cases` and the import of a scheme run the same cases by this one runner.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

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

READERS: Mapping[FactKind, Callable[[Any], Any]] = {
    FactKind.DAY: read_day,
    FactKind.FLAG: read_flag,
    FactKind.CENTS: read_cents,
    FactKind.COUNT: whole(0, 100_000),
    FactKind.WORDS: lambda words: tuple(sorted(words)),
}
_MALFORMED = (ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError)
"""What a case raises that is not written as docs/call-document.md says."""


@dataclass(frozen=True)
class Case:
    """One case with the rules and the child it changes."""

    rules: CallRules
    child: dict[str, Any]
    said: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How a case came out; `fault` is empty where it came out as it says."""

    kind: str
    name: str
    line: int
    fault: str


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


Answer = tuple[object, object]
"""What a case expects, and what came out."""


def amount_of(rules: CallRules, text: str) -> int:
    """An amount in the smallest part of the call's currency."""
    return read_cents(text) if minor_digits(rules.unit) else read_cents(text) // 100


def _judge(case: Case) -> Answer:
    child, expect = facts(case, case.said.get("change") or {}), case.said["expect"]
    verdict = assess(case.rules, child)
    column = assess_columns(case.rules, Columns.of([child]))
    found: dict[str, object] = {
        "reasons": [str(reason.code) for reason in verdict.reasons],
        "amount": verdict.amount,
        "alone and in a column": (bool(column.eligible[0]), int(column.amount[0])),
        "missing": verdict.missing,
    }
    reasons = expect.get("reasons", [])
    amount = 0 if reasons else amount_of(case.rules, expect["amount"])
    wanted: dict[str, object] = {
        "reasons": reasons,
        "amount": amount,
        "alone and in a column": (not reasons, amount),
        "missing": (),
    }
    if "points" in expect:
        found["points"] = score(case.rules.criteria, child).total
        wanted["points"] = int(expect["points"])
    return wanted, found


def _rank(case: Case) -> Answer:
    entries = [Entry(child["code"], facts(case, child)) for child in case.said["children"]]
    made = []
    for some in (entries, entries[::-1]):
        ranking = rank(case.rules, some, bytes.fromhex(case.said["seed"]))
        order = [ranking.codes[place] for place in ranking.order]
        made.append({"order": order, "excluded": [ranking.codes[place] for place in ranking.excluded]})
    expect = case.said["expect"]
    return [{"order": expect["order"], "excluded": expect["excluded"]}] * 2, made


def _money(case: Case, values: Mapping[str, str] | list[str]) -> tuple[int, ...]:
    said = values.values() if isinstance(values, Mapping) else values
    return tuple(amount_of(case.rules, value) for value in said)


def _funds(case: Case) -> tuple[int, ...]:
    """The money of each fund, which stand in the order of the call."""
    if list(case.said["available"]) != [fund.code for fund in case.rules.funds]:
        message = "available names the funds of the call in their order"
        raise ValueError(message)
    return _money(case, case.said["available"])


def _allocate(case: Case) -> Answer:
    said, expect = case.said, case.said["expect"]
    repeat = said.get("repeat")
    claimed = [repeat["claim"]] * int(repeat["times"]) if repeat else said["claims"]
    claims = [Claim(f"h{place}", amount_of(case.rules, amount)) for place, amount in enumerate(claimed)]
    made = allocate(case.rules.allocation, claims, _funds(case))
    cut_off = expect["cut_off"]
    wanted: dict[str, object] = {
        "remaining": _money(case, expect["remaining"]),
        "cut_off": None if cut_off is None else int(cut_off),
    }
    found: dict[str, object] = {"remaining": made.remaining, "cut_off": made.cut_off}
    if "shares" in expect:
        wanted["shares"] = [_money(case, parts) for parts in expect["shares"]]
        found["shares"] = [share.parts for share in made.shares]
    if "awarded" in expect:
        wanted["awarded"] = int(expect["awarded"])
        found["awarded"] = sum(share.amount > 0 for share in made.shares)
    return wanted, found


def _distribute(case: Case) -> Answer:
    said, expect = case.said, case.said["expect"]
    entries = [Entry(child["code"], facts(case, child)) for child in said["children"]]
    ranking = rank(case.rules, entries, bytes.fromhex(said.get("seed", "00")))
    available = _funds(case)
    made = allocate_stage(ranking, [entry.facts.applicant for entry in entries], available, {})
    shares = zip(ranking.order, made.shares, strict=True)
    given = {ranking.codes[place]: share.amount for place, share in shares}
    spent = tuple(sum(share.parts[fund] for share in made.shares) for fund in range(len(available)))
    amounts = {code: amount_of(case.rules, amount) for code, amount in expect["amounts"].items()}
    remaining = _money(case, expect["remaining"])
    taken = tuple(had - left for had, left in zip(available, remaining, strict=True))
    return (amounts, remaining, taken), (given, made.remaining, spent)


def _amount_in(rules: CallRules, text: str) -> int:
    """An amount, or a number of units where the call counts units."""
    return int(text) if isinstance(rules.amount, InUnits) else amount_of(rules, text)


def _day(said: dict[str, Any], name: str) -> date | None:
    return read_day(said[name]) if name in said else None


def _credits(case: Case) -> Any:
    said = case.said
    amount = amount_of(case.rules, said["amount"]) if "amount" in said else 0
    dates = [_day(said, name) for name in ("born_on", "approved_from", "approved_until")]
    return credits_of(
        case.rules.life, amount, case.rules.amount, Holder(read_day(said["awarded_on"]), *dates)
    )


def _credit(case: Case) -> Answer:
    wanted = [
        (read_day(on), read_day(until), _amount_in(case.rules, given))
        for on, until, given in case.said["expect"]
    ]
    return wanted, [(one.on, one.until, one.amount) for one in _credits(case)]


def _available(case: Case) -> Answer:
    said = case.said
    made = _credits(case)
    spent = [(read_day(on), _amount_in(case.rules, given)) for on, given in said.get("spent", [])]
    day = read_day(said["on"])
    if said["expect"] != "too_much":
        return _amount_in(case.rules, said["expect"]), available_on(made, spent, day)
    try:
        return "too_much", available_on(made, spent, day)
    except ValueError as error:
        return "too_much", "too_much" if "more than there was" in str(error) else str(error)


def _last_day(case: Case) -> Answer:
    ends = case.rules.life.last_day(read_day(case.said["awarded_on"]), _day(case.said, "born_on"))
    return read_day(case.said["expect"]), ends


def _carried(case: Case) -> Answer:
    return amount_of(case.rules, case.said["expect"]), case.rules.life.carried(
        amount_of(case.rules, case.said["left"])
    )


def _use(case: Case) -> Answer:
    said = case.said
    price, left = amount_of(case.rules, said["price"]), amount_of(case.rules, said["left"])
    before = said.get("used", {})
    used = Used(
        this_month=amount_of(case.rules, before.get("this_month", "0.00")),
        this_year=amount_of(case.rules, before.get("this_year", "0.00")),
        by_category={
            name: amount_of(case.rules, text) for name, text in before.get("by_category", {}).items()
        },
        at_provider=amount_of(case.rules, before.get("at_provider", "0.00")),
        services=int(before.get("services", "0")),
    )
    wish = Wish(price, said.get("category", ""), left, said.get("goods", ""))
    answer = most_payable(case.rules.use, wish, used)
    if isinstance(answer, Reason):
        return said["expect"], str(answer.code)
    return amount_of(case.rules, said["expect"]), answer.amount


def _pay(case: Case) -> Answer:
    said = case.said
    turnover = amount_of(case.rules, said.get("turnover", "0.00"))
    paid = paid_for(
        case.rules.payment, amount_of(case.rules, said["price"]), turnover, said.get("category", "")
    )
    return amount_of(case.rules, said["expect"]), paid


def _dues(case: Case) -> Answer:
    said = case.said
    days = read_day(said["started_on"]), read_day(said["used_on"])
    made = dues(case.rules.payment, amount_of(case.rules, said["amount"]), *days)
    return [(read_day(on), amount_of(case.rules, amount)) for on, amount in said["expect"]], list(made)


def _discretion(case: Case) -> Answer:
    said = case.said
    put = DiscretionaryCase(
        amount_of(case.rules, said["amount"]),
        said.get("reason") or "",
        said["proposed_by"],
        said.get("approved_by") or "",
    )
    appropriated = sum(fund.appropriated for fund in case.rules.funds)
    reason = why_not_discretion(case.rules.discretion, appropriated, amount_of(case.rules, said["used"]), put)
    return said["expect"], None if reason is None else str(reason.code)


def _grants(case: Case) -> Answer:
    assert case.rules.grant_cap is not None
    return int(case.said["expect"]), case.rules.grant_cap.of_one(known(case.child, case.said["change"]))


KINDS: Mapping[str, Callable[[Case], Answer]] = {
    "judge": _judge,
    "rank": _rank,
    "allocate": _allocate,
    "distribute": _distribute,
    "credits": _credit,
    "available": _available,
    "last_day": _last_day,
    "carried": _carried,
    "use": _use,
    "pay": _pay,
    "dues": _dues,
    "discretion": _discretion,
    "grants": _grants,
}


def fault_of(kind: str, case: Case) -> str:
    """What is wrong with how a case came out; empty where nothing is."""
    try:
        wanted, found = KINDS[kind](case)
    except _MALFORMED as error:
        return f"The case cannot be used ({type(error).__name__}: {error}): see docs/call-document.md."
    return "" if wanted == found else f"It says {wanted}, and {found} came out."


def run_cases(rules: CallRules, raw: bytes, name: str = "cases.yaml") -> list[CaseResult]:
    """Run every case of a file; raises `DocumentRefused` for a file that is no YAML of ours."""
    document = read_yaml(raw, name)
    tree = document.tree if isinstance(document.tree, dict) else {}
    child = tree.get("child")
    results = []
    if not isinstance(child, dict):
        results.append(CaseResult("child", "", 1, "The file has no child: write the facts of a plain one."))
        child = {}
    for kind, cases in tree.items():
        if kind == "child":
            continue
        if kind not in KINDS:
            line = document.lines.get((kind,), 1)
            results.append(CaseResult(kind, "", line, f"{kind} is no kind of case: use {', '.join(KINDS)}."))
            continue
        for place, said in enumerate(cases if isinstance(cases, list) else []):
            line = document.lines.get((kind, place), 1)
            told = said if isinstance(said, dict) else {}
            fault = fault_of(kind, Case(rules, child, told))
            results.append(CaseResult(kind, str(told.get("name", "")), line, fault))
    return results
