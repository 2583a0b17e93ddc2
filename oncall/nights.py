"""Which dates, nights and weekends of a person's own calendar a span of time touches. Pure.

One meaning for the rest rules, the ledger and whoever is offered a late start.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from oncall.layers import Window
from oncall.rotation import openings
from oncall.spans import Span
from oncall.wallclock import DAY

NIGHT = Window(time(23), time(6))
SATURDAY = 5


def is_at_night(at: datetime, zone: ZoneInfo) -> bool:
    clock = at.astimezone(zone).time()
    return clock >= NIGHT.start or clock < NIGHT.end


def dates(span: Span, zone: ZoneInfo) -> Iterator[date]:
    """Every date that has some of the span in it, in order."""
    day = span[0].astimezone(zone).date()
    last = (span[1] - datetime.resolution).astimezone(zone).date()
    while day <= last:
        yield day
        day += DAY


def nights(span: Span, zone: ZoneInfo) -> Iterator[date]:
    """Every night from 23:00 to 06:00 that has some of the span in it, by the date of its evening."""
    for start, end in openings(NIGHT, zone, span):
        if end > span[0]:
            yield start.astimezone(zone).date()


def weekends(span: Span, zone: ZoneInfo) -> Iterator[date]:
    """Every weekend that has some of the span in it, by its Saturday; one may be told twice."""
    for day in dates(span, zone):
        if day.weekday() >= SATURDAY:
            yield day - (day.weekday() - SATURDAY) * DAY
