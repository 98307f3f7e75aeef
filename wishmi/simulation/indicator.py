"""The attested indicator (ISEE) of families: calibrated on what INPS publishes, shifted by district and family.

The indicator is drawn, never computed from incomes: only INPS attests one, and the platform stores what it attests.
"""

import numpy as np
from numpy.typing import NDArray

from wishmi.simulation.assumptions import Isee
from wishmi.simulation.draws import Aspect, stream
from wishmi.simulation.families import COHABITING, SINGLE, FamilyColumns, Floats, Ints
from wishmi.simulation.profile import CityProfile


def cents_at(isee: Isee, rank: Floats) -> Ints:
    """The indicator in cents at a rank from 0 to 1 among attested families."""
    shares = np.array([share for share, _ in isee.points])
    euro = np.array([value for _, value in isee.points])
    cents: Ints = np.rint(np.interp(rank, shares, euro) * 100).astype(np.int64)
    return cents


def _latent(profile: CityProfile, families: FamilyColumns, chance: np.random.Generator) -> Floats:
    """What orders families by means, in logarithms of income around the city's mean."""
    isee = profile.isee
    incomes = np.log(np.array([district.mean_income_eur for district in profile.districts], dtype=np.float64))
    weights = np.array([sum(district.families) for district in profile.districts], dtype=np.float64)
    relative = incomes - np.average(incomes, weights=weights)
    by_citizenship = np.array([entry.income for entry in profile.citizenships.values()])
    latent: Floats = (
        isee.district_elasticity * relative[families.district]
        + by_citizenship[families.citizenship]
        + isee.per_further_minor * (families.minors - 1)
        + isee.single * (families.kind == SINGLE)
        + isee.cohabiting * (families.kind == COHABITING)
        + isee.spread * chance.standard_normal(families.kind.size)
    )
    return latent


def _ranks(values: Floats) -> Floats:
    ranks = np.empty(values.size)
    ranks[np.argsort(values, kind="stable")] = (np.arange(values.size) + 0.5) / values.size
    return ranks


def indicators(profile: CityProfile, families: FamilyColumns, seed: int) -> tuple[Ints, NDArray[np.bool_]]:
    """The indicator of each family in cents, and whether INPS has attested it.

    Attested families take the published distribution exactly, by rank. A family without an attestation is given the
    amount it would have beside the attested families of the same means.
    """
    chance = stream(seed, Aspect.ISEE)
    latent = _latent(profile, families, chance)
    places = np.array([place for place, _ in profile.isee.attested])
    shares = np.array([share for _, share in profile.isee.attested])
    attested = chance.random(latent.size) < np.interp(_ranks(latent), places, shares)
    known = np.sort(latent[attested])
    rank = np.interp(latent, known, (np.arange(known.size) + 0.5) / known.size)
    return cents_at(profile.isee, rank), attested
