"""Families as columns: where they live, of what kind they are, and how many minors they have."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wishmi.core.money import split
from wishmi.simulation.draws import Aspect, stream
from wishmi.simulation.profile import FAMILY_TYPES, CityProfile

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SINGLE = FAMILY_TYPES.index("single")
COHABITING = FAMILY_TYPES.index("cohabiting")
_PRECISION = 1_000_000


@dataclass(frozen=True, slots=True)
class FamilyColumns:
    """One row per family, in the order of household numbers.

    `district` is the place in the profile's districts, `kind` in FAMILY_TYPES, `citizenship` (of the head) in the
    profile's citizenships; `minors` is how many.
    """

    district: Ints
    kind: Ints
    citizenship: Ints
    minors: Ints


def parts(total: int, weights: Floats) -> Ints:
    """`total` split in proportion to `weights` by largest remainder."""
    return np.array(split(total, [round(float(weight) * _PRECISION) for weight in weights]), dtype=np.int64)


def expected_heads(profile: CityProfile) -> Ints:
    """Families with minors by district (rows) and citizenship of the head (columns), rows exact.

    The table counts the heads of households of every kind. Their shares in a district are carried over to its
    families with minors, each citizenship weighted by how much likelier it is to have minors.
    """
    weights = np.array([citizenship.weight for citizenship in profile.citizenships.values()])
    rows = []
    for district in profile.districts:
        heads = np.array(district.heads, dtype=np.float64) * weights
        rows.append(parts(sum(district.families), heads))
    return np.array(rows)


def _whole_city(profile: CityProfile, chance: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    counts = np.array([district.families for district in profile.districts])
    kinds = len(FAMILY_TYPES)
    cells = np.repeat(np.arange(counts.size), counts.ravel())
    district, kind = cells // kinds, cells % kinds
    heads = expected_heads(profile)
    citizenship = np.empty_like(district)
    # Kinds stand in order inside a district; citizenships are dealt to them in a shuffled order, so that both
    # margins hold exactly and are independent of each other inside a district.
    shuffled = np.lexsort((chance.random(district.size), district))
    citizenship[shuffled] = np.repeat(np.arange(heads.size) % heads.shape[1], heads.ravel())
    return district, kind, citizenship


def _sample(rows: tuple[Ints, Ints, Ints], size: int, chance: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Every n-th family of the ordered city: a small city keeps the shape of the large one, rare kinds too."""
    district, kind, citizenship = rows
    ordered = np.lexsort((citizenship, kind, district))
    step = district.size / size
    taken = ordered[np.floor((np.arange(size) + chance.random()) * step).astype(np.int64)]
    return district[taken], kind[taken], citizenship[taken]


def _minors(
    profile: CityProfile, kind: Ints, citizenship: Ints, total: int, chance: np.random.Generator
) -> Ints:
    """How many minors each family has: exactly `total` together, the larger families where the tilt puts them."""
    sizes = parts(kind.size, np.array(profile.children.shares))
    missing = total - int(sizes @ np.arange(1, sizes.size + 1))
    # One family moved from one minor to two adds one minor: the smallest change that meets the total.
    sizes[0] -= missing
    sizes[1] += missing
    if sizes.min() < 0:
        message = f"the shares of families by number of minors cannot give {total} minors"
        raise ValueError(message)
    kinds = np.array([profile.children.size_tilt[name] for name in FAMILY_TYPES])
    tilts = np.array([entry.size for entry in profile.citizenships.values()])
    propensity = chance.gumbel(size=kind.size) + kinds[kind] + tilts[citizenship]
    minors = np.empty_like(kind)
    minors[np.argsort(propensity, kind="stable")] = np.repeat(np.arange(1, sizes.size + 1), sizes)
    return minors


def build_families(profile: CityProfile, families: int, minors: int, seed: int) -> FamilyColumns:
    """The columns of `families` families with `minors` minors; the whole city if it has so many, else a sample."""
    chance = stream(seed, Aspect.FAMILIES)
    rows = _whole_city(profile, chance)
    if families < profile.city.families:
        rows = _sample(rows, families, chance)
    # Household numbers must not tell the district: the rows are dealt anew.
    dealt = chance.permutation(families)
    district, kind, citizenship = (column[dealt] for column in rows)
    sizes = _minors(profile, kind, citizenship, minors, stream(seed, Aspect.SIZES))
    return FamilyColumns(district, kind, citizenship, sizes)
