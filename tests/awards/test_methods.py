"""Every way to select, from applications to vouchers: the order, the cents, the public check, the replay."""

from datetime import timedelta

import pytest

from tests import builders_awards as way
from tests.awards.checks import assert_verifies
from tests.builders import (
    ACCOUNTANT,
    CALL_PATH,
    DAY,
    EUROPE,
    NATION,
    OFFICER,
    RESPONSIBLE,
    assert_books_balance,
    done,
    figures,
)
from tests.builders_awards import FINAL, ISSUED, PROVISIONAL, home_with_isee
from tests.builders_selection import call_of
from wishmi.applications.actions import change_application, correct_facts
from wishmi.applications.models import Candidacy
from wishmi.awards.actions import freeze_ranking, publish_stage
from wishmi.awards.models import Award, Stage
from wishmi.calls.actions import appropriate
from wishmi.calls.models import Fund
from wishmi.core.ranking import draw_key
from wishmi.outcomes.audit import check_everything
from wishmi.vouchers.actions import issue_vouchers, renounce_award

pytestmark = pytest.mark.django_db
TEXT = CALL_PATH.read_text("utf-8")


def section(start, stop):
    """A stretch of the document, from one text up to another."""
    begin = TEXT.index(start)
    return TEXT[begin : TEXT.index(stop, begin + 1)]


POINTS = section("  # Equal weights", "  order: [lower")
ASKED = section("  - facts: [minors, lone_parent]", "  - facts: [applicant, ")
DRAW = section("  draw:\n    # The", "# Spent in")
ORDER = "  order: [lower_indicator, younger, draw]\n"
METHOD = "  method: points\n"
BORN = "  - facts: [born_on, submitted_on]\n"
BANDS = section("  by: indicator", "selection:")
SPLIT = "  by: indicator\n"
NO_POINTS = ((section("  selection.points:", "  selection.draw"), ""), (POINTS, ""), (ASKED, ""))
NO_DRAW = ((section("  selection.draw:", "  funds:"), ""), (DRAW, "\n"))
NO_BANDS = (section("  amount.bands[0]", "  selection:"), "")
IN_CLASSES = """  classes:
    - {condition: number_of, fact: minors, at_least: 3}
    - {condition: holds, fact: lone_parent}
"""
LOTTERY = ((METHOD, "  method: lottery\n"), (ORDER, "  order: [draw]\n"), *NO_POINTS)
FIRST_COME = (
    (METHOD, "  method: first_come\n"),
    (ORDER, "  order: [arrival, draw]\n"),
    (BORN, "  - facts: [born_on, submitted_on, arrival]\n"),
    *NO_POINTS,
)
UNIVERSAL = ((METHOD, "  method: universal\n"), (ORDER, "  order: [code]\n"), *NO_POINTS, *NO_DRAW)
CLASSES = (
    (METHOD, "  method: classes\n"),
    NO_POINTS[0],
    (POINTS, IN_CLASSES),
    (ASKED, ASKED.split("  - facts: [disabled")[0]),
)
PRO_RATA = ((SPLIT, f"{SPLIT}  sharing: pro_rata\n"),)
EQUAL = ((BANDS, "  by: equal_share\n  at_most: 400.00\n\n"), NO_BANDS)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.WISHMI_DATA = tmp_path


def staged(call, moment, kind, number):
    """A list frozen and published, with the call's draw if it has one."""
    rules = way.rules_of(way.published_version(call))
    draw = None if rules.draw is None else way.the_draw(call)
    frozen = done(freeze_ranking(moment, RESPONSIBLE, call.pk, kind, draw))
    return done(publish_stage(moment + timedelta(hours=1), RESPONSIBLE, frozen.pk, number))


def selected(call, homes, *declared):
    """All homes applied, in order; closed, checked, listed, and the vouchers issued."""
    sent = [
        way.applied(call, home, way.OPEN + timedelta(minutes=place), **(declared[place] if declared else {}))
        for place, home in enumerate(homes)
    ]
    way.sealed(call)
    way.checked(call)
    staged(call, PROVISIONAL, Stage.Kind.PROVISIONAL, "DD 3/2022")
    stage = staged(call, FINAL, Stage.Kind.FINAL, "DD 4/2022")
    assert_verifies(stage)
    done(issue_vouchers(ISSUED, RESPONSIBLE, stage.pk))
    assert_books_balance()
    assert check_everything().is_sound
    places = {one.pk: place for place, one in enumerate(sent)}
    rows = stage.rows.filter(position__isnull=False).order_by("position").select_related("candidacy")
    return stage, [(places[row.candidacy.application_id], sum(row.shares.values())) for row in rows]


def homes_of(*cents):
    return [home_with_isee(value) for value in cents]


def test_a_lottery_follows_the_seed():
    call = call_of(*LOTTERY, cents=40_000)
    stage, order = selected(call, homes_of(*[500_000] * 5))
    codes = list(stage.rows.order_by("position").values_list("candidacy__code", flat=True))
    seed = way.the_draw(call).value
    assert codes == sorted(codes, key=lambda code: draw_key(seed, code))
    assert [amount for _, amount in order] == [40_000, 40_000, 0, 0, 0]


def test_who_came_first_is_served_first_and_keeps_its_place_when_it_changes_or_is_corrected():
    call = call_of(*FIRST_COME, cents=40_000)
    homes = homes_of(2_000_000, 500_000, 1_200_000)
    first = way.applied(call, homes[0], way.OPEN)
    second = way.applied(call, homes[1], way.OPEN)
    third = way.applied(call, homes[2], way.OPEN + DAY)
    done(
        change_application(way.OPEN + 2 * DAY, homes[0].actor, first.pk, way.form(homes[0], declared=plain()))
    )
    way.sealed(call)
    child = Candidacy.objects.get(application=second)
    done(correct_facts(way.CLOSED, OFFICER, child.pk, plain(resident=False), "moved"))
    done(correct_facts(way.CLOSED, OFFICER, child.pk, plain(), "moved back"))
    way.checked(call)
    staged(call, PROVISIONAL, Stage.Kind.PROVISIONAL, "DD 3/2022")
    stage = staged(call, FINAL, Stage.Kind.FINAL, "DD 4/2022")
    rows = stage.rows.order_by("position").values_list("candidacy__application_id", flat=True)
    assert list(rows) == [first.pk, second.pk, third.pk]
    assert_verifies(stage)


def plain(**changes):
    return way.Declaration({"resident": True, **changes})


def test_everyone_is_served_where_the_call_is_universal():
    call = call_of(*UNIVERSAL)
    stage, order = selected(call, homes_of(500_000, 1_200_000, 2_700_000))
    assert sorted(order) == [(0, 40_000), (1, 30_000), (2, 10_000)]
    assert stage.cut_off is None


def test_classes_come_one_after_the_other():
    call = call_of(*CLASSES, cents=40_000)
    declared = ({}, {"lone_parent": True}, {"minors": 3}, {"minors": 4, "lone_parent": True})
    _, order = selected(call, homes_of(100_000, 200_000, 300_000, 250_000), *declared)
    assert order == [(3, 40_000), (2, 40_000), (1, 0), (0, 0)]


def test_everyone_is_reduced_in_proportion_to_the_cent():
    call = call_of(*PRO_RATA, cents=25_000)
    _, order = selected(call, homes_of(500_000, 1_200_000, 2_000_000))
    # 500 euro for claims of 400, 300 and 200: the cents lost by rounding go to those who lost most.
    assert order == [(0, 22_222), (1, 16_667), (2, 11_111)]
    assert figures(EUROPE)["awarded"] == figures(NATION)["awarded"] == 25_000
    assert {name: value for name, value in figures(EUROPE).items() if name == "available"} == {}


def test_an_equal_share_is_exact_and_a_later_round_gives_to_who_waits_alone():
    call = call_of(*EQUAL, cents=5_000)
    stage, order = selected(call, homes_of(500_000, 1_200_000, 2_000_000))
    assert [amount for _, amount in order] == [3_334, 3_333, 3_333]
    award = Award.objects.get(candidacy=stage.rows.get(position=1).candidacy)
    done(renounce_award(ISSUED + DAY, OFFICER, award.pk))
    fund = Fund.objects.get(code=EUROPE)
    done(appropriate(ISSUED + DAY, ACCOUNTANT, fund.pk, 7_000, "BIL 2/2022"))
    later = staged(call, ISSUED + 2 * DAY, Stage.Kind.ROUND, "DD 5/2022")
    # What was given stays as it is; nobody waits, so the money stays in its fund.
    rows = later.rows.order_by("position")
    assert [(row.outcome, sum(row.shares.values())) for row in rows] == [
        ("renounced", 0),
        ("awarded", 3_333),
        ("awarded", 3_333),
    ]
    assert_verifies(later)
    done(issue_vouchers(ISSUED + 3 * DAY, RESPONSIBLE, later.pk))
    assert figures(EUROPE)["available"] + figures(NATION).get("available", 0) == 3_334 + 7_000
    assert_books_balance()
