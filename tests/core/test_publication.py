"""A stage as a folder: the bytes of its files, its root worked out by hand, later stages, receipts."""

import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.small_city import (
    AVAILABLE,
    BEACON,
    ROUND,
    City,
    code_of,
    facts_of,
    lines_of,
    publish_city,
    rules,
    salts_of,
)
from wishmi.core import publication
from wishmi.core.allocation import Allocation, Share, allocate
from wishmi.core.calls import AllocationRule, Fit, OrderKey
from wishmi.core.canonical import MalformedError, load
from wishmi.core.draw import drawn, read_draw
from wishmi.core.facts import GROUPS
from wishmi.core.findings import FindingCode
from wishmi.core.intake import (
    Intake,
    Replacement,
    UnknownChange,
    Withdrawal,
    intake_root,
    read_intake,
    seal,
    sealed_commitments,
)
from wishmi.core.manifest import read_manifest
from wishmi.core.publication import Stage, publish
from wishmi.core.receipts import disclose, read_receipt, receipt_of
from wishmi.core.replay import verify_facts
from wishmi.core.stages import Outcome, Standing, allocate_stage
from wishmi.core.totals import changes_of, read_totals
from wishmi.core.verification import verify_public
from wishmi.core.verification_receipt import verify_receipt
from wishmi.infra.beacon import signature_is_valid


@pytest.fixture(scope="module")
def city() -> City:
    return publish_city()


def wrong_in(report):
    return [(finding.code, finding.file, finding.row) for finding in report.findings if finding.is_wrong]


def is_sound(city):
    public = verify_public(city.files, city.rules, signature_is_valid, root=city.root)
    auditor = verify_facts(city.files, city.rules, city.facts)
    return wrong_in(public) + wrong_in(auditor) == [] and public.is_anchored


def test_the_files_of_a_stage(city):
    assert sorted(city.files) == [
        "call.yaml",
        "draw.json",
        "intake.json",
        "leaves.csv",
        "manifest.json",
        "ranking.csv",
        "totals.json",
    ]
    for name, raw in city.files.items():
        assert raw.endswith(b"\n"), name
        assert b"\r" not in raw, name
    assert lines_of(city.files["ranking.csv"])[0] == "position,code,points,outcome"
    assert lines_of(city.files["leaves.csv"])[0] == "code,commitment,leaf"


def test_the_ranked_come_by_position_then_the_excluded_by_code(city):
    rows = city.published.rows
    ranked = [row for row in rows if row.position is not None]
    excluded = [row for row in rows if row.position is None]
    assert [row.position for row in ranked] == list(range(1, len(ranked) + 1))
    assert rows == (*ranked, *sorted(excluded, key=lambda row: row.code))
    assert {(row.points, row.outcome) for row in excluded} == {("", Outcome.EXCLUDED)}


def prefixed(*parts):
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def by_hand(files):
    """The root, worked out from the description in docs/verification.md and nothing else."""
    manifest = json.loads(files["manifest.json"])
    commitments = dict(line.split(",")[:2] for line in lines_of(files["leaves.csv"])[1:])
    level = []
    for line in lines_of(files["ranking.csv"])[1:]:
        position, code, points, outcome = line.split(",")
        texts = (manifest["call"], manifest["stage"], position, code, points, outcome)
        parts = [*(text.encode() for text in texts), bytes.fromhex(commitments[code])]
        level.append(hashlib.sha256(b"\x00" + prefixed(*parts)).digest())
    count = len(level)
    while len(level) > 1:
        pairs = [level[place : place + 2] for place in range(0, len(level), 2)]
        level = [
            hashlib.sha256(b"\x01" + b"".join(pair)).digest() if len(pair) == 2 else pair[0] for pair in pairs
        ]
    parts = [manifest[name].encode() for name in ("format", "call", "stage", "act")]
    parts += [bytes.fromhex(manifest["previous_root"] or ""), bytes.fromhex(manifest["intake_root"])]
    parts += [str(count).encode(), level[0]]
    for name in sorted(set(files) - {"manifest.json"}):
        parts += [name.encode(), hashlib.sha256(files[name]).digest()]
    return hashlib.sha256(b"\x02" + prefixed(*parts)).digest()


def test_the_root_is_the_one_anybody_can_work_out_by_hand(city):
    assert by_hand(city.files) == city.root
    assert json.loads(city.files["manifest.json"])["root"] == city.root.hex()


def test_publishing_twice_gives_the_same_bytes(city):
    assert publish_city().files == city.files


def test_every_file_reads_back_as_written(city):
    manifest, root = read_manifest(load(city.files["manifest.json"]))
    assert (manifest, root) == (city.published.manifest, city.root)
    assert read_totals(load(city.files["totals.json"])).as_bytes() == city.files["totals.json"]
    assert read_intake(load(city.files["intake.json"])) == city.intake
    assert read_draw(load(city.files["draw.json"])).as_bytes() == city.files["draw.json"]


def test_an_honest_stage_is_sound(city):
    assert is_sound(city)


@pytest.mark.parametrize(
    ("fit", "partial_last", "split_funds", "cap"),
    [
        (Fit.STOP, True, True, None),
        (Fit.STOP, False, False, 1),
        (Fit.PASS_OVER, False, True, None),
        (Fit.PASS_OVER, True, False, 1),
    ],
)
def test_an_honest_stage_is_sound_under_every_rule_of_allocation(fit, partial_last, split_funds, cap):
    rule = AllocationRule(fit, partial_last=partial_last, split_funds=split_funds, household_cap=cap)
    assert is_sound(publish_city(rules(allocation=rule)))


def test_a_call_without_a_draw_has_no_draw_file():
    # Among so few children nobody is level on every key.
    call = rules(draw=None, order=(OrderKey.LOWER_INDICATOR, OrderKey.YOUNGER))
    city = publish_city(call, children=40)
    assert "draw.json" not in city.files
    assert is_sound(city)


# A later stage.


def second_round(first, gone, extra=100_000):
    """The stage after `first`, in which the children of `gone` gave their awards back and money was added."""
    shares = dict(zip(ranked_codes(first), first.money.allocation.shares, strict=True))
    standing = {
        code: Standing(Outcome.RENOUNCED if code in gone else Outcome.AWARDED, share.parts)
        for code, share in shares.items()
        if share.amount
    }
    available = (AVAILABLE[0], AVAILABLE[1] + extra)
    return publish_city(
        first.rules, stage="2-round", previous=first.root, standing=standing, available=available
    )


def ranked_codes(city):
    return [row.code for row in city.published.rows if row.position is not None]


@pytest.mark.parametrize("cap", [None, 1, 2])
@pytest.mark.parametrize("fit", list(Fit))
def test_a_second_round_keeps_what_was_awarded_and_runs_down(fit, cap):
    rule = AllocationRule(fit, partial_last=False, split_funds=True, household_cap=cap)
    first = publish_city(rules(allocation=rule))
    awarded = [row.code for row in first.published.rows if row.outcome is Outcome.AWARDED]
    gone = set(awarded[3:30:4])
    second = second_round(first, gone)
    outcome = {row.code: row.outcome for row in second.published.rows}
    assert [row[:3] for row in second.published.rows] == [row[:3] for row in first.published.rows]
    assert all(outcome[code] is (Outcome.RENOUNCED if code in gone else Outcome.AWARDED) for code in awarded)
    assert sum(value is Outcome.AWARDED for value in outcome.values()) > len(awarded) - len(gone)
    assert is_sound(second)


@pytest.mark.parametrize("cap", [1, 2])
def test_awards_kept_count_against_the_cap_of_their_household(cap):
    first = publish_city(rules(allocation=AllocationRule(Fit.STOP, False, True, cap)))
    second = second_round(first, set(), extra=100_000_000)
    homes = [
        facts_of(second.children[row.code]).applicant
        for row in second.published.rows
        if row.outcome is Outcome.AWARDED
    ]
    assert max(homes.count(home) for home in homes) <= cap
    assert second.money.allocation.cut_off is None
    assert is_sound(second)


def test_a_few_new_awards_do_not_show_in_the_difference_of_two_stages():
    first = publish_city()
    awarded = [row.code for row in first.published.rows if row.outcome is Outcome.AWARDED]
    second = second_round(first, set(awarded[:1]), extra=0)
    told = read_totals(load(second.files["totals.json"]))
    assert all(
        fund.cells is None and fund.awarded is None for fund in told.funds if touched(first, second, fund)
    )
    assert is_sound(second)


def touched(first, second, fund):
    place = [rule.code for rule in first.rules.funds].index(fund.code)
    before = [share.parts[place] for share in first.money.allocation.shares]
    return before != [share.parts[place] for share in second.money.allocation.shares]


def test_money_held_beyond_the_fund_is_refused(city):
    code = ranked_codes(city)[0]
    with pytest.raises(ValueError, match="negative"):
        publish_city(standing={code: Standing(Outcome.AWARDED, (AVAILABLE[0] + 1, 0))})


def test_an_award_of_a_child_that_is_not_ranked_is_refused():
    with pytest.raises(ValueError, match="ranked child"):
        publish_city(standing={"NOBODY": Standing(Outcome.AWARDED, (1, 0))})


def test_a_first_stage_allocates_as_the_core_does(city):
    households = [facts_of(child).applicant for child in city.children.values()]
    assert city.money.allocation == allocate_stage(city.ranking, households, AVAILABLE, {})
    claims = city.money.allocation.shares
    assert sum(share.amount for share in claims) + sum(city.money.allocation.remaining) == sum(AVAILABLE)
    assert allocate(city.rules.allocation, [], AVAILABLE).remaining == AVAILABLE


# What cannot be published is a bug of the caller.


def test_a_child_that_renounced_cannot_hold_an_award(city):
    standing = {ranked_codes(city)[0]: Standing(Outcome.RENOUNCED, (0, 0))}
    with pytest.raises(ValueError, match="renounced"):
        publication.rows_of(city.ranking, replace(city.money, standing=standing))


def stage_of(city, **changes):
    draw = drawn(city.rules.draw, BEACON.signature_of(ROUND))
    return replace(Stage("1-provisional", "act 12/2023", None, b"call\n", city.intake, draw), **changes)


@pytest.mark.parametrize(
    "changes", [{"name": "First Stage"}, {"draw": None}, {"intake": Intake("another", 0, b"\0" * 32)}]
)
def test_parts_that_do_not_belong_together_are_refused(city, changes):
    with pytest.raises(ValueError, match=r"form|of the call"):
        publish(stage_of(city, **changes), city.ranking, city.money, {})


# The intake.


def test_changes_after_closing_are_walked_back_to_the_seal():
    sealed = {"A": b"1" * 32, "B": b"2" * 32, "C": b"3" * 32}
    now = [("A", b"9" * 32), ("C", b"3" * 32)]
    gone = [Withdrawal("B", b"5" * 32)]
    swaps = [Replacement("A", b"1" * 32, b"8" * 32), Replacement("B", b"2" * 32, b"5" * 32)]
    swaps.append(Replacement("A", b"8" * 32, b"9" * 32))
    assert sealed_commitments(now, gone, swaps) == sealed
    assert sealed_commitments(now, gone, swaps[:-1]) == UnknownChange("A")
    assert sealed_commitments([*now, ("B", b"5" * 32)], gone, swaps) == UnknownChange("B")


def test_the_seal_does_not_depend_on_the_order_of_applications():
    commitments = {code_of(child): salts_of(child)["other"] for child in range(9)}
    again = dict(reversed(commitments.items()))
    assert seal("call", commitments) == seal("call", again)
    assert intake_root("call", commitments) != intake_root("another", commitments)


def test_a_withdrawal_after_closing_is_listed_and_sound():
    everyone = publish_city(children=201)
    last = code_of(200)
    commitment_of = {leaf.code: leaf.commitment for leaf in everyone.published.leaves}
    intake = replace(everyone.intake, withdrawals=(Withdrawal(last, commitment_of[last]),))
    city = publish_city(children=200, intake=intake)
    assert is_sound(city)
    assert city.intake.root == everyone.intake.root


# Receipts.


@given(place=st.integers(0, 299))
def test_every_receipt_is_sound_alone_and_beside_its_folder(city, place):
    raw = receipt_of(city.published, city.rules, place, city.holder(place))
    assert wrong_in(verify_receipt(raw, root=city.root)) == []
    report = verify_receipt(raw, root=city.root, files=city.files, rules=city.rules)
    assert report.findings == ()
    assert report.is_anchored


@given(place=st.integers(0, 299), groups=st.sets(st.sampled_from(sorted(GROUPS))))
def test_a_receipt_shows_the_groups_the_family_chose_and_stays_sound(city, place, groups):
    raw = receipt_of(city.published, city.rules, place, city.holder(place))
    shown = disclose(raw, groups)
    report = verify_receipt(shown, root=city.root, files=city.files, rules=city.rules)
    assert wrong_in(report) == []
    assert set(read_receipt(load(shown)).opened) == groups
    closed = [finding for finding in report.findings if finding.code is FindingCode.RECEIPT_PARTLY_CLOSED]
    assert bool(closed) == (groups != set(GROUPS))
    for group in set(GROUPS) - groups:
        assert city.holder(place).salts[group].hex() not in shown.decode()
    if groups == set(GROUPS):
        assert shown == raw


def test_a_closed_receipt_tells_neither_points_nor_amount_of_what_is_closed(city):
    raw = receipt_of(city.published, city.rules, 0, city.holder(0))
    shown = json.loads(disclose(raw, ["household"]))
    assert {part["fact"] for part in shown["points"]} == {"minors", "lone_parent"}
    assert (shown["total"], shown["award"], shown["exclusion"]) == (None, None, None)
    assert json.loads(disclose(disclose(raw, ["household"]), GROUPS)) == shown


@pytest.mark.parametrize("groups", [["wishes"], ["income", "wishes"]])
def test_a_group_that_does_not_exist_cannot_be_shown(city, groups):
    raw = receipt_of(city.published, city.rules, 0, city.holder(0))
    with pytest.raises(MalformedError):
        disclose(raw, groups)


def test_what_a_kept_award_gave_back_since_the_last_totals_is_a_change():
    kept = {"A": Standing(Outcome.AWARDED, (120, 0), told=(400, 0)), "B": Standing(Outcome.AWARDED, (300, 0))}
    now = Allocation((Share((120, 0)), Share((300, 0))), (0, 0), None)
    changes = changes_of(["A", "B"], now, kept, tells_amounts=True)
    assert changes.added == ((120, 0),)
    assert changes.taken == ((400, 0),)
    assert changes.kept == 2
