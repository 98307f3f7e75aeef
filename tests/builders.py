"""Small makers for tests: real acts where there are some, rows where a procedure would be long; the books balance.

Everything happens around `NOW`, in the life of the two-fund call of Milan 2022.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

from wishmi.applications.models import Application, Candidacy
from wishmi.awards.models import Stage, StageRow
from wishmi.bookings import actions as bookings
from wishmi.bookings.models import Booking, BookingPart, Due, Turnover, WaitingEntry
from wishmi.calls.actions import appropriate, load_call, publish_call
from wishmi.calls.models import Call, Fund
from wishmi.catalogue.actions import ActivitySpec, publish_activities
from wishmi.catalogue.models import Activity, Session
from wishmi.core import iban, vat_number
from wishmi.core.outcome import Refused
from wishmi.infra.actor import SYSTEM, Actor, Role
from wishmi.infra.models import AuditRecord, OutboxEvent
from wishmi.infra.refs import new_code
from wishmi.ledger.selectors import count_transfers, differences, fund_figures, layer_sums
from wishmi.people.actions import HouseholdSpec, PersonSpec, register_households
from wishmi.people.models import Household, Person
from wishmi.providers.actions import ProviderSpec, list_providers
from wishmi.providers.models import Provider
from wishmi.territory.models import District
from wishmi.vouchers.actions import accept_award, issue_vouchers
from wishmi.vouchers.models import Voucher

NOW = datetime(2023, 3, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
EUROPE, NATION = "EU-UIA", "LEGGE-285"
"""The codes of the two funds, in spending order."""

RESPONSIBLE = Actor("login:responsible", frozenset({Role.RESPONSIBLE}))
OFFICER = Actor("login:officer", frozenset({Role.CASE_OFFICER}))
ACCOUNTANT = Actor("login:accountant", frozenset({Role.ACCOUNTING}))
SECOND_ACCOUNTANT = Actor("login:second-accountant", frozenset({Role.ACCOUNTING}))
AUDITOR = Actor("login:auditor", frozenset({Role.AUDITOR}))

CALL_PATH = Path(__file__).resolve().parents[1] / "policy" / "milano-2022-individuale" / "call.yaml"
_PAYMENT = re.compile(r"^payment:\n(?:  .*\n)+", re.MULTILINE)
_numbers = count(1)


def done(answer):
    """The answer of an act that must not be refused."""
    assert not isinstance(answer, Refused), answer.codes
    return answer


def district(number: int = 1) -> District:
    """A district of the city."""
    values = {"name": f"Rione {number}", "area": "Municipio 1", "lat": 45.46, "lon": 9.19, "residents": 9000}
    return District.objects.get_or_create(number=number, defaults=values)[0]


@dataclass(frozen=True)
class Family:
    """A household with its guardian, its children and the actor who acts for it."""

    household: Household
    guardian: Person
    minors: list[Person]
    actor: Actor


def _person(born_on: date) -> PersonSpec:
    number = next(_numbers)
    return PersonSpec(f"Nome{number}", f"Cognome{number}", "F", born_on, f"CODE{number:012d}", disabled=False)


def family(*born_on: date) -> Family:
    """A family; without dates it has one child of nine."""
    minors = tuple(_person(day) for day in born_on or (date(2014, 2, 1),))
    spec = HouseholdSpec(
        district_id=district().pk,
        address="Via delle Betulle Inventate 1",
        resident=True,
        lone_parent=False,
        language="it",
        guardians=(_person(date(1985, 1, 1)),),
        minors=minors,
    )
    household = done(register_households(NOW - 90 * DAY, SYSTEM, [spec]))[0]
    guardian = household.persons.get(household_role=Person.HouseholdRole.GUARDIAN)
    actor = Actor(
        f"login:family-{household.pk}", frozenset({Role.FAMILY}), person=guardian.pk, household=household.pk
    )
    children = household.persons.filter(household_role=Person.HouseholdRole.MINOR).order_by("id")
    return Family(household, guardian, list(children), actor)


def provider_spec(**changes) -> ProviderSpec:
    """A body that may be listed."""
    number = next(_numbers)
    values = {
        "name": f"Associazione Lanterna {number}",
        "legal_form": "association",
        "vat_number": vat_number.build(9_990_000 + number, "100"),
        "iban": iban.build("99999", "99999", str(number)),
        "district_id": district().pk,
        "email": "ente@example.org",
    }
    return ProviderSpec(**values | changes)


def provider(**changes) -> Provider:
    """A listed provider."""
    return done(list_providers(NOW - 60 * DAY, SYSTEM, [provider_spec(**changes)]))[0]


def staff(of: Provider) -> Actor:
    """The actor who acts for a provider."""
    return Actor(f"login:staff-{of.pk}", frozenset({Role.PROVIDER}), provider=of.pk)


def activity_spec(of: Provider, **changes) -> ActivitySpec:
    """An activity that may be published."""
    values = {
        "provider_id": of.pk,
        "title": "Laboratorio di ceramica",
        "summary_it": "Mani in pasta.",
        "category": "art",
        "district_id": district().pk,
        "lat": 45.46,
        "lon": 9.19,
        "age_min": 6,
        "age_max": 12,
        "price_cents": 10_000,
    }
    return ActivitySpec(**values | changes)


def activity(of: Provider | None = None, **changes) -> Activity:
    """A published activity without sessions."""
    return done(publish_activities(NOW - 50 * DAY, SYSTEM, [activity_spec(of or provider(), **changes)]))[0]


def session(of: Activity | None = None, **changes) -> Session:
    """A session in ten days, with five places, at the activity's price."""
    of = of or activity()
    starts_at = changes.pop("starts_at", NOW + 10 * DAY)
    values = {"ends_at": starts_at + timedelta(hours=2), "places": 5, "price_cents": of.price_cents}
    return Session.objects.create(activity=of, starts_at=starts_at, **values | changes)


def payment_of(preset: str) -> str:
    """The section of a preset that says how it pays."""
    found = _PAYMENT.search((CALL_PATH.parents[1] / preset / "call.yaml").read_text("utf-8"))
    assert found is not None
    return found[0]


def paying(payment: str) -> bytes:
    """The document of Milan 2022 with another section that says how it pays."""
    return _PAYMENT.sub(payment, CALL_PATH.read_text("utf-8")).encode()


def funded_call(cents: int = 1_000_000, document: bytes | None = None) -> Call:
    """The call of Milan 2022, or another document, published, with the same amount in each of its two funds."""
    version = done(load_call(NOW - 160 * DAY, RESPONSIBLE, document or CALL_PATH.read_bytes()))
    done(publish_call(NOW - 160 * DAY, RESPONSIBLE, version.pk, "DD 1/2022"))
    for fund in Fund.objects.order_by("id"):
        done(appropriate(NOW - 160 * DAY, ACCOUNTANT, fund.pk, cents, "BIL 1/2022"))
    return version.call


def vouchers(call: Call, *awards: tuple[Person, dict[str, int]], accepted: bool = True) -> list[Voucher]:
    """Vouchers issued for children, each with its amount per fund code; accepted by the family unless told not to."""
    version = call.versions.get()
    number = call.stages.count() + 1
    stage = Stage.objects.create(
        call=call,
        version=version,
        number=number,
        kind=Stage.Kind.FINAL if number == 1 else Stage.Kind.ROUND,
        frozen_at=NOW - 40 * DAY,
        frozen_by=RESPONSIBLE.ref,
        inputs_digest="0" * 64,
        published_at=NOW - 40 * DAY,
    )
    for position, (minor, shares) in enumerate(awards, 1):
        StageRow.objects.create(
            stage=stage,
            candidacy=_candidacy(call, version, minor),
            position=position,
            outcome=StageRow.Outcome.AWARDED,
            claim=sum(shares.values()),
            shares=shares,
        )
    issued = done(issue_vouchers(NOW - 20 * DAY, RESPONSIBLE, stage.pk))
    if accepted:
        for one in issued:
            done(accept_award(NOW - 19 * DAY, OFFICER, one.award_id))
    rows = {one.minor_id: one for one in Voucher.objects.filter(award__stage=stage).order_by("id")}
    return [rows[minor.pk] for minor, _shares in awards]


def _candidacy(call, version, minor: Person) -> Candidacy:
    guardian = Person.objects.filter(household=minor.household, household_role="guardian").earliest("id")
    application, _ = Application.objects.get_or_create(
        call=call,
        household=minor.household,
        defaults={
            "ref": new_code(20),
            "version": version,
            "applicant": guardian,
            "applicant_role": "parent",
            "state": Application.State.SUBMITTED,
            "protocol": new_code(12),
            "created_at": NOW - 100 * DAY,
            "submitted_at": NOW - 100 * DAY,
        },
    )
    return Candidacy.objects.create(
        application=application,
        call=call,
        minor=minor,
        state=Candidacy.State.ADMITTED,
        code=new_code(20),
    )


def child_with_voucher(call: Call, shares: dict[str, int] | None = None, born_on: date = date(2014, 2, 1)):
    """A family with one child and its voucher: 300 euro of the first fund unless told otherwise."""
    home = family(born_on)
    return home, vouchers(call, (home.minors[0], shares or {EUROPE: 30_000}))[0]


def book(home: Family, voucher: Voucher, place: Session, moment: datetime = NOW, **more) -> Booking:
    """A booking that must not be refused."""
    key = more.pop("key", f"key-{next(_numbers)}")
    minor = more.pop("minor", home.minors[0])
    answer = done(bookings.book_session(moment, home.actor, place.pk, minor.pk, voucher.pk, key, **more))
    return Booking.objects.get(pk=answer.booking)


def used(home: Family, voucher: Voucher, place: Session, moment: datetime = NOW) -> Booking:
    """A booking that was made, confirmed and attended an hour after the session's start."""
    booking = book(home, voucher, place, moment)
    actor = staff(place.activity.provider)
    done(bookings.confirm_booking(moment, actor, booking.pk))
    return done(
        bookings.record_attendance(place.starts_at + timedelta(hours=1), actor, booking.pk, present=True)
    )


def figures(code: str) -> dict[str, int]:
    """The figures of a fund that are not nothing."""
    fund = Fund.objects.get(code=code)
    row = fund_figures([fund.ref])[0].as_data()
    return {
        name.removesuffix("_cents"): value for name, value in row.items() if name.endswith("_cents") and value
    }


def world() -> tuple:
    """Everything an act may change: what is refused must leave it equal."""
    return (
        sorted(layer_sums()),
        count_transfers(),
        [(fund, figures(fund)) for fund in (EUROPE, NATION) if Fund.objects.filter(code=fund).exists()],
        list(Session.objects.order_by("id").values_list("id", "taken", "cancelled_at")),
        list(Booking.objects.order_by("id").values()),
        list(BookingPart.objects.order_by("id").values()),
        list(Due.objects.order_by("id").values()),
        list(Turnover.objects.order_by("id").values()),
        list(WaitingEntry.objects.order_by("id").values()),
        list(Voucher.objects.order_by("id").values_list("id", "state", "use_until")),
        AuditRecord.objects.count(),
        OutboxEvent.objects.count(),
    )


def assert_books_balance() -> None:
    """The identities of docs/chain.md, per fund, and the caches against the transfers."""
    assert list(differences()) == []
    for fund in Fund.objects.order_by("id"):
        has = dict.fromkeys(
            (
                *(
                    "appropriated",
                    "available",
                    "awarded",
                    "returned",
                    "unreleased",
                    "unspent",
                    "held",
                    "spent",
                ),
                *("due", "in_payment", "paid", "recoverable", "granted", "kept"),
            ),
            0,
        ) | figures(fund.code)
        assert has["appropriated"] == has["available"] + has["awarded"] + has["granted"] - has["returned"]
        assert has["awarded"] == (
            has["unreleased"] + has["unspent"] + has["held"] + has["spent"] + has["returned"]
        )
        owed = has["due"] + has["in_payment"] + has["paid"] - has["recoverable"]
        assert has["spent"] + has["granted"] == owed + has["kept"]
    for row in Session.objects.order_by("id"):
        live = row.bookings.filter(state__in=Booking.TAKEN).count()
        assert row.taken == live, f"session {row.pk}: {row.taken} taken, {live} bookings"
