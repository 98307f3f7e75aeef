"""Role by action: who may do what, and that who may not changes nothing. One row for each act of these rooms."""

from datetime import date

import pytest
from django.db import transaction

from tests import builders as make
from tests import builders_awards as way
from tests.builders import DAY, EUROPE, NATION, NOW
from tests.builders_awards import CLOSED, FINAL, OPEN, PROVISIONAL, declaration, form, unchanged
from wishmi.applications import actions as applications
from wishmi.applications.forms import Submission
from wishmi.awards import actions as awards
from wishmi.awards.models import Award, Observation, Stage
from wishmi.calls import actions as calls
from wishmi.calls.models import Fund
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.infra.actor import Actor, Role
from wishmi.people import actions as people
from wishmi.territory.actions import DistrictSpec, load_city
from wishmi.vouchers import actions as vouchers

pytestmark = pytest.mark.django_db
OFFICE = {Role.CASE_OFFICER, Role.RESPONSIBLE}


def actor_of(role: Role, household: int | None) -> Actor:
    return Actor(f"login:{role}", frozenset({role}), household=household, provider=1)


class World:
    """A call at the point of its life where an act can happen."""

    def __init__(self):
        self.call = make.funded_call()
        self.home = way.home_with_isee()
        self.fund, self.other = Fund.objects.get(code=EUROPE), Fund.objects.get(code=NATION)

    def applied(self):
        self.application = way.applied(self.call, self.home)
        self.child = way.child_of(self.application)
        return self

    def sealed(self):
        self.applied()
        way.sealed(self.call)
        return self

    def checked(self):
        self.sealed()
        way.checked(self.call)
        return self

    def provisional(self):
        self.checked()
        self.stage = way.provisional(self.call)
        return self

    def final(self):
        self.checked()
        self.stage = way.final(self.call)
        return self

    def awarded(self):
        self.final()
        (self.voucher,) = make.done(vouchers.issue_vouchers(FINAL + DAY, make.RESPONSIBLE, self.stage.pk))
        self.award = Award.objects.get()
        return self


def _draft(world):
    return make.done(applications.save_draft(OPEN, world.home.actor, world.call.pk, form(world.home)))


def _integration(world):
    make.done(
        applications.request_integration(CLOSED, make.OFFICER, [world.child.pk], "Which?", date(2022, 12, 1))
    )
    return world.child.integrations.get()


def _observation(world):
    return make.done(
        awards.file_observation(PROVISIONAL + DAY, make.OFFICER, world.stage.pk, world.child.pk, "No.")
    )


def _frozen(world):
    draw = way.the_draw(world.call)
    return make.done(
        awards.freeze_ranking(PROVISIONAL, make.RESPONSIBLE, world.call.pk, Stage.Kind.PROVISIONAL, draw)
    )


ISEE = way.isee()
CASES = {
    "create_fund": (
        {Role.ACCOUNTING, Role.RESPONSIBLE, Role.SYSTEM},
        None,
        lambda w, a: calls.create_fund(NOW, a, "NEW", "New"),
    ),
    "appropriate": (
        {Role.ACCOUNTING, Role.SYSTEM},
        None,
        lambda w, a: calls.appropriate(NOW, a, w.fund.pk, 1, "X 1"),
    ),
    "move": (
        {Role.ACCOUNTING, Role.SYSTEM},
        None,
        lambda w, a: calls.move_between_funds(NOW, a, w.fund.pk, w.other.pk, 1, "X 1", "why"),
    ),
    "extend": (
        {Role.RESPONSIBLE},
        World.awarded,
        lambda w, a: vouchers.extend_one(NOW, a, w.voucher.pk, date(2024, 1, 1), "why"),
    ),
    "extend_for_all": (
        {Role.RESPONSIBLE, Role.SYSTEM},
        None,
        lambda w, a: vouchers.extend_for_all(NOW, a, w.call.pk, date(2024, 1, 1), "X 1", "why"),
    ),
    "load_city": (
        {Role.RESPONSIBLE, Role.SYSTEM},
        None,
        lambda w, a: load_city(NOW, a, [DistrictSpec(7, "Rione", "Municipio 1", 45.4, 9.1, 1)]),
    ),
    "register": (OFFICE | {Role.SYSTEM}, None, lambda w, a: people.register_households(NOW, a, [])),
    "attest": (
        OFFICE | {Role.SYSTEM},
        None,
        lambda w, a: people.attest_isee(NOW, a, w.home.household.pk, ISEE),
    ),
    "declare_isee": (
        OFFICE | {Role.SYSTEM, Role.FAMILY},
        None,
        lambda w, a: people.attest_isee(NOW, a, w.home.household.pk, way.isee(attested=False)),
    ),
    "save_draft": (
        OFFICE | {Role.SYSTEM, Role.FAMILY},
        None,
        lambda w, a: applications.save_draft(OPEN, a, w.call.pk, form(w.home)),
    ),
    "submit": (
        OFFICE | {Role.SYSTEM, Role.FAMILY},
        lambda w: setattr(w, "draft", _draft(w)),
        lambda w, a: applications.submit_application(OPEN, a, w.draft.pk),
    ),
    "submit_many": (
        OFFICE | {Role.SYSTEM},
        None,
        lambda w, a: applications.submit_many(a, w.call.pk, [Submission(form(w.home), OPEN)]),
    ),
    "change": (
        OFFICE | {Role.SYSTEM, Role.FAMILY},
        World.applied,
        lambda w, a: applications.change_application(OPEN, a, w.application.pk, form(w.home)),
    ),
    "withdraw": (
        OFFICE | {Role.SYSTEM, Role.FAMILY},
        World.applied,
        lambda w, a: applications.withdraw_application(OPEN, a, w.application.pk),
    ),
    "seal": (
        {Role.RESPONSIBLE, Role.SYSTEM},
        World.applied,
        lambda w, a: applications.seal_intake(CLOSED, a, w.call.pk, "X 1"),
    ),
    "run_checks": (
        OFFICE | {Role.SYSTEM},
        World.sealed,
        lambda w, a: applications.run_checks(CLOSED, a, w.call.pk),
    ),
    "admit": (OFFICE, World.sealed, lambda w, a: applications.admit(CLOSED, a, [w.child.pk])),
    "reserve": (OFFICE, World.sealed, lambda w, a: applications.admit_with_reserve(CLOSED, a, [w.child.pk])),
    "exclude": (
        OFFICE,
        World.sealed,
        lambda w, a: applications.exclude(CLOSED, a, [w.child.pk], [ReasonCode.DUPLICATE_CHILD]),
    ),
    "ask": (
        OFFICE,
        World.sealed,
        lambda w, a: applications.request_integration(CLOSED, a, [w.child.pk], "Which?", date(2022, 12, 1)),
    ),
    "answer": (
        OFFICE | {Role.SYSTEM, Role.FAMILY},
        lambda w: setattr(w.sealed(), "row", _integration(w)),
        lambda w, a: applications.answer_integration(CLOSED, a, w.row.pk, "This."),
    ),
    "correct_facts": (
        OFFICE,
        World.sealed,
        lambda w, a: applications.correct_facts(CLOSED, a, w.child.pk, declaration(minors=2), "why"),
    ),
    "freeze": (
        {Role.RESPONSIBLE},
        World.checked,
        lambda w, a: awards.freeze_ranking(
            PROVISIONAL, a, w.call.pk, Stage.Kind.PROVISIONAL, way.the_draw(w.call)
        ),
    ),
    "publish": (
        {Role.RESPONSIBLE},
        lambda w: setattr(w.checked(), "frozen", _frozen(w)),
        lambda w, a: awards.publish_stage(PROVISIONAL, a, w.frozen.pk, "X 1"),
    ),
    "observe": (
        OFFICE | {Role.FAMILY},
        World.provisional,
        lambda w, a: awards.file_observation(PROVISIONAL + DAY, a, w.stage.pk, w.child.pk, "No."),
    ),
    "decide": (
        OFFICE,
        lambda w: setattr(w.provisional(), "row", _observation(w)),
        lambda w, a: awards.decide_observation(FINAL, a, w.row.pk, Observation.Decision.REJECTED, "why"),
    ),
    "issue": (
        {Role.RESPONSIBLE},
        World.final,
        lambda w, a: vouchers.issue_vouchers(FINAL + DAY, a, w.stage.pk),
    ),
    "accept": (
        OFFICE | {Role.FAMILY},
        World.awarded,
        lambda w, a: vouchers.accept_award(FINAL + DAY, a, w.award.pk),
    ),
    "renounce": (
        OFFICE | {Role.FAMILY},
        World.awarded,
        lambda w, a: vouchers.renounce_award(FINAL + DAY, a, w.award.pk),
    ),
    "reissue": (
        OFFICE | {Role.FAMILY},
        World.awarded,
        lambda w, a: vouchers.reissue_code(NOW, a, w.voucher.pk),
    ),
    "offers_lapse": (
        {Role.RESPONSIBLE, Role.SYSTEM},
        World.awarded,
        lambda w, a: vouchers.let_offers_lapse(NOW, a, w.call.pk),
    ),
    "vouchers_lapse": (
        {Role.RESPONSIBLE, Role.SYSTEM},
        World.awarded,
        lambda w, a: vouchers.let_vouchers_lapse(NOW + 300 * DAY, a, w.call.pk),
    ),
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_only_these_roles_may(name, settings, tmp_path):
    settings.WISHMI_DATA = tmp_path
    allowed, prepare, act = CASES[name]
    world = World()
    if prepare is not None:
        prepare(world)
    for role in Role:
        if role in allowed:
            continue
        with unchanged():
            answer = act(world, actor_of(role, world.home.household.pk))
        assert isinstance(answer, Refused), role
        assert answer.codes == (ReasonCode.NOT_ALLOWED,), role
    # Who belongs to another family is nobody here, and no role alone is a household.
    for household in (None, make.family().household.pk):
        with unchanged():
            answer = act(world, actor_of(Role.FAMILY, household))
        assert answer.codes == (ReasonCode.NOT_ALLOWED,)
    for role in sorted(allowed):
        with transaction.atomic():
            answer = act(world, actor_of(role, world.home.household.pk))
            transaction.set_rollback(True)
        assert not isinstance(answer, Refused), (role, answer.codes)
