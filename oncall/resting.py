"""Whether people get their rest: rules for each site as data, and what a schedule and the pages handled make of them.

Pure. Rest is counted from ordinary work and from pages handled: being on call without a page is not work.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from oncall.layers import Person
from oncall.nights import dates, is_at_night, nights
from oncall.spans import Span, stacked, union
from oncall.wallclock import DAY

HOUR = timedelta(hours=1)
WEEK = 7 * DAY
Kind = Literal["daily", "weekly", "run", "nights", "holidays"]
Post = tuple  # what somebody is on duty for: a roster and a duty


@dataclass(frozen=True, slots=True)
class RestRules:
    """What people of a site are owed. `daily` (None: no such rule) and `weekly` are unbroken rest within any 24 hours
    and any seven days; `late_start` is the rest offered after a page at night."""

    daily: timedelta | None = None
    weekly: timedelta = 24 * HOUR
    days_in_a_row: int = 6
    nights: int = 7
    nights_of: int = 14
    holidays_in_a_row: int = 2
    late_start: timedelta = 11 * HOUR


ANYWHERE = RestRules()
RULES = {
    "los_angeles": ANYWHERE,
    "san_jose": ANYWHERE,
    "dublin": RestRules(daily=11 * HOUR),  # the Working Time Directive
    "singapore": ANYWHERE,
}


def rules_of(site: str) -> RestRules:
    return RULES.get(site, ANYWHERE)


@dataclass(frozen=True, slots=True)
class Load:
    """What one person has within a time: ordinary work, being on call (by post), pages handled. `holidays` are those
    of their site within all of it; `zone` is where their nights and days are counted."""

    person: Person
    zone: ZoneInfo
    rules: RestRules = ANYWHERE
    work: Sequence[Span] = ()
    on_call: Sequence[tuple[Post, Span]] = ()
    pages: Sequence[Span] = ()
    holidays: frozenset[date] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule not kept. `have` and `need` are hours of rest for *daily* and *weekly*, and counts of what is most for
    *run* (days at work in a row), *nights* and *holidays*. `rest_days` would mend a run."""

    kind: Kind
    person: Person
    starts_at: datetime
    ends_at: datetime
    have: int
    need: int
    rest_days: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Double:
    """Somebody is on duty on several posts at once."""

    person: Person
    starts_at: datetime
    ends_at: datetime
    posts: tuple[Post, ...]


@dataclass(frozen=True, slots=True)
class LateStart:
    """After a page at night somebody may begin their next ordinary work at `offered_at`, or not at all that day."""

    person: Person
    page_ended_at: datetime
    starts_at: datetime
    offered_at: datetime


@dataclass(frozen=True, slots=True)
class _Held:
    starts_at: datetime
    ends_at: datetime
    post: Post


def breaches(loads: Iterable[Load]) -> list[Breach]:
    """Every rule that is not kept, by time. Rest days are proposed where most others are at work, and not the same to
    everybody of a cohort."""
    loads = list(loads)
    days = [_working_days(load) for load in loads]
    at_work = Counter(day for those in days for day in those)
    found: list[Breach] = []
    for load, working in zip(loads, days, strict=True):
        runs = list(_runs(load, working, at_work))
        found += runs
        found += [it for it in _weekly(load) if not any(_touch(it, run) for run in runs)]
        found += _daily(load)
        found += _nights(load)
        found += _holidays(load)
    return sorted(found, key=lambda it: (it.starts_at, it.ends_at, it.kind, it.person))


def doubles(load: Load) -> list[Double]:
    """When the person is on duty twice, each for as long as the posts stay the same."""
    held = [_Held(*span, post) for post, span in load.on_call]
    if not held:
        return []
    whole = min(it.starts_at for it in held), max(it.ends_at for it in held)
    found: list[Double] = []
    for start, end, there in stacked(held, whole):
        posts = tuple(sorted({it.post for it in there}))
        if len(posts) < 2:
            continue
        if found and (found[-1].posts, found[-1].ends_at) == (posts, start):
            start = found.pop().starts_at
        found.append(Double(load.person, start, end, posts))
    return found


def late_starts(load: Load) -> list[LateStart]:
    """For each working time that begins too soon after a page at night, when it may begin instead."""
    work = union(load.work)
    found: dict[datetime, LateStart] = {}
    for _start, rang_until in sorted(load.pages):
        if not is_at_night(rang_until, load.zone):
            continue
        following = next((span for span in work if span[1] > rang_until), None)
        if following is None or following[0] < rang_until:
            continue  # nothing ahead, or they were at work anyway
        rested = rang_until + load.rules.late_start
        if following[0] < rested:
            offer = LateStart(load.person, rang_until, following[0], min(rested, following[1]))
            found[following[0]] = offer
    return list(found.values())


def _working_days(load: Load) -> set[date]:
    """Overnight work belongs to the date it begins on, as windows do."""
    return {
        start.astimezone(load.zone).date() + number * DAY
        for start, end in load.work
        for number in range(max(1, round((end - start) / DAY)))
    }


def _runs(load: Load, working: set[date], at_work: Counter[date]) -> Iterator[Breach]:
    most = load.rules.days_in_a_row
    for run in _in_a_row(sorted(working)):
        if len(run) > most:
            rest = _rest_days(run, most, at_work)
            for day in rest:
                at_work[day] -= 0
            spans = [it for it in load.work if run[0] <= it[0].astimezone(load.zone).date() <= run[-1]]
            whole = min(it[0] for it in spans), max(it[1] for it in spans)
            yield Breach("run", load.person, *whole, len(run), most, rest)


def _in_a_row(days: list[date]) -> list[list[date]]:
    runs: list[list[date]] = []
    for day in days:
        if runs and runs[-1][-1] + DAY == day:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _rest_days(run: list[date], most: int, at_work: Counter[date]) -> tuple[date, ...]:
    """As few days as leave no more than `most` in a row, evenly spread, where the most people are at work."""
    count = -(-(len(run) - most) // (most + 1))
    found: list[date] = []
    before = -1
    for left in range(count, 0, -1):
        first = len(run) - 1 - (left - 1) * (most + 1) - most
        places = range(max(before + 1, first), min(before + most + 2, len(run)))
        even = before + (len(run) - before) / (left + 1)
        before = max(places, key=lambda place: (at_work[run[place]], -abs(place - even), -place))
        found.append(run[before])
    return tuple(found)


def _daily(load: Load) -> Iterator[Breach]:
    if load.rules.daily is not None:
        yield from _unrested(load, "daily", load.rules.daily, DAY)


def _weekly(load: Load) -> Iterator[Breach]:
    yield from _unrested(load, "weekly", load.rules.weekly, WEEK)


def _unrested(load: Load, kind: Kind, rest: timedelta, period: timedelta) -> Iterator[Breach]:
    """Stretches of work without a rest that long, when no such rest can fit into the period they begin."""
    # A page that took no time woke somebody all the same.
    rung = ((start, max(end, start + timedelta(minutes=1))) for start, end in load.pages)
    stretch: list[Span] = []
    for span in [*union([*load.work, *rung]), None]:
        if stretch and (span is None or span[0] - stretch[-1][1] >= rest):
            start, end = stretch[0][0], stretch[-1][1]
            if end - start > period - rest:
                yield Breach(kind, load.person, start, end, _hours(stretch, period), rest // HOUR)
            stretch = []
        if span is not None:
            stretch.append(span)


def _hours(stretch: list[Span], period: timedelta) -> int:
    """The longest rest within the period that the stretch begins, in whole hours."""
    until = stretch[0][0] + period
    rests = [min(two[0], until) - one[1] for one, two in pairwise(stretch) if one[1] < until]
    return max([*rests, until - stretch[-1][1], timedelta()]) // HOUR


def _nights(load: Load) -> Iterator[Breach]:
    most, of = load.rules.nights, load.rules.nights_of
    spent = sorted({night for _post, span in load.on_call for night in nights(span, load.zone)})
    over = [
        (spent[place - most], night)
        for place, night in enumerate(spent)
        if place >= most and (night - spent[place - most]).days < of
    ]
    for first, last in _joined(over):
        those = [night for night in spent if first <= night <= last]
        have = max(place + 1 - bisect_right(those, night - of * DAY) for place, night in enumerate(those))
        yield Breach("nights", load.person, *_covering(load, those), have, most)


def _joined(over: list[tuple[date, date]]) -> list[tuple[date, date]]:
    """Those that share a night as one."""
    found: list[tuple[date, date]] = []
    for first, last in over:
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], last
        else:
            found.append((first, last))
    return found


def _covering(load: Load, nights_spent: list[date]) -> Span:
    """From when to when the person is on call for these nights."""
    wanted = set(nights_spent)
    spans = [span for _post, span in load.on_call if wanted & set(nights(span, load.zone))]
    return min(it[0] for it in spans), max(it[1] for it in spans)


def _holidays(load: Load) -> Iterator[Breach]:
    """Holidays one after another, however far apart, each with some work or duty in it."""
    held = [*load.work, *(span for _post, span in load.on_call)]
    touched = {day: span for span in held for day in dates(span, load.zone) if day in load.holidays}
    most = load.rules.holidays_in_a_row
    for was_on, those in groupby(sorted(load.holidays), touched.__contains__):
        row = list(those)
        if was_on and len(row) > most:
            span = touched[row[0]][0], touched[row[-1]][1]
            yield Breach("holidays", load.person, *span, len(row), most)


def _touch(one: Breach, two: Breach) -> bool:
    return one.starts_at < two.ends_at and two.starts_at < one.ends_at
