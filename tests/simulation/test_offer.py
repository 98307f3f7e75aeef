"""Providers, activities, sessions."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from wishmi.core import iban, vat_number
from wishmi.simulation.profile import LANGUAGES, PILLARS
from wishmi.simulation.providers import activity_columns, generate_offer

SEASON = (date(2023, 3, 1), date(2023, 7, 31))


def test_the_city_has_its_services(offer, profile):
    assert len(offer.activities) == 751
    small = generate_offer(profile, "small", 7, *SEASON)
    assert len(small.activities) == 60
    for each in (offer, small):
        assert {activity.category for activity in each.activities} == set(profile.words.categories)
        assert {pillar for activity in each.activities for pillar in activity.pillars} == set(PILLARS)


def test_providers_are_distinct_and_their_numbers_well_formed(offer):
    for name in ("number", "name", "fiscal_code", "iban", "email"):
        values = [getattr(provider, name) for provider in offer.providers]
        assert len(set(values)) == len(values)
    for provider in offer.providers:
        assert vat_number.why_not_vat_number(provider.fiscal_code) == ()
        assert provider.vat_number in {None, provider.fiscal_code}
        assert iban.why_not_iban(provider.iban) == ()
        assert provider.email.endswith("@example.org")
    assert {provider.vat_number is None for provider in offer.providers} == {True, False}


def test_every_provider_offers_something(offer):
    held = Counter(activity.provider_number for activity in offer.activities)
    assert held.keys() == {provider.number for provider in offer.providers}


def test_activities_are_plausible(offer, profile):
    districts = {district.number: district for district in profile.districts}
    for activity in offer.activities:
        assert 10_00 <= activity.price_cents <= 350_00
        assert 0 <= activity.age_min <= activity.age_max <= 17
        assert activity.pillars
        assert set(activity.languages) <= set(LANGUAGES)
        assert activity.title
        assert activity.title_en
        assert activity.summary_it
        assert activity.summary_en
        assert (
            activity.title != activity.title_en
            or activity.title.startswith("Mini")
            or "Judo" in activity.title
        )
        district = districts[activity.district_number]
        assert abs(activity.lat - district.lat) < 0.01
        assert abs(activity.lon - district.lon) < 0.01


def test_no_age_is_left_without_activities(offer):
    for age in range(18):
        assert sum(activity.age_min <= age <= activity.age_max for activity in offer.activities) >= 20


def test_services_are_in_most_districts_but_not_in_all(offer):
    reached = {activity.district_number for activity in offer.activities}
    assert 60 <= len(reached) < 88


def test_sessions_lie_in_the_season(offer):
    activities = {activity.number: activity for activity in offer.activities}
    assert {session.activity_number for session in offer.sessions} == activities.keys()
    for session in offer.sessions:
        activity = activities[session.activity_number]
        assert SEASON[0] <= session.starts_at.date()
        assert session.starts_at < session.ends_at
        assert session.ends_at.date() <= SEASON[1]
        assert session.starts_at.weekday() != 6
        assert session.starts_at.utcoffset() is not None
        assert session.capacity >= 10
        days = (session.ends_at.date() - session.starts_at.date()).days
        assert days == (activity.meetings - 1) * activity.every_days
        assert session.starts_at.hour >= 8
        assert session.ends_at.hour <= 21
    camps = [each for each in offer.sessions if activities[each.activity_number].every_days == 1]
    assert camps
    assert {session.starts_at.weekday() for session in camps} == {0}


def test_a_season_of_one_day_still_has_sessions(profile):
    one = generate_offer(profile, "small", 7, date(2023, 3, 1), date(2023, 3, 1))
    assert len(one.sessions) >= 60 * 3
    assert all(session.starts_at.date() >= date(2023, 3, 1) for session in one.sessions)


def test_columns_hold_what_a_voucher_buys(offer):
    columns = activity_columns(offer)
    wanted = [activity for activity in offer.activities if activity.voucher_accepted]
    assert columns.number.tolist() == [activity.number for activity in wanted]
    assert columns.price_cents.tolist() == [activity.price_cents for activity in wanted]
    assert 0.9 < len(wanted) / 751 < 0.98


def test_the_same_seed_gives_the_same_offer(profile, offer):
    assert generate_offer(profile, "city", 7, *SEASON) == offer
    assert generate_offer(profile, "city", 8, *SEASON) != offer


def test_too_few_words_for_providers_are_refused(profile):
    words = replace(profile.words, things=("Lanterna",), qualities=("Sghemba", "Turchina"))
    with pytest.raises(ValueError, match="2 names of providers"):
        generate_offer(replace(profile, words=words), "small", 7, *SEASON)
