"""From the rules of the presets to the credits of one award, and which fund pays which part of them."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from wishmi.applications.models import Candidacy
from wishmi.awards.models import Award
from wishmi.calls.document import parse_call
from wishmi.core.rules.life import Credit
from wishmi.vouchers.snapshots import last_day_of, schedule_of, spread, why_not_again

POLICY = Path(__file__).resolve().parents[2] / "policy"


def award(amount, facts=None, awarded_at=datetime(2025, 3, 10, 23, 30, tzinfo=UTC)):
    """An award that stands in no database; 23.30 in Greenwich is the next day in the city."""
    return Award(amount=amount, awarded_at=awarded_at, candidacy=Candidacy(facts=facts))


def rules_of(preset):
    return parse_call((POLICY / preset / "call.yaml").read_bytes()).rules()


def told(schedule):
    return [(f"{one.on}", f"{one.until}", one.amount, one.why) for one in schedule]


MONTHS = {"approved_from": "2025-02-15", "approved_until": "2025-05-31", "submitted_on": "2025-02-20"}


def test_months_before_the_award_are_there_at_once_and_the_rest_comes_on_the_first():
    rules = rules_of("but-teilhabe")
    made = schedule_of(rules, award(6_000, MONTHS), date(2014, 1, 1), date(2025, 12, 31))
    assert told(made) == [
        ("2025-02-15", "2025-05-31", 1_500, "month"),
        ("2025-03-01", "2025-05-31", 1_500, "month"),
        ("2025-04-01", "2025-05-31", 1_500, "month"),
        ("2025-05-01", "2025-05-31", 1_500, "month"),
    ]


def test_a_part_of_a_monthly_award_is_a_part_of_each_month():
    rules = rules_of("but-teilhabe")
    made = schedule_of(rules, award(1_001, MONTHS), date(2014, 1, 1), date(2025, 12, 31))
    assert [one.amount for one in made] == [250, 250, 250, 251]


def test_an_approval_that_is_over_gives_nothing():
    facts = {**MONTHS, "approved_from": "2024-01-01", "approved_until": "2024-06-30"}
    assert schedule_of(rules_of("but-teilhabe"), award(6_000, facts), None, date(2025, 12, 31)) == ()


def test_a_birthday_credit_ends_with_the_award_on_the_eve_of_the_last_age():
    rules = rules_of("pass-culture")
    made = schedule_of(rules, award(5_000), date(2008, 2, 29), date(2029, 12, 31))
    assert told(made) == [
        ("2025-03-11", "2029-02-27", 5_000, "award"),
        ("2026-02-28", "2029-02-27", 15_000, "birthday"),
    ]
    assert last_day_of(rules, award(5_000), date(2008, 2, 29), date(2029, 12, 31)) == date(2029, 2, 27)


def credit(amount, why):
    return Credit(date(2025, 1, 1), date(2025, 12, 31), amount, why)


@pytest.mark.parametrize(
    ("schedule", "shares", "expected"),
    [
        ([credit(300, "award")], [100, 200], [(0, 0, 100), (0, 1, 200)]),
        ([credit(300, "year"), credit(300, "year")], [100, 200], [(0, 0, 100), (0, 1, 200), (1, 1, 300)]),
        ([credit(300, "award"), credit(50, "birthday")], [300], [(0, 0, 300), (1, 0, 50)]),
        ([credit(15, "month")] * 4, [40, 20], [(0, 0, 15), (1, 0, 15), (2, 0, 10), (2, 1, 5), (3, 1, 15)]),
        ([credit(50, "birthday"), credit(300, "year")], [300], [(0, 0, 50), (1, 0, 300)]),
    ],
)
def test_the_funds_pay_in_their_order_and_the_last_one_what_the_life_adds(schedule, shares, expected):
    slices = spread(schedule, shares)
    assert [(one.number, one.place, one.credit.amount) for one in slices] == expected


def test_what_is_not_known_speaks_against_nobody_and_age_is_that_of_the_day():
    rules = rules_of("but-teilhabe")
    facts = {
        **MONTHS, "born_on": "2007-04-15", "benefits": ["housing_benefit"],
        "applicant": "h1", "applicant_role": "parent",
    }  # fmt: skip
    candidacy = Candidacy(facts=facts)
    assert why_not_again(rules, candidacy, date(2025, 4, 14)) == ()
    assert [str(reason.code) for reason in why_not_again(rules, candidacy, date(2025, 5, 1))] == ["too_old"]
    assert why_not_again(rules, Candidacy(facts=None), date(2025, 5, 1)) == ()
