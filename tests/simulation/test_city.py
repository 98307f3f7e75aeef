"""The synthetic city: exact totals, the table's margins, codes that nobody has, the same city from the same seed."""

import tracemalloc
from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from codicefiscale.data import get_indexed_data

from wishmi.core import fiscal_code
from wishmi.core.dates import age_on
from wishmi.simulation.city import generate_city
from wishmi.simulation.families import FAMILY_TYPES, expected_heads, parts
from wishmi.simulation.profile import LANGUAGES

DAY = date(2023, 1, 9)


def counts(city, column):
    """Families by district (rows) and the values of a column."""
    table = np.zeros((len(city.profile.districts), int(column.max()) + 1), dtype=int)
    np.add.at(table, (city.families.district, column), 1)
    return table


def within_two_percent(found, wanted):
    """Two per cent, or one family where two per cent is less."""
    return bool((np.abs(found - wanted) <= np.maximum(0.02 * wanted, 1)).all())


def test_totals_are_exact(city, small, profile):
    assert len(city) == profile.city.families == 129_560
    assert city.minors.born.size == profile.city.minors == 225_000
    assert len(small) == 2_000
    assert small.minors.born.size == round(225_000 * 2_000 / 129_560)


def test_districts_have_the_families_of_the_table(city, profile):
    wanted = np.array([district.families for district in profile.districts])
    assert (counts(city, city.families.kind) == wanted).all()


def test_districts_have_the_heads_of_the_table(city, profile):
    found = counts(city, city.families.citizenship)
    assert (found == expected_heads(profile)).all()
    # And what is expected is the table's own shares, each citizenship weighted, nothing else.
    heads = np.array([district.heads for district in profile.districts], dtype=float)
    heads *= [entry.weight for entry in profile.citizenships.values()]
    families = np.array([sum(district.families) for district in profile.districts])
    shares = heads / heads.sum(axis=1, keepdims=True)
    assert within_two_percent(found, shares * families[:, None])
    assert within_two_percent(found.sum(axis=0), (shares * families[:, None]).sum(axis=0))


def test_with_equal_weights_the_heads_have_the_shares_of_all_households(profile):
    equal = {code: replace(entry, weight=1.0) for code, entry in profile.citizenships.items()}
    expected = expected_heads(replace(profile, citizenships=equal))
    heads = np.array([district.heads for district in profile.districts], dtype=float)
    families = np.array([sum(district.families) for district in profile.districts])
    assert within_two_percent(expected, heads / heads.sum(axis=1, keepdims=True) * families[:, None])


def test_the_small_city_has_the_shape_of_the_large_one(city, small):
    for large, little, many in (
        (city.families.kind, small.families.kind, 3),
        (city.families.citizenship, small.families.citizenship, 8),
        (city.families.minors, small.families.minors, 6),
        (city.families.district, small.families.district, 88),
    ):
        shares = [np.bincount(column, minlength=many) / column.size for column in (large, little)]
        assert np.abs(shares[0] - shares[1]).max() < 0.005


def test_a_quarter_of_minors_live_with_a_foreign_head(city):
    share = (city.families.citizenship[city.minors.household] != 0).mean()
    assert 0.24 < share < 0.27


def test_the_indicator_has_the_published_shares(either):
    cents = either.other.isee_cents[either.other.isee_attested]
    assert (cents == 0).mean() == pytest.approx(0.03, abs=0.002)
    assert (cents < 10_000_00).mean() == pytest.approx(0.42, abs=0.002)
    assert ((cents >= 5_000_00) & (cents < 10_000_00)).mean() == pytest.approx(0.21, abs=0.002)
    assert cents.mean() / 100 == pytest.approx(18_840, rel=0.02)


def test_richer_districts_have_higher_indicators(city, profile):
    numbers = [district.number for district in profile.districts]
    income = {district.number: district.mean_income_eur for district in profile.districts}

    def median(number):
        rows = (city.families.district == numbers.index(number)) & city.other.isee_attested
        return np.median(city.other.isee_cents[rows])

    large = [district.number for district in profile.districts if sum(district.families) > 1500]
    by_income = sorted(large, key=lambda number: income[number])
    assert median(by_income[-1]) > 2 * median(by_income[0])
    assert np.corrcoef([income[each] for each in large], [median(each) for each in large])[0, 1] > 0.8


def test_fiscal_codes_are_unique_well_formed_and_nobodys(either, profile):
    codes = np.concatenate((either.guardians.codes, either.minors.codes))
    assert np.unique(codes).size == codes.size
    place = profile.fiscal_codes.place_code.encode()
    for code in codes[:: max(codes.size // 5_000, 1)].tolist():
        assert code[11:15] == place
        assert fiscal_code.why_not_fiscal_code(code.decode()) == ()


def test_the_place_code_was_never_assigned(profile):
    known = get_indexed_data()["codes"]
    # The list must be the one we mean: a municipality, a state, and a state that is no more.
    assert {"F205", "Z336", "Z118"} <= known.keys()
    assert profile.fiscal_codes.place_code not in known
    # Dependencies (Z800 to Z802, Z900 to Z907) are missing in that list.
    assert profile.fiscal_codes.place_code[0] == "Z"
    assert int(profile.fiscal_codes.place_code[1:]) > 907


def test_the_column_of_codes_is_the_rule_of_the_core(small):
    place = small.profile.fiscal_codes.place_code
    for household in small.households():
        for person in (*household.guardians, *household.minors):
            wanted = fiscal_code.build(
                person.family_name, person.given_name, person.born_on, person.sex, place
            )
            assert person.fiscal_code == wanted


def test_households_are_families(small):
    numbers = [district.number for district in small.profile.districts]
    for household in small.households():
        single = household.family_type == "single"
        assert len(household.guardians) == (1 if single else 2)
        assert 1 <= len(household.minors) <= 5
        assert household.language in LANGUAGES
        assert household.district_number in numbers
        disabled = sum(person.disabled for person in (*household.guardians, *household.minors))
        assert disabled <= household.disabled_members <= disabled + 1
        assert household.isee_cents >= 0
        names = [minor.given_name for minor in household.minors]
        assert len(set(names)) == len(names)
        births = [minor.born_on for minor in household.minors]
        assert births == sorted(births)
        for elder, younger in pairwise(births):
            apart = (younger - elder).days
            assert apart == 0 or apart >= 300
        assert all(0 <= age_on(born, DAY) < 18 for born in births)
        assert all(17 < age_on(guardian.born_on, births[0]) < 70 for guardian in household.guardians)


@pytest.mark.parametrize("on", [date(2023, 1, 9), date(2024, 2, 29), date(2022, 2, 28), date(2024, 12, 31)])
def test_all_minors_are_minors_on_any_day(profile, on):
    born = generate_city(profile, "small", 3, on).minors.born
    ages = [age_on(date.fromordinal(each), on) for each in born.tolist()]
    assert (min(ages), max(ages)) == (0, 17)


def test_one_household_is_the_same_alone_and_in_the_row(small):
    everyone = list(small.households())
    assert [household.number for household in everyone] == list(range(1, 2_001))
    for number in (1, 2, 777, 2_000):
        assert small.household(number) == everyone[number - 1]
    assert list(small.households(5, 9)) == everyone[4:9]
    with pytest.raises(IndexError):
        small.household(0)
    with pytest.raises(IndexError):
        small.household(2_001)


def test_batches_of_households_join_without_a_seam(city):
    around = list(city.households(4_094, 4_099))
    assert [household.number for household in around] == [4_094, 4_095, 4_096, 4_097, 4_098, 4_099]
    assert city.household(4_097) == around[3]


def test_the_same_seed_gives_the_same_city(profile, small):
    again = generate_city(profile, "small", 7, DAY)
    assert again.digest() == small.digest()
    assert list(again.households(1, 50)) == list(small.households(1, 50))


@pytest.mark.parametrize(("seed", "on"), [(8, DAY), (7, date(2023, 1, 10))])
def test_another_seed_or_day_gives_another_city(profile, small, seed, on):
    assert generate_city(profile, "small", seed, on).digest() != small.digest()


def test_one_aspect_does_not_shift_another(profile, small):
    known = replace(profile.disability, minor_male_share=0.5)
    other = generate_city(replace(profile, disability=known), "small", 7, DAY)
    assert other.minors.disabled.sum() > small.minors.disabled.sum()
    assert (other.minors.codes == small.minors.codes).all()
    assert (other.other.isee_cents == small.other.isee_cents).all()
    assert (other.families.district == small.families.district).all()


def test_the_whole_city_fits_a_small_machine(profile):
    tracemalloc.start()
    generate_city(profile, "city", 11, DAY)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 500_000_000


def test_parts_add_up():
    assert parts(10, np.array([1.0, 1.0, 1.0])).tolist() == [4, 3, 3]
    assert FAMILY_TYPES == ("married", "cohabiting", "single")


def test_lone_parents_and_disabilities_are_there(city):
    assert (city.families.kind == 2).mean() == pytest.approx(31_083 / 129_560)
    assert 0.10 < (city.other.disabled_members > 0).mean() < 0.16
    assert 0.038 < city.minors.disabled.mean() < 0.044
