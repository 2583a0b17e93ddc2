"""Days, weeks and months as a viewer's calendar shows them, and where an instant stands in them.

Dates and zones in, instants out. It must not know what a roster is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from oncall.spans import Span
from oncall.wallclock import DAY, instant

MIDNIGHT = datetime.min.time()
HOUR = timedelta(hours=1)
WEEK = 7

# Within what a rota can cover, with room for the days a calendar shows around a month.
FIRST, LAST = date(1971, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class Day:
    """A date of one zone as the half-open span it really lasts: 23 or 25 hours when the clocks change."""

    on: date
    starts_at: datetime
    ends_at: datetime

    @property
    def hours(self) -> float:
        return (self.ends_at - self.starts_at) / HOUR

    @property
    def is_odd(self) -> bool:
        """Whether the clocks change on it."""
        return self.ends_at - self.starts_at != DAY


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days in a row; `on` is the date it was asked for by."""

    on: date
    days: tuple[Day, ...]

    @property
    def starts_at(self) -> datetime:
        return self.days[0].starts_at

    @property
    def ends_at(self) -> datetime:
        return self.days[-1].ends_at

    @property
    def weeks(self) -> Iterator[tuple[Day, ...]]:
        return (self.days[first : first + WEEK] for first in range(0, len(self.days), WEEK))

    def percent(self, at: datetime) -> float:
        """Where `at` stands, true to elapsed time: 0 at the start, 100 at the end, and no further."""
        share = (at - self.starts_at) / (self.ends_at - self.starts_at)
        return 100 * min(max(share, 0), 1)


def week(on: date, zone: ZoneInfo) -> Period:
    """Monday to Sunday around `on`."""
    return Period(on, _days(monday(on), WEEK, zone))


def month(on: date, zone: ZoneInfo) -> Period:
    """The whole weeks that hold the month of `on`."""
    first = monday(on.replace(day=1))
    last = monday(next_month(on) - DAY) + (WEEK - 1) * DAY
    return Period(on, _days(first, (last - first).days + 1, zone))


def weeks_from(first: date, count: int, zone: ZoneInfo) -> list[Period]:
    """So many weeks in a row, the first of them beginning on `first` whatever weekday that is."""
    days = _days(first, count * WEEK, zone)
    return [Period(days[n].on, days[n : n + WEEK]) for n in range(0, len(days), WEEK)]


def months_from(first: date, last: date, zone: ZoneInfo) -> list[Period]:
    """The months that hold these days, each with its own days alone."""
    found, start = [], first.replace(day=1)
    while start <= last:
        after = next_month(start)
        found.append(Period(start, _days(start, (after - start).days, zone)))
        start = after
    return found


def monday(on: date) -> date:
    return on - on.weekday() * DAY


def next_month(on: date) -> date:
    """The first of the month after that of `on`."""
    return (on.replace(day=28) + 4 * DAY).replace(day=1)


def previous_month(on: date) -> date:
    """The first of the month before that of `on`."""
    return (on.replace(day=1) - DAY).replace(day=1)


def clock_changes(span: Span, zone: ZoneInfo) -> list[tuple[date, timedelta]]:
    """The local dates within `span` on which the clocks of `zone` jump, and how far: +1 h in spring."""
    found = []
    day = span[0].astimezone(zone).date()
    while (start := instant(day, MIDNIGHT, zone)) < span[1]:
        end = instant(day + DAY, MIDNIGHT, zone)
        if (jump := DAY - (end - start)) and end > span[0]:
            found.append((day, jump))
        day += DAY
    return found


def _days(first: date, count: int, zone: ZoneInfo) -> tuple[Day, ...]:
    dates = [first + number * DAY for number in range(count + 1)]
    edges = [instant(day, MIDNIGHT, zone) for day in dates]
    return tuple(Day(day, *edges[place : place + 2]) for place, day in enumerate(dates[:-1]))
