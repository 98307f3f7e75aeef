"""Reserves: who is served, what the published list tells of it, and that an auditor can replay it."""

import json

import pytest
from django.urls import reverse

from tests import builders_awards as way
from tests.awards.checks import assert_verifies, files_of
from tests.builders import ACCOUNTANT, DAY, EUROPE, NATION, RESPONSIBLE, assert_books_balance, done, figures
from tests.builders_awards import ISSUED
from tests.builders_selection import apply_all, call_of, with_reserve
from wishmi.awards.models import Award, Stage
from wishmi.awards.publishing import receipt
from wishmi.awards.selectors import public_counts
from wishmi.calls.actions import appropriate
from wishmi.calls.models import Fund
from wishmi.calls.selectors import rules_of
from wishmi.core.verification import verify_public
from wishmi.core.verification_receipt import verify_receipt
from wishmi.infra.beacon import signature_is_valid
from wishmi.outcomes.audit import check_everything
from wishmi.vouchers.actions import issue_vouchers, renounce_award

pytestmark = pytest.mark.django_db
Kind = Stage.Kind
GROUPS = (
    (6, 100_000, {"minors": 3, "disabled_members": 1}),
    (6, 200_000, {"minors": 3}),
    (6, 300_000, {"minors": 2}),
    (12, 400_000, {"disabled_members": 1}),
)
"""In order of rank: six with a disability, twelve without, twelve with. Everyone asks for 400 euro."""


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.WISHMI_DATA = tmp_path
    return tmp_path


def ranked(percent=60, rest="to_all", cents=400_000, groups=GROUPS):
    call = call_of(with_reserve(percent, rest), cents=cents)
    apply_all(call, *groups)
    way.sealed(call)
    way.checked(call)
    return call


def served(stage):
    """Position, outcome, amount, reserve of the ranked."""
    rows = stage.rows.filter(position__isnull=False).order_by("position")
    return [(row.position, row.outcome, sum(row.shares.values()), row.reserve) for row in rows]


def published(stage):
    lines = files_of(stage)["ranking.csv"].decode().splitlines()[1:]
    return [tuple(line.split(",")[:1] + line.split(",")[2:]) for line in lines]


def test_a_reserve_on_health_serves_its_own_and_the_list_does_not_tell_whom():
    call = ranked()
    stage = way.final(call)
    rows = served(stage)
    # 60 % of 8,000 euro are twelve awards: the six first and six of the last twelve. Everyone else: eight awards.
    assert [row[0] for row in rows if row[3] == "DISABILITY"] == [*range(1, 7), *range(19, 25)]
    assert [row[0] for row in rows if row[1] == "awarded" and not row[3]] == list(range(7, 15))
    listed = published(stage)
    assert [outcome for *_, outcome in listed] == ["awarded"] * 14 + ["untold"] * 16
    assert stage.untold_from == stage.public_cut_off == 15
    assert public_counts(stage) == {"awarded": 14, "untold": 16}
    totals = json.loads(files_of(stage)["totals.json"])
    assert totals["cut_off"] == 15
    assert totals["outcomes"] == {"awarded": 14, "excluded": 0, "renounced": 0, "untold": 16, "waiting": 0}
    assert [fund["awarded"] for fund in totals["funds"]] == [400_000, 400_000]
    assert_verifies(stage)


def test_a_list_with_too_few_of_one_kind_above_the_cut_tells_no_outcome():
    call = ranked(groups=((2, 100_000, {"minors": 3, "disabled_members": 1}), *GROUPS[1:]), cents=300_000)
    stage = way.final(call)
    assert {outcome for *_, outcome in published(stage)} == {"untold"}
    totals = json.loads(files_of(stage)["totals.json"])
    assert totals["cut_off"] == 1
    assert_verifies(stage)


def test_a_family_whose_outcome_is_untold_proves_its_award_with_its_receipt():
    call = ranked()
    stage = way.final(call)
    row = stage.rows.get(position=20)
    assert (row.outcome, row.is_told, row.public_outcome) == ("awarded", False, "untold")
    report = verify_receipt(
        receipt(row), root=bytes.fromhex(stage.root), files=files_of(stage), rules=rules_of(stage.version)
    )
    assert report.is_sound, report.findings


def test_a_round_keeps_what_a_reserve_has_left_for_its_own():
    call = ranked()
    done(issue_vouchers(ISSUED, RESPONSIBLE, way.final(call).pk))
    gone = Award.objects.filter(candidacy__stage_rows__position__in=[8, 20], call=call).distinct()
    assert gone.count() == 2
    for award in gone:
        done(renounce_award(ISSUED + DAY, way.OFFICER, award.pk))
    stage = way.staged(call, ISSUED + 2 * DAY, Kind.ROUND, "DD 5/2022")
    new = [row for row in served(stage) if row[1] == "awarded" and row[0] in (15, 25)]
    # What the eighth gave back goes to the first who waits; what the twentieth gave back stays in the reserve.
    assert new == [(15, "awarded", 40_000, None), (25, "awarded", 40_000, "DISABILITY")]
    assert sum(row[3] == "DISABILITY" for row in served(stage)) == 12
    listed = [outcome for *_, outcome in published(stage)]
    # The eighth was told to have an award and may be told to have given it up; from 16 on nothing is told.
    assert listed == ["awarded"] * 7 + ["renounced"] + ["awarded"] * 7 + ["untold"] * 15
    totals = json.loads(files_of(stage)["totals.json"])
    assert totals["kept"] == 13
    assert [fund["awarded"] for fund in totals["funds"]] == [None, None]
    assert_verifies(stage)
    done(issue_vouchers(ISSUED + 3 * DAY, RESPONSIBLE, stage.pk))
    assert figures(EUROPE)["awarded"] - figures(EUROPE).get("returned", 0) == 400_000
    assert figures(NATION)["awarded"] - figures(NATION).get("returned", 0) == 400_000
    assert_books_balance()
    assert check_everything().is_sound


def test_one_who_gave_up_an_award_nobody_was_told_of_is_never_told_to_have():
    call = ranked()
    done(issue_vouchers(ISSUED, RESPONSIBLE, way.final(call).pk))
    award = Award.objects.get(candidacy__stage_rows__position=20, candidacy__stage_rows__stage__kind="final")
    done(renounce_award(ISSUED + DAY, way.OFFICER, award.pk))
    done(appropriate(ISSUED + DAY, ACCOUNTANT, Fund.objects.get(code=EUROPE).pk, 10**6, "BIL 2/2022"))
    stage = way.staged(call, ISSUED + 2 * DAY, Kind.ROUND, "DD 5/2022")
    assert {row[1] for row in served(stage)} == {"awarded", "renounced"}
    assert [outcome for *_, outcome in published(stage)] == ["awarded"] * 19 + ["untold"] * 11
    assert_verifies(stage)


@pytest.mark.parametrize("rest", ["to_all", "kept"])
def test_what_a_reserve_does_not_use_goes_where_the_call_says(rest):
    call = ranked(rest=rest, groups=((5, 100_000, {}), (1, 300_000, {"disabled_members": 1})), cents=100_000)
    stage = way.final(call)
    # 2,000 euro: 1,200 for the one, of which 400 are used; 800 for the five, and 800 more where the rest spills.
    assert sum(row[1] == "awarded" for row in served(stage)) == (5 if rest == "to_all" else 3)
    assert_verifies(stage)


def test_outcomes_untold_where_no_rule_calls_for_it_are_found():
    call = ranked()
    stage = way.final(call)
    files, rules = files_of(stage), rules_of(stage.version)
    text = files["ranking.csv"].decode().replace("untold", "waiting", 1)
    codes = {
        one.code
        for one in verify_public({**files, "ranking.csv": text.encode()}, rules, signature_is_valid).findings
    }
    assert {"cut_off_wrong", "waiting_before_cut_off", "outcomes_private"} <= codes


def test_the_public_pages_tell_no_more_than_the_list(client):
    call = ranked()
    stage = way.final(call)
    page = client.get(reverse("stage", args=[call.code, stage.number])).content.decode()
    assert "Una parte dei soldi è per le famiglie con disabilità" in page
    row = stage.rows.select_related("candidacy").get(position=20)
    looked = client.post(reverse("ranking"), {"call": call.code, "code": row.candidacy.code}).content.decode()
    assert "Lo sa solo la famiglia" in looked
    assert "Riceve il voucher" not in looked
    # Twenty points with and without a disability: the total is told as the list tells it.
    assert f"<dd>{row.label}</dd>" in looked
    assert "<dd>15</dd>" in looked
