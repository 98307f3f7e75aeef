"""The life of a voucher: what it is worth, when it ends, and that everything not used goes back to its own fund."""

from datetime import date, timedelta

import pytest

from tests import builders as make
from tests import builders_awards as way
from tests.awards.checks import assert_verifies
from tests.builders import (
    DAY,
    EUROPE,
    NATION,
    NOW,
    OFFICER,
    RESPONSIBLE,
    assert_books_balance,
    book,
    child_with_voucher,
    done,
    figures,
    used,
)
from tests.builders_awards import FINAL, ISSUED, ranked_call, refused
from wishmi.awards.models import Award, Stage
from wishmi.bookings import actions as bookings
from wishmi.calls.actions import extend_use
from wishmi.core.reasons import ReasonCode as Code
from wishmi.infra.actor import SYSTEM
from wishmi.ledger.chart import TransferReason
from wishmi.ledger.models import Transfer
from wishmi.vouchers import jobs
from wishmi.vouchers.actions import (
    accept_award,
    accept_awards,
    extend_for_all,
    extend_one,
    issue_vouchers,
    let_offers_lapse,
    let_vouchers_lapse,
    reissue_code,
    renounce_award,
)
from wishmi.vouchers.models import Voucher
from wishmi.vouchers.selectors import wallet

pytestmark = pytest.mark.django_db
OVER = NOW.replace(month=8, day=1)
"""The day after the last day of use, 31 July 2023."""
LAST_DAY = OVER - DAY
SEAM = {EUROPE: 10_000, NATION: 20_000}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.WISHMI_DATA = tmp_path


@pytest.fixture
def call():
    return make.funded_call(100_000)


@pytest.fixture
def offered(call):
    home = make.family()
    return home, make.vouchers(call, (home.minors[0], SEAM), accepted=False)[0]


@pytest.fixture
def active(call):
    return child_with_voucher(call, SEAM)


def states(voucher):
    voucher = Voucher.objects.select_related("award").get(pk=voucher.pk)
    return voucher.state, voucher.award.state


def money_of(home, voucher):
    one = wallet(voucher.ref, home.household.pk)
    return one.awarded, one.free, one.held, one.spent


WHOLE = (
    {"appropriated": 100_000, "available": 100_000, "awarded": 10_000, "returned": 10_000},
    {"appropriated": 100_000, "available": 100_000, "awarded": 20_000, "returned": 20_000},
)


def test_an_award_leaves_its_funds_at_once_part_by_part(offered):
    home, voucher = offered
    assert figures(EUROPE) == {
        "appropriated": 100_000,
        "available": 90_000,
        "awarded": 10_000,
        "unspent": 10_000,
    }
    assert figures(NATION) == {
        "appropriated": 100_000,
        "available": 80_000,
        "awarded": 20_000,
        "unspent": 20_000,
    }
    assert money_of(home, voucher) == (30_000, 30_000, 0, 0)
    assert voucher.use_until == date(2023, 7, 31)
    assert_books_balance()


def test_an_award_is_accepted_until_its_term_and_once(offered):
    home, voucher = offered
    term = Award.objects.get().accept_by
    refused(Code.TERM_EXPIRED, accept_award, term + timedelta(microseconds=1), home.actor, voucher.award_id)
    done(accept_award(term, home.actor, voucher.award_id))
    assert states(voucher) == ("active", "accepted")
    refused(Code.ALREADY_DONE, accept_award, term, home.actor, voucher.award_id)
    assert done(let_offers_lapse(term + DAY, SYSTEM, voucher.call_id)) == 0
    assert_books_balance()


def test_what_is_not_accepted_in_its_term_returns_to_each_fund(offered):
    home, voucher = offered
    term = Award.objects.get().accept_by
    assert done(let_offers_lapse(term, SYSTEM, voucher.call_id)) == 0
    assert done(let_offers_lapse(term + timedelta(seconds=1), SYSTEM, voucher.call_id)) == 1
    assert done(let_offers_lapse(term + DAY, SYSTEM, voucher.call_id)) == 0
    assert states(voucher) == ("closed", "not_accepted")
    assert (figures(EUROPE), figures(NATION)) == WHOLE
    refused(Code.WRONG_STATE, accept_award, term, home.actor, voucher.award_id)
    refused(Code.WRONG_STATE, renounce_award, term, home.actor, voucher.award_id)
    assert_books_balance()


def test_several_are_accepted_together_or_none_is(call, offered):
    home, voucher = offered
    other_home = make.family()
    (other,) = make.vouchers(call, (other_home.minors[0], {EUROPE: 1}), accepted=False)
    moment = Award.objects.earliest("id").accept_by
    refused(Code.NOT_ALLOWED, accept_awards, moment, home.actor, [voucher.award_id, other.award_id])
    refused(Code.WRONG_STATE, accept_awards, moment, OFFICER, [voucher.award_id, 10**9])
    assert (
        len(done(accept_awards(moment, OFFICER, [voucher.award_id, other.award_id, voucher.award_id]))) == 2
    )


@pytest.mark.parametrize("is_accepted", [False, True])
def test_who_renounces_gives_everything_back_at_once(call, is_accepted):
    home = make.family()
    (voucher,) = make.vouchers(call, (home.minors[0], SEAM), accepted=is_accepted)
    done(renounce_award(NOW, home.actor, voucher.award_id))
    assert states(voucher) == ("closed", "renounced")
    assert (figures(EUROPE), figures(NATION)) == WHOLE
    assert money_of(home, voucher) == (30_000, 0, 0, 0)
    refused(Code.WRONG_STATE, renounce_award, NOW, home.actor, voucher.award_id)
    assert_books_balance()


def test_nobody_renounces_with_a_live_booking_nor_for_another_family(active):
    home, voucher = active
    booking = book(home, voucher, make.session(price_cents=4_000))
    refused(Code.ALREADY_BOOKED, renounce_award, NOW, home.actor, voucher.award_id)
    refused(Code.NOT_ALLOWED, renounce_award, NOW, make.family().actor, voucher.award_id)
    done(bookings.cancel_booking(NOW, home.actor, booking.pk))
    done(renounce_award(NOW, home.actor, voucher.award_id))
    assert (figures(EUROPE), figures(NATION)) == WHOLE


def test_who_renounces_after_a_use_gives_the_rest_back(active):
    home, voucher = active
    place = make.session(price_cents=14_000)
    used(home, voucher, place)
    done(renounce_award(place.ends_at, home.actor, voucher.award_id))
    assert figures(EUROPE) == {
        "appropriated": 100_000,
        "available": 90_000,
        "awarded": 10_000,
        "spent": 10_000,
        "due": 10_000,
    }
    assert figures(NATION) == {
        "appropriated": 100_000,
        "available": 96_000,
        "awarded": 20_000,
        "returned": 16_000,
        "spent": 4_000,
        "due": 4_000,
    }
    assert_books_balance()


def test_a_voucher_lapses_the_day_after_its_last(active):
    _home, voucher = active
    last = OVER - DAY
    assert done(let_vouchers_lapse(last.replace(hour=21, minute=59), SYSTEM, voucher.call_id)) == 0
    assert done(let_vouchers_lapse(last.replace(hour=22), SYSTEM, voucher.call_id)) == 1
    assert states(voucher) == ("closed", "lapsed")
    assert (figures(EUROPE), figures(NATION)) == WHOLE
    assert done(let_vouchers_lapse(OVER, SYSTEM, voucher.call_id)) == 0
    assert_books_balance()


def test_what_is_held_when_a_voucher_lapses_goes_back_when_the_booking_ends(active):
    home, voucher = active
    place = make.session(price_cents=14_000, starts_at=LAST_DAY)
    booking = book(home, voucher, place, OVER - 3 * DAY)
    assert done(let_vouchers_lapse(OVER, SYSTEM, voucher.call_id)) == 1
    assert figures(EUROPE) == {
        "appropriated": 100_000,
        "available": 90_000,
        "awarded": 10_000,
        "held": 10_000,
    }
    assert figures(NATION) == {
        "appropriated": 100_000,
        "available": 96_000,
        "awarded": 20_000,
        "returned": 16_000,
        "held": 4_000,
    }
    done(bookings.cancel_booking(OVER, make.staff(place.activity.provider), booking.pk))
    assert (figures(EUROPE), figures(NATION)) == WHOLE
    keys = list(Transfer.objects.filter(key__startswith="give-back:").values_list("key", flat=True))
    assert len(keys) == len(set(keys)) == 6
    assert_books_balance()


def test_what_is_held_when_a_voucher_lapses_is_spent_when_the_child_comes(active):
    home, voucher = active
    place = make.session(price_cents=14_000, starts_at=LAST_DAY)
    booking = book(home, voucher, place, OVER - 3 * DAY)
    staff = make.staff(place.activity.provider)
    done(bookings.confirm_booking(OVER - 2 * DAY, staff, booking.pk))
    done(let_vouchers_lapse(OVER, SYSTEM, voucher.call_id))
    done(bookings.record_attendance(OVER, staff, booking.pk, present=True))
    assert money_of(home, voucher) == (30_000, 0, 0, 14_000)
    done(bookings.reverse_redemption(OVER, make.RESPONSIBLE, booking.pk, "Marked by mistake."))
    assert (figures(EUROPE), figures(NATION)) == WHOLE
    assert_books_balance()


def test_a_lapsed_voucher_books_nothing_and_an_extended_one_does(active):
    home, voucher = active
    place = make.session(starts_at=OVER + 5 * DAY)
    done(extend_one(NOW, RESPONSIBLE, voucher.pk, date(2023, 9, 30), "The summer was short."))
    assert done(let_vouchers_lapse(OVER, SYSTEM, voucher.call_id)) == 0
    book(home, voucher, place, OVER)
    done(let_vouchers_lapse(OVER + 70 * DAY, SYSTEM, voucher.call_id))
    later = make.session(starts_at=OVER + 90 * DAY)
    answer = bookings.book_session(OVER + 71 * DAY, home.actor, later.pk, home.minors[0].pk, voucher.pk, "k")
    assert Code.VOUCHER_NOT_ACTIVE in answer.codes


def test_one_voucher_is_extended_with_a_reason_and_never_shortened(active):
    _home, voucher = active
    last = voucher.use_until
    refused(Code.INCOMPLETE, extend_one, NOW, RESPONSIBLE, voucher.pk, last + DAY, " ")
    for until in (last, last - DAY):
        refused(Code.WRONG_STATE, extend_one, NOW, RESPONSIBLE, voucher.pk, until, "why")
    long = "x" * 300
    assert len(done(extend_one(NOW, RESPONSIBLE, voucher.pk, last + DAY, long)).extension_reason) == 200
    done(let_vouchers_lapse(OVER + DAY, SYSTEM, voucher.call_id))
    refused(Code.WRONG_STATE, extend_one, OVER, RESPONSIBLE, voucher.pk, last + 90 * DAY, "why")


def test_an_extension_for_all_reaches_the_living_and_those_still_to_come(call, active, offered):
    _home, voucher = active
    done(let_vouchers_lapse(OVER, SYSTEM, call.pk))
    done(extend_for_all(OVER, RESPONSIBLE, call.pk, date(2023, 9, 30), "DD 5", "  why  "))
    rows = dict(Voucher.objects.values_list("id", "use_until"))
    assert rows == {voucher.pk: date(2023, 7, 31), offered[1].pk: date(2023, 9, 30)}
    assert Voucher.objects.get(pk=offered[1].pk).extension_reason == "why"
    (fresh,) = make.vouchers(call, (make.family().minors[0], {EUROPE: 1}), accepted=False)
    assert fresh.use_until == date(2023, 9, 30)
    refused(Code.ALREADY_DONE, extend_use, OVER, RESPONSIBLE, call.pk, date(2023, 10, 30), "DD 5", "why")


def test_a_new_code_replaces_the_old_and_moves_no_money(active):
    home, voucher = active
    before = money_of(home, voucher)
    again = done(reissue_code(NOW, home.actor, voucher.pk))
    assert again.code != voucher.code
    assert not Voucher.objects.filter(code=voucher.code).exists()
    assert money_of(home, voucher) == before
    refused(Code.NOT_ALLOWED, reissue_code, NOW, make.family().actor, voucher.pk)
    done(renounce_award(NOW, home.actor, voucher.award_id))
    refused(Code.WRONG_STATE, reissue_code, NOW, home.actor, voucher.pk)


def test_the_job_ends_what_time_has_ended_and_can_run_again(call, active, offered):
    jobs.run(OVER + 100 * DAY)
    assert sorted(Award.objects.values_list("state", flat=True)) == ["lapsed", "not_accepted"]
    count = Transfer.objects.count()
    jobs.run(OVER + 100 * DAY)
    assert Transfer.objects.count() == count
    assert_books_balance()


def test_more_vouchers_than_one_question_names_end_together(call, monkeypatch):
    monkeypatch.setattr("wishmi.infra.pieces.LONGEST", 2)
    monkeypatch.setattr("wishmi.vouchers.actions._BATCH", 3)
    homes = [make.family() for _ in range(8)]
    issued = make.vouchers(
        call, *[(home.minors[0], {EUROPE: 1_000 + place}) for place, home in enumerate(homes)]
    )
    assert len(issued) == 8
    assert done(let_vouchers_lapse(OVER, SYSTEM, call.pk)) == 8
    assert figures(EUROPE)["available"] == 100_000
    assert_books_balance()


# --- What an ended award brings into the next stage


def ended_with(money, keep):
    """Two children awarded, the first having spent or held what `keep` does; returns call, homes and the next stage."""
    call, homes, _ = ranked_call(100, 200, 300, money=money)
    stage = way.final(call)
    issued = done(issue_vouchers(ISSUED, RESPONSIBLE, stage.pk))
    done(accept_award(ISSUED, homes[0].actor, issued[0].award_id))
    done(accept_award(ISSUED, homes[1].actor, issued[1].award_id))
    keep(homes[0], Voucher.objects.get(pk=issued[0].pk))
    done(let_vouchers_lapse(OVER, SYSTEM, call.pk))
    done(extend_for_all(OVER, RESPONSIBLE, call.pk, date(2023, 12, 31), "DD 5", "Second round."))
    return call, homes, way.staged(call, OVER + DAY, Stage.Kind.ROUND, "DD 6")


def test_an_award_partly_spent_and_lapsed_keeps_what_it_spent_and_the_rest_runs_down():
    _call, homes, stage = ended_with(
        40_000, lambda home, voucher: used(home, voucher, make.session(price_cents=15_000))
    )
    assert_verifies(stage)
    rows = stage.rows.order_by("position")
    assert [(row.outcome, sum(row.shares.values())) for row in rows] == [
        ("awarded", 15_000),
        ("renounced", 0),
        ("awarded", 40_000),
    ]
    (new,) = done(issue_vouchers(OVER + DAY, RESPONSIBLE, stage.pk))
    assert (new.minor_id, new.use_until) == (homes[2].minors[0].pk, date(2023, 12, 31))
    assert_books_balance()
    total = sum(figures(code).get("available", 0) for code in (EUROPE, NATION))
    assert total == 80_000 - 15_000 - 40_000


def test_an_award_lapsed_with_a_live_hold_keeps_what_is_held_and_loses_it_when_the_booking_ends():
    booked = []

    def keep(home, voucher):
        place = make.session(price_cents=15_000, starts_at=LAST_DAY)
        booked.append((make.staff(place.activity.provider), book(home, voucher, place, OVER - 3 * DAY)))

    call, _homes, stage = ended_with(40_000, keep)
    assert_verifies(stage)
    assert [sum(row.shares.values()) for row in stage.rows.order_by("position")] == [15_000, 0, 40_000]
    done(issue_vouchers(OVER + DAY, RESPONSIBLE, stage.pk))
    ((staff, booking),) = booked
    done(bookings.cancel_booking(OVER + 2 * DAY, staff, booking.pk))
    again = way.staged(call, OVER + 3 * DAY, Stage.Kind.ROUND, "DD 7")
    assert_verifies(again)
    assert [row.outcome for row in again.rows.order_by("position")] == ["renounced", "renounced", "awarded"]
    assert sum(figures(code).get("available", 0) for code in (EUROPE, NATION)) == 40_000
    assert_books_balance()


def test_a_hold_that_ends_between_freezing_and_publishing_asks_to_freeze_again():
    booked = []

    def keep(home, voucher):
        place = make.session(price_cents=15_000, starts_at=LAST_DAY)
        booked.append((make.staff(place.activity.provider), book(home, voucher, place, OVER - 3 * DAY)))

    call, _homes, stage = ended_with(40_000, keep)
    done(issue_vouchers(OVER + DAY, RESPONSIBLE, stage.pk))
    frozen = done(way.freeze_ranking(OVER + DAY, RESPONSIBLE, call.pk, Stage.Kind.ROUND, way.the_draw(call)))
    ((staff, booking),) = booked
    done(bookings.cancel_booking(OVER + 2 * DAY, staff, booking.pk))
    refused(Code.CHANGED_MEANWHILE, way.publish_stage, OVER + 2 * DAY, RESPONSIBLE, frozen.pk, "DD 9")


def test_reasons_in_the_ledger_say_why_money_came_back(call, offered, active):
    home, voucher = active
    done(renounce_award(NOW, home.actor, voucher.award_id))
    done(let_offers_lapse(FINAL + 200 * DAY, SYSTEM, call.pk))
    why = set(Transfer.objects.filter(key__startswith="give-back:").values_list("reason", flat=True))
    assert why == {TransferReason.RENUNCIATION, TransferReason.NOT_ACCEPTED}
