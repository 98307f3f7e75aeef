"""Makers for the way from application to award, and the assertion that a refusal changes nothing."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from django.apps import apps

from tests import builders as make
from tests.builders import DAY, OFFICER, RESPONSIBLE, Family, done
from wishmi.applications.actions import admit, run_checks, save_draft, seal_intake, submit_application
from wishmi.applications.declarations import Declaration
from wishmi.applications.forms import ApplicationForm
from wishmi.applications.models import Candidacy
from wishmi.awards.actions import freeze_ranking, publish_stage
from wishmi.awards.models import Stage
from wishmi.calls.models import Call
from wishmi.calls.selectors import published_version, rules_of
from wishmi.core.draw import Draw, drawn
from wishmi.core.outcome import Refused
from wishmi.infra.actor import SYSTEM
from wishmi.infra.beacon import DemoBeacon
from wishmi.people.actions import IseeSpec, attest_isee

OPEN = datetime(2022, 10, 1, 10, tzinfo=UTC)
"""A moment inside the window of the call of Milan 2022."""
CLOSED = datetime(2022, 11, 15, 11, tzinfo=UTC)
PROVISIONAL = datetime(2022, 12, 6, 9, tzinfo=UTC)
FINAL = datetime(2022, 12, 19, 9, tzinfo=UTC)
ISSUED = FINAL + DAY
BORN = date(2014, 2, 1)


def everything(*left_out: str) -> dict[str, list[str]]:
    """Every row of every table, but of the models named."""
    return {
        model._meta.label: sorted(repr(row) for row in model._base_manager.order_by("pk").values_list())
        for model in apps.get_models()
        if model._meta.label not in left_out
    }


@contextmanager
def unchanged(*left_out: str):
    """What happens inside leaves every row of every table as it was."""
    before = everything(*left_out)
    yield
    after = everything(*left_out)
    assert after == before, [label for label in after if after[label] != before[label]]


def refused(code, act, *arguments, **named) -> Refused:
    """The act is refused for this one reason and nothing at all changed."""
    with unchanged():
        answer = act(*arguments, **named)
    assert isinstance(answer, Refused), answer
    assert answer.codes == (code,)
    return answer


def isee(cents: int = 500_000, **changes) -> IseeSpec:
    """An ordinary indicator of 2022, attested and without omissions unless told otherwise."""
    spec = IseeSpec(cents, "ordinary", date(2022, 2, 1), date(2022, 12, 31), "INPS-ISEE-2022-1")
    return replace(spec, **changes)


def home_with_isee(cents: int | None = 500_000, *born_on: date, **changes) -> Family:
    """A family with an attested indicator; None for none."""
    home = make.family(*born_on)
    if cents is not None:
        done(attest_isee(OPEN - 60 * DAY, SYSTEM, home.household.pk, isee(cents, **changes)))
    return home


def declaration(**changes) -> Declaration:
    """What a plain family declares."""
    return Declaration({"resident": True, "minors": 1, "lone_parent": False, "disabled_members": 0} | changes)


def form(home: Family, **changes) -> ApplicationForm:
    """An application for all children of a family."""
    base = ApplicationForm(
        home.household.pk,
        home.guardian.pk,
        "parent",
        tuple(minor.pk for minor in home.minors),
        changes.pop("declared", declaration()),
    )
    return replace(base, **changes)


def applied(call: Call, home: Family, moment: datetime = OPEN, **declared):
    """A sent application."""
    draft = done(save_draft(moment, home.actor, call.pk, form(home, declared=declaration(**declared))))
    return done(submit_application(moment, home.actor, draft.pk))


def child_of(application) -> Candidacy:
    """The only living child of an application, read anew."""
    return Candidacy.objects.exclude(state="withdrawn").get(application=application)


def the_draw(call: Call) -> Draw:
    """The round of the demonstration beacon that the call names."""
    rule = rules_of(published_version(call)).draw
    return drawn(rule, DemoBeacon.of().signature_of(rule.round))


def sealed(call: Call):
    """The window closed and the intake sealed."""
    return done(seal_intake(CLOSED, RESPONSIBLE, call.pk, "DD 2/2022"))


def checked(call: Call) -> None:
    """Every case decided: by the rules, and the doubtful admitted by hand."""
    done(run_checks(CLOSED + DAY, OFFICER, call.pk))
    rest = Candidacy.objects.filter(call=call, state="submitted").values_list("id", flat=True)
    if rest:
        done(admit(CLOSED + 2 * DAY, OFFICER, list(rest)))


def staged(call: Call, moment: datetime, kind: Stage.Kind, number: str) -> Stage:
    """A stage frozen and published."""
    frozen = done(freeze_ranking(moment, RESPONSIBLE, call.pk, kind, the_draw(call)))
    return done(publish_stage(moment + timedelta(hours=1), RESPONSIBLE, frozen.pk, number))


def provisional(call: Call) -> Stage:
    """The provisional list."""
    return staged(call, PROVISIONAL, Stage.Kind.PROVISIONAL, "DD 3/2022")


def final(call: Call) -> Stage:
    """The final list, with a provisional one before it."""
    provisional(call)
    return staged(call, FINAL, Stage.Kind.FINAL, "DD 4/2022")


def ranked_call(*cents: int, money: int = 1_000_000):
    """A call with one sent application per indicator, closed, checked; returns call, homes and applications."""
    call = make.funded_call(money)
    homes = [home_with_isee(value) for value in cents]
    applications = [applied(call, home, OPEN + timedelta(minutes=place)) for place, home in enumerate(homes)]
    sealed(call)
    checked(call)
    return call, homes, applications
