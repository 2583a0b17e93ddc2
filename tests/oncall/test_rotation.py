"""Whose turn it is and when a layer is on: facts a person can check with a calendar."""

from datetime import date

import pytest

from oncall.rota import final_schedule, next_change, on_duty
from tests.oncall.rosters import layer, rota, told, utc


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
