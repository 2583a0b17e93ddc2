"""Random rosters as their files have them, and windows of time that lean towards DST changes."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.oncall.rosters import WEEKDAYS

ZONES = (
    "America/Los_Angeles",
    "America/Chicago",
    "America/Santiago",  # clocks change at midnight
    "America/St_Johns",
    "Africa/Casablanca",  # twice around Ramadan
    "Asia/Beirut",  # midnight does not exist in spring
    "Asia/Singapore",  # never changes
    "Australia/Lord_Howe",  # by half an hour
    "Europe/Dublin",  # winter is the saving
    "Pacific/Chatham",  # 45 minutes off the hour, from 02:45
)
FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

# Hours in which clocks change somewhere, and ordinary ones; any other minute now and then.
tricky = st.sampled_from(
    [
        "00:00",
        "00:30",
        "01:00",
        "01:30",
        "01:45",
        "02:00",
        "02:15",
        "02:30",
        "02:45",
        "03:00",
        "09:00",
        "23:30",
    ]
)
wall_times = tricky | st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))


@cache
def clock_changes(zone):
    """The instants, to the hour, at which the zone's offset changes in the five years."""
    hours = [FIRST + timedelta(hours=hour) for hour in range(int((LAST - FIRST) / timedelta(hours=1)))]
    offsets = [hour.astimezone(ZoneInfo(zone)).utcoffset() for hour in hours]
    return [
        hour for hour, before, after in zip(hours[1:], offsets, offsets[1:], strict=False) if before != after
    ]


def moments(zone):
    """Minutes of the five years, three in four shortly before a change of the clocks."""
    anywhere = st.integers(0, int((LAST - FIRST) / MINUTE) - 1).map(lambda minute: FIRST + minute * MINUTE)
    if not clock_changes(zone):
        return anywhere
    nearby = st.builds(
        lambda change, minutes: change + minutes * MINUTE,
        st.sampled_from(clock_changes(zone)),
        st.integers(-18 * 60, 60),
    )
    return nearby | nearby | nearby | anywhere


@st.composite
def questions(draw):
    """(roster file, starts_at, ends_at, unavailable)."""
    zone = draw(st.sampled_from(ZONES))
    starts_at = draw(moments(zone))
    ends_at = starts_at + draw(st.integers(1, 36 * 60)) * MINUTE
    layers = []
    for number in range(draw(st.integers(1, 3))):
        layers += draw(versions(f"L{number}", starts_at, ends_at))
    unavailable = draw(st.just(frozenset()) | st.frozensets(st.sampled_from("ABCDE"), max_size=3))
    return {"zone": zone, "depth": 1, "layers": layers}, starts_at, ends_at, unavailable


@st.composite
def versions(draw, name, starts_at, ends_at):
    """One layer, or two of its versions with the edit somewhere near the window."""
    first = draw(rotations(name, starts_at))
    if draw(st.integers(0, 3)):
        return [first]
    edit = starts_at + draw(st.integers(-60, int((ends_at - starts_at) / MINUTE))) * MINUTE
    again = draw(rotations(name, starts_at))
    return [{**first, "effective_until": edit.isoformat()}, {**again, "effective_from": edit.isoformat()}]


@st.composite
def rotations(draw, name, starts_at):
    """A layer of the file, begun up to five years before the window or a few days into it."""
    anchor = starts_at.date() - timedelta(days=draw(st.integers(-2, 10) | st.integers(0, 5 * 365)))
    unit = draw(st.sampled_from(["hour", "day", "working_day", "week", "month"]))
    lasts = draw(st.none() | st.none() | st.none() | st.integers(-2, 2))
    return {
        "name": name,
        "rank": draw(st.integers(1, 3)),
        "duty": draw(st.sampled_from(["primary", "primary", "secondary"])),
        "anchor_on": anchor.isoformat(),
        "handoff_time": draw(wall_times),
        "turn": {"n": draw(st.integers(1, 36 if unit == "hour" else 4)), "unit": unit},
        "working_days": draw(st.none() | st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True)),
        "window": draw(st.none() | st.fixed_dictionaries({"start": wall_times, "end": wall_times})),
        "ends_on": later(anchor, starts_at.date() + timedelta(days=lasts)) if lasts is not None else None,
        "participants": draw(st.lists(groups, min_size=1, max_size=4)),
    }


groups = st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=2, unique=True)


def later(anchor: date, day: date) -> str:
    """`day`, or the day after the anchor if it is not later than the anchor."""
    return max(day, anchor + timedelta(days=1)).isoformat()
