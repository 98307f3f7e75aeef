"""Invented providers, their activities and sessions: what a voucher could be spent on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from wishmi.core import iban, vat_number
from wishmi.simulation.city import Scale
from wishmi.simulation.draws import Aspect, stream
from wishmi.simulation.families import Floats, Ints, parts
from wishmi.simulation.profile import CityProfile, Template

_SUNDAY = 6
_LAST_AGE_BEFORE_SCHOOL = 5
_MORNING_HOURS = (9, 10, 11, 16, 17)
_AFTERNOON_HOURS = (14, 15, 16, 17, 18)
_CAMP_HOUR = 9
_LONGEST_AFTERNOON = 4


@dataclass(frozen=True, slots=True)
class SyntheticProvider:
    """An invented body; numbers start at one. `vat_number` is None for bodies that only have a fiscal code.

    Its identifiers are well formed and nobody's: see the city's assumptions for the ranges they come from.
    """

    number: int
    name: str
    legal_form: str
    fiscal_code: str
    vat_number: str | None
    iban: str
    district_number: int
    address: str
    email: str


@dataclass(frozen=True, slots=True)
class SyntheticActivity:
    """A service in the catalogue. Ages are inclusive; `price_cents` is for a whole edition (`SyntheticSession`)."""

    number: int
    provider_number: int
    title: str
    title_en: str
    category: str
    pillars: tuple[str, ...]
    district_number: int
    lat: float
    lon: float
    age_min: int
    age_max: int
    price_cents: int
    voucher_accepted: bool
    languages: tuple[str, ...]
    summary_it: str
    summary_en: str
    meetings: int
    every_days: int
    hours: float


@dataclass(frozen=True, slots=True)
class SyntheticSession:
    """One edition of an activity: from the start of its first meeting to the end of its last."""

    number: int
    activity_number: int
    starts_at: datetime
    ends_at: datetime
    capacity: int


@dataclass(frozen=True, slots=True)
class SyntheticOffer:
    """Everything that providers offer in a season."""

    providers: tuple[SyntheticProvider, ...]
    activities: tuple[SyntheticActivity, ...]
    sessions: tuple[SyntheticSession, ...]


@dataclass(frozen=True, slots=True)
class ActivityColumns:
    """The activities a voucher buys, as columns for `behaviour`: ages in years, prices in cents, degrees."""

    number: Ints
    provider: Ints
    age_min: Ints
    age_max: Ints
    price_cents: Ints
    lat: Floats
    lon: Floats


def _district_counts(profile: CityProfile, services: int) -> Ints:
    """Services per district: more where families are many and means are high, as the pilot found."""
    offer = profile.offer
    families = np.array([sum(district.families) for district in profile.districts], dtype=np.float64)
    incomes = np.array([district.mean_income_eur for district in profile.districts], dtype=np.float64)
    return parts(services, families**offer.families_power * (incomes / incomes.mean()) ** offer.income_power)


def _names(profile: CityProfile, count: int, chance: np.random.Generator) -> list[str]:
    """Invented names, each thing with each quality at most once."""
    words = profile.words
    pairs = chance.permutation(len(words.things) * len(words.qualities))[:count].tolist()
    if len(pairs) < count:
        message = f"the words make {len(pairs)} names of providers, {count} are needed"
        raise ValueError(message)
    return [
        f"{words.things[pair % len(words.things)]} {words.qualities[pair // len(words.things)]}"
        for pair in pairs
    ]


def _providers(profile: CityProfile, seats: Ints, seed: int) -> Iterator[SyntheticProvider]:
    chance = stream(seed, Aspect.PROVIDERS)
    offer, words = profile.offer, profile.words
    forms = list(words.legal_forms.items())
    dealt = np.repeat(np.arange(len(forms)), parts(seats.size, np.array([form.share for _, form in forms])))
    kinds = chance.permutation(dealt).tolist()
    for place, name in enumerate(_names(profile, seats.size, chance)):
        code, form = forms[kinds[place]]
        number = vat_number.build(offer.holder_from + place, offer.vat_office)
        district = profile.districts[seats[place]]
        street = words.streets[int(chance.integers(len(words.streets)))]
        yield SyntheticProvider(
            number=place + 1,
            name=f"{form.prefix} {name}",
            legal_form=code,
            fiscal_code=number,
            vat_number=number if form.commercial else None,
            iban=iban.build(offer.bank, offer.branch, str(place + 1)),
            district_number=district.number,
            address=f"{street} {int(chance.integers(1, 120))}, {district.cap} {profile.city.name}",
            # The domain is reserved: a letter sent by mistake reaches nobody.
            email=f"ente{place + 1}@example.org",
        )


def _templates(
    profile: CityProfile, count: int, chance: np.random.Generator
) -> list[tuple[Template, int, int]]:
    """An activity's template and ages for each service, the categories in their shares."""
    shares = profile.words.categories
    chosen: list[tuple[Template, int, int]] = []
    for category, wanted in zip(shares, parts(count, np.array(list(shares.values()))).tolist(), strict=True):
        known = [
            (template, low, high)
            for template in profile.words.activities
            if template.category == category
            for low, high in template.ages
        ]
        # All are used before one is used again, so that a small offer is varied too.
        order = [place for _ in range(wanted // len(known) + 1) for place in chance.permutation(len(known))]
        chosen += [known[place] for place in order[:wanted]]
    return [chosen[place] for place in chance.permutation(count).tolist()]


def _price_cents(template: Template, chance: np.random.Generator) -> int:
    """A price in steps of five euro between the template's borders."""
    low, high = template.price_eur
    return int(chance.integers(low // 5, high // 5 + 1)) * 500


def _languages(profile: CityProfile, chance: np.random.Generator) -> tuple[str, ...]:
    others = sorted({origin.language for origin in profile.origins.values()} - {"it"})
    if chance.random() >= profile.offer.other_languages_share:
        return ("it",)
    return ("it", others[int(chance.integers(len(others)))])


def _activities(
    profile: CityProfile, districts: Ints, provider_of: Ints, seed: int
) -> Iterator[SyntheticActivity]:
    chance = stream(seed, Aspect.ACTIVITIES)
    offer, words = profile.offer, profile.words
    for place, (template, low, high) in enumerate(_templates(profile, districts.size, chance)):
        district = profile.districts[districts[place]]
        lat, lon = chance.uniform(-offer.scatter_degrees, offer.scatter_degrees, 2).tolist()
        ages = {"low": low, "high": high}
        yield SyntheticActivity(
            number=place + 1,
            provider_number=int(provider_of[place]),
            title=words.title_it.format(title=template.title_it, **ages),
            title_en=words.title_en.format(title=template.title_en, **ages),
            category=template.category,
            pillars=template.pillars,
            district_number=district.number,
            lat=round(district.lat + lat, 5),
            lon=round(district.lon + lon, 5),
            age_min=low,
            age_max=high,
            price_cents=_price_cents(template, chance),
            voucher_accepted=bool(chance.random() < offer.voucher_accepted_share),
            languages=_languages(profile, chance),
            summary_it=template.summary_it,
            summary_en=template.summary_en,
            meetings=template.meetings,
            every_days=template.every_days,
            hours=template.hours,
        )


def _first_meeting(
    activity: SyntheticActivity, first: date, last: date, chance: np.random.Generator
) -> datetime:
    """When an edition begins, on the wall clock: never on a Sunday, daily ones on a Monday, school hours left free.

    The edition ends in the season from `first` to `last` where that is long enough.
    """
    span = (activity.meetings - 1) * activity.every_days
    latest = max((last - first).days - span, 0)
    day = first + timedelta(days=int(chance.integers(latest + 1)))
    moved = (
        -day.weekday() if activity.every_days == 1 and activity.meetings > 1 else -(day.weekday() == _SUNDAY)
    )
    day += timedelta(days=moved)
    if day < first:
        day += timedelta(weeks=1)
    hours = _AFTERNOON_HOURS if activity.age_max > _LAST_AGE_BEFORE_SCHOOL else _MORNING_HOURS
    hour = _CAMP_HOUR if activity.hours > _LONGEST_AFTERNOON else hours[int(chance.integers(len(hours)))]
    return datetime.combine(day, time(hour))


def _sessions(
    profile: CityProfile, activities: tuple[SyntheticActivity, ...], first: date, last: date, seed: int
) -> Iterator[SyntheticSession]:
    chance = stream(seed, Aspect.SESSIONS)
    zone = ZoneInfo(profile.city.timezone)
    fewest, most = profile.offer.sessions
    smallest, largest = profile.offer.capacity
    number = 0
    for activity in activities:
        for _ in range(int(chance.integers(fewest, most + 1))):
            number += 1
            begin = _first_meeting(activity, first, last, chance)
            span = timedelta(days=(activity.meetings - 1) * activity.every_days, hours=activity.hours)
            capacity = int(chance.integers(smallest, largest + 1))
            # The zone comes last: meetings keep the hour on the wall when the clocks change.
            yield SyntheticSession(
                number,
                activity.number,
                begin.replace(tzinfo=zone),
                (begin + span).replace(tzinfo=zone),
                capacity,
            )


def generate_offer(profile: CityProfile, scale: Scale, seed: int, first: date, last: date) -> SyntheticOffer:
    """Providers, activities and the sessions of the season from `first` to `last`, inclusive."""
    services = profile.city.services if scale == "city" else profile.small.services
    chance = stream(seed, Aspect.PROVIDERS).spawn(1)[0]
    offer = profile.offer
    districts = np.repeat(np.arange(len(profile.districts)), _district_counts(profile, services))
    districts = chance.permutation(districts)
    bodies = round(services / offer.activities_per_provider)
    # Each provider has its seat where its first activity is; further ones go to providers at random.
    seats = districts[:bodies]
    provider_of = np.concatenate((np.arange(bodies), chance.integers(0, bodies, services - bodies)))
    stays = chance.random(services) >= offer.elsewhere_share
    where = np.where(stays & (np.arange(services) >= bodies), seats[provider_of], districts)
    activities = tuple(_activities(profile, where, provider_of + 1, seed))
    return SyntheticOffer(
        tuple(_providers(profile, seats, seed)),
        activities,
        tuple(_sessions(profile, activities, first, last, seed)),
    )


def activity_columns(offer: SyntheticOffer) -> ActivityColumns:
    """The activities that accept vouchers, as columns."""
    activities = [activity for activity in offer.activities if activity.voucher_accepted]
    return ActivityColumns(
        number=np.array([each.number for each in activities], dtype=np.int64),
        provider=np.array([each.provider_number for each in activities], dtype=np.int64),
        age_min=np.array([each.age_min for each in activities], dtype=np.int64),
        age_max=np.array([each.age_max for each in activities], dtype=np.int64),
        price_cents=np.array([each.price_cents for each in activities], dtype=np.int64),
        lat=np.array([each.lat for each in activities], dtype=np.float64),
        lon=np.array([each.lon for each in activities], dtype=np.float64),
    )
