"""Who applies, when, with which children, and what is wrong with some of the applications."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from math import log

import numpy as np

from wishmi.core.dates import age_on
from wishmi.simulation.city import SyntheticCity
from wishmi.simulation.draws import chosen, uniform
from wishmi.simulation.families import SINGLE

OF_AGE = 18
SLIPS = ("not_resident", "isee_other_year", "isee_omissions", "isee_differs", "duplicate")
"""Defects that befall an application whoever sends it; `above_threshold` and `child_of_age` depend on the family."""


@dataclass(frozen=True, slots=True)
class SyntheticApplication:
    """One application, numbered in the order of submission from one.

    `applicant` is the place of the guardian in the household, `minors` the places of the minors named. `isee_cents`
    is what INPS attests, `isee_declared_cents` what the family wrote. `defect` is None or one of SLIPS,
    `above_threshold`, `child_of_age`: what an officer should find, never an input of a rule.
    """

    number: int
    household_number: int
    applicant: int
    minors: tuple[int, ...]
    submitted_at: datetime
    isee_cents: int
    isee_declared_cents: int
    isee_kind: str
    isee_issued_on: date
    isee_valid_until: date
    isee_omissions: bool
    dsu_protocol: str
    resident: bool
    defect: str | None


def _weight(city: SyntheticCity, row: int) -> float:
    """How likely this household applies, beside the poorest written to in Italian; zero above the threshold."""
    known = city.profile.applications
    euro = int(city.other.isee_cents[row]) / 100
    weight = next((share for border, share in known.weights if euro <= border), 0.0)
    return weight * (1.0 if city.other.italian[row] else known.other_language_factor)


def _race(city: SyntheticCity, rows: list[tuple[int, float]], wanted: int) -> list[int]:
    """`wanted` rows, likelier ones first: each runs an exponential race against its own weight."""
    times = [
        (-log(1.0 - uniform(city.seed, "applies", row + 1)) / weight, row)
        for row, weight in rows
        if weight > 0
    ]
    if len(times) < wanted:
        message = f"{wanted} families are to apply, only {len(times)} can"
        raise ValueError(message)
    return [row for _, row in sorted(times)[:wanted]]


def applying_rows(city: SyntheticCity) -> list[int]:
    """The rows of the households that apply: exactly the profile's number, in proportion at small scale.

    A given share of them is above the threshold; all hold an attested indicator.
    """
    known = city.profile.applications
    total = round(known.families_at_city_scale * len(city) / city.profile.city.families)
    above = round(total * city.profile.defects.above_threshold)
    attested = np.flatnonzero(city.other.isee_attested)
    over = city.other.isee_cents[attested] > known.threshold_eur * 100
    within = [(int(row), _weight(city, int(row))) for row in attested[~over]]
    beyond = [(int(row), 1.0) for row in attested[over]]
    return sorted(_race(city, within, total - above) + _race(city, beyond, above))


def _day_shares(city: SyntheticCity, days: int) -> tuple[float, ...]:
    """The share of applications each day of the window receives: a rush on the first, one on the last days."""
    known = city.profile.applications
    last = min(known.last_days, days - 1)
    if not last:
        return (1.0,)
    weights = [known.first_day_share, *[0.0] * (days - 1 - last), *[known.last_days_share / last] * last]
    # The calm rest falls on the days between, or on all where there is none between.
    between = range(1, days - last) if days - 1 > last else range(days)
    for day in between:
        weights[day] += (1 - known.first_day_share - known.last_days_share) / len(between)
    total = sum(weights)
    return tuple(weight / total for weight in weights)


def _submitted_at(
    city: SyntheticCity, subject: str, opens_at: datetime, closes_at: datetime, shares: tuple[float, ...]
) -> datetime:
    """A moment inside the window, on the wall clock of the window's zone."""
    hours = city.profile.applications.hours
    zone = opens_at.tzinfo
    day = opens_at.date() + timedelta(days=chosen(shares, uniform(city.seed, "day", subject)))
    hour = chosen(tuple(each / sum(hours) for each in hours), uniform(city.seed, "hour", subject))
    second = int(uniform(city.seed, "second", subject) * 3600)
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    # Through UTC, since an hour that the clocks skip is no moment.
    moment = (midnight + timedelta(hours=hour, seconds=second)).astimezone(UTC)
    begin, end = opens_at.astimezone(UTC), closes_at.astimezone(UTC)
    if not begin <= moment < end:
        # The hour was outside the first or the last day's part of the window.
        begin = max(begin, midnight.astimezone(UTC))
        end = min(end, begin + timedelta(days=1))
        part = uniform(city.seed, "inside", subject)
        moment = begin + timedelta(seconds=int(part * (end - begin).total_seconds()))
    return moment.astimezone(zone)


def _slip(city: SyntheticCity, subject: str) -> str | None:
    known = city.profile.defects
    shares = tuple(getattr(known, name) for name in SLIPS)
    place = chosen((*shares, 1 - sum(shares)), uniform(city.seed, "slip", subject))
    return SLIPS[place] if place < len(SLIPS) else None


def _named(city: SyntheticCity, row: int, day: date) -> tuple[tuple[int, ...], bool]:
    """The places of the minors named, and whether one of them is of age on the day of submission."""
    start, stop = int(city.minor_starts[row]), int(city.minor_starts[row + 1])
    ages = [age_on(date.fromordinal(born), day) for born in city.minors.born[start:stop].tolist()]
    grown = tuple(place for place, age in enumerate(ages) if age >= OF_AGE)
    share = city.profile.applications.child_named_share
    minors = tuple(
        place
        for place, age in enumerate(ages)
        if age < OF_AGE and uniform(city.seed, "named", start + place) < share
    )
    insists = uniform(city.seed, "of_age", row + 1) < city.profile.defects.child_of_age_share
    if grown and insists:
        return tuple(sorted(grown + minors)), True
    # Whoever applies names somebody: the youngest, if nobody else.
    return minors or (len(ages) - 1,), bool(not minors and ages[-1] >= OF_AGE)


def _application(
    city: SyntheticCity, row: int, opens_at: datetime, closes_at: datetime, shares: tuple[float, ...]
) -> SyntheticApplication:
    subject, known = str(row + 1), city.profile.applications
    submitted_at = _submitted_at(city, subject, opens_at, closes_at, shares)
    minors, of_age = _named(city, row, submitted_at.date())
    cents = int(city.other.isee_cents[row])
    if of_age:
        defect: str | None = "child_of_age"
    elif cents > known.threshold_eur * 100:
        defect = "above_threshold"
    else:
        defect = _slip(city, subject)
    year = submitted_at.year - (defect == "isee_other_year")
    latest = date(year, 12, 31) if defect == "isee_other_year" else submitted_at.date()
    issued = uniform(city.seed, "issued", subject) * ((latest - date(year, 1, 1)).days + 1)
    second = (
        city.families.kind[row] != SINGLE
        and uniform(city.seed, "applicant", subject) < known.second_guardian_share
    )
    # Whoever errs writes less than is attested, by up to a third, or nothing at all.
    wrong = cents - max(int(cents * uniform(city.seed, "differs", subject) / 3), 1)
    return SyntheticApplication(
        number=0,
        household_number=row + 1,
        applicant=int(second),
        minors=minors,
        submitted_at=submitted_at,
        isee_cents=cents,
        isee_declared_cents=max(wrong, 0) if defect == "isee_differs" else cents,
        isee_kind="ordinary",
        isee_issued_on=date(year, 1, 1) + timedelta(days=int(issued)),
        isee_valid_until=date(year, 12, 31),
        isee_omissions=defect == "isee_omissions",
        # Real protocols begin with a digit of their own; nine marks the invented ones.
        dsu_protocol=f"INPS-ISEE-{year}-9{row + 1:07d}S-00",
        resident=defect != "not_resident",
        defect=defect,
    )


def _second(city: SyntheticCity, first: SyntheticApplication, closes_at: datetime) -> SyntheticApplication:
    """The same household again, by the other guardian where there is one, somewhat later in the window."""
    single = city.families.kind[first.household_number - 1] == SINGLE
    left = (closes_at - first.submitted_at).total_seconds() - 1
    wait = int(left * uniform(city.seed, "again", first.household_number))
    later = first.submitted_at + timedelta(seconds=max(wait, 0))
    return replace(first, applicant=0 if single else 1 - first.applicant, submitted_at=later)


def plan_applications(
    city: SyntheticCity, opens_at: datetime, closes_at: datetime
) -> Iterator[SyntheticApplication]:
    """The applications of the window `[opens_at, closes_at)`, both aware, in the order of submission.

    All follow from the city and its seed. A duplicate stands twice: the first has no defect, the second says
    `duplicate`.
    """
    if opens_at.tzinfo is None or closes_at.tzinfo is None or not opens_at < closes_at:
        message = "the window needs two aware moments in order"
        raise ValueError(message)
    if opens_at.date() < city.on:
        message = f"the window opens on {opens_at.date()}, before the day of the city, {city.on}"
        raise ValueError(message)
    last = (closes_at - timedelta(microseconds=1)).astimezone(opens_at.tzinfo).date()
    shares = _day_shares(city, (last - opens_at.date()).days + 1)
    planned = []
    for row in applying_rows(city):
        application = _application(city, row, opens_at, closes_at, shares)
        if application.defect == "duplicate":
            planned.append(_second(city, application, closes_at))
            application = replace(application, defect=None)
        planned.append(application)
    planned.sort(key=lambda each: (each.submitted_at.timestamp(), each.household_number, each.defect or ""))
    for number, application in enumerate(planned, 1):
        yield replace(application, number=number)
