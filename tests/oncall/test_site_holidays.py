"""Holidays of the sites: which dates, and which hours of a roster in another zone."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Site
from oncall import resting, site_holidays
from tests.oncall.rosters import utc

LOS_ANGELES, DUBLIN = ZoneInfo("America/Los_Angeles"), ZoneInfo("Europe/Dublin")


@pytest.mark.parametrize(
    ("site", "day", "name"),
    [
        ("los_angeles", "2026-11-26", "Thanksgiving Day"),
        ("san_jose", "2026-03-31", "Cesar Chavez Day"),
        ("dublin", "2026-02-02", "Saint Brigid's Day"),
        ("singapore", "2026-08-10", "National Day (observed)"),
        ("singapore", "2030-12-25", "Christmas Day"),
    ],
)
def test_each_site_has_its_own_holidays(site, day, name):
    on = date.fromisoformat(day)
    assert site_holidays.of_site(site, on, on) == {on: name}


def test_a_working_day_or_no_site_has_none():
    on = date(2026, 11, 26)
    assert site_holidays.of_site("dublin", on, on) == {}
    assert site_holidays.of_site("", on, on) == {}


def test_every_site_has_a_place_and_rules():
    assert set(site_holidays.PLACES) == set(Site.values) == set(resting.RULES)


def test_a_holiday_lasts_from_midnight_to_midnight_where_the_roster_is():
    span = utc("2026-12-24"), utc("2026-12-28")
    assert site_holidays.spans_within("dublin", DUBLIN, span) == [(utc("2026-12-25"), utc("2026-12-27"))]
    assert site_holidays.spans_within("dublin", LOS_ANGELES, span) == [
        (utc("2026-12-25T08:00"), utc("2026-12-27T08:00"))
    ]


def test_holidays_are_cut_to_the_time_asked_for():
    span = utc("2026-12-25T06:00"), utc("2026-12-25T09:00")
    assert site_holidays.spans_within("dublin", DUBLIN, span) == [span]


def test_the_years_around_new_year_are_both_looked_up():
    span = utc("2026-12-26"), utc("2027-01-02")
    assert sorted(site_holidays.dates_within("dublin", DUBLIN, span)) == [
        date(2026, 12, 26),
        date(2027, 1, 1),
    ]
