"""A small city at its desk: the demonstration call, five families, two lists, vouchers, a provider that was paid.

Each step is a real act at a moment of its own; tests stop where they need to.
"""

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tests import builders
from tests.builders import done
from wishmi.applications.actions import run_checks, seal_intake, submit_many
from wishmi.applications.declarations import Declaration
from wishmi.applications.forms import ApplicationForm, Submission
from wishmi.applications.models import Candidacy
from wishmi.awards.actions import file_observation, freeze_ranking, publish_stage
from wishmi.awards.models import Award, Observation, Stage
from wishmi.bookings import actions as bookings
from wishmi.bookings.models import Booking
from wishmi.calls import drafting
from wishmi.calls.actions import appropriate, create_fund, load_call, publish_call
from wishmi.calls.models import Call, CallDraft, Fund
from wishmi.calls.selectors import published_version, rules_of
from wishmi.core.draw import drawn
from wishmi.infra.actor import SYSTEM, Actor, Role
from wishmi.infra.beacon import DemoBeacon
from wishmi.payouts.actions import agree_statement, draw_statements, prepare_batch
from wishmi.payouts.models import Statement
from wishmi.people.actions import HouseholdSpec, IseeSpec, PersonSpec, give_login, register_households
from wishmi.people.models import Login
from wishmi.people.selectors import actor_of
from wishmi.providers.actions import attach_login
from wishmi.vouchers.actions import accept_award, issue_vouchers
from wishmi.vouchers.models import Voucher

DOCUMENT = Path(__file__).resolve().parents[3] / "policy" / "dimostrazione-2023" / "call.yaml"
CODE = "dimostrazione-2023"
LOADED = datetime(2023, 9, 1, 9, 0, tzinfo=UTC)
OPEN = datetime(2023, 10, 2, 9, 0, tzinfo=UTC)
OVER = datetime(2023, 12, 15, 11, 30, tzinfo=UTC)
CASES = datetime(2023, 12, 18, 9, 0, tzinfo=UTC)
PROVISIONAL = datetime(2023, 12, 20, 9, 0, tzinfo=UTC)
FINAL = datetime(2024, 1, 10, 9, 0, tzinfo=UTC)
ISSUED = datetime(2024, 1, 12, 9, 0, tzinfo=UTC)
USE = datetime(2024, 2, 5, 9, 0, tzinfo=UTC)

RESPONSIBLE = Actor("login:responsible", frozenset({Role.RESPONSIBLE}))
OFFICER = Actor("login:officer", frozenset({Role.CASE_OFFICER}))
ACCOUNTANT = Actor("login:accountant", frozenset({Role.ACCOUNTING}))
OFFICES = (Role.CASE_OFFICER, Role.RESPONSIBLE, Role.ACCOUNTING, Role.AUDITOR)


@dataclass(frozen=True)
class Kin:
    """One family to be: its name, the years of its children, its indicator in euros."""

    name: str
    born: tuple[int, ...]
    isee: int
    omissions: bool = False
    lone_parent: bool = False


FAMILIES = (
    Kin("Albero", (2013, 2015), 8_000),
    Kin("Betulla", (2012,), 15_000),
    Kin("Ciliegio", (2014,), 30_000),
    Kin("Dalia", (2011,), 12_000, omissions=True),
    Kin("Edera", (2016,), 20_000),
)


def logins() -> dict[Role, Login]:
    """A login for each office."""
    return {
        role: give_login(f"desk-{role}", None, [role], display_name=f"Ufficio {role}") for role in OFFICES
    }


def drafted() -> CallDraft:
    """A draft of the next call, with a remark on it and a department that is asked to agree."""
    draft = done(drafting.open_draft(LOADED, RESPONSIBLE, "Voucher 2024", DOCUMENT.read_text()))
    done(drafting.remark(LOADED, OFFICER, draft.pk, "window", "Le scuole chiudono prima."))
    done(drafting.ask_party(LOADED, RESPONSIBLE, draft.pk, "Educazione"))
    return draft


def loaded() -> Call:
    """The call, loaded and not published."""
    return done(load_call(LOADED, RESPONSIBLE, DOCUMENT.read_bytes())).call


def published(euros: int = 1_000) -> Call:
    """The call, published, with money in its fund and a second fund beside it."""
    call = loaded()
    done(publish_call(LOADED, RESPONSIBLE, call.versions.get().pk, "DD 1/2023"))
    fund = Fund.objects.get(code="DEMO")
    done(appropriate(LOADED, ACCOUNTANT, fund.pk, euros * 100, "BIL 1/2023", "Bilancio 2023"))
    done(create_fund(LOADED, ACCOUNTANT, "ALTRO", "Altro fondo"))
    return call


def _person(kin: Kin, number: int, born_on: date, given: str) -> PersonSpec:
    code = f"{kin.name[:3].upper()}{number:013d}"
    return PersonSpec(given, kin.name, "F", born_on, code, disabled=False)


def _spec(kin: Kin) -> HouseholdSpec:
    indicator = IseeSpec(
        kin.isee * 100,
        "ordinary",
        date(2023, 2, 1),
        date(2023, 12, 31),
        f"INPS-ISEE-2023-{kin.name}",
        omissions=kin.omissions,
    )
    return HouseholdSpec(
        district_id=None,
        address="Via degli Alberi 1",
        resident=True,
        lone_parent=kin.lone_parent,
        language="it",
        guardians=(_person(kin, 0, date(1985, 5, 5), "Ada"),),
        minors=tuple(
            _person(kin, place, date(year, 3, 3), given)
            for place, (year, given) in enumerate(zip(kin.born, ("Bea", "Cleo"), strict=False), start=1)
        ),
        isee=indicator,
    )


def applied(families: tuple[Kin, ...] = FAMILIES, euros: int = 1_000) -> Call:
    """The call with its families' applications, sent while the window was open."""
    call = published(euros)
    made = done(register_households(OPEN - timedelta(days=9), SYSTEM, [_spec(kin) for kin in families]))
    submissions = []
    for place, (household, kin) in enumerate(zip(made, families, strict=True)):
        guardian = household.persons.get(household_role="guardian")
        minors = household.persons.filter(household_role="minor").order_by("id")
        form = ApplicationForm(
            household_id=household.pk,
            applicant_id=guardian.pk,
            applicant_role="parent",
            minor_ids=tuple(minor.pk for minor in minors),
            declared=Declaration(
                {"resident": True, "minors": len(kin.born), "lone_parent": False, "disabled_members": 0}
            ),
        )
        submissions.append(Submission(form, OPEN + timedelta(minutes=place)))
    done(submit_many(SYSTEM, call.pk, submissions))
    return call


def sealed(**more) -> Call:
    """The window closed and the intake sealed."""
    call = applied(**more)
    done(seal_intake(OVER, RESPONSIBLE, call.pk, "DD 2/2023"))
    return call


def decided(**more) -> Call:
    """Every child decided on: the doubtful one admitted by a person."""
    call = sealed(**more)
    done(run_checks(CASES, OFFICER, call.pk))
    Candidacy.objects.filter(call=call, state=Candidacy.State.SUBMITTED).update(
        state=Candidacy.State.ADMITTED
    )
    return call


def draw_of(call: Call):
    """The round the call names, of the demo beacon."""
    rule = rules_of(published_version(call)).draw
    return drawn(rule, DemoBeacon.of().signature_of(rule.round))


def listed(kind: str = Stage.Kind.PROVISIONAL, **more) -> Stage:
    """The provisional list, published; with `final` the final one too."""
    call = decided(**more)
    stage = done(freeze_ranking(PROVISIONAL, RESPONSIBLE, call.pk, Stage.Kind.PROVISIONAL, draw_of(call)))
    stage = done(publish_stage(PROVISIONAL, RESPONSIBLE, stage.pk, "DD 3/2023"))
    if kind == Stage.Kind.FINAL:
        stage = done(freeze_ranking(FINAL, RESPONSIBLE, call.pk, Stage.Kind.FINAL, draw_of(call)))
        stage = done(publish_stage(FINAL, RESPONSIBLE, stage.pk, "DD 1/2024"))
    return stage


def objected(stage: Stage):
    """An observation of the family that was excluded."""
    row = stage.rows.get(outcome="excluded")
    moment = PROVISIONAL + timedelta(days=2)
    return done(file_observation(moment, OFFICER, stage.pk, row.candidacy_id, "Il nostro ISEE è cambiato."))


def awarded(**more) -> Stage:
    """The final list, its vouchers issued and accepted."""
    stage = listed(Stage.Kind.FINAL, **more)
    done(issue_vouchers(ISSUED, RESPONSIBLE, stage.pk))
    for award in Award.objects.order_by("id"):
        done(accept_award(ISSUED, OFFICER, award.pk))
    return stage


@dataclass(frozen=True)
class Trade:
    """A provider with its login, a past and a coming session, and whoever booked."""

    provider: object
    login: Login
    staff: Actor
    past: object
    ahead: object
    marked: list
    held: list


def _booked(number: int, voucher: Voucher, place, moment) -> Booking:
    family = Actor(f"login:family-{number}", frozenset({Role.FAMILY}), household=voucher.minor.household_id)
    key = f"00000000-0000-0000-0000-{number:06d}{place.pk:06d}"
    answer = done(bookings.book_session(moment, family, place.pk, voucher.minor_id, voucher.pk, key))
    return Booking.objects.get(pk=answer.booking)


def traded(**more) -> Trade:
    """Vouchers used with a provider: a session past and attended, one ahead to be confirmed."""
    awarded(**more)
    of = builders.provider(name="Il Girasole ODV")
    login = give_login("girasole", None, [Role.PROVIDER], display_name="Il Girasole")
    done(attach_login(OPEN, SYSTEM, of.pk, login.pk))
    staff = actor_of(login)
    activity = builders.activity(
        of, title="Laboratorio di ceramica", price_cents=6_000, age_min=3, age_max=17
    )
    past = builders.session(activity, starts_at=USE - timedelta(days=20), places=40)
    ahead = builders.session(activity, starts_at=USE + timedelta(days=6), places=40)
    vouchers = list(Voucher.objects.filter(state="active").select_related("minor").order_by("id"))
    early = ISSUED + timedelta(hours=5)
    marked = [_booked(place, one, past, early) for place, one in enumerate(vouchers)]
    done(bookings.confirm_bookings(early, staff, [one.pk for one in marked]))
    done(
        bookings.record_attendances(
            past.starts_at + timedelta(hours=3), staff, [(one.pk, True) for one in marked]
        )
    )
    held = [_booked(place, one, ahead, USE - timedelta(hours=1)) for place, one in enumerate(vouchers)]
    return Trade(of, login, staff, past, ahead, marked, held)


def stated(**more) -> Trade:
    """A statement drawn for what was used."""
    trade = traded(**more)
    done(draw_statements(USE - timedelta(days=2), ACCOUNTANT, date(2024, 1, 25)))
    return trade


def batched(**more) -> Trade:
    """The statement agreed and in a batch that somebody else prepared."""
    trade = stated(**more)
    done(agree_statement(USE - timedelta(days=1), trade.staff, Statement.objects.get().pk))
    done(prepare_batch(USE - timedelta(hours=8), ACCOUNTANT, date(2024, 2, 8)))
    return trade


def objected_late() -> Observation:
    """An observation that was filed and never decided, put beside the provisional list of a city further on."""
    stage = Stage.objects.get(kind=Stage.Kind.PROVISIONAL)
    row = stage.rows.get(outcome="excluded")
    return Observation.objects.create(
        stage=stage, candidacy=row.candidacy, text="Il nostro ISEE è cambiato.", filed_at=PROVISIONAL
    )


def upload(name: str, data: bytes) -> io.BytesIO:
    """A file as a browser sends it."""
    file = io.BytesIO(data)
    file.name = name
    return file
