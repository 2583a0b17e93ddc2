"""Wall-clock times of a zone as instants: the one room that knows about daylight saving.

It knows dates, times of day and zones, and must not know what a roster is.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
ZERO = timedelta(0)


# A pure function of the zone's own history, asked again and again for the same handoffs.
@lru_cache(maxsize=65536)
def instant(day: date, clock: time, zone: ZoneInfo, *, last: bool = False) -> datetime:
    """The UTC instant at which the clocks of `zone` show `clock` on `day`.

    A time the clocks skip is the instant they jump, the end of the gap. A time they show twice is its first
    showing, or with `last` its second.
    """
    first = zone.utcoffset(datetime.combine(day, clock, zone)) or ZERO
    second = zone.utcoffset(datetime.combine(day, _again(clock), zone)) or ZERO
    wall = datetime.combine(day, clock, UTC)
    if first < second:
        # Only in a gap is PEP 495's second offset the greater: it reads before the jump, the first after.
        return _jump(wall - second, wall - first, zone)
    return wall - (second if last else first)


# Asked for every handoff and window, and time.replace() costs as much as the rest of instant() together.
@lru_cache(maxsize=1440)
def _again(clock: time) -> time:
    return clock.replace(fold=1)


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant in (before, after] at which the offset of `zone` changes, by halving to the microsecond."""
    offset = after.astimezone(zone).utcoffset()
    while half := (after - before) // 2:
        middle = before + half
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after
