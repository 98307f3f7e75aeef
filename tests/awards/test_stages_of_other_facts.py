"""A call that asks other facts goes the same way: sealed, checked, ranked by classes, published, replayed."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests import builders as make
from tests.awards.checks import assert_verifies
from tests.builders import OFFICER, RESPONSIBLE, done
from tests.builders_awards import the_draw
from wishmi.applications.actions import run_checks, save_draft, seal_intake, submit_application
from wishmi.applications.declarations import Declaration
from wishmi.applications.forms import ApplicationForm
from wishmi.awards.actions import freeze_ranking, publish_stage
from wishmi.awards.models import Stage
from wishmi.awards.publishing import private_facts
from wishmi.calls.actions import load_call, publish_call
from wishmi.calls.selectors import rules_of

pytestmark = pytest.mark.django_db
CALL = Path(__file__).resolve().parents[2] / "policy" / "sport-285-milano" / "call.yaml"


def applied(call, moment: datetime, district: str | None, *groups: str):
    """A family whose child lives in a district, in some situations."""
    home = make.family()
    child = home.minors[0]
    said = Declaration({"resident": True, "district": district}, {child.pk: {"target_groups": groups}})
    form = ApplicationForm(home.household.pk, home.guardian.pk, "parent", (child.pk,), said)
    draft = done(save_draft(moment, home.actor, call.pk, form))
    return done(submit_application(moment, home.actor, draft.pk)).candidacies.get()


@pytest.fixture
def stage(tmp_path, settings):
    settings.WISHMI_DATA = tmp_path
    version = done(load_call(make.NOW - timedelta(days=90), RESPONSIBLE, CALL.read_bytes()))
    done(publish_call(make.NOW - timedelta(days=90), RESPONSIBLE, version.pk, "DD 1/2023"))
    call, rules = version.call, rules_of(version)
    open_day = rules.opens_at + timedelta(days=1)
    plain = applied(call, open_day, "pilot_two")
    first = applied(call, open_day + timedelta(hours=1), "pilot_one", "absolute_poverty")
    outside = applied(call, open_day + timedelta(hours=2), None)
    done(seal_intake(rules.closes_at, RESPONSIBLE, call.pk, "DD 2/2023"))
    checked = done(run_checks(rules.closes_at + timedelta(days=1), OFFICER, call.pk))
    assert (checked.admitted, checked.excluded, checked.to_look_at) == (2, 1, 0)
    after = rules.closes_at + timedelta(days=9)
    frozen = done(freeze_ranking(after, RESPONSIBLE, call.pk, Stage.Kind.PROVISIONAL, the_draw(call)))
    published = done(publish_stage(after + timedelta(hours=1), RESPONSIBLE, frozen.pk, "DD 3/2023"))
    return published, first, plain, outside


def test_it_is_ranked_by_its_own_facts_and_anyone_can_check_it(stage):
    published, first, plain, outside = stage
    rows = published.rows.filter(position__isnull=False).order_by("position")
    # Nothing was put into the fund, so everyone waits, in order.
    assert list(rows.values_list("candidacy_id", "outcome")) == [(first.pk, "waiting"), (plain.pk, "waiting")]
    reasons = published.rows.get(candidacy=outside).reasons
    assert [reason["code"] for reason in reasons] == ["district_not_admitted"]
    assert_verifies(published)
    facts = private_facts(published)
    assert b'"target_groups":["absolute_poverty"]' in facts
    assert b'"minors"' not in facts
