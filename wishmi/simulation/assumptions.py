"""The typed form of a city's assumptions. What each means is written beside its value in the city's own file."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TypeVar

Pairs = tuple[tuple[float, float], ...]
"""Points of a piecewise-linear curve, or steps: each a border and its value."""


@dataclass(frozen=True, slots=True)
class City:
    """The whole: name, time zone, and the totals that must come out exactly."""

    name: str
    timezone: str
    families: int
    minors: int
    services: int


@dataclass(frozen=True, slots=True)
class Small:
    """The small scale: the same shape with fewer families and services."""

    families: int
    services: int


@dataclass(frozen=True, slots=True)
class FiscalCodes:
    """The place code of invented persons: one that no municipality and no state ever had."""

    place_code: str


@dataclass(frozen=True, slots=True)
class Children:
    """How many children families have and how their births lie."""

    shares: tuple[float, ...]
    youngest_weight: float
    months_between: int
    twin_share: float
    female_share: float
    size_tilt: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Guardians:
    """Who heads a family; ages in years."""

    single_female_share: float
    couple_head_female_share: float
    same_sex_share: float
    mixed_share: float
    age_at_first_birth: float
    age_spread: float
    partner_age_gap: float


@dataclass(frozen=True, slots=True)
class Disability:
    """Shares of persons with a disability."""

    minor_female_share: float
    minor_male_share: float
    guardian_share: float
    other_member_share: float


@dataclass(frozen=True, slots=True)
class Isee:
    """The distribution of the attested indicator (euro) and what orders families on it."""

    points: Pairs
    attested: Pairs
    district_elasticity: float
    spread: float
    per_further_minor: float
    single: float
    cohabiting: float


@dataclass(frozen=True, slots=True)
class Citizenship:
    """What distinguishes families by the citizenship of their head."""

    weight: float
    income: float
    size: float
    italian: float
    origins: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Applications:
    """Who applies and when."""

    families_at_city_scale: int
    threshold_eur: int
    weights: Pairs
    other_language_factor: float
    child_named_share: float
    second_guardian_share: float
    first_day_share: float
    last_days_share: float
    last_days: int
    hours: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Defects:
    """Shares of applications with something wrong; a defect belongs to one application."""

    not_resident: float
    isee_other_year: float
    isee_omissions: float
    isee_differs: float
    above_threshold: float
    duplicate: float
    child_of_age_share: float


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What families do with an award and a voucher."""

    accepts: float
    renounces: float
    answer_days: float
    bookings: tuple[float, ...]
    distance_km: float
    full_price_appeal: float
    cancels: float
    no_show: float
    returns_to_provider: float


@dataclass(frozen=True, slots=True)
class Offer:
    """How many services there are, where, and their invented identifiers."""

    activities_per_provider: float
    voucher_accepted_share: float
    elsewhere_share: float
    scatter_degrees: float
    families_power: float
    income_power: float
    sessions: tuple[int, int]
    capacity: tuple[int, int]
    other_languages_share: float
    holder_from: int
    vat_office: str
    bank: str
    branch: str


Table = TypeVar("Table")


class ProfileError(ValueError):
    """A profile that cannot be used; the message names the place."""


def _frozen(value: object) -> object:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def table(kind: type[Table], data: object, place: str) -> Table:
    """One table of the file as its dataclass; the key `source` is the reader's and is left out.

    Raises ProfileError when a key is missing or unknown: an assumption nobody reads is a mistake nobody sees.
    """
    if not isinstance(data, Mapping):
        message = f"{place}: a table is needed"
        raise ProfileError(message)
    given = {key: _frozen(value) for key, value in data.items() if key != "source"}
    wanted = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    if given.keys() != wanted:
        missing, unknown = sorted(wanted - given.keys()), sorted(given.keys() - wanted)
        message = f"{place}: missing {missing}, unknown {unknown}"
        raise ProfileError(message)
    return kind(**given)
