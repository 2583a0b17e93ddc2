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
    roster, starts_at, ends_at = draw(layered(fewest=1))
    unavailable = draw(st.just(frozenset()) | st.frozensets(st.sampled_from("ABCDE"), max_size=3))
    return roster, starts_at, ends_at, unavailable


@st.composite
def layered(draw, fewest, people="ABCDE", edited=True):
    """(roster file of layers alone, starts_at, ends_at); a real file has one version of a layer, not `edited` ones."""
    zone = draw(st.sampled_from(ZONES))
    starts_at = draw(moments(zone))
    ends_at = starts_at + draw(st.integers(1, 36 * 60)) * MINUTE
    layers = []
    for number in range(draw(st.integers(fewest, 3))):
        one = rotations(f"L{number}", starts_at, people)
        layers += draw(versions(f"L{number}", starts_at, ends_at, people)) if edited else [draw(one)]
    return {"zone": zone, "depth": 1, "layers": layers}, starts_at, ends_at


@st.composite
def versions(draw, name, starts_at, ends_at, people):
    """One layer, or two of its versions with the edit somewhere near the window."""
    first = draw(rotations(name, starts_at, people))
    if draw(st.integers(0, 3)):
        return [first]
    edit = starts_at + draw(st.integers(-60, int((ends_at - starts_at) / MINUTE))) * MINUTE
    again = draw(rotations(name, starts_at, people))
    return [{**first, "effective_until": edit.isoformat()}, {**again, "effective_from": edit.isoformat()}]


@st.composite
def rotations(draw, name, starts_at, people):
    """A layer of the file, begun up to five years before the window or a few days into it."""
    anchor = starts_at.date() - timedelta(days=draw(st.integers(-2, 10) | st.integers(0, 5 * 365)))
    unit = draw(st.sampled_from(["hour", "day", "working_day", "week", "month"]))
    groups = st.lists(st.sampled_from(people), min_size=1, max_size=2, unique=True)
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


def later(anchor: date, day: date) -> str:
    """`day`, or the day after the anchor if it is not later than the anchor."""
    return max(day, anchor + timedelta(days=1)).isoformat()


@st.composite
def roster_files(draw):
    """(roster file with all that may be in one, starts_at, ends_at)."""
    people = draw(st.sampled_from(["AB", "ABC", "ABCDE"]))  # the fewer, the more they meet
    data, starts_at, ends_at = draw(layered(draw(st.sampled_from([0, 1, 1, 2, 2, 2])), people, edited=False))
    everybody = st.sampled_from(people + "F")  # F is in no layer
    common = draw(st.lists(spans(data["zone"], starts_at, ends_at), min_size=1, max_size=2))
    shared = st.sampled_from(common)
    when = shared | shared | shared | spans(data["zone"], starts_at, ends_at)
    more = {
        "depth": draw(st.integers(0, 3)),
        "overrides": draw(overrides(everybody, when)),
        "swaps": draw(swaps(everybody, when)),
        "time_off": draw(some(absences(everybody, when), 3)),
        "people": draw(st.fixed_dictionaries({}, optional=dict.fromkeys(people + "F", facts))),
        "require": draw(some(requirements, 3)),
    }
    layers = [draw(tersely(draw(steadily(layer, starts_at)))) for layer in data["layers"]]
    said = {key: value for key, value in more.items() if key == "depth" or value or draw(st.booleans())}
    return {"zone": data["zone"], "layers": layers, **said}, starts_at, ends_at


def some(kind, most):
    """None to `most` of a kind, each number as often: left to itself, hypothesis makes lists short."""
    return st.integers(0, most).flatmap(lambda number: st.lists(kind, min_size=number, max_size=number))


hours = st.fixed_dictionaries({"start": wall_times, "end": wall_times})
facts = st.fixed_dictionaries(
    {},
    optional={
        "clearances": st.just([]) | st.just(["child_safety"]),
        "languages": st.lists(st.sampled_from(["ru", "es"]), unique=True),
        "reachable": st.sampled_from([True, False, False]),
    },
)
requirements = st.fixed_dictionaries(
    {
        "skill": st.sampled_from(["language:ru", "language:es", "clearance:child_safety"]),
        "count": st.integers(1, 2),
        "window": st.none() | hours | hours,
    }
)


@st.composite
def spans(draw, zone, starts_at, ends_at):
    """A span near the window, written in the zone's own offset or in UTC, in either form."""
    start = starts_at + draw(st.integers(-6 * 60, int((ends_at - starts_at) / MINUTE) - 1)) * MINUTE
    end = start + draw(st.integers(1, 36 * 60) | st.integers(12 * 60, 36 * 60)) * MINUTE
    written = draw(
        st.sampled_from(
            [
                lambda at: at.isoformat(),
                lambda at: at.isoformat().replace("+00:00", "Z"),
                lambda at: at.astimezone(ZoneInfo(zone)).isoformat(),
            ]
        )
    )
    return {"starts_at": written(start), "ends_at": written(end)}


@st.composite
def overrides(draw, everybody, when):
    """Overrides in order, many of them about somebody whom an earlier one put on duty or replaced."""
    made, spoken_of = [], []
    for _ in range(draw(st.integers(0, 5))):
        whom = st.sampled_from([*spoken_of]) | st.sampled_from(spoken_of[:2]) if spoken_of else everybody
        made.append(draw(one_override(whom, everybody, when)))
        spoken_of += [made[-1][key] for key in ("person", "by") if made[-1].get(key)]
    return made


@st.composite
def one_override(draw, whom, everybody, when):
    """Replace, add or remove; who is added is named by either field."""
    kind = draw(st.sampled_from(["replace", "replace", "remove", "add"]))
    if kind == "add":
        people = draw(st.sampled_from([{"person": None, "by": draw(whom)}, {"person": draw(whom)}]))
    else:
        people = {"person": draw(st.none() | everybody | whom | whom)}
        people |= {"by": draw(everybody)} if kind == "replace" else {}
    duty = draw(st.sampled_from([{}, {}, {"duty": "primary"}, {"duty": "secondary"}]))
    return {"kind": kind, **people, **draw(when), **duty}


@st.composite
def absences(draw, everybody, when):
    """Somebody's time off."""
    return {"person": draw(everybody), **draw(when)}


@st.composite
def swaps(draw, everybody, when):
    """Offers in order, most of them accepted, many of them handing on what an earlier one handed over."""
    made = []
    for _ in range(draw(st.integers(0, 3))):
        giver = draw(st.just(made[-1]["to"]) | everybody if made else everybody)
        taker = draw(everybody.filter(lambda person, giver=giver: person != giver))
        accepted = draw(st.sampled_from([True, True, True, False]))
        made.append({"from": giver, "to": taker, **draw(when), "accepted": accepted})
    return made


@st.composite
def steadily(draw, layer, starts_at):
    """The layer, half the time made to be on all through, so that there is something to override."""
    if draw(st.booleans()):
        return layer
    begun = min(date.fromisoformat(layer["anchor_on"]), starts_at.date() - timedelta(days=2))
    return {**layer, "anchor_on": begun.isoformat(), "working_days": None, "window": None, "ends_on": None}


@st.composite
def tersely(draw, layer):
    """The layer, now and then without what goes without saying."""
    unsaid = {"duty": "primary", "working_days": None, "window": None, "ends_on": None}
    left_out = {key for key, usual in unsaid.items() if layer[key] == usual and draw(st.booleans())}
    return {key: value for key, value in layer.items() if key not in left_out}
