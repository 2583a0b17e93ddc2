"""When a review is due."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postmortems.due import due_on, is_owed

FRIDAY, SATURDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 23)


@pytest.mark.parametrize(
    ("severity", "ended_on", "due"),
    [
        (0, MONDAY, date(2026, 11, 30)),
        (0, FRIDAY, date(2026, 11, 27)),
        (0, SATURDAY, date(2026, 11, 27)),
        (0, date(2026, 11, 22), date(2026, 11, 27)),
        (1, FRIDAY, date(2026, 11, 30)),
        (2, FRIDAY, date(2026, 11, 30)),
        (3, FRIDAY, date(2026, 12, 10)),
        (4, FRIDAY, date(2026, 12, 10)),
    ],
)
def test_sev0_has_five_working_days_and_the_others_calendar_days(severity, ended_on, due):
    assert due_on(severity=severity, ended_on=ended_on) == due


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_sev0_is_due_on_a_working_day_with_five_between(ended_on):
    due = due_on(severity=0, ended_on=ended_on)
    between = [ended_on + timedelta(days=n) for n in range(1, (due - ended_on).days + 1)]
    assert due.weekday() < 5
    assert len([day for day in between if day.weekday() < 5]) == 5


@pytest.mark.parametrize(
    ("severity", "mode", "owed"),
    [(0, "live", True), (2, "live", True), (3, "live", False), (0, "drill", False), (1, "test", False)],
)
def test_a_review_is_owed_for_live_sev0_to_sev2(severity, mode, owed):
    assert is_owed(severity=severity, mode=mode) is owed
