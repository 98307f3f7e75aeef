"""Every attack is played twice: naively, and with all leaves, digests and the root worked out again.

A naive change is found by the digests and named by its row. Against a folder that agrees with itself the anchor
stands: the root printed in the act, for the intake the root printed at closing, and the auditor's replay.
"""

import hashlib
import json
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core import attacker
from tests.core.attacker import (
    DRAW,
    INTAKE,
    LEAVES,
    MANIFEST,
    RANKING,
    TOTALS,
    edit_field,
    edit_json,
    edit_lines,
    field_of,
    recompute,
    recount,
    renumber,
    reseal,
)
from tests.core.small_city import BEACON, PRIVATE_ORDER, bytes_of, code_of, lines_of, publish_city, rules
from wishmi.core.canonical import dump
from wishmi.core.eligibility import assess
from wishmi.core.findings import FindingCode as Code
from wishmi.core.receipts import receipt_of
from wishmi.core.replay import verify_facts
from wishmi.core.stages import Outcome
from wishmi.core.verification import verify_public
from wishmi.core.verification_receipt import verify_receipt
from wishmi.infra.beacon import DemoBeacon, signature_is_valid


@pytest.fixture(scope="module")
def city():
    return publish_city()


@pytest.fixture(scope="module")
def private_city():
    return publish_city(rules(order=PRIVATE_ORDER))


def public(city, files, **anchors):
    return verify_public(files, city.rules, signature_is_valid, **anchors)


def wrong_in(report):
    return {(finding.code, finding.file, finding.row) for finding in report.findings if finding.is_wrong}


def codes_in(report):
    return {code for code, _, _ in wrong_in(report)}


def check_recomputed(city, files):
    """With everything worked out again, the root of the act still says no."""
    recompute(files)
    without = public(city, files)
    anchored = public(city, files, root=city.root)
    assert wrong_in(anchored) - wrong_in(without) == {(Code.NOT_THIS_ROOT, MANIFEST, None)}
    assert not anchored.is_anchored
    return wrong_in(without)


def pair_by_draw(city):
    """Two neighbouring lines of equal points that the draw has put in order, both awarded."""
    rows = dict(enumerate(city.published.rows, start=2))
    return next(
        line
        for line, row in rows.items()
        if line + 1 in rows
        and rows[line + 1][2:] == row[2:]
        and not row.points.endswith("+")
        and row.outcome is Outcome.AWARDED
    )


# The honest folder.


def test_an_honest_folder_without_an_anchor_is_consistent_not_anchored(city):
    report = public(city, city.files)
    assert report.is_sound
    assert not report.is_anchored
    assert Code.NOT_ANCHORED in {finding.code for finding in report.findings}


def test_an_honest_folder_with_its_anchors_is_anchored(city):
    report = public(city, city.files, root=city.root, intake_root=city.intake.root)
    assert report.is_sound
    assert report.is_anchored
    assert report.root == city.root


def test_where_the_next_key_is_private_the_check_says_for_how_many_groups(private_city):
    report = public(private_city, private_city.files, root=private_city.root)
    notes = {finding.code: finding.params for finding in report.findings}
    points = [row.points for row in private_city.published.rows if row.position is not None]
    assert notes[Code.ORDER_PRIVATE] == {"groups": sum(points.count(total) > 1 for total in set(points))}


# Rows.


def swap_lines(line):
    def change(lines):
        lines[line - 1], lines[line] = lines[line], lines[line - 1]

    return change


def swap_codes(files, line, other):
    one, two = field_of(files, line, 1), field_of(files, other, 1)
    edit_field(files, line, 1, lambda _: two)
    edit_field(files, other, 1, lambda _: one)


def test_two_rows_swapped(city):
    line, files = pair_by_draw(city), city.files
    edit_lines(files, RANKING, swap_lines(line))
    assert {
        (Code.DIGEST_WRONG, RANKING, None),
        (Code.POSITION_WRONG, RANKING, line),
        (Code.LEAF_OUT_OF_ORDER, LEAVES, line),
        (Code.DRAW_ORDER_WRONG, RANKING, line + 1),
    } == wrong_in(public(city, files))
    assert (Code.POSITION_WRONG, RANKING, line) in check_recomputed(city, files)


def test_two_rows_of_different_points_swapped_and_renumbered(city):
    rows = city.published.rows
    line = next(at + 2 for at in range(len(rows)) if rows[at].points != rows[at + 1].points)
    files = city.files
    edit_lines(files, RANKING, swap_lines(line))
    renumber(files)
    found = wrong_in(public(city, files))
    assert {(Code.LEAF_WRONG, RANKING, line), (Code.LEAF_WRONG, RANKING, line + 1)} <= found
    assert (Code.POINTS_RISE, RANKING, line + 1) in found
    assert (Code.POINTS_RISE, RANKING, line + 1) in check_recomputed(city, files)


def test_two_codes_of_equal_points_swapped_where_the_draw_decides(city):
    line, files = pair_by_draw(city), city.files
    swap_codes(files, line, line + 1)
    found = wrong_in(public(city, files))
    assert {(Code.LEAF_WRONG, RANKING, line), (Code.LEAF_WRONG, RANKING, line + 1)} <= found
    assert check_recomputed(city, files) == {(Code.DRAW_ORDER_WRONG, RANKING, line + 1)}


def test_two_codes_of_equal_points_swapped_where_private_facts_decide(private_city):
    city, files = private_city, private_city.files
    line = pair_by_draw(city)
    swap_codes(files, line, line + 1)
    found = wrong_in(public(city, files))
    assert {(Code.LEAF_WRONG, RANKING, line), (Code.LEAF_WRONG, RANKING, line + 1)} <= found
    assert check_recomputed(city, files) == set()
    replayed = wrong_in(verify_facts(files, city.rules, city.facts))
    assert {(Code.REPLAY_DIFFERS, RANKING, line), (Code.REPLAY_DIFFERS, RANKING, line + 1)} <= replayed
    assert {row for _, file, row in replayed if file == RANKING} == {line, line + 1}


def test_a_row_dropped(city):
    files, line = city.files, 10
    edit_lines(files, RANKING, lambda lines: lines.pop(line - 1))
    assert wrong_in(public(city, files)) == {
        (Code.DIGEST_WRONG, RANKING, None),
        (Code.ROW_MISSING, LEAVES, line),
        (Code.POSITION_WRONG, RANKING, line),
        (Code.OUTCOMES_MISCOUNTED, TOTALS, None),
    }
    renumber(files)
    recount(files)
    assert (Code.INTAKE_MISCOUNTED, INTAKE, None) in check_recomputed(city, files)


def test_a_leaf_dropped(city):
    files, line = city.files, 10
    edit_lines(files, LEAVES, lambda lines: lines.pop(line - 1))
    found = wrong_in(public(city, files))
    assert {(Code.LEAF_MISSING, RANKING, line), (Code.DIGEST_WRONG, LEAVES, None)} <= found
    assert {Code.LEAVES_MISCOUNTED, Code.TREE_ROOT_WRONG, Code.INTAKE_MISCOUNTED} <= {c for c, _, _ in found}


def test_a_row_inserted(city):
    files, line = city.files, 10
    points = field_of(files, line, 2)
    edit_lines(files, RANKING, lambda lines: lines.insert(line - 1, f"9,GHOST-1,{points},awarded"))
    found = wrong_in(public(city, files))
    assert {(Code.LEAF_MISSING, RANKING, line), (Code.POSITION_WRONG, RANKING, line + 1)} <= found
    renumber(files)
    recount(files)
    assert (Code.INTAKE_MISCOUNTED, INTAKE, None) in check_recomputed(city, files)


def test_a_row_doubled(city):
    files, line = city.files, 10
    edit_lines(files, RANKING, lambda lines: lines.insert(line, lines[line - 1]))
    found = wrong_in(public(city, files))
    assert {(Code.CODE_DOUBLED, RANKING, line + 1), (Code.POSITION_WRONG, RANKING, line + 1)} <= found
    renumber(files)
    recount(files)
    assert (Code.CODE_DOUBLED, RANKING, line + 1) in check_recomputed(city, files)


@pytest.mark.parametrize("field", [0, 1, 2, 3], ids=["position", "code", "points", "outcome"])
def test_a_field_of_a_row_changed(city, field):
    files, line = city.files, pair_by_draw(city)
    changed = ["99999", "ANOTHER-1", "5", "renounced"]
    edit_field(files, line, field, lambda _: changed[field])
    found = wrong_in(public(city, files))
    assert (Code.DIGEST_WRONG, RANKING, None) in found
    named = (Code.LEAF_MISSING if field == 1 else Code.LEAF_WRONG, RANKING, line)
    assert named in found
    expected = [
        (Code.POSITION_WRONG, RANKING, line),
        (Code.INTAKE_WRONG, INTAKE, None),
        (Code.POINTS_RISE, RANKING, line + 1),
        (Code.OUTCOMES_MISCOUNTED, TOTALS, None),
    ]
    assert expected[field] in check_recomputed(city, files)


def test_points_raised_a_little_where_no_row_above_has_fewer(city):
    """A total that still falls from row to row is for the auditor, and for the act's root."""
    rows = city.published.rows
    at = next(at for at in range(1, 60) if rows[at].points != rows[at - 1].points)
    files = city.files
    edit_field(files, at + 2, 2, lambda _: rows[at - 1].points)
    edit_found = wrong_in(public(city, files))
    assert (Code.LEAF_WRONG, RANKING, at + 2) in edit_found
    assert check_recomputed(city, files) <= {(Code.DRAW_ORDER_WRONG, RANKING, at + 2)}
    replayed = wrong_in(verify_facts(files, city.rules, city.facts))
    assert (Code.REPLAY_DIFFERS, RANKING, at + 2) in replayed


def test_an_award_moved_past_the_cut_off(city):
    """One child waits so that another below the cut-off is awarded; the counts agree."""
    files, cut_off = city.files, city.money.allocation.cut_off
    early, late = cut_off, cut_off + 4
    edit_field(files, early, 3, lambda _: "waiting")
    edit_field(files, late, 3, lambda _: "awarded")
    found = wrong_in(public(city, files))
    assert {(Code.LEAF_WRONG, RANKING, early), (Code.LEAF_WRONG, RANKING, late)} <= found
    assert check_recomputed(city, files) == {
        (Code.WAITING_BEFORE_CUT_OFF, RANKING, early),
        (Code.AWARDED_AFTER_CUT_OFF, RANKING, late),
    }


def test_an_excluded_child_put_in_the_ranking(city):
    files = city.files
    line = attacker.lines_with(files, lambda row: row.position is None)[0]
    edit_field(files, line, 3, lambda _: "waiting")
    edit_field(files, line, 0, lambda _: str(line - 1))
    edit_field(files, line, 2, lambda _: field_of(files, line - 1, 2))
    assert (Code.LEAF_WRONG, RANKING, line) in wrong_in(public(city, files))
    recount(files)
    assert {code for code, _, _ in check_recomputed(city, files)} <= {Code.DRAW_ORDER_WRONG}
    replayed = wrong_in(verify_facts(files, city.rules, city.facts))
    assert (Code.REPLAY_DIFFERS, RANKING, line) in replayed


def test_two_excluded_rows_swapped(city):
    files = city.files
    line = attacker.lines_with(files, lambda row: row.position is None)[3]
    edit_lines(files, RANKING, swap_lines(line))
    found = check_recomputed(city, files)
    assert found == {(Code.EXCLUDED_MISPLACED, RANKING, line + 1)}


# Money.


def cell_of(data, fund=0, cell=0):
    return data["funds"][fund]["awards"][cell]


MONEY = {
    "sum of a line": (
        lambda d: cell_of(d).update(sum=cell_of(d)["sum"] + 1),
        {Code.CELL_WRONG, Code.FUND_SUM_WRONG},
    ),
    "number of a line": (
        lambda d: cell_of(d).update(count=cell_of(d)["count"] + 1),
        {Code.CELL_WRONG},
    ),
    "awarded": (lambda d: d["funds"][0].update(awarded=d["funds"][0]["awarded"] - 1), {Code.FUND_SUM_WRONG}),
    "remainder": (lambda d: d["funds"][1].update(remainder=1), {Code.FUND_SUM_WRONG}),
    "a fund lowered": (lambda d: d["funds"][0].update(available=1_000_000), {Code.FUND_OVERSPENT}),
    "a fund left out": (lambda d: d["funds"].pop(), {Code.FUNDS_DIFFER}),
    "another unit": (lambda d: d.update(unit="sessions"), {Code.UNIT_DIFFERS}),
    "outcomes": (lambda d: d["outcomes"].update(awarded=1), {Code.OUTCOMES_MISCOUNTED}),
    "cut-off": (lambda d: d.update(cut_off=5), {Code.CUT_OFF_WRONG, Code.AWARDED_AFTER_CUT_OFF}),
    "cut-off beyond the list": (lambda d: d.update(cut_off=5_000), {Code.CUT_OFF_WRONG}),
    "no cut-off": (lambda d: d.update(cut_off=None), {Code.WAITING_BEFORE_CUT_OFF}),
    "kept": (lambda d: d.update(kept=5_000), {Code.OUTCOMES_MISCOUNTED}),
    "stage": (lambda d: d.update(stage="2-final"), {Code.STAGE_DIFFERS}),
    "call": (lambda d: d.update(call="another"), {Code.CALL_DIFFERS}),
    "a small line": (
        lambda d: d["funds"][0]["awards"].append({"count": 1, "from": 1, "to": 1, "sum": 1}),
        {Code.CELL_TOO_SMALL, Code.FUND_SUM_WRONG},
    ),
    "an amount above the call's": (
        lambda d: cell_of(d).update({"from": 50_000, "to": 50_000}),
        {Code.AMOUNT_UNKNOWN, Code.CELL_WRONG},
    ),
}


@pytest.mark.parametrize("change", MONEY)
def test_a_total_changed(city, change):
    files = city.files
    alter, expected = MONEY[change]
    edit_json(files, TOTALS, alter)
    assert (Code.DIGEST_WRONG, TOTALS, None) in wrong_in(public(city, files))
    assert expected <= {code for code, _, _ in check_recomputed(city, files)}
    replayed = wrong_in(verify_facts(files, city.rules, city.facts))
    assert {(code, file) for code, file, _ in replayed} == {(Code.REPLAY_DIFFERS, TOTALS)}


def test_money_moved_between_lines_that_still_add_up(city):
    """The sums agree, so only the root and the auditor find it."""
    files = city.files

    def move(data):
        data["funds"][1]["available"] += 10_000
        data["funds"][1]["remainder"] += 10_000

    edit_json(files, TOTALS, move)
    assert (Code.DIGEST_WRONG, TOTALS, None) in wrong_in(public(city, files))
    assert check_recomputed(city, files) == set()
    assert Code.REPLAY_DIFFERS in codes_in(verify_facts(files, city.rules, city.facts))


# The intake.


def test_a_ghost_application_that_was_not_in_the_intake(city):
    files = city.files
    edit_lines(files, RANKING, lambda lines: lines.insert(1, "1,GHOST-1,990,awarded"))
    renumber(files)
    recount(files)
    found = check_recomputed(city, files)
    assert (Code.INTAKE_MISCOUNTED, INTAKE, None) in found
    edit_json(files, INTAKE, lambda data: data.update(applications=data["applications"] + 1))
    assert (Code.INTAKE_WRONG, INTAKE, None) in check_recomputed(city, files)
    reseal(files)
    assert not codes_of_intake(check_recomputed(city, files))
    printed = public(city, files, intake_root=city.intake.root)
    assert (Code.NOT_THIS_INTAKE, INTAKE, None) in wrong_in(printed)


def codes_of_intake(found):
    return {code for code, file, _ in found if file == INTAKE}


def test_an_application_of_the_intake_left_out(city):
    files = city.files
    edit_lines(files, RANKING, lambda lines: lines.pop())
    edit_lines(files, LEAVES, lambda lines: lines.pop())
    recount(files)
    assert check_recomputed(city, files) == {(Code.INTAKE_MISCOUNTED, INTAKE, None)}
    reseal(files)
    assert check_recomputed(city, files) == set()
    assert codes_in(public(city, files, intake_root=city.intake.root)) == {Code.NOT_THIS_INTAKE}
    unknown = verify_facts(files, city.rules, city.facts)
    assert Code.FACTS_UNKNOWN in codes_in(unknown)


def test_a_commitment_exchanged_for_another_child_s_facts(city):
    files, line = city.files, 5
    edit_lines(files, LEAVES, lambda lines: lines.__setitem__(line - 1, other_commitment(lines[line - 1])))
    found = wrong_in(public(city, files))
    assert {(Code.LEAF_WRONG, RANKING, line), (Code.INTAKE_WRONG, INTAKE, None)} <= found
    assert check_recomputed(city, files) == {(Code.INTAKE_WRONG, INTAKE, None)}


def other_commitment(line):
    code, _, leaf = line.split(",")
    return f"{code},{'ab' * 32},{leaf}"


def test_a_withdrawal_made_up_for_a_child_that_is_listed(city):
    files, line = city.files, 5
    code = field_of(files, line, 1)
    edit_json(files, INTAKE, lambda data: data["withdrawals"].append({"code": code, "commitment": "00" * 32}))
    found = check_recomputed(city, files)
    assert found == {(Code.INTAKE_CHANGE_UNKNOWN, LEAVES, line)}


def test_a_replacement_made_up(city):
    files = city.files
    swap = {"code": "NOBODY", "old": "00" * 32, "new": "11" * 32}
    edit_json(files, INTAKE, lambda data: data["replacements"].append(swap))
    assert check_recomputed(city, files) == {(Code.INTAKE_CHANGE_UNKNOWN, INTAKE, None)}


# The draw.


def another_signature(number):
    return DemoBeacon.of(b"another").signature_of(number)


def test_another_seed(city):
    files = city.files
    edit_json(files, DRAW, lambda data: data.update(value="00" * 32))
    assert {(Code.DIGEST_WRONG, DRAW, None), (Code.DRAW_VALUE_WRONG, DRAW, None)} <= wrong_in(
        public(city, files)
    )
    found = check_recomputed(city, files)
    assert (Code.DRAW_VALUE_WRONG, DRAW, None) in found
    assert Code.DRAW_ORDER_WRONG in {code for code, _, _ in found}


@pytest.mark.parametrize("signature", [another_signature(4_242), BEACON.signature_of(4_243)])
def test_another_seed_with_a_signature_of_another_key_or_round(city, signature):
    files = city.files
    value = hashlib.sha256(signature).hexdigest()
    edit_json(files, DRAW, lambda data: data.update(value=value, signature=signature.hex()))
    assert (Code.DRAW_SIGNATURE_WRONG, DRAW, None) in check_recomputed(city, files)


@pytest.mark.parametrize(
    ("field", "value"),
    [("round", 4_243), ("beacon", "mine"), ("scheme", "none"), ("public_key", "00" * 32)],
)
def test_another_draw_than_the_call_names(city, field, value):
    files = city.files
    edit_json(files, DRAW, lambda data: data.update({field: value}))
    assert (Code.DRAW_DIFFERS, DRAW, None) in check_recomputed(city, files)


def test_a_draw_where_the_call_draws_nothing(city):
    report = verify_public(city.files, rules(draw=None), signature_is_valid)
    assert wrong_in(report) == {(Code.DRAW_UNEXPECTED, DRAW, None)}


def test_the_draw_left_out(city):
    files = city.files
    del files[DRAW]
    assert (Code.FILE_MISSING, DRAW, None) in wrong_in(public(city, files))
    assert (Code.FILE_MISSING, DRAW, None) in check_recomputed(city, files)


# Stages.


@pytest.fixture(scope="module")
def final_city(city):
    money = tuple(available + 200_000 for available in city.money.available)
    return publish_city(city.rules, stage="2-final", previous=city.root, available=money)


@pytest.mark.parametrize("name", [RANKING, LEAVES, TOTALS, MANIFEST])
def test_a_file_of_an_older_stage_mixed_in(city, final_city, name):
    files = {**final_city.files, name: city.files[name]}
    found = wrong_in(public(final_city, files, root=final_city.root))
    if name == MANIFEST:
        assert {(Code.NOT_THIS_ROOT, MANIFEST, None), (Code.STAGE_DIFFERS, TOTALS, None)} <= found
        assert (Code.LEAF_WRONG, RANKING, 2) in found
        return
    assert {(Code.DIGEST_WRONG, name, None), (Code.NOT_THIS_ROOT, MANIFEST, None)} <= found
    first = {RANKING: city.money.allocation.cut_off + 1, LEAVES: 2}
    if name in first:
        rows = {row for code, _, row in found if code is Code.LEAF_WRONG}
        assert min(rows) == first[name]


@pytest.mark.parametrize("name", [RANKING, TOTALS])
def test_a_file_of_an_older_stage_mixed_in_and_everything_worked_out_again(city, final_city, name):
    files = {**final_city.files, name: city.files[name]}
    found = {code for code, _, _ in check_recomputed(final_city, files)}
    assert Code.OUTCOMES_MISCOUNTED in found
    assert (Code.STAGE_DIFFERS in found) == (name == TOTALS)


def test_the_older_stage_passed_off_as_the_newer(city, final_city):
    assert codes_in(public(city, city.files, root=final_city.root)) == {Code.NOT_THIS_ROOT}


def test_a_file_that_does_not_belong_there(city):
    files = {**city.files, "ranking-old.csv": city.files[RANKING]}
    assert (Code.FILE_UNLISTED, "ranking-old.csv", None) in wrong_in(public(city, files))
    assert (Code.FILE_UNLISTED, "ranking-old.csv", None) in check_recomputed(city, files)


@pytest.mark.parametrize("name", ["\udc80", "Ranking.CSV", "a/b", "x" * 100])
def test_a_file_with_a_strange_name(city, name):
    report = public(city, {**city.files, name: b""}, root=city.root)
    assert codes_in(report) == {Code.FILE_UNLISTED}
    assert all(finding.file.isascii() for finding in report.findings)


def test_a_first_stage_keeps_nothing_from_before(city):
    """Awards past the cut-off cannot be passed off as kept from a stage that never was."""
    files, cut_off = city.files, city.money.allocation.cut_off
    edit_field(files, cut_off + 4, 3, lambda _: "awarded")
    recount(files)
    edit_json(files, TOTALS, lambda data: data.update(kept=1))
    assert (Code.OUTCOMES_MISCOUNTED, TOTALS, None) in check_recomputed(city, files)


# The manifest and the call.


@pytest.mark.parametrize(
    "change",
    [
        {"act": "act 13/2023"},
        {"stage": "2-final"},
        {"call": "another"},
        {"previous_root": "00" * 32},
        {"intake_root": "00" * 32},
        {"leaves": 1},
        {"tree_root": "00" * 32},
        {"root": "00" * 32},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_part_of_the_manifest_changed(city, change):
    files = city.files
    edit_json(files, MANIFEST, lambda data: data.update(change))
    assert (Code.MANIFEST_ROOT_WRONG, MANIFEST, None) in wrong_in(public(city, files))
    anchored = codes_in(public(city, files, root=city.root))
    assert (Code.NOT_THIS_ROOT in anchored) == ("root" not in change)


def test_another_call_document(city):
    files = city.files
    files["call.yaml"] += b"# and one more point for friends\n"
    assert wrong_in(public(city, files)) == {(Code.DIGEST_WRONG, "call.yaml", None)}
    assert check_recomputed(city, files) == set()


def test_a_call_that_cannot_be_read(city):
    report = verify_public(city.files, None, signature_is_valid, root=city.root)
    assert wrong_in(report) == {(Code.CALL_UNREADABLE, "call.yaml", None)}


# Any change at all.


@given(data=st.data())
def test_any_byte_changed_in_any_file_is_found_given_the_root(city, data):
    files = city.files
    name = data.draw(st.sampled_from(sorted(files)))
    place = data.draw(st.integers(0, len(files[name]) - 1))
    raw = bytearray(files[name])
    raw[place] ^= data.draw(st.integers(1, 255))
    files[name] = bytes(raw)
    assert not public(city, files, root=city.root).is_sound


@given(data=st.data(), name=st.sampled_from([RANKING, LEAVES, TOTALS, INTAKE, DRAW, MANIFEST]))
def test_nothing_in_a_folder_makes_the_checks_fail_to_answer(city, data, name):
    files = city.files
    if data.draw(st.booleans()):
        files[name] = data.draw(st.binary(max_size=60))
    else:
        start = data.draw(st.integers(0, len(files[name])))
        stop = data.draw(st.integers(start, min(len(files[name]), start + 50)))
        files[name] = files[name][:start] + data.draw(st.binary(max_size=20)) + files[name][stop:]
    public(city, files, root=city.root)
    verify_facts(files, city.rules, city.facts)


HOSTILE = [
    b"",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"a": ' * 50_000,
    b"1" * 10_000,
    b"1e999",
    b"NaN",
    b'{"format": "x", "format": "y"}',
    b'"\\ud800"',
    b"null",
    b"[]",
    b"\n" * 1_000,
    b"position,code,points,outcome",
    b"position,code,points,outcome\n1,A,10,awarded",
    b"position,code,points,outcome\n1,A,10,awarded\n\xff,B,10,awarded\n",
]


@pytest.mark.parametrize("name", [RANKING, LEAVES, TOTALS, INTAKE, DRAW, MANIFEST])
@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_files_become_findings(city, name, raw):
    files = {**city.files, name: raw}
    found = wrong_in(public(city, files, root=city.root))
    assert any(file == name for _, file, _ in found)
    verify_facts(files, city.rules, city.facts)


NUMBERS = [-1, 2**53 + 1, 10**30, 1.5, "1", None, True, [], {}]


@pytest.mark.parametrize("value", NUMBERS, ids=repr)
@pytest.mark.parametrize("field", ["kept", "leaves", "applications"])
def test_numbers_that_are_none_become_findings(city, field, value):
    files = city.files
    name = {"kept": TOTALS, "leaves": MANIFEST, "applications": INTAKE}[field]
    edit_json(files, name, lambda data: data.update({field: value}))
    assert (Code.FILE_UNREADABLE, name, None) in wrong_in(public(city, files))


@pytest.mark.parametrize(
    "line", ["01,A,10,awarded", "1,A,10,lost", "1,A;B,10,awarded", "1,A,1e3,awarded", ",A,10,excluded"]
)
def test_rows_that_are_none_are_named(city, line):
    files = city.files
    edit_lines(files, RANKING, lambda lines: lines.__setitem__(4, line))
    assert (Code.ROW_UNREADABLE, RANKING, 5) in wrong_in(public(city, files))


def test_a_missing_file_is_named(city):
    for name in (RANKING, LEAVES, TOTALS, INTAKE, MANIFEST, "call.yaml"):
        files = city.files
        del files[name]
        assert (Code.FILE_MISSING, name, None) in wrong_in(public(city, files, root=city.root))


def test_of_many_like_findings_the_first_are_listed_and_the_rest_counted(city):
    files = city.files
    edit_lines(files, RANKING, lambda lines: lines.pop(1))
    renumber(files)
    report = public(city, files)
    listed = [finding for finding in report.findings if finding.code is Code.LEAF_WRONG]
    more = [finding for finding in report.findings if finding.code is Code.MORE_OF_THE_SAME]
    assert len(listed) == 20
    assert listed[0].row == 2
    assert more[0].params["code"] == "leaf_wrong"


# Receipts.


@pytest.fixture(scope="module")
def receipt(city):
    return SimpleNamespace(
        place=3, data=json.loads(receipt_of(city.published, city.rules, 3, city.holder(3)))
    )


def altered(receipt, alter):
    data = json.loads(json.dumps(receipt.data))
    alter(data)
    return dump(data)


def first_points(data):
    return data["points"][0]


RECEIPTS = {
    "a fact": (lambda d: d["groups"]["income"]["facts"].update(isee_cents=1), Code.RECEIPT_COMMITMENT_WRONG),
    "a salt": (lambda d: d["groups"]["health"].update(salt="00" * 32), Code.RECEIPT_COMMITMENT_WRONG),
    "the position": (lambda d: d["row"].update(position=1), Code.RECEIPT_PATH_WRONG),
    "the code": (lambda d: d["row"].update(code="ANOTHER"), Code.RECEIPT_PATH_WRONG),
    "the outcome": (lambda d: d["row"].update(outcome="waiting"), Code.RECEIPT_PATH_WRONG),
    "the path": (lambda d: d["path"].pop(), Code.RECEIPT_PATH_WRONG),
    "the place": (lambda d: d.update(index=4), Code.RECEIPT_PATH_WRONG),
    "the act": (lambda d: d["publication"].update(act="another"), Code.MANIFEST_ROOT_WRONG),
    "the root": (lambda d: d.update(root="00" * 32), Code.MANIFEST_ROOT_WRONG),
    "some points": (
        lambda d: first_points(d).update(points=first_points(d)["points"] + 1),
        Code.RECEIPT_POINTS_WRONG,
    ),
    "points left out": (lambda d: d["points"].pop(), Code.RECEIPT_POINTS_WRONG),
    "the total": (lambda d: d.update(total=1), Code.RECEIPT_TOTAL_WRONG),
    "no total": (lambda d: d.update(total=None), Code.RECEIPT_TOTAL_WRONG),
    "the amount": (lambda d: d["award"].update(EU=1), Code.RECEIPT_AMOUNT_WRONG),
    "no amount": (lambda d: d.update(award=None), Code.RECEIPT_AMOUNT_WRONG),
    "a reason": (
        lambda d: d.update(exclusion=[{"code": "duplicate_child", "params": {}}]),
        Code.RECEIPT_NOT_ELIGIBLE,
    ),
    "a closed group that is not": (
        lambda d: d["groups"].update(other={"leaf": "00" * 32}),
        Code.RECEIPT_COMMITMENT_WRONG,
    ),
}


@pytest.mark.parametrize("change", RECEIPTS)
def test_a_receipt_changed(city, receipt, change):
    alter, expected = RECEIPTS[change]
    report = verify_receipt(altered(receipt, alter), root=city.root, files=city.files, rules=city.rules)
    assert expected in codes_in(report)


def test_a_receipt_of_another_stage(city, final_city, receipt):
    raw = dump(receipt.data)
    report = verify_receipt(raw, root=final_city.root, files=final_city.files, rules=city.rules)
    assert {Code.NOT_THIS_ROOT, Code.RECEIPT_OF_ANOTHER_FOLDER} <= codes_in(report)


def test_a_row_changed_after_the_receipt_was_given(city, receipt):
    files, line = city.files, receipt.place + 2
    edit_field(files, line, 3, lambda _: "waiting")
    recompute(files)
    report = verify_receipt(dump(receipt.data), files=files, rules=city.rules)
    assert (Code.RECEIPT_ROW_DIFFERS, RANKING, line) in wrong_in(report)
    assert Code.RECEIPT_OF_ANOTHER_FOLDER in codes_in(report)


def test_an_exclusion_without_a_reason(city):
    place = next(
        at
        for at, row in enumerate(city.published.rows)
        if row.position is None and assess(city.rules, city.holder(at).facts).eligible
    )
    data = json.loads(receipt_of(city.published, city.rules, place, city.holder(place)))
    data["exclusion"] = []
    eligible = verify_receipt(dump(data), root=city.root, files=city.files, rules=city.rules)
    assert codes_in(eligible) == {Code.RECEIPT_EXCLUSION_UNEXPLAINED}


@given(raw=st.binary(max_size=200))
def test_any_bytes_get_an_answer_as_a_receipt(raw):
    assert not verify_receipt(raw).is_sound


@given(data=st.data())
def test_any_byte_changed_in_a_receipt_is_found_or_harmless(city, receipt, data):
    """What is found needs no luck: the row, the facts and the sums of a receipt that passes are the true ones."""
    raw = bytearray(dump(receipt.data))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    report = verify_receipt(bytes(raw), root=city.root, files=city.files, rules=city.rules)
    if report.is_sound:
        again = json.loads(bytes(raw))
        assert {name: again[name] for name in ("row", "groups", "points", "total", "award")} == {
            name: receipt.data[name] for name in ("row", "groups", "points", "total", "award")
        }


# The auditor's facts.


def edit_facts(city, line, alter):
    lines = lines_of(city.facts)
    data = json.loads(lines[line - 1])
    alter(data)
    lines[line - 1] = json.dumps(data, sort_keys=True, separators=(",", ":"))
    return bytes_of(lines)


FACTS = {
    "a fact": (5, lambda d: d["facts"].update(minors=4, lone_parent=True), Code.COMMITMENT_WRONG),
    "a salt": (5, lambda d: d["salts"].update(income="00" * 32), Code.COMMITMENT_WRONG),
    "a code": (5, lambda d: d.update(code="NOBODY"), Code.FACTS_MISSING),
    "the stage": (1, lambda d: d.update(stage="2-final"), Code.FACTS_OF_ANOTHER_FOLDER),
    "the money": (1, lambda d: d["available"].update(EU=1), Code.REPLAY_DIFFERS),
    "the funds": (1, lambda d: d["available"].pop("EU"), Code.FACTS_UNREADABLE),
    "a fact of another type": (5, lambda d: d["facts"].update(born_on=None), Code.FACTS_UNREADABLE),
    "a number too large": (5, lambda d: d["facts"].update(isee_cents=2**70), Code.FACTS_UNREADABLE),
    "half a character": (5, lambda d: d["facts"].update(applicant="\ud800"), Code.FACTS_UNREADABLE),
    "an award out of nothing": (
        5,
        lambda d: d.update(
            standing={
                "outcome": "awarded",
                "parts": [10**12, 0],
                "told": None,
                "reserve": "",
                "is_told": True,
            }
        ),
        Code.REPLAY_IMPOSSIBLE,
    ),
    "parts of no fund": (
        5,
        lambda d: d.update(
            standing={"outcome": "waiting", "parts": [], "told": None, "reserve": "", "is_told": True}
        ),
        Code.REPLAY_IMPOSSIBLE,
    ),
    "an unknown reason": (
        5,
        lambda d: d.update(exclusion=[{"code": "dislike", "params": {}}]),
        Code.FACTS_UNREADABLE,
    ),
}


@pytest.mark.parametrize("change", FACTS)
def test_facts_changed(city, change):
    line, alter, expected = FACTS[change]
    report = verify_facts(city.files, city.rules, edit_facts(city, line, alter))
    assert expected in codes_in(report)
    if expected in {Code.COMMITMENT_WRONG, Code.FACTS_UNREADABLE}:
        assert any(code is expected and row == line for code, _, row in wrong_in(report))


def test_facts_left_out_or_doubled(city):
    lines = lines_of(city.facts)
    short = verify_facts(city.files, city.rules, bytes_of(lines[:4] + lines[5:]))
    assert Code.FACTS_MISSING in codes_in(short)
    doubled = verify_facts(city.files, city.rules, bytes_of([*lines, lines[4]]))
    assert (Code.FACTS_DOUBLED, "facts", len(lines) + 1) in wrong_in(doubled)


@given(raw=st.binary(max_size=200))
def test_any_bytes_get_an_answer_as_facts(city, raw):
    assert not verify_facts(city.files, city.rules, raw).is_sound


def test_codes_are_those_of_the_city(city):
    assert {row.code for row in city.published.rows} == {code_of(child) for child in range(300)}
