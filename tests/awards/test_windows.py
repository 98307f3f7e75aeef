"""Applications taken twice: who competes in the second window, for what money, and what its list tells."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests import builders as make
from tests import builders_windows as way
from tests.awards.checks import assert_verifies, files_of
from tests.builders import DAY, EUROPE, NATION, RESPONSIBLE, assert_books_balance, done, figures
from tests.builders_awards import applied, child_of, form, refused
from wishmi.applications.actions import (
    change_application,
    save_draft,
    seal_intake,
    submit_application,
    withdraw_application,
)
from wishmi.applications.models import Candidacy
from wishmi.awards.actions import freeze_ranking, publish_stage
from wishmi.awards.models import Stage
from wishmi.awards.publishing import private_facts
from wishmi.awards.selectors import row_by_code
from wishmi.calls.actions import Signed
from wishmi.calls.acts import extend_window
from wishmi.calls.selectors import published_version, rules_of, window_now
from wishmi.core.canonical import load
from wishmi.core.reasons import ReasonCode as Code
from wishmi.core.verification import verify_public
from wishmi.infra.beacon import signature_is_valid
from wishmi.outcomes.audit import check_everything
from wishmi.payouts import actions as payouts
from wishmi.payouts.models import Payment
from wishmi.vouchers.actions import accept_award, issue_vouchers, renounce_award

pytestmark = pytest.mark.django_db
Kind = Stage.Kind
MONEY = 60_000
"""In each of the two funds: together three awards of 400 euro."""


def outcomes(stage):
    rows = stage.rows.order_by("position", "id").values_list("candidacy__code", "outcome")
    return dict(rows)


def first_window(unserved, *changes):
    """Four families for three awards; the first gives its award up after the vouchers were issued."""
    call = way.call_of(unserved, MONEY, *changes)
    homes = [way.home(500_000 + place) for place in range(4)]
    sent = [applied(call, home, way.OPEN[1] + timedelta(minutes=n)) for n, home in enumerate(homes)]
    stage, issued = way.served(call, 1)
    codes = [child_of(one).code for one in sent]
    assert outcomes(stage) == dict(zip(codes, ["awarded", "awarded", "awarded", "waiting"], strict=True))
    award = next(one.award_id for one in issued if one.minor_id == homes[0].minors[0].pk)
    done(renounce_award(way.CLOSES[1] + 34 * DAY, homes[0].actor, award))
    return call, homes, sent, stage


def test_who_was_not_served_stays_and_competes_with_who_comes():
    call, homes, sent, first = first_window("stay")
    refused(Code.DUPLICATE_CHILD, save_draft, way.OPEN[2], homes[3].actor, call.pk, form(homes[3]))
    late = way.home(400_000)
    new = applied(call, late, way.OPEN[2])
    assert (new.window, child_of(new).window) == (2, 2)
    second, issued = way.served(call, 2)
    waiting = child_of(sent[3])
    assert (sent[3].window, waiting.window) == (1, 2)
    assert outcomes(second) == {child_of(new).code: "awarded", waiting.code: "waiting"}
    assert (second.window, second.number, second.folder) == (2, 4, "4-final-window-2")
    assert second.available == {EUROPE: 40_000, NATION: 0}
    assert [one.minor_id for one in issued] == [late.minors[0].pk]
    assert_verifies(first)
    assert_verifies(second)
    assert [one.count for one in call.intakes.order_by("window")] == [4, 2]
    assert figures(EUROPE)["awarded"] + figures(NATION)["awarded"] == 160_000
    assert_books_balance()


def test_who_was_not_served_may_apply_again_and_stands_nowhere_by_itself():
    call, homes, sent, _first = first_window("apply_again")
    again = applied(call, homes[3], way.OPEN[2])
    # Who was served once does not apply again, whether the award lives or was given up.
    for home in homes[:2]:
        refused(Code.DUPLICATE_CHILD, save_draft, way.OPEN[2], home.actor, call.pk, form(home))
    second, issued = way.served(call, 2)
    assert outcomes(second) == {child_of(again).code: "awarded"}
    assert child_of(sent[3]).code != child_of(again).code
    assert [one.minor_id for one in issued] == [homes[3].minors[0].pk]
    assert_verifies(second)
    assert row_by_code(call.pk, child_of(sent[3]).code).stage.window == 1
    assert row_by_code(call.pk, child_of(again).code).stage == second
    assert_books_balance()
    found = check_everything()
    assert (found.differences, found.chain) == ((), "ok")


def test_a_cap_counts_the_awards_of_earlier_windows():
    cap = ("  household_cap: null\n", "  household_cap: 1\n")
    call = way.call_of("apply_again", MONEY, cap)
    home = way.home(of=make.family(date(2014, 2, 1), date(2016, 3, 1)))
    first, sibling = (replace(home, minors=[minor]) for minor in home.minors)
    applied(call, first, way.OPEN[1])
    way.served(call, 1)
    new = applied(call, sibling, way.OPEN[2])
    second = way.listed(call, 2)
    row = second.rows.get()
    assert (row.outcome, [one["code"] for one in row.reasons]) == ("waiting", ["household_cap_reached"])
    assert load(private_facts(second).splitlines()[0])["served"] == {home.household.ref: 1}
    assert_verifies(second)
    assert done(issue_vouchers(way.CLOSES[2] + 33 * DAY, RESPONSIBLE, second.pk)) == []
    assert child_of(new).window == 2


def test_the_second_list_tells_nothing_of_the_first_window():
    call, _homes, sent, first = first_window("stay")
    applied(call, way.home(400_000), way.OPEN[2])
    second, _ = way.served(call, 2)
    files = files_of(second)
    awarded = [child_of(one).code for one in sent[:3]]
    for content in files.values():
        assert not any(code.encode() in content for code in awarded)
    totals = load(files["totals.json"])
    assert [(fund["available"], fund["remainder"]) for fund in totals["funds"]] == [(None, None)] * 2
    assert load(files_of(first)["totals.json"])["funds"][0]["available"] == MONEY
    # A first list that hides its money, and a later one of a window the call does not have, are found.
    rules = rules_of(second.version)
    for name, old, new in (("window", b"window-2", b"window-3"),):
        forged = {key: raw.replace(old, new) for key, raw in files.items()}
        report = verify_public(forged, rules, signature_is_valid)
        assert "window_unknown" in {str(found.code) for found in report.findings}, name


def test_each_window_has_its_borders():
    call = way.call_of("apply_again", MONEY)
    second = timedelta(seconds=1)
    one, two, three = way.home(), way.home(), way.home()
    refused(Code.WINDOW_NOT_OPEN, save_draft, way.OPENS[1] - second, one.actor, call.pk, form(one))
    applied(call, one, way.OPENS[1])
    draft = done(save_draft(way.CLOSES[1] - second, two.actor, call.pk, form(two)))
    refused(Code.WINDOW_NOT_OPEN, submit_application, way.CLOSES[1], two.actor, draft.pk)
    refused(Code.TOO_EARLY, seal_intake, way.CLOSES[1] - second, RESPONSIBLE, call.pk, "DD 2/1")
    # The next window waits for the act that closes the one before, whatever the clock says.
    refused(Code.WINDOW_NOT_OPEN, save_draft, way.OPENS[2], three.actor, call.pk, form(three))
    way.sealed(call, 1)
    refused(Code.TOO_EARLY, seal_intake, way.CLOSES[1] + DAY, RESPONSIBLE, call.pk, "DD 2/2")
    refused(Code.WINDOW_NOT_OPEN, save_draft, way.OPENS[2] - second, three.actor, call.pk, form(three))
    begun = done(submit_application(way.OPENS[2], two.actor, draft.pk))
    assert (begun.window, child_of(begun).window) == (2, 2)
    applied(call, three, way.CLOSES[2] - second)
    refused(Code.WINDOW_BEFORE_UNFINISHED, seal_intake, way.CLOSES[2], RESPONSIBLE, call.pk, "DD 2/2")
    way.checked(call, 1)
    provisional = way.staged(call, 1, way.CLOSES[1] + 20 * DAY, Kind.PROVISIONAL, "DD 3/1")
    refused(Code.WINDOW_BEFORE_UNFINISHED, seal_intake, way.CLOSES[2], RESPONSIBLE, call.pk, "DD 2/2")
    final = way.staged(call, 1, provisional.published_at + 11 * DAY, Kind.FINAL, "DD 4/1")
    done(issue_vouchers(way.CLOSES[1] + 40 * DAY, RESPONSIBLE, final.pk))
    way.sealed(call, 2)
    refused(Code.ALREADY_DONE, seal_intake, way.CLOSES[2], RESPONSIBLE, call.pk, "DD 2/3")
    assert call.intakes.get(window=2).count == 2


def test_what_was_sent_in_a_window_is_changed_in_it_only_and_withdrawn_from_its_seal():
    call, homes, sent, _first = first_window("stay")
    refused(Code.WINDOW_NOT_OPEN, change_application, way.OPEN[2], homes[3].actor, sent[3].pk, form(homes[3]))
    applied(call, way.home(400_000), way.OPEN[2])
    way.sealed(call, 2)
    done(withdraw_application(way.CLOSES[2] + DAY, homes[3].actor, sent[3].pk))
    assert call.intakes.get(window=2).changes.get().candidacy == Candidacy.objects.get(application=sent[3])
    assert call.intakes.get(window=1).changes.count() == 0
    way.checked(call, 2)
    assert_verifies(way.staged(call, 2, way.CLOSES[2] + 20 * DAY, Kind.PROVISIONAL, "DD 3/2"))


def test_a_list_draws_by_the_round_of_its_own_window():
    call, _homes, _sent, _first = first_window("stay")
    applied(call, way.home(400_000), way.OPEN[2])
    way.sealed(call, 2)
    way.checked(call, 2)
    moment = way.CLOSES[2] + 20 * DAY
    refused(
        Code.INCOMPLETE, freeze_ranking, moment, RESPONSIBLE, call.pk, Kind.PROVISIONAL, way.draw_of(call, 1)
    )
    refused(Code.WRONG_STATE, freeze_ranking, moment, RESPONSIBLE, call.pk, Kind.ROUND, way.draw_of(call, 2))
    done(freeze_ranking(moment, RESPONSIBLE, call.pk, Kind.PROVISIONAL, way.draw_of(call, 2)))


def test_a_list_runs_down_until_the_next_window_is_closed():
    call, _homes, sent, _first = first_window("stay")
    moment = way.CLOSES[1] + 35 * DAY
    frozen = done(freeze_ranking(moment, RESPONSIBLE, call.pk, Kind.ROUND, way.draw_of(call, 1)))
    applied(call, way.home(400_000), way.OPEN[2])
    way.sealed(call, 2)
    refused(Code.CHANGED_MEANWHILE, publish_stage, way.CLOSES[2], RESPONSIBLE, frozen.pk, "DD 5/1")
    assert child_of(sent[3]).window == 2


def test_the_window_of_now_is_the_one_that_is_extended():
    call, _homes, _sent, _first = first_window("stay")
    rules = rules_of(published_version(call))
    until = way.CLOSES[2] + timedelta(hours=20)
    signed = Signed("DD 50", "Il dirigente", "Proroga", "Proroga", "Extension")
    refused(
        Code.DRAW_COMES_BEFORE, extend_window, way.OPEN[2], RESPONSIBLE, call.pk, way.CLOSES[2] + DAY, signed
    )
    done(extend_window(way.OPEN[2], RESPONSIBLE, call.pk, until, signed))
    now = window_now(call, rules)
    assert (now.number, now.closes_at) == (2, until)
    refused(Code.TOO_EARLY, seal_intake, way.CLOSES[2], RESPONSIBLE, call.pk, "DD 2/2")


def test_a_voucher_of_the_second_window_is_used_and_its_use_is_paid():
    call, _homes, _sent, _first = first_window("stay")
    late, host = way.home(400_000), make.provider()
    applied(call, late, way.OPEN[2])
    _second, (voucher,) = way.served(call, 2)
    moment = way.CLOSES[2] + 35 * DAY
    done(accept_award(moment, late.actor, voucher.award_id))
    starts = moment + 10 * DAY
    make.used(late, voucher, make.session(make.activity(host), starts_at=starts), moment)
    pay_on = starts + 8 * DAY
    (statement,) = done(payouts.draw_statements(pay_on, make.ACCOUNTANT, pay_on.date()))
    done(payouts.agree_statement(pay_on, make.staff(host), statement.pk))
    batch = done(payouts.prepare_batch(pay_on, make.ACCOUNTANT, (pay_on + 3 * DAY).date()))
    done(payouts.approve_batch(pay_on, make.SECOND_ACCOUNTANT, batch.pk))
    payment = Payment.objects.get(batch=batch)
    done(payouts.record_bank_answers(pay_on, make.ACCOUNTANT, batch.pk, [(payment.end_to_end, True, "")]))
    assert figures(EUROPE) == {
        "appropriated": 60_000,
        "awarded": 100_000,
        "returned": 40_000,
        "unspent": 50_000,
        "spent": 10_000,
        "paid": 10_000,
    }
    assert_books_balance()
    found = check_everything()
    assert (found.differences, found.chain) == ((), "ok")
