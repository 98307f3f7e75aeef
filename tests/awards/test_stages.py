"""Stages: frozen, published only from what was frozen, and each checked by the public and by an auditor."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests import builders as make
from tests import builders_awards as way
from tests.awards.checks import assert_verifies, files_of
from tests.builders import DAY, EUROPE, NATION, OFFICER, RESPONSIBLE, assert_books_balance, done, figures
from tests.builders_awards import (
    CLOSED,
    FINAL,
    ISSUED,
    PROVISIONAL,
    declaration,
    ranked_call,
    refused,
    the_draw,
    unchanged,
)
from wishmi.applications.actions import admit, correct_facts, exclude, withdraw_application
from wishmi.applications.models import Candidacy
from wishmi.awards.actions import decide_observation, file_observation, freeze_ranking, publish_stage
from wishmi.awards.models import Award, Observation, Stage, StageRow
from wishmi.awards.publishing import private_facts, receipt
from wishmi.calls.actions import appropriate, move_between_funds
from wishmi.calls.models import Fund
from wishmi.calls.selectors import rules_of
from wishmi.core.draw import value_of
from wishmi.core.reasons import ReasonCode as Code
from wishmi.core.verification_receipt import verify_receipt
from wishmi.vouchers.actions import accept_award, issue_vouchers, let_offers_lapse, renounce_award

pytestmark = pytest.mark.django_db
Kind = Stage.Kind
LATER = ISSUED + 40 * DAY


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.WISHMI_DATA = tmp_path
    return tmp_path


def outcomes(stage):
    rows = stage.rows.select_related("candidacy__minor").order_by("candidacy_id")
    return [(row.outcome, row.position, sum(row.shares.values())) for row in rows]


def freeze(call, moment=PROVISIONAL, kind=Kind.PROVISIONAL, draw=None):
    return freeze_ranking(moment, RESPONSIBLE, call.pk, kind, draw or the_draw(call))


def test_the_way_from_provisional_to_final_to_a_round():
    call, homes, _ = ranked_call(500_000, 1_000_000, 2_000_000, 2_700_001, money=45_000)
    first = way.provisional(call)
    assert_verifies(first)
    second = way.staged(call, FINAL, Kind.FINAL, "DD 4/2022")
    assert_verifies(second)
    assert outcomes(second) == [
        ("awarded", 1, 40_000),
        ("awarded", 2, 30_000),
        ("awarded", 3, 20_000),
        ("excluded", None, 0),
    ]
    rows = second.rows.filter(position__isnull=False).order_by("position")
    assert [row.shares for row in rows] == [
        {EUROPE: 40_000},
        {EUROPE: 5_000, NATION: 25_000},
        {NATION: 20_000},
    ]
    issued = done(issue_vouchers(ISSUED, RESPONSIBLE, second.pk))
    done(accept_award(ISSUED, homes[0].actor, issued[0].award_id))
    done(renounce_award(ISSUED, homes[1].actor, issued[1].award_id))
    assert figures(EUROPE) == {
        "appropriated": 45_000,
        "available": 5_000,
        "awarded": 45_000,
        "returned": 5_000,
        "unspent": 40_000,
    }
    third = way.staged(call, ISSUED + DAY, Kind.ROUND, "DD 5/2022")
    assert_verifies(third)
    assert [row[0] for row in outcomes(third)] == ["awarded", "renounced", "awarded", "excluded"]
    assert done(issue_vouchers(ISSUED + 2 * DAY, RESPONSIBLE, third.pk)) == []
    assert_books_balance()


def test_the_cut_off_is_exact_and_the_list_runs_down_by_what_comes_back():
    call, homes, _ = ranked_call(100, 200, 300, 400, money=40_000)
    stage = way.final(call)
    assert stage.cut_off == 3
    assert [row[0] for row in outcomes(stage)] == ["awarded", "awarded", "waiting", "waiting"]
    reasons = {tuple(one["code"] for one in row.reasons) for row in stage.rows.filter(outcome="waiting")}
    assert reasons == {("funds_exhausted",)}
    issued = done(issue_vouchers(ISSUED, RESPONSIBLE, stage.pk))
    done(renounce_award(ISSUED, homes[0].actor, issued[0].award_id))
    again = way.staged(call, ISSUED + DAY, Kind.ROUND, "DD 5")
    assert_verifies(again)
    assert [row[0] for row in outcomes(again)] == ["renounced", "awarded", "awarded", "waiting"]
    (new,) = done(issue_vouchers(ISSUED + DAY, RESPONSIBLE, again.pk))
    assert new.minor_id == homes[2].minors[0].pk
    assert done(let_offers_lapse(LATER, RESPONSIBLE, call.pk)) == 2
    last = way.staged(call, LATER, Kind.ROUND, "DD 6")
    assert_verifies(last)
    assert [row[0] for row in outcomes(last)] == ["renounced", "renounced", "renounced", "awarded"]
    assert_books_balance()


def test_added_money_runs_down_only():
    call, _, _ = ranked_call(100, 200, 300, money=20_000)
    stage = way.final(call)
    done(issue_vouchers(ISSUED, RESPONSIBLE, stage.pk))
    before = {row.candidacy_id: row.shares for row in stage.rows.filter(outcome="awarded")}
    fund = Fund.objects.get(code=EUROPE)
    done(appropriate(ISSUED, make.ACCOUNTANT, fund.pk, 80_000, "BIL 2"))
    again = way.staged(call, ISSUED + DAY, Kind.ROUND, "DD 5")
    assert_verifies(again)
    after = {row.candidacy_id: row.shares for row in again.rows.filter(outcome="awarded")}
    assert len(after) == 3
    assert before.items() <= after.items()


def test_stages_follow_one_another():
    call, _, _ = ranked_call(500_000)
    refused(Code.WRONG_STATE, freeze, call, FINAL, Kind.FINAL)
    refused(Code.WRONG_STATE, freeze, call, FINAL, Kind.ROUND)
    first = way.provisional(call)
    refused(Code.WRONG_STATE, freeze, call, FINAL, Kind.PROVISIONAL)
    refused(Code.WRONG_STATE, freeze, call, FINAL, Kind.ROUND)
    refused(Code.TOO_EARLY, freeze, call, first.published_at + 10 * DAY - timedelta(seconds=1), Kind.FINAL)
    refused(Code.WRONG_STATE, issue_vouchers, FINAL, RESPONSIBLE, first.pk)
    second = way.staged(call, FINAL, Kind.FINAL, "DD 4")
    refused(Code.WRONG_STATE, freeze, call, FINAL, Kind.ROUND)
    refused(Code.WRONG_STATE, freeze, call, FINAL, Kind.FINAL)
    done(issue_vouchers(ISSUED, RESPONSIBLE, second.pk))
    refused(Code.ALREADY_DONE, issue_vouchers, ISSUED, RESPONSIBLE, second.pk)


def test_nothing_is_ranked_before_the_intake_is_sealed_and_every_case_decided():
    call = make.funded_call()
    way.applied(call, way.home_with_isee())
    refused(Code.WRONG_STATE, freeze, call)
    way.sealed(call)
    refused(Code.INCOMPLETE, freeze, call)
    way.checked(call)
    done(freeze(call))


def test_a_draw_must_be_the_calls_and_its_seed_the_signatures():
    call, _, _ = ranked_call(500_000)
    true = the_draw(call)
    refused(Code.INCOMPLETE, freeze_ranking, PROVISIONAL, RESPONSIBLE, call.pk, Kind.PROVISIONAL, None)
    refused(Code.INCOMPLETE, freeze, call, draw=replace(true, round=true.round + 1))
    refused(
        Code.NOT_ALLOWED, freeze, call, draw=replace(true, signature=b"\1" * 64, value=value_of(b"\1" * 64))
    )
    # The responsible person tries seeds until a friend comes first, and keeps the true signature beside.
    refused(Code.NOT_ALLOWED, freeze, call, draw=replace(true, value=b"\7" * 32))


def test_freezing_again_replaces_what_was_not_published():
    call, _, _ = ranked_call(500_000)
    first = done(freeze(call))
    second = done(freeze(call))
    assert list(Stage.objects.values_list("id", "number")) == [(second.pk, 1)]
    assert not StageRow.objects.filter(stage_id=first.pk).exists()


CHANGES = {
    "excluded": lambda call, home, sent: exclude(
        PROVISIONAL, OFFICER, [way.child_of(sent).pk], [Code.DUPLICATE_CHILD]
    ),
    "withdrawn": lambda call, home, sent: withdraw_application(PROVISIONAL, home.actor, sent.pk),
    "corrected": lambda call, home, sent: correct_facts(
        PROVISIONAL, OFFICER, way.child_of(sent).pk, declaration(minors=2), "why"
    ),
    "money": lambda call, home, sent: appropriate(
        PROVISIONAL, make.ACCOUNTANT, Fund.objects.get(code=NATION).pk, 1, "BIL 2"
    ),
}


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_a_stage_is_published_only_from_what_it_was_frozen_with(change, folder):
    call, homes, sent = ranked_call(500_000, 600_000)
    stage = done(freeze(call))
    done(CHANGES[change](call, homes[0], sent[0]))
    refused(Code.CHANGED_MEANWHILE, publish_stage, PROVISIONAL, RESPONSIBLE, stage.pk, "DD 3")
    assert not (folder / "published" / call.code / "1-provisional").exists()
    again = done(freeze(call))
    assert_verifies(done(publish_stage(PROVISIONAL, RESPONSIBLE, again.pk, "DD 3")))


def test_a_stage_is_published_once_under_a_number_of_its_own():
    call, _, _ = ranked_call(500_000)
    stage = done(freeze(call))
    for number in ("", "n" * 65, "DD\0"):
        refused(Code.INCOMPLETE, publish_stage, PROVISIONAL, RESPONSIBLE, stage.pk, number)
    refused(Code.ALREADY_DONE, publish_stage, PROVISIONAL, RESPONSIBLE, stage.pk, "DD 2/2022")
    done(publish_stage(PROVISIONAL, RESPONSIBLE, stage.pk, "DD 3"))
    refused(Code.ALREADY_DONE, publish_stage, PROVISIONAL, RESPONSIBLE, stage.pk, "DD 9")


def test_withdrawn_and_corrected_after_closing_are_walked_back_by_the_public():
    call, homes, sent = ranked_call(500_000, 600_000, 700_000)
    done(correct_facts(CLOSED + DAY, OFFICER, way.child_of(sent[1]).pk, declaration(minors=4), "why"))
    assert_verifies(way.provisional(call))
    done(withdraw_application(PROVISIONAL + DAY, homes[0].actor, sent[0].pk))
    done(correct_facts(PROVISIONAL + DAY, OFFICER, way.child_of(sent[1]).pk, declaration(minors=3), "why"))
    last = way.staged(call, FINAL, Kind.FINAL, "DD 4")
    assert_verifies(last)
    assert [row.points for row in last.rows.order_by("position")] == [30, 10]


def test_who_withdrew_or_was_excluded_before_the_issue_gets_no_voucher():
    call, homes, sent = ranked_call(500_000, 600_000, 700_000)
    stage = way.final(call)
    done(withdraw_application(ISSUED, homes[0].actor, sent[0].pk))
    done(exclude(ISSUED, OFFICER, [way.child_of(sent[1]).pk], [Code.DECLARATION_NOT_CONFIRMED]))
    (only,) = done(issue_vouchers(ISSUED, RESPONSIBLE, stage.pk))
    assert only.minor_id == homes[2].minors[0].pk
    assert Award.objects.count() == 1
    assert_books_balance()
    again = way.staged(call, ISSUED + DAY, Kind.ROUND, "DD 5")
    assert_verifies(again)
    assert [row[0] for row in outcomes(again)] == ["excluded", "awarded"]


def test_money_that_left_between_list_and_issue_refuses_the_whole_issue():
    call, _, _ = ranked_call(100, 200, money=40_000)
    stage = way.final(call)
    europe, nation = Fund.objects.get(code=EUROPE), Fund.objects.get(code=NATION)
    done(move_between_funds(ISSUED, make.ACCOUNTANT, europe.pk, nation.pk, 1, "GC 1", "why"))
    refused(Code.FUND_INSUFFICIENT, issue_vouchers, ISSUED, RESPONSIBLE, stage.pk)
    assert_books_balance()


def test_an_observation_is_filed_in_its_days_about_a_listed_child():
    call, homes, sent = ranked_call(500_000, 2_700_001)
    stage = way.provisional(call)
    child = way.child_of(sent[1])
    ends = stage.published_at + 10 * DAY
    first = homes[1].actor
    for text in ("", " ", "x" * 4001):
        refused(Code.INCOMPLETE, file_observation, ends - DAY, first, stage.pk, child.pk, text)
    refused(Code.NOT_ALLOWED, file_observation, ends - DAY, homes[0].actor, stage.pk, child.pk, "Theirs.")
    refused(Code.TERM_EXPIRED, file_observation, ends, first, stage.pk, child.pk, "Late.")
    row = done(file_observation(ends - timedelta(seconds=1), first, stage.pk, child.pk, " Look again. "))
    assert row.text == "Look again."
    refused(Code.ALREADY_DONE, file_observation, ends - DAY, first, stage.pk, child.pk, "Again.")
    done(withdraw_application(ends - DAY, homes[0].actor, sent[0].pk))
    gone = Candidacy.objects.get(application=sent[0])
    refused(Code.WRONG_STATE, file_observation, ends - DAY, homes[0].actor, stage.pk, gone.pk, "But.")


def test_the_final_list_waits_for_every_observation_and_takes_the_accepted_in():
    call, homes, sent = ranked_call(500_000, 600_000)
    child = way.child_of(sent[0])
    done(exclude(CLOSED + DAY, OFFICER, [child.pk], [Code.INDICATOR_WITH_OMISSIONS]))
    stage = way.provisional(call)
    row = done(file_observation(PROVISIONAL + DAY, homes[0].actor, stage.pk, child.pk, "Here it is."))
    refused(Code.INCOMPLETE, freeze, call, FINAL, Kind.FINAL)
    for decision, reason in (("", "why"), ("perhaps", "why"), (Observation.Decision.ACCEPTED, " ")):
        refused(Code.INCOMPLETE, decide_observation, FINAL, OFFICER, row.pk, decision, reason)
    done(decide_observation(FINAL, OFFICER, row.pk, Observation.Decision.ACCEPTED, "Complete now."))
    refused(
        Code.ALREADY_DONE, decide_observation, FINAL, OFFICER, row.pk, Observation.Decision.REJECTED, "No."
    )
    done(admit(FINAL, OFFICER, [child.pk]))
    last = way.staged(call, FINAL, Kind.FINAL, "DD 4")
    assert_verifies(last)
    assert [row[0] for row in outcomes(last)] == ["awarded", "awarded"]
    refused(Code.WRONG_STATE, file_observation, FINAL, homes[0].actor, last.pk, child.pk, "Now?")


def test_a_receipt_verifies_and_is_cut_for_its_stage_only():
    call, _, sent = ranked_call(500_000, 2_700_001)
    stage = way.final(call)
    rules = rules_of(stage.version)
    for row in stage.rows.select_related("candidacy", "stage__version", "stage__call"):
        raw = receipt(row)
        report = verify_receipt(raw, root=bytes.fromhex(stage.root), files=files_of(stage), rules=rules)
        assert report.is_sound, report.findings
    done(correct_facts(FINAL + DAY, OFFICER, way.child_of(sent[0]).pk, declaration(minors=2), "why"))
    corrected = stage.rows.select_related("candidacy", "stage__version").get(candidacy__application=sent[0])
    assert receipt(corrected) is None
    frozen = Stage.objects.create(
        call=call,
        version=stage.version,
        number=9,
        kind=Kind.ROUND,
        frozen_at=FINAL,
        frozen_by="x",
        inputs_digest="0" * 64,
    )
    unpublished = StageRow.objects.create(stage=frozen, candidacy=way.child_of(sent[1]), outcome="waiting")
    assert receipt(unpublished) is None


def test_the_private_facts_lie_encrypted_and_only_for_their_owner(folder):
    call, homes, _ = ranked_call(500_000)
    stage = way.provisional(call)
    (path,) = (folder / "private" / call.code).iterdir()
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    raw = path.read_bytes()
    assert b'"isee_cents"' not in raw
    assert homes[0].household.ref.encode() not in raw
    assert b'"isee_cents":500000' in private_facts(stage)
    path.unlink()
    assert private_facts(stage) is None


def test_a_crash_while_writing_publishes_nothing(monkeypatch):
    call, _, _ = ranked_call(500_000)
    stage = done(freeze(call))

    def crash(*_arguments):
        raise OSError("disk full")

    monkeypatch.setattr("wishmi.awards.actions.write_private", crash)
    with unchanged(), pytest.raises(OSError, match="disk full"):
        publish_stage(PROVISIONAL, RESPONSIBLE, stage.pk, "DD 3")
    monkeypatch.undo()
    assert_verifies(done(publish_stage(PROVISIONAL, RESPONSIBLE, stage.pk, "DD 3")))
