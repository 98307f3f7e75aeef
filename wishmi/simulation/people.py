"""Guardians and minors as columns: sex, birth, names, fiscal codes that are unique in the city."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from wishmi.core.fiscal_code import family_name_code, given_name_code
from wishmi.simulation.births import births_of_guardians, births_of_minors
from wishmi.simulation.codes import Codes, Letters, fiscal_codes, letter_table, repeated
from wishmi.simulation.draws import Aspect, stream
from wishmi.simulation.families import SINGLE, FamilyColumns, Floats, Ints, parts
from wishmi.simulation.profile import CityProfile, Origin

Flags = NDArray[np.bool_]
_ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Names:
    """All names of the city in two lists, and where each origin's stand in them.

    `given_start` and `given_count` have one row per origin and two columns, male and female.
    """

    given: tuple[str, ...]
    family: tuple[str, ...]
    given_start: Ints
    given_count: Ints
    family_start: Ints
    family_count: Ints
    given_letters: Letters
    family_letters: Letters


@dataclass(frozen=True, slots=True)
class PersonColumns:
    """One row per person. `household` is the place of its family; `origin` in the profile's origins; `given_name` and
    `family_name` in the names; `born` the ordinal of a day.
    """

    household: Ints
    origin: Ints
    female: Flags
    born: Ints
    given_name: Ints
    family_name: Ints
    disabled: Flags
    codes: Codes


def collect_names(origins: Mapping[str, Origin]) -> Names:
    """The names of all origins, side by side."""
    given: list[str] = []
    family: list[str] = []
    starts, counts, family_starts, family_counts = [], [], [], []
    for origin in origins.values():
        starts.append((len(given), len(given) + len(origin.male)))
        counts.append((len(origin.male), len(origin.female)))
        given += [*origin.male, *origin.female]
        family_starts.append(len(family))
        family_counts.append(len(origin.family))
        family += origin.family
    return Names(
        tuple(given),
        tuple(family),
        np.array(starts),
        np.array(counts),
        np.array(family_starts),
        np.array(family_counts),
        letter_table([given_name_code(name) for name in given]),
        letter_table([family_name_code(name) for name in family]),
    )


def _given(names: Names, origin: Ints, female: Flags, points: Floats) -> Ints:
    sex = female.astype(np.int64)
    return names.given_start[origin, sex] + (points * names.given_count[origin, sex]).astype(np.int64)


def _family(names: Names, origin: Ints, points: Floats) -> Ints:
    return names.family_start[origin] + (points * names.family_count[origin]).astype(np.int64)


def _origins_of_heads(profile: CityProfile, families: FamilyColumns, chance: np.random.Generator) -> Ints:
    """Each head's origin: the shares of its citizenship, exact in the city, dealt at random."""
    places = {code: place for place, code in enumerate(profile.origins)}
    origin = np.empty_like(families.citizenship)
    for place, citizenship in enumerate(profile.citizenships.values()):
        rows = np.flatnonzero(families.citizenship == place)
        if rows.size:
            counts = parts(rows.size, np.array(list(citizenship.origins.values())))
            known = [places[code] for code in citizenship.origins]
            origin[rows] = chance.permutation(np.repeat(known, counts))
    return origin


@dataclass(frozen=True, slots=True)
class _Heads:
    """Per family: sex, origin and birth of head and second guardian, the latter without meaning for one parent."""

    female: tuple[Flags, Flags]
    origin: tuple[Ints, Ints]
    born: tuple[Ints, Ints]
    family_name: tuple[Ints, Ints]


def _heads(
    profile: CityProfile, families: FamilyColumns, names: Names, first_births: Ints, seed: int
) -> _Heads:
    chance = stream(seed, Aspect.GUARDIANS)
    known = profile.guardians
    size = families.kind.size
    single = families.kind == SINGLE
    share = np.where(single, known.single_female_share, known.couple_head_female_share)
    head_female = chance.random(size) < share
    second_female = head_female == (chance.random(size) < known.same_sex_share)
    head_origin = _origins_of_heads(profile, families, chance)
    mixed = chance.random(size) < known.mixed_share
    second_origin = np.where(mixed, head_origin[chance.integers(0, size, size)], head_origin)
    naming = stream(seed, Aspect.NAMES)
    return _Heads(
        (head_female, second_female),
        (head_origin, second_origin),
        births_of_guardians(first_births, head_female, known, chance),
        (
            _family(names, head_origin, naming.random(size)),
            _family(names, second_origin, naming.random(size)),
        ),
    )


def _guardian_columns(families: FamilyColumns) -> tuple[Ints, Ints]:
    """For each guardian its family and which of the two it is; heads first in each family."""
    count = 2 - (families.kind == SINGLE).astype(np.int64)
    household = np.repeat(np.arange(count.size), count)
    first = np.concatenate(([0], np.cumsum(count)))[:-1]
    return household, np.arange(household.size) - first[household]


def _uncoded(household: Ints, origin: Ints, female: Flags, born: Ints, family_name: Ints) -> PersonColumns:
    size = household.size
    none = np.zeros(size, dtype=np.int64)
    return PersonColumns(
        household, origin, female, born, none, family_name, np.zeros(size, dtype=np.bool_), none.astype("S16")
    )


def _named(people: PersonColumns, names: Names, place_code: str, seed: int, minor: Flags) -> PersonColumns:
    """Given names and codes, drawn again where two persons would share a code or two minors of a family a name.

    The tax office gives homonyms a changed code; here one of them simply has another name.
    """
    size = people.household.size
    given = _given(names, people.origin, people.female, stream(seed, Aspect.NAMES).spawn(1)[0].random(size))
    chance = stream(seed, Aspect.HOMONYMS)
    for _ in range(_ROUNDS):
        codes = fiscal_codes(
            names.family_letters[people.family_name],
            names.given_letters[given],
            people.born,
            people.female,
            place_code,
        )
        pairs = people.household * len(names.given) + given
        # Guardians may well have the name of a child; only brothers and sisters are told apart by it.
        pairs = np.where(minor, pairs, -1 - np.arange(size))
        again = np.union1d(repeated(codes), repeated(pairs))
        if not again.size:
            return replace(people, given_name=given, codes=codes)
        given[again] = _given(names, people.origin[again], people.female[again], chance.random(again.size))
    message = "there are not enough names for as many persons"
    raise ValueError(message)


def _disabled(profile: CityProfile, people: PersonColumns, minor: Flags, seed: int) -> Flags:
    known = profile.disability
    of_minors = np.where(people.female, known.minor_female_share, known.minor_male_share)
    share = np.where(minor, of_minors, known.guardian_share)
    chosen: Flags = stream(seed, Aspect.DISABILITY).random(share.size) < share
    return chosen


def _part(people: PersonColumns, rows: slice) -> PersonColumns:
    return PersonColumns(*(getattr(people, name)[rows] for name in PersonColumns.__slots__))


def _joined(first: PersonColumns, second: PersonColumns) -> PersonColumns:
    columns = ((getattr(first, name), getattr(second, name)) for name in PersonColumns.__slots__)
    return PersonColumns(*(np.concatenate(pair) for pair in columns))


def build_people(
    profile: CityProfile, families: FamilyColumns, names: Names, on: date, seed: int
) -> tuple[PersonColumns, PersonColumns]:
    """Guardians and minors of the families, each in the order of the households."""
    chance = stream(seed, Aspect.MINORS)
    born = births_of_minors(families.minors, profile.children, on, chance)
    starts = np.concatenate(([0], np.cumsum(families.minors)))[:-1]
    heads = _heads(profile, families, names, born[starts], seed)

    household, which = _guardian_columns(families)
    guardians = _uncoded(
        household,
        np.stack(heads.origin)[which, household],
        np.stack(heads.female)[which, household],
        np.stack(heads.born)[which, household],
        np.stack(heads.family_name)[which, household],
    )
    family = np.repeat(np.arange(families.minors.size), families.minors)
    # The father's name where there is a father, else the head's.
    second_names = heads.female[0] & ~heads.female[1] & (families.kind != SINGLE)
    family_name = np.where(second_names, heads.family_name[1], heads.family_name[0])[family]
    female = chance.random(family.size) < profile.children.female_share
    minors = _uncoded(family, heads.origin[0][family], female, born, family_name)

    people = _joined(guardians, minors)
    minor = np.arange(people.household.size) >= guardians.household.size
    people = _named(people, names, profile.fiscal_codes.place_code, seed, minor)
    people = replace(people, disabled=_disabled(profile, people, minor, seed))
    cut = guardians.household.size
    return _part(people, slice(None, cut)), _part(people, slice(cut, None))
