"""Registering households, attesting indicators, giving logins."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from wishmi.core.facts import ISEE_KINDS, plain
from wishmi.core.languages import LANGUAGES
from wishmi.core.outcome import Refused
from wishmi.core.reasons import ReasonCode
from wishmi.core.rules.vocabulary import FACTS_OF_ONE, Source, Value, why_not_value
from wishmi.infra import audit, outbox
from wishmi.infra.actor import Actor, Role
from wishmi.infra.fields import blind_index
from wishmi.infra.pieces import pieces
from wishmi.infra.refs import new_ref
from wishmi.people.models import (
    Guardianship,
    Household,
    IseeAttestation,
    Login,
    Person,
    RegisterFact,
    RoleGrant,
)
from wishmi.people.policies import may_register

_BATCH = 2000
_MOST_CENTS = 10**12
_LONGEST_PROTOCOL = 40


@dataclass(frozen=True, slots=True)
class PersonSpec:
    """A person to be registered; `fiscal_code` has been checked at the door."""

    given_name: str
    family_name: str
    sex: str
    born_on: date
    fiscal_code: str
    disabled: bool


@dataclass(frozen=True, slots=True)
class IseeSpec:
    """An attestation; `cents` as attested."""

    cents: int
    kind: str
    issued_on: date
    valid_until: date
    dsu_protocol: str
    omissions: bool = False
    attested: bool = True

    @property
    def is_plausible(self) -> bool:
        """Whether it can be an indicator at all; whether it is enough is for the call to say."""
        known = self.kind in ISEE_KINDS and self.kind != ""
        in_bounds = 0 <= self.cents <= _MOST_CENTS and len(self.dsu_protocol) <= _LONGEST_PROTOCOL
        return known and in_bounds and self.issued_on <= self.valid_until


@dataclass(frozen=True, slots=True)
class HouseholdSpec:
    """A household to be registered, with its guardians and minors."""

    district_id: int | None
    address: str
    resident: bool
    lone_parent: bool
    language: str
    guardians: tuple[PersonSpec, ...]
    minors: tuple[PersonSpec, ...]
    guardian_kind: str = Guardianship.Kind.PARENT
    isee: IseeSpec | None = None
    others: tuple[PersonSpec, ...] = ()
    """Adults without a child in the household, who apply for themselves."""


@dataclass(frozen=True, slots=True)
class FactSpec:
    """A fact as a register attests it; `person_id` None for a fact of the household, `valid_until` None for no end."""

    name: str
    value: Value
    register: Source
    attested_on: date
    person_id: int | None = None
    valid_until: date | None = None

    @property
    def is_sound(self) -> bool:
        """Whether it is a fact of the vocabulary, of whom it can be, and attested by a register."""
        if why_not_value(self.name, self.value) is not None or self.register is Source.APPLICANT:
            return False
        ends_well = self.valid_until is None or self.attested_on <= self.valid_until
        return ends_well and (self.person_id is not None) is (self.name in FACTS_OF_ONE)


def fiscal_code_index(code: str) -> str:
    """The blind index of a fiscal code."""
    return blind_index(code.strip().upper(), "fiscal_code")


def register_households(
    moment: datetime, actor: Actor, specs: Sequence[HouseholdSpec]
) -> list[Household] | Refused:
    """Register households with their persons, ties and attestations; all or none.

    Refused if a fiscal code is registered already. A household is in no one's way until it applies: one audit record
    tells of the whole load, an event of each household is not written.
    """
    if not may_register(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        households = [
            Household(
                ref=new_ref(),
                district_id=spec.district_id,
                address=spec.address,
                resident=spec.resident,
                lone_parent=spec.lone_parent,
                language=spec.language,
            )
            for spec in specs
        ]
        Household.objects.bulk_create(households, batch_size=_BATCH)
        persons, ties = _persons(households, specs)
        indexes = [person.fiscal_code_index for person in persons]
        if _known(indexes) or len(set(indexes)) != len(indexes):
            transaction.set_rollback(True)
            return Refused.because(ReasonCode.ALREADY_DONE)
        Person.objects.bulk_create(persons, batch_size=_BATCH)
        Guardianship.objects.bulk_create(
            [Guardianship(guardian=guardian, minor=minor, kind=kind) for guardian, minor, kind in ties],
            batch_size=_BATCH,
        )
        _attest(households, specs)
        audit.record(
            moment, actor, "people.registered", f"households:{len(households)}", persons=len(persons)
        )
        outbox.emit(moment, "people.registered", households=len(households), persons=len(persons))
    return households


def _known(indexes: Sequence[str]) -> bool:
    chunks = (some for some in pieces(indexes, 500))
    return any(Person.objects.filter(fiscal_code_index__in=chunk).exists() for chunk in chunks)


def _person(spec: PersonSpec, household: Household | None, role: str) -> Person:
    return Person(
        ref=new_ref(),
        household=household,
        household_role=role,
        given_name=spec.given_name,
        family_name=spec.family_name,
        sex=spec.sex,
        born_on=spec.born_on,
        fiscal_code=spec.fiscal_code,
        fiscal_code_index=fiscal_code_index(spec.fiscal_code),
        disabled=spec.disabled or None,
    )


def _persons(
    households: Sequence[Household], specs: Sequence[HouseholdSpec]
) -> tuple[list[Person], list[tuple[Person, Person, str]]]:
    persons: list[Person] = []
    ties: list[tuple[Person, Person, str]] = []
    for household, spec in zip(households, specs, strict=True):
        guardians = [_person(one, household, Person.HouseholdRole.GUARDIAN) for one in spec.guardians]
        minors = [_person(one, household, Person.HouseholdRole.MINOR) for one in spec.minors]
        persons += [*guardians, *minors]
        persons += [_person(one, household, Person.HouseholdRole.OTHER) for one in spec.others]
        ties += [(guardian, minor, spec.guardian_kind) for guardian in guardians for minor in minors]
    return persons, ties


def _attest(households: Sequence[Household], specs: Sequence[HouseholdSpec]) -> None:
    IseeAttestation.objects.bulk_create(
        [
            IseeAttestation(
                household=household,
                cents=spec.isee.cents,
                kind=spec.isee.kind,
                issued_on=spec.isee.issued_on,
                valid_until=spec.isee.valid_until,
                dsu_protocol=spec.isee.dsu_protocol,
                omissions=spec.isee.omissions,
                attested=spec.isee.attested,
            )
            for household, spec in zip(households, specs, strict=True)
            if spec.isee is not None
        ],
        batch_size=_BATCH,
    )


def attest_isee(
    moment: datetime, actor: Actor, household_id: int, spec: IseeSpec
) -> IseeAttestation | Refused:
    """Store an indicator for a household: declared by the family (not attested), or as the register attested it."""
    own = actor.is_any(Role.FAMILY) and actor.household == household_id
    if not (own and not spec.attested) and not may_register(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if not spec.is_plausible:
        return Refused.because(ReasonCode.INCOMPLETE)
    with transaction.atomic():
        household = Household.objects.select_for_update().get(pk=household_id)
        made = IseeAttestation.objects.create(
            household=household,
            cents=spec.cents,
            kind=spec.kind,
            issued_on=spec.issued_on,
            valid_until=spec.valid_until,
            dsu_protocol=spec.dsu_protocol,
            omissions=spec.omissions,
            attested=spec.attested,
        )
        audit.record(
            moment, actor, "people.isee_stored", f"household:{household.ref}", attested=spec.attested
        )
    return made


def attest_facts(
    moment: datetime, actor: Actor, household_id: int, specs: Sequence[FactSpec]
) -> list[RegisterFact] | Refused:
    """Store what registers attest of a household and its persons, all or none; older attestations stay as they are.

    An application takes what is valid on its day before what is declared.
    """
    if not may_register(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    if not specs or not all(spec.is_sound for spec in specs):
        return Refused.because(ReasonCode.INCOMPLETE)
    with transaction.atomic():
        household = Household.objects.select_for_update().get(pk=household_id)
        own = set(household.persons.values_list("id", flat=True))
        if {spec.person_id for spec in specs if spec.person_id is not None} - own:
            return Refused.because(ReasonCode.INCOMPLETE)
        made = RegisterFact.objects.bulk_create(
            RegisterFact(
                household=household,
                person_id=spec.person_id,
                name=spec.name,
                value=[plain(spec.value)],
                register=spec.register,
                attested_on=spec.attested_on,
                valid_until=spec.valid_until,
            )
            for spec in specs
        )
        names = sorted({spec.name for spec in specs})
        audit.record(moment, actor, "people.facts_attested", f"household:{household.ref}", names=names)
        outbox.emit(moment, "people.facts_attested", household=household.ref)
    return made


def register_person(moment: datetime, actor: Actor, spec: PersonSpec) -> Person | Refused:
    """A person without a household: who helps families to apply, for a school or a service."""
    if not may_register(actor):
        return Refused.because(ReasonCode.NOT_ALLOWED)
    with transaction.atomic():
        if _known([fiscal_code_index(spec.fiscal_code)]):
            return Refused.because(ReasonCode.ALREADY_DONE)
        made = _person(spec, None, Person.HouseholdRole.OTHER)
        made.save()
        audit.record(moment, actor, "people.registered", "households:0", persons=1)
        outbox.emit(moment, "people.registered", households=0, persons=1)
    return made


def give_login(
    username: str,
    password: str | None,
    roles: Iterable[Role],
    person: Person | None = None,
    display_name: str = "",
    *,
    demo_persona: bool = False,
) -> Login:
    """A login with its roles; without a password it can only be used as a demo persona."""
    with transaction.atomic():
        login = Login.objects.create_login(
            username, password, person=person, display_name=display_name, is_demo_persona=demo_persona
        )
        RoleGrant.objects.bulk_create([RoleGrant(login=login, role=role.value) for role in roles])
    return login


def choose_language(moment: datetime, actor: Actor, login_id: int, language: str) -> Login | Refused:
    """Keep the language a login reads, and that of the household it acts for: letters and messages follow it."""
    if language not in LANGUAGES:
        return Refused.because(ReasonCode.INCOMPLETE)
    with transaction.atomic():
        login = Login.objects.select_for_update().get(pk=login_id)
        if login.language == language:
            return login
        login.language = language
        login.save(update_fields=["language"])
        if actor.is_any(Role.FAMILY) and actor.household is not None:
            Household.objects.filter(pk=actor.household).update(language=language)
        audit.record(moment, actor, "people.language_chosen", f"login:{login.pk}", language=language)
    return login
