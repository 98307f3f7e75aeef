"""Fill a database for the booking benchmark, and audit it afterwards. Run in a process of its own, with Django set up.

People, districts, providers, activities, money, the call, vouchers and their acceptance come through the rooms' own
actions; the procedure between application and award is written as rows, for it is not what is measured. All dates of
the reference call are moved by whole years, so that today lies in the life of its vouchers.
"""

import json
import re
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Sum  # noqa: E402
from django.middleware.csrf import (  # noqa: E402
    _get_new_csrf_string,
    _mask_cipher_secret,
)

from wishmi.applications.models import Application, Candidacy  # noqa: E402
from wishmi.awards.models import Stage, StageRow  # noqa: E402
from wishmi.bookings.models import Booking  # noqa: E402
from wishmi.calls.actions import appropriate, load_call, publish_call  # noqa: E402
from wishmi.calls.models import Call, Fund  # noqa: E402
from wishmi.catalogue.actions import ActivitySpec, SessionSpec, publish_activities  # noqa: E402
from wishmi.catalogue.models import Session  # noqa: E402
from wishmi.core import iban, vat_number  # noqa: E402
from wishmi.core.outcome import Refused  # noqa: E402
from wishmi.infra.actor import SYSTEM, Actor, Role  # noqa: E402
from wishmi.infra.refs import new_code  # noqa: E402
from wishmi.outcomes.audit import check_everything  # noqa: E402
from wishmi.people.actions import HouseholdSpec, PersonSpec, give_login, register_households  # noqa: E402
from wishmi.people.models import Household, Login, Person  # noqa: E402
from wishmi.providers.actions import ProviderSpec, list_providers  # noqa: E402
from wishmi.territory.actions import DistrictSpec, load_city  # noqa: E402
from wishmi.vouchers.actions import accept_awards, issue_vouchers  # noqa: E402
from wishmi.vouchers.models import Voucher  # noqa: E402

CALL = Path(__file__).resolve().parents[1] / "policy" / "milano-2022-individuale" / "call.yaml"
CHILDREN = 2
VOUCHER_CENTS, PRICE_CENTS, PLACES = 40_000, 100, 100_000
SEAM = 50
"""Every so many vouchers are paid by both funds, as the one at the seam of the ranking is."""
_BATCH = 2_000
_OFFICE = Actor("bench:office", frozenset({Role.RESPONSIBLE, Role.ACCOUNTING, Role.CASE_OFFICER}))


def done(answer):
    """What an act answers; a refusal ends the benchmark."""
    if isinstance(answer, Refused):
        raise TypeError(str(answer.codes))
    return answer


@dataclass(frozen=True)
class Calendar:
    """The reference call's years, moved so that its vouchers live today."""

    now: datetime
    years: int

    @classmethod
    def of(cls, now: datetime) -> "Calendar":
        """Vouchers that end at the next 31 July but one, so that sessions can begin before."""
        return cls(now, now.year + 1 - 2023)

    def day(self, year: int, month: int, day: int) -> datetime:
        """A day of the reference call, moved."""
        return datetime(year + self.years, month, day, 10, tzinfo=UTC)

    def moved(self, text: str) -> str:
        """A document with all its dates moved."""
        return re.sub(
            r"\b(20\d\d)(-\d\d-\d\d)", lambda found: f"{int(found[1]) + self.years}{found[2]}", text
        )


def _person(number: int, born_on: date) -> PersonSpec:
    return PersonSpec(
        f"Nome{number}", f"Cognome{number}", "F", born_on, f"BENCH{number:011d}", disabled=False
    )


def _families(calendar: Calendar, district: int, count: int) -> list[Household]:
    born = date(2014 + calendar.years, 2, 1)
    specs = [
        HouseholdSpec(
            district_id=district,
            address="Via Inventata 1",
            resident=True,
            lone_parent=False,
            language="it",
            guardians=(_person(10 * number, date(1985, 1, 1)),),
            minors=tuple(_person(10 * number + child, born) for child in range(1, CHILDREN + 1)),
        )
        for number in range(1, count + 1)
    ]
    made: list[Household] = []
    for start in range(0, count, _BATCH):
        made += done(register_households(calendar.day(2022, 9, 1), SYSTEM, specs[start : start + _BATCH]))
    return made


def _call(calendar: Calendar, cents: int) -> Call:
    text = calendar.moved(CALL.read_text(encoding="utf-8"))
    version = done(load_call(calendar.day(2022, 9, 8), _OFFICE, text.encode()))
    done(publish_call(calendar.day(2022, 9, 9), _OFFICE, version.pk, "BENCH 1"))
    for fund in Fund.objects.order_by("id"):
        done(appropriate(calendar.day(2022, 9, 9), _OFFICE, fund.pk, cents, "BENCH 2"))
    return version.call


def _candidacies(calendar: Calendar, call: Call, households: list[Household]) -> list[Candidacy]:
    version, moment = call.versions.get(), calendar.day(2022, 10, 1)
    people: dict[int, list[Person]] = {}
    for person in Person.objects.order_by("id"):
        people.setdefault(person.household_id or 0, []).append(person)
    applications = [
        Application(
            ref=new_code(20),
            call=call,
            version=version,
            household=home,
            applicant=people[home.pk][0],
            applicant_role="parent",
            state=Application.State.SUBMITTED,
            protocol=f"BENCH-{home.pk}",
            created_at=moment,
            submitted_at=moment,
        )
        for home in households
    ]
    Application.objects.bulk_create(applications, batch_size=_BATCH)
    rows = [
        Candidacy(application=one, call=call, minor=minor, state=Candidacy.State.ADMITTED, code=new_code(20))
        for one in applications
        for minor in people[one.household_id]
        if minor.household_role == Person.HouseholdRole.MINOR
    ]
    return Candidacy.objects.bulk_create(rows, batch_size=_BATCH)


def _vouchers(calendar: Calendar, call: Call, candidacies: list[Candidacy]) -> None:
    first, second = [fund.code for fund in Fund.objects.order_by("id")]
    stage = Stage.objects.create(
        call=call,
        version=call.versions.get(),
        number=1,
        kind=Stage.Kind.FINAL,
        frozen_at=calendar.day(2022, 12, 19),
        frozen_by=_OFFICE.ref,
        inputs_digest="0" * 64,
        published_at=calendar.day(2022, 12, 19),
    )
    whole, half = {first: VOUCHER_CENTS}, {first: VOUCHER_CENTS // 2, second: VOUCHER_CENTS // 2}
    StageRow.objects.bulk_create(
        [
            StageRow(
                stage=stage,
                candidacy=one,
                position=position,
                outcome=StageRow.Outcome.AWARDED,
                claim=VOUCHER_CENTS,
                shares=half if position % SEAM == 0 else whole,
            )
            for position, one in enumerate(candidacies, 1)
        ],
        batch_size=_BATCH,
    )
    issued = done(issue_vouchers(calendar.day(2022, 12, 20), _OFFICE, stage.pk))
    done(accept_awards(calendar.day(2022, 12, 21), _OFFICE, [one.award_id for one in issued]))


def _sessions(calendar: Calendar, district: int, count: int) -> list[int]:
    spec = ProviderSpec(
        "Associazione Banco di Prova",
        "association",
        vat_number.build(9_990_001, "100"),
        iban.build("99999", "99999", "1"),
        district,
    )
    provider = done(list_providers(calendar.day(2022, 9, 12), _OFFICE, [spec]))[0]
    starts = calendar.now + timedelta(days=40)
    sessions = tuple(
        SessionSpec(starts + timedelta(days=day), starts + timedelta(days=day, hours=2), PLACES)
        for day in range(10)
    )
    activities = [
        ActivitySpec(
            provider.pk,
            f"Laboratorio {number}",
            "Mani in pasta.",
            "art",
            district,
            45.46,
            9.19,
            3,
            17,
            PRICE_CENTS,
            sessions=sessions,
        )
        for number in range(-(-count // len(sessions)))
    ]
    done(publish_activities(calendar.day(2022, 9, 13), SYSTEM, activities))
    return list(Session.objects.order_by("id").values_list("id", flat=True)[:count])


def _signed_in(households: list[Household]) -> list[dict[str, object]]:
    """A login of each family, signed in: the rows `login()` writes, without hashing a password thousands of times."""
    guardians = {one.household_id: one for one in Person.objects.filter(household_role="guardian")}
    vouchers: dict[int, list[str]] = {}
    for household_id, ref in Voucher.objects.order_by("id").values_list("minor__household_id", "ref"):
        vouchers.setdefault(household_id or 0, []).append(ref)
    rows, families = [], []
    for home in households:
        login: Login = give_login(f"bench{home.pk}", None, [Role.FAMILY], guardians[home.pk])
        store = SessionStore()
        store.create()
        store[SESSION_KEY] = str(login.pk)
        store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        store[HASH_SESSION_KEY] = login.get_session_auth_hash()
        rows.append(store.create_model_instance(dict(store.items())))
        secret = _get_new_csrf_string()
        families.append(
            {
                "cookie": f"sessionid={store.session_key}; csrftoken={secret}",
                "token": _mask_cipher_secret(secret),
                "vouchers": vouchers[home.pk],
            }
        )
    model = SessionStore.get_model_class()
    model.objects.bulk_update(rows, ["session_data", "expire_date"], batch_size=400)
    return families


def fill(families: int, sessions: int, plan: Path) -> None:
    """Make everything and write what the load generator needs to know."""
    call_command("migrate", verbosity=0, interactive=False)
    now = datetime.now(UTC)
    calendar = Calendar.of(now)
    districts = load_city(now, SYSTEM, [DistrictSpec(1, "Rione 1", "Municipio 1", 45.46, 9.19, 9000)])
    households = _families(calendar, districts[1].pk, families)
    call = _call(calendar, families * CHILDREN * VOUCHER_CENTS)
    _vouchers(calendar, call, _candidacies(calendar, call, households))
    chosen = _sessions(calendar, districts[1].pk, sessions)
    plan.write_text(json.dumps({"families": _signed_in(households), "sessions": chosen}), encoding="utf-8")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA optimize")


def audit() -> dict[str, object]:
    """What the database says after the load."""
    report = check_everything()
    return {
        "bookings": Booking.objects.count(),
        "taken": Session.objects.aggregate(taken=Sum("taken"))["taken"] or 0,
        "is_sound": report.is_sound,
        "differences": [f"{one.place}: {one.what}" for one in report.differences[:5]],
        "chain": report.chain,
    }


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        fill(int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
    else:
        print(json.dumps(audit()))
