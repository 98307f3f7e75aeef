"""What can be asked about people."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from wishmi.core.facts import value_of
from wishmi.core.rules.vocabulary import Value
from wishmi.infra.actor import Actor, Role
from wishmi.infra.pieces import pieces
from wishmi.people.models import Guardianship, Household, IseeAttestation, Login, Person, RegisterFact


def actor_of(login: Login) -> Actor:
    """The actor behind a login: its roles, and the household or provider it acts for. One query."""
    rows = Login.objects.filter(pk=login.pk).order_by("grants__id")
    found = list(rows.values_list("grants__role", "person__household_id", "provider_membership__provider_id"))
    household, provider = found[0][1:] if found else (None, None)
    return Actor(
        ref=f"login:{login.pk}",
        roles=frozenset(Role(role) for role, _household, _provider in found if role is not None),
        person=login.person_id,
        household=household,
        provider=provider,
    )


def minors_of(household_id: int) -> list[Person]:
    """The minors of a household, oldest first."""
    rows = Person.objects.filter(household_id=household_id, household_role=Person.HouseholdRole.MINOR)
    return list(rows.order_by("born_on", "id"))


def persons_of(household_id: int) -> list[Person]:
    """Everyone in a household, guardians first."""
    return list(Person.objects.filter(household_id=household_id).order_by("household_role", "born_on", "id"))


def household(household_id: int) -> Household:
    """One household with its district."""
    return Household.objects.select_related("district").get(pk=household_id)


def guardianship(guardian_id: int, minor_id: int, day: date) -> Guardianship | None:
    """The tie by which a person may act for a minor on a day, if there is one."""
    tie = Guardianship.objects.filter(guardian_id=guardian_id, minor_id=minor_id).first()
    if tie is None or (tie.proof_ends_on is not None and tie.proof_ends_on < day):
        return None
    return tie


def latest_isee(household_id: int, day: date) -> IseeAttestation | None:
    """The newest indicator of a household issued by a day."""
    rows = IseeAttestation.objects.filter(household_id=household_id, issued_on__lte=day)
    return rows.order_by("-issued_on", "-id").first()


def register_facts(
    household_ids: Sequence[int], names: Collection[str], day: date
) -> dict[int, dict[int | None, dict[str, Value]]]:
    """What registers attest on a day of the facts named: by household, then by person (None: the household itself).

    Of two attestations of one fact the newest counts; one whose time has passed counts no more.
    """
    found: dict[int, dict[int | None, dict[str, Value]]] = {pk: {} for pk in household_ids}
    for some in pieces(household_ids):
        rows = RegisterFact.objects.filter(household_id__in=some, name__in=names, attested_on__lte=day)
        for row in rows.exclude(valid_until__lt=day).order_by("attested_on", "id"):
            of_one = found[row.household_id].setdefault(row.person_id, {})
            of_one[row.name] = value_of(row.name, row.value[0])
    return found


def demo_personas() -> list[Login]:
    """The logins one can take on in demo mode."""
    return list(Login.objects.filter(is_demo_persona=True).prefetch_related("grants").order_by("id"))


def is_same_person(ref: str, actor: Actor) -> bool:
    """Whether an actor is who a reference names, be it by another login of the same person."""
    if ref == actor.ref:
        return True
    number = ref.removeprefix("login:")
    if actor.person is None or not (number.isascii() and number.isdigit()):
        return False
    return Login.objects.filter(pk=int(number), person_id=actor.person).exists()


def names_of(refs: Iterable[str]) -> dict[str, str]:
    """The shown names of actors that are logins, by their reference; who has none is left out. One query."""
    known = {ref: ref.removeprefix("login:") for ref in set(refs) if ref.startswith("login:")}
    ids = {ref: int(number) for ref, number in known.items() if number.isascii() and number.isdigit()}
    rows = Login.objects.filter(pk__in=sorted(ids.values()))
    names = {pk: shown or name for pk, shown, name in rows.values_list("id", "display_name", "username")}
    return {ref: names[pk] for ref, pk in ids.items() if pk in names}


def office_logins() -> list[tuple[str, str]]:
    """The reference and shown name of every active login of the offices, by name. One query."""
    offices = (Role.CASE_OFFICER, Role.RESPONSIBLE, Role.ACCOUNTING, Role.AUDITOR)
    rows = (
        Login.objects.filter(is_active=True, grants__role__in=offices)
        .distinct()
        .order_by("display_name", "username")
    )
    return [(f"login:{login.pk}", login.display_name or login.username) for login in rows]
