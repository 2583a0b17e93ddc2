"""What a roster means, to the second: facts a person can check with a calendar."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from oncall.rota import Layer, Rota, RotaError, Shift, Turn, Window, final_schedule, next_change, on_duty
from tests.oncall.rosters import layer, local, rota, told, utc

TUE_SAT = "TU WE TH FR SA"
SUN_THU = "SU MO TU WE TH"


# Handoffs and windows are wall clock.


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


# Whose turn it is.


def test_at_the_handoff_exactly_the_incoming_person_is_on_duty():
    daily = rota(layer("A B", "2024-08-05", "09:00"))
    assert on_duty(daily, utc("2024-08-06T08:59:59.999999")) == {"primary": ("A",)}
    assert on_duty(daily, utc("2024-08-06T09:00")) == {"primary": ("B",)}


def test_a_handoff_inside_a_window_cuts_it():
    cut = rota(layer("A B", "2024-08-05", "12:00", window="09:00-17:00"))
    assert told(cut, "2024-08-06", "2024-08-07") == ["A 06 09:00-06 12:00", "B 06 12:00-06 17:00"]


def test_a_layer_is_silent_before_its_first_handoff():
    late = rota(layer("A", "2024-08-05", "12:00", window="09:00-17:00"))
    assert told(late, "2024-08-01", "2024-08-06") == ["A 05 12:00-05 17:00"]


def test_one_working_day_a_turn_on_fridays_only():
    fridays = rota(layer("A B C", "2024-08-01", unit="working_day", days="FR"))
    assert told(fridays, "2024-08-01", "2024-08-20", "%d") == ["A 02-03", "B 09-10", "C 16-17"]


def test_one_working_day_a_turn_over_two_working_weeks():
    five = rota(layer("A B C D E", "2024-08-05", unit="working_day", days="MO TU WE TH FR"))
    assert [line[0] for line in told(five, "2024-08-05", "2024-08-17")] == list("ABCDEABCDE")
    assert [line[0] for line in told(five, "2025-08-06", "2025-08-17")] == list("CDEABCDE")  # 52 weeks later


def test_a_turn_of_two_working_days_continues_over_the_weekend():
    pairs = rota(layer("A B", "2024-08-07", n=2, unit="working_day", days="MO TU WE TH FR"))
    assert told(pairs, "2024-08-07", "2024-08-14", "%a") == [
        "A Wed-Fri",
        "B Fri-Sat",
        "B Mon-Tue",
        "A Tue-Wed",
    ]


def test_days_count_calendar_days_though_the_layer_rests():
    weekdays = rota(layer("A B C", "2024-08-08", days="MO TU WE TH FR"))
    assert told(weekdays, "2024-08-08", "2024-08-14", "%a") == [
        "A Thu-Fri",
        "B Fri-Sat",
        "B Mon-Tue",
        "C Tue-Wed",
    ]


def test_groups_take_turns_whole():
    assert told(rota(layer("AB C", "2024-08-14")), "2024-08-14", "2024-08-18", "%d") == [
        "AB 14-15",
        "C 15-16",
        "AB 16-17",
        "C 17-18",
    ]


@pytest.mark.parametrize("unit", ["day", "working_day", "week", "month", "hour"])
def test_turn_zero_begins_on_the_first_working_day_whatever_the_unit(unit):
    mondays_off = rota(
        layer("A B C", "2024-08-05", "09:00", unit=unit, days="WE TH")
    )  # the anchor is a Monday
    first = final_schedule(mondays_off, utc("2024-08-01"), utc("2024-08-20"))[0]
    assert (first.people, first.starts_at) == (("A",), utc("2024-08-07T09:00"))


def test_weeks_and_months_count_from_the_first_working_day():
    weeks = rota(layer("A B", "2024-08-05", unit="week", days="WE TH FR SA SU MO TU"))
    assert next_change(weeks, utc("2024-08-06T12:00")) == utc("2024-08-12")
    shifted = rota(layer("A B", "2024-08-05", unit="week", days="WE MO"))
    assert told(shifted, "2024-08-05", "2024-08-20", "%d") == [
        "A 05-06",
        "A 07-08",
        "B 12-13",
        "B 14-15",
        "A 19-20",
    ]
    months = rota(
        layer("A B", "2024-08-31", unit="month", days="MO TU WE TH FR")
    )  # a Saturday: from 2 September
    assert [turn[:7] for turn in told(months, "2024-09-27", "2024-10-05", "%d")] == [
        "A 27-28",
        "A 30-02",
        "B 02-05",
    ]


def test_a_month_lasts_until_its_own_day_comes_round():
    monthly = rota(layer("A B", "2024-08-15", unit="month"))
    assert told(monthly, "2024-10-01", "2024-11-20", "%m-%d") == [
        "B 10-01-10-15",
        "A 10-15-11-15",
        "B 11-15-11-20",
    ]


def test_hours_elapse_from_the_anchor_whatever_the_clocks_do():
    shifts = final_schedule(
        rota(layer("A B", "2026-03-07", "18:00", n=12, unit="hour"), zone="America/Los_Angeles"),
        utc("2026-03-08T02:00Z"),
        utc("2026-03-09T02:00Z"),
    )
    assert [shift.starts_at for shift in shifts] == [utc("2026-03-08T02:00Z"), utc("2026-03-08T14:00Z")]


def test_months_are_clamped_each_from_the_anchor():
    monthly = rota(layer("A B C D", "2024-01-31", unit="month"))
    lines = told(monthly, "2024-01-31", "2024-05-31", "%m-%d")
    assert lines == ["A 01-31-02-29", "B 02-29-03-31", "C 03-31-04-30", "D 04-30-05-31"]


@pytest.mark.parametrize(
    ("n", "unit", "change"),
    [(2, "day", "08-07"), (3, "working_day", "08-08"), (3, "week", "08-26"), (2, "month", "10-05")],
)
def test_a_turn_lasts_n_units(n, unit, change):
    assert next_change(rota(layer("A B", "2024-08-05", n=n, unit=unit)), utc("2024-08-05")) == utc(
        f"2024-{change}"
    )


def test_a_working_day_without_a_window_runs_from_handoff_to_handoff():
    saturdays = rota(layer("A", "2024-08-01", "08:00", days="SA"))
    assert told(saturdays, "2024-08-09", "2024-08-12", "%a %H:%M") == ["A Sat 08:00-Sun 08:00"]


def test_asked_in_a_repeated_hour_a_handoff_already_passed_stays_passed():
    nights = rota(layer("A B", "2026-10-31", "01:30", window="00:00-04:00"), zone="America/Chicago")
    second_ten_past_one = utc("2026-11-01T07:10Z")
    (shift,) = final_schedule(nights, second_ten_past_one, utc("2026-11-01T18:00Z"))
    assert (shift.people, shift.starts_at) == (("B",), second_ten_past_one)


def test_a_working_day_ends_at_the_first_showing_of_a_handoff_that_comes_twice():
    saturdays = rota(layer("A", "2026-10-01", "01:30", days="SA"), zone="America/Los_Angeles")
    assert next_change(saturdays, utc("2026-10-31T12:00")) == utc("2026-11-01T08:30")


def test_ends_on_ends_the_layer_at_that_days_handoff():
    ended = rota(layer("A", "2024-08-05", "09:00", ends_on=date(2024, 8, 7), window="08:00-17:00"))
    assert told(ended, "2024-08-06", "2024-08-10") == ["A 06 08:00-06 17:00", "A 07 08:00-07 09:00"]


# The two working weeks.


def test_tue_sat_and_sun_thu_are_each_anchored_on_their_own_first_day():
    one = rota(layer("A B", "2024-08-06", unit="week", days=TUE_SAT))
    other = rota(layer("C D", "2024-08-04", unit="week", days=SUN_THU))
    assert told(one, "2024-08-04", "2024-08-20", "%d") == ["A 06-11", "B 13-18"]
    assert told(other, "2024-08-04", "2024-08-18", "%d") == ["C 04-09", "D 11-16"]


def working_weeks():
    """Cohorts X and Y that change between the two weeks every week: each takes what the other leaves."""
    return rota(
        layer("X Y", "2024-08-06", unit="week", days=TUE_SAT, name="Tue-Sat"),
        layer("Y X", "2024-08-04", unit="week", days=SUN_THU, name="Sun-Thu"),
    )


@pytest.mark.parametrize(
    ("weekday", "first_week", "second_week"),
    [
        ("Sun", "Y", "X"),
        ("Mon", "Y", "X"),
        ("Tue", "XY", "XY"),
        ("Wed", "XY", "XY"),
        ("Thu", "XY", "XY"),
        ("Fri", "X", "Y"),
        ("Sat", "X", "Y"),
    ],
)
def test_every_weekday_is_somebodys_ordinary_day_and_midweek_is_everybodys(weekday, first_week, second_week):
    weeks = working_weeks()
    noon = utc("2024-08-04T12:00")
    while noon.strftime("%a") != weekday:
        noon += timedelta(days=1)
    assert on_duty(weeks, noon) == {"primary": tuple(first_week)}
    assert on_duty(weeks, noon + timedelta(days=7)) == {"primary": tuple(second_week)}
    assert on_duty(weeks, noon + timedelta(days=14)) == {"primary": tuple(first_week)}


def test_changing_weeks_gives_ten_days_in_a_row_one_way_and_four_days_off_the_other():
    days = [utc("2024-08-06T12:00") + timedelta(days=number) for number in range(15)]
    worked = ["X" in on_duty(working_weeks(), day)["primary"] for day in days]
    assert worked == [True] * 10 + [False] * 4 + [True]


def test_primary_and_secondary_are_both_held_at_every_minute_of_a_year_with_dst():
    around_the_clock = rota(
        layer("A B C", "2026-01-05", "09:00", unit="week", name="first"),
        layer("B C A", "2026-01-05", "09:00", unit="week", name="second", duty="secondary"),
        zone="America/Los_Angeles",
    )
    start, end = utc("2026-02-01"), utc("2027-02-01")
    for duty in ("primary", "secondary"):
        shifts = [it for it in final_schedule(around_the_clock, start, end) if it.duty == duty]
        assert shifts[0].starts_at == start
        assert shifts[-1].ends_at == end
        assert all(one.ends_at == two.starts_at for one, two in pairwise(shifts))


# Ranks, duties, absences, versions.


def test_a_higher_rank_covers_a_lower_and_equal_ranks_stand_together():
    ranked = rota(
        layer("A", "2024-08-05", window="10:00-20:00", name="a"),
        layer("B", "2024-08-05", window="12:00-16:00", name="b"),
        layer("C", "2024-08-05", window="15:00-18:00", name="c", rank=2),
    )
    assert told(ranked, "2024-08-05", "2024-08-06", "%H") == ["A 10-15", "B 12-15", "C 15-18", "A 18-20"]
    assert on_duty(ranked, utc("2024-08-05T13:00")) == {"primary": ("A", "B")}


def test_ranks_cover_only_within_one_duty():
    both = rota(
        layer("A", "2024-08-05", name="a"), layer("B", "2024-08-05", name="b", rank=9, duty="secondary")
    )
    assert on_duty(both, utc("2024-08-05T13:00")) == {"primary": ("A",), "secondary": ("B",)}


def test_someone_unavailable_leaves_an_empty_shift_and_does_not_hide_the_layer_below():
    layers = rota(layer("A B", "2024-08-05", name="top", rank=2), layer("C", "2024-08-05", name="under"))
    assert told(layers, "2024-08-05", "2024-08-07", "%d", unavailable={"A"}) == [
        "nobody 05-06",
        "C 05-06",
        "B 06-07",
    ]
    assert on_duty(layers, utc("2024-08-05T12:00"), unavailable={"A"}) == {"primary": ("C",)}


def test_a_group_with_one_of_two_unavailable_still_covers():
    layers = rota(layer("AB", "2024-08-05", name="top", rank=2), layer("C", "2024-08-05", name="under"))
    assert told(layers, "2024-08-05", "2024-08-06", "%d", unavailable={"A"}) == ["B 05-06"]


def test_an_edit_speaks_from_its_instant_and_leaves_the_past_alone():
    edit = utc("2024-08-06T15:00")
    versions = rota(
        layer("A B", "2024-08-05", effective_until=edit), layer("C D", "2024-08-05", effective_from=edit)
    )
    assert told(versions, "2024-08-05", "2024-08-08") == [
        "A 05 00:00-06 00:00",
        "B 06 00:00-06 15:00",
        "D 06 15:00-07 00:00",
        "C 07 00:00-08 00:00",
    ]


def test_an_edit_that_changes_nobody_does_not_cut_the_shift():
    edit = utc("2024-08-05T15:00")
    versions = rota(
        layer("A B", "2024-08-05", effective_until=edit), layer("A D", "2024-08-05", effective_from=edit)
    )
    assert told(versions, "2024-08-05", "2024-08-06", "%d") == ["A 05-06"]


def test_two_layers_with_the_same_person_are_two_shifts():
    halves = rota(
        layer("A", "2024-08-05", window="00:00-12:00", name="early"),
        layer("A", "2024-08-05", window="12:00-20:00", name="late"),
    )
    assert told(halves, "2024-08-05", "2024-08-06", "%H") == ["A 00-12", "A 12-20"]


def test_one_shift_for_one_maximal_span_of_the_same_people():
    assert told(rota(layer("AB BA", "2024-08-05")), "2024-08-05", "2024-08-09", "%d") == ["AB 05-09"]


def test_the_schedule_is_cut_to_its_window_and_told_in_utc():
    daily = rota(layer("A B", "2026-01-01", "09:00"), zone="Asia/Singapore")
    noon = local(daily, "2026-01-05T12:00")
    (shift,) = final_schedule(daily, noon, noon + timedelta(hours=1))
    assert (shift.starts_at, shift.ends_at) == (utc("2026-01-05T04:00"), utc("2026-01-05T05:00"))
    assert shift.starts_at.tzinfo is UTC


def test_a_rota_without_layers_has_nobody():
    assert final_schedule(rota(), utc("2024-08-05"), utc("2024-08-06")) == []
    assert on_duty(rota(), utc("2024-08-05")) == {}
    assert next_change(rota(), utc("2024-08-05")) is None


def test_people_may_be_database_ids():
    turn = {"anchor_on": date(2024, 8, 5), "handoff_time": time(9), "turn": Turn(1, "day")}
    numbered = rota(Layer(name="L", rank=1, groups=((12, 5),), **turn))
    assert on_duty(numbered, utc("2024-08-06")) == {"primary": (5, 12)}


def test_the_next_change_is_the_next_edge_of_any_shift():
    nights = rota(layer("A", "2024-08-05", days="MO", window="20:00-08:00"))
    assert next_change(nights, utc("2024-08-05T20:00")) == utc("2024-08-06T08:00")
    assert next_change(nights, utc("2024-08-06T08:00")) == utc("2024-08-12T20:00")
    assert next_change(rota(layer("A", "2024-08-05")), utc("2024-08-05")) is None


# What is refused, and which field is named.

GOOD = {
    "name": "L",
    "rank": 1,
    "anchor_on": date(2024, 8, 5),
    "handoff_time": time(9),
    "turn": Turn(1, "day"),
}


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", ""),
        ("duty", "tertiary"),
        ("handoff_time", time(9, tzinfo=UTC)),
        ("handoff_time", "09:00"),
        ("anchor_on", datetime(2024, 8, 5, tzinfo=UTC)),
        ("anchor_on", date(1492, 10, 12)),
        ("working_days", frozenset()),
        ("working_days", frozenset({7})),
        ("ends_on", date(2024, 8, 5)),
        ("groups", ()),
        ("groups", (("A",), ())),
        ("groups", (("A", "A"),)),
        ("groups", (("A",),) * 10_000),
        ("effective_from", datetime(2024, 8, 5)),  # noqa: DTZ001
        ("effective_until", datetime(1900, 8, 5, tzinfo=UTC)),
    ],
)
def test_a_layer_that_cannot_be_names_the_field(field, wrong):
    with pytest.raises(RotaError) as refused:
        Layer(**{"groups": (("A",),), **GOOD, field: wrong})
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("field", "build"),
    [
        ("turn.n", lambda: Turn(0, "day")),
        ("turn.n", lambda: Turn(10**9, "week")),
        ("turn.n", lambda: Turn(1.5, "week")),
        ("turn.unit", lambda: Turn(1, "fortnight")),
        ("window.start", lambda: Window("09:00", time(17))),
        ("window.end", lambda: Window(time(9), time(17, tzinfo=UTC))),
        ("depth", lambda: Rota("UTC", -1, ())),
        ("layers", lambda: rota(layer("A", "2024-08-05"), layer("B", "2024-08-05"))),
        (
            "effective_until",
            lambda: layer(
                "A", "2024-08-05", effective_from=utc("2025-01-01"), effective_until=utc("2025-01-01")
            ),
        ),
        ("starts_at", lambda: final_schedule(rota(), datetime(2024, 8, 5), utc("2024-08-06"))),  # noqa: DTZ001
        ("ends_at", lambda: final_schedule(rota(), utc("2024-08-05"), utc("2024-08-05"))),
        ("ends_at", lambda: final_schedule(rota(), utc("2024-08-05"), utc("9999-08-05"))),
        ("at", lambda: on_duty(rota(), datetime(2024, 8, 5))),  # noqa: DTZ001
    ],
)
def test_a_rota_or_question_that_cannot_be_names_the_field(field, build):
    with pytest.raises(RotaError) as refused:
        build()
    assert refused.value.field == field


@pytest.mark.parametrize(
    "zone", ["Mars/Olympus", "America", "../../etc/passwd", "", "A\0B", None, "x" * 5000]
)
def test_a_zone_that_is_none_is_refused(zone):
    with pytest.raises(RotaError) as refused:
        rota(zone=zone)
    assert refused.value.field == "zone"


def test_versions_of_one_layer_may_not_overlap():
    with pytest.raises(RotaError):
        rota(
            layer("A", "2024-08-05", effective_until=utc("2024-09-02")),
            layer("B", "2024-08-05", effective_from=utc("2024-09-01")),
        )
