"""Handoffs and windows are wall clock, to the second, on the days the clocks change."""

from datetime import date, timedelta

import pytest

from oncall.rota import Shift, final_schedule, next_change, on_duty
from tests.oncall.rosters import layer, local, rota, told, utc


@pytest.mark.parametrize(
    ("zone", "handoff", "anchor", "expected"),
    [
        # Autumn: 01:30 comes twice and the first is meant.
        ("America/Chicago", "01:30", "2020-10-30", ["10-31 01:30 CDT", "11-01 01:30 CDT", "11-02 01:30 CST"]),
        # Spring: 02:30 never comes and is the end of the gap.
        ("America/Chicago", "02:30", "2020-03-06", ["03-07 02:30 CST", "03-08 03:00 CDT", "03-09 02:30 CDT"]),
        (
            "Australia/Lord_Howe",
            "02:15",
            "2025-10-03",
            ["10-04 02:15 +1030", "10-05 02:30 +11", "10-06 02:15 +11"],
        ),
        (
            "Australia/Lord_Howe",
            "01:45",
            "2025-04-04",
            ["04-05 01:45 +11", "04-06 01:45 +11", "04-07 01:45 +1030"],
        ),
        # Dublin's winter is the saving: its summer offset is the standard one.
        ("Europe/Dublin", "01:30", "2026-03-27", ["03-28 01:30 GMT", "03-29 02:00 IST", "03-30 01:30 IST"]),
        ("Europe/Dublin", "01:30", "2026-10-23", ["10-24 01:30 IST", "10-25 01:30 IST", "10-26 01:30 GMT"]),
        (
            "Pacific/Chatham",
            "03:00",
            "2025-09-26",
            ["09-27 03:00 +1245", "09-28 03:45 +1345", "09-29 03:00 +1345"],
        ),
        ("Asia/Singapore", "02:30", "2026-03-06", ["03-07 02:30 +08", "03-08 02:30 +08", "03-09 02:30 +08"]),
        # Midnight itself is skipped in Beirut, and comes twice in Havana.
        ("Asia/Beirut", "00:00", "2026-03-27", ["03-28 00:00 EET", "03-29 01:00 EEST", "03-30 00:00 EEST"]),
        ("America/Havana", "00:30", "2026-10-30", ["10-31 00:30 CDT", "11-01 00:30 CDT", "11-02 00:30 CST"]),
        (
            "America/Santiago",
            "23:30",
            "2026-04-02",
            ["04-03 23:30 -03", "04-04 23:30 -03", "04-05 23:30 -04"],
        ),
        (
            "Africa/Casablanca",
            "02:30",
            "2026-02-13",
            ["02-14 02:30 +01", "02-15 02:30 +01", "02-16 02:30 +00"],
        ),
    ],
)
def test_a_daily_handoff_keeps_its_wall_time_through_dst(zone, handoff, anchor, expected):
    daily = rota(layer("A B", anchor, handoff), zone=zone)
    begin = utc(f"{anchor}T00:00Z") - timedelta(days=2)
    shifts = final_schedule(daily, begin, begin + timedelta(days=9))
    assert [
        shift.starts_at.astimezone(daily.tz).strftime("%m-%d %H:%M %Z") for shift in shifts[1:4]
    ] == expected


@pytest.mark.parametrize(
    ("day", "handoff"),
    [
        ("2025-03-08", "2025-03-08T14:00Z"),
        ("2025-03-09", "2025-03-09T13:00Z"),
        ("2025-11-01", "2025-11-01T13:00Z"),
        ("2025-11-02", "2025-11-02T14:00Z"),
    ],
)
def test_new_york_hands_over_at_nine_summer_and_winter(day, handoff):
    daily = rota(layer("A B", "2025-01-01", "09:00"), zone="America/New_York")
    assert next_change(daily, local(daily, f"{day}T00:30")) == utc(handoff)


@pytest.mark.parametrize(
    ("covering", "starts_at", "ends_at", "hours"),
    [
        ("2024-11-04", "2024-10-29T05:00Z", "2024-11-05T06:00Z", 169),
        ("2025-03-10", "2025-03-04T06:00Z", "2025-03-11T05:00Z", 167),
    ],
)
def test_a_week_is_seven_days_of_wall_clock(covering, starts_at, ends_at, hours):
    weekly = rota(layer("A B C", "2024-10-01", unit="week"), zone="America/Chicago")
    at = local(weekly, f"{covering}T12:00")
    (shift,) = [
        shift
        for shift in final_schedule(weekly, at - timedelta(days=9), at + timedelta(days=9))
        if shift.starts_at <= at < shift.ends_at
    ]
    assert (shift.starts_at, shift.ends_at) == (utc(starts_at), utc(ends_at))
    assert shift.ends_at - shift.starts_at == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("zone", "window", "day", "expected"),
    [
        ("America/Los_Angeles", "09:00-17:00", "2026-03-07", ["2026-03-07T17:00Z", "2026-03-08T01:00Z"]),
        ("America/Los_Angeles", "09:00-17:00", "2026-03-08", ["2026-03-08T16:00Z", "2026-03-09T00:00Z"]),
        ("America/Los_Angeles", "09:00-17:00", "2026-10-31", ["2026-10-31T16:00Z", "2026-11-01T00:00Z"]),
        ("America/Los_Angeles", "09:00-17:00", "2026-11-01", ["2026-11-01T17:00Z", "2026-11-02T01:00Z"]),
        # A window's start takes the first showing, its end the last.
        ("America/Los_Angeles", "22:00-01:30", "2026-10-31", ["2026-11-01T05:00Z", "2026-11-01T09:30Z"]),
        ("America/Los_Angeles", "01:30-06:00", "2026-11-01", ["2026-11-01T08:30Z", "2026-11-01T14:00Z"]),
        ("America/Los_Angeles", "00:00-01:00", "2026-11-01", ["2026-11-01T07:00Z", "2026-11-01T09:00Z"]),
        ("America/Los_Angeles", "01:15-01:45", "2026-11-01", ["2026-11-01T08:15Z", "2026-11-01T09:45Z"]),
        # What the clocks skip is the end of the gap: nothing is left of a window inside it.
        ("America/Los_Angeles", "02:30-06:00", "2026-03-08", ["2026-03-08T10:00Z", "2026-03-08T13:00Z"]),
        ("America/Los_Angeles", "02:15-02:45", "2026-03-08", []),
        ("Australia/Lord_Howe", "02:15-03:00", "2025-10-05", ["2025-10-04T15:30Z", "2025-10-04T16:00Z"]),
    ],
)
def test_a_window_on_a_day_the_clocks_change(zone, window, day, expected):
    weekday = date.fromisoformat(day).strftime("%a")[:2].upper()
    windowed = rota(layer("A", "2025-01-01", window=window, days=weekday), zone=zone)
    noon = local(windowed, f"{day}T12:00")
    shifts = final_schedule(windowed, noon - timedelta(days=2), noon + timedelta(days=2))
    assert [edge for shift in shifts for edge in (shift.starts_at, shift.ends_at)] == list(map(utc, expected))


@pytest.mark.parametrize("window", ["01:30-01:30", "02:30-02:30", "00:00-00:00"])
def test_a_whole_day_window_neither_overlaps_nor_gaps_itself_through_dst(window):
    always = rota(layer("A", "2025-01-01", window=window), zone="America/Los_Angeles")
    start, end = utc("2026-02-01"), utc("2026-12-01")
    assert final_schedule(always, start, end) == [Shift(("A",), start, end, "L", "primary")]


def test_a_night_window_belongs_to_the_day_it_starts_on():
    nights = rota(layer("A", "2024-08-05", days="MO TU WE TH FR", window="20:00-08:00"))
    assert on_duty(nights, utc("2024-08-10T07:00")) == {"primary": ("A",)}  # Saturday
    assert on_duty(nights, utc("2024-08-12T07:00")) == {"primary": ()}  # Monday


def test_a_date_the_zone_skipped_has_no_turn_of_its_own():
    samoa = rota(layer("A B C", "2011-12-28", "09:00"), zone="Pacific/Apia")
    assert told(samoa, "2011-12-28T12:00", "2012-01-01T12:00") == [
        "A 28 12:00-29 09:00",
        "B 29 09:00-31 00:00",  # the 30th's 09:00 is the jump itself
        "C 31 00:00-31 09:00",
        "A 31 09:00-01 09:00",
        "B 01 09:00-01 12:00",
    ]


def test_clocks_that_fall_back_over_midnight_do_not_undo_a_handoff():
    # St John's went from 00:01 on the 7th to 23:01 on the 6th.
    newfoundland = rota(layer("A B C", "2010-11-05"), zone="America/St_Johns")
    handoff = utc("2010-11-07T02:30Z")
    assert on_duty(newfoundland, handoff - timedelta(seconds=1)) == {"primary": ("B",)}
    assert on_duty(newfoundland, handoff) == {"primary": ("C",)}
    assert on_duty(newfoundland, handoff + timedelta(minutes=30)) == {"primary": ("C",)}


def test_a_window_of_two_dates_ago_is_still_open_where_clocks_fall_back_over_midnight():
    fridays = rota(layer("A", "2010-11-01", days="FR", window="23:30-23:30"), zone="America/St_Johns")
    assert on_duty(fridays, utc("2010-11-07T02:30:30")) == {
        "primary": ("A",)
    }  # Sunday, 30 s before Saturday again
    assert next_change(fridays, utc("2010-11-07T02:30:30")) == utc("2010-11-07T03:00")
