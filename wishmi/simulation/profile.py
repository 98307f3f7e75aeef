"""The profile of a city: its districts, its assumptions, the words its invented people and bodies are named with.

Everything here is read from a folder of a city; nothing in the package knows which city it is.
"""

import csv
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wishmi.core.languages import LANGUAGES
from wishmi.simulation.assumptions import (
    Applications,
    Behaviour,
    Children,
    Citizenship,
    City,
    Defects,
    Disability,
    FiscalCodes,
    Guardians,
    Isee,
    Offer,
    ProfileError,
    Small,
    table,
)

FAMILY_TYPES = ("married", "cohabiting", "single")
PILLARS = (
    "social_relations",
    "physical_activity",
    "healthcare",
    "education_training",
    "talents_creativity",
    "self_determination",
    "quality_common_spaces",
)
_HEADS = "heads_"


@dataclass(frozen=True, slots=True)
class District:
    """One district: its point (WGS 84 degrees), post code (`cap`), families with minors by type, household heads.

    `heads` counts households of every kind, in the order of the profile's citizenships; incomes are euro a year.
    """

    number: int
    name: str
    municipio: str
    lat: float
    lon: float
    cap: str
    residents: int
    foreign_share: float | None
    families: tuple[int, int, int]
    heads: tuple[int, ...]
    mean_income_eur: int


@dataclass(frozen=True, slots=True)
class Origin:
    """A community's names, and the language the platform writes to it in."""

    language: str
    female: tuple[str, ...]
    male: tuple[str, ...]
    family: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LegalForm:
    """A kind of body: its share of the providers, the beginning of its name, whether it has a VAT number."""

    share: float
    prefix: str
    commercial: bool


@dataclass(frozen=True, slots=True)
class Template:
    """An activity before it has a provider, a place and a price: prices in euro, ages inclusive."""

    category: str
    title_it: str
    title_en: str
    summary_it: str
    summary_en: str
    pillars: tuple[str, ...]
    ages: tuple[tuple[int, int], ...]
    price_eur: tuple[int, int]
    hours: float
    meetings: int
    every_days: int


@dataclass(frozen=True, slots=True)
class Words:
    """What providers, streets and activities are made of."""

    categories: Mapping[str, float]
    legal_forms: Mapping[str, LegalForm]
    things: tuple[str, ...]
    qualities: tuple[str, ...]
    streets: tuple[str, ...]
    title_it: str
    title_en: str
    activities: tuple[Template, ...]


@dataclass(frozen=True, slots=True)
class CityProfile:
    """All that the generator knows of a city."""

    districts: tuple[District, ...]
    city: City
    small: Small
    fiscal_codes: FiscalCodes
    children: Children
    guardians: Guardians
    disability: Disability
    isee: Isee
    citizenships: Mapping[str, Citizenship]
    applications: Applications
    defects: Defects
    behaviour: Behaviour
    offer: Offer
    origins: Mapping[str, Origin]
    words: Words


def districts_from_csv(lines: Iterable[str]) -> tuple[tuple[str, ...], tuple[District, ...]]:
    """The citizenships the table knows, in its order, and its districts."""
    rows = csv.DictReader(lines)
    citizenships = tuple(
        name.removeprefix(_HEADS) for name in rows.fieldnames or () if name.startswith(_HEADS)
    )
    districts = []
    for row in rows:
        try:
            districts.append(_district(row, citizenships))
        except (KeyError, ValueError) as error:
            message = f"districts, line {rows.line_num}: {error}"
            raise ProfileError(message) from error
    return citizenships, tuple(districts)


def _district(row: Mapping[str, str], citizenships: tuple[str, ...]) -> District:
    married, cohabiting, single = (int(row[f"families_{kind}"]) for kind in FAMILY_TYPES)
    return District(
        number=int(row["number"]),
        name=row["name"],
        municipio=row["municipio"],
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        cap=row["cap"],
        residents=int(row["residents"]),
        foreign_share=float(row["foreign_share"]) if row["foreign_share"] else None,
        families=(married, cohabiting, single),
        heads=tuple(int(row[_HEADS + code]) for code in citizenships),
        mean_income_eur=int(row["mean_income_eur"]),
    )


def _words_of(text: str) -> tuple[str, ...]:
    """A list written as words; an underscore stands for a blank."""
    return tuple(word.replace("_", " ") for word in text.split())


def _origins(data: Mapping[str, Any]) -> dict[str, Origin]:
    origins = {}
    for code, names in data["origins"].items():
        origin = Origin(names["language"], *(_words_of(names[part]) for part in ("female", "male", "family")))
        if origin.language not in LANGUAGES:
            message = f"names, {code}: {origin.language!r} is not a language of the platform"
            raise ProfileError(message)
        origins[code] = origin
    return origins


def _words(data: Mapping[str, Any]) -> Words:
    activities = tuple(
        table(Template, item, f"offer, activity {number}")
        for number, item in enumerate(data["activities"], 1)
    )
    for activity in activities:
        if activity.category not in data["categories"] or not set(activity.pillars) <= set(PILLARS):
            message = f"offer, {activity.title_it}: unknown category or pillar"
            raise ProfileError(message)
    return Words(
        categories=data["categories"],
        legal_forms={
            code: table(LegalForm, form, f"offer, {code}") for code, form in data["legal_forms"].items()
        },
        things=_words_of(data["names"]["things"]),
        qualities=_words_of(data["names"]["qualities"]),
        streets=tuple(data["streets"]["names"]),
        title_it=data["ages"]["it"],
        title_en=data["ages"]["en"],
        activities=activities,
    )


def profile_from(
    district_lines: Iterable[str],
    assumptions: Mapping[str, Any],
    names: Mapping[str, Any],
    offer: Mapping[str, Any],
) -> CityProfile:
    """The profile from what stands in the four files; raises ProfileError where they do not fit each other."""
    codes, districts = districts_from_csv(district_lines)
    given = {key: value for key, value in assumptions["citizenships"].items() if key != "source"}
    origins = _origins(names)
    profile = CityProfile(
        districts=districts,
        city=table(City, assumptions["city"], "city"),
        small=table(Small, assumptions["small"], "small"),
        fiscal_codes=table(FiscalCodes, assumptions["fiscal_codes"], "fiscal_codes"),
        children=table(Children, assumptions["children"], "children"),
        guardians=table(Guardians, assumptions["guardians"], "guardians"),
        disability=table(Disability, assumptions["disability"], "disability"),
        isee=table(Isee, assumptions["isee"], "isee"),
        citizenships={code: table(Citizenship, given.get(code), f"citizenships.{code}") for code in codes},
        applications=table(Applications, assumptions["applications"], "applications"),
        defects=table(Defects, assumptions["defects"], "defects"),
        behaviour=table(Behaviour, assumptions["behaviour"], "behaviour"),
        offer=table(Offer, assumptions["offer"], "offer"),
        origins=origins,
        words=_words(offer),
    )
    _check(profile)
    return profile


def _check(profile: CityProfile) -> None:
    families = sum(sum(district.families) for district in profile.districts)
    if families != profile.city.families:
        message = f"the districts have {families} families, the city is said to have {profile.city.families}"
        raise ProfileError(message)
    for code, citizenship in profile.citizenships.items():
        unknown = citizenship.origins.keys() - profile.origins.keys()
        if unknown:
            message = f"citizenships.{code}: no names for {sorted(unknown)}"
            raise ProfileError(message)


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def load_profile(folder: Path) -> CityProfile:
    """The profile in `folder`: districts.csv, assumptions.toml, names.toml, offer.toml."""
    with (folder / "districts.csv").open(encoding="utf-8", newline="") as lines:
        return profile_from(
            lines,
            _toml(folder / "assumptions.toml"),
            _toml(folder / "names.toml"),
            _toml(folder / "offer.toml"),
        )
