"""Days, weeks and months of a viewer's calendar, true to the hours they have."""

from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from oncall import calendars
from tests.oncall.rosters import utc

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("on", "odd", "hours"), [("2026-03-08", "2026-03-08", 23), ("2026-11-01", "2026-11-01", 25)]
)
def test_the_day_the_clocks_change_has_its_real_length(on, odd, hours):
    week = calendars.week(date.fromisoformat(on), LOS_ANGELES)
    assert {day.on.isoformat(): day.hours for day in week.days if day.is_odd} == {odd: hours}
    assert week.ends_at - week.starts_at == (6 * 24 + hours) * HOUR


def test_a_week_runs_from_monday_to_sunday():
    week = calendars.week(date(2026, 3, 8), LOS_ANGELES)
    assert (week.days[0].on, week.days[-1].on) == (date(2026, 3, 2), date(2026, 3, 8))
    assert week.starts_at == utc("2026-03-02T08:00")
    assert week.ends_at == utc("2026-03-09T07:00")


@pytest.mark.parametrize("month", range(1, 13))
def test_a_month_is_whole_weeks_without_a_hole(month):
    period = calendars.month(date(2026, month, 15), LOS_ANGELES)
    dates = {day.on for day in period.days if day.on.month == month}
    assert len(period.days) % 7 == 0
    assert len(dates) == (calendars.next_month(date(2026, month, 1)) - date(2026, month, 1)).days
    assert all(one.ends_at == two.starts_at for one, two in pairwise(period.days))


def test_bars_are_as_wide_as_they_last():
    week = calendars.week(date(2026, 3, 8), LOS_ANGELES)
    sunday = week.days[-1]
    assert week.percent(sunday.starts_at) == pytest.approx(100 * 144 / 167)
    assert week.percent(week.ends_at + HOUR) == 100
    assert week.percent(week.starts_at - HOUR) == 0


def test_months_step_to_their_neighbours_from_any_day():
    assert calendars.next_month(date(2026, 1, 31)) == date(2026, 2, 1)
    assert calendars.next_month(date(2026, 12, 5)) == date(2027, 1, 1)
    assert calendars.previous_month(date(2026, 3, 31)) == date(2026, 2, 1)


def test_clock_changes_are_told_with_their_direction():
    span = utc("2026-01-01"), utc("2027-01-01")
    changes = calendars.clock_changes(span, LOS_ANGELES)
    assert changes == [(date(2026, 3, 8), HOUR), (date(2026, 11, 1), -HOUR)]
    assert calendars.clock_changes(span, ZoneInfo("UTC")) == []
