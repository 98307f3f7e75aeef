"""Acts on a published call: what each stops, moves and returns; exact values, and refusals that change nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests import builders as make
from tests.builders import ACCOUNTANT, DAY, EUROPE, NATION, NOW, OFFICER, RESPONSIBLE, done, figures
from tests.builders_awards import (
    CLOSED,
    FINAL,
    ISSUED,
    OPEN,
    PROVISIONAL,
    applied,
    checked,
    child_of,
    declaration,
    form,
    home_with_isee,
    provisional,
    ranked_call,
    refused,
    sealed,
    the_draw,
    unchanged,
)
from wishmi.applications.actions import (
    correct_facts,
    request_integration,
    save_draft,
    seal_intake,
    submit_application,
)
from wishmi.applications.models import Application, Integration
from wishmi.applications.selectors import explanation
from wishmi.awards import actions as awards
from wishmi.awards.correcting import correct_call
from wishmi.awards.models import Award, Stage
from wishmi.bookings import actions as bookings
from wishmi.bookings.actions import annul_call
from wishmi.bookings.models import Booking, WaitingEntry
from wishmi.calls import acts, selectors
from wishmi.calls.actions import Signed, extend_use, load_call
from wishmi.calls.acts import extend_window
from wishmi.calls.correcting import Phase, fixed_in, why_not_correct
from wishmi.calls.document import parse_call
from wishmi.calls.models import Call, CallAct, CallFund, CallVersion
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode as Code
from wishmi.infra import outbox
from wishmi.infra.actor import SYSTEM
from wishmi.infra.models import OutboxEvent
from wishmi.outcomes.audit import check_everything
from wishmi.vouchers import actions as vouchers
from wishmi.vouchers.models import Voucher
from wishmi.vouchers.suspending import reopen_call, suspend_call

pytestmark = pytest.mark.django_db
TEXT = make.CALL_PATH.read_text("utf-8")
BEFORE = OPEN - 20 * DAY
"""Published, and not open yet."""


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.WISHMI_DATA = tmp_path


def signed(number: str = "DD 50/2022", **changes) -> Signed:
    return replace(Signed(number, "A mistake", "The head of office", "Testo.", "Text."), **changes)


def version_two(*pairs: tuple[str, str]) -> CallVersion:
    text = TEXT.replace("  version: 1\n", "  version: 2\n", 1)
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return done(load_call(BEFORE, RESPONSIBLE, text.encode()))


LIMIT = (("at_most: 27000.00", "at_most: 30000.00"), ("to: 27000.00", "to: 30000.00"))
TITLE = ("en: Individual voucher 2022", "en: Another title 2022")


@pytest.fixture
def call() -> Call:
    return make.funded_call()


# --- Signing


@pytest.mark.parametrize(
    "change",
    [
        {"number": " "}, {"number": "DD\n1"}, {"reason": " "}, {"signatory": ""}, {"signatory": "x" * 121},
        {"text_it": ""}, {"text_en": " "}, {"text_en": "x" * 5_001}, {"text_it": "a\0b"},
    ],
)  # fmt: skip
def test_an_act_that_says_too_little_is_not_signed(call, change):
    wrong = signed(**change)
    refused(Code.INCOMPLETE, suspend_call, OPEN, RESPONSIBLE, call.pk, wrong)
    refused(Code.INCOMPLETE, annul_call, OPEN, RESPONSIBLE, call.pk, wrong)


def test_only_the_person_responsible_signs(call):
    other = version_two(TITLE)
    for actor in (OFFICER, ACCOUNTANT, make.AUDITOR):
        refused(Code.NOT_ALLOWED, suspend_call, OPEN, actor, call.pk, signed())
        refused(Code.NOT_ALLOWED, annul_call, OPEN, actor, call.pk, signed())
        refused(Code.NOT_ALLOWED, reopen_call, OPEN, actor, call.pk, signed())
        refused(Code.NOT_ALLOWED, extend_window, OPEN, actor, call.pk, CLOSED, signed())
        refused(Code.NOT_ALLOWED, correct_call, OPEN, actor, other.pk, signed())


def test_one_number_signs_one_act(call):
    refused(Code.ALREADY_DONE, suspend_call, OPEN, RESPONSIBLE, call.pk, signed("DD 1/2022"))


def test_an_act_keeps_its_text_and_who_signed(call):
    act = done(suspend_call(OPEN, RESPONSIBLE, call.pk, signed()))
    row = CallAct.objects.get(pk=act.pk)
    assert (row.kind, row.number, row.reason, row.signatory) == (
        "suspension",
        "DD 50/2022",
        "A mistake",
        "The head of office",
    )
    assert (row.text_it, row.text_en, row.at, row.actor) == ("Testo.", "Text.", OPEN, RESPONSIBLE.ref)
    assert next(one.pk for one in selectors.acts_to_tell(call)) == act.pk


def test_what_is_not_published_has_no_acts():
    version = done(load_call(BEFORE, RESPONSIBLE, TEXT.encode()))
    for act in (suspend_call, annul_call):
        refused(Code.WRONG_STATE, act, OPEN, RESPONSIBLE, version.call_id, signed())


# --- Correcting


def test_before_anyone_applies_rules_may_change_and_the_new_version_is_in_force(call):
    other = version_two(*LIMIT, ("amount: 898340.00", "amount: 900000.00"))
    act = done(correct_call(BEFORE, RESPONSIBLE, other.pk, signed()))
    assert (act.version_id, act.data) == (other.pk, {"replaces": 1})
    assert selectors.published_version(call) == other
    home = home_with_isee(2_900_000)
    application = applied(call, home)
    assert application.version_id == other.pk
    assert explanation(child_of(application))[0].amount == 10_000


def test_a_correction_may_put_other_funds_behind_a_call_nobody_applied_to(call):
    other = version_two(("code: LEGGE-285", "code: COMUNE"), ("unit: EUR", "unit: EUR"))
    done(correct_call(BEFORE, RESPONSIBLE, other.pk, signed()))
    rows = CallFund.objects.filter(call=call).order_by("order").values_list("fund__code", flat=True)
    assert list(rows) == [EUROPE, "COMUNE"]
    assert figures("COMUNE") == {}
    make.assert_books_balance()


def test_an_application_keeps_its_version_and_is_judged_by_the_one_in_force(call):
    home = home_with_isee(2_900_000)
    application = applied(call, home)
    assert explanation(child_of(application))[0].eligible is False
    done(correct_call(OPEN + DAY, RESPONSIBLE, version_two(*LIMIT).pk, signed()))
    application = Application.objects.get(pk=application.pk)
    assert application.version.number == 1
    assert explanation(child_of(application))[0].amount == 10_000
    sealed(call)
    checked(call)
    assert child_of(application).state == "admitted"
    stage = provisional(call)
    assert stage.version.number == 2
    assert list(stage.rows.values_list("outcome", "claim")) == [("awarded", 10_000)]
    declared = declaration(resident=False)
    done(correct_facts(PROVISIONAL + DAY, OFFICER, child_of(application).pk, declared, "moved"))
    assert child_of(application).state == "excluded"


CANNOT = [
    (Phase.APPLIED, [("opens_at: 2022-09-15T09:00", "opens_at: 2022-09-16T09:00")], "window.opens_at"),
    (Phase.APPLIED, [("closes_at: 2022-11-15T12:00", "closes_at: 2022-11-14T12:00")], "window.closes_at"),
    (Phase.APPLIED, [("municipality: F205", "municipality: H501")], "identity.municipality"),
    (
        Phase.APPLIED,
        [
            ("    - {fact: lone_parent, if_true: 10}\n", ""),
            ("facts: [minors, lone_parent]", "facts: [minors]"),
        ],
        "data",
    ),
    (Phase.SEALED, [*LIMIT], "eligibility.all[3].at_most, amount.bands[3].to"),
    (Phase.SEALED, [("amount: 898340.00", "amount: 900000.00")], "funds[1].amount"),
    (Phase.SEALED, [("if_true: 10", "if_true: 12")], "selection.points[2].if_true"),
    (Phase.RANKED, [("holding_days: 7", "holding_days: 9")], "payment.holding_days"),
    (Phase.RANKED, [("use_until: 2023-07-31", "use_until: 2023-08-31")], "award.use_until"),
]


@pytest.mark.parametrize(
    ("phase", "pairs", "places"), CANNOT, ids=[f"{one[0].name}: {one[2]}" for one in CANNOT]
)
def test_what_can_no_longer_be_corrected_is_named(phase, pairs, places):
    text = TEXT
    for old, new in pairs:
        text = text.replace(old, new, 1)
    before, after = parse_call(TEXT.encode()), parse_call(text.encode())
    assert ", ".join(why_not_correct(before, after, phase)) == places
    assert why_not_correct(before, after, Phase(phase - 1)) == ()


def test_the_currency_never_changes():
    after = parse_call(TEXT.replace("unit: EUR", "unit: CHF").encode())
    assert why_not_correct(parse_call(TEXT.encode()), after, Phase.PUBLISHED) == ("amount.unit",)


def test_every_section_is_fixed_in_the_end_but_what_only_tells():
    fixed = {place.partition(".")[0] for place in fixed_in(Phase.RANKED)}
    told = {"format", "texts", "sources", "marks", "names", "data"}
    from wishmi.calls.document_sections import CallBody  # noqa: PLC0415

    assert set(CallBody.model_fields) == fixed | told


def test_a_correction_of_rules_after_the_window_is_refused_with_the_places(call):
    home = home_with_isee()
    applied(call, home)
    other = version_two(*LIMIT)
    answer = refused(Code.CORRECTION_TOO_LATE, correct_call, CLOSED, RESPONSIBLE, other.pk, signed())
    assert answer.reasons[0].params == {"places": "eligibility.all[3].at_most, amount.bands[3].to"}


def test_a_text_can_always_be_corrected_and_a_frozen_list_goes():
    call, _homes, _applications = ranked_call(500_000)
    done(awards.freeze_ranking(PROVISIONAL, RESPONSIBLE, call.pk, Stage.Kind.PROVISIONAL, the_draw(call)))
    done(correct_call(PROVISIONAL, RESPONSIBLE, version_two(TITLE).pk, signed()))
    assert call.stages.count() == 0
    assert provisional(call).version.number == 2
    last = done(load_call(FINAL, RESPONSIBLE, TEXT.replace("  version: 1\n", "  version: 3\n").encode()))
    done(correct_call(FINAL, RESPONSIBLE, last.pk, signed("DD 51/2022")))
    assert call.stages.get().version.number == 2


def test_a_correction_goes_forward_only(call):
    first = call.versions.get()
    other = version_two(TITLE)
    done(correct_call(BEFORE, RESPONSIBLE, other.pk, signed()))
    for version in (first, other):
        refused(Code.WRONG_STATE, correct_call, BEFORE, RESPONSIBLE, version.pk, signed("DD 51/2022"))


def test_a_correction_that_no_room_can_carry_out_is_refused(call, monkeypatch):
    other = version_two(TITLE)
    monkeypatch.setattr(acts, "gaps", lambda _rules: ("units",))
    refused(Code.NOT_YET_POSSIBLE, correct_call, BEFORE, RESPONSIBLE, other.pk, signed())


# --- Extending the window


def test_the_window_is_extended_and_applications_are_taken_until_then(call):
    until = datetime(2022, 11, 15, 18, tzinfo=UTC)
    home = home_with_isee()
    late = CLOSED + timedelta(hours=3)
    refused(Code.WINDOW_NOT_OPEN, save_draft, late, home.actor, call.pk, form(home))
    done(extend_window(OPEN, RESPONSIBLE, call.pk, until, signed()))
    assert selectors.closes_at(call, selectors.rules_of(call.versions.get())) == until
    applied(call, home, late)
    refused(Code.TOO_EARLY, seal_intake, late, RESPONSIBLE, call.pk, "DD 2/2022")
    done(seal_intake(until, RESPONSIBLE, call.pk, "DD 2/2022"))
    later = until + timedelta(hours=1)
    refused(Code.WRONG_STATE, extend_window, until, RESPONSIBLE, call.pk, later, signed("DD 51"))


def test_the_window_closes_before_the_draw_is_known(call):
    due = datetime(2022, 11, 16, 11, tzinfo=UTC)
    answer = refused(Code.DRAW_COMES_BEFORE, extend_window, OPEN, RESPONSIBLE, call.pk, due, signed())
    assert answer.reasons[0].params == {"due_at": "2022-11-16T12:00:00+01:00"}
    done(extend_window(OPEN, RESPONSIBLE, call.pk, due - timedelta(minutes=1), signed()))
    refused(Code.WRONG_STATE, extend_window, OPEN, RESPONSIBLE, call.pk, CLOSED, signed("DD 51"))


# --- Suspending and going on


def test_a_suspended_call_takes_no_applications_and_goes_on_where_it_was(call):
    home = home_with_isee()
    draft = done(save_draft(OPEN, home.actor, call.pk, form(home)))
    done(suspend_call(OPEN, RESPONSIBLE, call.pk, signed()))
    refused(Code.CALL_SUSPENDED, save_draft, OPEN + DAY, home.actor, call.pk, form(home))
    refused(Code.CALL_SUSPENDED, submit_application, OPEN + DAY, home.actor, draft.pk)
    refused(Code.CALL_SUSPENDED, suspend_call, OPEN + DAY, RESPONSIBLE, call.pk, signed("DD 51"))
    refused(Code.CALL_SUSPENDED, seal_intake, CLOSED, RESPONSIBLE, call.pk, "DD 2/2022")
    done(reopen_call(OPEN + 2 * DAY, RESPONSIBLE, call.pk, signed("DD 51")))
    refused(Code.WRONG_STATE, reopen_call, OPEN + 2 * DAY, RESPONSIBLE, call.pk, signed("DD 52"))
    done(submit_application(OPEN + 2 * DAY, home.actor, draft.pk))
    assert selectors.closes_at(call, selectors.rules_of(call.versions.get())) == CLOSED


def test_a_window_that_lost_time_gets_it_back_if_the_act_says_so(call):
    done(suspend_call(OPEN, RESPONSIBLE, call.pk, signed()))
    done(reopen_call(OPEN + timedelta(hours=5), RESPONSIBLE, call.pk, signed("DD 51"), prolongs=True))
    rules = selectors.rules_of(call.versions.get())
    assert selectors.closes_at(call, rules) == CLOSED + timedelta(hours=5)
    done(suspend_call(CLOSED, RESPONSIBLE, call.pk, signed("DD 52")))
    again = CLOSED + timedelta(hours=1)
    done(reopen_call(again, RESPONSIBLE, call.pk, signed("DD 53"), prolongs=True))
    assert selectors.closes_at(call, rules) == CLOSED + timedelta(hours=6)


def test_a_prolonged_window_may_not_pass_the_draw(call):
    done(suspend_call(OPEN, RESPONSIBLE, call.pk, signed()))
    late = OPEN + 2 * DAY
    refused(Code.DRAW_COMES_BEFORE, reopen_call, late, RESPONSIBLE, call.pk, signed("DD 51"), prolongs=True)
    assert selectors.suspension(call) is not None


def test_nothing_is_ranked_published_or_issued_meanwhile():
    call, _homes, _applications = ranked_call(500_000)
    frozen = done(
        awards.freeze_ranking(PROVISIONAL, RESPONSIBLE, call.pk, Stage.Kind.PROVISIONAL, the_draw(call))
    )
    done(suspend_call(PROVISIONAL, RESPONSIBLE, call.pk, signed()))
    kind, draw = Stage.Kind.PROVISIONAL, the_draw(call)
    refused(Code.CALL_SUSPENDED, awards.freeze_ranking, PROVISIONAL, RESPONSIBLE, call.pk, kind, draw)
    refused(Code.CALL_SUSPENDED, awards.publish_stage, PROVISIONAL, RESPONSIBLE, frozen.pk, "DD 3")
    refused(Code.CALL_SUSPENDED, vouchers.issue_vouchers, PROVISIONAL, RESPONSIBLE, frozen.pk)


def test_the_days_for_observations_get_the_time_they_lost():
    call, _homes, _applications = ranked_call(500_000)
    stage = provisional(call)
    rules = selectors.rules_of(stage.version)
    ends = stage.published_at + 10 * DAY
    assert selectors.observations_until(call, stage.published_at, rules) == ends
    done(suspend_call(ends - DAY, RESPONSIBLE, call.pk, signed()))
    done(reopen_call(ends + DAY, RESPONSIBLE, call.pk, signed("DD 51"), prolongs=True))
    assert selectors.observations_until(call, stage.published_at, rules) == ends + 2 * DAY
    early = ends + DAY + timedelta(hours=1)
    kind, draw = Stage.Kind.FINAL, the_draw(call)
    refused(Code.TOO_EARLY, awards.freeze_ranking, early, RESPONSIBLE, call.pk, kind, draw)


def test_a_request_to_a_family_gets_the_days_it_lost(call):
    application = applied(call, home_with_isee())
    sealed(call)
    asked = date(2022, 12, 1)
    child = child_of(application)
    done(request_integration(CLOSED + DAY, OFFICER, [child.pk], "A paper", asked))
    done(suspend_call(CLOSED + 2 * DAY, RESPONSIBLE, call.pk, signed()))
    done(reopen_call(CLOSED + 5 * DAY, RESPONSIBLE, call.pk, signed("DD 51"), prolongs=True))
    assert Integration.objects.get().due_on == asked + 3 * DAY


def test_what_is_awarded_stays_usable_and_offers_wait(call):
    home, voucher = make.child_with_voucher(call)
    other = make.family()
    offered = make.vouchers(call, (other.minors[0], {EUROPE: 10_000}), accepted=False)[0]
    place = make.session()
    before = Award.objects.get(pk=offered.award_id).accept_by
    done(suspend_call(NOW - DAY, RESPONSIBLE, call.pk, signed()))
    make.book(home, voucher, place)
    late = before + 2 * DAY
    assert vouchers.let_offers_lapse(late, SYSTEM, call.pk) == 0
    done(reopen_call(NOW, RESPONSIBLE, call.pk, signed("DD 51"), prolongs=True))
    assert Award.objects.get(pk=offered.award_id).accept_by == before + DAY
    assert Voucher.objects.get(pk=voucher.pk).use_until == voucher.use_until
    assert vouchers.let_offers_lapse(late, SYSTEM, call.pk) == 1


def test_an_act_may_stop_use_too_and_bookings_that_stand_go_on(call):
    home, voucher = make.child_with_voucher(call)
    other = make.family()
    offered = make.vouchers(call, (other.minors[0], {EUROPE: 10_000}), accepted=False)[0]
    booked, place = make.session(), make.session()
    standing = make.book(home, voucher, booked)
    done(suspend_call(NOW, RESPONSIBLE, call.pk, signed(), stops_use=True))
    minor = home.minors[0].pk
    with unchanged("infra.IdempotencyKey"):
        answer = bookings.book_session(NOW, home.actor, place.pk, minor, voucher.pk, "k")
    assert answer.codes == (Code.CALL_SUSPENDED,)
    refused(Code.CALL_SUSPENDED, vouchers.accept_award, NOW, other.actor, offered.award_id)
    over = datetime(2023, 9, 1, tzinfo=UTC)
    assert vouchers.let_vouchers_lapse(over, SYSTEM, call.pk) == 0
    staff = make.staff(booked.activity.provider)
    done(bookings.confirm_booking(NOW + timedelta(hours=1), staff, standing.pk))
    done(reopen_call(NOW + 36 * timedelta(hours=1), RESPONSIBLE, call.pk, signed("DD 51"), prolongs=True))
    assert Voucher.objects.get(pk=voucher.pk).use_until == voucher.use_until + 2 * DAY
    make.book(home, Voucher.objects.get(pk=voucher.pk), place, NOW + 3 * DAY)


# --- Annulling


def test_annulling_returns_what_is_not_spent_and_cancels_what_lies_ahead(call):
    home, voucher = make.child_with_voucher(call, {EUROPE: 30_000, NATION: 10_000})
    offered = make.vouchers(call, (make.family().minors[0], {EUROPE: 10_000}), accepted=False)[0]
    used = make.used(home, voucher, make.session(starts_at=NOW + DAY))
    ahead, begun = make.session(starts_at=NOW + 20 * DAY), make.session(starts_at=NOW + 2 * DAY)
    cancelled, running = make.book(home, voucher, ahead), make.book(home, voucher, begun)
    staff = make.staff(begun.activity.provider)
    done(bookings.confirm_booking(NOW, staff, running.pk))
    moment = NOW + 2 * DAY + timedelta(hours=1)
    act = done(annul_call(moment, RESPONSIBLE, call.pk, signed()))
    assert act.kind == "annulment"
    assert set(Voucher.objects.values_list("state", flat=True)) == {"closed"}
    assert set(Award.objects.values_list("state", flat=True)) == {"revoked"}
    assert Award.objects.get(pk=offered.award_id).ended_at == moment
    states = {one.pk: (one.state, one.ended_by) for one in Booking.objects.all()}
    assert states[cancelled.pk] == ("cancelled", "office")
    assert states[used.pk][0] == "attended"
    assert states[running.pk][0] == "confirmed"
    ahead.refresh_from_db()
    assert ahead.taken == 0
    assert figures(EUROPE)["spent"] == 10_000
    assert figures(EUROPE)["held"] == 10_000
    assert figures(EUROPE)["returned"] == 10_000 + 10_000
    assert figures(NATION)["returned"] == 10_000
    make.assert_books_balance()
    done(bookings.record_attendance(moment, staff, running.pk, present=True))
    assert figures(EUROPE)["spent"] == 20_000
    assert check_everything().differences == ()


def test_an_annulled_call_takes_no_other_act_and_no_application(call):
    home = home_with_isee()
    other = version_two(TITLE)
    done(annul_call(OPEN, RESPONSIBLE, call.pk, signed()))
    assert selectors.published_version(call) is not None
    later = signed("DD 51")
    refused(Code.CALL_ANNULLED, annul_call, OPEN, RESPONSIBLE, call.pk, later)
    refused(Code.CALL_ANNULLED, suspend_call, OPEN, RESPONSIBLE, call.pk, later)
    refused(Code.CALL_ANNULLED, reopen_call, OPEN, RESPONSIBLE, call.pk, later)
    refused(Code.CALL_ANNULLED, extend_window, OPEN, RESPONSIBLE, call.pk, CLOSED, later)
    refused(Code.CALL_ANNULLED, correct_call, OPEN, RESPONSIBLE, other.pk, later)
    refused(Code.WRONG_STATE, extend_use, OPEN, RESPONSIBLE, call.pk, date(2024, 1, 1), "DD 52", "why")
    refused(Code.CALL_ANNULLED, save_draft, OPEN, home.actor, call.pk, form(home))
    refused(Code.CALL_ANNULLED, seal_intake, CLOSED, RESPONSIBLE, call.pk, "DD 2/2022")


def test_who_waits_with_an_annulled_voucher_waits_no_longer(call):
    home, voucher = make.child_with_voucher(call)
    place = make.session(places=1)
    other, second = make.child_with_voucher(call)
    make.book(other, second, place)
    entry = bookings.join_waiting_list(NOW, home.actor, place.pk, home.minors[0].pk, voucher.pk)
    assert not isinstance(entry, Refused)
    done(annul_call(NOW + timedelta(hours=1), RESPONSIBLE, call.pk, signed()))
    assert WaitingEntry.objects.get().state == "passed"
    outbox.deliver(NOW + timedelta(hours=2))
    assert Booking.objects.filter(state__in=Booking.LIVE).count() == 0
    make.assert_books_balance()


# --- Telling


def test_every_family_that_applied_is_told_once(call):
    sent = [applied(call, home_with_isee()) for _ in range(2)]
    act = done(suspend_call(OPEN + DAY, RESPONSIBLE, call.pk, signed()))
    outbox.deliver(OPEN + DAY)
    outbox.deliver(OPEN + DAY)
    told = OutboxEvent.objects.filter(topic="application.told").order_by("id").values_list("data", flat=True)
    assert list(told) == [{"application": one.ref, "act": act.pk} for one in sent]


def test_awards_keep_the_version_they_were_made_under():
    call, _homes, _applications = ranked_call(500_000)
    provisional(call)
    stage = done(
        awards.freeze_ranking(FINAL, RESPONSIBLE, call.pk, Stage.Kind.FINAL, the_draw(call)),
    )
    done(awards.publish_stage(FINAL, RESPONSIBLE, stage.pk, "DD 4/2022"))
    done(vouchers.issue_vouchers(ISSUED, RESPONSIBLE, stage.pk))
    done(correct_call(ISSUED, RESPONSIBLE, version_two(TITLE).pk, signed()))
    assert Award.objects.get().stage.version.number == 1
    assert selectors.published_version(call).number == 2
