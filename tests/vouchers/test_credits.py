"""The life of an award day by day: what comes, what ends, what is carried over, and that every cent is somewhere."""

import random
from datetime import date, timedelta

import pytest

from tests import builders as make
from tests.builders import (
    DAY,
    EUROPE,
    NATION,
    NOW,
    OFFICER,
    RESPONSIBLE,
    assert_books_balance,
    book,
    done,
    figures,
)
from tests.builders_awards import refused, unchanged
from tests.builders_credits import at, credits_of, free, life_call, run_on
from wishmi.applications.models import Candidacy
from wishmi.awards.models import DiscretionaryCase
from wishmi.bookings import actions as bookings
from wishmi.bookings.models import Booking
from wishmi.calls.models import Fund
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode as Code
from wishmi.core.rules.life import Credit, available_on
from wishmi.infra.actor import SYSTEM
from wishmi.infra.models import AuditRecord, OutboxEvent
from wishmi.outcomes.audit import check_everything
from wishmi.vouchers.actions import (
    accept_award,
    extend_for_all,
    extend_one,
    issue_vouchers,
    let_vouchers_lapse,
    open_unreserved,
    renounce_award,
    settle_credits,
)
from wishmi.vouchers.models import Voucher, VoucherPart

pytestmark = pytest.mark.django_db
SEAM = {EUROPE: 10_000, NATION: 20_000}
AWARDED = date(2023, 2, 9)
YEARLY = "yearly: true"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.WISHMI_DATA = tmp_path


def one(call, shares=None, born_on=date(2014, 2, 1), accepted=True):
    home = make.family(born_on)
    return home, make.vouchers(call, (home.minors[0], shares or SEAM), accepted=accepted)[0]


def place(day, price, hour=18):
    offer = make.activity(age_min=0, age_max=18, price_cents=price)
    return make.session(offer, starts_at=at(day, hour), price_cents=price)


def audited():
    """Sound but for the chain, which is sealed after commits that a test does not make."""
    assert [one.what for one in check_everything().differences] == []
    assert_books_balance()


def test_the_whole_life_leaves_the_funds_at_the_award_and_waits_for_its_days():
    _, voucher = one(life_call(YEARLY, "2025-12-31"))
    assert credits_of(voucher) == [
        ("2023-02-09", "2023-12-31", 10_000, "came"),
        ("2023-02-09", "2023-12-31", 20_000, "came"),
        ("2024-01-01", "2024-12-31", 30_000, "planned"),
        ("2025-01-01", "2025-12-31", 30_000, "planned"),
    ]
    assert figures(EUROPE)["awarded"] == 10_000
    assert figures(NATION) == {
        "appropriated": 10_000_000, "available": 9_920_000, "awarded": 80_000, "unspent": 20_000,
        "unreleased": 60_000,
    }  # fmt: skip
    assert free(voucher) == 30_000
    audited()


def test_a_fund_that_does_not_cover_the_life_issues_nothing():
    call = life_call(YEARLY, "2025-12-31", cents=79_999)
    home = make.family()
    with pytest.raises(AssertionError, match="fund_insufficient"):
        make.vouchers(call, (home.minors[0], SEAM))
    assert not Voucher.objects.exists()
    assert figures(NATION) == {"appropriated": 79_999, "available": 79_999}


def test_each_year_comes_on_its_first_day_in_the_city_and_ends_on_its_last():
    _, voucher = one(life_call(YEARLY, "2024-12-31"))
    run_on(date(2023, 12, 31), 23, 59)
    assert free(voucher) == 30_000
    run_on(date(2024, 1, 1), 0, 0)
    assert credits_of(voucher) == [
        ("2023-02-09", "2023-12-31", 10_000, "ended"),
        ("2023-02-09", "2023-12-31", 20_000, "ended"),
        ("2024-01-01", "2024-12-31", 30_000, "came"),
    ]
    assert free(voucher) == 30_000
    assert (figures(EUROPE)["returned"], figures(NATION)["returned"]) == (10_000, 20_000)
    with unchanged():
        run_on(date(2024, 1, 1), 0, 1)
        run_on(date(2024, 12, 31), 23, 59)
    run_on(date(2025, 1, 1))
    assert Voucher.objects.get().state == "closed"
    assert figures(NATION)["available"] == 10_000_000
    audited()


def test_a_machine_that_was_off_for_two_years_makes_up_for_them():
    _, voucher = one(life_call(YEARLY, "2026-12-31"))
    run_on(date(2025, 3, 15))
    states = [state for _, _, _, state in credits_of(voucher)]
    assert states == ["ended", "ended", "ended", "came", "planned"]
    assert free(voucher) == 30_000
    assert figures(NATION)["returned"] == 20_000 + 30_000
    audited()


def test_a_booking_before_the_job_finds_what_came_and_not_what_ended():
    home, voucher = one(life_call(YEARLY, "2024-12-31"), {EUROPE: 5_000})
    done(
        bookings.book_session(
            at(date(2024, 1, 5)), home.actor, place(date(2024, 1, 6), 8_000).pk, home.minors[0].pk,
            voucher.pk, "key",
        )
    )  # fmt: skip
    assert (Booking.objects.get().voucher_cents, free(voucher)) == (5_000, 0)
    assert figures(EUROPE)["returned"] == 5_000
    audited()


def test_what_ends_first_is_spent_first_and_only_for_days_it_covers():
    life = "recredits: [{age: 10, amount: 70.00}]"
    home, voucher = one(life_call(f"{YEARLY}; {life}", "2024-12-31"), {EUROPE: 5_000}, date(2013, 6, 1))
    run_on(date(2023, 6, 1))
    assert credits_of(voucher) == [
        ("2023-02-09", "2023-12-31", 5_000, "came"),
        ("2023-06-01", "2024-12-31", 7_000, "came"),
        ("2024-01-01", "2024-12-31", 5_000, "planned"),
    ]
    assert free(voucher) == 12_000
    booking = book(home, voucher, place(date(2023, 7, 1), 6_000), at(date(2023, 6, 2)))
    assert [part.amount for part in booking.parts.order_by("id")] == [5_000, 1_000]
    # A session of the next year is paid by what lasts until then alone.
    later = book(home, voucher, place(date(2024, 2, 1), 9_000), at(date(2023, 6, 3)))
    assert (later.voucher_cents, later.family_cents) == (6_000, 3_000)
    audited()


def test_a_hold_freed_after_its_credit_ended_goes_to_the_fund():
    home, voucher = one(life_call(YEARLY, "2024-12-31"), {EUROPE: 5_000})
    booking = book(home, voucher, place(date(2023, 12, 31), 4_000), at(date(2023, 12, 20)))
    run_on(date(2024, 1, 1))
    done(
        bookings.cancel_booking(
            at(date(2024, 1, 1), 10), make.staff(booking.session.activity.provider), booking.pk
        )
    )
    assert free(voucher) == 5_000
    assert figures(EUROPE)["returned"] == 5_000
    audited()


@pytest.mark.parametrize(
    ("born_on", "comes"), [(date(2012, 2, 29), "2023-02-28"), (date(2008, 2, 29), "2024-02-29")]
)
def test_a_birthday_on_a_leap_day(born_on, comes):
    year = int(comes[:4])
    life = f"recredits: [{{age: {year - born_on.year}, amount: 50.00}}]"
    _, voucher = one(life_call(life, "2025-12-31"), {EUROPE: 5_000}, born_on)
    day = date.fromisoformat(comes)
    run_on(day - DAY, 23, 59)
    assert free(voucher) == 5_000
    run_on(day, 0, 0)
    assert free(voucher) == 10_000
    audited()


def test_an_award_ends_after_its_days_or_on_the_eve_of_a_birthday():
    call = life_call("valid_days: 100; until_age: 18", "2024-12-31")
    homes = [make.family(day) for day in (date(2014, 2, 1), date(2005, 4, 1))]
    young, old = make.vouchers(call, *((home.minors[0], {EUROPE: 5_000}) for home in homes))
    assert (young.use_until, old.use_until) == (AWARDED + 100 * DAY, date(2023, 3, 31))
    place(date(2023, 4, 1), 1_000)
    asked = (
        at(date(2023, 3, 30)),
        homes[1].actor,
        place(date(2023, 4, 1), 1_000).pk,
        homes[1].minors[0].pk,
        old.pk,
    )
    refusal = bookings.book_session(*asked, "key")
    assert isinstance(refusal, Refused)
    assert Code.VOUCHER_EXPIRED in refusal.codes
    run_on(date(2023, 4, 1))
    assert dict(Voucher.objects.values_list("id", "state")) == {young.pk: "active", old.pk: "closed"}
    # An extension for all moves the last day of the call, not what a child's own days and age allow.
    done(
        extend_for_all(at(date(2023, 4, 2)), RESPONSIBLE, call.pk, date(2025, 6, 30), "DD 9/2023", "Closures")
    )
    young.refresh_from_db()
    assert young.use_until == AWARDED + 100 * DAY
    done(extend_one(at(date(2023, 4, 2)), RESPONSIBLE, young.pk, date(2023, 12, 31), "Illness"))
    run_on(date(2023, 12, 31))
    assert (free(young), credits_of(young)[0][1]) == (5_000, "2023-12-31")
    run_on(date(2024, 1, 1))
    assert figures(EUROPE)["available"] == 10_000_000
    audited()


def test_an_extension_for_all_takes_the_credits_along_that_end_with_the_call():
    call = life_call(YEARLY, "2024-06-30")
    _, voucher = one(call, {EUROPE: 5_000})
    done(extend_for_all(NOW, RESPONSIBLE, call.pk, date(2024, 9, 30), "DD 9/2023", "Closures"))
    assert [row[:2] for row in credits_of(voucher)] == [
        ("2023-02-09", "2023-12-31"),
        ("2024-01-01", "2024-09-30"),
    ]
    run_on(date(2024, 9, 30))
    assert free(voucher) == 5_000
    run_on(date(2024, 10, 1))
    assert figures(EUROPE)["available"] == 10_000_000
    audited()


def test_an_award_that_nobody_needs_to_accept_can_be_used_at_once():
    call = life_call(YEARLY, "2023-12-31", answer=("accept_within_days: 30", "accept_within_days: null"))
    _, voucher = one(call, accepted=False)
    assert (voucher.state, voucher.award.state) == ("active", "accepted")
    run_on(date(2023, 3, 1))
    assert Voucher.objects.get().state == "active"
    refused(Code.ALREADY_DONE, accept_award, NOW, OFFICER, voucher.award_id)
    audited()


def test_what_needs_no_answer_waits_for_its_reserve_to_be_lifted():
    call = life_call(YEARLY, "2023-12-31", answer=("accept_within_days: 30", "accept_within_days: null"))
    home = make.family()
    candidacy = make._candidacy(call, call.versions.get(), home.minors[0])
    Candidacy.objects.update(state="reserve")
    candidacy.refresh_from_db()
    (voucher,) = _issued(call, candidacy, {EUROPE: 5_000}, accepted=False)
    run_on(date(2023, 6, 1))
    assert Voucher.objects.get().state == "offered"
    Candidacy.objects.update(state="admitted")
    refused(Code.NOT_ALLOWED, open_unreserved, at(date(2023, 6, 2)), OFFICER, call.pk)
    run_on(date(2023, 6, 2))
    assert (Voucher.objects.get().state, free(voucher)) == ("active", 5_000)
    audited()


def test_what_came_before_the_answer_is_there_with_it():
    life = "recredits: [{age: 9, amount: 50.00}]"
    home, voucher = one(life_call(life), {EUROPE: 5_000}, date(2014, 2, 20), accepted=False)
    run_on(date(2023, 2, 25))
    assert free(voucher) == 5_000
    done(accept_award(at(date(2023, 2, 26)), home.actor, voucher.award_id))
    assert free(voucher) == 10_000
    audited()


@pytest.mark.parametrize("is_accepted", [False, True])
def test_who_renounces_in_the_middle_gives_back_exactly_the_rest(is_accepted):
    home, voucher = one(life_call(YEARLY, "2025-12-31"), accepted=is_accepted)
    spent = 0
    if is_accepted:
        booking = book(home, voucher, place(date(2023, 3, 1), 4_000), at(date(2023, 3, 1)))
        actor = make.staff(booking.session.activity.provider)
        done(bookings.confirm_booking(at(date(2023, 3, 1), 10), actor, booking.pk))
        done(bookings.record_attendance(at(date(2023, 3, 1), 20), actor, booking.pk, present=True))
        spent = 4_000
    done(renounce_award(at(date(2023, 3, 5)), home.actor, voucher.award_id))
    assert free(voucher) == 0
    kept = [figures(fund)["awarded"] - figures(fund)["returned"] for fund in (EUROPE, NATION)]
    assert kept == [spent, 0]
    assert {row[3] for row in credits_of(voucher)} == {"came", "dropped"}
    with unchanged():
        run_on(date(2024, 1, 1))
    audited()


def checked_again(until="2024-12-31"):
    """A call that looks again each year, and an award of a child who is too old by the next."""
    call = life_call(f"{YEARLY}; recheck: each_period", until)
    home = make.family(date(2006, 1, 1))
    candidacy = make._candidacy(call, call.versions.get(), home.minors[0])
    candidacy.facts = {
        "born_on": "2006-01-01", "submitted_on": "2022-10-01", "resident": True, "isee_cents": None,
        "isee_kind": "", "isee_issued_on": None, "isee_valid_until": None, "minors": 1, "lone_parent": False,
        "disabled_members": 0, "applicant_role": "parent", "applicant": "h",
    }  # fmt: skip
    candidacy.save(update_fields=["facts"])
    (voucher,) = _issued(call, candidacy, {EUROPE: 5_000})
    return candidacy, voucher


def test_who_was_let_in_without_passing_is_not_asked_again():
    candidacy, voucher = checked_again()
    DiscretionaryCase.objects.create(
        candidacy=candidacy, fund=Fund.objects.get(code=EUROPE), amount=5_000, reason="new here", state="approved",
        proposed_at=NOW, proposed_by="x", award=voucher.award,
    )  # fmt: skip
    run_on(date(2024, 1, 1))
    assert not VoucherPart.objects.filter(state="withheld").exists()
    assert free(voucher) == 5_000
    audited()


def test_what_is_withheld_says_why_waits_and_goes_back_at_its_end():
    _candidacy, voucher = checked_again()
    run_on(date(2024, 1, 1))
    part = VoucherPart.objects.get(state="withheld")
    codes = {reason["code"] for reason in part.reasons}
    assert "too_old" in codes
    assert free(voucher) == 0
    assert figures(EUROPE)["unreleased"] == 5_000
    assert OutboxEvent.objects.filter(topic="credit.withheld").count() == 1
    # What is told to everybody names no fact of the family.
    assert "too_old" not in AuditRecord.objects.get(verb="credit.withheld").data
    with unchanged():
        run_on(date(2024, 6, 1))
    run_on(date(2025, 1, 1))
    assert figures(EUROPE)["available"] == 10_000_000
    audited()


def _issued(call, candidacy, shares, accepted=True):
    from wishmi.awards.models import Stage, StageRow  # noqa: PLC0415

    stage = Stage.objects.create(
        call=call, version=call.versions.get(), number=1, kind="final", frozen_at=NOW, frozen_by="x",
        inputs_digest="0" * 64, published_at=NOW - 40 * DAY,
    )  # fmt: skip
    StageRow.objects.create(
        stage=stage,
        candidacy=candidacy,
        position=1,
        outcome="awarded",
        claim=sum(shares.values()),
        shares=shares,
    )
    issued = done(issue_vouchers(NOW - 20 * DAY, RESPONSIBLE, stage.pk))
    for voucher in issued:
        if accepted and voucher.state == "offered":
            done(accept_award(NOW - 19 * DAY, OFFICER, voucher.award_id))
    return issued


def test_only_time_and_the_person_responsible_settle_credits():
    call = life_call(YEARLY)
    one(call)
    refused(Code.NOT_ALLOWED, settle_credits, at(date(2024, 1, 1)), OFFICER, call.pk)
    assert done(settle_credits(at(date(2024, 1, 1)), RESPONSIBLE, call.pk)) == 1
    assert done(settle_credits(at(date(2024, 1, 1)), SYSTEM, call.pk)) == 0
    assert done(let_vouchers_lapse(at(date(2024, 1, 1)), SYSTEM, call.pk)) == 0


CARRIES = ("", "; carry_over: all", "; carry_over: capped; carry_at_most: 20.00")


@pytest.mark.parametrize("carry", CARRIES)
@pytest.mark.parametrize("seed", range(4))
def test_law_what_the_ledger_has_on_any_day_is_what_the_core_says(carry, seed):
    """Random birthdays, spendings, cancelled wishes and days on which the job was not there."""
    dice = random.Random(f"{carry}{seed}")
    life = f"{YEARLY}{carry}; recredits: [{{age: 10, amount: 33.33}}, {{age: 11, amount: 12.00}}]"
    born_on = date(2013, 1, 1) + timedelta(days=dice.randrange(365))
    home, voucher = one(life_call(life, "2025-08-31"), {EUROPE: 3_000, NATION: 1_501}, born_on)
    schedule = [
        Credit(row.on, row.until, row.amount, row.why, row.capped_after)
        for row in VoucherPart.objects.filter(voucher=voucher)
    ]
    spent: list[tuple[date, int]] = []
    day = AWARDED + DAY
    while day <= date(2025, 9, 2):
        if dice.random() < 0.6:
            run_on(day)
            assert free(voucher) == available_on(schedule, spent, day, 2_000), day
        if dice.random() < 0.6 and day <= date(2025, 8, 31):
            price = dice.choice([500, 1_700, 4_444])
            can = available_on(schedule, spent, day, 2_000)
            answer = bookings.book_session(
                at(day, 12), home.actor, place(day, price).pk, home.minors[0].pk, voucher.pk, f"key-{day}"
            )
            assert (answer.voucher_cents if not isinstance(answer, Refused) else 0) == min(price, can), day
            spent += [(day, min(price, can))] if can else []
        day += dice.choice([1, 20, 45]) * DAY
        if dice.random() < 0.3:
            day = dice.choice([one for one in _borders(schedule) if one >= day] or [day])
    run_on(date(2025, 9, 3))
    assert Voucher.objects.get().state == "closed"
    audited()


def _borders(schedule):
    """The days on which something comes or ends, and those beside them."""
    days = {day for one in schedule for day in (one.on - DAY, one.on, one.until, one.until + DAY)}
    return sorted(days)
