"""What can be asked about people."""

from datetime import date

from wishmi.infra.actor import Actor, Role
from wishmi.people.models import Guardianship, Household, IseeAttestation, Login, Person


def actor_of(login: Login) -> Actor:
    """The actor behind a login: its roles, and the household or provider it acts for."""
    roles = frozenset(Role(role) for role in login.grants.values_list("role", flat=True))
    membership = getattr(login, "provider_membership", None)
    return Actor(
        ref=f"login:{login.pk}",
        roles=roles,
        person=login.person_id,
        household=login.person.household_id if login.person else None,
        provider=membership.provider_id if membership else None,
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


def demo_personas() -> list[Login]:
    """The logins one can take on in demo mode."""
    return list(Login.objects.filter(is_demo_persona=True).prefetch_related("grants").order_by("id"))
