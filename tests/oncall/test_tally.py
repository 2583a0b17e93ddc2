"""The ledger's sums, as tables."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from oncall.tally import Tally, tally
from tests.oncall.rosters import utc

UTC = ZoneInfo("UTC")
WINDOW = utc("2026-03-01"), utc("2026-04-01")  # a Sunday to a Wednesday


def added(*worked, pages=(), zone=UTC, holidays=(), window=WINDOW):
    spans = [(duty, (utc(f"2026-{start}"), utc(f"2026-{end}"))) for duty, start, end in worked]
    told = tally(
        spans, [utc(f"2026-{it}") for it in pages], zone=zone, holidays=frozenset(holidays), window=window
    )
    return told.shifts, told.hours, told.nights, told.weekends


@pytest.mark.parametrize(
    ("why", "worked", "told"),
    [
        ("a working day", [("a", "03-02T09:00", "03-02T17:00")], (1, 8, 0, 0)),
        ("a week on call", [("a", "03-02T09:00", "03-09T09:00")], (1, 168, 7, 1)),
        ("from Friday to Monday", [("a", "03-06T18:00", "03-09T06:00")], (1, 60, 3, 1)),
        ("Saturdays and a Sunday of two weekends", [("a", "03-07T09:00", "03-07T17:00"),
         ("a", "03-15T09:00", "03-15T17:00")], (2, 16, 0, 2)),
        ("the first Sunday belongs to the weekend before", [("a", "03-01T09:00", "03-01T17:00")], (1, 8, 0, 1)),
        ("only what lies in the window", [("a", "02-27T09:00", "03-01T12:00")], (1, 12, 1, 1)),
        ("an override in the middle", [("a", "03-02T09:00", "03-02T12:00"), ("a", "03-02T12:00", "03-02T17:00")],
         (1, 8, 0, 0)),
        ("two duties at once: hours once", [("a", "03-02T09:00", "03-02T17:00"),
         ("b", "03-02T13:00", "03-02T21:00")], (2, 12, 0, 0)),
        ("before the window", [("a", "02-02T09:00", "02-02T17:00")], (0, 0, 0, 0)),
    ],
    ids=lambda it: it if isinstance(it, str) else "",
)  # fmt: skip
def test_shifts_hours_nights_and_weekends(why, worked, told):
    assert added(*worked) == told


def test_the_hour_that_is_skipped_in_spring_was_not_worked():
    zone = ZoneInfo("America/Los_Angeles")
    assert added(("a", "03-08T08:00", "03-09T07:00"), zone=zone)[1] == 23


def test_holidays_count_once_and_pages_by_night_as_well():
    told = tally(
        [("a", (utc("2026-03-16T09:00"), utc("2026-03-18T09:00")))],
        [utc("2026-03-16T23:00"), utc("2026-03-17T05:59"), utc("2026-03-17T06:00")],
        zone=UTC,
        holidays={date(2026, 3, 17), date(2026, 4, 6)},
        window=WINDOW,
    )
    assert (told.holidays, told.pages, told.night_pages) == (1, 3, 2)


def test_nothing_adds_up_to_nothing():
    assert tally([], [], zone=UTC, holidays=frozenset(), window=WINDOW) == Tally()
