"""Dates, nights and weekends as the person's own calendar counts them."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from oncall.nights import dates, is_at_night, nights, weekends
from tests.oncall.rosters import utc

UTC, LOS_ANGELES = ZoneInfo("UTC"), ZoneInfo("America/Los_Angeles")


def days(found):
    return [day.isoformat()[5:] for day in found]


@pytest.mark.parametrize(
    ("starts", "ends", "told"),
    [
        ("2026-03-02T09:00", "2026-03-02T17:00", []),
        ("2026-03-02T09:00", "2026-03-02T23:00", []),  # half-open: the night begins when it ends
        ("2026-03-02T09:00", "2026-03-02T23:01", ["03-02"]),
        ("2026-03-02T05:59", "2026-03-02T09:00", ["03-01"]),
        ("2026-03-02T06:00", "2026-03-02T09:00", []),
        ("2026-03-02T20:00", "2026-03-04T08:00", ["03-02", "03-03"]),
    ],
)
def test_a_night_lasts_from_23_to_6_and_belongs_to_its_evening(starts, ends, told):
    assert days(nights((utc(starts), utc(ends)), UTC)) == told


def test_nights_are_those_of_the_persons_own_zone():
    span = utc("2026-03-03T07:30"), utc("2026-03-03T08:00")  # half past eleven in Los Angeles
    assert days(nights(span, LOS_ANGELES)) == ["03-02"]
    assert days(nights(span, ZoneInfo("Asia/Singapore"))) == []


def test_the_night_the_clocks_change_is_one_night():
    span = utc("2026-03-08T04:00"), utc("2026-03-08T16:00")
    assert days(nights(span, LOS_ANGELES)) == ["03-07"]


def test_dates_are_those_with_some_of_the_span_in_them():
    assert days(dates((utc("2026-03-02"), utc("2026-03-04")), UTC)) == ["03-02", "03-03"]
    assert days(dates((utc("2026-03-02"), utc("2026-03-02T08:01")), LOS_ANGELES)) == ["03-01", "03-02"]


def test_a_weekend_is_told_by_its_saturday():
    assert set(weekends((utc("2026-03-08T12:00"), utc("2026-03-14T12:00")), UTC)) == {
        date(2026, 3, 7),
        date(2026, 3, 14),
    }
    assert list(weekends((utc("2026-03-09"), utc("2026-03-14")), UTC)) == []


@pytest.mark.parametrize(("at", "is_night"), [("23:00", 1), ("05:59", 1), ("06:00", 0), ("22:59", 0)])
def test_at_night_is_from_23_to_6(at, is_night):
    assert is_at_night(utc(f"2026-03-02T{at}"), UTC) == bool(is_night)
