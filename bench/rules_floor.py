"""The twelve presets written out in bare numpy, as one who needs neither reasons nor another call would write them."""

from collections.abc import Callable

import numpy as np

from wishmi.core.columns import Columns

Answer = tuple[np.ndarray, np.ndarray]


def age(c: Columns) -> np.ndarray:
    """Completed years; nobody here is born on 29 February."""
    return (c.submitted_on - c.born_on) // 10_000


def attested(c: Columns, kinds: tuple[int, ...], first: int) -> np.ndarray:
    """An indicator of some kinds, issued from a day on, valid on the day of the application."""
    kind = c.isee_kind == kinds[0]
    for other in kinds[1:]:
        kind = kind | (c.isee_kind == other)
    day = c.submitted_on
    held = (c.isee_cents >= 0) & kind & (c.isee_issued_on >= first)
    return held & (c.isee_issued_on <= day) & (day <= c.isee_valid_until)


def milano_individuale(c: Columns) -> Answer:
    isee = c.isee_cents
    fits = (c.applicant_role < 3) & (c.born_on <= c.submitted_on) & (age(c) < 18) & c.resident
    fits = fits & attested(c, (1,), 20220101) & (isee <= 2_700_000)
    amount = np.where(isee < 1_000_000, 40_000, 10_000)
    amount = np.where((isee >= 1_000_000) & (isee <= 1_600_000), 30_000, amount)
    return fits, np.where((isee > 1_600_000) & (isee <= 2_200_000), 20_000, amount)


def milano_collettivo(c: Columns) -> Answer:
    more = c.more
    asked, score, field = more["requested_cents"], more["commission_score"], more["field"]
    fits = (c.applicant_role == 6) & more["provider_listed"] & more["group_here"] & (more["group_size"] >= 5)
    fits = (
        fits & (more["oldest"] <= 18) & (field >= 0) & (field < 5) & (asked >= 100_000) & (asked <= 2_000_000)
    )
    fits = fits & (more["report_on"] != 0) & (more["report_on"] <= 20231231) & (score >= 60) & (score <= 100)
    return fits, np.minimum(asked, 2_000_000)


def dote_sport(c: Columns) -> Answer:
    more, years, isee = c.more, age(c), c.isee_cents
    since, cost = more["parent_resident_since"], more["cost_cents"]
    fits = (c.applicant_role < 3) & (years >= 6) & (years <= 17)
    fits = fits & (since != 0) & (since <= c.submitted_on) & ((c.submitted_on - since) // 10_000 >= 5)
    fits = fits & attested(c, (1, 2), 20250101)
    fits = fits & (isee <= np.where(more["disabled_minors"] >= 1, 3_000_000, 2_000_000))
    fits = fits & (cost >= 10_000) & (cost <= np.where(more["disabled"], 100_000, 60_000))
    return fits & (more["course_months"] >= 6), np.full(len(c), 10_000)


def reykjavik(c: Columns) -> Answer:
    turns = c.submitted_on // 10_000 - c.born_on // 10_000
    return (turns >= 6) & (turns <= 18) & c.more["domiciled"], np.full(len(c), 75_000)


def but(c: Columns) -> Answer:
    since, until = c.more["approved_from"], c.more["approved_until"]
    first = np.maximum(since // 10_000 * 12 + since // 100 % 100, 2025 * 12 + 1)
    last = np.minimum(until // 10_000 * 12 + until // 100 % 100, 2025 * 12 + 12)
    amount = np.maximum(0, last - first + 1) * 1_500
    fits = (c.applicant_role < 3) & (c.born_on <= c.submitted_on) & (age(c) < 18)
    return fits & (c.more["benefits"] & 0b11111 != 0) & (since != 0) & (until != 0) & (amount > 0), amount


def haf(c: Columns) -> Answer:
    years = age(c)
    fits = (c.applicant_role < 3) & (years >= 5) & (years <= 16) & (c.more["benefits"] & 1 != 0)
    return fits, np.full(len(c), 84_000)


def kindpakket(c: Columns) -> Answer:
    more, years = c.more, age(c)
    income, assets, home, level = (
        more[name] for name in ("income_cents", "assets_cents", "household_type", "school_level")
    )
    role = c.applicant_role
    fits = ((role < 3) | (role == 5)) & c.resident & (c.born_on <= c.submitted_on) & (years < 18)
    fits = fits & (income >= 0) & (income <= np.where(home <= 1, 130_000 * 120 // 100, 185_000 * 120 // 100))
    fits = fits & (assets >= 0) & (assets <= np.where(home == 0, 750_000, 1_500_000))
    amount = np.where((level <= 2) & (years >= 0), np.where(years <= 3, 10_000, 15_000), 0)
    amount = np.where((level >= 3) & (level <= 5) & (years >= 10), 30_000, amount)
    return fits & (amount > 0), amount


def pass_culture(c: Columns) -> Answer:
    years = age(c)
    fits = (c.applicant_role == 3) & c.resident & (years >= 17) & (years <= 18)
    return fits, np.where(years == 17, 5_000, 15_000)


def carta_cultura(c: Columns) -> Answer:
    isee = c.isee_cents
    fits = (c.applicant_role == 3) & (c.born_on >= 20060101) & (c.born_on <= 20061231) & c.resident
    amount = ((isee >= 0) & (isee <= 3_500_000)) * 50_000 + (c.more["on_lists"] & 1 != 0) * 50_000
    return fits & (amount > 0), amount


def estonia(c: Columns) -> Answer:
    more, years, role = c.more, age(c), c.applicant_role
    given, start = _counted(c.submitted_on), _counted(more["paid_on"])
    fits = (role <= 3) & c.resident & (years >= 7) & (years <= 19)
    fits = fits & ((c.minors >= 3) | more["disabled"] | c.lone_parent | more["unemployed_parent"])
    fits = fits & (more["paid_on"] != 0) & (given >= start) & (given - start <= 31)
    amount = np.minimum(np.maximum(more["cost_cents"], 0) * 50 // 100, 20_000)
    return fits & (amount > 0), amount


def _counted(days: np.ndarray) -> np.ndarray:
    year, month, day = days // 10_000, days // 100 % 100, days % 100
    year = year - (month <= 2)
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * ((month + 9) % 12) + 2) // 5 + day


def sport_285(c: Columns) -> Answer:
    district = c.more["district"]
    fits = (c.applicant_role < 3) & (c.born_on <= c.submitted_on) & (age(c) < 18) & c.resident
    return fits & (district >= 0) & (district <= 2), np.full(len(c), 20_000)


def benessere(c: Columns) -> Answer:
    years, role, isee = age(c), c.applicant_role, c.isee_cents
    fits = ((role == 3) | (role == 5)) & c.resident & ((years >= 65) | ((years >= 18) & c.more["disabled"]))
    fits = fits & attested(c, (1, 4), 20250101) & (isee <= 2_500_000) & (c.more["other_schemes"] & 1 == 0)
    return fits, np.where(isee <= 900_000, 30_000, 15_000)


FLOORS: dict[str, Callable[[Columns], Answer]] = {
    "milano-2022-individuale": milano_individuale,
    "milano-2022-collettivo": milano_collettivo,
    "dote-sport-2025": dote_sport,
    "reykjavik-fristundakort": reykjavik,
    "but-teilhabe": but,
    "haf-england": haf,
    "kindpakket": kindpakket,
    "pass-culture": pass_culture,
    "carta-cultura": carta_cultura,
    "estonia-hobby": estonia,
    "sport-285-milano": sport_285,
    "benessere-65": benessere,
}
