"""The stage is set: offices, districts, money, providers and their activities, families."""

from itertools import islice

from django.conf import settings

from wishmi.calls.actions import appropriate, create_fund, load_call, move_between_funds, publish_call
from wishmi.calls.document import parse_call
from wishmi.catalogue.actions import ActivitySpec, SessionSpec, publish_activities
from wishmi.cli.demo.scene import Scene, must
from wishmi.infra.actor import SYSTEM, Role
from wishmi.people.actions import HouseholdSpec, IseeSpec, PersonSpec, give_login, register_households
from wishmi.people.models import Person
from wishmi.people.selectors import actor_of
from wishmi.providers.actions import ProviderSpec, list_providers
from wishmi.providers.models import Provider
from wishmi.simulation.applications import SyntheticApplication
from wishmi.simulation.city import SyntheticHousehold, SyntheticPerson
from wishmi.simulation.providers import SyntheticActivity, SyntheticSession
from wishmi.territory.actions import DistrictSpec, load_city

REFERENCE_CALL = "milano-2022-individuale"
OPEN_CALL = "dimostrazione-2023"
TOP_UP, MOVE = 50, 200
"""A fiftieth of the first fund comes as a top-up, a two-hundredth is moved to the second, so that a demo shows both."""
_BATCH = 4_000


def open_offices(scene: Scene) -> None:
    """The people of the office: each a login with its role; in a demo they sign in by one click."""
    people = (
        ("responsabile", Role.RESPONSIBLE, "Responsible: loads calls, ranks, publishes, awards"),
        ("istruttoria", Role.CASE_OFFICER, "Case officer: checks applications, decides observations"),
        ("ragioneria", Role.ACCOUNTING, "Accounting: funds, statements, payment batches"),
        ("ragioneria2", Role.ACCOUNTING, "Accounting, second person: approves batches"),
        ("revisore", Role.AUDITOR, "Auditor: reads the trail of everything"),
    )
    for username, role, title in people:
        actor = actor_of(give_login(username, None, [role], display_name=title, demo_persona=True))
        if role in scene.office:
            scene.second_accountant = actor
        scene.office.setdefault(role, actor)


def load_districts(scene: Scene) -> None:
    """The districts of the city's folder."""
    specs = [
        DistrictSpec(
            each.number, each.name, f"Municipio {each.municipio}", each.lat, each.lon, each.residents
        )
        for each in scene.city.profile.districts
    ]
    made = must(load_city(scene.at(2022, 9, 1), SYSTEM, specs))
    scene.districts = {number: district.pk for number, district in made.items()}


def appropriate_funds(scene: Scene) -> None:
    """The money of the reference call, by appropriation, top-up and move: in the end what the call says.

    A small city has the same share of it as of the families: with all the money nobody would have to wait.
    """
    document = parse_call((settings.WISHMI_POLICY / REFERENCE_CALL / "call.yaml").read_bytes())
    accountant = scene.office[Role.ACCOUNTING]
    for node in document.funds:
        scene.funds[node.code] = must(
            create_fund(
                scene.at(2022, 9, 1),
                accountant,
                node.code,
                node.name.it,
                unit=document.amount.unit,
                cup=node.cup or "",
                legal_reference=node.reference,
                eligible_from=node.eligible_from,
                eligible_until=node.eligible_to,
                categories=list(node.categories),
            )
        )
    first, second = document.funds[0], document.funds[-1]
    whole = scene.city.profile.city.families
    amount, rest = (node.amount * len(scene.city) // whole // 100 * 100 for node in (first, second))
    top_up, move = amount // TOP_UP, amount // MOVE
    moment = scene.at(2022, 9, 2)
    source, target = scene.funds[first.code].pk, scene.funds[second.code].pk
    must(appropriate(moment, accountant, source, amount + move - top_up, "DD 9001/2022"))
    must(appropriate(moment, accountant, target, rest - move, "DD 9002/2022"))
    must(appropriate(scene.at(2022, 9, 5), accountant, source, top_up, "DD 9010/2022", "Second instalment"))
    reason = "Adjustment between the lines of the project"
    must(move_between_funds(scene.at(2022, 9, 7), accountant, source, target, move, "DD 9015/2022", reason))


def publish_reference_call(scene: Scene) -> None:
    """The call is loaded, checked and published."""
    responsible = scene.office[Role.RESPONSIBLE]
    text = (settings.WISHMI_POLICY / REFERENCE_CALL / "call.yaml").read_bytes()
    version = must(load_call(scene.at(2022, 9, 8), responsible, text))
    must(publish_call(scene.at(2022, 9, 9), responsible, version.pk, "DD 9020/2022"))
    scene.call = version.call


def publish_open_call(scene: Scene) -> None:
    """A second, small call that is open on the demo's day, so that a visitor can apply."""
    responsible, accountant = scene.office[Role.RESPONSIBLE], scene.office[Role.ACCOUNTING]
    text = (settings.WISHMI_POLICY / OPEN_CALL / "call.yaml").read_bytes()
    version = must(load_call(scene.at(2023, 9, 4), responsible, text))
    must(publish_call(scene.at(2023, 9, 5), responsible, version.pk, "DD 9100/2023"))
    for row in version.call.call_funds.select_related("fund").order_by("order"):
        node = next(node for node in parse_call(text).funds if node.code == row.fund.code)
        must(appropriate(scene.at(2023, 9, 6), accountant, row.fund_id, node.amount, "DD 9101/2023"))


def _person(person: SyntheticPerson) -> PersonSpec:
    return PersonSpec(
        given_name=person.given_name,
        family_name=person.family_name,
        sex="F" if person.sex.upper().startswith("F") else "M",
        born_on=person.born_on,
        fiscal_code=person.fiscal_code,
        disabled=person.disabled,
    )


def _household(
    scene: Scene, household: SyntheticHousehold, application: SyntheticApplication | None
) -> HouseholdSpec:
    # An indicator is stored only of those who apply: the city asks for nothing it does not need.
    isee = None
    if application is not None:
        isee = IseeSpec(
            cents=application.isee_cents,
            kind=application.isee_kind,
            issued_on=application.isee_issued_on,
            valid_until=application.isee_valid_until,
            dsu_protocol=application.dsu_protocol,
            omissions=application.isee_omissions,
        )
    return HouseholdSpec(
        district_id=scene.districts[household.district_number],
        address=household.address,
        resident=application.resident if application is not None else True,
        lone_parent=household.family_type == "single",
        language=household.language,
        guardians=tuple(_person(person) for person in household.guardians),
        minors=tuple(_person(person) for person in household.minors),
        isee=isee,
    )


def register_families(scene: Scene, applications: dict[int, SyntheticApplication]) -> None:
    """Every family of the city with minors, in batches; `applications` by household number."""
    moment = scene.at(2022, 9, 1)
    with scene.step("Families", len(scene.city)) as bar:
        source = scene.city.households()
        while batch := list(islice(source, _BATCH)):
            specs = [_household(scene, one, applications.get(one.number)) for one in batch]
            made = must(register_households(moment, SYSTEM, specs))
            first, last = made[0].pk, made[-1].pk
            by_household: dict[int, tuple[list[int], list[int]]] = {}
            rows = Person.objects.filter(household_id__gte=first, household_id__lte=last).order_by("id")
            for pk, household_id, role in rows.values_list("id", "household_id", "household_role").iterator():
                places = by_household.setdefault(household_id, ([], []))
                places[role == Person.HouseholdRole.MINOR].append(pk)
            for one, household in zip(batch, made, strict=True):
                guardians, minors = by_household[household.pk]
                scene.households[one.number] = household.pk
                scene.guardians[one.number] = tuple(guardians)
                scene.minors[one.number] = tuple(minors)
                scene.add("minors", len(minors))
            scene.add("households", len(batch))
            bar.forward(len(batch))


def list_offer(scene: Scene) -> None:
    """Providers on the list, their activities and sessions in the catalogue."""
    moment = scene.at(2022, 9, 12)
    specs = [
        ProviderSpec(
            name=each.name,
            legal_form=each.legal_form,
            vat_number=each.vat_number or each.fiscal_code,
            iban=each.iban,
            district_id=scene.districts[each.district_number],
            email=each.email,
        )
        for each in scene.offer.providers
    ]
    made = must(list_providers(moment, scene.office[Role.RESPONSIBLE], specs))
    providers = {each.number: provider for each, provider in zip(scene.offer.providers, made, strict=True)}
    sessions: dict[int, list[SyntheticSession]] = {}
    for session in scene.offer.sessions:
        sessions.setdefault(session.activity_number, []).append(session)
    activities = [
        _activity(scene, each, providers[each.provider_number], sessions.get(each.number, []))
        for each in scene.offer.activities
    ]
    published = must(publish_activities(moment, SYSTEM, activities))
    scene.activities = {
        each.number: activity.pk for each, activity in zip(scene.offer.activities, published, strict=True)
    }


def _activity(
    scene: Scene, each: SyntheticActivity, provider: Provider, sessions: list[SyntheticSession]
) -> ActivitySpec:
    return ActivitySpec(
        provider_id=provider.pk,
        title=each.title,
        summary_it=each.summary_it,
        summary_en=each.summary_en,
        category=each.category,
        pillars=each.pillars,
        district_id=scene.districts[each.district_number],
        lat=each.lat,
        lon=each.lon,
        age_min=each.age_min,
        age_max=each.age_max,
        price_cents=each.price_cents,
        voucher_accepted=each.voucher_accepted,
        languages=each.languages,
        sessions=tuple(SessionSpec(one.starts_at, one.ends_at, one.capacity) for one in sessions),
    )
