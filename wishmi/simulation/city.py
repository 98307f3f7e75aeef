"""The synthetic city: columns for the laboratory, households one by one for everybody else."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from wishmi.core.fiscal_code import Sex
from wishmi.simulation.draws import Aspect, stream
from wishmi.simulation.families import FamilyColumns, Ints, build_families
from wishmi.simulation.indicator import indicators
from wishmi.simulation.people import Names, PersonColumns, build_people, collect_names
from wishmi.simulation.profile import FAMILY_TYPES, CityProfile

Scale = Literal["small", "city"]
FamilyType = Literal["married", "cohabiting", "single"]


@dataclass(frozen=True, slots=True)
class SyntheticPerson:
    """An invented person; the fiscal code is well formed and nobody's, its place code was never assigned."""

    given_name: str
    family_name: str
    sex: Sex
    born_on: date
    fiscal_code: str
    disabled: bool


@dataclass(frozen=True, slots=True)
class SyntheticHousehold:
    """An invented family with minors; numbers start at one. `isee_cents` is the indicator INPS attested if
    `isee_attested`, else what it would attest if it were asked.
    """

    number: int
    district_number: int
    address: str
    family_type: FamilyType
    head_citizenship: str
    language: str
    guardians: tuple[SyntheticPerson, ...]
    minors: tuple[SyntheticPerson, ...]
    disabled_members: int
    isee_cents: int
    isee_attested: bool


@dataclass(frozen=True, slots=True)
class HouseholdColumns:
    """What households have beside their family: indicator (cents), members with a disability, address, language."""

    isee_cents: Ints
    isee_attested: NDArray[np.bool_]
    disabled_members: Ints
    street: Ints
    house_number: Ints
    italian: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SyntheticCity:
    """A whole city on the day `on`. Row `n` of the columns is household `n + 1`.

    `guardian_starts` and `minor_starts` say where a household's persons begin; they have one entry more than there
    are households.
    """

    profile: CityProfile
    scale: Scale
    seed: int
    on: date
    names: Names
    families: FamilyColumns
    other: HouseholdColumns
    guardians: PersonColumns
    minors: PersonColumns
    guardian_starts: Ints
    minor_starts: Ints

    def __len__(self) -> int:
        """How many households there are."""
        return int(self.families.kind.size)

    def household(self, number: int) -> SyntheticHousehold:
        """The household with this number, from one."""
        if not 1 <= number <= len(self):
            message = f"there is no household {number}"
            raise IndexError(message)
        return next(self.households(number, number))

    def households(self, first: int = 1, last: int | None = None) -> Iterator[SyntheticHousehold]:
        """The households from number `first` to `last`, made as they are asked for."""
        stop = len(self) if last is None else last
        for start in range(first - 1, stop, _BATCH):
            yield from _households(self, start, min(start + _BATCH, stop))

    def digest(self) -> str:
        """SHA-256 of all columns: equal digests, equal cities."""
        total = hashlib.sha256()
        for columns in (self.families, self.other, self.guardians, self.minors):
            for field in fields(columns):
                total.update(np.ascontiguousarray(getattr(columns, field.name)).tobytes())
        return total.hexdigest()


_BATCH = 4096


def _starts(counts: Ints) -> Ints:
    starts: Ints = np.concatenate(([0], np.cumsum(counts)))
    return starts


def _other_columns(
    profile: CityProfile, families: FamilyColumns, people: tuple[PersonColumns, PersonColumns], seed: int
) -> HouseholdColumns:
    size = families.kind.size
    isee_cents, isee_attested = indicators(profile, families, seed)
    disabled = sum(np.bincount(group.household[group.disabled], minlength=size) for group in people)
    # The first spawned stream is the persons' own; further members get one of theirs.
    further = stream(seed, Aspect.DISABILITY).spawn(1)[0].random(size) < profile.disability.other_member_share
    chance = stream(seed, Aspect.ADDRESSES)
    italian = np.array([entry.italian for entry in profile.citizenships.values()])
    return HouseholdColumns(
        isee_cents,
        isee_attested,
        disabled + further.astype(np.int64),
        chance.integers(0, len(profile.words.streets), size),
        chance.integers(1, 120, size),
        chance.random(size) < italian[families.citizenship],
    )


def generate_city(profile: CityProfile, scale: Scale, seed: int, on: date) -> SyntheticCity:
    """The city that follows from a profile, a scale, a seed and a day; equal arguments give equal cities.

    At city scale it has exactly the profile's families and minors; at small scale as many minors per family.
    """
    count = profile.city.families if scale == "city" else profile.small.families
    minors = round(profile.city.minors * count / profile.city.families)
    families = build_families(profile, count, minors, seed)
    names = collect_names(profile.origins)
    guardians, children = build_people(profile, families, names, on, seed)
    return SyntheticCity(
        profile,
        scale,
        seed,
        on,
        names,
        families,
        _other_columns(profile, families, (guardians, children), seed),
        guardians,
        children,
        _starts(np.bincount(guardians.household, minlength=count)),
        _starts(families.minors),
    )


def _persons(names: Names, columns: PersonColumns, start: int, stop: int) -> list[SyntheticPerson]:
    rows = slice(start, stop)
    return [
        SyntheticPerson(
            names.given[given],
            names.family[family],
            "F" if female else "M",
            date.fromordinal(born),
            code.decode(),
            disabled,
        )
        for given, family, female, born, code, disabled in zip(
            columns.given_name[rows].tolist(),
            columns.family_name[rows].tolist(),
            columns.female[rows].tolist(),
            columns.born[rows].tolist(),
            columns.codes[rows].tolist(),
            columns.disabled[rows].tolist(),
            strict=True,
        )
    ]


def _households(city: SyntheticCity, start: int, stop: int) -> Iterator[SyntheticHousehold]:
    profile, own, families = city.profile, city.other, city.families
    guardian_starts = city.guardian_starts[start : stop + 1].tolist()
    minor_starts = city.minor_starts[start : stop + 1].tolist()
    guardians = _persons(city.names, city.guardians, guardian_starts[0], guardian_starts[-1])
    minors = _persons(city.names, city.minors, minor_starts[0], minor_starts[-1])
    codes = tuple(profile.citizenships)
    origins = tuple(profile.origins.values())
    for place, row in enumerate(range(start, stop)):
        district = profile.districts[families.district[row]]
        first_guardian, end_guardian = (
            each - guardian_starts[0] for each in guardian_starts[place : place + 2]
        )
        first_minor, end_minor = (each - minor_starts[0] for each in minor_starts[place : place + 2])
        origin = origins[city.guardians.origin[guardian_starts[place]]]
        street = profile.words.streets[own.street[row]]
        yield SyntheticHousehold(
            number=row + 1,
            district_number=district.number,
            address=f"{street} {own.house_number[row]}, {district.cap} {profile.city.name}",
            family_type=_FAMILY_TYPES[families.kind[row]],
            head_citizenship=codes[families.citizenship[row]],
            language="it" if own.italian[row] else origin.language,
            guardians=tuple(guardians[first_guardian:end_guardian]),
            minors=tuple(minors[first_minor:end_minor]),
            disabled_members=int(own.disabled_members[row]),
            isee_cents=int(own.isee_cents[row]),
            isee_attested=bool(own.isee_attested[row]),
        )


_FAMILY_TYPES: tuple[FamilyType, ...] = ("married", "cohabiting", "single")
assert _FAMILY_TYPES == FAMILY_TYPES
